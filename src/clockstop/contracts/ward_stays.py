"""Stays on wards: which bed of which ward an admitted patient held from when to when (operations.md 2.1)."""

from clockstop.contracts.contract import Check, Column, Contract, ends_before

CONTRACT = Contract(
    name="ward_stays",
    title="Ward stays",
    key=("ward_stay_identifier",),
    window="ward_stay_started_at",
    grouped_by="hospital_provider_spell_identifier",
    columns=(
        Column(name="ward_stay_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="hospital_provider_spell_identifier", type="text", meaning="the spell", is_required=True),
        Column(name="ward_code", type="text", meaning="the ward", is_required=True, max_length=40),
        Column(name="bay", type="text", meaning="the bay", max_length=20),
        Column(name="bed", type="text", meaning="the bed, as the ward calls it", max_length=20),
        Column(name="ward_stay_started_at", type="instant", meaning="came to the ward", is_required=True, keeps_offset=True),
        Column(name="ward_stay_ended_at", type="instant", meaning="left the ward", keeps_offset=True),
        Column(name="activity_treatment_function_code", type="text", meaning="the patient's treatment function during the stay",
               max_length=3),
        Column(name="consultant_code", type="text", meaning="the consultant during the stay"),
        Column(name="reason_for_move", type="text", meaning="why the patient came to this ward", max_length=80),
        Column(name="ready_to_leave_at", type="instant", meaning="ready to leave critical care", keeps_offset=True),
        Column(name="is_isolation", type="truth", meaning="in a side room for isolation"),
        Column(name="is_home_leave", type="truth", meaning="the patient was on home leave during this stay"),
        Column(name="is_boarded", type="truth", meaning="an extra patient on a full ward, in a temporary space"),
        Column(name="is_mixed_sex_breach", type="truth", meaning="in mixed-sex accommodation without a clinical reason"),
    ),
    checks=(
        Check(code="ends_before_it_starts", column="ward_stay_ended_at", message="the stay ended before it began",
              is_wrong=lambda rows: ends_before(rows, "ward_stay_ended_at", "ward_stay_started_at")),
    ),
)  # fmt: skip
