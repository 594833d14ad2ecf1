"""Unplanned care of the made-up trusts: ambulances, attendances, spells, stays on wards and all that goes with them.

One draw (emergency_records) makes them agree with each other: who comes by ambulance attends, who is admitted has a spell that
begins when the department is left, and every night of a spell has a bed on a ward. What is wrong on purpose is planted here; what
is right is told by emergency_truth. These extracts are sent once, on the last day, and then played on (synthetic/live.py).
"""

import numpy as np
import pyarrow as pa

from clockstop.synthetic.care import Planted
from clockstop.synthetic.care.emergency_faults import planted_in
from clockstop.synthetic.care.emergency_records import Unplanned, latest, unplanned
from clockstop.synthetic.care.emergency_rows import ambulances, attendances, service_requests
from clockstop.synthetic.care.emergency_states import ed_states
from clockstop.synthetic.care.emergency_truth import truth_of
from clockstop.synthetic.care.wards_base import ward_rows
from clockstop.synthetic.care.wards_ready import ready, ready_rows
from clockstop.synthetic.care.wards_rounds import Rounds, patient_days, round_rows
from clockstop.synthetic.care.wards_rows import spell_rows, stay_rows
from clockstop.synthetic.care.wards_states import bed_states
from clockstop.synthetic.care.wards_virtual import at_home, virtual_rows
from clockstop.synthetic.layers import Records, known_at
from clockstop.synthetic.organisations import FileForm
from clockstop.synthetic.records import History

LIVE = (
    "ed_attendances", "ambulance_arrivals", "ed_service_requests", "ed_states", "inpatient_spells", "ward_stays", "ward_bed_states",
    "discharge_ready_dates", "board_rounds", "ward_patient_days", "virtual_ward_stays",
)  # fmt: skip
DATASETS = ("wards", *LIVE)
IS_SENT_ONCE = True
HEADERS: dict[FileForm, dict[str, str]] = {
    "csv": {
        "emergency_care_attendance_identifier": "AE_ATTND_REFNO", "emergency_care_department_type": "AE_DEPT_TYPE",
        "emergency_care_arrival_at": "ARRIVAL_DTTM", "emergency_care_initial_assessment_at": "TRIAGE_DTTM",
        "emergency_care_seen_for_treatment_at": "SEEN_DTTM", "clinically_ready_to_proceed_at": "CRTP_DTTM",
        "decision_to_admit_at": "DTA_DTTM", "emergency_care_attendance_conclusion_at": "CONCLUDED_DTTM",
        "emergency_care_departure_at": "DEPARTURE_DTTM", "handover_completed_at": "HANDOVER_DTTM",
        "spell_started_at": "ADMIT_DTTM", "spell_ended_at": "DISCH_DTTM", "ward_stay_started_at": "WARD_START_DTTM",
        "ward_stay_ended_at": "WARD_END_DTTM",
    },
    "csv_cp1252": {
        "emergency_care_attendance_identifier": "ED Number", "emergency_care_department_type": "Department",
        "emergency_care_arrival_at": "Arrived", "emergency_care_initial_assessment_at": "Triaged",
        "emergency_care_seen_for_treatment_at": "Seen by Clinician", "clinically_ready_to_proceed_at": "Fit to Move",
        "decision_to_admit_at": "DTA", "emergency_care_departure_at": "Left Dept", "handover_completed_at": "Handed Over",
        "spell_started_at": "Admitted", "spell_ended_at": "Discharged", "ward_stay_started_at": "Ward From",
        "ward_stay_ended_at": "Ward To",
    },
}  # fmt: skip
CODES = {
    "emergency_care_arrival_mode": {"ambulance": "AMB", "walk_in": "WALK", "police": "POL", "other": "OTH"},
    "attendance_outcome": {
        "admitted": "ADM", "discharged": "DIS", "transferred": "TRF", "streamed": "STR", "left_before_assessment": "LBA",
        "left_before_treatment": "DNW", "left_refused": "REF", "died": "RIP", "dead_on_arrival": "DOA",
    },
    "colour": {"red": "R", "green": "G"},
    "ready_status": {"ready": "MFFD", "withdrawn": "NOT MFFD"},
}  # fmt: skip


def extracts(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Each dataset as it is known at the end of `day`."""
    records, form = unplanned(found, day, rng), found.trust.file_form
    told = {name: known_at(rows, records.end, form) for name, rows in records_of(records).items()}
    return {"wards": ward_rows(found.trust, records.wards, at_home(records).capacity, records.first), **told}


def live(found: History, day: int, rng: np.random.Generator) -> tuple[int, dict[str, Records]]:
    """The minute at which the extracts of `day` end, and the records that are played on from there."""
    records = unplanned(found, day, rng)
    return records.end, {name: rows for name, rows in records_of(records).items() if name in LIVE}


def records_of(records: Unplanned) -> dict[str, Records]:
    """Every dataset whose values become known one after the other."""
    able, rounds = ready(records), Rounds(records)
    return {
        "ed_attendances": attendances(records),
        "ambulance_arrivals": ambulances(records),
        "ed_service_requests": service_requests(records),
        "inpatient_spells": spell_rows(records, able),
        "ward_stays": stay_rows(records),
        "discharge_ready_dates": ready_rows(records, able),
        "ed_states": ed_states(records),
        "ward_bed_states": bed_states(records),
        "board_rounds": round_rows(records, rounds),
        "ward_patient_days": patient_days(records, able, rounds),
        "virtual_ward_stays": virtual_rows(records, at_home(records)),
    }


def planted(rows: dict[str, pa.Table], found: History, day: int, rng: np.random.Generator) -> Planted:
    """The extracts with a few records spoilt, and what was spoilt; the records are those of the extracts just made."""
    return planted_in(rows, latest(found, day), rng)


def truth(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """What is right at the end of `day`: clocks of visits, handovers, midnights of wards, stays, nights, delays, readmissions."""
    return truth_of(unplanned(found, day, rng))
