"""Plans as values for the pages, and the history of one."""

from dataclasses import dataclass
from datetime import date, datetime

from clockstop.registers.core.models import Change
from clockstop.registers.trajectories.actions import RECORD, Place
from clockstop.registers.trajectories.models import Trajectory


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A plan as it stands: the value at the end of each month, in the measure's own unit."""

    place: Place
    baseline: float
    baseline_month: date
    target: float
    target_month: date
    tolerance: float
    version: int
    updated_at: datetime
    updated_by: str
    months: dict[date, float]


@dataclass(frozen=True)
class PastChange:
    """One change of a plan: who, when, what was done, and each month with what stood before and after."""

    at: datetime
    by: str
    what: str
    months: tuple[tuple[date, float | None, float | None], ...]


def plan(scope, place: Place) -> Plan | None:
    """The plan of that place; None where there is none, or the scope does not reach the trust."""
    found = Trajectory.objects.within(scope).filter(trust=place.trust, measure=place.measure, service=place.service)
    return next((_plan(one) for one in found.prefetch_related("months")), None)


def plans(scope) -> dict[Place, Plan]:
    """Every plan within the scope, by its place."""
    found = (_plan(one) for one in Trajectory.objects.within(scope).prefetch_related("months"))
    return {one.place: one for one in found}


def history(scope, place: Place) -> list[PastChange]:
    """What happened to a plan, the newest first."""
    if place.trust not in scope.trusts:
        return []
    return [_past(change) for change in Change.objects.filter(record=RECORD, trust=place.trust, record_key=place.key)]


def _plan(found: Trajectory) -> Plan:
    return Plan(
        place=Place(trust=found.trust, measure=found.measure, service=found.service),
        baseline=found.baseline,
        baseline_month=found.baseline_month,
        target=found.target,
        target_month=found.target_month,
        tolerance=found.tolerance,
        version=found.version,
        updated_at=found.updated_at,
        updated_by=found.updated_by_name,
        months={row.month: row.value for row in found.months.all()},
    )


def _past(change: Change) -> PastChange:
    before, after = ((side or {}).get("months", {}) for side in (change.before, change.after))
    moved = [(end, before.get(end), after.get(end)) for end in sorted(before.keys() | after.keys())]
    months = tuple((date.fromisoformat(end), old, new) for end, old, new in moved if old != new)
    return PastChange(change.at, change.by_name, change.what, months)
