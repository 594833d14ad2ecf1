"""The DM01 return as a file in the layout of the published extract: CSV, XLSX or JSON by the end of its name."""

import csv
import json
from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from clockstop.answers.dm01_return import MonthlyDm01
from clockstop.contracts.diagnostic_codes import TEST_TITLES, TESTS
from clockstop.errors import UnreadableFile
from clockstop.intake.set_aside import safe_cell
from clockstop.rules.dm01_return import HEADER, TOTAL, Dm01Row, summed

XLSX, JSON = ".xlsx", ".json"


def file_name(trust: str, month: str, suffix: str = ".csv") -> str:
    """What the return's file is called when it is taken away.

    >>> file_name("ZZA", "2026-10")
    'DM01-return-ZZA-2026-10.csv'
    """
    return f"DM01-return-{trust}-{month}{suffix}"


def write_dm01(file: Path, found: MonthlyDm01) -> None:
    """Write the return; a file of that name is replaced whole."""
    written = {XLSX: _workbook, JSON: lambda one: dm01_json(one).encode()}.get(
        file.suffix.lower(), lambda one: dm01_csv(one).encode()
    )
    partial = file.with_name(f".partial-{file.name}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(written(found))
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UnreadableFile(
            "The file cannot be written.", where=f"{file}: {error.strerror}", do="Name a file in a folder that may be written."
        ) from None


def lines(found: MonthlyDm01) -> list[list[Any]]:
    """The lines of the file: each commissioner's tests and their total, in the published order."""
    listed: list[Dm01Row] = []
    for commissioner in dict.fromkeys(row.commissioner for row in found.rows):
        own = [row for row in found.rows if row.commissioner == commissioner]
        listed += [*own, summed(own, TOTAL, commissioner)]
    return [_line(found, row) for row in listed]


def _line(found: MonthlyDm01, row: Dm01Row) -> list[Any]:

    place = [
        found.month.name,
        "",
        "",
        found.trust,
        found.trust_name,
        "",
        "",
        row.commissioner,
        "",
        _order(row),
        row.diagnostic_test,
    ]
    return [*place, *(number for _heading, number in row.cells())]


def _order(row: Dm01Row) -> int:
    return TESTS[row.diagnostic_test].number if row.diagnostic_test in TESTS else len(TESTS) + 1


def dm01_csv(found: MonthlyDm01) -> str:
    """The return as text: the published header, then a line a commissioner and test."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_safe(line) for line in lines(found))
    return text.getvalue()


def dm01_json(found: MonthlyDm01) -> str:
    """The return as values: its total, each test, each line of the file, and what the checks say."""
    return json.dumps(dm01_values(found), indent=1, ensure_ascii=False)


def dm01_values(found: MonthlyDm01) -> dict[str, Any]:
    """What a program reads of a return."""
    return {
        "trust": found.trust, "month": found.month.name, "census": found.month.census.isoformat(), "snapshot": found.snapshot_id,
        "as_of": found.as_of.isoformat(), "is_month_over": found.month.is_over, "working_days": found.working_days,
        "tests": [_values(found, row) for row in found.tests],
        "rows": [dict(zip(HEADER, line, strict=True)) for line in lines(found)],
        "findings": [
            {"check": one.check, "is_error": one.is_error, "test": one.diagnostic_test, "commissioner": one.commissioner,
             "says": one.says} for one in found.findings
        ],
    }  # fmt: skip


def _values(found: MonthlyDm01, row: Dm01Row) -> dict[str, Any]:
    return {
        "test": row.diagnostic_test, "title": TEST_TITLES.get(row.diagnostic_test, "All tests"), **dict(row.cells()),
        "six_plus": row.six_plus, "six_plus_share": row.six_plus_share, "thirteen_plus": row.thirteen_plus,
        "activity_a_working_day": found.activity_a_working_day(row),
    }  # fmt: skip


def _safe(cells: Sequence[Any]) -> list[Any]:
    """The cells with texts that a spreadsheet would run as a formula disarmed (CWE-1236)."""
    return [safe_cell(cell) if isinstance(cell, str) else cell for cell in cells]


def _workbook(found: MonthlyDm01) -> bytes:
    import xlsxwriter

    held = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(held, options) as book:
        sheet = book.add_worksheet("DM01")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, HEADER, book.add_format({"bold": True}))
        for place, line in enumerate(lines(found), start=1):
            sheet.write_row(place, 0, _safe(line))
    return held.getvalue()
