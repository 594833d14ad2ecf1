"""How a figure stands against the trust's own plan, in words (TGT-R03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clockstop.answers.series import Point
from clockstop.measures.measure import Measure
from clockstop.nhsuk.figures import RATIO, bar
from clockstop.nhsuk.presenters import number, points
from clockstop.registers.trajectories.reading import Plan
from clockstop.rules.targets import Improvement, Standing, gap, standing


@dataclass(frozen=True)
class PlanLine:
    """One month of a plan: what was planned, what came, how far apart they are (below 0: behind), and how that stands."""

    end: date
    plan: float
    actual: float | None
    gap: float | None
    standing: Standing | None
    is_hidden: bool = False


def lines(measure: Measure, plan: Plan, found: Sequence[Point]) -> list[PlanLine]:
    """Every month of the plan beside the figure of that month."""
    by_end = {point.period_end: point for point in found}
    return [_line(measure, plan, end, by_end.get(end)) for end in plan.months]


def at(measure: Measure, plan: Plan | None, point: Point | None) -> PlanLine | None:
    """The month of a point; None where nothing is planned for it."""
    if plan is None or point is None or point.period_end not in plan.months:
        return None
    return _line(measure, plan, point.period_end, point)


def said(measure: Measure, line: PlanLine) -> str:
    """Where the figure stands: 1.3 points behind the plan of 63.2%, off plan."""
    planned = f"the plan of {bar(measure.kind, line.plan, measure.unit)}"
    if line.gap is None:
        return f"against {planned}: none counted"
    size = gap_said(measure, abs(line.gap))
    if not size:
        return f"at {planned}, {line.standing}"
    return f"{size} {'behind' if line.gap < 0 else 'ahead of'} {planned}, {line.standing}"


def gap_said(measure: Measure, size: float) -> str:
    """A distance in the measure's own unit; empty where it rounds to nothing."""
    if round(size * 100 if measure.kind == "share" else size, 1) == 0:
        return ""
    if measure.kind == "share":
        return points(size)
    if measure.kind == "count":
        return number(size, 0 if float(size).is_integer() else 1)
    return number(size, 1) if measure.unit == RATIO else f"{number(size, 1)} {measure.unit}"


def signed_gap(measure: Measure, line: PlanLine) -> str:
    """How far from the plan, with words for which side."""
    if line.gap is None:
        return ""
    size = gap_said(measure, abs(line.gap))
    return f"{size} {'behind' if line.gap < 0 else 'ahead'}" if size else "at the plan"


def _line(measure: Measure, plan: Plan, end: date, point: Point | None) -> PlanLine:
    value, actual = plan.months[end], point.value if point else None
    if actual is None:
        return PlanLine(end, value, None, None, None, bool(point and point.is_hidden))
    # A measure that is better neither way is planned for as one that should not fall short.
    improvement: Improvement = "down" if measure.improvement == "down" else "up"
    return PlanLine(
        end,
        value,
        actual,
        gap(actual, value, improvement=improvement),
        standing(actual, value, improvement=improvement, tolerance=plan.tolerance),
    )
