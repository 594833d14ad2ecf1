"""Stays on a virtual ward (hospital at home): never beds of a hospital (operations.md 2.4)."""

from clockstop.contracts.contract import Check, Column, Contract, ends_before
from clockstop.contracts.people import PERSON, SERVICE
from clockstop.contracts.ward_codes import VIRTUAL_WARD_ENTRY

CONTRACT = Contract(
    name="virtual_ward_stays",
    title="Virtual ward stays",
    key=("virtual_ward_stay_identifier",),
    window="virtual_ward_started_at",
    grouped_by="virtual_ward_stay_identifier",
    columns=(
        Column(name="virtual_ward_stay_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="ward_code", type="text", meaning="the virtual ward, whose capacity stands in the dataset wards",
               is_required=True, max_length=40),
        Column(name="hospital_provider_spell_identifier", type="text", meaning="the spell from which the patient stepped down"),
        Column(name="virtual_ward_started_at", type="instant", meaning="taken on", is_required=True, keeps_offset=True),
        Column(name="virtual_ward_ended_at", type="instant", meaning="discharged from it", keeps_offset=True),
        Column(name="virtual_ward_entry", type="code", meaning="step up or step down", codes=VIRTUAL_WARD_ENTRY),
        Column(name="is_technology_enabled", type="truth", meaning="watched over by devices"),
        Column(name="clinical_pathway", type="text", meaning="frailty, respiratory, heart failure, ...", max_length=60),
        *(column for column in SERVICE if column.name != "priority_type_code"),
        *PERSON,
    ),
    checks=(
        Check(code="ends_before_it_starts", column="virtual_ward_ended_at", message="the stay ended before it began",
              is_wrong=lambda rows: ends_before(rows, "virtual_ward_ended_at", "virtual_ward_started_at")),
    ),
)  # fmt: skip
