"""The beds of a ward at an instant: open, closed and why, empty, kept (operations.md 2.1, BedState)."""

from clockstop.contracts.contract import Check, Column, Contract

CONTRACT = Contract(
    name="ward_bed_states",
    title="Bed states of wards",
    key=("ward_bed_state_identifier",),
    window="taken_at",
    grouped_by="ward_code",
    columns=(
        Column(name="ward_bed_state_identifier", type="text", meaning="the source's own record id: one ward at one instant",
               is_required=True),
        Column(name="ward_code", type="text", meaning="the ward", is_required=True, max_length=40),
        Column(name="taken_at", type="instant", meaning="when the state was taken", is_required=True, keeps_offset=True),
        Column(name="beds_open", type="integer", meaning="beds open and staffed, escalation beds among them", is_required=True),
        Column(name="escalation_beds_open", type="integer", meaning="those of the open beds that are escalation beds"),
        Column(name="beds_occupied", type="integer", meaning="beds with a patient, as the ward counts them"),
        Column(name="beds_closed_infection", type="integer", meaning="beds closed for infection prevention"),
        Column(name="beds_closed_staffing", type="integer", meaning="beds closed for want of staff"),
        Column(name="beds_closed_estates", type="integer", meaning="beds closed for cleaning, repair or refurbishment"),
        Column(name="beds_empty_clean", type="integer", meaning="open beds that are empty and ready"),
        Column(name="beds_empty_not_clean", type="integer", meaning="open beds that are empty and not yet clean"),
        Column(name="beds_reserved", type="integer", meaning="empty beds that are kept for a named patient"),
        Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site"),
    ),
    checks=(
        Check(code="negative_beds", column="beds_open", message="there are fewer than no open beds",
              is_wrong=lambda rows: rows.beds_open < 0),
    ),
)  # fmt: skip
