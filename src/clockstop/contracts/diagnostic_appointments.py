"""Appointments for diagnostic tests: each date that was offered, and what became of it (planned-care.md 3)."""

from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.diagnostic_codes import APPOINTMENT_OUTCOME

_BY_THE_DAY = ("done", "abandoned", "dna")

CONTRACT = Contract(
    name="diagnostic_appointments",
    title="Diagnostic appointments",
    key=("diagnostic_appointment_identifier",),
    window="appointment_date",
    grouped_by="diagnostic_request_identifier",
    columns=(
        Column(name="diagnostic_appointment_identifier", type="text", meaning="the appointment's own number", is_required=True,
               max_length=40),
        Column(name="diagnostic_request_identifier", type="text", meaning="the request that it is for", is_required=True,
               max_length=40),
        Column(name="appointment_date", type="date", meaning="the day of the appointment that was offered", is_required=True),
        Column(name="offered_on_date", type="date", may_be_in_future=False,
               meaning="the day on which it was offered; three weeks' notice make an offer reasonable (DM-R04)"),
        Column(name="appointment_outcome", type="code", meaning="what became of it; empty where it is to come",
               codes=APPOINTMENT_OUTCOME),
        Column(name="outcome_date", type="date", may_be_in_future=False,
               meaning="the day on which it was cancelled or refused"),
        Column(name="organisation_site_identifier_of_treatment", type="text", meaning="ODS code of the site"),
    ),
    checks=(
        Check(code="offered_after_appointment", column="offered_on_date", message="it was offered after its own day",
              is_wrong=lambda rows: rows.offered_on_date > rows.appointment_date),
        Check(code="outcome_before_offer", column="outcome_date", message="it was cancelled or refused before it was offered",
              is_wrong=lambda rows: rows.outcome_date < rows.offered_on_date),
        Check(code="outcome_on_another_day", column="outcome_date",
              message="a test is done, abandoned or missed on the day of its appointment",
              is_wrong=lambda rows: rows.appointment_outcome.isin(_BY_THE_DAY).fill_null(False)
              & (rows.outcome_date != rows.appointment_date).fill_null(False)),
    ),
)  # fmt: skip
