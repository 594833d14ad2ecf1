"""How soon a specialty comes when the emergency department asks for it (operations.md UEC-15)."""

import ibis
from ibis.expr.types import Table

from clockstop.contracts.people import PERSON_NAMES
from clockstop.rules import emergency_clock as clock
from clockstop.rules.emergency_records import SITE, VISIT
from clockstop.rules.emergency_visits import end_of_day
from clockstop.rules.local_time import local_at
from clockstop.rules.moments import marks_joined, marks_of, minute_name, read_in_order
from clockstop.rules.readings import Readings

LIMITS = (30, 60)


def ed_specialty_responses(ed_service_requests: Table, ed_attendances: Table, *, as_of: object, readings: Readings) -> Table:
    """Each request made by the end of `as_of`, of the specialty that was asked, with the minutes until it saw the patient."""
    until = end_of_day(as_of)
    asked = ed_service_requests.filter(ed_service_requests.requested_at < until)
    is_ahead = (asked.assessed_at > until).fill_null(False)
    asked = asked.mutate(
        assessed_at=is_ahead.ifelse(ibis.null("timestamp"), asked.assessed_at), marks=marks_of({clock.FUTURE_TIME: is_ahead})
    )
    read = read_in_order(asked, ("requested_at", "assessed_at"))
    requested, assessed = read[minute_name("requested_at")], read[minute_name("assessed_at")]
    minutes = clock.minutes_between(requested, assessed)
    at = local_at(requested)
    found = read.mutate(
        response_minutes=minutes,
        is_answered=minutes.notnull(),
        start_date=at.date(),
        request_hour=at.hour().cast("int32"),
        marks=marks_joined([read.marks, marks_of({clock.OUT_OF_ORDER: assessed < requested})]),
        **{f"is_within_{limit}": clock.is_within(minutes, limit) for limit in LIMITS},
    )
    return _with_person(found, ed_attendances)


def _with_person(found: Table, attendances: Table) -> Table:
    people = [name for name in PERSON_NAMES if name in attendances.columns]
    beside = attendances.select(VISIT, *people, attendance_site=attendances[SITE])
    twice = [name for name in people if name in found.columns]
    joined = found.left_join(beside, VISIT)
    joined = joined.mutate(**{name: joined[name].fill_null(joined[f"{name}_right"]) for name in twice})
    joined = joined.drop(f"{VISIT}_right", *(f"{name}_right" for name in twice))
    return joined.mutate(**{SITE: joined[SITE].fill_null(joined.attendance_site)}, patient_pathway_identifier=joined[VISIT]).drop(
        "attendance_site"
    )
