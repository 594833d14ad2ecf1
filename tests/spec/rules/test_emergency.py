"""Visits, handovers, answers of specialties and pictures of the department as drawn tables (operations.md 1.2 to 1.6)."""

from datetime import date, datetime

import ibis
import pytest

from clockstop.rules import facts
from clockstop.rules.readings import Readings
from emergency_tables import drawn

AS_OF = date(2026, 11, 15)
VISITS = """
visit       | type | mode      | category | site | stream | came             | assessed         | seen             | decided          | concluded        | left             | outcome               | waits_for         | virtual | number | hash | born
------------+------+-----------+----------+------+--------+------------------+------------------+------------------+------------------+------------------+------------------+-----------------------+-------------------+---------+--------+------+-----------
walked      | 01   | walk_in   | 1        | S1   |        | 2026-11-10 09:00 | 2026-11-10 09:12 | 2026-11-10 10:00 |                  |                  | 2026-11-10 13:00 | discharged            |                   |         | N1     |      | 2010-11-11
triage      | 01   | walk_in   | 1        | S1   |        | 2026-11-10 10:05 | 2026-11-10 10:02 |                  |                  |                  | 2026-11-10 14:03 | discharged            |                   |         |        |      | 2010-11-10
brought     | 01   | ambulance | 1        | S1   |        | 2026-11-10 10:30 | 2026-11-10 10:12 |                  | 2026-11-10 09:00 |                  | 2026-11-10 22:15 | admitted              |                   |         |        |      |
no ambulance| 01   | ambulance | 1        | S1   |        | 2026-11-10 10:30 |                  |                  |                  |                  | 2026-11-10 11:30 | discharged            |                   |         |        |      |
by incident | 01   | ambulance | 1        | S1   |        | 2026-11-10 23:55 |                  |                  |                  |                  | 2026-11-11 02:00 | transferred           |                   |         |        |      |
family      | 01   | walk_in   | 1        | S1   |        | 2026-11-10 10:00 |                  |                  |                  | 2026-11-10 13:00 | 2026-11-10 15:00 | discharged            | private_transport |         |        |      |
transport   | 01   | walk_in   | 1        | S1   |        | 2026-11-10 10:00 |                  |                  |                  | 2026-11-10 13:00 | 2026-11-10 15:00 | discharged            | hospital_transport|         |        |      |
gone        | 01   | walk_in   | 1        | S1   |        | 2026-11-10 10:00 |                  |                  |                  | 2026-11-10 12:00 |                  | left_before_treatment |                   |         |        |      |
urgent      | 03   | walk_in   | 1        | S1   | X      | 2026-11-10 10:00 | 2026-11-10 10:10 |                  |                  |                  | 2026-11-10 10:40 | streamed              |                   |         |        |      |
then major  | 01   | walk_in   | 1        | S1   | X      | 2026-11-10 10:35 | 2026-11-10 11:00 |                  |                  |                  | 2026-11-10 15:00 | discharged            |                   |         |        |      |
elsewhere   | 01   | walk_in   | 1        | S2   | X      | 2026-11-10 10:35 |                  |                  |                  |                  | 2026-11-10 11:00 | discharged            |                   |         |        |      |
backwards   | 01   | walk_in   | 1        | S1   |        | 2026-11-10 10:00 |                  |                  |                  |                  | 2026-11-10 09:00 | discharged            |                   |         |        |      |
forgotten   | 01   | walk_in   | 1        | S1   |        | 2026-11-14 23:59 |                  |                  |                  |                  |                  |                       |                   |         |        |      |
still here  | 01   | walk_in   | 1        | S1   |        | 2026-11-15 00:00 |                  |                  | 2026-11-15 09:00 |                  |                  |                       |                   |         |        |      |
on paper    | 01   | walk_in   | 1        | S1   |        | 2026-11-10 10:00 |                  |                  |                  | 2026-11-10 15:00 | 2026-11-10 13:55 | streamed              |                   | T       |        |      |
ahead       | 01   | walk_in   | 1        | S1   |        | 2026-11-17 10:00 |                  |                  |                  |                  | 2026-11-17 12:00 | discharged            |                   |         |        |      |
left ahead  | 01   | walk_in   | 1        | S1   |        | 2026-11-15 10:00 |                  |                  |                  |                  | 2026-11-16 12:00 | discharged            |                   |         |        |      |
planned     | 01   | walk_in   | 4        | S1   |        | 2026-11-10 10:00 |                  |                  |                  |                  | 2026-11-10 10:20 | discharged            |                   |         |        |      |
same day    | 05   | walk_in   | 1        | S1   |        | 2026-11-10 10:00 |                  |                  |                  |                  | 2026-11-10 16:00 | discharged            |                   |         |        |      |
within week | 03   | walk_in   | 1        | S2   |        | 2026-11-13 10:00 |                  |                  |                  |                  | 2026-11-13 10:20 | discharged            |                   |         | N1     |      |
first       | 01   | walk_in   | 1        | S1   |        | 2026-11-01 23:00 |                  |                  |                  |                  | 2026-11-02 01:00 | discharged            |                   |         |        | H    |
seventh day | 01   | walk_in   | 2        | S1   |        | 2026-11-09 23:00 |                  |                  |                  |                  | 2026-11-09 23:30 | discharged            |                   |         |        | H    |
eighth day  | 01   | walk_in   | 1        | S1   |        | 2026-11-17 00:10 |                  |                  |                  |                  |                  |                       |                   |         |        | H    |
"""  # noqa: E501 - one visit a line
AMBULANCES = """
ambulance | visit   | incident | site | arrived          | handed_over
----------+---------+----------+------+------------------+-----------------
A1        | brought |          | S1   | 2026-11-10 10:00 | 2026-11-10 10:40
A2        |         | I1       |      | 2026-11-10 23:50 |
A3        |         |          | S1   | 2026-11-10 10:00 | 2026-11-10 09:50
A4        |         |          | S1   | 2026-11-15 23:50 |
A5        |         |          | S1   | 2026-11-10 23:50 | 2026-11-11 00:36
"""


