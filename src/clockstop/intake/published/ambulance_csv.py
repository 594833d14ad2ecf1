"""NHS England's ambulance systems indicators as a CSV (AmbSYS.csv), or an excerpt of it."""

from clockstop.errors import UnreadableFile
from clockstop.intake.published.ambulance_figures import NEEDED, add_sheet
from clockstop.intake.published.figure_rows import FigureRows
from clockstop.intake.published.headed_sheet import has_header, headed_sheet, rows_table
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "Ambulance systems indicators, CSV"
_NEEDED = {**NEEDED, "Region": "reg|region", "Org Code": "org ?code"}


def is_csv(preview: Preview) -> bool:
    """Whether it is text with a row an area and month, and a column an item."""
    return preview.kind == "text" and has_header(preview.grids, _NEEDED)


def read(source: Source) -> Edition:
    """Every item of every service, region and month, under the last month."""
    sheet = headed_sheet(source.file.name, source.grids[0], _NEEDED, publication=TITLE)
    figures = FigureRows()
    code, region = sheet.needed(_NEEDED["Org Code"]), sheet.needed(_NEEDED["Region"])
    name = sheet.column("org ?name", "trust")
    months = add_sheet(figures, sheet, region=region, code=code, name=code if name is None else name)
    if not months:
        raise UnreadableFile("The file has no row of a month.", where=sheet.where(sheet.top), do="Download it again.")
    details: dict[str, int | str | bool] = {"first_month": min(months), "last_month": max(months)}
    tables = {"figures": figures.table(), "rows": rows_table([sheet.grid])}
    return Edition(month=max(months), tables=tables, rows_read=sum(1 for _ in sheet.body()), details=details)


PUBLICATION = Publication(
    slug="ambulance_csv",
    dataset="ambulance",
    title=TITLE,
    known_by="a header with Year, Month, Region, Org Code and a column an item (A7, A8, A25)",
    is_ours=is_csv,
    read=read,
)
