"""When the clock of an emergency attendance starts and stops, and what lies between (operations.md 1.2, 1.3).

Minutes on one line (rules/local_time.py), seconds dropped. Every function takes plain values and Ibis values alike, so that one
attendance on paper and a year of them are worked out by the same words.
"""

from typing import Any

from clockstop.rules.either import both, choose, either, greatest, is_missing, is_not, is_one_of, is_plain, least, or_else

AMBULANCE = "ambulance"
HANDOVER_MINUTES = 15
FOUR_HOURS, TWELVE_HOURS, ONE_DAY = 240, 720, 1440
UNPLANNED = frozenset({"1", "2", "3"})
TYPE_1, SDEC = "01", "05"
# The departments of the 4-hour standard: SDEC stands apart.
STANDARD_TYPES = frozenset({"01", "02", "03", "04"})
ADMITTED, DISCHARGED = "admitted", "discharged"
# Of these the clock stops when the clinical episode ends; of all others when the patient leaves.
ENDS_WITH_EPISODE = frozenset({DISCHARGED, "died", "dead_on_arrival"})
# Nobody writes down when somebody walked out: found gone stands for it.
LEFT = frozenset({"left_before_assessment", "left_before_treatment", "left_refused"})
LEFT_BEFORE_SEEN = frozenset({"left_before_assessment", "left_before_treatment"})
# Waits that the hospital answers for: the clock runs until the patient has gone.
HOSPITAL_WAITS = frozenset({"hospital_transport", "social_care"})

NO_DEPARTURE = "DQ_NO_DEPARTURE"
DEPARTURE_BEFORE_ARRIVAL = "DQ_DEPARTURE_BEFORE_ARRIVAL"
ASSESSMENT_BEFORE_ARRIVAL = "DQ_ASSESSMENT_BEFORE_ARRIVAL"
DECISION_BEFORE_ARRIVAL = "DQ_DTA_BEFORE_ARRIVAL"
DECISION_AFTER_DEPARTURE = "DQ_DTA_AFTER_DEPARTURE"
NO_DECISION = "DQ_NO_DTA"
HANDOVER_BEFORE_ARRIVAL = "DQ_HANDOVER_BEFORE_ARRIVAL"
NO_HANDOVER = "DQ_NO_HANDOVER"
NO_AMBULANCE = "DQ_NO_AMBULANCE_RECORD"
VIRTUAL_MOVE = "DQ_VIRTUAL_MOVE"
FUTURE_TIME = "DQ_FUTURE_TIME"
OUT_OF_ORDER = "DQ_TIMES_OUT_OF_ORDER"
STREAMED = "DQ_STREAMED_RECORDS_MERGED"
MARKS = {
    "DQ_AMBIGUOUS_LOCAL_TIME": "A time in the hour that came twice",
    "DQ_NONEXISTENT_LOCAL_TIME": "A time in the hour that never came",
    "DQ_SEQUENCE": "A time in the hour that came twice fits neither coming",
    NO_DEPARTURE: "No departure after 24 hours",
    DEPARTURE_BEFORE_ARRIVAL: "Left before arriving",
    ASSESSMENT_BEFORE_ARRIVAL: "Assessed before being registered",
    DECISION_BEFORE_ARRIVAL: "Decision to admit before arrival",
    DECISION_AFTER_DEPARTURE: "Decision to admit after departure",
    NO_DECISION: "Admitted without a decision to admit",
    HANDOVER_BEFORE_ARRIVAL: "Handed over before the ambulance arrived",
    NO_HANDOVER: "No handover recorded",
    NO_AMBULANCE: "Came by ambulance, and no ambulance is known",
    VIRTUAL_MOVE: "Moved to another unit without leaving",
    FUTURE_TIME: "A time in the future",
    OUT_OF_ORDER: "Assessed, seen or ready after leaving",
    STREAMED: "Several records of one visit",
}


def ambulance_start(arrived: Any, handed_over: Any) -> Any:
    """The earlier of the handover and a quarter of an hour after the ambulance's arrival, which it is where none is recorded.

    A handover before the arrival cannot be: it is taken for the arrival.

    >>> ambulance_start(600, 622), ambulance_start(600, 608), ambulance_start(600, None), ambulance_start(600, 590)
    (615, 608, 615, 600)
    """
    latest = None if arrived is None else arrived + HANDOVER_MINUTES
    return choose(is_missing(handed_over), latest, least(latest, greatest(handed_over, arrived)))


