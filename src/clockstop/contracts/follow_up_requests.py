"""Follow-up requests: who is to be seen again, by when at the latest, and whether that is booked."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.outpatient_codes import RISK_CATEGORY
from clockstop.contracts.people import PATHWAY, SERVICE

CONTRACT = Contract(
    name="follow_up_requests",
    title="Follow-up requests",
    key=("follow_up_request_identifier",),
    window="requested_date",
    columns=(
        Column(name="follow_up_request_identifier", type="text", meaning="the source's own record id", is_required=True),
        *PATHWAY,
        Column(name="requested_date", type="date", meaning="the day on which it was asked for", is_required=True,
               may_be_in_future=False),
        Column(name="due_date", type="date", meaning="when it is due"),
        Column(name="tolerance_days", type="integer", meaning="how many days after the due date are still in time"),
        Column(name="latest_clinically_appropriate_date", type="date", meaning="the last day that is in time (LCAD)"),
        Column(name="risk_category", type="code", meaning="what lateness may do", codes=RISK_CATEGORY),
        Column(name="booked_date", type="date", meaning="the day for which it is booked"),
        Column(name="closed_date", type="date", meaning="the day on which it was seen or withdrawn"),
        Column(name="closed_reason", type="text", meaning="seen, moved to PIFU, discharged, died, ..."),
        Column(name="clinic_code", type="text", meaning="the clinic that is to see the patient"),
        *SERVICE,
    ),
    checks=(
        Check(code="due_before_request", column="due_date", message="it is due before it was asked for",
              is_wrong=lambda rows: rows.due_date < rows.requested_date),
        Check(code="latest_before_due", column="latest_clinically_appropriate_date",
              message="the latest date is before the due date",
              is_wrong=lambda rows: rows.latest_clinically_appropriate_date < rows.due_date),
        Check(code="closed_before_request", column="closed_date", message="it was closed before it was asked for",
              is_wrong=lambda rows: rows.closed_date < rows.requested_date),
        Check(code="tolerance_negative", column="tolerance_days", message="the tolerance is less than no days",
              is_wrong=lambda rows: rows.tolerance_days < 0),
    ),
)  # fmt: skip
