"""NHS England's ambulance systems indicators: the time series workbook, whose hidden sheet Raw holds every service and month."""

from clockstop.errors import UnreadableFile
from clockstop.intake.published.ambulance_figures import NEEDED, add_sheet
from clockstop.intake.published.figure_rows import FigureRows
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "Ambulance systems indicators, time series"
_NEEDED = {**NEEDED, "Area": "area|org code|code"}


def is_series(preview: Preview) -> bool:
    """Whether a sheet has a row an area and month, with a column an item."""
    return preview.kind == "workbook" and "Raw" in preview.sheets and has_header(preview.grids, _NEEDED)


def read(source: Source) -> Edition:
    """Every item of every service, region and month, under the last month."""
    grid = next(grid for grid in source.grids if has_header([grid], _NEEDED))
    sheet = headed_sheet(source.file.name, grid, _NEEDED, publication=TITLE)
    figures = FigureRows()
    months = add_sheet(figures, sheet, region=_region(sheet), code=sheet.needed(_NEEDED["Area"]), name=_name(sheet))
    if not months:
        raise UnreadableFile("The time series has no row of a month.", where=sheet.where(sheet.top), do="Download it again.")
    details: dict[str, int | str | bool] = {"first_month": min(months), "last_month": max(months)}
    tables = {"figures": figures.table(), "rows": rows_table([grid])}
    return Edition(month=max(months), tables=tables, rows_read=sum(1 for _ in sheet.body()), details=details)


def _region(sheet: HeadedSheet) -> int:
    """The column of the region's name, which stands untitled right of its code; the code's own where nothing does."""
    place = sheet.column("reg", "region")
    if place is None:
        return sheet.needed(_NEEDED["Area"])
    return place + 1 if place + 1 < len(sheet.titles) and not sheet.titles[place + 1] else place


def _name(sheet: HeadedSheet) -> int:
    place = sheet.column("trust", "org name", "name")
    return place if place is not None else sheet.needed(_NEEDED["Area"])


PUBLICATION = Publication(
    slug="ambulance_series",
    dataset="ambulance",
    title=TITLE,
    known_by="a workbook with the (hidden) sheet Raw, a column an item (A7, A8, A25)",
    is_ours=is_series,
    read=read,
)
