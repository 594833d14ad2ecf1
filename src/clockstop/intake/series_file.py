"""An analyst's own series for SPC, read from a file: headers date and value, and optionally key, ghost, target and denominator.

Every kind of file that intake reads is read. A cell that cannot be read stops it: the message says its row, its column, what was
found there and what is expected; nothing is guessed and no row is dropped.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.contracts.contract import Column, Contract
from clockstop.errors import MissingColumn, UnreadableFile
from clockstop.intake.arrays import TEXT, plain, texts
from clockstop.intake.map import Mapping
from clockstop.intake.read import SOURCE_ROW, open_delivered

SERIES = Contract(
    name="series",
    title="Series for SPC",
    key=(),
    window="date",
    columns=(
        Column(name="date", type="date", meaning="the point's day: the first or last of its period", is_required=True),
        Column(name="value", type="text", meaning="the point's value; empty where it is missing"),
        Column(name="key", type="text", meaning="which series the point belongs to"),
        Column(name="ghost", type="text", meaning="yes where the point is shown and not counted"),
        Column(name="target", type="text", meaning="what the value should be at that point"),
        Column(name="denominator", type="text", meaning="what the value is counted out of or per (P and U charts)"),
    ),
)
_MISSING = {"", "NA", "N/A", "#N/A", "NAN", "NULL", "NONE"}
_YES = {"1", "1.0", "yes", "y", "true", "t", "ghost", "x"}
_NO = {"", "0", "0.0", "no", "n", "false", "f"} | {word.lower() for word in _MISSING}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?Z?")
_BRITISH = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: 00:00(?::00)?)?")
_NOTHING, _NAN = texts(["", "nan"])
# Beyond these the squares and quotients of limits leave what a float can hold.
_LARGEST, _LEAST = 1e60, 1e-60
_EXPORT_AGAIN = "Correct the file and run the command again: nothing was written."


@dataclass(frozen=True, kw_only=True, eq=False)
class SeriesFile:
    """The points of a file, sorted by series (in the order in which they first came) and day, one entry a point.

    `series` numbers the series from 0; `keys` names them. `values`, `targets` and `denominators` are NaN where nothing stands.
    """

    keys: tuple[str, ...]
    series: np.ndarray
    days: np.ndarray
    values: np.ndarray
    ghosts: np.ndarray
    targets: np.ndarray
    denominators: np.ndarray
    columns: frozenset[str]

    def pieces(self, points: int) -> Iterator["SeriesFile"]:
        """The file as files of whole series, each of about so many points."""
        starts = np.append(self.starts, len(self.days))
        first = 0
        while first < len(self.keys):
            end = max(int(np.searchsorted(starts, starts[first] + points, side="right")) - 1, first + 1)
            at = slice(int(starts[first]), int(starts[end]))
            yield SeriesFile(
                keys=self.keys[first:end],
                series=self.series[at] - first,
                days=self.days[at],
                values=self.values[at],
                ghosts=self.ghosts[at],
                targets=self.targets[at],
                denominators=self.denominators[at],
                columns=self.columns,
            )
            first = end

    @property
    def starts(self) -> np.ndarray:
        """Where each series begins."""
        return np.searchsorted(self.series, np.arange(len(self.keys)))

    @property
    def counts(self) -> np.ndarray:
        """How many points each series has."""
        return np.bincount(self.series, minlength=len(self.keys))


def read_series(file: Path, *, needs: Sequence[str] = ("value",), is_day_once: bool = True) -> SeriesFile:
    """The file's points; UnreadableFile and MissingColumn say where it cannot be read.

    `needs` are the columns that must be there beside date. `is_day_once`: a series has one point a day.
    """
    texts, columns = _texts(file, needs)
    reader = _Cells(file, texts)
    days = reader.each("date", day_of, "a day as 2026-09-30 or 30/09/2026")
    values = reader.numbers("value")
    keys, series = reader.keys()
    found = {
        "ghosts": reader.each("ghost", _truth, "yes or no (1 or 0; empty is no)"),
        "targets": reader.numbers("target"),
        "denominators": reader.numbers("denominator"),
    }
    if "denominator" in needs:
        reader.refuse_where(
            ~np.isnan(values) & ~(found["denominators"] > _LEAST), "denominator", "a number above 0 where there is a value"
        )
    order = _order(series, days)
    if is_day_once:
        _must_be_once(reader, series[order], days[order], order, keys)
    return SeriesFile(
        keys=keys,
        series=series[order],
        days=days[order],
        values=values[order],
        **{name: column[order] for name, column in found.items()},
        columns=columns,
    )


def _order(series: np.ndarray, days: np.ndarray) -> Any:
    """The places of the points by series and day; all as they stand (a slice copies nothing) where they are sorted so already."""
    is_later_series, is_same = series[1:] > series[:-1], series[1:] == series[:-1]
    if (is_later_series | (is_same & (days[1:] >= days[:-1]))).all():
        return slice(None)
    return np.lexsort((days, series))


def _texts(file: Path, needs: Sequence[str]) -> tuple[pa.Table, frozenset[str]]:
    columns = tuple(replace(one, is_required=one.is_required or one.name in needs) for one in SERIES.columns)
    try:
        delivered = open_delivered(file, replace(SERIES, columns=columns), Mapping())
    except MissingColumn as error:
        do = "Name the columns date and value (and, where you have them, key, ghost, target, denominator) in its first row."
        raise MissingColumn(error.what, where=error.where, do=do) from None
    except UnreadableFile as error:
        if "mapping" not in error.do:
            raise
        do = "Save it as CSV UTF-8 with the header in its first row, and run the command again."
        raise UnreadableFile(error.what, where=error.where, do=do) from None
    texts = _table(delivered.batches())
    if delivered.ragged:
        row = delivered.ragged[0]
        raise UnreadableFile(
            f"Data row {row.source_row} of {file.name} has {row.actual} cells.",
            where=f"Expected: {row.expected}, as many as the header.",
            do=_EXPORT_AGAIN,
        )
    if texts is None or not texts.num_rows:
        raise UnreadableFile(f"{file.name} holds a header and no rows.", where=str(file), do=_EXPORT_AGAIN)
    return texts, frozenset(delivered.matched.places)


def _table(batches: Any) -> pa.Table | None:
    found = [batch for batch in batches if batch.num_rows]
    return pa.Table.from_batches(found) if found else None


@dataclass(frozen=True)
class _Cells:
    """The columns of a file as text, and how they are turned into what they mean."""

    file: Path
    texts: pa.Table

    def has(self, name: str) -> bool:
        """Whether the file has that column."""
        return name in self.texts.column_names

    def text(self, name: str) -> pa.Array:
        """The trimmed cells of a column."""
        return pc.fill_null(pc.utf8_trim_whitespace(self.texts[name].combine_chunks().cast(TEXT)), _NOTHING)

    def each(self, name: str, read: Callable[[str], Any], expected: str) -> np.ndarray:
        """A column whose distinct cells are few, each read once; `read` gives None for what it cannot read.

        A column that is not there is one of empty cells.
        """
        if not self.has(name):
            return np.full(self.texts.num_rows, read(""))
        coded = pc.dictionary_encode(self.text(name))
        cells, places = coded.dictionary.to_pylist(), plain(coded.indices)
        read_cells = [read(cell) for cell in cells]
        if None in read_cells:
            self.refuse(name, np.flatnonzero(places == read_cells.index(None))[0], expected)
        return np.array(read_cells)[places]

    def numbers(self, name: str) -> np.ndarray:
        """A column of numbers; NaN where a cell is empty or says that nothing is known, and where there is no such column."""
        if not self.has(name):
            return np.full(self.texts.num_rows, np.nan)
        cells = self.text(name)
        numbers = _numbers(cells)
        if numbers is not None and np.abs(numbers).max() <= _LARGEST:
            return numbers
        is_missing = pc.is_in(pc.utf8_upper(cells), value_set=texts(sorted(_MISSING)))
        cells = pc.if_else(is_missing, _NAN, cells)
        numbers = _numbers(cells)
        if numbers is None:
            numbers = np.array([_number(cell) for cell in cells.to_pylist()])
        is_wrong = np.abs(numbers) > _LARGEST
        if np.isnan(numbers).sum() > pc.sum(is_missing).as_py():
            is_wrong |= np.isnan(numbers) & ~np.asarray(is_missing)
        self.refuse_where(is_wrong, name, "a plain number such as 12.5 (no %, no thousands comma), or nothing")
        return numbers

    def keys(self) -> tuple[tuple[str, ...], np.ndarray]:
        """The names of the series in the order in which they come, and the number of each row's."""
        if not self.has("key"):
            return ("",), np.zeros(self.texts.num_rows, dtype=np.int64)
        coded = pc.dictionary_encode(self.text("key"))
        return tuple(coded.dictionary.to_pylist()), plain(coded.indices).astype(np.int64)

    def refuse_where(self, is_wrong: np.ndarray, name: str, expected: str) -> None:
        """Say of the first wrong row which cell it is."""
        if is_wrong.any():
            self.refuse(name, np.flatnonzero(is_wrong)[0], expected)

    def source_row(self, place: int) -> int:
        """The number of a row of data, from 1."""
        return self.texts[SOURCE_ROW][int(place)].as_py()

    def refuse(self, name: str, place: int, expected: str) -> None:
        """Say which cell cannot be read."""
        found = self.text(name)[int(place)].as_py()[:60]
        shown = f"{found!r}" if found else "nothing"
        raise UnreadableFile(
            f"{self.file.name}, data row {self.source_row(place)}, column {name}: found {shown}.",
            where=f"Expected: {expected}.",
            do=_EXPORT_AGAIN,
        )


