"""Visits and stays of a few made-up patients, as the facts have them: what the timeline of a visit and of a stay looks at."""

from datetime import date, datetime

import pyarrow as pa

from clockstop.rules.local_time import minute_of
from written_snapshots import AS_OF, write_tables

NOW = "2026-11-16T09:00"
_INSTANTS = (
    "arrived_at",
    "departed_at",
    "clock_start_at",
    "clock_end_at",
    "assessed_at",
    "seen_at",
    "ready_at",
    "decision_to_admit_at",
)


def at(text):
    return None if text is None else datetime.fromisoformat(text)


def visit(number, **told):
    """A visit of QQA's ED01, of nobody in particular; instants are text, of the clock also `minutes`."""
    row = {"trust": "QQA", "patient_pathway_identifier": number, "emergency_care_attendance_identifier": number, "marks": ""}
    row |= {
        "hospital_provider_spell_identifier": None,
        "department_type": "01",
        "attendance_category": "1",
        "arrival_mode": "walk_in",
    }
    row |= {"outcome": None, "is_in_standard": True, "is_sdec": False, "is_unplanned": True, "is_admitted": False, "service": "X02"}
    row |= {"is_closed_as_fault": False, "minutes_in_department": None, "minutes_from_decision": None, "nhs_number_pseudonym": None}
    row |= {"minutes_to_assessment": None, "minutes_to_treatment": None, "admitting_treatment_function_code": None}
    row |= {"place": None, "local_patient_identifier": f"H{number}"}
    row |= dict.fromkeys(_INSTANTS) | told
    row |= {name: at(row[name]) for name in _INSTANTS}
    start, end = row["clock_start_at"], row["clock_end_at"]
    row["is_still_here"] = told.get("is_still_here", end is None)
    known = {"clock_start_minute": start and int(minute_of(start)), "clock_end_minute": end and int(minute_of(end))}
    return row | known | {name: told[name] for name in known if name in told}


def here(number, minutes, **told):
    """A visit that goes on at `NOW`, after so many minutes."""
    return visit(number, **told) | {"at": at(NOW), "minutes_so_far": minutes, "specialty_asked": None, "specialty_asked_at": None}


def spell(number, started, ended=None, **told):
    """A stay of QQA, admitted by its own emergency department."""
    row = {"trust": "QQA", "patient_pathway_identifier": number, "hospital_provider_spell_identifier": number, "marks": ""}
    row |= {"started_at": at(started), "ended_at": at(ended), "admission_method_code": "21", "discharge_method_code": None}
    row |= {"discharge_destination_code": None, "emergency_care_attendance_identifier": None, "elective_pathway_identifier": None}
    row |= {"service": "C_300", "local_patient_identifier": f"H{number}", "nhs_number_pseudonym": None}
    return row | {"estimated_discharge_date": None, "estimated_discharge_date_set_at": None, "discharge_lounge_at": None} | told


def on_ward(number, ward, started, ended, **told):
    row = {"trust": "QQA", "patient_pathway_identifier": number, "ward_code": ward[:3], "ward_name": ward, "ward_type": "general"}
    row |= {"bay": "Bay 2", "bed": "4", "started_at": at(started), "ended_at": at(ended), "reason_for_move": "Admission"}
    return row | {"is_outlier": False, "is_out_of_hours_move": False, "marks": ""} | told


def round_day(number, day, colour, **told):
    row = {
        "trust": "QQA",
        "patient_pathway_identifier": number,
        "day": day,
        "ward_name": "Elm",
        "ward_code": "Elm",
        "colour": colour,
    }
    row |= {"red_reason": None, "meets_criteria_to_reside": None, "action": None, "estimated_discharge_date": None}
    return row | told


def ready(number, place, day, status, *, stands=False, written=None, reason=None):
    row = {
        "trust": "QQA",
        "patient_pathway_identifier": number,
        "place": place,
        "discharge_ready_date": day,
        "ready_status": status,
    }
    return row | {"stands": stands, "recorded_at": at(written), "delay_reason": reason, "delay_reason_code": None}


