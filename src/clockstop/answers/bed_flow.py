"""When beds are asked for and when they are freed, by the hour of the day, and the gap between the two as the day goes on.

Asked for: decisions to admit in the emergency department, at the minute of the decision; other emergency admissions, elective ones
that hold a bed, and transfers, as they come. Freed: when the bed was left for good, the discharge lounge and a step down to a
virtual ward among it. Maternity, well babies and day cases hold none of these beds.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import ibis
from ibis import _
from ibis.expr.types import StringValue, Table

from clockstop.answers.desk import Desk
from clockstop.answers.emergency_flow import HOURS, FlowFilters
from clockstop.answers.place import reach, rows_of
from clockstop.answers.scope import Scope
from clockstop.rules.admissions import MATERNITY, OTHER

STAYS, DISCHARGES, VISITS = "inpatient_stays", "discharges", "emergency_attendances"
OWN_DEPARTMENT = "21"
# Who asks for beds, in the order in which they stand.
DEMAND = {
    "decided": "Decided to admit in the emergency department",
    "emergency": "Other emergency admissions",
    "elective": "Elective admissions",
    "transfers": "Transfers in",
}
FREED = "freed"


@dataclass(frozen=True)
class HourOfBeds:
    """An hour of the day over the days looked at: how many beds were asked for by whom, and how many were freed, in all."""

    hour: int
    asked: dict[str, int]
    freed: int

    @property
    def asked_in_all(self) -> int:
        """Whoever asked."""
        return sum(self.asked.values())


@dataclass(frozen=True)
class DayOfBeds:
    """The hours of a mean day."""

    hours: tuple[HourOfBeds, ...]
    days: int
    is_without: tuple[str, ...] = field(default=())

    @property
    def gaps(self) -> list[float]:
        """Beds freed less those asked for since midnight, as each hour ends: the mean of a day."""
        so_far, gaps = 0, []
        for one in self.hours:
            so_far += one.freed - one.asked_in_all
            gaps.append(so_far / self.days if self.days else 0.0)
        return gaps

    @property
    def asked(self) -> float:
        """A day."""
        return sum(one.asked_in_all for one in self.hours) / self.days if self.days else 0.0

    @property
    def freed(self) -> float:
        """A day."""
        return sum(one.freed for one in self.hours) / self.days if self.days else 0.0


def is_kept(desk: Desk) -> bool:
    """Whether a trust sent its spells."""
    return desk.has(STAYS) and desk.has(DISCHARGES)


def day_of_beds(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date) -> DayOfBeds:
    """Demand and supply by the hour, of one weekday where the filters name one."""
    key = ("bed demand", reach(scope), filters, last_day)
    return desk.kept_answer(key, lambda: _day_of_beds(scope, desk, filters, last_day))


def _day_of_beds(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date) -> DayOfBeds:
    days = filters.days(last_day)
    stays = _holding_a_bed(rows_of(scope, desk, STAYS, filters))
    came = _by_hour(desk, stays.mutate(who=_who(stays)), "started_at", filters, last_day)
    left = _holding_a_bed(rows_of(scope, desk, DISCHARGES, filters))
    freed = _by_hour(desk, left.mutate(who=ibis.literal(FREED)), "bed_released_at", filters, last_day)
    found = came | freed | _decided(scope, desk, filters, last_day)
    hours = [HourOfBeds(hour, {who: found.get((who, hour), 0) for who in DEMAND}, found.get((FREED, hour), 0)) for hour in HOURS]
    return DayOfBeds(tuple(hours), len(days), () if desk.has(VISITS) else ("decided",))


def _who(stays: Table) -> StringValue:
    """Who asked for the bed as the patient came; an emergency of the own department asked before, and is null here."""
    return ibis.cases(
        (stays.is_elective, "elective"),
        (stays.is_emergency & (stays.admission_method_code == OWN_DEPARTMENT), ibis.null("string")),
        (stays.is_emergency, "emergency"),
        (stays.admission_class == OTHER, "transfers"),
        else_=ibis.null("string"),
    )


def _decided(scope: Scope, desk: Desk, filters: FlowFilters, last_day: date) -> dict[tuple[str, int], int]:
    """Decisions to admit of the emergency department, of those who were admitted or still wait for their bed."""
    if not desk.has(VISITS):
        return {}
    visits = rows_of(scope, desk, VISITS, filters)
    goes_on = visits.is_admitted.fill_null(False) | visits.clock_end_at.isnull()
    decided = visits.filter(goes_on).mutate(who=ibis.literal("decided"))
    return _by_hour(desk, decided, "decision_to_admit_at", filters, last_day)


def _holding_a_bed(rows: Table) -> Table:
    """The spells that hold a bed other than maternity's."""
    return rows.filter(rows.is_for_census & ~rows.is_birth & (rows.admission_class != MATERNITY))


def _by_hour(desk: Desk, rows: Table, at: str, filters: FlowFilters, last_day: date) -> dict[tuple[str, int], int]:
    """How many of these instants of each `who` lie in each hour of the day, of the days that are looked at."""
    chosen = rows.filter(
        rows[at] >= datetime.combine(filters.first_day(last_day), datetime.min.time()),
        rows[at] < datetime.combine(last_day + timedelta(days=1), datetime.min.time()),
    )
    if filters.weekday:
        chosen = chosen.filter(chosen[at].day_of_week.index() == filters.weekday - 1)
    counted = chosen.group_by("who", hour=chosen[at].hour()).agg(beds=_.count())
    return {(row["who"], row["hour"]): row["beds"] for row in desk.rows(counted).to_pylist()}