def day_of(cell: str) -> np.datetime64 | None:
    """A day as ISO or as day/month/year; None for anything else, a day that no calendar has among it.

    >>> str(day_of("1/9/2026")), str(day_of("2026-09-01")), day_of("31/02/2026"), day_of("01/09/26")
    ('2026-09-01', '2026-09-01', None, None)
    """
    iso, british = _ISO.fullmatch(cell), _BRITISH.fullmatch(cell)
    parts = iso.groups() if iso else british.groups()[::-1] if british else None
    if parts is None:
        return None
    try:
        return np.datetime64(date(*map(int, parts)), "D")
    except ValueError:
        return None


def _truth(cell: str) -> bool | None:
    return True if cell.lower() in _YES else False if cell.lower() in _NO else None


def _numbers(cells: pa.Array) -> np.ndarray | None:
    """The cells as numbers; None where one of them is none to Arrow."""
    try:
        return plain(pc.cast(cells, pa.float64()))
    except pa.ArrowInvalid:
        return None


def _number(cell: str) -> float:
    """A number as Python reads it, such as +5; NaN for anything else."""
    try:
        return math.nan if "_" in cell else float(cell)
    except ValueError:
        return math.nan


def _must_be_once(reader: _Cells, series: np.ndarray, days: np.ndarray, order: Any, keys: tuple[str, ...]) -> None:
    is_again = (series[1:] == series[:-1]) & (days[1:] == days[:-1])
    if not is_again.any():
        return
    place = int(np.flatnonzero(is_again)[0])
    rows = sorted(reader.source_row(one) for one in np.arange(len(days))[order][place : place + 2])
    name = f" of the series {keys[series[place]]!r}" if reader.has("key") else ""
    when = datetime.fromisoformat(str(days[place])).date().isoformat()
    raise UnreadableFile(
        f"{reader.file.name} has {when} twice{name}.",
        where=f"Data rows {rows[0]} and {rows[1]}, column date.",
        do="A series has one point a day: give several series a column key that names each, or remove the row that is too much.",
    )