@pytest.fixture(scope="module")
def rows():
    """The fact of each name, by the first column that tells its rows apart."""
    incident = drawn("ed_attendances", VISITS)
    number = ibis.cases((incident.emergency_care_attendance_identifier == "by incident", "I1"), else_=ibis.null("string"))
    tables = {
        "ed_attendances": incident.mutate(ambulance_incident_identifier=number),
        "ambulance_arrivals": drawn("ambulance_arrivals", AMBULANCES),
        "ed_service_requests": drawn("ed_service_requests", REQUESTS),
        "ed_states": drawn("ed_states", STATES),
        "inpatient_spells": drawn("inpatient_spells", SPELLS),
    }

    def built(name, readings, now):
        fact = facts()[name]
        given = {one: tables[one] if one in tables else built(one, readings, {}) for one in fact.needs}
        return fact.build(**given, as_of=AS_OF, readings=Readings(**readings), **now)

    def of(name, key, *, at=None, **readings):
        now = {"at": ibis.timestamp(at)} if facts()[name].is_live else {}
        return {row[key]: row for row in built(name, readings, now).to_pyarrow().to_pylist()}

    return of


REQUESTS = """
request | visit   | function_code | asked            | saw
--------+---------+---------------+------------------+-----------------
R1      | brought | 300           | 2026-11-10 11:00 | 2026-11-10 11:30
R2      | brought | 100           | 2026-11-10 11:00 | 2026-11-10 12:01
R3      | walked  | 100           | 2026-11-10 11:00 | 2026-11-10 10:00
R4      | walked  | 100           | 2026-11-10 11:00 |
"""
STATES = """
state | site | taken            | area     | patients
------+------+------------------+----------+---------
1     | S1   | 2026-10-25 01:50 | corridor | 3
2     | S1   | 2026-10-25 01:50 | majors   | 9
3     | S1   | 2026-10-25 02:05 | majors   | 9
4     | S1   | 2026-10-25 05:00 | corridor | 2
5     | S2   | 2026-10-25 02:00 | corridor | 7
6     | S1   | 2026-10-25 05:15 | majors   | 8
"""
SPELLS = """
spell | method | visit    | admitted
------+--------+----------+-----------------
E     | 21     |          | 2026-11-10 12:00
P     | 11     |          | 2026-11-10 12:00
B     | 2C     |          | 2026-11-10 12:00
N     | 22     | brought  | 2026-11-10 23:00
S     | 21     | same day | 2026-11-10 17:00
A     | 2A     |          | 2026-11-10 12:00
U     | 21     | no such  | 2026-11-10 12:00
"""


