"""How was the month? The headline measures of a place as charts that end with that month, the first to speak of first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from clockstop.answers.board import JUDGED_MONTHS
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, Series, many
from clockstop.answers.spc import SpcChart, charts_of
from clockstop.insight.attention import Attention, attention_of
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.catalogue import monthly_headlines
from clockstop.measures.measure import Measure

# Limits are worked out from so many months, as on every page, where there are that many (answers/board.py).
MONTHS = JUDGED_MONTHS


@dataclass(frozen=True, kw_only=True)
class ReviewLine:
    """A measure of the place in the month: its chart up to then, and what the chart asks for."""

    measure: Measure
    chart: SpcChart
    attention: Attention

    @property
    def point(self) -> Point:
        """The month's own point."""
        return self.chart.points[-1].point

    @property
    def previous(self) -> Point | None:
        """The month before."""
        return self.chart.points[-2].point if len(self.chart.points) > 1 else None


def review(
    scope: Scope, desk: Desk, where: Mapping[str, str], month: date, *, rebases: Mapping[str, Sequence[date]]
) -> tuple[ReviewLine, ...]:
    """The headline measures that have a figure for the month (its last day), those first that ask for most; `rebases` by slug.

    What is hidden from this reader for its small number is left out.
    """
    found = [_until(one, month) for one in _series(scope, desk, where)]
    kept = [one for one in found if one.points and one.points[-1].period_end == month and one.points[-1].value is not None]
    days = [rebases.get(one.measure, ()) for one in kept]
    charts = charts_of(kept, period_kind="month", level="trust", rebases=days)
    lines = [
        ReviewLine(measure=measure_of(one.measure), chart=one, attention=attention_of(one.variation, one.assurance))
        for one in charts
    ]
    return tuple(sorted(lines, key=lambda line: line.attention.rank))


def months_of(scope: Scope, desk: Desk, where: Mapping[str, str]) -> tuple[date, ...]:
    """The months of which something is known at the place, the newest first."""
    ends = {point.period_end for one in _series(scope, desk, where) for point in one.points if point.value is not None}
    return tuple(sorted(ends, reverse=True))


def _series(scope: Scope, desk: Desk, where: Mapping[str, str]) -> tuple[Series, ...]:
    """Every headline measure that has a history, month by month."""
    key = ("review", scope.trusts, scope.clearance, tuple(sorted(where.items())))
    return desk.kept_answer(
        key, lambda: tuple(found[0] for found in many(scope, desk, monthly_headlines(), period_kind="month", where=where).values())
    )


def _until(one: Series, month: date) -> Series:
    points = tuple(point for point in one.points if point.period_end <= month)
    return Series(one.measure, one.key, one.title, points[-MONTHS:])
