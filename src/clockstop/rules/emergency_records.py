"""The records of emergency attendances made one a visit, with the ambulance that brought the patient (operations.md 1.6).

A patient who is streamed from one department to another on one site has a record in each: they are one visit, from the first
arrival to the last departure. Records on different sites are visits of their own.
"""

from collections.abc import Callable, Sequence

import ibis
from ibis.expr.types import Column, Table

from clockstop.contracts.people import PERSON_NAMES
from clockstop.rules.local_time import meanings
from clockstop.rules.readings import Readings

VISIT = "emergency_care_attendance_identifier"
SITE = "organisation_site_identifier_of_treatment"
ARRIVAL, DEPARTURE = "emergency_care_arrival_at", "emergency_care_departure_at"
ASSESSMENT, SEEN = "emergency_care_initial_assessment_at", "emergency_care_seen_for_treatment_at"
DECISION, READY = "decision_to_admit_at", "clinically_ready_to_proceed_at"
CONCLUSION = "emergency_care_attendance_conclusion_at"
AMBULANCE_ARRIVED, HANDED_OVER = "ambulance_arrived_at", "handover_completed_at"
OF_AMBULANCE = (AMBULANCE_ARRIVED, HANDED_OVER)
OF_RECORD = (ARRIVAL, ASSESSMENT, SEEN, READY, DECISION, CONCLUSION, DEPARTURE)

# Of a visit the first record that says them, or the last record whatever it says; all else is the first record's.
_FIRST_KNOWN = (
    ASSESSMENT, SEEN, READY, DECISION, *OF_AMBULANCE, "emergency_care_arrival_mode", "ambulance_incident_identifier",
    "emergency_care_acuity", "emergency_care_chief_complaint", "emergency_care_attendance_source", *PERSON_NAMES,
)  # fmt: skip
_LAST = (
    CONCLUSION, DEPARTURE, "attendance_outcome", "emergency_care_discharge_destination", "wait_reason", "is_virtual_move",
    "admitting_treatment_function_code", "hospital_provider_spell_identifier", "department_area", "department_place", "waiting_for",
    "activity_treatment_function_code", "consultant_code",
)  # fmt: skip
_TYPE = "emergency_care_department_type"


def with_offsets(rows: Table, instants: Sequence[str]) -> Table:
    """The rows with the offset of each instant, null where they have none."""
    missing = [offset_of(name) for name in instants if offset_of(name) not in rows.columns]
    return rows.mutate(**{name: ibis.null("int64") for name in missing}) if missing else rows


def offset_of(instant: str) -> str:
    """The column in which an instant's offset stands."""
    return f"{instant}_offset_minutes"


def with_ambulance(attendances: Table, ambulances: Table) -> Table:
    """The records with arrival and handover of their ambulance: that which names the attendance, else that of the incident.

    Of several the first to arrive is meant.
    """
    ambulances = with_offsets(ambulances, OF_AMBULANCE)
    named = _first_of_each(ambulances.filter(ambulances[VISIT].notnull()), VISIT)
    other = _first_of_each(ambulances.filter(ambulances[VISIT].isnull()), "ambulance_incident_identifier")
    found = attendances.left_join(named, VISIT, rname="named_{name}")
    found = found.left_join(other, "ambulance_incident_identifier", rname="other_{name}")
    has_own = found.own_arrival.notnull()
    columns = {name: has_own.ifelse(found[name], found[f"other_{name}"]) for name in _in_pairs(OF_AMBULANCE)}
    return found.select(*attendances.columns, **columns)


def _first_of_each(ambulances: Table, key: str) -> Table:
    ambulances = ambulances.filter(ambulances[key].notnull())
    order = _order(ambulances, AMBULANCE_ARRIVED), ambulances.ambulance_arrival_identifier
    columns = {name: ambulances[name].first(order_by=order, include_null=True) for name in _in_pairs(OF_AMBULANCE)}
    return ambulances.group_by(key).aggregate(**columns).mutate(own_arrival=ibis._[AMBULANCE_ARRIVED])


def one_a_visit(records: Table, readings: Readings) -> Table:
    """The records with those that share a `stream_identifier` on a site made one; `records` says how many they were."""
    records = records.mutate(place_in_stream=_order(records, ARRIVAL))
    is_streamed = records.stream_identifier.notnull()
    alone = records.filter(~is_streamed).mutate(records=ibis.literal(1, "int64"))
    streamed = records.filter(is_streamed)
    keys = [SITE, "stream_identifier"]
    merged = streamed.group_by(*keys).aggregate(records=streamed.count(), **_merged(streamed, readings))
    return alone.union(merged.select(*alone.columns)).drop("place_in_stream")


def _merged(rows: Table, readings: Readings) -> dict[str, Column]:
    order = rows.place_in_stream, rows[VISIT]
    first_known, last = set(_in_pairs(_FIRST_KNOWN)), set(_in_pairs(_LAST))
    columns: dict[str, Column] = {}
    for name in rows.columns:
        if name in (SITE, "stream_identifier"):
            continue
        if name in first_known:
            # An offset is that of the record whose instant it is.
            beside = rows[name.removesuffix("_offset_minutes")]
            columns[name] = rows[name].first(where=beside.notnull(), order_by=order, include_null=True)
        elif name in last:
            columns[name] = rows[name].last(order_by=order, include_null=True)
        else:
            columns[name] = rows[name].first(order_by=order, include_null=True)
    return columns | {
        "is_mental_health": rows.is_mental_health.any(),
        _TYPE: _TYPES[readings.ed_streamed_type](rows[_TYPE], order),
    }


_TYPES: dict[str, Callable[[Column, tuple[Column, ...]], Column]] = {
    "first": lambda types, order: types.first(order_by=order),
    "last": lambda types, order: types.last(order_by=order),
    "highest": lambda types, order: types.min(),
}


def _order(rows: Table, instant: str) -> Column:
    """When a record came, for putting records in order."""
    return meanings(rows[instant], rows[offset_of(instant)]).first


def _in_pairs(names: Sequence[str]) -> tuple[str, ...]:
    """The names, and the offsets of those that are instants."""
    return tuple(each for name in names for each in ((name, offset_of(name)) if name.endswith("_at") else (name,)))
