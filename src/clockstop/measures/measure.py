"""What a measure is: a numerator over a denominator, declared once and counted everywhere alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ibis import Deferred
from ibis.expr.types import BooleanValue, Table

from clockstop.rules.rtt_bands import OPEN_BAND, percentile_weeks

Kind = Literal["share", "count", "quantile", "rate"]
Counted = Literal["at census", "by end date", "by start date"]
Improvement = Literal["up", "down", "neutral"]
# A function where a rule of the rules room says it; such a truth has no history.
Truth: TypeAlias = Deferred | Callable[[Table], BooleanValue]


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One thing that is counted.

    `numerator` and `denominator` are truths about a row of `table`. A count shows its numerator; the denominator is what it is
    a part of. A rate is `per` x numerator / denominator. A quantile is read from the additive histogram of weeks waited
    (RTT-R55) of the rows that the denominator names, so its parts can be summed like any other measure's; `histogram` is the name
    under which that is kept, once for all the quantiles of one wait.
    `counted` says what a period holds: a census of waits at its end, or the clocks that ended or started in it.
    `is_current_only`: the columns that it reads exist for today's list only, so it has one point, the snapshot's own day.
    """

    slug: str
    title: str
    table: Literal["rtt_waits", "rtt_clocks"]
    kind: Kind
    counted: Counted
    numerator: Truth
    denominator: Truth
    improvement: Improvement
    definition: str
    source: str
    rules: tuple[str, ...]
    unit: str = "pathways"
    per: float = 1
    quantile: float | None = None
    histogram: str = ""
    is_current_only: bool = False
    is_headline: bool = False

    def value(self, numerator: float | None, denominator: float | None) -> float | None:
        """The measure's value from summed parts; None where nothing was counted (operations.md 0.3). Not for quantiles.

        A share is 0 to 1. Sum first, divide once: never average the values of parts.
        """
        assert self.kind != "quantile", "a quantile is read from bands: value_of_bands"
        if numerator is None or denominator is None:
            return None
        if self.kind == "count":
            return numerator
        return self.per * numerator / denominator if denominator else None

    def value_of_bands(self, counts: Mapping[int, float]) -> float | None:
        """The quantile in weeks from summed counts a band; None where nobody waited."""
        assert self.quantile is not None, "only a quantile measure has bands"
        return percentile_weeks([counts.get(band, 0.0) for band in range(1, OPEN_BAND + 1)], self.quantile)
