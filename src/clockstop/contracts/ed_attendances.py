"""Emergency department attendances (Emergency Care Data Set), same day emergency care among them.

Version 4 of the data set calls arrival and departure the start and end of the activity: intake/synonyms.py knows both.
"""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.emergency_codes import (
    ACUITY,
    AREA,
    ARRIVAL_MODE,
    ATTENDANCE_CATEGORY,
    ATTENDANCE_OUTCOME,
    DEPARTMENT_TYPE,
    WAIT_REASON,
)
from clockstop.contracts.people import PERSON, SERVICE


def _at(name: str, meaning: str, *, is_required: bool = False) -> Column:
    return Column(name=name, type="instant", meaning=meaning, is_required=is_required, keeps_offset=True)


CONTRACT = Contract(
    name="ed_attendances",
    title="Emergency department attendances",
    key=("emergency_care_attendance_identifier",),
    window="emergency_care_arrival_at",
    grouped_by="emergency_care_attendance_identifier",
    columns=(
        Column(name="emergency_care_attendance_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="emergency_care_department_type", type="code", meaning="the kind of department", is_required=True,
               codes=DEPARTMENT_TYPE),
        Column(name="emergency_care_attendance_category", type="code", meaning="first attendance or follow-up, planned or not",
               codes=ATTENDANCE_CATEGORY),
        Column(name="emergency_care_attendance_source", type="text", meaning="who sent the patient"),
        Column(name="is_booked_appointment", type="truth",
               meaning="came to an appointment that was booked for the visit (by NHS 111 and the like)"),
        Column(name="emergency_care_arrival_mode", type="code", meaning="how the patient came", codes=ARRIVAL_MODE),
        Column(name="ambulance_incident_identifier", type="text", meaning="the ambulance's incident or call"),
        Column(name="stream_identifier", type="text",
               meaning="the same on the records of one visit that was streamed from one department to another on one site"),
        _at("emergency_care_arrival_at", "registered, or met by the ambulance's crew", is_required=True),
        _at("emergency_care_initial_assessment_at", "first assessed (triage)"),
        Column(name="emergency_care_acuity", type="code", meaning="how urgent, as assessed", codes=ACUITY),
        Column(name="emergency_care_chief_complaint", type="text", meaning="what brought the patient, in words"),
        Column(name="is_mental_health", type="truth", meaning="the main reason is mental health"),
        _at("emergency_care_seen_for_treatment_at", "first seen for treatment"),
        _at("clinically_ready_to_proceed_at", "no longer in need of emergency care: ready to move on"),
        _at("decision_to_admit_at", "decided to admit"),
        _at("emergency_care_attendance_conclusion_at", "the clinical episode ended"),
        _at("emergency_care_departure_at", "left the department"),
        Column(name="attendance_outcome", type="code", meaning="how it ended", codes=ATTENDANCE_OUTCOME),
        Column(name="emergency_care_discharge_destination", type="text", meaning="where the patient went"),
        Column(name="wait_reason", type="code", meaning="what the patient waited for after the episode ended", codes=WAIT_REASON),
        Column(name="is_virtual_move", type="truth",
               meaning="recorded as moved to another unit, while the patient stayed in the department"),
        Column(name="admitting_treatment_function_code", type="text", meaning="the specialty that is to take the patient in",
               max_length=3),
        Column(name="hospital_provider_spell_identifier", type="text", meaning="the admission that followed"),
        Column(name="department_area", type="code", meaning="the area in which the patient is, or was last", codes=AREA),
        Column(name="department_place", type="text", meaning="the cubicle, bay or chair", max_length=40),
        Column(name="waiting_for", type="text", meaning="what happens next, in words", max_length=80),
        *(column for column in SERVICE if column.name != "priority_type_code"),
        *PERSON,
    ),
    checks=(
        Check(code="departure_before_arrival", column="emergency_care_departure_at",
              message="the departure is more than a day before the arrival",
              is_wrong=lambda rows: rows.emergency_care_departure_at.epoch_seconds()
              < rows.emergency_care_arrival_at.epoch_seconds() - 86_400),
    ),
)  # fmt: skip
