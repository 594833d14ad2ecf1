"""What emergency departments' systems tell: attendances, ambulances and requests to specialties, each value once it is known."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.contracts.emergency_codes import AREA
from clockstop.synthetic.care.emergency_draw import (
    ADMITTED,
    DEAD,
    DIED,
    DISCHARGED,
    MODES,
    OUTCOMES,
    STREAMED,
    TRANSFERRED,
    WAITS,
    Floats,
    Ints,
    Truths,
    Visits,
)
from clockstop.synthetic.care.emergency_people import NO_NHS_NUMBER
from clockstop.synthetic.care.emergency_records import Unplanned, visible_visits
from clockstop.synthetic.care.emergency_trusts import COMPLAINTS, SDEC, TYPE_1
from clockstop.synthetic.care.wards_spells import FUNCTIONS
from clockstop.synthetic.extract_columns import constant, named, numbers, person_columns_of, prefixed, record_identifiers
from clockstop.synthetic.layers import Layer, Records, always, instant, once, piled
from clockstop.synthetic.london import NO_MINUTE, Minutes
from clockstop.synthetic.records import History

AREAS = tuple(AREA)
SOURCES = ("Self", "General practitioner", "Ambulance service", "NHS 111", "Police")
DESTINATIONS = ("Home", "Ward", "Another hospital", "Care home", "Mortuary", "Same day emergency care")
WAITING = (
    "Triage", "To be seen by a clinician", "Test results", "Senior review", "X-ray or scan", "Specialty review", "A bed",
    "Transport home", "Mental health assessment", "Family to collect",
)  # fmt: skip
CORRIDOR_AFTER = 75  # minutes from the decision to admit until those who have no space stand in a corridor
# In England in September 2025 one in 43 attendances of type 1 was booked, and one in 17 of types 3 and 4 (MSitAE).
BOOKED_TYPE_1, BOOKED_OTHER = 0.023, 0.060
# What the specialties are asked: the share of those admitted, and of those sent home, who are seen by one.
ASKED_OF_ADMITTED, ASKED_OF_OTHERS = 0.86, 0.10


def draws(places: Ints, salt: int) -> Floats:
    """A number from 0 to 1 for each place, always the same: what is not worth a column of its own."""
    mixed = (places.astype(np.uint64) + np.uint64(salt * 7_919 + 1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(11)).astype(np.float64) / 2**53


def people_columns(found: History, person: Ints) -> dict[str, pa.Array]:
    """The columns of a person; who has no NHS number has none."""
    columns = person_columns_of(found, person)
    has_number = found.persons.nhs_number[person] != NO_NHS_NUMBER
    return {**columns, "nhs_number": pc.if_else(pa.array(has_number), columns["nhs_number"], None)}


def attendance_identifiers(found: History, place: Ints) -> pa.Array:
    """As in BKFE10000001; null at -1."""
    return pc.if_else(pa.array(place >= 0), record_identifiers(found.trust, "E", place), None)


def spell_identifiers(records: Unplanned, place: Ints) -> pa.Array:
    """The elective spells under the number that their pathways know, the others as in BKFN10000001; null at -1."""
    trust, known = records.found.trust, records.stays.known[place]
    own = record_identifiers(trust, "S", np.maximum(known, 0))
    found = pc.if_else(pa.array(known >= 0), own, record_identifiers(trust, "N", place))
    return pc.if_else(pa.array(place >= 0), found, None)


def attendances(records: Unplanned) -> Records:
    """Every attendance of the days told of and of those to be played."""
    places = visible_visits(records)
    rows, found = records.seen.only(places), records.found
    spell = _spell_of(records)[places]
    function = np.where(spell >= 0, records.stays.function[spell], -1)
    columns: dict[str, tuple[Layer, ...]] = {
        "emergency_care_attendance_identifier": always(attendance_identifiers(found, places)),
        "emergency_care_department_type": always(named(("01", "02", "03", "04", "05"), rows.kind - 1)),
        "emergency_care_attendance_category": always(numbers(rows.category)),
        "emergency_care_attendance_source": always(named(SOURCES, _sources(rows, places))),
        "is_booked_appointment": always(pa.array(booked(rows, places))),
        "emergency_care_arrival_mode": always(named(MODES, rows.mode)),
        "ambulance_incident_identifier": always(prefixed("CAD", 40_000_000 + places * 3, hidden=rows.mode != 0)),
        "stream_identifier": always(prefixed(f"{found.trust.prefix}V", rows.stream, hidden=rows.stream < 0)),
        "emergency_care_arrival_at": instant(rows.registered),
        "emergency_care_initial_assessment_at": instant(rows.assessed),
        "emergency_care_acuity": once(numbers(rows.acuity, hidden=rows.acuity == 0), rows.assessed),
        "emergency_care_chief_complaint": always(named(COMPLAINTS, rows.complaint)),
        "is_mental_health": once(pa.array(rows.is_mental), rows.assessed),
        "emergency_care_seen_for_treatment_at": instant(rows.seen),
        "clinically_ready_to_proceed_at": instant(rows.ready),
        "decision_to_admit_at": instant(rows.decided),
        "emergency_care_attendance_conclusion_at": instant(rows.concluded),
        "emergency_care_departure_at": instant(rows.left),
        "attendance_outcome": once(named(OUTCOMES, rows.outcome), rows.left),
        "emergency_care_discharge_destination": once(named(DESTINATIONS, _destinations(rows, places)), rows.left),
        "wait_reason": once(named(WAITS, np.where(rows.outcome == DISCHARGED, rows.wait, -1)), rows.concluded),
        "is_virtual_move": once(pa.array(np.zeros(len(rows), bool)), rows.left),
        "admitting_treatment_function_code": once(named(FUNCTIONS, function), rows.decided),
        "hospital_provider_spell_identifier": once(spell_identifiers(records, spell), rows.left),
        "department_area": _areas(records, rows, places),
        "department_place": once(_spaces(rows, places), np.minimum(rows.seen, rows.left)),
        "waiting_for": _waiting(rows, places),
        "activity_treatment_function_code": always(constant("180", len(rows))),
        "organisation_site_identifier_of_treatment": always(named(tuple(found.trust.sites), rows.site)),
        "consultant_code": once(prefixed("C", 9_980_000 + places % 9 + rows.site * 10), rows.seen),
        **{name: always(values) for name, values in people_columns(found, records.who.visit[places]).items()},
    }  # fmt: skip
    return Records(rows.registered, columns)


def _spell_of(records: Unplanned) -> Ints:
    """By visit, the spell that it led to (-1: none)."""
    found = np.full(len(records.seen), -1)
    from_ed = np.flatnonzero(records.stays.visit >= 0)
    found[records.stays.visit[from_ed]] = from_ed
    return found


def _sources(rows: Visits, places: Ints) -> NDArray[np.int64]:
    draw = draws(places, 1)
    on_foot = np.where(draw < 0.62, 0, np.where(draw < 0.80, 1, 3))
    return np.select([rows.mode == 0, rows.mode == 2], [2, 4], on_foot)


def booked(rows: Visits, places: Ints) -> Truths:
    """Who came on foot to an appointment that was booked."""
    share = np.select([rows.kind == TYPE_1, rows.kind == SDEC], [BOOKED_TYPE_1, 0.0], BOOKED_OTHER)
    return (rows.mode == 1) & (rows.category == 1) & (rows.stream < 0) & (draws(places, 71) < share)


def _destinations(rows: Visits, places: Ints) -> NDArray[np.int64]:
    home = np.where((rows.age >= 5) & (draws(places, 2) < 0.12), 3, 0)
    return np.select(
        [rows.outcome == ADMITTED, rows.outcome == TRANSFERRED, np.isin(rows.outcome, (DIED, DEAD)), rows.outcome == STREAMED],
        [1, 2, 4, 5], home,
    )  # fmt: skip


def area_layers(records: Unplanned, rows: Visits, places: Ints) -> list[tuple[Ints, Minutes]]:
    """The areas in which each patient is one after the other, and from when; the last is left when the patient leaves."""
    place, draw = {name: number for number, name in enumerate(AREAS)}, draws(places, 3)
    minors, sdec = place["minors"], place["sdec"]
    is_major, is_child = rows.kind == TYPE_1, rows.age < 2
    main = np.where(rows.acuity == 1, place["resus"], np.where((rows.acuity <= 3) | (rows.mode == 0), place["majors"], minors))
    main = np.where(is_child & (rows.acuity != 1), place["paediatrics"], main)
    main = np.where(rows.is_mental & (draw < 0.5), place["mental_health"], main)
    first = np.where(rows.mode == 0, place["ambulance_bay"], place["waiting_room"])
    after = np.where((rows.mode == 0) | (rows.acuity <= 2) & (rows.acuity > 0), main, place["waiting_room"])
    elsewhere = np.where(rows.kind == SDEC, sdec, minors)
    crowded = records.pressed.of(rows.came // 1_440)
    overflows = is_major & ~is_child & (draws(places, 4) < 0.16 * crowded**2) & (rows.left - rows.decided > CORRIDOR_AFTER)
    corridor = np.where(draw < 0.75, place["corridor"], place["escalation"])
    return [
        (np.where(is_major, first, np.where(rows.kind == SDEC, sdec, place["waiting_room"])), rows.registered),
        (np.where(is_major, after, elsewhere), np.maximum(rows.assessed, np.where(rows.mode == 0, rows.handover, 0))),
        (np.where(is_major, main, elsewhere), rows.seen),
        (corridor, np.where(overflows, rows.decided + CORRIDOR_AFTER, NO_MINUTE)),
    ]


def _areas(records: Unplanned, rows: Visits, places: Ints) -> tuple[Layer, ...]:
    return piled(*((named(AREAS, area), known) for area, known in area_layers(records, rows, places)))


def _spaces(rows: Visits, places: Ints) -> pa.Array:
    number = 1 + (draws(places, 5) * 24).astype(np.int64)
    return pc.if_else(pa.array(rows.kind == TYPE_1), prefixed("Cubicle ", number), prefixed("Room ", 1 + number % 9))


def _waiting(rows: Visits, places: Ints) -> tuple[Layer, ...]:
    """In words what happens next; nothing any more when the patient has left."""
    draw = draws(places, 6)
    tests = np.where(rows.is_mental, 8, np.where(draw < 0.5, 2, np.where(draw < 0.75, 3, 4)))
    late = np.where(rows.is_mental, 8, 5)
    asked = rows.seen + ((np.minimum(rows.decided, rows.left) - rows.seen) * 0.55).astype(np.int64)
    goes_home = np.select([rows.wait == 1, rows.wait >= 2], [9, 7], -1)
    number = len(rows)
    return piled(
        (named(WAITING, np.zeros(number, np.int64)), rows.registered),
        (named(WAITING, np.ones(number, np.int64)), rows.assessed),
        (named(WAITING, tests), rows.seen),
        (named(WAITING, late), np.where((rows.outcome == ADMITTED) | rows.is_mental, asked, NO_MINUTE)),
        (named(WAITING, np.full(number, 6)), rows.decided),
        (named(WAITING, goes_home), np.where(rows.outcome == DISCHARGED, rows.concluded, NO_MINUTE)),
        (pa.nulls(number, pa.string()), rows.left),
    )


def ambulances(records: Unplanned) -> Records:
    """Every ambulance that brought somebody."""
    places = visible_visits(records)
    places = places[records.seen.mode[places] == 0]
    rows, found = records.seen.only(places), records.found
    held = rows.handover - rows.came
    columns = {
        "ambulance_arrival_identifier": always(record_identifiers(found.trust, "Q", places)),
        "ambulance_incident_identifier": always(prefixed("CAD", 40_000_000 + places * 3)),
        "emergency_care_attendance_identifier": once(attendance_identifiers(found, places), rows.registered),
        "ambulance_arrived_at": instant(rows.came),
        "handover_completed_at": instant(rows.handover),
        "ambulance_clear_at": instant(rows.clear),
        "is_pre_alert": always(pa.array((rows.acuity == 1) | (draws(places, 7) < 0.05))),
        "is_cohorted": once(pa.array((held > 45) & (draws(places, 8) < 0.3)), rows.handover),
        "organisation_site_identifier_of_treatment": always(named(tuple(found.trust.sites), rows.site)),
    }
    return Records(rows.came, columns)


def service_requests(records: Unplanned) -> Records:
    """The specialties that were asked, and when they came."""
    places = visible_visits(records)
    rows = records.seen.only(places)
    chance = np.where(rows.outcome == ADMITTED, ASKED_OF_ADMITTED, np.where(rows.is_mental, 0.7, ASKED_OF_OTHERS))
    is_asked = (rows.kind == TYPE_1) & (rows.seen < NO_MINUTE) & (draws(places, 9) < chance) & ~np.isin(rows.outcome, (DIED, DEAD))
    places, rows = places[is_asked], rows.only(is_asked)
    last = np.minimum(rows.decided, rows.concluded)
    requested = rows.seen + ((last - rows.seen) * (0.15 + 0.35 * draws(places, 10))).astype(np.int64)
    wait = np.exp(0.8 * _normal(places)) * 52 * records.pressed.of(rows.came // 1_440)
    assessed = np.minimum(requested + wait.astype(np.int64) + 3, np.maximum(rows.left - 5, requested))
    assessed = np.where(draws(places, 13) < 0.03, NO_MINUTE, assessed)
    spell = _spell_of(records)[places]
    function = np.where(spell >= 0, records.stays.function[spell], FUNCTIONS.index("300"))
    columns = {
        "ed_service_request_identifier": always(record_identifiers(records.found.trust, "U", places)),
        "emergency_care_attendance_identifier": always(attendance_identifiers(records.found, places)),
        "requested_at": instant(requested),
        "assessed_at": instant(assessed),
        "activity_treatment_function_code": always(_asked(function, rows.is_mental)),
        "organisation_site_identifier_of_treatment": always(named(tuple(records.found.trust.sites), rows.site)),
    }
    return Records(requested, columns)


def _asked(function: Ints, is_mental: Truths) -> pa.Array:
    return pc.if_else(pa.array(is_mental), "710", named(FUNCTIONS, function))


def _normal(places: Ints) -> Floats:
    """A draw of the bell curve for each place."""
    one, two = np.clip(draws(places, 11), 1e-12, 1), draws(places, 12)
    return np.sqrt(-2 * np.log(one)) * np.cos(2 * np.pi * two)
