"""The NHS Staff Survey's detailed spreadsheets: every organisation's answers to every question, elements and themes."""

import re
from collections.abc import Iterator

from clockstop.errors import UnreadableFile
from clockstop.intake.published.figure_rows import FigureRows, Of
from clockstop.intake.published.figures_table import cut
from clockstop.intake.published.headed_sheet import HeadedSheet, has_header, headed_sheet, rows_table, said
from clockstop.intake.published.publication import Edition, Preview, Publication, Source

TITLE = "NHS Staff Survey, detailed results by organisation"
_NEEDED = {
    "ODS code": r"ods code",
    "Organisation name": r"organisation name",
    "Benchmarking group": r"benchmarking group",
    "Base (number of responses)": r"base \(number of responses\)",
}
_QUESTION = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_ ]*?) ?[-–] .+")
_SURVEY = re.compile(r"staff survey (20\d\d)", re.IGNORECASE)


def is_survey(preview: Preview) -> bool:
    """Whether a sheet has a row an organisation with answers and their base."""
    return preview.kind == "workbook" and has_header(preview.grids, _NEEDED)


def read(source: Source) -> Edition:
    """Per cent of each answer, scores, and how many responses each stands on, under December of the survey's year."""
    figures, grids, codes, columns_read = FigureRows(), [], set(), 0
    of_month = f"{_year(source)}-12"
    for grid in source.grids:
        if not has_header([grid], _NEEDED):
            continue
        sheet = headed_sheet(source.file.name, grid, _NEEDED, publication=TITLE)
        columns = list(_columns(sheet))
        columns_read += len(columns)
        codes |= _add_sheet(figures, sheet, columns, of_month)
        grids.append(grid)
    details: dict[str, int | str | bool] = {"survey_year": of_month[:4], "columns_read": columns_read}
    tables = {"figures": figures.table(), "rows": rows_table(grids)}
    return Edition(month=of_month, tables=tables, rows_read=len(codes), details=details)


def _year(source: Source) -> str:
    for grid in source.grids:
        for row in grid.rows[:6]:
            for cell in row:
                if isinstance(cell, str) and (found := _SURVEY.search(cell)):
                    return found[1]
    raise UnreadableFile(
        "The workbook does not say of which year's survey it is.",
        where=f"{source.file.name}: no sheet names an NHS Staff Survey and its year above its table.",
        do="Load the workbook as it was published.",
    )


def _columns(sheet: HeadedSheet) -> Iterator[tuple[int, str, str]]:
    """Each column of figures: its place, key and answer; the question stands over the first column of its answers."""
    header = sheet.grid.rows[sheet.top]
    question = ""
    for place in range(sheet.needed(_NEEDED["Benchmarking group"]) + 1, len(header)):
        title = said(header[place])
        question = _question_over(sheet, place) or question
        if not title or not question:
            continue
        if title.lower().startswith("base"):
            yield place, f"{question}_base", ""
        elif title.lower().endswith("score"):
            yield place, f"{question}_score", ""
        elif title.startswith("%"):
            yield place, f"{question}_percent", title.removeprefix("%").strip()


def _question_over(sheet: HeadedSheet, place: int) -> str:
    """The question's short name, such as q25c, that stands over this column; empty where none does."""
    for row in reversed(sheet.grid.rows[: sheet.top]):
        if place < len(row) and (found := _QUESTION.fullmatch(said(row[place]))):
            return re.sub(r"\W+", "_", found["name"].strip().lower())
    return ""


def _add_sheet(figures: FigureRows, sheet: HeadedSheet, columns: list[tuple[int, str, str]], of_month: str) -> set[str]:
    codes = set()
    cuts = {answer: cut(answer=answer) for _, _, answer in columns}
    code_at, name_at, group_at = (sheet.needed(_NEEDED[name]) for name in ("ODS code", "Organisation name", "Benchmarking group"))
    for index in sheet.body():
        code = sheet.said(index, code_at).upper()
        if not re.fullmatch(r"[A-Z0-9]{3,6}", code):
            continue
        level = "icb" if sheet.said(index, group_at).lower().startswith("icb") else "provider"
        of = Of(month=of_month, level=level, org_code=code, org_name=sheet.said(index, name_at) or code).at(sheet, index)
        for place, key, answer in columns:
            value, text = sheet.figure(index, place)
            figures.add(of, key, value, cut=cuts[answer], text=text)
        codes.add(code)
    return codes


PUBLICATION = Publication(
    slug="staff_survey_results",
    dataset="staff_survey",
    title=TITLE,
    known_by="sheets headed ODS code, Benchmarking group and Base (number of responses)",
    is_ours=is_survey,
    read=read,
)
