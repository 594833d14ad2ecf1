"""Where a chart's lines no longer fit: proposals of new limits, which a person accepts with the cause that is known, or refuses.

Proposed is only what a change that lasts would leave (operations.md 8.4): every point from some period on stands on one side of
the mean, the latest too; they do so without the single points outside the limits; before them enough points stood otherwise;
and they have settled on a level of their own. So no habit of each year, no change of a target, no single outlier and no steady
climb brings one forth. That the cause is known, only a person can say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clockstop.insight.spc import SpcResult, SpcSeries
from clockstop.insight.spc_rules import Floats

# Operations.md 8.4: so many points in the new section, and so many are better; before it as many as a chart may be judged by.
LEAST_AFTER, BETTER_AFTER, LEAST_BEFORE = 7, 12, 7
# So many in a row on one side of their own mean, or each further than the last: points that have not settled.
STILL_MOVING = 6


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """New limits of one series from `place`, its first point in the new section, on; both levels are means of their points."""

    row: int
    place: int
    points: int
    before: float
    after: float

    @property
    def is_well_founded(self) -> bool:
        """Whether the new section has as many points as is better, not only as many as must be."""
        return self.points >= BETTER_AFTER


def proposals(series: SpcSeries, result: SpcResult, *, least_after: int = LEAST_AFTER) -> tuple[Proposal, ...]:
    """At most one proposal a series: of its latest section, where it ends in a sustained shift.

    >>> from clockstop.insight.spc import judge
    >>> values = np.array([[10.0, 12, 11, 9, 10, 12, 11, 10, 9, 11, 20, 22, 21, 19, 20, 22, 21, 20]])
    >>> found = SpcSeries(values=values, improvement="up")
    >>> [(one.place, one.points, one.before, one.after) for one in proposals(found, judge(found))]
    [(10, 8, 10.5, 20.625)]
    """
    found = (_proposal(row, series.values[row], result, least_after) for row in _candidates(series.values, result, least_after))
    return tuple(one for one in found if one is not None)


def _candidates(values: Floats, result: SpcResult, least_after: int) -> Sequence[int]:
    """The series whose last points that count all stand on one side of the mean, in one section."""
    order = np.cumsum(result.is_valid[:, ::-1], axis=1)[:, ::-1]
    is_last = result.is_valid & (order <= least_after)
    above, below = values > result.mean, values < result.mean
    is_shifted = np.where(is_last, above, True).all(axis=1) | np.where(is_last, below, True).all(axis=1)
    is_long = is_last.sum(axis=1) == least_after
    return np.flatnonzero(is_shifted & is_long & result.has_limits).tolist()


def _proposal(row: int, values: Floats, result: SpcResult, least_after: int) -> Proposal | None:
    """The proposal of one series, by the points of its latest section that count."""
    is_valid, groups = result.is_valid[row], result.rebase_group[row]
    places = np.flatnonzero(is_valid & (groups == groups[np.flatnonzero(is_valid)[-1]]))
    counted = values[places]
    run = _run_at_end(counted, float(result.mean[row][places[-1]]))
    if not least_after <= run <= len(places) - LEAST_BEFORE:
        return None
    before, after = counted[:-run], counted[-run:]
    # A mean is dragged by one outlier, so that all others seem to stand on one side of it; a median is not.
    if _run_at_end(counted, float(np.median(before))) < run or _is_still_moving(after):
        return None
    return Proposal(row=row, place=int(places[-run]), points=run, before=float(before.mean()), after=float(after.mean()))


def _run_at_end(values: Floats, line: float) -> int:
    """How many of the last points stand on the side of the line on which the last one stands."""
    sides = np.sign(values - line)
    if sides[-1] == 0:
        return 0
    others = np.flatnonzero(sides != sides[-1])
    return len(values) - (int(others[-1]) + 1 if len(others) else 0)


def _is_still_moving(after: Floats) -> bool:
    """Whether the new points have no level of their own yet: long runs beside their own mean, or up or down."""
    sides, steps = np.sign(after - after.mean()), np.sign(np.diff(after))
    return _longest(sides) >= STILL_MOVING or _longest(steps) >= STILL_MOVING - 1


def _longest(signs: Floats) -> int:
    """The longest run of one sign; 0 counts for none.

    >>> _longest(np.array([1.0, 1.0, -1.0, 0.0, 0.0, -1.0]))
    2
    """
    longest = run = 0
    last = 0.0
    for sign in signs.tolist():
        run = run + 1 if sign == last and sign else int(bool(sign))
        last, longest = sign, max(longest, run)
    return longest
