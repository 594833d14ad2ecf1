"""The monthly return as a file in the layout of the published full extract: CSV, or XLSX where the name ends so."""

import csv
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from pathlib import Path

from clockstop.answers.reconciliation import Reconciliation
from clockstop.errors import UnreadableFile
from clockstop.intake.set_aside import safe_cell
from clockstop.rules.rtt_bands import band_label
from clockstop.rules.rtt_return_differences import NO_BAND, UNKNOWN_BAND
from clockstop.rules.rtt_return_rows import HEADER, PART_CODES, Cell, Names, ReturnRow, in_order, written

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
    if file.suffix.lower() == XLSX:
        _write(file, lambda partial: _write_workbook(partial, rows, names))
    else:
        _write(file, lambda partial: partial.write_text(return_csv(rows, names), "utf-8"))


def _write(file: Path, written_by: Callable[[Path], object]) -> None:
    """Let the file be written beside its place and put it there whole."""
    partial = file.with_name(f".partial-{file.name}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        written_by(partial)
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UnreadableFile(
            "The file cannot be written.", where=f"{file}: {error.strerror}", do="Name a file in a folder that may be written."
        ) from None


def write_differences(file: Path, found: Reconciliation) -> None:
    """Write every figure that differs from the published one: part, function, week band, ours, published, difference."""
    text = StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(["part", "treatment_function", "band", "ours", "published", "difference", "explained"])
    told: dict[tuple[str, str], str] = {}
    for one in found.explanations:
        key = (one.part, one.treatment_function)
        told[key] = " ".join(part for part in (told.get(key, ""), one.says) if part)
    for one in found.bands:
        if one.difference:
            place = [PART_CODES[one.part], one.treatment_function, band_words(one.band)]
            says = told.get((one.part, one.treatment_function), "")
            lines.writerow(_safe([*place, one.ours, one.theirs, one.difference, says]))
    _write(file, lambda partial: partial.write_text(text.getvalue(), "utf-8"))


def band_words(number: int) -> str:
    """A band as a reader knows it.

    >>> band_words(1), band_words(105), band_words(0), band_words(-1)
    ('>0-1', '>104', 'unknown start', 'all')
    """
    return {UNKNOWN_BAND: "unknown start", NO_BAND: "all"}.get(number) or str(band_label(number))


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
