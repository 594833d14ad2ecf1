"""Whether a long waiter has been validated within 12 weeks: RTT-R50 (arithmetic S6; policy S13).

Every function takes plain values and Ibis values alike.
"""

from datetime import date
from typing import Any

from clockstop.rules.either import (
    both,
    choose,
    days_after,
    days_between,
    either,
    has_happened,
    is_missing,
    is_not,
    is_one_of,
    lies_within,
    no_date,
)

WAITED_MORE_THAN_DAYS = 84
LOOK_BACK_DAYS = 84
LOOK_AHEAD_DAYS = 28
VALID_FOR_DAYS = 84
# S13: a pathway is validated again when its wait passes each of these.
REVALIDATED_AT_WEEKS = (12, 26, 52)
# National extracts write "missing" so (S6).
SENTINEL_DATE = date(1900, 1, 1)

RESULTS = ("validated", "not_validated", "dq", "out_of_scope")


def is_sentinel(day: Any) -> Any:
    """Whether the date is the stand-in for "missing"."""
    return is_one_of(day, {SENTINEL_DATE})


def is_in_scope(
    *,
    start_date: Any,
    last_attended_date: Any,
    decided_to_admit_date: Any,
    tci_date: Any,
    next_appointment_date: Any,
    census: Any,
) -> Any:
    """Whether the pathway must have been validated: more than 84 days waited, and nothing recent or soon (RTT-R50).

    Recent: attended, or decided to admit, in the 12 weeks before the census. Soon: a date to come in or an outpatient
    date in the 4 weeks after it. Both ends count.
    """
    looked_back, looked_ahead = days_after(census, -LOOK_BACK_DAYS), days_after(census, LOOK_AHEAD_DAYS)
    is_recent = either(
        lies_within(last_attended_date, looked_back, census), lies_within(decided_to_admit_date, looked_back, census)
    )
    is_soon = either(lies_within(tci_date, census, looked_ahead), lies_within(next_appointment_date, census, looked_ahead))
    is_long = _is_long_wait(start_date, census)
    return both(is_long, is_not(either(is_recent, is_soon)))


def _is_long_wait(start_date: Any, census: Any) -> Any:
    latest_start = days_after(census, -(WAITED_MORE_THAN_DAYS + 1))
    return both(has_happened(start_date, latest_start), is_not(is_sentinel(start_date)))


def is_validation_faulty(last_pas_validation_date: Any, census: Any) -> Any:
    """Whether the date of validation is a data-quality failure: the sentinel, or after the census (RTT-R50)."""
    is_future = both(is_not(is_missing(last_pas_validation_date)), is_not(has_happened(last_pas_validation_date, census)))
    return either(is_sentinel(last_pas_validation_date), is_future)


def is_validated(last_pas_validation_date: Any, census: Any) -> Any:
    """Whether the last validation is fewer than 84 days old (RTT-R50); on the census day it counts."""
    return lies_within(last_pas_validation_date, days_after(census, -(VALID_FOR_DAYS - 1)), census)


def validation_result(*, is_in_scope: Any, last_pas_validation_date: Any, census: Any) -> Any:
    """One of `RESULTS` (RTT-R50). `dq` stands outside the ratio of validated to validated and not validated."""
    judged = choose(is_validated(last_pas_validation_date, census), "validated", "not_validated")
    faulty = choose(is_validation_faulty(last_pas_validation_date, census), "dq", judged)
    return choose(is_in_scope, faulty, "out_of_scope")


def result_of(waits: Any) -> Any:
    """The result of each row of rtt_waits, an Ibis table, at the end of its `census_date`."""
    in_scope = is_in_scope(
        start_date=waits.start_date,
        last_attended_date=waits.last_attended_date,
        decided_to_admit_date=waits.decided_to_admit_date,
        tci_date=waits.tci_date,
        next_appointment_date=waits.next_event_date,
        census=waits.census_date,
    )
    return validation_result(
        is_in_scope=in_scope, last_pas_validation_date=waits.last_pas_validation_date, census=waits.census_date
    )


def milestone_date(start_date: Any, census: Any) -> Any:
    """The day on which the wait last passed 12, 26 or 52 weeks (S13: validate again at each); null where it has passed none.

    >>> milestone_date(date(2026, 1, 5), date(2026, 7, 6)), milestone_date(date(2026, 1, 5), date(2026, 7, 7))
    (datetime.date(2026, 3, 31), datetime.date(2026, 7, 7))
    """
    passed: Any = no_date(start_date)
    for weeks in REVALIDATED_AT_WEEKS:
        day = days_after(start_date, weeks * 7 + 1)
        passed = choose(has_happened(day, census), day, passed)
    return passed


def is_validated_since_milestone(start_date: Any, last_pas_validation_date: Any, census: Any) -> Any:
    """Whether a long waiter was validated since the wait last passed 12, 26 or 52 weeks (RTT-R50); on the day itself counts."""
    return lies_within(last_pas_validation_date, milestone_date(start_date, census), census)


def validation_age(last_pas_validation_date: Any, census: Any) -> Any:
    """Days since the last validation; null where there is none."""
    return days_between(last_pas_validation_date, census)
