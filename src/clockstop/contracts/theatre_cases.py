"""Theatre cases: one patient's visit to a theatre, booked, operated or cancelled, with the times of its steps.

Several procedures in one visit are one case. The pathway may be missing: emergencies have none.
"""

from dataclasses import replace

from ibis.expr.types import BooleanValue, IntegerValue, Table, TimestampValue

from clockstop.contracts.codes import INTENDED_MANAGEMENT
from clockstop.contracts.contract import Check, Column, Contract
from clockstop.contracts.people import PATHWAY, PERSON, SERVICE
from clockstop.contracts.theatre_codes import ASA, CANCELLATION_KINDS, CASE_URGENCY

LONGEST_SECONDS = 24 * 3600


def _seconds(start: TimestampValue, end: TimestampValue) -> IntegerValue:
    return end.epoch_seconds() - start.epoch_seconds()


def _out_before_in(rows: Table) -> BooleanValue:
    first = rows.anaesthetic_start_at.fill_null(rows.into_theatre_at)
    return (rows.out_of_theatre_at < first).fill_null(False) | (rows.out_of_theatre_at < rows.into_theatre_at).fill_null(False)


CONTRACT = Contract(
    name="theatre_cases",
    title="Theatre cases",
    key=("theatre_case_identifier",),
    window="operation_date",
    grouped_by="theatre_session_identifier",
    columns=(
        Column(name="theatre_case_identifier", type="text", meaning="the source's own record id", is_required=True),
        Column(name="theatre_session_identifier", type="text", meaning="the session on which it is listed", is_required=True),
        *(replace(column, is_required=False) for column in PATHWAY),
        Column(name="operation_date", type="date", meaning="the day for which it is listed", is_required=True),
        Column(name="admission_date", type="date", meaning="the day on which the patient was to come in, where earlier"),
        Column(name="list_order", type="integer", meaning="its place on the list, 1 the first"),
        Column(name="case_urgency", type="code", meaning="elective, or an emergency or trauma case", codes=CASE_URGENCY),
        Column(name="procedure_code", type="text", meaning="the main procedure, OPCS-4", max_length=6),
        Column(name="procedure_name", type="text", meaning="the main procedure in words"),
        Column(name="asa_class", type="code", meaning="the patient's fitness, as the anaesthetist grades it", codes=ASA),
        Column(name="intended_management_code", type="code", meaning="overnight or day case", codes=INTENDED_MANAGEMENT),
        Column(name="booked_date", type="date", meaning="the day on which it was put on the list", may_be_in_future=False),
        Column(name="expected_minutes", type="number", meaning="how long it is expected to take, anaesthetic to way out"),
        Column(name="anaesthetic_start_at", type="instant", meaning="the anaesthetic began", may_be_in_future=False),
        Column(name="into_theatre_at", type="instant", meaning="into the theatre", may_be_in_future=False),
        Column(name="knife_to_skin_at", type="instant", meaning="the operation began", may_be_in_future=False),
        Column(name="closure_at", type="instant", meaning="the operation ended", may_be_in_future=False),
        Column(name="out_of_theatre_at", type="instant", meaning="out of the theatre", may_be_in_future=False),
        Column(name="into_recovery_at", type="instant", meaning="into recovery", may_be_in_future=False),
        Column(name="is_cancelled", type="truth", meaning="the case was cancelled"),
        Column(name="cancelled_date", type="date", meaning="the day on which it was cancelled", may_be_in_future=False),
        Column(name="cancellation_kind", type="code", meaning="who or what cancelled", codes=CANCELLATION_KINDS),
        Column(name="cancelled_reason", type="text", meaning="why it was cancelled"),
        Column(name="is_cancelled_on_the_day", type="truth",
               meaning="it was cancelled on the day of admission or operation or later; where missing, the days decide"),
        *SERVICE,
        *PERSON,
    ),
    checks=(
        Check(code="out_before_in", column="out_of_theatre_at", message="the patient was out of theatre before the case began",
              is_wrong=_out_before_in),
        Check(code="longer_than_a_day", column="out_of_theatre_at", message="the case lasted more than a day",
              is_wrong=lambda rows: _seconds(rows.anaesthetic_start_at.fill_null(rows.into_theatre_at), rows.out_of_theatre_at)
              > LONGEST_SECONDS),
        Check(code="cancelled_and_operated", column="is_cancelled", message="the case was cancelled, and yet operated on",
              is_wrong=lambda rows: rows.is_cancelled & rows.knife_to_skin_at.notnull() & rows.out_of_theatre_at.notnull()),
        Check(code="booked_after_operation", column="booked_date", message="the case was booked after its day",
              is_wrong=lambda rows: rows.booked_date > rows.operation_date),
        Check(code="negative_minutes", column="expected_minutes", message="the case is expected to take no time, or less",
              is_wrong=lambda rows: rows.expected_minutes <= 0),
    ),
)  # fmt: skip
