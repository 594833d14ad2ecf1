"""Arrow rows into the kernel's arrays, a batch at a time, and its numbers back into Arrow rows, one a clock period."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.rules import fold_kernel as kernel
from clockstop.rules.fold_kernel import NO_DATE, Events

# A period's status is written in two digits (30 to 36).
_STATUSES = ("", *(f"{status:02}" for status in range(1, 64)))


@dataclass(frozen=True)
class Rows:
    """Encoded events in order. `starts` is true where a key begins, and `keys` has its columns for each row of the batch.

    The first `carried` rows come from batches before: they are one key, `carried_key`, a row long.
    """

    events: Events
    starts: np.ndarray
    keys: dict[str, pa.Array]
    carried: int = 0
    carried_key: dict[str, pa.Array] | None = None

    @classmethod
    def of(cls, batch: pa.RecordBatch | pa.Table, events: Events, key: Sequence[str], *, is_sparse: bool) -> "Rows":
        """The rows of a batch; `is_sparse`: its key stands on the first row of each key only."""
        keys = {name: _whole(batch.column(name)) for name in key if name in batch.schema.names}
        starts = _given(keys) if is_sparse else key_starts(keys, batch.num_rows)
        return cls(events, starts, keys)

    @property
    def last_start(self) -> int:
        """The row at which the last key begins; it may go on in the next batch."""
        rows, near = len(self.starts), 1_024
        # Nearly always it is near the end, and to look for it backwards costs a copy.
        found = np.flatnonzero(self.starts[-near:])
        if len(found):
            return max(rows - near, 0) + int(found[-1])
        return int(np.flatnonzero(self.starts)[-1])

    def leave_out(self, symbols: Sequence[int], *, day: int, symbol: int) -> None:
        """Give the events of that day that have one of `symbols` another symbol, which the kernel leaves out."""
        if symbols:
            there = np.flatnonzero(self.events.day == day)
            self.events.symbol[there[np.isin(self.events.symbol[there], symbols)]] = symbol

    def first(self, edge: int) -> "Rows":
        """The rows before the edge."""
        return Rows(
            Events(*(column[:edge] for column in self.events)), self.starts[:edge], self.keys, self.carried, self.carried_key
        )

    def rest(self, edge: int) -> "Rows":
        """The rows from the edge on, which are one key; nothing else of the batch is kept alive."""
        events = Events(*(column[edge:].copy() for column in self.events))
        key = self.keys_at(np.array([edge]))
        return Rows(events, self.starts[edge:].copy(), {}, len(events.symbol), key)

    def after(self, held: "Rows") -> "Rows":
        """These rows with those held from before them, which may be of the same key."""
        assert held.carried_key is not None
        starts = np.concatenate([held.starts, self.starts])
        starts[held.carried] = not self._continues(held.carried_key)
        events = Events(*(np.concatenate(pair) for pair in zip(held.events, self.events, strict=True)))
        return Rows(events, starts, self.keys, held.carried, held.carried_key)

    def _continues(self, key: dict[str, pa.Array]) -> bool:
        """Whether the first row is of that key."""
        if not self.starts[0]:
            return True
        return all(column[0].as_py() == key[name][0].as_py() for name, column in self.keys.items())

    def keys_at(self, rows: np.ndarray) -> dict[str, pa.Array]:
        """The key's columns of those rows, which ascend."""
        carried = int(np.searchsorted(rows, rows.dtype.type(self.carried))) if self.carried else 0
        places = _numbers(rows[carried:].astype(np.int32, copy=False) - np.int32(self.carried), pa.int32())
        taken = {name: _plain(column.take(places)) for name, column in self.keys.items()}
        if self.carried_key is None or (taken and not carried):
            return taken
        again = _numbers(np.zeros(carried, dtype=np.int32), pa.int32())
        before = {name: column.take(again) for name, column in self.carried_key.items()}
        return {name: pa.concat_arrays([before[name], taken[name]]) if name in taken else before[name] for name in before}


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _plain(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def _given(keys: dict[str, pa.Array]) -> np.ndarray:
    """True at each row that has a key."""
    given = [_is_known(column) for column in keys.values()]
    return given[0] if len(given) == 1 else np.logical_or.reduce(given)


def _is_known(column: pa.Array) -> np.ndarray:
    """True where there is a value, from the bits themselves: Arrow's own way to a truth a row takes ten times as long."""
    bits = column.buffers()[0]
    if bits is None:
        return np.full(len(column), column.null_count == 0)
    packed = np.frombuffer(bits, dtype=np.uint8)
    truths = np.unpackbits(packed, count=column.offset + len(column), bitorder="little")
    return truths[column.offset :].view(np.bool_)


def key_starts(keys: dict[str, pa.Array], rows: int) -> np.ndarray:
    """True at each row whose key differs from the row before; the first row is true, and no null is like another."""
    starts = np.zeros(rows, dtype=np.bool_)
    starts[:1] = True
    for column in keys.values():
        if rows > 1:
            places = column.indices if pa.types.is_dictionary(column.type) else column
            differs = pc.not_equal(places.slice(1), places.slice(0, rows - 1))
            starts[1:] |= pc.fill_null(differs, pa.scalar(True)).to_numpy(zero_copy_only=False)
    return starts


def as_batch(
    keys: dict[str, pa.Array], found: np.ndarray, *, rules: tuple[str, ...], census_day: int, is_stored: bool = False
) -> pa.RecordBatch:
    """The periods as Arrow: the key, then number, dates, status, rules and flags. Open periods end nowhere.

    Status and rules are texts; `is_stored`: dictionaries of them, which cost a tenth and which every engine reads as texts.
    """
    words = _dictionary if is_stored else _words
    end, bits = found[kernel.END], found[kernel.BITS]
    is_open = end == NO_DATE
    is_nullified = (bits & kernel.NULLIFIES) != 0
    days = np.where(is_open, np.int32(census_day), end) - found[kernel.START]
    return pa.RecordBatch.from_pydict({
        **keys,
        "period_number": _numbers(found[kernel.NUMBER], pa.int32()),
        "start_date": dates(found[kernel.START]),
        "end_date": dates(end),
        "end_status": words(found[kernel.STATUS], _STATUSES, is_open),
        "is_nullified": _truths(is_nullified),
        "days_waited": _numbers(days, pa.int32(), is_nullified),
        "start_rule": words(found[kernel.START_RULE], rules),
        "end_rule": words(found[kernel.END_RULE], rules, is_open),
        "ended_by_admission": _truths((bits & kernel.ADMITTED) != 0),
        "responsibility_passed_date": dates(found[kernel.PASSED]),
        "first_attended_date": dates(found[kernel.ATTENDED]),
        "decided_to_treat_date": dates(found[kernel.DECIDED]),
        "last_dna_date": dates(found[kernel.DNA]),
        "flags": _numbers(found[kernel.FLAGS].astype(np.int64), pa.int64()),
    })  # fmt: skip


def dates(days: np.ndarray) -> pa.Array:
    """Days since 1970 as dates, `NO_DATE` as null."""
    return _numbers(days.astype(np.int32, copy=False), pa.date32(), days == NO_DATE)


def _numbers(values: np.ndarray, kind: pa.DataType, is_null: np.ndarray | None = None) -> pa.Array:
    """The numbers as they lie in memory, without a copy. (pyarrow's own way from numpy imports pandas first, for half a second.)"""
    known = _known(is_null) if is_null is not None and is_null.any() else None
    return pa.Array.from_buffers(kind, len(values), [known, pa.py_buffer(values)])


def _truths(truths: np.ndarray) -> pa.Array:
    return pa.Array.from_buffers(pa.bool_(), len(truths), [None, pa.py_buffer(np.packbits(truths, bitorder="little"))])


def _words(codes: np.ndarray, words: tuple[str, ...], is_null: np.ndarray | None = None) -> pa.Array:
    """The word of each code. Nulls are put on afterwards: a look-up that knows of them takes three times as long."""
    texts = pa.array(words, pa.string()).take(_numbers(codes, pa.int32()))
    if is_null is None or not is_null.any():
        return texts
    return pa.Array.from_buffers(pa.string(), len(texts), [_known(is_null), *texts.buffers()[1:]])


def _dictionary(codes: np.ndarray, words: tuple[str, ...], is_null: np.ndarray | None = None) -> pa.Array:
    places = _numbers(codes.astype(np.int8), pa.int8(), is_null)
    return pa.DictionaryArray.from_arrays(places, pa.array(words, pa.string()), safe=False)


def _known(is_null: np.ndarray) -> pa.Buffer:
    return pa.py_buffer(np.packbits(~is_null, bitorder="little"))
