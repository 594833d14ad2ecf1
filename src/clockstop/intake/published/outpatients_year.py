"""Of which year the tables of Hospital Outpatient Activity are, and those of them that have a row a group of patients."""

import re

from clockstop.errors import UnreadableFile
from clockstop.intake.published.declared.outpatients import ANNUAL
from clockstop.intake.published.figure_rows import FigureRows, of_england
from clockstop.intake.published.figures_table import cut
from clockstop.intake.published.headed_sheet import has_header, headed_sheet, rows_table, said
from clockstop.intake.published.publication import Edition, Preview, Source

_YEAR = re.compile(r"\b(20\d\d)[-/](\d\d)\b")
_WHOLE = ("total activity", "total", "all")


def year_end(source: Source) -> str:
    """March of the financial year that the workbook names, else its file's name: some of the tables name none."""
    told = (said(cell) for grid in source.grids for row in grid.rows[:30] for cell in row if isinstance(cell, str))
    for text in (*told, source.preview.name, source.file.name):
        if (found := _YEAR.search(text)) and (int(found[1]) + 1) % 100 == int(found[2]):
            return f"{int(found[1]) + 1}-03"
    raise UnreadableFile(
        "The table does not say its year, and neither does its file's name.",
        where=source.file.name,
        do="Give the file the name that it was published under, with its year, such as 2024-25.",
    )


def has_groups(preview: Preview, heading: str) -> bool:
    """Whether a sheet has a row a group under that heading, and all attendances."""
    return preview.kind == "workbook" and has_header(preview.grids, _needed(heading))


def read_groups(source: Source, heading: str, name: str) -> Edition:
    """The year's attendances of each group, under the cut `name`, and of all."""
    grid = next(grid for grid in source.grids if has_header([grid], _needed(heading)))
    sheet = headed_sheet(source.file.name, grid, _needed(heading), publication="Hospital Outpatient Activity")
    columns = {place: ANNUAL[title][0] for place, title in enumerate(map(_unnoted, sheet.titles)) if title in ANNUAL}
    figures, of_month, rows = FigureRows(), year_end(source), 0
    label = sheet.needed(heading)
    for index in sheet.body():
        group, described = sheet.said(index, label), sheet.said(index, label + 1) if label + 1 not in columns else ""
        if not any(sheet.said(index, place) for place in columns):
            continue  # a note below the table
        is_whole = described.lower() in _WHOLE or group.lower() in _WHOLE
        of = of_england(of_month).at(sheet, index)
        for place, key in columns.items():
            figures.add_cell(of, key, sheet, (index, place), cut="" if is_whole else cut(**{name: group or described}))
        rows += 1
    tables = {"figures": figures.table(), "rows": rows_table([grid])}
    return Edition(month=of_month, tables=tables, rows_read=rows)


def _unnoted(title: str) -> str:
    """A heading without the number of its note."""
    return re.sub(r"(?<=[a-z])\d$", "", title)


def _needed(heading: str) -> dict[str, str]:
    return {heading: heading, "All Attendances": "all attendances"}
