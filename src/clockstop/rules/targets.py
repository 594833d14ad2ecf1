"""What a target asks of a trust, month by month, and how a figure stands against its plan (planned-care.md 4, TGT-R01 to R03).

Values are in any one unit throughout: shares, points or counts. Whatever reads a target reads it here.
"""

from collections.abc import Sequence
from typing import Literal

from clockstop.errors import UserError

Improvement = Literal["up", "down"]
Standing = Literal["on plan", "within tolerance", "off plan"]
# TGT-R03: commonly one point. A setting of each plan, not of the rule.
USUAL_TOLERANCE = 0.01
# Weights are typed with few decimals, so that thirds never quite make one.
_NEARLY = 0.005


def required(baseline: float | None, *, uplift: float | None, floor: float | None, improvement: Improvement = "up") -> float | None:
    """What must be reached: the baseline improved by `uplift`, or `floor`, whichever is the greater improvement (TGT-R01, R02).

    Without a floor the uplift alone counts, without a baseline or an uplift the floor. Of a measure that should fall (DM01: 3
    points better or 20%) the lower of the two is the greater improvement.

    >>> [required(baseline, uplift=7.0, floor=65.0) for baseline in (55.0, 60.25, 58.0)]
    [65.0, 67.25, 65.0]
    >>> required(52.25, uplift=5.0, floor=None), required(21.0, uplift=3.0, floor=20.0, improvement="down")
    (57.25, 18.0)
    """
    if baseline is None or uplift is None:
        return floor
    improved = baseline + uplift if improvement == "up" else max(baseline - uplift, 0.0)
    if floor is None:
        return improved
    return max(improved, floor) if improvement == "up" else min(improved, floor)


def planned(baseline: float, target: float, *, month: int, months: int, weights: Sequence[float] | None = None) -> float:
    """The plan at the end of month `month` of `months`: month 0 is the baseline, the last one the target (TGT-R03).

    Equal steps; with `weights`, one a month that together make 1, each month takes its own part of the way.

    >>> planned(58.0, 65.0, month=4, months=12), planned(58.0, 65.0, month=0, months=12), planned(58.0, 65.0, month=12, months=12)
    (60.333333333333336, 58.0, 65.0)
    >>> planned(50.0, 60.0, month=1, months=2, weights=[0.25, 0.75])
    52.5
    """
    if months < 1 or not 0 <= month <= months:
        raise UserError(f"month {month} of {months} is no month of the plan", do="Number months from 0, the baseline, to the last.")
    if weights is None:
        return baseline + (target - baseline) * month / months
    _check(weights, months)
    return target if month == months else baseline + (target - baseline) * sum(weights[:month])


def _check(weights: Sequence[float], months: int) -> None:
    if len(weights) != months:
        raise UserError(f"{len(weights)} weights were given for {months} months", do="Give one weight for each month.")
    if abs(sum(weights) - 1) > _NEARLY:
        raise UserError(
            f"the weights make {sum(weights):g}, not 1", do="Give each month its part of the way; together they make 1."
        )


def gap(actual: float, plan: float, *, improvement: Improvement) -> float:
    """How far a figure is on the good side of its plan; below 0 it is behind.

    >>> gap(61.0, 60.5, improvement="up"), gap(61.0, 60.5, improvement="down")
    (0.5, -0.5)
    """
    return actual - plan if improvement == "up" else plan - actual


def standing(actual: float, plan: float, *, improvement: Improvement, tolerance: float = USUAL_TOLERANCE) -> Standing:
    """How a figure stands against its plan: at it or better, behind by no more than the tolerance, or further.

    >>> [standing(actual, 0.60, improvement="up") for actual in (0.60, 0.59, 0.5899)]
    ['on plan', 'within tolerance', 'off plan']
    """
    behind = -gap(actual, plan, improvement=improvement)
    # 0.60 - 0.59 is a hair more than 0.01 to a machine.
    hair = 1e-9 * max(1.0, abs(plan))
    if behind <= hair:
        return "on plan"
    return "within tolerance" if behind <= tolerance + hair else "off plan"
