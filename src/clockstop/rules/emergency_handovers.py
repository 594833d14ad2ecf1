"""Ambulance handovers: from the ambulance's arrival to care accepted and the patient off its trolley (operations.md 1.4)."""

from typing import Any

import ibis
from ibis.expr.types import Table

from clockstop.contracts.people import PERSON_NAMES
from clockstop.rules import emergency_clock as clock
from clockstop.rules.either import choose, is_plain
from clockstop.rules.emergency_records import AMBULANCE_ARRIVED, HANDED_OVER, SITE, VISIT
from clockstop.rules.emergency_visits import EMERGENCY_MEDICINE, end_of_day
from clockstop.rules.local_time import local_at, minute_of
from clockstop.rules.moments import marks_joined, marks_of, minute_name, read_in_order
from clockstop.rules.readings import Readings

# The last minute of each band; every handover lies in exactly one of them.
BANDS = {"le15": 15, "gt15_le30": 30, "gt30_le45": 45, "gt45_le60": 60}
LAST_BAND = "gt60"
BAND_TITLES = {
    "le15": "15 minutes or less",
    "gt15_le30": "Over 15, up to 30 minutes",
    "gt30_le45": "Over 30, up to 45 minutes",
    "gt45_le60": "Over 45, up to 60 minutes",
    LAST_BAND: "Over 60 minutes",
}
EXPECTED, LONGEST = 15, 45


def handover_band(minutes: Any) -> Any:
    """The band of a completed handover; null where there are no minutes.

    >>> [handover_band(minutes) for minutes in (15, 16, 60, 61)]
    ['le15', 'gt15_le30', 'gt45_le60', 'gt60']
    """
    if is_plain(minutes):
        return None if minutes is None else next((band for band, last in BANDS.items() if minutes <= last), LAST_BAND)
    found = choose(minutes.notnull(), LAST_BAND, ibis.null("string"))
    for band, last in reversed(BANDS.items()):
        found = (minutes <= last).ifelse(band, found)
    return found


def minutes_lost(minutes: Any, over: int) -> Any:
    """The minutes beyond what is allowed, no fewer than 0.

    >>> minutes_lost(61, 45), minutes_lost(10, 15), minutes_lost(None, 15)
    (16, 0, None)
    """
    return clock.minutes_to(over, minutes)


def ambulance_handovers(ambulance_arrivals: Table, ed_attendances: Table, *, as_of: object, readings: Readings) -> Table:
    """Each ambulance that came by the end of `as_of`: its handover where that is over, and how long it took.

    A handover counts on the local day on which it was completed. One that lies before the arrival is left out and marked; where
    none is recorded, the ambulance is still waiting, or after a day its record is incomplete.
    """
    until = end_of_day(as_of)
    came = ambulance_arrivals.filter(ambulance_arrivals[AMBULANCE_ARRIVED] < until)
    is_ahead = (came[HANDED_OVER] > until).fill_null(False)
    came = came.mutate(
        **{HANDED_OVER: is_ahead.ifelse(ibis.null("timestamp"), came[HANDED_OVER])}, marks=marks_of({clock.FUTURE_TIME: is_ahead})
    )
    read = read_in_order(came, (AMBULANCE_ARRIVED, HANDED_OVER, "ambulance_clear_at"))
    return _with_visit(_measured(read, minute_of(until).cast("int64"), readings), ed_attendances)


def _measured(read: Table, until: ibis.expr.types.IntegerValue, readings: Readings) -> Table:
    arrived, handed_over = read[minute_name(AMBULANCE_ARRIVED)], read[minute_name(HANDED_OVER)]
    minutes = clock.minutes_between(arrived, handed_over)
    is_negative = (handed_over < arrived).fill_null(False)
    is_missing = handed_over.isnull() & (until - arrived > readings.ed_open_hours * 60)
    arrived_at, handed_over_at = local_at(arrived), local_at(handed_over)
    found = read.mutate(
        arrived_at=arrived_at,
        handed_over_at=handed_over_at,
        arrival_minute=arrived,
        handover_minute=handed_over,
        start_date=arrived_at.date(),
        end_date=handed_over_at.date(),
        arrival_hour=arrived_at.hour().cast("int32"),
        handover_minutes=minutes,
        minutes_lost_over_15=minutes_lost(minutes, EXPECTED),
        minutes_lost_over_45=minutes_lost(minutes, LONGEST),
        handover_band=handover_band(minutes),
        is_completed=minutes.notnull(),
        is_negative=is_negative,
        is_still_waiting=handed_over.isnull() & ~is_missing,
        is_without_end=is_missing,
        minutes_to_clear=clock.minutes_between(handed_over, read[minute_name("ambulance_clear_at")]),
    )
    faults = marks_of({clock.HANDOVER_BEFORE_ARRIVAL: is_negative, clock.NO_HANDOVER: is_missing})
    limits = {f"is_within_{limit}": clock.is_within(found.handover_minutes, limit) for limit in BANDS.values()}
    return found.mutate(marks=marks_joined([found.marks, faults]), **limits)


def _with_visit(handovers: Table, attendances: Table) -> Table:
    """The handovers with the visit and its person, by the attendance that they name, else by the incident."""
    people = [name for name in PERSON_NAMES if name in attendances.columns]
    columns = attendances.select(
        VISIT,
        "ambulance_incident_identifier",
        *people,
        attendance_site=attendances[SITE],
        acuity=attendances.emergency_care_acuity,
    )
    named = handovers.left_join(columns.drop("ambulance_incident_identifier"), VISIT).drop(f"{VISIT}_right")
    incidents = columns.filter(columns.ambulance_incident_identifier.notnull()).group_by("ambulance_incident_identifier")
    by_incident = incidents.aggregate(incident_visit=columns[VISIT].min())
    found = named.left_join(by_incident, "ambulance_incident_identifier").drop("ambulance_incident_identifier_right")
    visit = found[VISIT].fill_null(found.incident_visit)
    return found.select(
        *(name for name in handovers.columns if name not in (VISIT, SITE, "activity_treatment_function_code", *people)),
        "acuity",
        **{name: found[name].fill_null(found[f"{name}_right"]) if name in handovers.columns else found[name] for name in people},
        **{VISIT: visit, SITE: found[SITE].fill_null(found.attendance_site)},
        patient_pathway_identifier=visit,
        activity_treatment_function_code=ibis.literal(EMERGENCY_MEDICINE),
    )
