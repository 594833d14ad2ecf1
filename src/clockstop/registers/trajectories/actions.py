"""How a trajectory changes. Views call these and nothing else."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from clockstop.dates import month_end, month_ends, working_days_of_month
from clockstop.errors import UserError
from clockstop.registers.core.actions import record_change
from clockstop.registers.core.locking import check_version, one_at_a_time
from clockstop.registers.trajectories.models import PlannedMonth, Trajectory
from clockstop.rules.targets import planned

RECORD = "trajectory"
MOST_MONTHS = 60
# How a plan goes from its baseline to its target (TGT-R03).
SPREADS = {"equal": "Equal steps each month", "working_days": "By the working days of each month"}


class BadPlan(UserError):
    """A plan cannot be kept as asked."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Whose plan for what: a trust, a measure's slug, and a service or the whole trust."""

    trust: str
    measure: str
    service: str = ""

    @property
    def key(self) -> str:
        """What the audit calls it."""
        return f"{self.measure} {self.service}".strip()


@dataclass(frozen=True, kw_only=True)
class Course:
    """From where to where, how, and how far behind is still within tolerance; values in the measure's own unit."""

    baseline: float
    baseline_month: date
    target: float
    target_month: date
    tolerance: float
    spread: str = "equal"

    @property
    def months(self) -> list[date]:
        """The ends of the months, that of the baseline first."""
        return month_ends(self.baseline_month, month_end(self.target_month))

    @property
    def values(self) -> dict[date, float]:
        """What is planned for each month."""
        months = self.months
        count = len(months) - 1
        weights = _working_days(months[1:]) if self.spread == "working_days" else None
        return {
            end: planned(self.baseline, self.target, month=number, months=count, weights=weights)
            for number, end in enumerate(months)
        }


def start(*, place: Place, course: Course, by, version: int | None = None) -> Trajectory:
    """The plan of that place, new or drawn anew from its baseline to its target, with its audit row.

    `version` is the version that the person saw (0: there was no plan).
    """
    _check(course)
    with transaction.atomic(), one_at_a_time("this plan"):
        found = _locked(place)
        before = None if found is None else _values(found)
        check_version(found, version, "this plan", who="updated_by_name", when="updated_at")
        plan = found or Trajectory(trust=place.trust, measure=place.measure, service=place.service, version=0)
        plan.baseline, plan.baseline_month = course.baseline, month_end(course.baseline_month)
        plan.target, plan.target_month, plan.tolerance = course.target, month_end(course.target_month), course.tolerance
        _sign(plan, by)
        plan.months.all().delete()
        PlannedMonth.objects.bulk_create(
            PlannedMonth(trajectory=plan, month=end, value=value) for end, value in course.values.items()
        )
        _record(plan, by, "start" if found is None else "draw anew", before)
    return plan


def change_months(*, place: Place, values: Mapping[date, float], by, version: int | None = None) -> Trajectory:
    """The plan with some of its months changed, with its audit row; nothing is written where nothing changes."""
    with transaction.atomic():
        plan = _locked(place)
        if plan is None:
            raise BadPlan("There is no plan to change.", do="Start one first.")
        check_version(plan, version, "this plan", who="updated_by_name", when="updated_at")
        rows = {row.month: row for row in plan.months.all()}
        if not values.keys() <= rows.keys():
            raise BadPlan("Only months of the plan can be changed.", do="Draw the plan anew to make it longer.")
        if not all(math.isfinite(value) for value in values.values()):
            raise BadPlan("A planned value must be a number.", do="Write a number in each month.")
        before, changed = _values(plan), [rows[end] for end, value in values.items() if rows[end].value != value]
        if not changed:
            return plan
        for row in changed:
            row.value = values[row.month]
        PlannedMonth.objects.bulk_update(changed, ["value"])
        _sign(plan, by)
        _record(plan, by, "change", before)
    return plan


def delete(*, place: Place, by, version: int | None = None) -> None:
    """Take the plan away, as the person saw it; its history stays in the audit."""
    with transaction.atomic():
        plan = _locked(place)
        if plan is None:
            raise BadPlan("There is no plan to delete.", do="Look at the measure's page again.")
        check_version(plan, version, "this plan", who="updated_by_name", when="updated_at")
        record_change(
            by=by, what="delete", record=RECORD, record_key=place.key, trust=place.trust, before=_values(plan), after=None
        )
        plan.delete()


def _locked(place: Place) -> Trajectory | None:
    plans = Trajectory.objects.select_for_update()
    return plans.filter(trust=place.trust, measure=place.measure, service=place.service).first()


def _check(course: Course) -> None:
    if not all(math.isfinite(value) for value in (course.baseline, course.target, course.tolerance)):
        raise BadPlan("A planned value must be a number.", do="Write the baseline, the target and the tolerance as numbers.")
    if course.tolerance < 0:
        raise BadPlan("A tolerance cannot be below 0.", do="Write how far behind the plan is still acceptable; 0 for not at all.")
    if course.spread not in SPREADS:
        raise BadPlan("A plan goes in equal steps or by working days.", do="Choose one of the two.")
    if not 1 <= len(course.months) - 1 <= MOST_MONTHS:
        raise BadPlan(
            f"A plan goes over 1 to {MOST_MONTHS} months.",
            do="Choose a month for the target that comes after that of the baseline.",
        )


def _working_days(ends: list[date]) -> list[float]:
    """Each month's part of the working days of all of them; together they make 1."""
    days = [working_days_of_month(end.year, end.month) for end in ends]
    return [number / sum(days) for number in days]


def _sign(plan: Trajectory, by) -> None:
    plan.version, plan.updated_at = plan.version + 1, timezone.now()
    plan.updated_by, plan.updated_by_name = by, by.get_username()
    plan.save()


def _record(plan: Trajectory, by, what: str, before: dict | None) -> None:
    place = Place(trust=plan.trust, measure=plan.measure, service=plan.service)
    record_change(by=by, what=what, record=RECORD, record_key=place.key, trust=plan.trust, before=before, after=_values(plan))


def _values(plan: Trajectory) -> dict:
    """The plan as the audit keeps it."""
    return {
        "baseline": plan.baseline, "baseline_month": plan.baseline_month.isoformat(), "target": plan.target,
        "target_month": plan.target_month.isoformat(), "tolerance": plan.tolerance, "version": plan.version,
        "months": {row.month.isoformat(): row.value for row in plan.months.all()},
    }  # fmt: skip
