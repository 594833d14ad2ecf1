"""What a trust's rows say of each pathway, whatever the day: its events, person and service, list entries and appointments.

Nothing here depends on the as-of day, so that a new day rebuilds none of it. Every table is one trust's.
"""

from datetime import date

import ibis
import pyarrow as pa
from ibis import _
from ibis.expr.types import Table

from clockstop.contracts.appointments import CONTRACT as APPOINTMENTS
from clockstop.contracts.contract import Contract
from clockstop.contracts.rtt_events import CONTRACT as RTT_EVENTS
from clockstop.contracts.waiting_list_entries import CONTRACT as ENTRIES
from clockstop.intake.columns import aligned, kept_columns
from clockstop.intake.organisation import Organisation
from clockstop.rules.deprivation import quintiles
from clockstop.rules.derived_rtt_events import derived_rtt_events
from clockstop.rules.treatment_functions import reported_function, roll_up
from clockstop.store.buckets import bucket

END_OF_TIME = date(9999, 12, 31)
PATHWAY = "patient_pathway_identifier"
EVENT_ORDER = ("bucket", PATHWAY, "event_date", "event_sequence", "source_dataset", "source_row")
EVENT_COLUMNS = {**kept_columns(RTT_EVENTS), "source_dataset": "string"}
SOURCE_COLUMNS = {
    PATHWAY: "string",
    "organisation_identifier_patient_pathway_identifier_issuer": "string",
    "local_patient_identifier": "string",
    "nhs_number_pseudonym": "string",
    "person_birth_date": "date",
    "sex": "string",
    "ethnic_category": "string",
    "index_of_multiple_deprivation_decile": "int64",
    "neighbourhood": "string",
    "referring_practice": "string",
    "commissioner": "string",
    "activity_treatment_function_code": "string",
    "organisation_site_identifier_of_treatment": "string",
    "consultant_code": "string",
    "priority_type_code": "string",
    "referral_request_received_date": "date",
    "last_pas_validation_date": "date",
    "discharge_date": "date",
    "discharge_reason": "string",
    "person_death_date": "date",
}
# Dimensions whose name is shorter than the NHS Data Dictionary's.
RENAMED = {"site": "organisation_site_identifier_of_treatment", "consultant": "consultant_code", "priority": "priority_type_code"}
ENTRY_COLUMNS = (
    "waiting_list_entry_identifier", PATHWAY, "decided_to_admit_date", "decision_reason", "elective_admission_type_code",
    "intended_management_code", "offered_for_admission_date", "planned_due_date", "procedure_priority_code", "removal_date",
    "elective_admission_list_removal_reason_code", "last_pas_validation_date",
)  # fmt: skip
APPOINTMENT_COLUMNS = (
    "appointment_identifier", PATHWAY, "appointment_date", "appointment_booked_date", "appointment_cancelled_date",
    "attended_or_did_not_attend_code",
)  # fmt: skip


def events(extracts: dict[str, Table], sent: Table) -> Table:
    """The canonical events of a trust, derived from its extracts and sent as events, in the order in which clocks are folded.

    They are derived to the end of time, so that they hold whatever the as-of day: readers leave out what lies after theirs.
    """
    derived = aligned(derived_rtt_events(**extracts, as_of=END_OF_TIME), EVENT_COLUMNS)
    sent = aligned(sent.mutate(source_dataset=ibis.literal(RTT_EVENTS.name)), EVENT_COLUMNS)
    return in_buckets(derived.union(sent)).order_by(*EVENT_ORDER)


def pathways(referrals: Table, sent: Table, divisions: Table) -> Table:
    """One row a pathway: the person, service and place of its latest referral; of its latest event where it has no referral.

    `divisions` has the division of each treatment function, as `division_table` gives it.
    """
    referred = _latest(referrals, "referral_request_received_date", "referral_identifier")
    heard = _latest(sent, "event_date", "event_sequence").anti_join(referred, PATHWAY)
    rows = aligned(referred, SOURCE_COLUMNS).union(aligned(heard, SOURCE_COLUMNS))
    return in_buckets(_with_dimensions(rows, divisions)).order_by("bucket", PATHWAY)


def list_entries(entries: Table) -> Table:
    """The elective admission list entries by pathway, oldest first."""
    rows = aligned(entries, _typed(ENTRIES, ENTRY_COLUMNS))
    return in_buckets(rows).order_by("bucket", PATHWAY, "decided_to_admit_date", "waiting_list_entry_identifier")


def appointments(appointments: Table) -> Table:
    """The appointments by pathway, oldest first, without the administrative clock stops among them."""
    rows = appointments.filter((_.first_attendance_code != "5").fill_null(True))
    rows = aligned(rows, _typed(APPOINTMENTS, APPOINTMENT_COLUMNS))
    return in_buckets(rows).order_by("bucket", PATHWAY, "appointment_date", "appointment_identifier")


def in_buckets(rows: Table) -> Table:
    """The rows with the bucket in which their pathway lies."""
    return rows.mutate(bucket=bucket(rows[PATHWAY]).cast("int8"))


def division_table(organisation: Organisation) -> pa.Table:
    """The division that claims each treatment function, or else the national function that it is reported under."""
    functions = roll_up()
    claimed = {code: division.name for division in organisation.divisions for code in division.services}
    named = {code: claimed.get(code) or claimed.get(reported) for code, reported in functions.items()} | claimed
    codes = sorted(code for code, name in named.items() if name)
    return pa.table(
        {"function_code": pa.array(codes, pa.string()), "division": pa.array([named[code] for code in codes], pa.string())}
    )


def _with_dimensions(rows: Table, divisions: Table) -> Table:
    function = rows.activity_treatment_function_code
    rows = rows.mutate(
        service=function.isnull().ifelse(ibis.null("string"), reported_function(function)),
        deprivation_quintile=quintiles(rows.index_of_multiple_deprivation_decile),
    )
    rows = rows.left_join(divisions, rows.activity_treatment_function_code == divisions.function_code)
    return rows.rename(RENAMED).drop("index_of_multiple_deprivation_decile", "function_code")


def _latest(rows: Table, *order: str) -> Table:
    newest_first = ibis.window(group_by=PATHWAY, order_by=[ibis.desc(name) for name in order])
    return rows.mutate(place=ibis.row_number().over(newest_first)).filter(_.place == 0).drop("place")


def _typed(contract: Contract, names: tuple[str, ...]) -> dict[str, str]:
    columns = kept_columns(contract)
    return {name: columns[name] for name in names}
