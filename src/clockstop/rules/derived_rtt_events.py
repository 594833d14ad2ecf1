"""The canonical RTT events that follow from a trust's four PAS extracts.

The declared lists below are the whole of it: one row a derivation, in the order in which events of one day are numbered.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce

import ibis
from ibis.expr.types import BooleanValue, DateValue, StringValue, Table, Value

from clockstop.contracts import appointments, referrals, rtt_events, spells, waiting_list_entries
from clockstop.contracts.contract import DATA_TYPES, Contract
from clockstop.rules.admission_list import is_active
from clockstop.rules.rtt_snapshot import PLANNED_ADMISSION_TYPE

ATTENDED = ("5", "6")
ADMINISTRATIVE = "5"
FIRST_ATTENDANCE = ("1", "3")

# Columns that intake adds; carried where the source table has them.
CARRIED = {"nhs_number_pseudonym": "string", "source_load": "string", "source_row": "int64"}

ROUTE_EVENTS = {
    "letter": "referral_received",
    "e_rs": "ubrn_converted",
    "slot_issue": "asi_worklist",
    "assessment_service": "cas_booked",
    "interface": "interface_received",
    "self": "self_referral_received",
    "transfer": "transfer_in",
    "emergency": "referral_received",
    "separate_condition": "separate_condition_referral",
    "re_referral": "re_referral",
}

# "treated" has no event: the treatment itself stopped the clock.
DISCHARGE_EVENTS = {
    "no_treatment": "no_treatment_communicated",
    "dna": "discharge_to_gp",
    "patient_cancel": "discharge_to_gp",
    "other": "discharge_to_gp",
    "declined": "decline_treatment",
    "transplant": "transplant_listed",
}

ATTENDANCE_EVENTS = {
    "5": "attend",
    "6": "attend",
    "7": "arrived_late_not_seen",
    "2": "patient_cancel",
    "4": "provider_cancel",
}

# A decision to admit for a diagnostic procedure is no decision to treat (RTT-R22).
DECISION_EVENTS = {
    "treatment": "decision_to_treat",
    "second_side": "second_side_ready",
    "new_treatment": "new_treatment_decided",
}

SPELL_EVENTS = {
    "treated": "admit_treat",
    "diagnostic": "diagnostic_admission",
    "not_done": "admit_not_done",
    "not_needed": "admit_not_done",
}


@dataclass(frozen=True, kw_only=True)
class Derivation:
    """Where `when` holds and `event_date` is filled, a row of the extract is an event of that type on that date."""

    event_type: Callable[[Table], StringValue]
    event_date: Callable[[Table], DateValue]
    when: Callable[[Table], BooleanValue] = lambda rows: ibis.literal(True)
    columns: dict[str, Callable[[Table], Value]] = field(default_factory=dict)


def _named(event_type: str) -> Callable[[Table], StringValue]:
    return lambda rows: ibis.literal(event_type)


def _by_code(column: str, events: dict[str, str], missing: str | None = None) -> Callable[[Table], StringValue]:
    """The event type that each code stands for; `missing` where the column is empty, null where a code has no event."""

    def event_type(rows: Table) -> StringValue:
        known = ibis.cases(*((rows[column] == code, event) for code, event in events.items()))
        return known if missing is None else rows[column].isnull().ifelse(missing, known)

    return event_type


def _dna(rows: Table) -> StringValue:
    """`first_dna` by the first-attendance code; without one, where nothing was attended before. The clock checks it again."""
    attended_before = (rows.first_attended_date < rows.appointment_date).fill_null(False)
    is_first = rows.first_attendance_code.isin(FIRST_ATTENDANCE).fill_null(~attended_before)
    return is_first.ifelse("first_dna", "later_dna")


def _is_administrative(rows: Table) -> BooleanValue:
    return (rows.first_attendance_code == ADMINISTRATIVE).fill_null(False)


STATUS = {"referral_to_treatment_period_status": lambda rows: rows.referral_to_treatment_period_status}

REFERRALS = (
    Derivation(event_type=_named("emergency_presentation"), event_date=lambda rows: rows.emergency_presentation_date),
    Derivation(
        event_type=_by_code("referral_route", ROUTE_EVENTS),
        event_date=lambda rows: rows.referral_request_received_date,
        columns={
            "original_start_date": lambda rows: (rows.referral_route == "transfer").ifelse(
                rows.original_start_date, ibis.null("date")
            )
        },
    ),
    Derivation(
        event_type=_named("self_referral_ratified"),
        event_date=lambda rows: rows.ratified_date,
        when=lambda rows: rows.referral_route == "self",
    ),
    Derivation(event_type=_named("ers_rejected"), event_date=lambda rows: rows.rejected_date),
    Derivation(
        event_type=_named("transfer_out"),
        event_date=lambda rows: rows.transferred_out_date,
        columns={"is_responsibility_passed": lambda rows: rows.is_responsibility_passed},
    ),
    Derivation(
        event_type=_by_code("discharge_reason", DISCHARGE_EVENTS, missing="discharge_to_gp"),
        event_date=lambda rows: rows.discharge_date,
        columns={"has_safeguards": lambda rows: rows.has_safeguards},
    ),
    Derivation(event_type=_named("death"), event_date=lambda rows: rows.person_death_date),
    Derivation(event_type=_named("death_notified"), event_date=lambda rows: rows.death_notified_date),
)

APPOINTMENTS = (
    Derivation(
        event_type=_named("appointment_booked"),
        event_date=lambda rows: rows.appointment_booked_date,
        when=lambda rows: ~_is_administrative(rows),
    ),
    Derivation(
        event_type=_by_code("attended_or_did_not_attend_code", ATTENDANCE_EVENTS),
        event_date=lambda rows: rows.attended_or_did_not_attend_code.isin(["2", "4"]).ifelse(
            rows.appointment_cancelled_date.fill_null(rows.appointment_date), rows.appointment_date
        ),
        when=lambda rows: ~_is_administrative(rows),
        columns={
            "referral_to_treatment_period_status": lambda rows: rows.attended_or_did_not_attend_code.isin(ATTENDED).ifelse(
                rows.referral_to_treatment_period_status, ibis.null("string")
            )
        },
    ),
    Derivation(
        event_type=_dna,
        event_date=lambda rows: rows.appointment_date,
        when=lambda rows: (rows.attended_or_did_not_attend_code == "3") & ~_is_administrative(rows),
        columns={"is_communicated": lambda rows: rows.is_communicated},
    ),
    Derivation(event_type=_named("rebook_contact"), event_date=lambda rows: rows.rebook_contact_date),
    Derivation(event_type=_named("clinician_offer_decision"), event_date=lambda rows: rows.clinician_offer_decision_date),
    Derivation(
        event_type=_named("administrative_stop"),
        event_date=lambda rows: rows.appointment_date,
        when=_is_administrative,
        columns=STATUS,
    ),
)

WAITING_LIST_ENTRIES = (
    Derivation(
        event_type=_by_code("decision_reason", DECISION_EVENTS, missing="decision_to_treat"),
        event_date=lambda rows: rows.decided_to_admit_date,
        when=is_active,
    ),
    Derivation(
        event_type=_named("planned_due_missed"),
        event_date=lambda rows: rows.planned_due_date,
        when=lambda rows: (
            (rows.elective_admission_type_code == PLANNED_ADMISSION_TYPE)
            & (rows.planned_due_date < rows.as_of)
            & (rows.removal_date.isnull() | (rows.removal_date > rows.planned_due_date))
        ),
    ),
    Derivation(event_type=_named("decline_date"), event_date=lambda rows: rows.date_declined_date),
    Derivation(event_type=_named("decline_treatment"), event_date=lambda rows: rows.treatment_declined_date),
)

SPELLS = (
    Derivation(
        event_type=lambda rows: _by_code("spell_result", SPELL_EVENTS)(rows).fill_null(
            (rows.spell_result.isnull() & (rows.referral_to_treatment_period_status == "30")).ifelse(
                "admit_treat", ibis.null("string")
            )
        ),
        event_date=lambda rows: rows.start_date_hospital_provider_spell,
        columns=STATUS,
    ),
    Derivation(
        event_type=_named("decision_not_to_admit"),
        event_date=lambda rows: rows.no_admission_needed_date.fill_null(
            (rows.spell_result == "not_needed").ifelse(rows.start_date_hospital_provider_spell, ibis.null("date"))
        ),
    ),
)

# The order of the extracts, and of the derivations in each, is the recorded order of events of one day.
SOURCES: tuple[tuple[Contract, tuple[Derivation, ...]], ...] = (
    (referrals.CONTRACT, REFERRALS),
    (appointments.CONTRACT, APPOINTMENTS),
    (waiting_list_entries.CONTRACT, WAITING_LIST_ENTRIES),
    (spells.CONTRACT, SPELLS),
)

_EVENT_COLUMNS = {column.name: DATA_TYPES[column.type] for column in rtt_events.CONTRACT.columns}


def derived_rtt_events(
    *,
    referrals: Table | None = None,
    appointments: Table | None = None,
    waiting_list_entries: Table | None = None,
    spells: Table | None = None,
    as_of: date,
) -> Table:
    """Each event that the extracts tell of, up to the end of `as_of`, with `source_dataset` and `source_record`.

    What lies after `as_of` is a booking, no event. A row's person columns are its own: only referrals have them, elsewhere they are
    null. `event_sequence` numbers a pathway's events by date, the order of `SOURCES`, and the source's record id, so the same rows
    always give the same numbers. At least one extract must be given.
    """
    tables = {"referrals": referrals, "appointments": appointments, "waiting_list_entries": waiting_list_entries, "spells": spells}
    events = [
        _events(rows, contract, derivation, source_order=100 * place + number, as_of=as_of)
        for place, (contract, derivations) in enumerate(SOURCES)
        if (rows := tables[contract.name]) is not None
        for number, derivation in enumerate(derivations)
    ]
    assert events, "derived_rtt_events needs at least one extract"
    return _numbered(reduce(lambda first, second: first.union(second), events))


def _events(rows: Table, contract: Contract, derivation: Derivation, *, source_order: int, as_of: date) -> Table:
    rows = _completed(rows, contract).mutate(as_of=ibis.literal(as_of))
    if derivation.event_type is _dna:
        rows = _with_first_attended(rows)
    rows = rows.filter(derivation.when(rows))
    found = rows.mutate(
        event_date=derivation.event_date(rows),
        event_type=derivation.event_type(rows),
        source_dataset=ibis.literal(contract.name),
        source_record=rows[contract.key[0]].cast("string"),
        source_order=ibis.literal(source_order, type="int16"),
        **{f"event_{name}": value(rows) for name, value in derivation.columns.items()},
    )
    found = found.filter(found.event_type.notnull() & (found.event_date <= as_of))
    return found.select(**_columns(found, derivation))


def _completed(rows: Table, contract: Contract) -> Table:
    """The rows with every column of the contract, null where the extract lacks it."""
    missing = {column.name: ibis.null(DATA_TYPES[column.type]) for column in contract.columns if column.name not in rows.columns}
    return rows.mutate(**missing) if missing else rows


def _with_first_attended(rows: Table) -> Table:
    attended = rows.filter(rows.attended_or_did_not_attend_code.isin(ATTENDED) & ~_is_administrative(rows))
    firsts = attended.group_by("patient_pathway_identifier").agg(first_attended_date=attended.appointment_date.min())
    return rows.left_join(firsts, "patient_pathway_identifier").drop("patient_pathway_identifier_right")


def _columns(found: Table, derivation: Derivation) -> dict[str, Value]:
    """The contract's columns in its order: what the event sets itself, then what its row carries, else null."""
    event_only = {
        "referral_to_treatment_period_status",
        "original_start_date",
        "is_communicated",
        "has_safeguards",
        "is_responsibility_passed",
    }
    chosen: dict[str, Value] = {}
    for name, data_type in (_EVENT_COLUMNS | CARRIED).items():
        if name in derivation.columns:
            chosen[name] = found[f"event_{name}"].cast(data_type)
        elif name == "event_sequence" or name in event_only or name not in found.columns:
            chosen[name] = ibis.null(data_type)
        else:
            chosen[name] = found[name].cast(data_type)
    return chosen | {name: found[name] for name in ("source_dataset", "source_record", "source_order")}


def _numbered(events: Table) -> Table:
    in_order = ibis.window(
        group_by="patient_pathway_identifier", order_by=["event_date", "source_order", "source_record", "event_type"]
    )
    return events.mutate(event_sequence=ibis.row_number().over(in_order).cast("int64") + 1).drop("source_order")
