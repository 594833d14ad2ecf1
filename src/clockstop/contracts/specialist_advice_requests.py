"""Requests for specialist advice (advice and guidance, triage): asked, answered, and what came of each."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.outpatient_codes import ADVICE_CHANNEL, ADVICE_OUTCOME
from clockstop.contracts.people import SERVICE

CONTRACT = Contract(
    name="specialist_advice_requests",
    title="Specialist advice requests",
    key=("specialist_advice_identifier",),
    window="request_received_date",
    grouped_by="specialist_advice_identifier",
    columns=(
        Column(name="specialist_advice_identifier", type="text", meaning="the source's own record id", is_required=True,
               max_length=40),
        Column(name="patient_pathway_identifier", type="text", meaning="the pathway of the referral that followed, if one did",
               max_length=40),
        Column(name="request_received_date", type="date", meaning="the day on which it came", is_required=True,
               may_be_in_future=False),
        Column(name="advice_channel", type="code", meaning="before a referral, or triage of one", codes=ADVICE_CHANNEL),
        Column(name="response_date", type="date", meaning="the day on which it was answered", may_be_in_future=False),
        Column(name="advice_outcome", type="code", meaning="what the answer was", codes=ADVICE_OUTCOME),
        Column(name="referral_request_received_date", type="date",
               meaning="the day of the referral that followed; the RTT clock starts there, not at the request (RTT-R02)"),
        Column(name="referring_practice", type="text", meaning="ODS code of the general practice"),
        Column(name="commissioner", type="text", meaning="ODS code of the commissioner; NONC where not English"),
        *SERVICE,
    ),
    checks=(
        Check(code="answered_before_asked", column="response_date", message="it was answered before it was asked",
              is_wrong=lambda rows: rows.response_date < rows.request_received_date),
        Check(code="outcome_without_answer", column="advice_outcome", message="it has an outcome and no day of an answer",
              is_wrong=lambda rows: rows.advice_outcome.notnull() & rows.response_date.isnull()),
    ),
)  # fmt: skip
