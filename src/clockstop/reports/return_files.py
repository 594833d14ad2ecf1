"""The monthly return as a file in the layout of the published full extract: CSV, or XLSX where the name ends so."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

from clockstop.errors import UnreadableFile
from clockstop.intake.set_aside import safe_cell
from clockstop.rules.rtt_return_rows import HEADER, Cell, Names, ReturnRow, in_order, written

XLSX = ".xlsx"


def return_csv(rows: Iterable[ReturnRow], names: Names) -> str:
    """The return as text: the published header, then a line a row in the published order."""
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(HEADER)
    lines.writerows(_safe(written(row, names)) for row in in_order(rows, names))
    return text.getvalue()


def write_return(file: Path, rows: Sequence[ReturnRow], names: Names) -> None:
    """Write the return; a file of that name is replaced whole."""
    partial = file.with_name(f".partial-{file.name}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix.lower() == XLSX:
            _write_workbook(partial, rows, names)
        else:
            partial.write_text(return_csv(rows, names), "utf-8")
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UnreadableFile(
            "The return cannot be written.", where=f"{file}: {error.strerror}", do="Name a file in a folder that may be written."
        ) from None


def file_name(trust: str, month: str, suffix: str = ".csv") -> str:
    """What a return's file is called when it is taken away.

    >>> file_name("ZZA", "2026-10")
    'RTT-return-ZZA-2026-10.csv'
    """
    return f"RTT-return-{trust}-{month}{suffix}"


def _safe(cells: Sequence[Cell]) -> list[Cell]:
    """The cells with texts that a spreadsheet would run as a formula disarmed (CWE-1236)."""
    return [safe_cell(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in cells]


def _write_workbook(file: Path, rows: Sequence[ReturnRow], names: Names) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(file), options) as book:
        sheet = book.add_worksheet("Full extract")
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, HEADER, book.add_format({"bold": True}))
        for line, row in enumerate(in_order(rows, names), start=1):
            for place, cell in enumerate(written(row, names)):
                if cell is not None:
                    sheet.write(line, place, cell)
