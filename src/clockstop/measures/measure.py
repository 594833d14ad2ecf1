"""What a measure is: a numerator over a denominator, declared once and counted everywhere alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ibis import Deferred
from ibis.expr.types import Table, Value

from clockstop.measures.minute_bands import quantile_minutes
from clockstop.rules.rtt_bands import OPEN_BAND, percentile_weeks

Kind = Literal["share", "count", "quantile", "rate", "mean"]
Counted = Literal["at census", "by end date", "by start date", "by date"]
Improvement = Literal["up", "down", "neutral"]
# A truth about a row, or an amount of it (minutes, halves). A function where a rule of the rules room says it; such a truth of
# the RTT list has no history.
Side: TypeAlias = Deferred | Callable[[Table], Value]
# The tables of RTT, which are counted by measures/tally.py; every other fact is counted by measures/fact_counts.py.
CLOCK_TABLES = ("rtt_waits", "rtt_clocks")
# A figure is another one from this difference on; sums of halves are exact far below it.
_SAME = 1e-9


def is_same_figure(one: float | None, other: float | None) -> bool:
    """Whether a figure that was seen before is the figure of now; what was nothing is the same as nothing alone.

    >>> is_same_figure(0.1 + 0.2, 0.3), is_same_figure(0.0, None), is_same_figure(None, None), is_same_figure(1.0, 1.5)
    (True, False, True, False)
    """
    return (one is None) == (other is None) and abs((one or 0.0) - (other or 0.0)) <= _SAME


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One thing that is counted.

    `table` is any fact. `numerator` and `denominator` are truths about one of its rows, or amounts of it, which are summed; what
    is null counts 0. A count shows its numerator; the denominator is what it is a part of. A rate is `per` x numerator /
    denominator, its sides each on its own. A mean is the numerator's amount over the rows of the denominator. `weight` names a
    column by which both sides of a row are multiplied (the halves of a shared cancer pathway). A quantile is read from the
    additive histogram of weeks waited (RTT-R55) of the rows that the denominator names, so its parts can be summed like any other
    measure's; `histogram` is the name under which that is kept, once for all the quantiles of one wait. Of any other fact the
    numerator names the minutes that are put into bands (measures/minute_bands.py), and the quantile is in minutes.

    `counted` says what a period holds: a census at its end of the rows then open, or the rows whose `day` (their end or start,
    where those are meant) falls in it. A census of a fact names a state of measures/spans.py (`_.is_open`, `_.is_overdue`), and
    may compare `_.days_waited` and `_.census_date` with anything that the row says.
    `is_current_only`: the columns that it reads exist for today's list only, so it has one point, the snapshot's own day.

    `counts_people` is False of minutes, sessions and rooms, which are never hidden for being few. `is_part` is False where the
    people of the numerator are no part of the denominator (work against a plan, patients in slots): then only they are looked at.

    `cuts` are the dimensions, beyond
    those kept of every headline measure, by which a refresh keeps its months.
    """

    slug: str
    title: str
    table: str
    kind: Kind
    counted: Counted
    numerator: Side
    denominator: Side
    improvement: Improvement
    definition: str
    source: str
    rules: tuple[str, ...]
    day: str = ""
    weight: str = ""
    unit: str = "pathways"
    per: float = 1
    quantile: float | None = None
    histogram: str = ""
    is_current_only: bool = False
    is_headline: bool = False
    counts_people: bool = True
    is_part: bool = True
    cuts: tuple[str, ...] = ()

    @property
    def is_of_clocks(self) -> bool:
        """Whether it counts RTT's own tables."""
        return self.table in CLOCK_TABLES

    def value(self, numerator: float | None, denominator: float | None) -> float | None:
        """The measure's value from summed parts; None where nothing was counted (operations.md 0.3). Not for quantiles.

        A share is 0 to 1, unless it is one of amounts. Sum first, divide once: never average the values of parts.
        """
        assert self.kind != "quantile", "a quantile is read from bands: value_of_bands"
        if numerator is None or denominator is None:
            return None
        if self.kind == "count":
            return numerator
        return self.per * numerator / denominator if denominator else None

    def value_of_bands(self, counts: Mapping[int, float]) -> float | None:
        """The quantile, in weeks or of other facts in minutes, from summed counts a band; None where nothing was counted."""
        assert self.quantile is not None, "only a quantile measure has bands"
        if not self.is_of_clocks:
            return quantile_minutes(counts, self.quantile)
        return percentile_weeks([counts.get(band, 0.0) for band in range(1, OPEN_BAND + 1)], self.quantile)
