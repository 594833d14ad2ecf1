"""Every census of a series in one pass: each clock adds one on the day it enters a count and takes one away on the day it leaves.

Whatever the periods, the movements are counted by day and once; a census of a week or a month is their sum up to its end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import ibis
from ibis.expr.types import BooleanValue, DateValue, IntegerValue, Table

from clockstop.measures.measure import Measure
from clockstop.measures.periods import Periods
from clockstop.measures.spans import STATES, Span, span_of
from clockstop.rules.either import days_after

CELL = "cell"
PLACE = "period_place"


@dataclass(frozen=True)
class _Movement:
    """A way in which a span's count moves: by `sign`, `shift` days after the day `base`, for the clocks that move so."""

    span: int
    base: DateValue
    shift: int
    sign: int
    moves: BooleanValue

    @property
    def name(self) -> str:
        return f"move_{self.span}_{'in' if self.sign > 0 else 'out'}_{self.shift}"


def spans_of(measure: Measure) -> tuple[Span, Span]:
    """The spans of the numerator and the denominator.

    A share's or a count's numerator lies within its denominator; the two sides of a rate stand each on its own.
    """
    whole, part = span_of(measure.denominator), span_of(measure.numerator)
    return (part, whole) if measure.kind == "rate" else (part & whole, whole)


def censuses(measures: Sequence[Measure], clocks: Table, periods: Sequence[Periods]) -> Table:
    """`cell, period_kind, period_end` with `numerator_N` and `denominator_N` for the measure at place N.

    `clocks` have their `cell`. A cell has a row for each period from its first movement on in which it counts anything.
    """
    pairs = [spans_of(measure) for measure in measures]
    spans = list(dict.fromkeys(span for pair in pairs for span in pair))
    daily = _daily(spans, clocks)
    each = [_levels(_placed(daily, len(spans), one), len(spans), one) for one in periods]
    levels = ibis.union(*each) if len(each) > 1 else each[0]
    columns = {
        f"{side}_{place}": levels[f"span_{spans.index(span)}"]
        for place, pair in enumerate(pairs)
        for side, span in zip(("numerator", "denominator"), pair, strict=True)
    }
    return levels.select(CELL, "period_kind", "period_end", **columns)


def _movements(number: int, span: Span, clocks: Table) -> list[_Movement]:
    """In on the latest of the days since which its states hold, out on the earliest of those until which they hold.

    Where two of them fall on one day the first listed counts, so that no clock moves twice.
    """
    since = _unlike([(STATES[state].since(clocks), 0) for state in sorted(span.states)])
    if span.more_than is not None:
        since = [*(each for each in since if not each[0].equals(clocks.start_date)), (clocks.start_date, span.more_than + 1)]
    until = _unlike([(STATES[state].until(clocks), 0) for state in sorted(span.states)])
    if span.at_most is not None:
        until.append((clocks.start_date, span.at_most + 1))
    begins, ends = span.begins(clocks), span.ends(clocks)
    is_counted = (begins < ends).fill_null(False)
    return [
        *(_Movement(number, day, shift, 1, is_counted & is_it) for day, shift, is_it in _which(since, begins)),
        *(_Movement(number, day, shift, -1, is_counted & is_it) for day, shift, is_it in _which(until, ends)),
    ]


def _later(day: DateValue, days: int) -> DateValue:
    return days_after(day, days) if days else day


def _unlike(days: list[tuple[DateValue, int]]) -> list[tuple[DateValue, int]]:
    return [pair for n, pair in enumerate(days) if not any(pair[0].equals(other[0]) for other in days[:n])]


def _which(days: list[tuple[DateValue, int]], chosen: DateValue) -> list[tuple[DateValue, int, BooleanValue]]:
    """Each day with the truth that it is the chosen one and no day before it in the list is."""
    if len(days) == 1:
        return [(*days[0], ibis.literal(True))]
    found: list[tuple[DateValue, int, BooleanValue]] = []
    is_taken: BooleanValue = ibis.literal(False)
    for day, shift in days:
        is_chosen = (_later(day, shift) == chosen) & ~is_taken
        found.append((day, shift, is_chosen))
        is_taken = is_taken | is_chosen
    return found


@dataclass(frozen=True)
class _Daily:
    """What moves on each day that clocks have at one of their dates: `cell, base` and one column a movement."""

    table: Table
    movements: tuple[_Movement, ...]


def _daily(spans: Sequence[Span], clocks: Table) -> list[_Daily]:
    """The movements counted by day, those that hang on one date of the clock in one grouping."""
    movements = [movement for number, span in enumerate(spans) for movement in _movements(number, span, clocks)]
    bases: list[DateValue] = []
    for movement in movements:
        if not any(movement.base.equals(base) for base in bases):
            bases.append(movement.base)
    return [_by_base(base, [each for each in movements if each.base.equals(base)], clocks) for base in bases]


def _by_base(base: DateValue, movements: Sequence[_Movement], clocks: Table) -> _Daily:
    counted = clocks.select(CELL, base=base, **{each.name: each.moves.cast("float64") for each in movements})
    table = counted.group_by(CELL, "base").aggregate(**{each.name: counted[each.name].sum() for each in movements})
    return _Daily(table, tuple(movements))


def _placed(daily: Sequence[_Daily], count: int, periods: Periods) -> Table:
    """`cell, period_place, span_N`: what each span's count gains and loses in each period."""
    steps = [
        _step(each.table, [one for one in each.movements if one.shift == shift], shift, count, periods)
        for each in daily
        for shift in sorted({one.shift for one in each.movements})
    ]
    every = ibis.union(*steps) if len(steps) > 1 else steps[0]
    return every.group_by(CELL, PLACE).aggregate(**{f"span_{n}": every[f"span_{n}"].sum() for n in range(count)})


def _step(table: Table, movements: Sequence[_Movement], shift: int, count: int, periods: Periods) -> Table:
    """The movements that come `shift` days after their date, summed by period before they meet the others."""
    placed = table.mutate(**{PLACE: periods.index_of(_later(table.base, shift))})
    placed = placed.filter(placed[PLACE] < periods.count)
    sums = placed.group_by(CELL, PLACE).aggregate(**{each.name: placed[each.name].sum() for each in movements})
    gains: dict[int, IntegerValue] = {number: ibis.literal(0, "int64") for number in range(count)}
    for each in movements:
        gains[each.span] = gains[each.span] + each.sign * sums[each.name]
    return sums.select(CELL, PLACE, **{f"span_{number}": gain.cast("int64") for number, gain in gains.items()})


def _levels(moves: Table, count: int, periods: Periods) -> Table:
    """The count of each span at the end of every period: movements summed along, and held until the next movement."""
    names = [f"span_{number}" for number in range(count)]
    along = ibis.window(group_by=moves[CELL], order_by=moves[PLACE], preceding=None, following=0)
    cells = ibis.window(group_by=moves[CELL], order_by=moves[PLACE])
    held = moves.select(
        CELL,
        **{name: moves[name].sum().over(along).cast("int64") for name in names},
        from_place=moves[PLACE],
        to_place=moves[PLACE].lead().over(cells).fill_null(periods.count),
    )
    held = held.filter(reduce(lambda left, right: left | right, (held[name] != 0 for name in names)))
    open_then = held.select(CELL, *names, **{PLACE: ibis.range(held.from_place, held.to_place).unnest()})
    return open_then.select(CELL, *names, period_kind=ibis.literal(periods.kind), period_end=periods.end_of(open_then[PLACE]))