def walk_in_start(registered: Any, assessed: Any, *, believed_minutes: int) -> Any:
    """The earlier of registration and first assessment; an assessment more than `believed_minutes` before it is not believed.

    >>> walk_in_start(605, 602, believed_minutes=720), walk_in_start(605, 640, believed_minutes=720)
    (602, 605)
    >>> walk_in_start(2045, 602, believed_minutes=720)
    2045
    """
    if is_plain(registered, assessed):
        is_believed = assessed is not None and registered is not None and registered - assessed <= believed_minutes
    else:
        is_believed = (registered - assessed <= believed_minutes).fill_null(False)
    return choose(is_believed, least(registered, assessed), registered)


def clock_end(outcome: Any, wait_reason: Any, *, start: Any, concluded: Any, left: Any) -> Any:
    """The minute at which the clock stops; null while it runs.

    Who is admitted, transferred or streamed leaves the department; who is discharged or dies stops with the clinical episode, but
    where the wait for transport or social care that the hospital arranges keeps them. Who walks out stops on leaving, or where
    that is not known, when found gone. A conclusion before the start or after the departure is not the end.

    >>> clock_end("discharged", "private_transport", start=600, concluded=780, left=900)
    780
    >>> clock_end("discharged", "hospital_transport", start=600, concluded=780, left=900)
    900
    >>> clock_end("admitted", None, start=600, concluded=780, left=None) is None
    True
    """
    episode = choose(_is_before(concluded, start), None if is_plain(concluded) else left, concluded)
    is_kept = is_one_of(wait_reason, HOSPITAL_WAITS)
    at_episode = both(is_one_of(outcome, ENDS_WITH_EPISODE), is_not(is_kept))
    found_gone = or_else(left, episode)
    return choose(at_episode, least(episode, left), choose(is_one_of(outcome, LEFT), found_gone, left))


def _is_before(one: Any, other: Any) -> Any:
    if is_plain(one, other):
        return one is not None and other is not None and one < other
    return (one < other).fill_null(False)


def end_of_virtual_move(concluded: Any, moved: Any) -> Any:
    """Where a patient was moved on paper alone: the end of the clinical episode if that came later, else nobody knows."""
    is_later = is_not(either(is_missing(concluded), _is_before(concluded, moved)))
    return choose(is_later, concluded, None if is_plain(concluded) else concluded.nullif(concluded))


def minutes_between(start: Any, end: Any, *, floor: Any = None) -> Any:
    """The minutes from start to end, no fewer than 0; null where either is, or where the end lies before `floor` (else the start).

    >>> minutes_between(615, 610, floor=600), minutes_between(615, 590, floor=600), minutes_between(600, 841)
    (0, None, 241)
    """
    least_end = start if floor is None else floor
    if is_plain(start, end):
        return None if start is None or end is None or end < least_end else max(end - start, 0)
    import ibis

    # Engines take the greater of null and 0 to be 0.
    return (end >= least_end).ifelse((end > start).ifelse(end - start, 0), ibis.null("int64"))


def minutes_to(start: Any, end: Any) -> Any:
    """The minutes to a step of the visit, 0 where it came before the clock started; null where it has no time.

    >>> minutes_to(615, 605), minutes_to(615, None)
    (0, None)
    """
    if is_plain(start, end):
        return None if start is None or end is None else max(end - start, 0)
    return (end < start).ifelse(0, end - start)


def is_within(minutes: Any, limit: int) -> Any:
    """Whether known minutes are no more than the limit: "within 4 hours" is up to 240."""
    return _compared(minutes, lambda found: found <= limit)


def is_over(minutes: Any, limit: int) -> Any:
    """Whether known minutes are more than the limit: exactly 12 hours is not over 12 hours."""
    return _compared(minutes, lambda found: found > limit)


def _compared(minutes: Any, holds: Any) -> Any:
    if is_plain(minutes):
        return minutes is not None and holds(minutes)
    return holds(minutes).fill_null(False)
