"""NHS workforce statistics by organisation: staff groups of the month, and all staff month by month since September 2009."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from clockstop.errors import UnreadableFile
from clockstop.intake.published.figure_rows import FigureRows, Of, of_england
from clockstop.intake.published.figures_table import cut
from clockstop.intake.published.grids import Grid, plain
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table, said
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "NHS workforce statistics by organisation"
_NEEDED = {
    "region code": r"(nhs england|nhse|hee) region code",
    "region name": r"(nhs england|nhse|hee) region name",
    "ICS code": r"ic[sb] code",
    "ICS name": r"ic[sb] name",
    "Organisation name": r"organisation name",
    "Organisation code": r"organisation code",
}
_NO_GROUP = ("total", "all staff")
_ZERO = ("-", "–")  # "' - ' denotes zero", the sheets' notes say
# Level, code, month and key of a figure of all staff. An ICB is an area, and under the same code an employer.
_Place = tuple[str, str, str, str]
_CLOSE = 0.51  # a whole number against its published rounding


@dataclass(frozen=True)
class _Columns:
    """The columns of figures: of a sheet of staff groups the group of each, of a series the month of each."""

    groups: dict[int, str]
    months: dict[int, str]


def is_statistics(preview: Preview) -> bool:
    """Whether a sheet has a row an organisation, by staff group or month."""
    return preview.kind == "workbook" and any(has_header([grid], _NEEDED) and _key(grid) for grid in preview.grids)


def read(source: Source) -> Edition:
    """Headcount and full time equivalent: staff groups of the month, all staff of all months."""
    figures, notes, grids = FigureRows(), [], []
    known: dict[_Place, float] = {}
    sheets = [
        headed_sheet(source.file.name, grid, _NEEDED, publication=TITLE)
        for grid in source.grids
        if has_header([grid], _NEEDED) and _key(grid)
    ]
    for sheet in sorted(sheets, key=lambda sheet: bool(_columns(sheet).months)):
        notes += _add_sheet(figures, sheet, known)
        grids.append(sheet.grid)
    months = {of_month for _, _, of_month, _ in known}
    if not months:
        raise UnreadableFile("The workbook has no figures of a month.", where=source.file.name, do="Download it again.")
    organisations = {code for level, code, _, _ in known if level == "provider"}
    tables = {"figures": figures.table(), "rows": rows_table(grids)}
    details: dict[str, int | str | bool] = {"first_month": min(months), "last_month": max(months)}
    return Edition(month=max(months), tables=tables, rows_read=len(organisations), notes=tuple(notes), details=details)


def _key(grid: Grid) -> str:
    """fte or headcount, of what the sheet says of itself; empty where it says neither."""
    above = " ".join(said(cell).lower() for row in grid.rows[:4] for cell in row if isinstance(cell, str))
    for text in (plain(grid.sheet), above):
        if re.search(r"\bfte\b|full[- ]time equivalent", text):
            return "fte"
        if re.search(r"\bhc\b|headcount", text):
            return "headcount"
    return ""


def _columns(sheet: HeadedSheet) -> _Columns:
    last = max(sheet.needed(pattern) for pattern in _NEEDED.values())
    header = sheet.grid.rows[sheet.top]
    groups, months = {}, {}
    for place in range(last + 1, len(header)):
        cell = header[place]
        if isinstance(cell, date | datetime):
            months[place] = f"{cell.year}-{cell.month:02d}"
        elif (name := said(cell)) and (found := month(name)) and len(name) < 20:
            months[place] = found
        elif name:
            groups[place] = "" if name.lower() in _NO_GROUP else name
    return _Columns(groups, months)


def _add_sheet(figures: FigureRows, sheet: HeadedSheet, known: dict[_Place, float]) -> list[str]:
    """The figures of a sheet; of a series without those that a sheet of groups has given, and what contradicts them is noted."""
    columns, key = _columns(sheet), _key(sheet.grid)
    of_month = "" if columns.months else _month_above(sheet)
    contradictions: list[str] = []
    for index in sheet.body():
        of = _of(sheet, index, of_month)
        if of is None:
            continue
        for place, group in columns.groups.items() if of_month else ():
            value, text = _figure(sheet, (index, place))
            figures.add(of.at(sheet, index), key, value, cut=cut(staff_group=group), text=text)
            if value is not None and not group:
                known[of.level, of.org_code, of_month, key] = value
        for place, name in columns.months.items():
            earlier = known.get((of.level, of.org_code, name, key))
            value, _ = sheet.figure(index, place)
            if earlier is None and value is not None:
                known[of.level, of.org_code, name, key] = value
                figures.add(_of_month(of, name).at(sheet, index), key, value)
            elif earlier is not None and value is not None and abs(earlier - value) > _CLOSE:
                contradictions.append(f"{of.org_name} ({key}): {earlier:,.1f} by group, {value:,.1f} in the series")
    if not contradictions:
        return []
    count = len(contradictions)
    return [f"{sheet.name}: {count} figures differ between the sheets of the last month, the first: {contradictions[0]}."]


def _figure(sheet: HeadedSheet, at: tuple[int, int]) -> tuple[float | None, str]:
    value, text = sheet.figure(*at)
    return (0.0, "") if text in _ZERO else (value, text)


def _month_above(sheet: HeadedSheet) -> str:
    for row in sheet.grid.rows[: sheet.top]:
        for cell in row:
            if len(said(cell)) < 40 and (found := month(said(cell))):
                return found
    raise sheet.bad(sheet.top, None, "no month stands above the table")


def _of(sheet: HeadedSheet, index: int, of_month: str) -> Of | None:
    """England, a region, an ICS or an organisation, by which of the names the row has; none where it is a note."""
    said_of = {name: sheet.said(index, sheet.needed(pattern)) for name, pattern in _NEEDED.items()}
    if said_of["Organisation code"]:
        name = said_of["Organisation name"] or said_of["Organisation code"]
        return Of(month=of_month, level="provider", org_code=said_of["Organisation code"].upper(), org_name=name)
    if said_of["ICS code"]:
        return Of(month=of_month, level="icb", org_code=said_of["ICS code"].upper(), org_name=said_of["ICS name"])
    if said_of["region name"].lower() == "england":
        return of_england(of_month)
    if said_of["region code"] and said_of["region name"]:
        return Of(month=of_month, level="region", org_code=said_of["region code"].upper(), org_name=said_of["region name"])
    return None


def _of_month(of: Of, name: str) -> Of:
    return Of(month=name, level=of.level, org_code=of.org_code, org_name=of.org_name)


PUBLICATION = Publication(
    slug="workforce_statistics",
    dataset="workforce",
    title=TITLE,
    known_by="sheets of headcount or FTE headed region, ICS and Organisation code",
    is_ours=is_statistics,
    read=read,
)
