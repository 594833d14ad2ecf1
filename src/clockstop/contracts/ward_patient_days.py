"""A patient's day on a ward as the board round saw it: criteria to reside, red or green, who does what (operations.md 2.3)."""

from clockstop.contracts.contract import Column, Contract
from clockstop.contracts.ward_codes import COLOUR, EXPECTATION, PATHWAY_OF_DISCHARGE

CONTRACT = Contract(
    name="ward_patient_days",
    title="Board rounds, patient by patient",
    key=("ward_patient_day_identifier",),
    window="round_date",
    grouped_by="hospital_provider_spell_identifier",
    columns=(
        Column(name="ward_patient_day_identifier", type="text", meaning="the source's own record id: one patient on one day",
               is_required=True),
        Column(name="hospital_provider_spell_identifier", type="text", meaning="the spell", is_required=True),
        Column(name="ward_code", type="text", meaning="the ward", is_required=True, max_length=40),
        Column(name="round_date", type="date", meaning="the day", is_required=True),
        Column(name="meets_criteria_to_reside", type="truth", meaning="the patient needs to be in hospital; empty: not judged"),
        Column(name="reason_to_reside", type="text", meaning="why the patient needs to be in hospital", max_length=80),
        Column(name="colour", type="code", meaning="red or green; empty: not assessed", codes=COLOUR),
        Column(name="red_reason", type="text", meaning="what kept the day red", max_length=80),
        Column(name="estimated_discharge_date", type="date", meaning="the day on which the patient was then expected to go"),
        Column(name="expectation", type="code", meaning="how sure it is that the patient goes that day", codes=EXPECTATION),
        Column(name="pathway_of_discharge", type="code", meaning="where to and with what support", codes=PATHWAY_OF_DISCHARGE),
        Column(name="action", type="text", meaning="what is to be done today", max_length=120),
        Column(name="action_owner", type="text", meaning="who does it, by role", max_length=60),
        Column(name="is_senior_reviewed", type="truth", meaning="a senior doctor reviewed the patient before midday"),
    ),
)  # fmt: skip