LONG = visit(
    "E1", arrival_mode="ambulance", outcome="admitted", is_admitted=True, nhs_number_pseudonym="p1", local_patient_identifier="H1",
    arrived_at="2026-11-09T22:00", clock_start_at="2026-11-09T22:15", assessed_at="2026-11-09T22:30", seen_at="2026-11-09T23:45",
    decision_to_admit_at="2026-11-10T01:15", ready_at="2026-11-10T01:30", clock_end_at="2026-11-10T13:16",
    departed_at="2026-11-10T13:16", minutes_in_department=901, minutes_from_decision=721, admitting_treatment_function_code="300",
    marks="DQ_FUTURE_TIME",
)  # fmt: skip
# The night on which 01:00 to 02:00 came twice: 3 h 59 on the wall is 4 h 59 that passed.
CHANGED = visit(
    "E2", outcome="discharged", arrived_at="2026-10-25T00:30", clock_start_at="2026-10-25T00:30", assessed_at="2026-10-25T01:50",
    seen_at="2026-10-25T01:20", ready_at="2026-10-25T04:29", clock_end_at="2026-10-25T04:29", departed_at="2026-10-25T04:29",
    minutes_in_department=299, minutes_to_assessment=80, minutes_to_treatment=110,
)  # fmt: skip
EXACT = visit("E3", outcome="left_before_treatment", clock_start_at="2026-11-09T10:00", clock_end_at="2026-11-09T14:00",
              minutes_in_department=240)  # fmt: skip
SDEC = visit("E4", department_type="05", is_in_standard=False, is_sdec=True, outcome="discharged",
             clock_start_at="2026-11-09T10:00", clock_end_at="2026-11-09T15:00", minutes_in_department=300)  # fmt: skip
LOST = visit("E5", is_closed_as_fault=True, is_still_here=False, marks="DQ_NO_DEPARTURE", clock_start_at="2026-11-09T10:00")
GONE = visit("E6", clock_start_at="2026-11-15T20:00")
DIED = visit("E7", outcome="died", clock_start_at="2026-11-09T10:00", clock_end_at="2026-11-09T11:00", minutes_in_department=60)
WAITS = here("E8", 600, clock_start_at="2026-11-15T23:00", decision_to_admit_at="2026-11-16T03:00", minutes_from_decision=360,
             place="Majors 4", nhs_number_pseudonym="p1", local_patient_identifier="H1")  # fmt: skip
HANDOVER = {"trust": "QQA", "patient_pathway_identifier": "E1", "arrived_at": at("2026-11-09T22:00"), "marks": "",
            "handed_over_at": at("2026-11-09T22:40"), "handover_minutes": 40}  # fmt: skip
ASKED = {"trust": "QQA", "patient_pathway_identifier": "E1", "service": "C_300", "requested_at": at("2026-11-10T00:15"),
         "assessed_at": at("2026-11-10T01:05"), "response_minutes": 50}  # fmt: skip
ENDED = spell("S1", "2026-11-10T13:16", "2026-11-14T16:00", emergency_care_attendance_identifier="E1", nhs_number_pseudonym="p1",
              local_patient_identifier="H1", discharge_method_code="1", marks="two_spells",
              estimated_discharge_date=date(2026, 11, 13), estimated_discharge_date_set_at=at("2026-11-10T15:00"))  # fmt: skip
