"""Every series of every measure in one pass over the clocks: the fast form of measures/series.py, row for row the same.

An expression turns the declared measures into small integers a clock (`days_of`, `truths_of`): the days on which its states begin
and end, and one bit a truth. Plain functions over Arrow then count them into dense cells. Sums of parts are the sums of the whole,
so an engine that keeps its rows in partitions may count each and add.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import cache, partial

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import BooleanValue, DateValue, Table

from clockstop.measures import tally_kernel
from clockstop.measures.catalogue import clock_measures
from clockstop.measures.census import spans_of
from clockstop.measures.dimensions import CUT_UNITS, STORED_CUTS, UNITS, UNKNOWN
from clockstop.measures.evaluate import flow_day, truth_of, with_days_run, with_today
from clockstop.measures.measure import Counted, Measure
from clockstop.measures.periods import Periods, months_to, on_day, weeks_to
from clockstop.measures.series import WEEKS, is_kept_by_cut, months_in
from clockstop.measures.spans import STATES, Span, span_of
from clockstop.measures.tally_kernel import NO_DAY, Calendar, Clocks, Spans
from clockstop.rules.rtt_bands import OPEN_BAND

# A trust's series lie under its code: within, cells are these.
TRUST_UNITS = tuple(name for name in UNITS if name != "trust")
DIMENSIONS = (*TRUST_UNITS, *STORED_CUTS)
PLACE = "place_in_file"
START = "start"
FLOW_DAYS: dict[Counted, str] = {"by end date": "ended", "by start date": "started"}
_THREADS = 2
# What a table of bands may take: cells are counted in turns of this many (32-bit counts of 131 periods and 106 bands).
_CELLS_AT_ONCE = 4_096
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Plan:
    """The measures that series are kept of, sorted by how they are counted."""

    census: tuple[Measure, ...]
    histograms: tuple[Measure, ...]
    flows: tuple[Measure, ...]
    now: tuple[Measure, ...]

    @property
    def spans(self) -> tuple[Span, ...]:
        """Every span that a census counts, once."""
        return tuple(dict.fromkeys(span for measure in self.census for span in spans_of(measure)))

    @property
    def states(self) -> tuple[str, ...]:
        """The states whose days the spans and bands read."""
        declared = [*self.spans, *(span_of(measure.denominator) for measure in self.histograms)]  # type: ignore[arg-type]
        return tuple(sorted({state for span in declared for state in span.states}))


@cache
def plan() -> Plan:
    """RTT's part of the catalogue as it is counted."""
    every = clock_measures()
    census = [one for one in every if one.counted == "at census" and not one.is_current_only]
    histograms = {one.histogram: one for one in census if one.kind == "quantile"}
    return Plan(
        census=tuple(one for one in census if one.kind != "quantile"),
        histograms=tuple(histograms.values()),
        flows=tuple(one for one in every if one.counted != "at census"),
        now=tuple(one for one in every if one.is_current_only),
    )


def days_of(clocks: Table) -> Table:
    """Of each clock, by its `place_in_file`: its start, since and until when each state holds, its flow days and truths."""
    kept = plan()
    days: dict[str, DateValue] = {START: clocks.start_date}
    for state in kept.states:
        days |= {f"since_{state}": STATES[state].since(clocks), f"until_{state}": STATES[state].until(clocks)}
    days |= {name: flow_day(clocks, counted) for counted, name in FLOW_DAYS.items()}
    numbers = {name: day.epoch_days().cast("int32") for name, day in days.items()}
    rows = with_days_run(clocks.mutate(**numbers))
    return rows.select(PLACE, *numbers, bits=_bits(_truths(kept.flows, rows)))


def truths_of(waits: Table, as_of: date) -> Table:
    """Of each wait, by its `place_in_file`: a bit a truth of the measures that have no history."""
    rows = with_today(waits, as_of)
    return rows.select(PLACE, bits=_bits(_truths(plan().now, rows)))


def _truths(kept: Sequence[Measure], rows: Table) -> list[BooleanValue]:
    """Numerator and denominator of each measure in turn, as `evaluate` sums them."""
    found: list[BooleanValue] = []
    for measure in kept:
        whole, part = truth_of(rows, measure.denominator), truth_of(rows, measure.numerator)
        found += [part if measure.kind == "rate" else part & whole, whole]
    return found


