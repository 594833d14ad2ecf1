"""Data faults, planted at declared rates, so that what finds them can be scored.

A record keeps its fault in every delivery. The table below is the whole of it: what is wrong, where, how often, and the reason
under which intake should set the row aside (none where the row is kept and only a data-quality check can tell).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.contracts import contracts
from clockstop.synthetic.organisations import FileForm
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import FIRST_RECORD, History, pathway_identifiers
from clockstop.synthetic.working_calendar import Calendar

Marks = dict[str, NDArray[np.int8]]
ANOTHER_CONSULTANT = "C9999999"
TOO_LATE = date(2206, 2, 1)  # where a file's dates are typed, 30 February cannot be written
SETTLED_DAYS = 150
# A pathway whose stop was lost, or that was registered twice, is found by a validator by then; so these faults are younger.
FOUND_DAYS = 168
ENTERED_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of fault: the share of the dataset's eligible rows that have it, and intake's reason (empty: the row is kept)."""

    kind: str
    dataset: str
    column: str
    rate: float
    reason: str = ""
    value: str | None = None


FAULTS = (
    Fault(
        kind="unknown_route",
        dataset="referrals",
        column="referral_route",
        rate=0.0002,
        reason="unknown_code",
        value="FAX?",
    ),
    Fault(
        kind="future_start",
        dataset="referrals",
        column="referral_request_received_date",
        rate=0.0001,
        reason="date_in_future",
    ),
    Fault(
        kind="discharge_before_referral",
        dataset="referrals",
        column="discharge_date",
        rate=0.0003,
        reason="discharge_before_referral",
    ),
    Fault(
        kind="nhs_number_invalid",
        dataset="referrals",
        column="nhs_number",
        rate=0.001,
    ),
    Fault(
        kind="nhs_number_missing",
        dataset="referrals",
        column="nhs_number",
        rate=0.002,
    ),
    Fault(
        kind="start_before_birth",
        dataset="referrals",
        column="person_birth_date",
        rate=0.0003,
    ),
    Fault(
        kind="missing_treatment_function",
        dataset="referrals",
        column="activity_treatment_function_code",
        rate=0.0005,
    ),
    Fault(
        kind="duplicate_pathway",
        dataset="referrals",
        column="patient_pathway_identifier",
        rate=0.002,
    ),
    Fault(
        kind="missing_referral",
        dataset="referrals",
        column="referral_identifier",
        rate=0.0004,
    ),
    Fault(
        kind="unknown_status",
        dataset="appointments",
        column="referral_to_treatment_period_status",
        rate=0.002,
        reason="unknown_code",
        value="3O",
    ),
    Fault(
        kind="unknown_outcome",
        dataset="appointments",
        column="attended_or_did_not_attend_code",
        rate=0.0003,
        reason="unknown_code",
        value="9",
    ),
    Fault(
        kind="missing_pathway",
        dataset="appointments",
        column="patient_pathway_identifier",
        rate=0.0003,
        reason="missing",
    ),
    Fault(
        kind="impossible_date",
        dataset="appointments",
        column="appointment_date",
        rate=0.0002,
        reason="date_unreadable",
    ),
    Fault(
        kind="duplicate_row",
        dataset="appointments",
        column="appointment_identifier",
        rate=0.0003,
        reason="duplicate_row",
    ),
    Fault(
        kind="past_without_outcome",
        dataset="appointments",
        column="attended_or_did_not_attend_code",
        rate=0.003,
        value="0",
    ),
    Fault(
        kind="missing_status",
        dataset="appointments",
        column="referral_to_treatment_period_status",
        rate=0.004,
    ),
    Fault(
        kind="status_not_known",
        dataset="appointments",
        column="referral_to_treatment_period_status",
        rate=0.004,
        value="99",
    ),
    Fault(
        kind="missing_decision_date",
        dataset="waiting_list_entries",
        column="decided_to_admit_date",
        rate=0.0003,
        reason="missing",
    ),
    Fault(
        kind="removed_before_decision",
        dataset="waiting_list_entries",
        column="removal_date",
        rate=0.0005,
        reason="removed_before_decision",
    ),
    Fault(
        kind="duplicate_key",
        dataset="waiting_list_entries",
        column="waiting_list_entry_identifier",
        rate=0.0004,
        reason="duplicate_key",
    ),
    Fault(
        kind="planned_without_due_date",
        dataset="waiting_list_entries",
        column="planned_due_date",
        rate=0.05,
    ),
    Fault(
        kind="discharge_before_admission",
        dataset="spells",
        column="discharge_date_hospital_provider_spell",
        rate=0.003,
        reason="discharge_before_admission",
    ),
    Fault(
        kind="treated_but_open",
        dataset="spells",
        column="hospital_provider_spell_identifier",
        rate=0.008,
    ),
)