DISCHARGED = {
    "trust": "QQA", "patient_pathway_identifier": "S1", "discharge_ready_date": date(2026, 11, 12), "delay_days": 2,
    "delay_reason": "Care at home", "pathway_of_discharge": "1", "withdrawals": 1, "is_in_scope": True, "why_unmeasured": None,
    "estimated_discharge_date": date(2026, 11, 13), "left_ward_at": at("2026-11-14T11:00"), "lounge_at": at("2026-11-14T11:00"),
    "readmission_spell_identifier": "S2", "next_admission_spell_identifier": "S2", "next_admission_date": date(2026, 11, 15),
    "days_to_next_admission": 1, "is_readmitted": True,
}  # fmt: skip
OPEN = spell("S2", "2026-11-15T10:00", nhs_number_pseudonym="p1", local_patient_identifier="H1", admission_method_code="22")
IN_BED = {
    "trust": "QQA", "patient_pathway_identifier": "S2", "discharge_ready_date": None, "days_ready": None, "delay_reason": None,
    "delay_reason_code": None, "pathway_of_discharge": None, "estimated_discharge_date": date(2026, 11, 20), "is_seen_today": True,
    "colour": "red", "red_reason": "Waiting for a scan", "meets_criteria_to_reside": True, "action": "Scan", "ward_name": "Ash",
    "ward_code": "Ash", "at": at(NOW), "service": "C_300", "local_patient_identifier": "H1",
}  # fmt: skip
TABLES = {
    "emergency_attendances": [LONG, CHANGED, EXACT, SDEC, LOST, GONE, DIED],
    "ed_patients_now": [WAITS],
    "ambulance_handovers": [HANDOVER],
    "ed_specialty_responses": [ASKED],
    "inpatient_stays": [ENDED, OPEN],
    "inpatient_stays_now": [OPEN | {"at": at(NOW)}],
    "bed_stays": [
        on_ward("S1", "Elm", "2026-11-12T23:30", "2026-11-14T16:00", is_out_of_hours_move=True, is_outlier=True, marks="overlap",
                reason_for_move="From the assessment unit"),
        on_ward("S1", "Acute Medical Unit", "2026-11-10T13:16", "2026-11-12T23:30"),
    ],
    "bed_stays_now": [on_ward("S2", "Ash", "2026-11-15T10:00", None)],
    "discharges": [DISCHARGED],
    "inpatients_now": [IN_BED],
    "patient_days": [
        round_day("S1", date(2026, 11, 12), "red", red_reason="Waiting for a scan", meets_criteria_to_reside=True, action="Scan"),
        round_day("S1", date(2026, 11, 11), "green", meets_criteria_to_reside=True),
        round_day("S1", date(2026, 11, 13), "unknown"),
    ],
    "ready_date_entries": [
        ready("S1", 1, date(2026, 11, 12), "withdrawn", written="2026-11-12T15:00"),
        ready("S1", 0, date(2026, 11, 11), "ready", written="2026-11-11T09:00", reason="Medicines"),
        ready("S1", 2, date(2026, 11, 12), "ready", stands=True, written="2026-11-12T17:00", reason="Care at home"),
    ],
    "rtt_pathways": [
        {"trust": "QQA", "patient_pathway_identifier": "P1", "local_patient_identifier": "H1", "nhs_number_pseudonym": "p1",
         "service": "C_100"}
    ],
    "rtt_clocks": [
        {"trust": "QQA", "patient_pathway_identifier": "P1", "period_number": 1, "start_date": date(2026, 9, 1), "end_date": None,
         "end_status": None, "is_nullified": False, "start_rule": "RTT-R01", "end_rule": None, "service": "C_100"}
    ],
}  # fmt: skip
LIVE = ("ed_patients_now", "inpatient_stays_now", "bed_stays_now", "inpatients_now")


def write_unplanned(home):
    """A snapshot of these to the end of 15 November, whose live tables show the next morning at 09:00."""
    from written_snapshots import BOOKINGS, EVENTS

    tables = {name: _typed(pa.Table.from_pylist(rows)) for name, rows in TABLES.items()}
    tables |= {"rtt_events": EVENTS.empty_table(), "rtt_bookings": BOOKINGS.empty_table()}
    tables["series"] = pa.Table.from_pylist(
        [{"trust": "QQA", "division": "Medicine", "service": "C_300", "site": "QQA1", "cut": "", "cut_value": ""}]
    )
    write_tables(home, AS_OF, tables, live_at=dict.fromkeys(LIVE, NOW))
    return home


def _typed(rows):
    """The rows with columns in which nothing stands as text, as the facts have them."""
    return rows.cast(pa.schema([(one.name, pa.string() if pa.types.is_null(one.type) else one.type) for one in rows.schema]))
