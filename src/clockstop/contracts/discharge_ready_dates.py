"""The history of a stay's discharge-ready date: set, withdrawn, set again; and what the patient waits for (operations.md 2.3)."""

from clockstop.contracts.contract import Column, Contract
from clockstop.contracts.ward_codes import PATHWAY_OF_DISCHARGE, READY_STATUS

CONTRACT = Contract(
    name="discharge_ready_dates",
    title="Discharge-ready dates",
    key=("discharge_ready_identifier",),
    window="discharge_ready_date",
    grouped_by="hospital_provider_spell_identifier",
    columns=(
        Column(name="discharge_ready_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="hospital_provider_spell_identifier", type="text", meaning="the spell", is_required=True),
        Column(name="discharge_ready_date", type="date", is_required=True,
               meaning="the day from which the patient no longer meets the criteria to reside, or on which that was withdrawn"),
        Column(name="ready_status", type="code", meaning="ready, or no longer", is_required=True, codes=READY_STATUS),
        Column(name="recorded_at", type="instant", meaning="when it was written down", keeps_offset=True),
        Column(name="pathway_of_discharge", type="code", meaning="where to and with what support", codes=PATHWAY_OF_DISCHARGE),
        Column(name="delay_reason_code", type="text", meaning="what the patient waits for, as nationally or locally coded",
               max_length=20),
        Column(name="delay_reason", type="text", meaning="the same in words", max_length=120),
    ),
)  # fmt: skip
