"""NHS England's A&E time series: England's attendances, waits and admissions month by month since August 2010."""

from datetime import date, datetime, timedelta
from typing import Any

from clockstop.errors import UnreadableFile
from clockstop.intake.published.ae_columns import FIGURE_COLUMN, figure_columns
from clockstop.intake.published.figure_rows import FigureRows, of_england
from clockstop.intake.published.figures_table import cut
from clockstop.intake.published.grids import plain
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table, said
from clockstop.intake.published.headings import released
from clockstop.intake.published.months import month
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "A&E time series"
_NEEDED = {"Period": "period", "Type 1 Departments": FIGURE_COLUMN}
_SHEETS = {"activity": "", "performance": "", "booking": "_booked"}
_OF_ATTENDANCES = ("attendances", "over_4_hours", "within_4_hours", "share_within_4_hours")
_FIRST_DAY_OF_EXCEL = date(1899, 12, 30)


def is_series(preview: Preview) -> bool:
    """Whether it has the sheets of activity and performance, by period."""
    if not {"activity", "performance"} <= {plain(sheet) for sheet in preview.sheets}:
        return False
    return has_header([grid for grid in preview.grids if plain(grid.sheet) == "activity"], _NEEDED)


def read(source: Source) -> Edition:
    """England's figures of every month, under the last.

    Its newest months are of their first release, and older ones of any: it says when it was released, and not that it is revised.
    """
    figures, months = FigureRows(), set()
    grids = [grid for grid in source.grids if plain(grid.sheet) in _SHEETS]
    for grid in grids:
        sheet = headed_sheet(source.file.name, grid, _NEEDED, publication=f"the {TITLE}")
        months |= _add_sheet(figures, sheet, _SHEETS[plain(grid.sheet)])
    if not months:
        raise UnreadableFile("The time series has no month with figures.", where=source.file.name, do="Download it again.")
    details: dict[str, int | str | bool] = {
        "first_month": min(months),
        "last_month": max(months),
        "released": released(grids[0].rows[:20]),
    }
    tables = {"figures": figures.table(), "rows": rows_table(grids)}
    return Edition(month=max(months), tables=tables, rows_read=len(months), details=details)


def _add_sheet(figures: FigureRows, sheet: HeadedSheet, after: str) -> set[str]:
    columns = figure_columns(sheet.grid, sheet.top)
    found: set[str] = set()
    for index in sheet.body():
        name = month_of(sheet.cell(index, sheet.needed("period")))
        if name is None:
            continue
        of = of_england(name).at(sheet, index)
        values: dict[str, float | None] = {}
        for place, (key, kind) in columns.items():
            if not after or key in _OF_ATTENDANCES:
                values[key] = figures.add_cell(of, f"{key}{after}", sheet, (index, place), cut=cut(type=kind))
        over, twelve = values.get("waits_over_4_hours_from_dta"), values.get("waits_12_hours_from_dta")
        if over is not None and twelve is not None:
            figures.add(of, "waits_4_to_12_hours_from_dta", over - twelve)
        found |= {name} if any(value is not None for value in values.values()) else set()
    return found


def month_of(cell: Any) -> str | None:
    """The month of a cell that holds a day, a number that Excel counts days with, or a month in words; none where it holds none.

    >>> month_of(date(2025, 6, 1)), month_of(45809.0), month_of("Jun-25"), month_of("Note 5")
    ('2025-06', '2025-06', '2025-06', None)
    """
    if isinstance(cell, date | datetime):
        return f"{cell.year}-{cell.month:02d}"
    if isinstance(cell, int | float) and 30_000 < cell < 80_000:
        day = _FIRST_DAY_OF_EXCEL + timedelta(days=int(cell))
        return f"{day.year}-{day.month:02d}"
    return month(said(cell)) if len(said(cell)) < 30 else None


PUBLICATION = Publication(
    slug="ae_time_series",
    dataset="ae",
    title=TITLE,
    known_by="a workbook with the sheets Activity and Performance, by period",
    is_ours=is_series,
    read=read,
)
