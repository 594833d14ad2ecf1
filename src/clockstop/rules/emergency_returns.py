"""Who came back to an emergency department of the trust within days of leaving one, for whatever reason (operations.md UEC-11)."""

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.rules.emergency_clock import STANDARD_TYPES
from clockstop.rules.readings import Readings

# A person is known by the keyed hash of the NHS number, or by the hospital's own number.
PERSON_KEYS = ("nhs_number_pseudonym", "local_patient_identifier")


def with_reattendance(visits: Table, readings: Readings) -> Table:
    """The visits with `is_reattendance`: unplanned, and so many days or fewer since the person left their visit before this one.

    Days are civil dates: the 7th day after leaving is within 7 days. A visit that began before the last one ended is none.
    """
    returns = [_is_return(visits, key, readings.ed_reattendance_days) for key in PERSON_KEYS]
    return visits.mutate(is_reattendance=visits.is_in_standard & ibis.or_(*returns))


def _is_return(visits: Table, key: str, days: int) -> BooleanValue:
    is_known = visits[key].notnull() & visits.emergency_care_department_type.isin(sorted(STANDARD_TYPES)) & ~visits.is_ahead
    person = ibis.window(group_by=[visits[key], is_known], order_by=["clock_start_minute", "emergency_care_attendance_identifier"])
    left_minute = visits.clock_end_minute.fill_null(visits.clock_start_minute).lag().over(person)
    left_date = visits.end_date.fill_null(visits.start_date).lag().over(person)
    is_after = visits.clock_start_minute >= left_minute
    return (is_known & is_after & (visits.start_date.delta(left_date, unit="day") <= days)).fill_null(False)