def marks(found: History, days: Calendar, rng: np.random.Generator) -> Marks:
    """By dataset, each record's fault: its place in `FAULTS`, or -1. Only settled records have one: it never heals itself.

    A fault that leaves a pathway open is younger than `FOUND_DAYS`, or the list would fill with pathways that no hospital keeps.
    """
    return {
        dataset: _marks(found, dataset, days, rng) for dataset in ("referrals", "appointments", "waiting_list_entries", "spells")
    }


def _marks(found: History, dataset: str, days: Calendar, rng: np.random.Generator) -> NDArray[np.int8]:
    number = len(_records(found, dataset))
    draw, marked, taken = rng.random(number), np.full(number, -1, dtype=np.int8), 0.0
    for place, fault in enumerate(FAULTS):
        if fault.dataset != dataset:
            continue
        rate = fault.rate * found.trust.fault_factor
        chosen = (draw >= taken) & (draw < taken + rate) & _could(found, fault, days.until - SETTLED_DAYS)
        marked[chosen], taken = place, taken + rate
    return marked


def _records(found: History, dataset: str):
    by_name = {
        "referrals": found.referrals,
        "appointments": found.appointments,
        "waiting_list_entries": found.entries,
        "spells": found.spells,
    }
    return by_name[dataset]


def _could(found: History, fault: Fault, settled: int) -> NDArray[np.bool_]:
    """Where the fault can be: on records that were complete by the day `settled`, and hold what it spoils."""
    seen, booked = found.referrals, found.appointments
    was_seen = np.isin(booked.outcome, [5, 6]) & (booked.first != 5) & (found.withdrawn_on == NEVER)
    stops = (booked.status >= 30) & (booked.status < 90)
    was_seen &= np.where(stops, _is_young(booked.known, settled), booked.known <= settled)
    lives = seen.died == NEVER
    listed = found.entries
    cases = {
        "discharge_before_referral": seen.discharged <= settled,
        "start_before_birth": (seen.received <= settled) & lives,
        "future_start": (seen.received <= settled) & lives,
        "unknown_status": was_seen & (booked.status == 30),
        "missing_status": was_seen & (booked.status > 0),
        "status_not_known": was_seen & (booked.status > 0),
        "removed_before_decision": listed.removed <= settled,
        "missing_decision_date": listed.removed <= settled,
        "planned_without_due_date": listed.planned_due < NEVER,
        "duplicate_key": listed.removed <= settled,
        "discharge_before_admission": _is_young(found.spells.left, settled),
        "treated_but_open": _is_young(found.spells.admitted, settled),
        "duplicate_pathway": _is_young(seen.received, settled),
    }
    by_dataset = {"referrals": seen.received <= settled, "appointments": was_seen}
    return cases[fault.kind] if fault.kind in cases else by_dataset[fault.dataset]


def _is_young(day: NDArray[np.int32], settled: int) -> NDArray[np.bool_]:
    """Entered by the last day, and not so long ago that a validator has found it."""
    until = settled + SETTLED_DAYS
    return (day <= until - ENTERED_DAYS) & (day > until - FOUND_DAYS)


def planted(rows: pa.Table, dataset: str, marked: Marks, form: FileForm) -> pa.Table:
    """The extract with the faults of its records."""
    text = pc.utf8_slice_codeunits(rows.column(contracts()[dataset].key[0]), 4)
    places = pc.cast(text, pa.int64()).to_numpy(zero_copy_only=False) - FIRST_RECORD
    of_rows = marked[dataset][places]
    has_text_dates = form in ("csv", "csv_cp1252")
    extra: list[tuple[Fault, NDArray[np.bool_]]] = []
    for number in np.unique(of_rows[of_rows >= 0]):
        fault, chosen = FAULTS[number], of_rows == number
        if fault.kind in _WHOLE_ROWS:
            extra.append((fault, chosen))
        else:
            rows = _spoiled(rows, fault, pa.array(chosen), form if has_text_dates else "parquet")
    return _with_whole_rows(rows, extra)


_WHOLE_ROWS = ("duplicate_row", "duplicate_key", "duplicate_pathway", "missing_referral", "treated_but_open")


def _spoiled(rows: pa.Table, fault: Fault, chosen: pa.Array, form: FileForm) -> pa.Table:
    """The rows with one cell of the chosen ones made wrong."""
    column = rows.column(fault.column)
    if fault.kind == "impossible_date":
        spoiled = _impossible(column, chosen, form)
    elif fault.kind == "nhs_number_invalid":
        spoiled = pc.if_else(chosen, _with_wrong_check_digit(column), column)
    elif fault.kind in _OTHER_DATES:
        beside, moved = _OTHER_DATES[fault.kind]
        spoiled = pc.if_else(chosen, pc.cast(pc.add(rows.column(beside), pa.scalar(moved)), pa.date32()), column)
    else:
        spoiled = pc.if_else(chosen, pa.scalar(fault.value, column.type), column)
    return rows.set_column(rows.column_names.index(fault.column), fault.column, spoiled)


