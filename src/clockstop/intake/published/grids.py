"""The cells of a published file: each sheet, or the whole of a CSV, as rows in which every place is known."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clockstop.errors import UnreadableFile

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

# The deepest header that we know stands in row 16, below a title, a summary and ten lines of what the file is.
TOP_ROWS = 60
_SPACE = re.compile(r"\s+")
_NOTE = re.compile(r"\s*\((?:see )?(?:notes? ?)?[0-9]{1,2}(?:(?:,| and) ?[0-9]{1,2})*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Grid:
    """A sheet's rows from its first one on; `sheet` is empty for a CSV. `rows[0]` is row 1 of the sheet."""

    sheet: str
    rows: Sequence[Sequence[Any]]

    @cached_property
    def top(self) -> tuple[tuple[str, ...], ...]:
        """The headings of the first rows, made plain."""
        return tuple(tuple(plain(cell) for cell in row) for row in self.rows[:TOP_ROWS])


@dataclass(frozen=True)
class Book:
    """A workbook whose sheets are read when they are asked for, and once."""

    path: Path
    name: str
    sheets: tuple[str, ...]
    _read: dict[str, Grid] = field(default_factory=dict, repr=False, compare=False)

    def grid(self, sheet: str) -> Grid:
        """The sheet's cells."""
        if not self._read:
            self._read.update(self._all())
        return self._read[sheet]

    def _all(self) -> Iterator[tuple[str, Grid]]:
        from python_calamine import CalamineError

        from clockstop.intake.sheets import must_be_safe

        with self.path.open("rb") as content:
            is_zip = content.read(2) == b"PK"
        if is_zip:
            must_be_safe(self.path)
        book = open_book(self.path, self.name)
        for sheet in self.sheets:
            try:
                yield sheet, Grid(sheet, book.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
            except (CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
                raise _damaged(self.name, sheet, error) from None


def open_book(path: Path, name: str) -> "CalamineWorkbook":
    """The workbook, whatever the file's ending says it is; `UnreadableFile` where it is locked."""
    from io import BytesIO

    from python_calamine import CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
    except PasswordError:
        raise UnreadableFile(f"{name} is protected by a password.", do="Take the password off and save it again.") from None


def _damaged(name: str, sheet: str, error: Exception) -> UnreadableFile:
    what = (str(error).splitlines() or ["it ends too soon"])[0][:200]
    return UnreadableFile(
        f"{name} is a damaged workbook.", where=f"Sheet {sheet}: {what}.", do="Download it again from NHS England's pages."
    )


def grid_of_lines(lines: Iterable[str], *, delimiter: str | None = None) -> Grid:
    """Lines of a CSV as a grid; the delimiter is that which the first lines hold most of, where it is not given.

    >>> grid_of_lines(["Org;Name", "RJ1;Guy's; and more"]).rows[1]
    ['RJ1', "Guy's", ' and more']
    """
    kept = list(lines)
    sign = delimiter or max(",;\t|", key=lambda one: sum(line.count(one) for line in kept[:20]))
    return Grid("", list(csv.reader(kept, delimiter=sign)))


def grid_of_file(path: Path, encoding: str, name: str) -> Grid:
    """A whole CSV as a grid, where a row is a line of the file unless a cell holds a line break."""
    try:
        with path.open(encoding=encoding, newline="") as text:
            return grid_of_lines(text)
    except (csv.Error, UnicodeError) as error:
        raise UnreadableFile(
            f"{name} cannot be read as a table.", where=str(error)[:160], do="Load the file as it was published."
        ) from None


def plain(cell: Any) -> str:
    """A heading without capitals, line breaks, marks of notes and doubled blanks.

    >>> plain("Virtual Ward Capacity \\n(see note 1) "), plain("ODS CODE (1)"), plain("Patients\\n(see notes 1 and 4)"), plain(6.0)
    ('virtual ward capacity', 'ods code', 'patients', '6')
    """
    if cell is None or cell == "":
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = _SPACE.sub(" ", _NOTE.sub("", str(cell).replace("\ufeff", ""))).strip().lower()
    return text.rstrip("*^ ") if len(text) > 1 else text


def column_letter(place: int) -> str:
    """The column's letters in a spreadsheet: A for 0.

    >>> column_letter(0), column_letter(25), column_letter(26), column_letter(702)
    ('A', 'Z', 'AA', 'AAA')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
