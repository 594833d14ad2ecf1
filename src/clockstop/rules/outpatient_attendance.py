"""What became of an outpatient appointment: OP-R01 to R03, R06, R07, R11 and R16 (planned-care.md 6; NHS Data Dictionary codes).

Every function takes plain values and Ibis values alike.
"""

from typing import Any

from clockstop.rules.either import both, days_between, either, is_missing, is_not, is_one_of

ATTENDED = frozenset({"5", "6"})
DID_NOT_ATTEND = frozenset({"3", "7"})
CANCELLED_BY_PATIENT = "2"
CANCELLED_BY_PROVIDER = "4"
CANCELLED = frozenset({CANCELLED_BY_PATIENT, CANCELLED_BY_PROVIDER})
# 0 says that the appointment lies ahead; it is booked, but nothing of the period yet.
CONCLUDED = ATTENDED | DID_NOT_ATTEND | CANCELLED
FIRST = frozenset({"1", "3"})
FOLLOW_UP = frozenset({"2", "4"})
VIRTUAL = frozenset({"3", "4"})
# OP-R03 and R15: the notice that leave and cancellations are to give is six weeks; less than this is short.
NOTICE_DAYS = 42


def has_attended(code: Any) -> Any:
    """Whether the patient was seen, late or not (codes 5 and 6).

    >>> [has_attended(code) for code in ("5", "6", "7", None)]
    [True, True, False, False]
    """
    return is_one_of(code, ATTENDED)


def has_missed(code: Any, is_time_agreed: Any = None) -> Any:
    """Whether the patient did not attend, or came too late to be seen: codes 3 and 7 (OP-R01).

    A telephone call that was not answered is a DNA only if its time had been agreed: where `is_time_agreed` is known to be
    false, nobody missed anything.

    >>> has_missed("3"), has_missed("7", True), has_missed("3", False), has_missed("5")
    (True, True, False, False)
    """
    return both(is_one_of(code, DID_NOT_ATTEND), is_not(is_one_of(is_time_agreed, {False})))


def is_kept_or_missed(code: Any, is_time_agreed: Any = None) -> Any:
    """Whether the appointment is in the denominator of the DNA rate, which leaves cancellations out (OP-R01).

    >>> [is_kept_or_missed(code) for code in ("5", "3", "2", "4", "0")]
    [True, True, False, False, False]
    """
    return either(has_attended(code), has_missed(code, is_time_agreed))


def is_cancelled_by_patient(code: Any) -> Any:
    """Whether the patient cancelled (code 2)."""
    return is_one_of(code, {CANCELLED_BY_PATIENT})


def is_cancelled_by_provider(code: Any) -> Any:
    """Whether the hospital cancelled or postponed (code 4)."""
    return is_one_of(code, {CANCELLED_BY_PROVIDER})


def is_concluded(code: Any) -> Any:
    """Whether the appointment is among all booked in a period, whatever became of it: codes 5, 6, 7, 2, 3 and 4 (OP-R02, R03).

    >>> [is_concluded(code) for code in ("2", "7", "0", None)]
    [True, True, False, False]
    """
    return is_one_of(code, CONCLUDED)


def notice_days(cancelled_date: Any, day: Any) -> Any:
    """The whole days between a cancellation and the day that was cancelled; negative where it was recorded afterwards."""
    return days_between(cancelled_date, day)


def is_short_notice(days: Any) -> Any:
    """Whether a cancellation gave less than six weeks' notice (OP-R03, OP-R15); not where the notice is unknown.

    >>> [is_short_notice(days) for days in (0, 41, 42, None)]
    [True, True, False, False]
    """
    if hasattr(days, "op"):
        return (days < NOTICE_DAYS).fill_null(False)
    return days is not None and days < NOTICE_DAYS


def is_virtual(first_attendance: Any) -> Any:
    """Whether by telephone or video: codes 3 and 4 (OP-R07).

    >>> is_virtual("4"), is_virtual("5")
    (True, False)
    """
    return is_one_of(first_attendance, VIRTUAL)


def is_consultation(first_attendance: Any) -> Any:
    """Whether a first or a follow-up, not the administrative stop of a clock (code 5), which no patient attended."""
    return is_one_of(first_attendance, FIRST | FOLLOW_UP)


def is_first_seen(first_attendance: Any, *, was_seen_before: Any, missed_the_first: Any) -> Any:
    """Whether an attendance is the first of its series (OP-R06): a first that was missed, then attended, is still the first.

    So an attendance recorded as a follow-up is the first where nobody was seen before and an earlier first was missed or
    cancelled. What is recorded as a first stays one: a pathway may have two series.

    >>> is_first_seen("2", was_seen_before=False, missed_the_first=True)
    True
    >>> is_first_seen("2", was_seen_before=False, missed_the_first=False)
    False
    """
    misrecorded = both(is_one_of(first_attendance, FOLLOW_UP), both(is_not(was_seen_before), missed_the_first))
    return either(is_one_of(first_attendance, FIRST), misrecorded)


def is_unoutcomed(code: Any, working_days_past: Any, allowed: int) -> Any:
    """Whether a past appointment still has no outcome after the working days allowed (OP-R16).

    On the last of those days it may still be recorded in time, so it counts once that many working days are over. An appointment
    with no code, or with the code of one that lies ahead, has no outcome.

    >>> [is_unoutcomed(None, number, 5) for number in (4, 5)], is_unoutcomed("5", 30, 5)
    ([False, True], False)
    """
    return both(has_no_outcome(code), working_days_past >= allowed)


def has_no_outcome(code: Any) -> Any:
    """Whether nothing says what became of an appointment."""
    return either(is_missing(code), is_not(is_one_of(code, CONCLUDED)))