@pytest.fixture(scope="module")
def visits(rows):
    return rows("emergency_attendances", "emergency_care_attendance_identifier")


@pytest.mark.parametrize(
    ("visit", "start", "minutes"),
    [
        ("walked", "09:00", 240),
        ("triage", "10:02", 241),
        ("brought", "10:15", 720),
        ("no ambulance", "10:30", 60),
        ("family", "10:00", 180),
        ("transport", "10:00", 300),
        ("gone", "10:00", 120),
        ("urgent", "10:00", 300),
        ("elsewhere", "10:35", 25),
        ("on paper", "10:00", 300),
        ("backwards", "10:00", None),
        ("same day", "10:00", 360),
    ],
)
def test_the_clock_starts_and_stops(visits, visit, start, minutes):
    """UEC-1.2: the earlier of handover and a quarter of an hour, or of registration and triage; the stop by the outcome."""
    row = visits[visit]
    assert (row["clock_start_at"].strftime("%H:%M"), row["minutes_in_department"]) == (start, minutes)
    assert row["is_within_4_hours"] == (minutes is not None and minutes <= 240)


def test_an_ambulance_before_midnight_counts_on_the_later_date(visits):
    """UEC-1.2-DATE: no handover was recorded, so the clock starts at 00:05; the ambulance is known by its incident."""
    row = visits["by incident"]
    assert (row["clock_start_at"], row["reporting_date"]) == (datetime(2026, 11, 11, 0, 5), date(2026, 11, 11))  # noqa: DTZ001
    assert (row["arrival_hour"], row["minutes_in_department"]) == (23, 115)


def test_twelve_hours_exactly_is_not_over_12_hours(visits):
    """UEC-1.3: from a decision before arrival the wait counts from the clock's start."""
    row = visits["brought"]
    assert (row["minutes_from_decision"], row["is_over_12_hours_from_decision"], row["is_over_12_hours_from_arrival"]) == (
        720,
        False,
        False,
    )
    assert (row["minutes_to_assessment"], row["marks"]) == (0, "DQ_DTA_BEFORE_ARRIVAL")


def test_records_of_one_visit_on_a_site_are_one(visits):
    """UEC-1.6-STREAMED: from the first arrival to the last departure, of the type in which the patient was treated."""
    assert "then major" not in visits
    row = visits["urgent"]
    assert (row["records"], row["department_type"], row["minutes_to_assessment"], row["outcome"]) == (2, "01", 10, "discharged")
    assert row["marks"] == "DQ_STREAMED_RECORDS_MERGED"


def test_a_visit_without_a_departure_is_a_fault_after_a_day(visits):
    """UEC-1.6-NO-DEPARTURE: at the end of the as-of day 24 hours are not over 24 hours."""
    forgotten, here = visits["forgotten"], visits["still here"]
    assert (forgotten["is_closed_as_fault"], forgotten["is_still_here"], forgotten["marks"]) == (True, False, "DQ_NO_DEPARTURE")
    assert (here["is_closed_as_fault"], here["is_still_here"], here["is_timed"]) == (False, True, False)


def test_what_is_dated_ahead_is_not_believed(visits):
    assert {name: visits[name]["marks"] for name in ("ahead", "left ahead")} == dict.fromkeys(
        ("ahead", "left ahead"), "DQ_FUTURE_TIME"
    )
    assert (visits["ahead"]["is_in_standard"], visits["ahead"]["is_still_here"]) == (False, False)
    assert (visits["left ahead"]["clock_end_at"], visits["left ahead"]["is_still_here"]) == (None, True)