def _bits(truths: Sequence[BooleanValue]) -> ibis.Value:
    """The truths as the bits of one number."""
    return sum((truth.cast("int64") * (1 << bit) for bit, truth in enumerate(truths)), ibis.literal(0, "int64"))


def tally(
    *, days: pa.Table, truths: pa.Table, clock_cells: pa.Table, wait_cells: pa.Table, as_of: date, weeks: int = WEEKS
) -> pa.Table:
    """The rows of `series` of one trust, without its code, in the order of their names, periods and cells.

    `days` and `truths` are what `days_of` and `truths_of` gave; beside them, row for row, the columns `DIMENSIONS` of the same
    clocks and waits. A cell of nothing has no row.
    """
    cells = _Cells(clock_cells, wait_cells)
    kinds = (weeks_to(as_of, weeks), months_to(as_of, months_in(weeks)), on_day(as_of))
    jobs: list[Callable[[], Iterable[_Part]]] = [
        *(partial(_census_parts, days, cells, periods) for periods in kinds),
        *(partial(_flow_parts, days, cells, periods) for periods in kinds[:2]),
        *(partial(_band_parts, days, cells, periods) for periods in kinds),
        partial(_now_parts, truths, cells, kinds[2]),
    ]
    with ThreadPoolExecutor(_THREADS) as pool:
        parts = [part for found in pool.map(lambda job: list(job()), jobs) for part in found]
    parts.sort(key=lambda part: (part.measure, part.kind, part.cut))
    return pa.concat_tables([_NONE, *(part.table() for part in parts)])


@dataclass(frozen=True)
class _Numbered:
    """The number of the cell of each clock and of each wait, and what each cell is called."""

    of_clocks: np.ndarray
    of_waits: np.ndarray
    names: dict[str, pa.DictionaryArray]
    count: int


class _Cells:
    """The combinations of units, and of each cut with its units, that clocks and waits have, in the order of their names."""

    def __init__(self, clock_cells: pa.Table, wait_cells: pa.Table) -> None:
        self._clocks = clock_cells.num_rows
        self._coded = {name: _coded(clock_cells[name], wait_cells[name]) for name in DIMENSIONS}
        self.units = self._numbered({name: name for name in TRUST_UNITS})
        cut_units = [name for name in CUT_UNITS if name != "trust"]
        self.cuts = {cut: self._numbered({**{name: name for name in cut_units}, cut: "cut_value"}) for cut in STORED_CUTS}

    def _numbered(self, by: dict[str, str]) -> _Numbered:
        sizes = [len(self._coded[name][1]) for name in by]
        place = np.zeros(len(self._coded[TRUST_UNITS[0]][0]), dtype=np.int64)
        for name, size in zip(by, sizes, strict=True):
            place = place * size + self._coded[name][0]
        is_there = np.zeros(int(np.prod(sizes)), dtype=np.bool_)
        is_there[place] = True
        number = (np.cumsum(is_there) - 1).astype(np.int32)[place]
        codes = np.unravel_index(np.flatnonzero(is_there), sizes)
        names = {
            title: pa.DictionaryArray.from_arrays(pa.array(own, pa.int32()), self._coded[name][1])
            for (name, title), own in zip(by.items(), codes, strict=True)
        }
        return _Numbered(number[: self._clocks], number[self._clocks :], names, int(is_there.sum()))


