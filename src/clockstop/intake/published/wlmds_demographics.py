"""NHS England's summary of the Waiting List Minimum Data Set: weeks, providers and treatment functions by groups of patients."""

import re
from datetime import date, datetime

from clockstop.errors import UnreadableFile
from clockstop.intake.published.declared.wlmds import COLUMNS
from clockstop.intake.published.figure_rows import FigureRows, Of, of_england
from clockstop.intake.published.figures_table import as_day, cut
from clockstop.intake.published.grids import Grid, plain
from clockstop.intake.published.headed_sheet import HeadedSheet, rows_table, said
from clockstop.intake.published.headings import details, labelled
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "WLMDS demographics summary"
_GROUP = re.compile(r"incomplete pathways ?[-–] ?(?P<group>.+)")
_SHEET = re.compile(r"(time-series|provider|treatment-function)-(age|sex|deprivation|ethnicity)")
_KINDS = ("age", "sex", "deprivation", "ethnicity")
_LEVELS = {"region": "region", "integrated care board": "icb"}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def is_summary(preview: Preview) -> bool:
    """Whether it has sheets of weeks or providers with groups of incomplete pathways over their columns."""
    if not any(_SHEET.fullmatch(plain(sheet)) for sheet in preview.sheets):
        return False
    return any(_header(grid) is not None for grid in preview.grids)


def read(source: Source) -> Edition:
    """England's figures of every week, and the last week's by provider, ICB, region and treatment function."""
    figures, grids, weeks = FigureRows(), [], {}
    for grid in source.grids:
        top = _header(grid)
        kind = next((kind for kind in _KINDS if plain(grid.sheet).endswith(kind)), None)
        if top is None or kind is None:
            continue
        sheet = HeadedSheet(file=source.file.name, grid=grid, top=top + 1, titles=grid.top[top + 1])
        _add_sheet(figures, sheet, _columns(grid, top), kind, weeks)
        grids.append(grid)
    days = {day for found in weeks.values() for day in found}
    if not days:
        raise UnreadableFile("The workbook has no row of a week.", where=source.file.name, do="Download it again.")
    last = max(days)
    known: dict[str, int | str | bool] = {**details(grids[0].rows[:13], source.file.name), "last_week": last.isoformat()}
    tables = {"figures": figures.table(), "rows": rows_table(grids)}
    return Edition(month=_month(last), tables=tables, rows_read=sum(len(grid.rows) for grid in grids), details=known)


def _header(grid: Grid) -> int | None:
    """The row of groups over the row of titles."""
    for place, titles in enumerate(grid.top[:-1]):
        if any(_GROUP.fullmatch(title) for title in titles) and "total waiting list" in grid.top[place + 1]:
            return place
    return None


def _columns(grid: Grid, top: int) -> dict[int, tuple[str, str]]:
    """The group, as it is written, and the key of each column; columns without a group above them are of no sheet's figures."""
    columns: dict[int, tuple[str, str]] = {}
    group, seen = "", set()
    for place, title in enumerate(grid.top[top + 1]):
        over = said(grid.rows[top][place]) if place < len(grid.rows[top]) else ""
        if found := _GROUP.fullmatch(over.lower()):
            group, seen = over[-len(found["group"]) :], set()
        key = COLUMNS.get(title.rstrip("*"), ("",))[0]
        if group and key and key not in seen:
            columns[place] = (group, key)
            seen.add(key)
    return columns


def _add_sheet(
    figures: FigureRows, sheet: HeadedSheet, columns: dict[int, tuple[str, str]], kind: str, weeks: dict[str, set[date]]
) -> None:
    """The figures of a sheet; `weeks` keeps which weeks of England each kind of group has, since the last stands on two sheets."""
    over = [plain(cell) for cell in sheet.grid.rows[sheet.top - 1]]
    first = next(place for place, title in enumerate(over) if title)
    known = weeks.setdefault(kind, set())
    if "week ending" in over[first]:
        known |= _add_weeks(figures, sheet, columns, kind, first)
        return
    day = _day_in_words(labelled(sheet.grid.rows[: sheet.top], "period"))
    if day is None:
        raise sheet.bad(sheet.top, None, "no week stands beside Period above the table")
    places = {name: over.index(f"organisation {name}") for name in ("code", "name", "type") if f"organisation {name}" in over}
    for index in sheet.body():
        if not any(sheet.said(index, place) for place in columns):
            continue
        function = sheet.said(index, first) if "treatment function" in over[first] else ""
        of, provider_type = _of(sheet, index, places, day) if not function else (of_england(_month(day)), "")
        if of.level == "england" and not provider_type and not function and day in known:
            continue
        for place, (group, key) in columns.items():
            of_cut = cut(**{kind: group}, treatment_function=function, provider_type=provider_type)
            figures.add_cell(of.at(sheet, index), key, sheet, (index, place), cut=of_cut)
    known.add(day)


def _add_weeks(figures: FigureRows, sheet: HeadedSheet, columns: dict[int, tuple[str, str]], kind: str, first: int) -> set[date]:
    """England's weeks by their days; the last of each month is the month's figure too."""
    days = {index: day for index in sheet.body() if (day := _day(sheet, index, first)) is not None}
    last = {max(day for day in days.values() if _month(day) == month) for month in {_month(day) for day in days.values()}}
    for index, day in days.items():
        for of_day in (day, None) if day in last else (day,):
            of = of_england(_month(day), day=of_day).at(sheet, index)
            for place, (group, key) in columns.items():
                figures.add_cell(of, key, sheet, (index, place), cut=cut(**{kind: group}))
    return set(days.values())


def _day(sheet: HeadedSheet, index: int, column: int) -> date | None:
    cell = sheet.cell(index, column)
    return as_day(cell) if isinstance(cell, date | datetime | str) else None


def _of(sheet: HeadedSheet, index: int, places: dict[str, int], day: date) -> tuple[Of, str]:
    """The organisation of a row, and England's type of provider where the row is of one type alone."""
    code, name = sheet.said(index, places.get("code")).upper(), sheet.said(index, places.get("name"))
    kind = sheet.said(index, places.get("type"))
    if code == "ENG":
        return of_england(_month(day)), "" if kind.lower() == "all" else kind
    level = _LEVELS.get(kind.lower(), "provider")
    return Of(month=_month(day), level=level, org_code=code, org_name=name or code), ""


def _day_in_words(text: str) -> date | None:
    """The last day that a period names: week ending 25 January 2026."""
    found = list(re.finditer(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3})[a-z]* (20\d\d)", text.lower()))
    if not found or found[-1][2] not in _MONTHS:
        return None
    return as_day(f"{found[-1][1]}/{_MONTHS.index(found[-1][2]) + 1}/{found[-1][3]}")


def _month(day: date) -> str:
    return f"{day.year}-{day.month:02d}"


PUBLICATION = Publication(
    slug="wlmds_demographics",
    dataset="wlmds",
    title=TITLE,
    known_by="sheets such as Provider-Age whose columns stand under Incomplete Pathways and a group of patients",
    is_ours=is_summary,
    read=read,
)
