"""Hospital Outpatient Activity: the year's attendances by main specialty and age, of all patients, men and women."""

import re

from clockstop.intake.published.figure_rows import FigureRows, of_england
from clockstop.intake.published.figures_table import cut
from clockstop.intake.published.grids import Grid, plain
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table
from clockstop.intake.published.outpatients_year import year_end
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "Hospital Outpatient Activity by specialty and age"
_NEEDED = {"Main Specialty Code": "(main|treatment) specialty code|main specialty", "Total": "total", "20-24": "20-24"}
_AGE = re.compile(r"\d{1,2}|\d{1,2} ?- ?\d{1,3}|\d{2,3}\+|unknown")


def is_table(preview: Preview) -> bool:
    """Whether a sheet has a row a specialty and a column an age band."""
    return preview.kind == "workbook" and has_header(preview.grids, _NEEDED)


def read(source: Source) -> Edition:
    """The year's attendances of each specialty and age band, of all, men and women."""
    figures, of_month, rows = FigureRows(), year_end(source), 0
    grids = [grid for grid in source.grids if has_header([grid], _NEEDED)]
    for grid in grids:
        rows += _add_sheet(figures, headed_sheet(source.file.name, grid, _NEEDED, publication=TITLE), of_month)
    return Edition(month=of_month, tables={"figures": figures.table(), "rows": rows_table(grids)}, rows_read=rows)


def _add_sheet(figures: FigureRows, sheet: HeadedSheet, of_month: str) -> int:
    code, sex, rows = sheet.needed(_NEEDED["Main Specialty Code"]), _sex(sheet.grid), 0
    ages = {place: title for place, title in enumerate(sheet.titles) if _AGE.fullmatch(title)} | {sheet.needed("total"): ""}
    for index in sheet.body():
        specialty = sheet.said(index, code)
        if not any(sheet.said(index, place) for place in ages):
            continue
        of = of_england(of_month).at(sheet, index)
        whole = "" if specialty.lower() in ("all", "total", "") else specialty
        for place, age in ages.items():
            figures.add_cell(of, "attendances", sheet, (index, place), cut=cut(main_specialty=whole, age_band=age, sex=sex))
        rows += 1
    return rows


def _sex(grid: Grid) -> str:
    name = plain(grid.sheet)
    return next((sex for sex in ("female", "male") if sex in name), "")


PUBLICATION = Publication(
    slug="outpatients_specialty",
    dataset="outpatients",
    title=TITLE,
    known_by="sheets headed Main Specialty Code with a column an age band",
    is_ours=is_table,
    read=read,
)
