"""Requests from the emergency department to a specialty to see a patient, and when it came (referred to service)."""

from clockstop.contracts.contract import Column, Contract

CONTRACT = Contract(
    name="ed_service_requests",
    title="Requests to specialties from the emergency department",
    key=("ed_service_request_identifier",),
    window="requested_at",
    grouped_by="emergency_care_attendance_identifier",
    columns=(
        Column(name="ed_service_request_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="emergency_care_attendance_identifier", type="text", meaning="the attendance", is_required=True),
        Column(name="requested_at", type="instant", meaning="the specialty was asked", is_required=True, keeps_offset=True),
        Column(name="assessed_at", type="instant", meaning="the specialty saw the patient", keeps_offset=True),
        Column(name="activity_treatment_function_code", type="text", meaning="the specialty that was asked", max_length=3),
        Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site"),
    ),
)  # fmt: skip
