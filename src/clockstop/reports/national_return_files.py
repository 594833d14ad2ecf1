"""A national return as a file: a workbook in the layout of the published one, CSV of one sheet, or JSON with everything."""

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from clockstop.answers.national_return import MadeReturn
from clockstop.errors import UnknownName, UnreadableFile
from clockstop.intake.set_aside import safe_cell
from clockstop.rules.national_return import Cell, Checked, NationalReturn, ReturnRow, ReturnSheet
from clockstop.rules.return_period import ReturnPeriod

CSV, XLSX, JSON = "csv", "xlsx", "json"
FORMATS = (CSV, XLSX, JSON)
NOT_PUBLISHED = "A trust's own return, made by Clockstop: not published"


def file_name(declared: NationalReturn, trust: str, period: ReturnPeriod, form: str = CSV) -> str:
    """What a return's file is called when it is taken away."""
    return f"{declared.name}-return-{trust}-{period.name}.{form}".replace(" ", "-").replace("&", "and")


def write_return(file: Path, made: MadeReturn, *, rows: Sequence[ReturnRow] | None = None, form: str = "", sheet: str = "") -> None:
    """Write the return (or other `rows` of it) in the form asked for, else that of the file's name; it is replaced whole."""
    form = form or file.suffix.lower().lstrip(".")
    content = content_of(made, rows=made.rows if rows is None else rows, form=form if form in FORMATS else CSV, sheet=sheet)
    partial = file.with_name(f".partial-{file.name}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UnreadableFile(
            "The file cannot be written.", where=f"{file}: {error.strerror}", do="Name a file in a folder that may be written."
        ) from None


def content_of(made: MadeReturn, *, rows: Sequence[ReturnRow], form: str, sheet: str = "") -> bytes:
    """The return as the bytes of a file; `sheet` chooses which a CSV holds."""
    written: dict[str, Callable[[], bytes]] = {
        CSV: lambda: sheet_csv(sheet_named(made.declared, sheet), rows).encode("utf-8"),
        XLSX: lambda: workbook(made.declared, made.period, rows),
        JSON: lambda: return_json(made, rows).encode("utf-8"),
    }
    return written[form]()


def sheet_named(declared: NationalReturn, name: str) -> ReturnSheet:
    """The sheet of that name, the first without one; `UnknownName` where there is none."""
    if not name:
        return declared.main
    for one in declared.sheets:
        if one.name.lower() == name.lower():
            return one
    raise UnknownName(
        f"The {declared.name} return has no sheet {name}.", where=f"Its sheets: {', '.join(one.name for one in declared.sheets)}.",
        do="Name one of these.",
    )  # fmt: skip


def sheet_csv(sheet: ReturnSheet, rows: Sequence[ReturnRow]) -> str:
    """The sheet's rows under their headings; a heading that stands under a group's has the group's before it."""
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([f"{one.group.strip()} {one.heading.strip()}" if one.group else one.heading for one in sheet.columns])
    lines.writerows([_written(cell) for cell in row.cells] for row in rows if row.sheet == sheet.name)
    return text.getvalue()


def _written(cell: Cell) -> Any:
    """A cell for a file: blank where there is nothing, texts that a spreadsheet would run disarmed (CWE-1236)."""
    if cell is None:
        return ""
    if hasattr(cell, "isoformat"):
        return cell.isoformat()  # type: ignore[union-attr]
    return safe_cell(cell) if isinstance(cell, str) else cell


def workbook(
    declared: NationalReturn,
    period: ReturnPeriod,
    rows: Sequence[ReturnRow],
    *,
    about: dict[str, str] | None = None,
    sheets: Sequence[ReturnSheet] | None = None,
) -> bytes:
    """Every sheet as the published workbook has it: what it is above, the headings of groups, the headings, the rows."""
    import xlsxwriter

    held = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(held, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for sheet in declared.sheets if sheets is None else sheets:
            page = book.add_worksheet(sheet.name[:31])
            top = _above(page, declared, period, about or {}, bold)
            if any(one.group for one in sheet.columns):
                _groups(page, top, sheet, bold)
                top += 1
            page.write_row(top, 0, [one.heading for one in sheet.columns], bold)
            page.freeze_panes(top + 1, 0)
            for line, row in enumerate((one for one in rows if one.sheet == sheet.name), start=top + 1):
                page.write_row(line, 0, [_written(cell) for cell in row.cells])
    return held.getvalue()


def _above(page: Any, declared: NationalReturn, period: ReturnPeriod, about: dict[str, str], bold: Any) -> int:
    """What stands above a table of the published workbooks; the line that comes after."""
    words = {
        "Title:": declared.title, "Summary:": declared.source, "Period:": period.title, "Source:": f"{declared.name} return",
        "Basis:": "Provider", "Published:": "-", "Revised:": "-", "Status:": NOT_PUBLISHED, **about,
    }  # fmt: skip
    for line, (name, says) in enumerate(words.items()):
        page.write(line, 0, name, bold)
        page.write(line, 1, says)
    return len(words) + 1


def _groups(page: Any, line: int, sheet: ReturnSheet, bold: Any) -> None:
    before = ""
    for place, column in enumerate(sheet.columns):
        if column.group and column.group != before:
            page.write(line, place, column.group, bold)
        before = column.group


def return_json(made: MadeReturn, rows: Sequence[ReturnRow]) -> str:
    """The return as values: its rows by sheet, its flow, and what the checks say."""
    return json.dumps(return_values(made, rows), indent=1, ensure_ascii=False, default=str)


def return_values(made: MadeReturn, rows: Sequence[ReturnRow]) -> dict[str, Any]:
    """What a program reads of a return."""
    declared, period = made.declared, made.period
    return {
        "return": declared.slug,
        "trust": made.trust,
        "period": period.name,
        "period_title": period.title,
        "first_day": period.first_day.isoformat(),
        "last_day": period.last_day.isoformat(),
        "census": period.census.isoformat(),
        "is_over": period.is_over,
        "due": declared.due(period).isoformat(),
        "snapshot_id": made.snapshot_id,
        "as_of": made.as_of.isoformat(),
        "last_time": made.before_title,
        "sheets": {sheet.name: [_row_values(sheet, row) for row in rows if row.sheet == sheet.name] for sheet in declared.sheets},
        "flows": [
            {"cut": one.cut, "title": one.title, **one.steps, "closing": one.closing, "unexplained": one.unexplained}
            for one in made.flows
        ],
        "checks": check_values(made.checks),
        "has_errors": made.has_errors,
        "unsure": list(declared.doubts),
    }


def _row_values(sheet: ReturnSheet, row: ReturnRow) -> dict[str, Any]:
    return {column.name: cell for column, cell in zip(sheet.columns, row.cells, strict=False)}


def check_values(found: Sequence[Checked]) -> list[dict[str, Any]]:
    """Each check with what it found, for a program."""
    return [
        {
            "check": one.check.slug, "title": one.check.title, "kind": one.check.kind, "is_passed": one.is_passed,
            "findings": [asdict(finding) for finding in one.findings], "do": one.check.do,
        }
        for one in found
    ]  # fmt: skip
