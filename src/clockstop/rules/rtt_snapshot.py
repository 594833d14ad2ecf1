"""What is on the list and in which part of the monthly return: RTT-R42 to R45 and R53 (S1 section 10, S5).

Every function takes plain values and Ibis values alike.
"""

from typing import Any

from clockstop.rules.either import both, choose, days_after, either, has_happened, is_missing, is_not, is_one_of, lies_within

PLANNED_ADMISSION_TYPE = "13"
NULLIFYING_STATUS = "33"
TREATED_STATUS = "30"


def is_planned(elective_admission_type_code: Any) -> Any:
    """Whether the entry is a planned one (type 13), which is outside RTT (planned-care.md 1.6)."""
    return is_one_of(elective_admission_type_code, {PLANNED_ADMISSION_TYPE})


def is_incomplete(*, start_date: Any, end_date: Any, nullified_date: Any, census: Any) -> Any:
    """Whether the period is open at the end of the census day (RTT-R42): Part 2 of the return.

    A start on the day is on the list with 0 days; a stop or a nullification on the day is off it.
    Scope (consultant-led, English commissioner, not planned) is the caller's.
    """
    is_started = has_happened(start_date, census)
    is_over = either(has_happened(end_date, census), has_happened(nullified_date, census))
    return both(is_started, is_not(is_over))


def is_completed_in(*, end_date: Any, is_nullified: Any, first_day: Any, last_day: Any) -> Any:
    """Whether the period ended in the month and counts as completed: Parts 1A and 1B together (RTT-R43).

    A nullified period is never a completed pathway.
    """
    return both(lies_within(end_date, first_day, last_day), is_not(is_nullified))


def is_completed_admitted(*, is_completed: Any, ended_by_admission: Any, end_status: Any) -> Any:
    """Part 1A: completed by admission for treatment (RTT-R43).

    An admission at which it was decided that no treatment is needed (34) is a non-admitted stop (RTT-R22).
    """
    is_treatment = either(is_missing(end_status), is_one_of(end_status, {TREATED_STATUS}))
    return both(is_completed, both(ended_by_admission, is_treatment))


def is_completed_non_admitted(*, is_completed: Any, ended_by_admission: Any, end_status: Any) -> Any:
    """Part 1B: completed for any other reason (RTT-R43)."""
    is_admitted = is_completed_admitted(is_completed=is_completed, ended_by_admission=ended_by_admission, end_status=end_status)
    return both(is_completed, is_not(is_admitted))


def is_new_period(*, start_date: Any, is_nullified: Any, first_day: Any, last_day: Any, counts_nullified: bool = False) -> Any:
    """Part 3: the clock started in the month, also where it was stopped in it too (RTT-R44).

    Nullified periods are left out where they are known by submission; S1 leaves that open, so it is a switch.
    """
    is_started = lies_within(start_date, first_day, last_day)
    return is_started if counts_nullified else both(is_started, is_not(is_nullified))


def awaits_first_appointment(*, is_admitted_pathway: Any, first_attended_date: Any, start_date: Any) -> Any:
    """Whether an open pathway is non-admitted with no attended first activity since its clock start (RTT-R53)."""
    since_start = both(
        is_not(is_missing(first_attended_date)), is_not(has_happened(first_attended_date, days_after(start_date, -1)))
    )
    return both(is_not(is_admitted_pathway), is_not(since_start))


def share(numerator: float, denominator: float) -> float | None:
    """The numerator as a share of the denominator (RTT-R45); None where there is nothing to divide by."""
    return choose(denominator == 0, None, numerator / (denominator or 1))


def clearance_weeks(incomplete: float, weekly_stops: float) -> float | None:
    """How many weeks of the typical weekly clock stops, of any kind, the list holds (RTT-R45)."""
    return share(incomplete, weekly_stops)
