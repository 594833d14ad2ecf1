"""What happens on a cancer pathway, in the words that the cancer clocks read: one row an event, from the cancer system's datasets.

`cancer_record_identifier` names the record that an event belongs to, and `cancer_treatment_identifier` the treatment, where it is
about one: a decision and a treatment are events of both, and so of all three clocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.contracts.cancer_records import RECEIVED, TOLD
from clockstop.contracts.cancer_treatments import DECIDED
from clockstop.contracts.people import SERVICE_NAMES
from clockstop.rules.cancer_adjustments import is_admitted_setting
from clockstop.rules.cancer_routes import route
from clockstop.rules.cancer_sites import suspected_site
from clockstop.rules.either import days_after
from clockstop.rules.fold import CONTINUE, START, STOP
from clockstop.rules.fold_kernel import NO_DATE, Events

if TYPE_CHECKING:
    from ibis.expr.types import Table

FIRST_TREATMENT_TYPES = ("01", "07", "12")
ALL_DECLINED = "98"

# Every event in the order in which those of one day are applied, with its class and what a manager calls it.
EVENTS: dict[str, tuple[int, str]] = {
    "urgent_referral_received": (START, "Urgent suspected cancer referral received"),
    "breast_symptoms_received": (START, "Referral for breast symptoms received"),
    "screening_received": (START, "Referral from screening received"),
    "other_referral_received": (START, "Referral received by another route"),
    "consultant_upgrade": (START, "Upgraded by a consultant"),
    "first_dna": (CONTINUE, "Did not attend the first appointment"),
    "first_dna_late": (CONTINUE, "Arrived too late to be seen at the first appointment"),
    "patient_cancel": (CONTINUE, "Patient cancelled the first appointment"),
    "provider_cancel": (CONTINUE, "Hospital cancelled the first appointment"),
    "rebook_contact": (CONTINUE, "Patient agreed another first appointment"),
    "attend_first": (CONTINUE, "First seen"),
    "tests_completed": (CONTINUE, "Tests completed"),
    "team_discussed": (CONTINUE, "Discussed by the multidisciplinary team"),
    "transfer_out": (CONTINUE, "Transferred to another provider"),
    "transfer_in": (CONTINUE, "Received from another provider"),
    "told_cancer": (STOP, "Told of a diagnosis of cancer"),
    "told_ruled_out": (STOP, "Told that cancer is ruled out"),
    "told_interval_scanning": (STOP, "Told of interval scanning"),
    "told_unstated": (STOP, "Told, the record does not say what"),
    "fds_excluded": (STOP, "Excluded from the 28 days"),
    "decision_to_treat": (STOP, "Decision to treat"),
    "decision_subsequent": (STOP, "Decision on a subsequent treatment"),
    "decision_awaits_ecad": (STOP, "Decision on a subsequent treatment that has to wait"),
    "ecad_reached": (STOP, "Earliest clinically appropriate date"),
    "treated_first": (STOP, "First treatment"),
    "treated_first_admitted": (STOP, "Admitted for the first treatment"),
    "treated_subsequent": (STOP, "Subsequent treatment"),
    "treated_subsequent_admitted": (STOP, "Admitted for a subsequent treatment"),
    "treatment_declined": (STOP, "Declined all treatment"),
    "treatment_withdrawn": (STOP, "Treatment withdrawn"),
    "removed": (STOP, "Taken off the cancer pathway"),
    "death": (STOP, "Died"),
}
DAY_CLASS = {event: day_class for event, (day_class, _title) in EVENTS.items()}
TITLES = {event: title for event, (_class, title) in EVENTS.items()}
SYMBOLS = tuple(EVENTS)

_FIRST_APPOINTMENT = {"3": "first_dna", "7": "first_dna_late", "2": "patient_cancel", "4": "provider_cancel"}
_TOLD = {"01": "told_cancer", "02": "told_ruled_out", "03": "fds_excluded", "04": "told_interval_scanning"}
_RECEIVED_AS = {
    "urgent_suspected": "urgent_referral_received",
    "breast_symptomatic": "breast_symptoms_received",
    "screening": "screening_received",
    "upgrade": "other_referral_received",
    "other": "other_referral_received",
}


def cancer_events(*, cancer_records: Table, cancer_treatments: Table, cancer_transfers: Table, as_of: Any, readings: Any) -> Table:
    """Every event of every record and treatment, whatever its day; readers leave out what lies after theirs."""
    import ibis

    del as_of
    parts = [
        *_of_records(cancer_records, readings.fds_letter_days),
        *_of_treatments(cancer_treatments, cancer_records),
        *_of_transfers(cancer_transfers),
    ]
    rows = ibis.union(*parts).filter(ibis._.event_date.notnull(), ibis._.event_type.notnull())
    number = {event: place for place, event in enumerate(SYMBOLS)}
    return rows.mutate(event_sequence=ibis.cases(*((rows.event_type == event, at) for event, at in number.items())).cast("int64"))


def _row(rows: Table, event_type: Any, event_date: Any, treatment: Any = None) -> Table:
    import ibis

    none = ibis.null("string")
    named = ("suspected_cancer_site", "cancer_treatment_modality", *SERVICE_NAMES)
    return rows.select(
        "patient_pathway_identifier",
        cancer_record_identifier=rows.cancer_record_identifier,
        cancer_treatment_identifier=none if treatment is None else treatment,
        event_type=ibis.literal(event_type) if isinstance(event_type, str) else event_type,
        event_date=event_date,
        **{name: rows[name] if name in rows.columns else none for name in named},
    )


def told_date(records: Table, letter_days: int) -> Any:
    """The day on which the patient was told: for a letter, so many days after its date (the reading `fds_letter_days`)."""
    is_letter = (records.cancer_faster_diagnosis_pathway_communication_method == "04").fill_null(False)
    return is_letter.ifelse(days_after(records[TOLD], letter_days), records[TOLD]) if letter_days else records[TOLD]


def _of_records(rows: Table, letter_days: int) -> list[Table]:
    rows = rows.mutate(suspected_cancer_site=suspected_site(rows.two_week_wait_cancer_or_symptomatic_breast_referral_type))
    told = rows.cancer_faster_diagnosis_pathway_end_reason
    is_excluded = rows.cancer_faster_diagnosis_pathway_exclusion_reason.notnull()
    what_was_told = is_excluded.ifelse("fds_excluded", told.substitute(_TOLD).fill_null("told_unstated"))
    return [
        _row(rows, route(rows).substitute(_RECEIVED_AS), rows[RECEIVED]),
        _row(rows, "consultant_upgrade", rows.consultant_upgrade_date),
        _row(rows, _only(rows.first_appointment_attended_code, _FIRST_APPOINTMENT), rows.first_appointment_date),
        _row(rows, "rebook_contact", rows.first_appointment_rebooked_date),
        _row(rows, "attend_first", rows.date_first_seen),
        _row(rows, "tests_completed", rows.investigations_completed_date),
        _row(rows, "team_discussed", rows.multidisciplinary_team_discussion_date_cancer),
        _row(rows, what_was_told, told_date(rows, letter_days)),
        _row(rows, "removed", rows.removal_date),
        _row(rows, "death", rows.person_death_date),
    ]


def _only(code: Any, words: dict[str, str]) -> Any:
    """The word of each code; null for the others."""
    import ibis

    return ibis.cases(*((code == known, word) for known, word in words.items()), else_=ibis.null("string"))


def is_first(event_type: Any) -> Any:
    """Whether the treatment is a first one: of a new primary, or of a metastasis."""
    return event_type.isin(FIRST_TREATMENT_TYPES)


def _of_treatments(rows: Table, records: Table) -> list[Table]:
    """The decision, ECAD and treatment; a removal or death of the record withdraws what has not begun."""
    import ibis

    ended = records.select("cancer_record_identifier", record_end_date=ibis.least(records.removal_date, records.person_death_date))
    rows = rows.left_join(ended, "cancer_record_identifier").drop("cancer_record_identifier_right")
    first, own = is_first(rows.cancer_treatment_event_type), rows.cancer_treatment_identifier
    ecad = rows.earliest_clinically_appropriate_date
    waits_for_ecad = ~first & ecad.notnull()
    decision = first.ifelse("decision_to_treat", waits_for_ecad.ifelse("decision_awaits_ecad", "decision_subsequent"))
    admitted = is_admitted_setting(rows.cancer_care_setting_treatment)
    treated = ibis.cases(
        ((rows.cancer_treatment_modality == ALL_DECLINED).fill_null(False), "treatment_declined"),
        (first & admitted, "treated_first_admitted"),
        (first, "treated_first"),
        (admitted, "treated_subsequent_admitted"),
        else_="treated_subsequent",
    )
    withdrawn = ibis.least(rows.treatment_withdrawn_date, rows.record_end_date)
    # A treatment given before its ECAD waited no days: the clock starts on the day that stops it.
    reached = waits_for_ecad.ifelse(ibis.least(ecad, rows.treatment_start_date_cancer), ibis.null("date"))
    has_begun = rows.treatment_start_date_cancer.notnull()
    return [
        _row(rows, decision, rows[DECIDED], own),
        _row(rows, "ecad_reached", reached, own),
        _row(rows, treated, rows.treatment_start_date_cancer, own),
        _row(rows, "treatment_withdrawn", has_begun.ifelse(ibis.null("date"), withdrawn), own),
    ]


def _of_transfers(rows: Table) -> list[Table]:
    """A transfer counts from its receipt with the agreed minimum data set."""
    received = rows.has_minimum_data_set.fill_null(True).ifelse(rows.inter_provider_transfer_received_date, None)
    words = {"out": "transfer_out", "in": "transfer_in"}
    return [_row(rows, _only(rows.transfer_direction, words), received)]


def encoded(events: pa.RecordBatch | pa.Table) -> Events:
    """Each event's symbol and day, for the kernel."""
    words = pc.index_in(_whole(events.column("event_type")), value_set=pa.array(SYMBOLS))
    assert not words.null_count, "the column event_type holds words that the cancer clocks do not know"
    days = pc.fill_null(_whole(events.column("event_date")).cast(pa.date32()).view(pa.int32()), pa.scalar(NO_DATE, pa.int32()))
    nothing = np.full(events.num_rows, NO_DATE, dtype=np.int32)
    return Events(words.to_numpy(zero_copy_only=False).astype(np.uint8), days.to_numpy(), nothing)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(whole.type):
        return whole.dictionary_decode()
    return whole.cast(pa.string()) if pa.types.is_large_string(whole.type) else whole