def test_planned_visits_and_same_day_care_stand_outside_the_standard(visits):
    truths = {name: (visits[name]["is_in_standard"], visits[name]["is_sdec"]) for name in ("planned", "same day", "within week")}
    assert truths == {"planned": (False, False), "same day": (False, True), "within week": (True, False)}


def test_a_return_within_7_days_of_leaving_is_a_reattendance(visits):
    """UEC-11: by hospital number or NHS number, wherever in the trust; the seventh day is within."""
    assert {name for name, row in visits.items() if row["is_reattendance"]} == {"within week", "seventh day"}


def test_a_child_is_under_16_on_the_day(visits):
    assert {name for name, row in visits.items() if row["is_child"]} == {"walked"}


def test_what_is_wrong_is_marked_and_the_row_kept(visits):
    found = {name: row["marks"] for name, row in visits.items() if row["marks"]}
    assert found == {
        "triage": "DQ_ASSESSMENT_BEFORE_ARRIVAL",
        "brought": "DQ_DTA_BEFORE_ARRIVAL",
        "no ambulance": "DQ_NO_AMBULANCE_RECORD",
        "by incident": "DQ_NO_HANDOVER",
        "urgent": "DQ_STREAMED_RECORDS_MERGED",
        "backwards": "DQ_DEPARTURE_BEFORE_ARRIVAL",
        "forgotten": "DQ_NO_DEPARTURE",
        "on paper": "DQ_VIRTUAL_MOVE",
        "ahead": "DQ_FUTURE_TIME",
        "left ahead": "DQ_FUTURE_TIME",
        "eighth day": "DQ_FUTURE_TIME",
    }


def test_the_stages_add_up_to_the_visit(visits):
    for row in visits.values():
        stages = [row[name] for name in ("to_assessment", "to_treatment", "to_decision", "to_departure")]
        if row["minutes_in_department"] is not None:
            assert sum(minutes or 0 for minutes in stages) == row["minutes_in_department"]
    assert [visits["walked"][name] for name in ("to_assessment", "to_treatment", "to_decision", "to_departure")] == [
        12,
        48,
        None,
        180,
    ]


def test_readings_choose_otherwise(rows):
    """The date of departure, the first department, and a move on paper that stops the clock."""
    other = rows(
        "emergency_attendances", "emergency_care_attendance_identifier", ed_reporting_date="departure", ed_streamed_type="first",
        ed_virtual_move_stops_clock=True, ed_unknown_ambulance_has_quarter_hour=True, ed_child_below_age=18,
    )  # fmt: skip
    assert (other["first"]["reporting_date"], other["still here"]["reporting_date"]) == (date(2026, 11, 2), None)
    assert (other["urgent"]["department_type"], other["on paper"]["minutes_in_department"]) == ("03", 235)
    assert (other["no ambulance"]["minutes_in_department"], other["triage"]["is_child"]) == (45, True)


def test_handovers_count_on_the_day_of_completion(rows):
    """UEC-1.4: negative ones and those without an end are left out; one that waits is neither."""
    found = rows("ambulance_handovers", "ambulance_arrival_identifier")
    told = {
        name: (
            row["handover_minutes"],
            row["handover_band"],
            row["minutes_lost_over_15"],
            row["is_without_end"],
            row["is_negative"],
        )
        for name, row in found.items()
    }
    assert told == {
        "A1": (40, "gt30_le45", 25, False, False),
        "A2": (None, None, None, True, False),
        "A3": (None, None, None, False, True),
        "A4": (None, None, None, False, False),
        "A5": (46, "gt45_le60", 31, False, False),
    }
    assert found["A5"]["end_date"] == date(2026, 11, 11)
    assert (found["A4"]["is_still_waiting"], found["A2"]["patient_pathway_identifier"]) == (True, "by incident")


def test_specialties_answer_within_30_and_60_minutes(rows):
    found = rows("ed_specialty_responses", "ed_service_request_identifier")
    told = {name: (row["response_minutes"], row["is_within_30"], row["is_within_60"]) for name, row in found.items()}
    assert told == {"R1": (30, True, True), "R2": (61, False, False), "R3": (None, False, False), "R4": (None, False, False)}


