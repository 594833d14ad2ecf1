"""A handful of patients, wards and visits of two made-up trusts, as the facts have them: what tests of boards look at."""

from datetime import date, datetime, timedelta

import pyarrow as pa

from clockstop.answers import beds
from clockstop.rules.local_time import minute_of
from written_snapshots import AS_OF, write_tables

AT = datetime.fromisoformat("2026-11-15T15:00")


def patient(minutes, **more):
    """A patient of QQA's department who came so many minutes before 15:00, unless more is said."""
    begin = AT - timedelta(minutes=minutes)
    row = {"trust": "QQA", "site": "QQA1", "at": AT, "patient_pathway_identifier": f"E{minutes}", "minutes_so_far": minutes}
    row |= {"local_patient_identifier": f"H{minutes}", "nhs_number_pseudonym": None, "service": "C_180", "clock_start_at": begin}
    row |= {"is_sdec": False, "is_waiting_for_bed": False, "admitting_treatment_function_code": None, "minutes_from_decision": None}
    row |= {"area": "majors", "place": None, "waiting_for": None, "stage": "in_treatment", "decision_to_admit_at": None}
    return row | {"specialty_asked": None, "specialty_asked_at": None} | more


def bed_asked(minutes, since, function):
    """A patient who has waited for a bed of a specialty so long."""
    told = {"is_waiting_for_bed": True, "minutes_from_decision": since, "admitting_treatment_function_code": function}
    return patient(minutes, decision_to_admit_at=AT - timedelta(minutes=since), stage="waiting_for_bed", **told)


def visit(start, minutes=None, **more):
    """A visit to QQA that began then and ended after so many minutes (None: goes on)."""
    begin = datetime.fromisoformat(start)
    first = minute_of(begin)
    row = {"trust": "QQA", "site": "QQA1", "at": AT, "clock_start_at": begin, "start_date": begin.date(), "is_sdec": False}
    row |= {"clock_start_minute": first, "clock_end_minute": None if minutes is None else first + minutes}
    row |= {"clock_end_at": None if minutes is None else begin + timedelta(minutes=minutes), "minutes_in_department": minutes}
    row |= {"is_in_standard": True, "is_within_4_hours": minutes is not None and minutes <= 240, "department_type": "01"}
    row |= {"is_over_12_hours_from_arrival": minutes is not None and minutes > 720, "arrival_mode": "walk_in", "acuity": "3"}
    row |= {"outcome": "discharged", "is_type_1": True, "is_admitted": False, "is_child": False, "decision_to_admit_at": None}
    row |= {"to_assessment": 10, "to_treatment": 30, "to_decision": None, "to_departure": 20}
    return row | more


def leaving(ward_code, standing, **more):
    """Somebody who is to leave a ward today, or has left it."""
    row = {"trust": "QQA", "site": "QQA1", "ward_code": ward_code, "standing": standing, "is_gone": standing == "gone"}
    return row | {"is_late": standing == "late", "ended_at": None} | more


def ward(code, *, group="general_and_acute", **beds_of):
    """A ward of QQA now."""
    row = {"trust": "QQA", "site": "QQA1", "ward_code": code, "ward_name": f"Ward {code}", "bed_group": group}
    return row | dict.fromkeys(beds.BEDS) | beds_of


def entry(pathway, **more):
    """An elective admission that is to come in today for a night."""
    row = {"trust": "QQA", "patient_pathway_identifier": pathway, "offered_for_admission_date": AS_OF, "removal_date": None}
    return row | {"intended_management_code": "1"} | more


