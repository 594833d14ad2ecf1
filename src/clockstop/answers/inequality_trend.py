"""Whether a gap closes: a measure's groups month by month, and the most less the least deprived fifth, from its own series.

What is hidden of the series is hidden here, so nothing more is told of a month than its own page tells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clockstop.answers.desk import Desk
from clockstop.answers.inequality import Inequality
from clockstop.answers.inequality_groups import plan_of
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, series
from clockstop.insight.inequality import share_gap
from clockstop.insight.intervals import Interval, wilson
from clockstop.measures.measure import Measure
from clockstop.rules.deprivation import LEAST_DEPRIVED, MOST_DEPRIVED

MONTHS = 13
Sides = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class GroupMonth:
    """A group in a month; `value` and `interval` are None where it `is_hidden` or has nobody. Only shares have an interval."""

    key: str
    title: str
    numerator: float | None
    denominator: float | None
    value: float | None
    interval: Interval | None
    is_hidden: bool


@dataclass(frozen=True, kw_only=True)
class TrendMonth:
    """A month: its groups, and the most less the least deprived, `gap` with and `gap_value` without an interval."""

    period_end: date
    groups: tuple[GroupMonth, ...]
    gap: Interval | None
    gap_value: float | None


def trend_of(scope: Scope, desk: Desk, found: Inequality, *, trust: str = "", service: str = "") -> tuple[TrendMonth, ...]:
    """The months up to that of `found`, the oldest first; none of what has no history, or of a count of all who are there."""
    measure = found.measure
    if found.why_none or found.period_end is None or measure.is_current_only or all(one.value is None for one in found.groups):
        return ()
    where = {name: value for name, value in (("trust", trust), ("service", service)) if value}
    each = {one.key: one for one in series(scope, desk, measure.slug, period_kind="month", where=where, by=found.cut.name)}
    at = {key: {point.period_end: point for point in one.points} for key, one in each.items()}
    ends = [end for end in found.period_ends if end <= found.period_end][-MONTHS:]
    plan = plan_of(found.cut.name, sorted(each))
    months = []
    for end in ends:
        points = [(key, title, [at[value].get(end) for value in values]) for key, title, values in plan.groups]
        groups = tuple(_group(measure, key, title, parts) for key, title, parts in points)
        months.append(_month(end, groups))
    return tuple(months) if len(months) > 1 else ()


def _group(measure: Measure, key: str, title: str, parts: Sequence[Point | None]) -> GroupMonth:
    """The group's values added up; hidden where any of them is."""
    known = [one for one in parts if one is not None]
    if any(one.is_hidden for one in known):
        return GroupMonth(key=key, title=title, numerator=None, denominator=None, value=None, interval=None, is_hidden=True)
    above, below = sum(one.numerator or 0.0 for one in known), sum(one.denominator or 0.0 for one in known)
    is_share = measure.kind in ("share", "count") and measure.is_part
    if measure.kind == "quantile":
        value = known[0].value if len(known) == 1 else None
    else:
        value = above / below if measure.kind == "count" and below else measure.value(above, below) if below else None
    return GroupMonth(
        key=key, title=title, numerator=above, denominator=below, value=value,
        interval=wilson(above, below) if is_share and below else None, is_hidden=False,
    )  # fmt: skip


def _month(end: date, groups: tuple[GroupMonth, ...]) -> TrendMonth:
    known = {one.key: one for one in groups}
    most, least = known.get(MOST_DEPRIVED), known.get(LEAST_DEPRIVED)
    if most is None or least is None or most.value is None or least.value is None:
        return TrendMonth(period_end=end, groups=groups, gap=None, gap_value=None)
    gap = share_gap(_sides(most), _sides(least)) if most.interval and least.interval else None
    return TrendMonth(period_end=end, groups=groups, gap=gap, gap_value=most.value - least.value)


def _sides(one: GroupMonth) -> Sides:
    return one.numerator or 0.0, one.denominator or 0.0
