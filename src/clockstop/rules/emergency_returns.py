"""Who came back to an emergency department of the trust within days of leaving one, for whatever reason (operations.md UEC-11)."""

import ibis
from ibis.expr.types import Table

from clockstop.rules.emergency_clock import STANDARD_TYPES
from clockstop.rules.emergency_records import VISIT
from clockstop.rules.readings import Readings

# A person is known by the keyed hash of the NHS number, or by the hospital's own number.
PERSON_KEYS = ("nhs_number_pseudonym", "local_patient_identifier")


def with_reattendance(visits: Table, readings: Readings) -> Table:
    """The visits with `is_reattendance`: unplanned, and so many days or fewer since the person left their visit before this one.

    Days are civil dates: the 7th day after leaving is within 7 days. A visit that began before the last one ended is none.
    """
    returns = [_returns(visits, key, readings.ed_reattendance_days) for key in PERSON_KEYS]
    found = visits.left_join(ibis.union(*returns, distinct=True), VISIT).drop(f"{VISIT}_right")
    return found.mutate(is_reattendance=found.is_in_standard & found.is_return.fill_null(False)).drop("is_return")


def _returns(visits: Table, key: str, days: int) -> Table:
    """The visits of persons known by that key who had left another so many days or fewer before."""
    is_known = visits[key].notnull() & visits.emergency_care_department_type.isin(sorted(STANDARD_TYPES)) & ~visits.is_ahead
    # Few columns: engines sort all that a window carries.
    known = visits.filter(is_known).select(VISIT, key, "clock_start_minute", "clock_end_minute", "start_date", "end_date")
    person = ibis.window(group_by=key, order_by=["clock_start_minute", VISIT])
    left_minute = known.clock_end_minute.fill_null(known.clock_start_minute).lag().over(person)
    left_date = known.end_date.fill_null(known.start_date).lag().over(person)
    found = known.select(
        VISIT,
        is_return=(known.clock_start_minute >= left_minute) & (known.start_date.delta(left_date, unit="day") <= days),
    )
    return found.filter(found.is_return)
