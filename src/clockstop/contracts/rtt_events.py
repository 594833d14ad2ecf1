"""Canonical RTT events: everything that can start, continue or stop a clock, one row an event."""

from clockstop.contracts.codes import RTT_PERIOD_STATUS
from clockstop.contracts.contract import Column, Contract
from clockstop.contracts.people import PATHWAY, PERSON, SERVICE

# The event types of planned-care-cases.yaml (header) with those of planned-care.md 1.15, in managers' words.
EVENT_TYPES = {
    "referral_received": "Referral received",
    "ubrn_converted": "Booking reference converted in e-RS",
    "asi_worklist": "On the appointment slot issue worklist",
    "cas_booked": "Booked to an assessment service",
    "ers_rejected": "e-RS referral rejected",
    "interface_received": "Received by an interface service",
    "self_referral_received": "Self-referral received",
    "self_referral_ratified": "Self-referral accepted by a care professional",
    "emergency_presentation": "Came as an emergency",
    "transfer_in": "Transferred in from another provider",
    "transfer_out": "Transferred to another provider",
    "planned_due_missed": "Planned date passed without treatment",
    "first_dna": "Did not attend the first appointment",
    "later_dna": "Did not attend a later appointment",
    "arrived_late_not_seen": "Arrived too late to be seen",
    "patient_cancel": "Patient cancelled",
    "provider_cancel": "Hospital cancelled",
    "rebook_contact": "Patient made contact to rebook",
    "clinician_offer_decision": "Clinician decided to offer again",
    "appointment_booked": "Appointment booked",
    "attend": "Attended",
    "diagnostic_admission": "Admitted for a diagnostic procedure",
    "admit_treat": "Admitted for treatment",
    "admit_not_done": "Admitted, procedure not done",
    "decision_not_to_admit": "Decided that no admission is needed",
    "decline_date": "Declined a date",
    "decline_treatment": "Declined all treatment offered",
    "active_monitoring": "Active monitoring agreed",
    "decision_to_treat": "Decision to treat",
    "second_side_ready": "Fit and ready for the second side",
    "new_treatment_decided": "New or different treatment decided",
    "separate_condition_referral": "Referred for a separate condition",
    "no_treatment_communicated": "Told that no treatment is needed",
    "transplant_listed": "Added to a transplant list",
    "discharge_to_gp": "Discharged to the GP",
    "death": "Died",
    "death_notified": "Hospital told of the death",
    "re_referral": "Referred again",
    "administrative_stop": "Clock stopped by an administrative event",
}

CONTRACT = Contract(
    name="rtt_events",
    title="RTT events",
    key=("patient_pathway_identifier", "event_sequence"),
    window="event_date",
    columns=(
        *PATHWAY,
        Column(name="event_date", type="date", meaning="the civil day on which it happened", is_required=True),
        Column(name="event_sequence", type="integer", meaning="the recorded order within the pathway", is_required=True),
        Column(name="event_type", type="code", meaning="what happened", is_required=True, codes=EVENT_TYPES),
        Column(name="referral_to_treatment_period_status", type="code", meaning="RTT period status", codes=RTT_PERIOD_STATUS),
        Column(name="original_start_date", type="date", meaning="the start on the transfer form (transfer_in)"),
        Column(name="is_communicated", type="truth", meaning="the missed appointment had been clearly communicated"),
        Column(name="has_safeguards", type="truth", meaning="all four safeguards of a discharge after a DNA held (RTT-R29)"),
        Column(name="is_responsibility_passed", type="truth", meaning="clinical responsibility went with the transfer"),
        *SERVICE,
        *PERSON,
    ),
)  # fmt: skip