# A date that cannot be: so long after (or before) the date in another column.
_OTHER_DATES = {
    "future_start": ("referral_request_received_date", timedelta(days=3650)),
    "discharge_before_referral": ("referral_request_received_date", timedelta(days=-9)),
    "start_before_birth": ("referral_request_received_date", timedelta(days=30)),
    "removed_before_decision": ("decided_to_admit_date", timedelta(days=-3)),
    "discharge_before_admission": ("start_date_hospital_provider_spell", timedelta(days=-1)),
}


def _impossible(column: pa.ChunkedArray, chosen: pa.Array, form: FileForm) -> pa.ChunkedArray:
    if form == "parquet":
        return pc.if_else(chosen, pa.scalar(TOO_LATE), column)
    written = pc.strftime(column, format="%d/%m/%Y" if form == "csv_cp1252" else "%Y-%m-%d")
    return pc.if_else(chosen, "30/02/2026" if form == "csv_cp1252" else "2026-02-30", written)


def _with_wrong_check_digit(numbers: pa.ChunkedArray) -> pa.ChunkedArray:
    last = pc.cast(pc.utf8_slice_codeunits(numbers, 9), pa.int64())
    digits = pa.array([str((digit + 1) % 10) for digit in range(10)])
    return pc.binary_join_element_wise(pc.utf8_slice_codeunits(numbers, 0, 9), pc.take(digits, last), "")


def _with_whole_rows(rows: pa.Table, extra: list[tuple[Fault, NDArray[np.bool_]]]) -> pa.Table:
    """The rows without those that are missing, and with those that stand there twice."""
    kept, before, after = np.ones(rows.num_rows, dtype=bool), [], []
    for fault, chosen in extra:
        copies = rows.filter(pa.array(chosen))
        if fault.kind == "duplicate_row":
            after.append(copies)
        elif fault.kind == "duplicate_key":
            consultants = pa.repeat(pa.scalar(ANOTHER_CONSULTANT), len(copies))
            before.append(copies.set_column(copies.column_names.index("consultant_code"), "consultant_code", consultants))
        elif fault.kind == "duplicate_pathway":
            after.append(_registered_again(copies))
        else:
            kept &= ~chosen
    return pa.concat_tables([*before, rows.filter(pa.array(kept)), *after])


def _registered_again(copies: pa.Table) -> pa.Table:
    """The same referrals under other record and pathway identifiers."""
    again = {
        "referral_identifier": pc.binary_join_element_wise(copies.column("referral_identifier"), "D", ""),
        "patient_pathway_identifier": pc.replace_substring(copies.column("patient_pathway_identifier"), "-", "-D"),
    }
    for name, column in again.items():
        copies = copies.set_column(copies.column_names.index(name), name, column)
    return copies


def fault_rows(found: History, marked: Marks, form: FileForm) -> pa.Table:
    """One row a planted fault: what, where, on which record, and the reason that intake should give."""
    parts = [_fault_rows(found, dataset, marked[dataset], form) for dataset in marked]
    return pa.concat_tables(parts)


def _fault_rows(found: History, dataset: str, marked: NDArray[np.int8], form: FileForm) -> pa.Table:
    records = np.flatnonzero(marked >= 0)
    chosen = [FAULTS[number] for number in marked[records]]
    reasons = [_reason(fault, form) for fault in chosen]
    letter = {"referrals": "R", "appointments": "A", "waiting_list_entries": "W", "spells": "S"}[dataset]
    identifiers = [f"{found.trust.prefix}{letter}{FIRST_RECORD + record}" for record in records]
    return pa.table(
        {
            "trust": pa.repeat(pa.scalar(found.trust.code), len(records)),
            "fault": pa.array([fault.kind for fault in chosen], pa.string()),
            "dataset": pa.repeat(pa.scalar(dataset), len(records)),
            "record_identifier": pa.array(identifiers, pa.string()),
            "patient_pathway_identifier": pathway_identifiers(found.trust, _records(found, dataset).pathway[records]).cast(
                pa.string()
            ),
            "column": pa.array([fault.column for fault in chosen], pa.string()),
            "is_set_aside": pa.array([bool(reason) for reason in reasons], pa.bool_()),
            "reason": pa.array(reasons, pa.string()),
        }
    )


def _reason(fault: Fault, form: FileForm) -> str:
    return "date_too_late" if fault.kind == "impossible_date" and form in ("parquet", "xlsx") else fault.reason


def faulted_pathways(found: History, marked: Marks) -> NDArray[np.bool_]:
    """By pathway, whether any of its records has a fault: its clock may differ from the truth."""
    is_faulted = np.zeros(len(found.own), dtype=bool)
    for dataset, places in marked.items():
        is_faulted[_records(found, dataset).pathway[places >= 0]] = True
    return is_faulted
