"""Names and codes of integrated care boards, as the Office for National Statistics lists them."""

import re

from clockstop.intake.published.figure_rows import FigureRows, Of
from clockstop.intake.published.headed_sheet import has_header, headed_sheet, rows_table
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "ONS names and codes of integrated care boards"
_NEEDED = {"ICB24CD": r"icb\d\dcd", "ICB24CDH": r"icb\d\dcdh", "ICB24NM": r"icb\d\dnm"}


def is_names(preview: Preview) -> bool:
    """Whether it is text with the codes and names of boards of one year."""
    return preview.kind == "text" and has_header(preview.grids, _NEEDED)


def read(source: Source) -> Edition:
    """Every board's name, under December of the year that its header names."""
    sheet = headed_sheet(source.file.name, source.grids[0], _NEEDED, publication=TITLE)
    code, name = sheet.needed(_NEEDED["ICB24CDH"]), sheet.needed(_NEEDED["ICB24NM"])
    year = "".join(re.findall(r"\d\d", sheet.titles[code]))
    of_month = f"20{year}-12"
    figures, rows = FigureRows(), 0
    for index in sheet.body():
        of = Of(month=of_month, level="icb", org_code=sheet.said(index, code).upper(), org_name=sheet.said(index, name))
        if not of.org_code:
            raise sheet.bad(index, code, "is no code of a board")
        figures.add(of.at(sheet, index), "name", None, text=of.org_name)
        figures.add(of.at(sheet, index), "is_open", 1.0)
        rows += 1
    tables = {"figures": figures.table(), "rows": rows_table([sheet.grid])}
    return Edition(month=of_month, tables=tables, rows_read=rows)


PUBLICATION = Publication(
    slug="ods_names",
    dataset="ods",
    title=TITLE,
    known_by="a header with ICB24CD, ICB24CDH and ICB24NM (of any year)",
    is_ours=is_names,
    read=read,
)
