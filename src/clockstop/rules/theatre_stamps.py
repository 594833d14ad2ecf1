"""Each theatre case with its touch time, by the timestamps that stand for its start and its end, and what is wrong with them."""

from functools import reduce
from itertools import pairwise
from operator import or_

import ibis
from ibis.expr.types import BooleanValue, Column, StringValue, Table, TimestampValue

from clockstop.rules.local_time import minute_after, minute_of
from clockstop.rules.readings import Readings
from clockstop.rules.theatre_guarantee import is_last_minute
from clockstop.rules.theatre_minutes import is_in_order, touch_minutes

# The steps of a case in the order in which they happen.
STEPS = ("anaesthetic_start_at", "into_theatre_at", "knife_to_skin_at", "closure_at", "out_of_theatre_at", "into_recovery_at")
ELECTIVE = "elective"
TIMING_FLAGS = {
    "no_start": "No time at which the case began",
    "no_end": "No time at which the patient was out",
    "out_of_order": "Out before the case began: no touch time",
    "no_minutes": "Began and ended in the same minute",
    "steps_out_of_order": "A step is earlier than the one before it",
    "no_anaesthetic_start": "No anaesthetic start: the next timestamp stands for it",
}


def theatre_cases_timed(theatre_cases: Table, theatre_sessions: Table, *, as_of: object, readings: Readings) -> Table:
    """Each case with its session's theatre and plan, touch time, what is wrong with its times, and how it was cancelled.

    A case was performed where it was not cancelled and any of its steps has a time. Of an elective session emergency and trauma
    cases do not count in touch time and cases, unless a reading says so; the room is in use by them all the same.
    """
    chosen = theatre_cases.mutate(
        touch_start_at=_first_of(theatre_cases, readings.theatre_touch_starts),
        touch_end_at=_first_of(theatre_cases, readings.theatre_touch_ends),
        touch_start_step=_name_of(theatre_cases, readings.theatre_touch_starts),
        touch_end_step=_name_of(theatre_cases, readings.theatre_touch_ends),
        is_cancelled=theatre_cases.is_cancelled.fill_null(False),
    )
    cases = _with_session(chosen, theatre_sessions)
    has_times = reduce(or_, [cases[name].notnull() for name in STEPS])
    start = minute_of(cases.touch_start_at)
    cases = cases.mutate(
        is_performed=~cases.is_cancelled & has_times,
        touch_start_minute=start,
        touch_end_minute=minute_after(cases.touch_end_at, start),
        is_cancelled_on_the_day=cases.is_cancelled & _was_last_minute(cases),
    )
    return _judged(cases, readings)


def _judged(cases: Table, readings: Readings) -> Table:
    """Whether each case is timed and counts, its touch time, and what is wrong with its times."""
    start, end = cases.touch_start_minute, cases.touch_end_minute
    is_timed = cases.is_performed & is_in_order(start, end)
    is_other = cases.case_urgency.fill_null(ELECTIVE) != ELECTIVE
    is_out = is_other & (cases.session_type == ELECTIVE).fill_null(False)
    return cases.mutate(
        is_timed=is_timed,
        is_counted=cases.is_performed if readings.theatre_emergency_cases_count else cases.is_performed & ~is_out,
        touch_minutes=is_timed.ifelse(touch_minutes(start, end), ibis.null("float64")),
        timing_flags=_flags(cases),
    )


def _first_of(cases: Table, names: str) -> TimestampValue:
    columns = [cases[name] for name in names.split()]
    return ibis.coalesce(*columns) if len(columns) > 1 else columns[0]


def _name_of(cases: Table, names: str) -> StringValue:
    pairs = [(cases[name].notnull(), ibis.literal(name)) for name in names.split()]
    return ibis.cases(*pairs, else_=ibis.null("string"))


def _was_last_minute(cases: Table) -> BooleanValue:
    """What the trust says of it, else what the days say: cancelled on the day of admission or operation, or after it (TH-R10)."""
    intended = ibis.least(cases.operation_date, cases.admission_date.fill_null(cases.operation_date))
    return cases.is_cancelled_on_the_day.fill_null(is_last_minute(cases.cancelled_date, intended))


def _flags(cases: Table) -> StringValue:
    start, end = cases.touch_start_minute, cases.touch_end_minute
    found = {
        "no_start": start.isnull(),
        "no_end": end.isnull(),
        "out_of_order": (end < start).fill_null(False),
        "no_minutes": (end == start).fill_null(False),
        "steps_out_of_order": _are_steps_out_of_order(cases),
        "no_anaesthetic_start": cases.anaesthetic_start_at.isnull(),
    }
    words = [(cases.is_performed & truth).ifelse(f"{flag},", "") for flag, truth in found.items()]
    return reduce(lambda one, other: one.concat(other), words).re_replace(",$", "")


def _are_steps_out_of_order(cases: Table) -> BooleanValue:
    """Whether a step is earlier than one before it: only neighbours that are both known are compared."""
    pairs = pairwise(STEPS)
    return reduce(or_, [(cases[later] < cases[earlier]).fill_null(False) for earlier, later in pairs])


def _with_session(cases: Table, sessions: Table) -> Table:
    """The session's theatre and type beside each case; a case of a session that was never sent stays, its theatre not known."""
    beside = sessions.select(
        "theatre_session_identifier", "theatre", "session_type",
        session_service=sessions.activity_treatment_function_code,
        session_site=sessions.organisation_site_identifier_of_treatment,
        session_consultant=sessions.consultant_code,
    )  # fmt: skip
    joined = cases.left_join(beside, "theatre_session_identifier").drop("theatre_session_identifier_right")
    known: dict[str, Column] = {
        "activity_treatment_function_code": joined.activity_treatment_function_code.fill_null(joined.session_service),
        "organisation_site_identifier_of_treatment": joined.organisation_site_identifier_of_treatment.fill_null(
            joined.session_site
        ),
        "consultant_code": joined.consultant_code.fill_null(joined.session_consultant),
    }
    return joined.mutate(**known).drop("session_service", "session_site", "session_consultant")
