"""In which ICB and region each A&E provider lies: the mapping that stands beside NHS England's A&E workbook."""

from datetime import UTC, datetime

from clockstop.intake.published.ae_monthly import region_code
from clockstop.intake.published.figure_rows import FigureRows, Of
from clockstop.intake.published.headed_sheet import has_header, headed_sheet, rows_table
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "A&E providers' ICBs and regions"
_NEEDED = {
    "Code": r"(org )?code",
    "Name": r"name",
    "ICB Code": r"(icb|stp) code",
    "ICB Name": r"(icb|stp)( name)?",
    "Region Name": r"region( name)?",
}


def is_mapping(preview: Preview) -> bool:
    """Whether it is text with a row a provider and its ICB."""
    return preview.kind == "text" and has_header(preview.grids, _NEEDED)


def read(source: Source) -> Edition:
    """Every provider's ICB and region; the list tells no day, so it stands under the month in which it is loaded."""
    sheet = headed_sheet(source.file.name, source.grids[0], _NEEDED, publication=TITLE)
    columns = {name: sheet.needed(pattern) for name, pattern in _NEEDED.items()}
    of_month = f"{datetime.now(UTC):%Y-%m}"
    figures, rows, notes = FigureRows(), {}, ["The list tells no day; it stands under the month in which it was loaded."]
    for index in sheet.body():
        said = {name: sheet.said(index, place) for name, place in columns.items()}
        if not said["Code"]:
            raise sheet.bad(index, columns["Code"], "is no code of an organisation")
        if rows.setdefault(said["Code"].upper(), index) != index:
            notes.append(f"{said['Code']} is there twice; row {rows[said['Code'].upper()] + 1} holds, not row {index + 1}.")
            continue
        of = Of(month=of_month, level="provider", org_code=said["Code"].upper(), org_name=said["Name"]).at(sheet, index)
        region = region_code(said["Region Name"]) or ""
        words = {"name": said["Name"], "icb": said["ICB Code"].upper(), "icb_name": said["ICB Name"], "region": region}
        for key, text in {**words, "region_name": said["Region Name"]}.items():
            figures.add(of, key, None, text=text)
    tables = {"figures": figures.table(), "rows": rows_table([sheet.grid])}
    return Edition(month=of_month, tables=tables, rows_read=len(rows), notes=tuple(notes))


PUBLICATION = Publication(
    slug="ods_mapping",
    dataset="ods",
    title=TITLE,
    known_by="a header with Code, Name, ICB Code, ICB Name and Region Name",
    is_ours=is_mapping,
    read=read,
)
