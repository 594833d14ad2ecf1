"""Workbooks: the sheet and the header row found, cells given as the text that a person would type."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from clockstop.contracts.contract import Contract
from clockstop.errors import UnreadableFile
from clockstop.intake.map import Mapping, Matched, fits
from clockstop.intake.read import ROWS_SEARCHED, SOURCE_ROW, Delivered, matched_header

# A full sheet of a million rows unpacks to well under this; a zip bomb goes far beyond.
UNPACKED_LIMIT = 1 << 30
# The reader lays a sheet out as a grid, so one stray cell in the last corner would cost 17 billion cells.
CELLS_LIMIT = 60_000_000
BATCH_ROWS = 20_000
_CHUNK = 1 << 20
_CELL = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"')


def open_workbook(file: Path, contract: Contract, mapping: Mapping) -> Delivered:
    """The workbook's sheet that the mapping names, else the one whose header fits best."""
    must_be_safe(file)
    book = _opened(file)
    name, rows, notes = _chosen_sheet(book, contract, mapping, file)
    place, matched = matched_header(rows, contract, mapping, file_name=file.name)
    sheet = _sheet(book, name, file)
    return Delivered(
        kind="xlsx", matched=matched, batches=lambda: _batches(sheet, place + 1, matched, mapping), notes=notes, has_nul=True
    )


def first_rows(file: Path, contract: Contract, mapping: Mapping) -> list[list[str]]:
    """The first rows of the chosen sheet, for finding a header."""
    must_be_safe(file)
    return _chosen_sheet(_opened(file), contract, mapping, file)[1]


def sheet_names(file: Path) -> list[str]:
    """The names of the workbook's sheets of cells."""
    must_be_safe(file)
    return [one.name for one in _opened(file).sheets_metadata if str(one.typ).endswith("WorkSheet")]


def as_text(cell: Any) -> str | None:
    """A cell as text: days as 2026-09-03, whole numbers without a fraction."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if (cell.hour, cell.minute, cell.second) != (0, 0, 0) else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell.total_seconds() if isinstance(cell, timedelta) else cell) or None


def _chosen_sheet(
    book: CalamineWorkbook, contract: Contract, mapping: Mapping, file: Path
) -> tuple[str, list[list[str]], list[str]]:
    names = [one.name for one in book.sheets_metadata if str(one.typ).endswith("WorkSheet")]
    if mapping.sheet:
        if mapping.sheet not in names:
            raise UnreadableFile(
                f"{file.name} has no sheet {mapping.sheet!r}.",
                where=f"Its sheets are: {', '.join(names)}.",
                do="Correct sheet in the mapping.",
            )
        names = [mapping.sheet]
    tops = {name: _top(_sheet(book, name, file)) for name in names}
    filled = {name: rows for name, rows in tops.items() if any(any(row) for row in rows)}
    if not filled:
        raise UnreadableFile(f"{file.name} is an empty workbook.", where=f"Its sheets: {', '.join(names)}.", do="Export it again.")
    best = max(filled, key=lambda name: max(fits(row, contract, mapping) for row in filled[name]))
    notes = [f"The workbook has {len(filled)} sheets with content; {best!r} was read."] if len(filled) > 1 else []
    return best, filled[best], notes


def _sheet(book: CalamineWorkbook, name: str, file: Path) -> CalamineSheet:
    try:
        return book.get_sheet_by_name(name)
    except CalamineError as error:
        raise _damaged(file, error) from None


def _top(sheet: CalamineSheet) -> list[list[str]]:
    rows = sheet.to_python(skip_empty_area=False, nrows=ROWS_SEARCHED)
    return [[(as_text(cell) or "").strip() for cell in row] for row in rows]


def _batches(sheet: CalamineSheet, skip: int, matched: Matched, mapping: Mapping) -> Iterator[pa.RecordBatch]:
    missing = set(mapping.missing)
    held: list[Sequence[Any]] = []
    number = 0
    numbers: list[int] = []
    for place, row in enumerate(sheet.iter_rows()):
        if place < skip:
            continue
        number += 1
        if not any(cell not in ("", None) for cell in row):
            continue
        held.append(row)
        numbers.append(number)
        if len(held) == BATCH_ROWS:
            yield _batch(held, numbers, matched, missing)
            held, numbers = [], []
    if held:
        yield _batch(held, numbers, matched, missing)


def _batch(rows: list[Sequence[Any]], numbers: list[int], matched: Matched, missing: set[str]) -> pa.RecordBatch:
    columns: dict[str, pa.Array] = {}
    for name, place in matched.places.items():
        texts = (as_text(row[place]) if place < len(row) else None for row in rows)
        columns[name] = pa.array([None if text in missing else text for text in texts], pa.string())
    columns[SOURCE_ROW] = pa.array(numbers, pa.int64())
    return pa.RecordBatch.from_pydict(columns)


def _opened(file: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(file))
    except PasswordError:
        raise UnreadableFile(f"{file.name} is protected by a password.", do="Take the password off and save it again.") from None
    except (CalamineError, OSError) as error:
        raise _damaged(file, error) from None


def must_be_safe(file: Path) -> None:
    """Raise where the workbook would unpack without measure, declares entities, or spreads its cells over the whole grid."""
    unpacked = 0
    try:
        with zipfile.ZipFile(file) as archive:
            for entry in archive.infolist():
                if entry.flag_bits & 1:
                    raise UnreadableFile(f"{file.name} is protected by a password.", do="Take the password off and save it again.")
                unpacked += entry.file_size
                if unpacked > UNPACKED_LIMIT:
                    raise _too_large(file)
                if entry.filename.endswith((".xml", ".rels")):
                    _must_be_plain(archive, entry, file)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise _damaged(file, error) from None


def _must_be_plain(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: Path) -> None:
    is_sheet = entry.filename.startswith("xl/worksheets/")
    right, bottom, before = 0, 0, b""
    with archive.open(entry) as handle:
        while chunk := handle.read(_CHUNK):
            if b"<!DOCTYPE" in before + chunk or b"<!ENTITY" in before + chunk:
                raise UnreadableFile(
                    f"{file.name} declares XML entities, which no spreadsheet program writes.",
                    where=f"In {entry.filename}.",
                    do="Do not trust this file: ask its sender. Nothing was loaded.",
                )
            if is_sheet:
                cells = _CELL.findall(before + chunk)
                right = max(right, *map(_number, {column for column, _ in cells}), 0)
                bottom = max(bottom, *map(int, {row for _, row in cells}), 0)
            before = chunk[-32:]
    if right * bottom > CELLS_LIMIT:
        raise UnreadableFile(
            f"{file.name} spreads over {bottom:,} rows and {right:,} columns.",
            where=f"In {entry.filename}; {CELLS_LIMIT:,} cells are the limit.",
            do="Delete the stray cells far from the table, or export the table as CSV.",
        )


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _damaged(file: Path, error: Exception) -> UnreadableFile:
    what = (str(error).splitlines() or ["It ends too soon."])[0][:200]
    return UnreadableFile(f"{file.name} is a damaged workbook.", where=what, do="Open it in Excel, save it again, load that.")


def _too_large(file: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{file.name} would unpack to more than {UNPACKED_LIMIT >> 30} GB.",
        where=f"The file itself has {file.stat().st_size:,} bytes.",
        do="Export the table as CSV or Parquet. If the file came from outside, do not trust it.",
    )
