"""What stood in each area of an emergency department at an instant, every few minutes (operations.md 1.1, EDState)."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.emergency_codes import AREA

CONTRACT = Contract(
    name="ed_states",
    title="State of the emergency department",
    key=("ed_state_identifier",),
    window="taken_at",
    grouped_by="ed_state_identifier",
    columns=(
        Column(name="ed_state_identifier", type="text", meaning="the source's own record id: one area at one instant",
               is_required=True),
        Column(name="taken_at", type="instant", meaning="when the picture was taken", is_required=True, keeps_offset=True),
        Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site", is_required=True),
        Column(name="department_area", type="code", meaning="the area", is_required=True, codes=AREA),
        Column(name="patients", type="integer", meaning="patients in the area", is_required=True),
        Column(name="spaces", type="integer", meaning="spaces that the area has"),
        Column(name="waiting_for_bed", type="integer", meaning="those of them with a decision to admit and no bed yet"),
        Column(name="longest_wait_minutes", type="integer", meaning="the longest anyone has been there, from arrival"),
        Column(name="ambulances_held", type="integer", meaning="ambulances that wait to hand over"),
        Column(name="staff_short", type="integer", meaning="staff fewer than planned"),
    ),
    checks=(
        Check(code="negative_patients", column="patients", message="there are fewer than no patients",
              is_wrong=lambda rows: rows.patients < 0),
    ),
)  # fmt: skip