def test_a_picture_counts_until_the_next_one_of_its_site(rows):
    """UEC-17: from 01:50 in summer to 02:05 in winter time are 75 minutes, of which an hour counts; the last stands for none."""
    found = rows("ed_area_states", "ed_state_identifier")
    told = {name: (row["minutes"], row["temporary_patient_minutes"], row["site_minutes"]) for name, row in found.items()}
    assert told == {
        "1": (60, 180, 60), "2": (60, 0, 0), "3": (60, 0, 60), "4": (15, 30, 15), "5": (0, 0, 0), "6": (0, 0, 0),
    }  # fmt: skip


def test_the_take_has_each_patient_once(rows):
    """UEC-13: same day emergency care and emergency admissions; planned admissions and births are none."""
    found = rows("emergency_take", "patient_pathway_identifier")
    admitted = dict.fromkeys(("E", "N", "S", "A", "U"), False)
    assert {name: row["is_same_day"] for name, row in found.items()} == {"same day": True, **admitted}


def test_an_admission_came_through_the_department_by_its_visit_else_by_its_method(rows):
    """A visit of types 1 to 4 that the spell names; one to same day emergency care is none. 2A is another trust's department."""
    found = rows("emergency_take", "patient_pathway_identifier")
    through = {name for name, row in found.items() if row["is_through_department"]}
    assert through == {"E", "N", "U"}


def test_who_is_there_now_and_what_they_wait_for(rows):
    """At 11:30 on the 10th nobody who came later is known, and what was written later is not either."""
    found = rows("ed_patients_now", "emergency_care_attendance_identifier", at="2026-11-10 11:30:00")
    told = {name: (row["minutes_so_far"], row["stage"]) for name, row in found.items()}
    assert told == {
        "walked": (150, "waiting_for_specialty"),
        "triage": (88, "to_be_seen"),
        "brought": (75, "waiting_for_bed"),
        "family": (90, "to_be_assessed"),
        "transport": (90, "to_be_assessed"),
        "gone": (90, "to_be_assessed"),
        "urgent": (90, "to_be_seen"),
        "on paper": (90, "to_be_assessed"),
        "same day": (90, "to_be_assessed"),
    }
    assert (found["brought"]["minutes_from_decision"], found["brought"]["minutes_to_4_hours"]) == (75, 165)
    assert found["walked"]["specialty_asked"] == "C_100"


def test_a_state_within_a_minute_adds_none_of_it(rows):
    """0.1: seconds are dropped at both ends, so 09:00 to 11:30:59 are 150 minutes; and 24 hours and 59 seconds are not over 24."""
    found = rows("ed_patients_now", "emergency_care_attendance_identifier", at="2026-11-10 11:30:59")
    assert (found["walked"]["minutes_so_far"], found["brought"]["minutes_from_decision"]) == (150, 75)
    assert "still here" in rows("ed_patients_now", "emergency_care_attendance_identifier", at="2026-11-16 00:00:59")


def test_a_decision_in_the_hour_that_came_twice_keeps_its_coming():
    """0.1: decided at 01:30 by Greenwich, an hour and a half have gone by at 03:00; the clock on the wall said 01:30 twice."""
    visits = """
        visit  | came                   | decided
        -------+------------------------+-----------------------
        second | 2026-10-25 00:10+01:00 | 2026-10-25 01:30+00:00
        first  | 2026-10-25 00:10+01:00 | 2026-10-25 01:30+01:00
    """
    tables = {"ed_attendances": drawn("ed_attendances", visits)}
    tables |= {name: drawn(name) for name in ("ambulance_arrivals", "ed_service_requests")}
    at = ibis.timestamp("2026-10-25 03:00:00")
    found = facts()["ed_patients_now"].build(**tables, as_of=date(2026, 10, 25), at=at, readings=Readings())
    told = {row["emergency_care_attendance_identifier"]: row["minutes_from_decision"] for row in found.to_pyarrow().to_pylist()}
    assert told == {"second": 90, "first": 150}