def _coded(*columns: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """The rows of the columns, one after the other, as places among their values in order; what is not known has a name too."""
    encoded = [_as_text(column) for column in columns]
    values = pa.array(sorted({UNKNOWN, *(value for one in encoded for value in one.dictionary.to_pylist())}), pa.string())
    found = []
    for one in encoded:
        places = pc.index_in(one.dictionary, values).to_numpy(zero_copy_only=False).astype(np.int32)
        unknown = pc.index(values, UNKNOWN).as_py()
        codes = pc.fill_null(one.indices.cast(pa.int32()), len(places)).to_numpy(zero_copy_only=False)
        found.append(np.append(places, np.int32(unknown))[codes])
    return np.concatenate(found), values


def _as_text(column: pa.ChunkedArray) -> pa.DictionaryArray:
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    whole = encoded.unify_dictionaries().combine_chunks()
    whole = whole if isinstance(whole, pa.DictionaryArray) else pa.concat_arrays(whole.chunks)
    return pa.DictionaryArray.from_arrays(whole.indices, whole.dictionary.cast(pa.string()))


@dataclass(frozen=True)
class _Part:
    """The counts of one measure, period kind and cut by cell and place; of a histogram also by band."""

    measure: str
    periods: Periods
    cut: str
    cells: _Numbered
    numerator: np.ndarray
    denominator: np.ndarray

    @property
    def kind(self) -> str:
        return self.periods.kind

    def table(self) -> pa.Table:
        """Its rows, in the order of cells, periods and bands."""
        where = np.nonzero((self.numerator > 0) | (self.denominator > 0))
        rows = len(where[0])
        ends = pa.array(_numbers(self.periods.ends), pa.int32()).cast(pa.date32())
        named = {name: values.take(pa.array(where[0])) for name, values in self.cells.names.items()}
        band = pa.array(where[2] + 1, pa.int32()) if len(where) == 3 else pa.nulls(rows, pa.int32())
        columns = {
            "measure": _same(self.measure, rows),
            "period_kind": _same(self.kind, rows),
            "period_end": ends.take(pa.array(where[1])),
            **{name: named.get(name) or _same("", rows) for name in TRUST_UNITS},
            "cut": _same(self.cut, rows),
            "cut_value": named.get("cut_value") or _same("", rows),
            "band": band,
            "numerator": pa.array(self.numerator[where], pa.float64()),
            "denominator": pa.array(self.denominator[where], pa.float64()),
        }
        return pa.table(columns)


def _same(text: str, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), pa.array([text], pa.string()))


_TEXT = pa.dictionary(pa.int32(), pa.string())
_NONE = pa.schema(
    [
        ("measure", _TEXT), ("period_kind", _TEXT), ("period_end", pa.date32()), *((name, _TEXT) for name in TRUST_UNITS),
        ("cut", _TEXT), ("cut_value", _TEXT), ("band", pa.int32()), ("numerator", pa.float64()), ("denominator", pa.float64()),
    ]
).empty_table()  # fmt: skip


def _census_parts(days: pa.Table, cells: _Cells, periods: Periods) -> Iterator[_Part]:
    kept = plan().census
    yield from _census(kept, days, {"": cells.units}, periods)
    if periods.kind != "week":
        yield from _census([one for one in kept if is_kept_by_cut(one)], days, cells.cuts, periods)


def _census(kept: Sequence[Measure], days: pa.Table, cut_cells: dict[str, _Numbered], periods: Periods) -> Iterator[_Part]:
    """The levels of each measure's spans at the end of every period: what moved, summed along."""
    pairs = [spans_of(measure) for measure in kept]
    spans = list(dict.fromkeys(span for pair in pairs for span in pair))
    moved = np.zeros((sum(one.count for one in cut_cells.values()), len(spans), periods.count), dtype=np.int32)
    columns, encoded = _spans_as_numbers(spans)
    clocks = Clocks(_days(days, START), np.stack([_days(days, name) for name in columns]))
    tally_kernel.count_spans(clocks, _stacked(cut_cells), encoded, _calendar(periods), moved)
    levels = np.cumsum(moved, axis=2, out=moved)
    for cut, own, first in _placed(cut_cells):
        for measure, (part, whole) in zip(kept, pairs, strict=True):
            mine = levels[first : first + own.count]
            yield _Part(measure.slug, periods, cut, own, mine[:, spans.index(part)], mine[:, spans.index(whole)])


def _flow_parts(days: pa.Table, cells: _Cells, periods: Periods) -> Iterator[_Part]:
    """The clocks that ended, or started, in each period."""
    by_cut = {"": cells.units, **(cells.cuts if periods.kind != "week" else {})}
    kept, bits = plan().flows, days["bits"].to_numpy()
    counts = np.zeros((sum(one.count for one in by_cut.values()), 2 * len(kept), periods.count), dtype=np.int32)
    for counted, name in FLOW_DAYS.items():
        mask = sum(3 << 2 * place for place, measure in enumerate(kept) if measure.counted == counted)
        tally_kernel.count_flows(_days(days, name), bits & mask, _stacked(by_cut), _calendar(periods), counts)
    for cut, own, first in _placed(by_cut):
        mine = counts[first : first + own.count]
        for place, measure in enumerate(kept):
            if not cut or is_kept_by_cut(measure):
                yield _Part(measure.slug, periods, cut, own, mine[:, 2 * place], mine[:, 2 * place + 1])


