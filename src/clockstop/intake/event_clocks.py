"""Typed events folded into clock periods in memory, with the pathway's dimensions beside them: numbers all the way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.intake.map import PROVIDER
from clockstop.rules import rtt, rtt_events
from clockstop.rules.fold_rows import key_starts
from clockstop.rules.readings import Readings

PATHWAY = "patient_pathway_identifier"
PERIOD_COLUMNS = (
    "period_number", "start_date", "end_date", "end_status", "is_nullified", "days_waited", "start_rule", "end_rule",
)  # fmt: skip
_BITS_OF_A_NUMBER = 63


@dataclass(frozen=True)
class Words:
    """A column of texts: those that occur, in order, and each row's place among them; no text stands first, or last."""

    words: pa.Array
    places: NDArray[np.int64]

    @classmethod
    def of(cls, texts: pa.ChunkedArray, *, is_null_last: bool = False) -> "Words":
        """The texts of a column, plain or as dictionaries."""
        encoded = texts.unify_dictionaries() if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
        whole = encoded.combine_chunks()
        whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
        words = len(whole.dictionary)
        order = pc.sort_indices(whole.dictionary)
        rank = np.empty(words + 1, np.int64)
        rank[order.to_numpy()] = np.arange(words) + (0 if is_null_last else 1)
        rank[-1] = words if is_null_last else 0
        nothing, sorted_words = pa.nulls(1, pa.string()), whole.dictionary.take(order).cast(pa.string())
        indices = whole.indices.cast(pa.int32())
        return cls(
            pa.concat_arrays([sorted_words, nothing] if is_null_last else [nothing, sorted_words]),
            rank[(indices.fill_null(words) if indices.null_count else indices).to_numpy()],
        )

    def at(self, rows: NDArray[Any]) -> pa.Array:
        """The texts of these rows."""
        return self.words.take(pa.array(self.places[rows]))


def periods(rows: pa.Table, *, census: date, readings: Readings, dimensions: Sequence[str]) -> pa.Table:
    """One row a clock period of typed events in any order: the key, `PERIOD_COLUMNS` and the dimensions, in the key's order.

    `rows` has the key, `event_date`, `event_sequence`, `original_start_date`, `clock_event` and the dimensions; equal events keep
    the order in which they come.
    """
    key = _key(rows, is_null_last=bool(dimensions))
    order, pathways = _ordered(key, rows)
    # The key is one number a pathway while the clock runs; its texts are looked up for the periods alone.
    found = _folded(rows, order, pathways, census=census, readings=readings)
    of_period = found[PATHWAY].to_numpy()
    firsts = order[np.flatnonzero(np.diff(pathways, prepend=-1))]
    columns = {name: words.at(firsts[of_period]) for name, words in key.items()}
    columns |= {name: found[name] for name in PERIOD_COLUMNS}
    days = _days(rows["event_date"])[order] if dimensions else np.zeros(0, np.int32)
    is_known = days <= rtt_events.day_number(census)
    for name in dimensions:
        columns[name] = _last(Words.of(rows[name], is_null_last=True), order, pathways, is_known, number=len(firsts)).take(
            pa.array(of_period)
        )
    return pa.table(columns)


def _key(rows: pa.Table, *, is_null_last: bool) -> dict[str, Words]:
    """The key's columns. A missing provider stands first, and last where dimensions follow, as it always has."""
    names = [name for name in (PROVIDER, PATHWAY) if name in rows.column_names]
    return {name: Words.of(rows[name], is_null_last=is_null_last and name == PROVIDER) for name in names}


def _ordered(key: dict[str, Words], rows: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """The rows by key, day and number, and which pathway each is of, counted from 0."""
    days, sequence = _days(rows["event_date"]).astype(np.int64), rows["event_sequence"].to_numpy()
    order = _sorted([*(one.places for one in key.values()), days, sequence])
    differs = np.zeros(len(order), np.bool_)
    for one in key.values():
        differs[1:] |= np.diff(one.places[order]) != 0
    return order, np.cumsum(differs, dtype=np.int32)


def _sorted(columns: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """The places of the rows by these columns, equal ones as they come: one sort of one number a row where they fit into it."""
    rows = len(columns[0])
    if not rows:
        return np.zeros(0, np.int64)
    lows = [int(column.min()) for column in columns]
    spans = [int(column.max()) - low for column, low in zip(columns, lows, strict=True)]
    bits = [span.bit_length() for span in (*spans, rows - 1)]
    if sum(bits) > _BITS_OF_A_NUMBER:
        return np.lexsort(columns[::-1])
    shifted = [(column - low, width) for column, low, width in zip(columns, lows, bits[:-1], strict=True)]
    packed = reduce(lambda total, one: total << one[1] | one[0], shifted, np.zeros(rows, np.int64))
    packed = packed << bits[-1] | np.arange(rows)
    packed.sort()
    return packed & ((1 << bits[-1]) - 1)


def _folded(rows: pa.Table, order: NDArray[np.int64], pathways: NDArray[np.int32], *, census: date, readings: Readings) -> pa.Table:
    fold, places = rtt.clock(readings), pa.array(order)
    columns = {name: rows[name].take(places) for name in ("event_date", "original_start_date")}
    words = rows[rtt_events.CLOCK_EVENT].unify_dictionaries().take(places)
    events = pa.table({PATHWAY: pa.array(pathways), **columns, rtt_events.CLOCK_EVENT: words}).combine_chunks()
    return pa.Table.from_batches([fold.periods(events, census_day=rtt_events.day_number(census))])


def _last(
    words: Words, order: NDArray[np.int64], pathways: NDArray[np.int32], is_known: NDArray[np.bool_], *, number: int
) -> pa.Array:
    """The last text of each pathway among the known rows; the last writer of a place wins, and rows come in their order."""
    nothing = len(words.words) - 1
    places = words.places[order]
    counts = is_known & (places != nothing)
    last = np.full(number, nothing, np.int64)
    last[pathways[counts]] = places[counts]
    return words.words.take(pa.array(last))


def _days(days: pa.ChunkedArray) -> NDArray[np.int32]:
    return days.cast(pa.int32()).to_numpy()


def whole_pathways(batches: Iterable[pa.RecordBatch], key: Sequence[str]) -> Iterator[pa.Table]:
    """The batches, which are sorted by the key, cut anew so that no pathway lies in two."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        if batch.num_rows:
            edge = _last_start(batch, key)
            if edge or (held and not _is_same_key(held[-1], batch, key)):
                yield pa.Table.from_batches([*held, batch.slice(0, edge)])
                held = []
            held.append(batch.slice(edge))
    if held:
        yield pa.Table.from_batches(held)


def _last_start(batch: pa.RecordBatch, key: Sequence[str]) -> int:
    """The row at which the last pathway of a batch begins."""
    starts = key_starts({name: batch[name].fill_null("") for name in key}, batch.num_rows)
    return batch.num_rows - 1 - int(np.argmax(starts[::-1]))


def _is_same_key(before: pa.RecordBatch, after: pa.RecordBatch, key: Sequence[str]) -> bool:
    return all(before[name][-1].as_py() == after[name][0].as_py() for name in key)
