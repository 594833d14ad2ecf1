"""Episodes of patient initiated follow-up (PIFU): until when a patient may come back without a referral."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.outpatient_codes import PIFU_TYPE
from clockstop.contracts.people import PATHWAY, SERVICE

CONTRACT = Contract(
    name="pifu_episodes",
    title="Patient initiated follow-up",
    key=("pifu_episode_identifier",),
    window="start_date",
    columns=(
        Column(name="pifu_episode_identifier", type="text", meaning="the source's own record id", is_required=True),
        *PATHWAY,
        Column(name="start_date", type="date", meaning="the day from which the patient may come back", is_required=True,
               may_be_in_future=False),
        Column(name="expiry_date", type="date", meaning="the day on which it becomes a discharge or a review"),
        Column(name="pifu_type", type="code", meaning="moved within a long-term condition, or discharged to it", codes=PIFU_TYPE),
        Column(name="contacts", type="integer", meaning="how often the patient came back so far"),
        Column(name="closed_date", type="date", meaning="the day on which it was discharged or reviewed"),
        Column(name="closed_reason", type="text", meaning="discharged, review, seen, ..."),
        *SERVICE,
    ),
    checks=(
        Check(code="pifu_ends_before_it_begins", column="expiry_date", message="it ends before it begins",
              is_wrong=lambda rows: rows.expiry_date < rows.start_date),
        Check(code="closed_before_start", column="closed_date", message="it was closed before it began",
              is_wrong=lambda rows: rows.closed_date < rows.start_date),
    ),
)  # fmt: skip
