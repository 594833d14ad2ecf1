"""Drawn tables of the emergency department: short names for long columns, times on one line, what is not drawn is filled."""

import re

import ibis
import pyarrow as pa

from clockstop.contracts import contracts
from contract_tables import dataset

SHORT = {
    "visit": "emergency_care_attendance_identifier", "type": "emergency_care_department_type",
    "category": "emergency_care_attendance_category", "mode": "emergency_care_arrival_mode",
    "incident": "ambulance_incident_identifier", "stream": "stream_identifier", "came": "emergency_care_arrival_at",
    "assessed": "emergency_care_initial_assessment_at", "seen": "emergency_care_seen_for_treatment_at",
    "ready": "clinically_ready_to_proceed_at", "decided": "decision_to_admit_at",
    "concluded": "emergency_care_attendance_conclusion_at", "left": "emergency_care_departure_at", "outcome": "attendance_outcome",
    "waits_for": "wait_reason", "virtual": "is_virtual_move", "spell": "hospital_provider_spell_identifier",
    "area": "department_area", "site": "organisation_site_identifier_of_treatment", "number": "local_patient_identifier",
    "born": "person_birth_date", "acuity": "emergency_care_acuity", "mental": "is_mental_health",
    "ambulance": "ambulance_arrival_identifier", "arrived": "ambulance_arrived_at", "handed_over": "handover_completed_at",
    "clear": "ambulance_clear_at", "request": "ed_service_request_identifier", "asked": "requested_at", "saw": "assessed_at",
    "function_code": "activity_treatment_function_code", "state": "ed_state_identifier", "taken": "taken_at",
    "method": "admission_method_code", "admitted": "spell_started_at",
}  # fmt: skip
DEFAULTS = {"emergency_care_department_type": "01", "emergency_care_arrival_mode": "walk_in",
            "emergency_care_attendance_category": "1", "organisation_site_identifier_of_treatment": "SITE1"}  # fmt: skip
_OFFSET = re.compile(r"(.+?)([+-])(\d\d):00$")


def drawn(name, text=""):
    """The dataset as kept: an instant may end with +01:00 or +00:00, its offset from Greenwich; `hash` is the NHS number's."""
    lines = [line for line in text.splitlines() if line.strip()]
    names = [cell.strip() for cell in lines[0].split("|")] if lines else []
    keys = [SHORT.get(short, short) for short in names]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines[2:]]
    columns = {column.name: column for column in contracts()[name].columns}
    offsets, hashes = {}, [None] * len(rows)
    for place, key in enumerate(keys):
        if key == "hash":
            hashes = [row[place] or None for row in rows]
        elif columns[key].type == "instant":
            found = [_OFFSET.fullmatch(row[place]) for row in rows]
            offsets[key] = [int(one[3]) * 60 if one else None for one in found]
            for row, one in zip(rows, found, strict=True):
                row[place] = one[1] if one else row[place]
    known = [place for place, key in enumerate(keys) if key != "hash"]
    table = [" | ".join(keys[place] for place in known), "---"] + [" | ".join(row[place] for place in known) for row in rows]
    made = dataset(name, "\n".join(table) if lines else "")
    for key, value in DEFAULTS.items():
        if key in columns and key not in keys:
            made = made.set_column(made.schema.get_field_index(key), key, pa.array([value] * len(rows), pa.string()))
    if "nhs_number" in columns:
        made = made.drop_columns(["nhs_number"]).append_column("nhs_number_pseudonym", pa.array(hashes, pa.string()))
    for key, column in columns.items():
        if column.keeps_offset:
            made = made.append_column(f"{key}_offset_minutes", pa.array(offsets.get(key, [None] * len(rows)), pa.int64()))
    return ibis.memtable(made)
