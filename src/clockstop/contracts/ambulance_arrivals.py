"""Ambulances that bring a patient to hospital, from their arrival to the handover and until they are clear (operations.md 1.1)."""

from clockstop.contracts.contract import Column, Contract

CONTRACT = Contract(
    name="ambulance_arrivals",
    title="Ambulance arrivals",
    key=("ambulance_arrival_identifier",),
    window="ambulance_arrived_at",
    grouped_by="ambulance_arrival_identifier",
    columns=(
        Column(name="ambulance_arrival_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="ambulance_incident_identifier", type="text", meaning="the incident or call"),
        Column(name="emergency_care_attendance_identifier", type="text", meaning="the attendance that it became, where known"),
        Column(name="ambulance_arrived_at", type="instant", meaning="at hospital", is_required=True, keeps_offset=True),
        Column(name="handover_completed_at", type="instant", meaning="care accepted and the patient off the trolley",
               keeps_offset=True),
        Column(name="ambulance_clear_at", type="instant", meaning="the crew is ready for the next call", keeps_offset=True),
        Column(name="is_pre_alert", type="truth", meaning="the hospital was warned by the crew"),
        Column(name="is_cohorted", type="truth", meaning="the patient was looked after together with others while waiting"),
        Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site"),
    ),
)  # fmt: skip
