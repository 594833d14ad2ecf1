"""Who is in the emergency department at the instant that the newest extract shows (a live fact)."""

import ibis
from ibis.expr.types import IntegerValue, StringValue, Table, TimestampValue

from clockstop.rules import emergency_clock as clock
from clockstop.rules.emergency_records import ARRIVAL, VISIT
from clockstop.rules.emergency_visits import visits
from clockstop.rules.local_time import local_at, minute_of
from clockstop.rules.moments import minute_name, read_in_order
from clockstop.rules.readings import Readings
from clockstop.rules.treatment_functions import reported_function

STAGES = {
    "to_be_assessed": "To be assessed",
    "to_be_seen": "To be seen",
    "in_treatment": "Being treated",
    "waiting_for_specialty": "Waiting for a specialty",
    "waiting_for_bed": "Waiting for a bed",
    "ready_to_leave": "Ready to leave",
}


def ed_patients_now(
    ed_attendances: Table, ambulance_arrivals: Table, ed_service_requests: Table, *, as_of: object, at: TimestampValue,
    readings: Readings,
) -> Table:  # fmt: skip
    """Each patient who is there at the instant `at`: since when, at what stage, and what they wait for.

    Whoever has no departure a day after their start is not thought to be there: the record is closed as a fault.
    """
    # Who has been there longest began so many hours ago; an ambulance may have waited with them before.
    since = at - ibis.interval(hours=readings.ed_open_hours) - ibis.interval(days=1)
    near = ed_attendances.filter(ed_attendances[ARRIVAL] >= since)
    brought = ambulance_arrivals.filter(ambulance_arrivals.ambulance_arrived_at >= since)
    here = visits(near, brought, until=at, readings=readings).drop("is_reattendance")
    here = here.filter(here.is_still_here)
    waiting = here.left_join(_open_requests(ed_service_requests, at), VISIT).drop(f"{VISIT}_right")
    return _so_far(waiting, minute_of(at).floor().cast("int64"))


def _open_requests(requests: Table, at: TimestampValue) -> Table:
    """The latest request to a specialty of each visit that has not been answered at `at`."""
    known = requests.filter(requests.requested_at <= at)
    is_answered = (known.assessed_at <= at).fill_null(False)
    asked = read_in_order(known.filter(~is_answered), ("requested_at",))
    order = asked[minute_name("requested_at")], asked.ed_service_request_identifier
    return asked.group_by(VISIT).aggregate(
        specialty_asked=asked.activity_treatment_function_code.last(order_by=order, include_null=True),
        specialty_asked_minute=asked[minute_name("requested_at")].max(),
    )


def _so_far(here: Table, now: IntegerValue) -> Table:
    """The patients with minutes so far, stage, and how long until 4 and 12 hours."""
    minutes = ibis.greatest(now - here.clock_start_minute, 0)
    is_waiting_for_bed = here.decision_to_admit_at.notnull()
    from_decision = now - ibis.greatest(here.decision_minute, here.clock_start_minute)
    stage = ibis.cases(
        (is_waiting_for_bed, "waiting_for_bed"),
        (here.ready_at.notnull(), "ready_to_leave"),
        (here.specialty_asked_minute.notnull(), "waiting_for_specialty"),
        (here.seen_at.notnull(), "in_treatment"),
        (here.assessed_at.notnull(), "to_be_seen"),
        else_="to_be_assessed",
    )
    return here.mutate(
        minutes_so_far=minutes,
        minutes_to_4_hours=clock.FOUR_HOURS - minutes,
        minutes_to_12_hours=clock.TWELVE_HOURS - minutes,
        is_waiting_for_bed=is_waiting_for_bed,
        minutes_from_decision=is_waiting_for_bed.ifelse(from_decision, ibis.null("int64")),
        admitting_service=_service(here.admitting_treatment_function_code),
        specialty_asked=_service(here.specialty_asked),
        specialty_asked_at=local_at(here.specialty_asked_minute),
        minutes_from_request=now - here.specialty_asked_minute,
        stage=stage,
    ).drop("specialty_asked_minute")


def _service(function: StringValue) -> StringValue:
    """The national function that a treatment function is reported under; null where none is said."""
    return function.isnull().ifelse(ibis.null("string"), reported_function(function))
