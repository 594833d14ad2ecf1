"""NHS England's A&E workbook of a month: by provider, by system, booked apart, and by acute trust's footprint."""

import re
from dataclasses import dataclass

from clockstop.errors import UnreadableFile
from clockstop.intake.published.ae_columns import FIGURE_COLUMN, figure_columns
from clockstop.intake.published.figure_rows import FigureRows, Of, of_england
from clockstop.intake.published.figures_table import cut
from clockstop.intake.published.grids import Grid, plain
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table
from clockstop.intake.published.headings import details, labelled
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "A&E workbook by provider"
_NEEDED = {"Code": "code", "Type 1 Departments": FIGURE_COLUMN, "Total attendances": r"total attendances"}
_MAIN = r"provider level data"
_TOTALS = ("england", "total", "eng")
_OF_ATTENDANCES = ("attendances", "over_4_hours", "within_4_hours", "share_within_4_hours")


@dataclass(frozen=True)
class _Kind:
    """A sheet of the workbook: the level of its rows, and what stands before and after its keys."""

    name: str
    level: str
    before: str = ""
    after: str = ""

    def key(self, of_column: str) -> str | None:
        """The key of a column's figure; none where the main sheet gives it: admissions and waits for a bed stand on others too."""
        if not self.before and not self.after:
            return of_column
        if of_column in _OF_ATTENDANCES or (self.before and of_column.startswith("mapped_")):
            return f"{self.before}{of_column}{self.after}"
        return None


_SHEETS = (
    _Kind(_MAIN, "provider"),
    _Kind(r"(system|stp|icb).* level data", "icb"),
    _Kind(r"non-?booked data", "provider", after="_excluding_booked"),
    _Kind(r"booked appointments? data", "provider", after="_booked"),
    _Kind(r"acute trust footprint data", "provider", before="footprint_"),
)


def is_workbook(preview: Preview) -> bool:
    """Whether it has the sheet of providers with a header of department types."""
    if not any(re.fullmatch(_MAIN, plain(sheet)) for sheet in preview.sheets):
        return False
    return has_header([grid for grid in preview.grids if re.fullmatch(_MAIN, plain(grid.sheet))], _NEEDED)


def read(source: Source) -> Edition:
    """The month's figures of every provider, system and acute footprint, and of England."""
    main = next(grid for grid in source.grids if re.fullmatch(_MAIN, plain(grid.sheet)))
    name = _month_of(source, main)
    figures, organisations, notes = FigureRows(), {}, []
    for grid in source.grids:
        kind = next((kind for kind in _SHEETS if re.fullmatch(kind.name, plain(grid.sheet))), None)
        if kind is not None and month(labelled(grid.rows[:30], "period")) == name:
            organisations[grid.sheet] = _add_sheet(
                figures, headed_sheet(source.file.name, grid, _NEEDED, publication=TITLE), name, kind
            )
        elif kind is not None:
            notes.append(f"Sheet {grid.sheet} was not read: it is not of {name}.")
    known: dict[str, int | str | bool] = {**details(main.rows[:20], source.file.name), "provider_rows": organisations[main.sheet]}
    tables = {"figures": figures.table(), "rows": rows_table(grid for grid in source.grids if grid.sheet in organisations)}
    return Edition(month=name, tables=tables, rows_read=organisations[main.sheet], notes=tuple(notes), details=known)


def _month_of(source: Source, main: Grid) -> str:
    period = labelled(main.rows[:30], "period")
    if (name := month(period)) is None:
        raise UnreadableFile(
            "The workbook does not say its month.",
            where=f"{source.file.name}, sheet {main.sheet}: beside Period stands “{period[:40]}”.",
            do="Load the workbook as NHS England published it.",
        )
    return name


def _add_sheet(figures: FigureRows, sheet: HeadedSheet, name: str, kind: _Kind) -> int:
    """The figures of a sheet; how many organisations it has comes back."""
    columns = figure_columns(sheet.grid, sheet.top)
    if lacking := {("attendances", ""), ("over_4_hours", "")} - set(columns.values()):
        raise sheet.lacks(f"no column gives the total of {', '.join(sorted(key.replace('_', ' ') for key, _ in lacking))}", TITLE)
    organisations = 0
    for index in sheet.body():
        of = _of(sheet, index, name, kind.level)
        has_figures = any(sheet.said(index, place) for place in columns)
        if of is None or not has_figures or (of.level == "england" and kind.level == "icb"):
            continue
        organisations += of.level != "england"
        _add_organisation(figures, sheet, of, columns, kind)
    return organisations


def _of(sheet: HeadedSheet, index: int, name: str, level: str) -> Of | None:
    """The organisation of a row: England where its code is a dash, none where it is a line of notes."""
    org = sheet.said(index, sheet.needed("code"))
    called = sheet.said(index, sheet.column("name", "system", "stp", "icb"))
    if not org and plain(called) not in _TOTALS:
        return None
    if org in ("-", "–", "—", "") or plain(org) in _TOTALS:
        return of_england(name).at(sheet, index)
    return Of(month=name, level=level, org_code=org.upper(), org_name=called or org).at(sheet, index)


def _add_organisation(figures: FigureRows, sheet: HeadedSheet, of: Of, columns: dict[int, tuple[str, str]], kind: _Kind) -> None:
    assert of.source_row is not None
    values: dict[str, float | None] = {}
    for place, (of_column, department) in columns.items():
        if key := kind.key(of_column):
            values[key] = figures.add_cell(of, key, sheet, (of.source_row - 1, place), cut=cut(type=department))
    over, twelve = values.get("waits_over_4_hours_from_dta"), values.get("waits_12_hours_from_dta")
    if over is not None and twelve is not None:
        figures.add(of, "waits_4_to_12_hours_from_dta", over - twelve)


PUBLICATION = Publication(
    slug="ae_workbook",
    dataset="ae",
    title=TITLE,
    known_by="a workbook with the sheet Provider Level Data, its columns by type of department",
    is_ours=is_workbook,
    read=read,
)