def _band_parts(days: pa.Table, cells: _Cells, periods: Periods) -> Iterator[_Part]:
    """The histogram of weeks waited at the end of every period, a few cells at a time."""
    own, calendar = cells.units, _calendar(periods)
    for measure in plan().histograms:
        (state,) = span_of(measure.denominator).states  # type: ignore[arg-type]
        clocks = Clocks(_days(days, START), np.stack([_days(days, f"{side}_{state}") for side in ("since", "until")]))
        for first in range(0, own.count, _CELLS_AT_ONCE):
            turn = _slice(own, first, min(own.count, first + _CELLS_AT_ONCE))
            counts = np.zeros((turn.count, periods.count, OPEN_BAND + 1), dtype=np.int32)
            tally_kernel.count_bands(clocks, turn.of_clocks, calendar, counts)
            yield _Part(measure.histogram, periods, "", turn, counts[:, :, 1:], counts[:, :, 1:])


def _now_parts(truths: pa.Table, cells: _Cells, periods: Periods) -> Iterator[_Part]:
    """What is true of the waits on the day of the list itself."""
    bits = truths["bits"].to_numpy()
    for cut, own in {"": cells.units, **cells.cuts}.items():
        for place, measure in enumerate(plan().now):
            if not cut or is_kept_by_cut(measure):
                part, whole = (_counts(own, (bits >> (2 * place + side)) & 1) for side in (0, 1))
                yield _Part(measure.slug, periods, cut, own, part, whole)


def _counts(cells: _Numbered, is_true: np.ndarray) -> np.ndarray:
    return np.bincount(cells.of_waits[is_true == 1], minlength=cells.count).reshape(-1, 1)


def _slice(cells: _Numbered, first: int, last: int) -> _Numbered:
    names = {name: values.slice(first, last - first) for name, values in cells.names.items()}
    return _Numbered(cells.of_clocks - np.int32(first), cells.of_waits, names, last - first)


def _stacked(by_cut: dict[str, _Numbered]) -> np.ndarray:
    """The cells of each clock, one row a cut, numbered one cut after the other."""
    return np.stack([own.of_clocks + np.int32(first) for _, own, first in _placed(by_cut)])


def _placed(by_cut: dict[str, _Numbered]) -> Iterator[tuple[str, _Numbered, int]]:
    first = 0
    for cut, own in by_cut.items():
        yield cut, own, first
        first += own.count


def _days(days: pa.Table, name: str) -> np.ndarray:
    """A column of days as numbers; a day that is not there never begins."""
    return pc.fill_null(days[name], NO_DAY).to_numpy()


def _calendar(periods: Periods) -> Calendar:
    ends = np.array(_numbers(periods.ends), dtype=np.int32)
    first = _number(periods.first_day()) - 1
    every = np.arange(first, int(ends[-1]) + 2)
    return Calendar(first, np.searchsorted(ends, every, side="left").astype(np.int32), ends)


def _spans_as_numbers(spans: Sequence[Span]) -> tuple[list[str], Spans]:
    """The day columns that the spans read, and the spans as masks of them."""
    states = sorted({state for span in spans for state in span.states})
    columns = [f"{side}_{state}" for state in states for side in ("since", "until")]
    masks = {
        side: np.array([sum(1 << columns.index(f"{side}_{state}") for state in span.states) for span in spans], dtype=np.int64)
        for side in ("since", "until")
    }
    more_than = np.array([-1 if span.more_than is None else span.more_than for span in spans], dtype=np.int64)
    at_most = np.array([-1 if span.at_most is None else span.at_most for span in spans], dtype=np.int64)
    return columns, Spans(masks["since"], masks["until"], more_than, at_most, np.array([span.is_wait for span in spans]))


def _numbers(days: Sequence[date]) -> list[int]:
    return [_number(day) for day in days]


def _number(day: date) -> int:
    return (day - _EPOCH).days
