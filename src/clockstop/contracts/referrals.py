"""Referrals as a PAS extract gives them: the first of the four extracts from which RTT events are derived."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.people import PATHWAY, PERSON, SERVICE

# How the referral reached the provider; each derives the event type named in rules/derived_rtt_events.py.
REFERRAL_ROUTES = {
    "letter": "Paper, electronic letter or call",
    "e_rs": "e-RS, booking reference converted",
    "slot_issue": "e-RS, on the appointment slot issue worklist",
    "assessment_service": "e-RS, booked to an assessment service",
    "interface": "Interface or referral management service",
    "self": "Self-referral",
    "transfer": "Transfer from another provider",
    "emergency": "After an emergency presentation",
    "separate_condition": "Referred within the provider for a separate condition",
    "re_referral": "Referred again for the same condition",
}

CONTRACT = Contract(
    name="referrals",
    title="Referrals",
    key=("referral_identifier",),
    window="referral_request_received_date",
    columns=(
        Column(name="referral_identifier", type="text", meaning="the source's own record id", is_required=True),
        *PATHWAY,
        Column(name="referral_route", type="code", meaning="how it came", is_required=True, codes=REFERRAL_ROUTES),
        Column(name="referral_request_received_date", type="date", is_required=True, may_be_in_future=False,
               meaning="the day that the provider (or slot list, or service) had it; for e-RS the day the UBRN was converted"),
        Column(name="ratified_date", type="date", meaning="a care professional accepted the self-referral"),
        Column(name="rejected_date", type="date", meaning="the e-RS referral was rejected"),
        Column(name="emergency_presentation_date", type="date", meaning="the emergency presentation before the referral"),
        Column(name="original_start_date", type="date", meaning="the clock start on the transfer form"),
        Column(name="transferred_out_date", type="date", meaning="the day that the patient was transferred to another provider"),
        Column(name="is_responsibility_passed", type="truth", meaning="clinical responsibility went with the transfer"),
        Column(name="discharge_date", type="date", meaning="the referral was closed, the patient told"),
        Column(name="discharge_reason", type="code", meaning="why it was closed",
               codes={"no_treatment": "No treatment needed", "treated": "Treatment complete",
                      "dna": "Discharged after missed appointments", "patient_cancel": "Discharged after the patient cancelled",
                      "declined": "Declined treatment", "transplant": "Added to a transplant list", "other": "Other"}),
        Column(name="has_safeguards", type="truth", meaning="all four safeguards of a discharge after a DNA held (RTT-R29)"),
        Column(name="person_death_date", type="date", meaning="date of death"),
        Column(name="death_notified_date", type="date", meaning="the hospital was told of the death"),
        Column(name="last_pas_validation_date", type="date", meaning="the pathway was last validated"),
        *SERVICE,
        *PERSON,
    ),
    checks=(
        Check(code="original_start_after_referral", column="original_start_date",
              message="the clock start on the transfer form is later than the transfer",
              is_wrong=lambda rows: rows.original_start_date > rows.referral_request_received_date),
        Check(code="transfer_without_start", column="original_start_date",
              message="a transfer needs the clock start of its transfer form",
              is_wrong=lambda rows: (rows.referral_route == "transfer") & rows.original_start_date.isnull()),
        Check(code="discharge_before_referral", column="discharge_date",
              message="the discharge is earlier than the referral",
              is_wrong=lambda rows: rows.discharge_date < rows.referral_request_received_date),
        Check(code="death_before_birth", column="person_death_date",
              message="the date of death is earlier than the date of birth",
              is_wrong=lambda rows: rows.person_death_date < rows.person_birth_date),
    ),
)  # fmt: skip