PATIENTS = [
    patient(721, place="=Majors 4"), patient(720), patient(481), patient(430), patient(421), patient(420), patient(241),
    patient(240), patient(10, waiting_for="Bloods"), patient(600, is_sdec=True), patient(900, trust="QQB", site="QQB1"),
    bed_asked(300, 250, "300"), bed_asked(290, 30, "300"), bed_asked(200, 100, "100"),
]  # fmt: skip
TODAY = [
    visit("2026-11-15T09:00", 240), visit("2026-11-15T09:30", 241), visit("2026-11-15T10:59"), visit("2026-11-15T11:00"),
    visit("2026-11-15T14:00", 20), visit("2026-11-15T14:10", 20, is_in_standard=False), visit("2026-11-15T08:00", 20, is_sdec=True),
]  # fmt: skip
BEFORE = [
    visit("2026-11-08T14:00", 120), visit("2026-11-08T14:59", 1), visit("2026-11-08T14:59", 2), visit("2026-11-01T15:00", 30),
    visit("2026-11-01T09:00", 360), visit("2026-10-30T09:00", 30),
    visit("2026-11-08T15:01", 500, is_admitted=True, outcome="admitted",
          decision_to_admit_at=datetime.fromisoformat("2026-11-08T18:30")),
]  # fmt: skip
IN_BED = {"trust": "QQA", "site": "QQA1", "ward_code": "A", "is_7_plus": True, "is_14_plus": False, "is_long_stay": False}
INPATIENTS = [
    IN_BED | {"elective_pathway_identifier": "came", "can_go_home": True, "is_outlier": False},
    IN_BED | {"can_go_home": False, "is_outlier": True, "is_14_plus": True, "is_long_stay": True},
]
EXPECTED = [
    leaving("A", "definite"), leaving("A", "potential"), leaving("A", "expected"), leaving("A", "late"), leaving("V", "definite"),
    leaving("A", "gone", ended_at=AT.replace(hour=9)),
]  # fmt: skip
WARDS = [
    ward("A", open=20, occupied=18, empty=2, closed_infection=2, closed_staffing=1), ward("B", open=10, occupied=11, empty=-1),
    ward("V", group="virtual", open=30, occupied=20, empty=10),
]  # fmt: skip
ENTRIES = [
    entry("came"), entry("to come"), entry("day case", intended_management_code="2"), entry("removed", removal_date=AS_OF),
    entry("tomorrow", offered_for_admission_date=AS_OF + timedelta(days=1)),
]  # fmt: skip
STAY = {"trust": "QQA", "site": "QQA1", "is_for_census": True, "is_birth": False}
ADMITTED = [
    STAY | told | {"started_at": datetime.fromisoformat(at), "is_emergency": told["admission_class"] == "emergency",
                   "is_elective": told["admission_class"] == "elective"}
    for at, told in (
        ("2026-11-10T12:30", {"admission_class": "emergency", "admission_method_code": "21"}),
        ("2026-11-10T13:10", {"admission_class": "emergency", "admission_method_code": "22"}),
        ("2026-11-10T07:30", {"admission_class": "elective", "admission_method_code": "11"}),
        ("2026-11-10T07:40", {"admission_class": "other", "admission_method_code": "81"}),
        ("2026-11-10T07:45", {"admission_class": "maternity", "admission_method_code": "31"}),
    )
]  # fmt: skip
GONE = [
    STAY | {"ward_code": "A", "day": AS_OF, "is_inpatient_discharge": True, "left_ward_at": AT.replace(hour=hour),
            "bed_released_at": AT.replace(hour=hour - 1), "admission_class": "emergency"}
    for hour in (10, 16, 17, 20)
]  # fmt: skip
NIGHTS = [
    {"trust": "QQA", "site": site, "ward_code": code, "ward_name": code, "bed_group": "general_and_acute", "day": day,
     "occupied": occupied, "available": available}
    for site, code, day, occupied, available in (
        ("QQA1", "A", AS_OF, 90, 100), ("QQA2", "B", AS_OF, 190, 200), ("QQA1", "A", date(2026, 9, 1), 5, 100),
    )
]  # fmt: skip
PATHWAYS = [
    {"trust": "QQA", "patient_pathway_identifier": "to come", "local_patient_identifier": "H1", "service": "C_100", "site": "QQA1"}
]
SERIES = [{"trust": "QQA", "division": "Medicine", "service": "C_180", "site": "QQA1", "cut": "", "cut_value": ""}]
TABLES = {
    "ed_patients_now": PATIENTS, "emergency_today": TODAY, "emergency_attendances": BEFORE, "inpatients_now": INPATIENTS,
    "expected_discharges": EXPECTED, "wards_now": WARDS, "rtt_list_entries": ENTRIES, "discharges": GONE, "ward_nights": NIGHTS,
    "inpatient_stays": ADMITTED, "series": SERIES, "rtt_pathways": PATHWAYS,
}  # fmt: skip
LIVE = ("ed_patients_now", "emergency_today", "inpatients_now", "expected_discharges", "wards_now")


def write_emergency(home):
    """A snapshot of all these, whose live tables show 15:00."""
    tables = {name: pa.Table.from_pylist(rows) for name, rows in TABLES.items()}
    write_tables(home, AS_OF, tables, live_at={name: AT.isoformat() for name in LIVE})
    return home
