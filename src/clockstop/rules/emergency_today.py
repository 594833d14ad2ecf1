"""The visits of the day that is being lived, those ended and those under way: what "so far today" is counted from."""

import ibis
from ibis.expr.types import Table, TimestampValue

from clockstop.rules.emergency_records import VISIT
from clockstop.rules.emergency_visits import visits
from clockstop.rules.fact import Fact
from clockstop.rules.readings import Readings

# A visit of today may be recorded as an arrival of yesterday: an ambulance that came before midnight and handed over after it.
DAYS_BACK = 1


def emergency_today(
    ed_attendances: Table, ambulance_arrivals: Table, *, as_of: object, at: TimestampValue, readings: Readings
) -> Table:
    """Each visit whose clock started on the local day of `at`, up to it, ended or not.

    Who came back within a week is not said here: only records of these two days are looked at.
    """
    since = at.date().cast("timestamp") - ibis.interval(days=DAYS_BACK)
    near = ed_attendances.filter(ed_attendances.emergency_care_arrival_at >= since)
    brought = ambulance_arrivals.filter(ambulance_arrivals.ambulance_arrived_at >= since)
    found = visits(near, brought, until=at, readings=readings).drop("is_reattendance")
    return found.filter((found.start_date == at.date()) & (found.clock_start_at <= at))


FACTS = (
    Fact(
        name="emergency_today",
        title="Visits to the emergency department today",
        row="a visit that began today",
        needs=("ed_attendances", "ambulance_arrivals"),
        build=emergency_today,
        order=("clock_start_minute", VISIT),
        is_live=True,
    ),
)
