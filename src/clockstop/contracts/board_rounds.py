"""Board rounds of wards: expected, held, when and by how many (operations.md 2.3)."""

from clockstop.contracts.contract import Check, Column, Contract, ends_before

CONTRACT = Contract(
    name="board_rounds",
    title="Board rounds",
    key=("ward_code", "round_date"),
    window="round_date",
    grouped_by="ward_code",
    columns=(
        Column(name="ward_code", type="text", meaning="the ward", is_required=True, max_length=40),
        Column(name="round_date", type="date", meaning="the day on which it was to be held", is_required=True),
        Column(name="is_held", type="truth", meaning="it was held", is_required=True),
        Column(name="round_started_at", type="instant", meaning="it began", keeps_offset=True),
        Column(name="round_ended_at", type="instant", meaning="it ended", keeps_offset=True),
        Column(name="attendees", type="integer", meaning="how many took part"),
        Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site"),
    ),
    checks=(
        Check(code="ends_before_it_starts", column="round_ended_at", message="the round ended before it began",
              is_wrong=lambda rows: ends_before(rows, "round_ended_at", "round_started_at")),
    ),
)  # fmt: skip
