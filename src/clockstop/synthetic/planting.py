"""Data faults written into the extracts: what is wrong in each row that faults.py chose."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.contracts import contracts
from clockstop.synthetic.extract_columns import FIRST_PATHWAY, FIRST_RECORD
from clockstop.synthetic.fault_kinds import FAULTS, Fault
from clockstop.synthetic.faults import CLOSED_DAYS, DIED_DAYS, MOVED_DAYS, Marks, first_visits
from clockstop.synthetic.organisations import FileForm
from clockstop.synthetic.records import History

# What clinics are called that somebody made to try the system.
TEST_CLINICS = ("TRAINING", "TESTCLIN", "ZTEST", "TEST01", "DUMMY", "XXTEST", "ZZTRAIN", "TESTAPPT")
ANOTHER_CONSULTANT = "C9999999"
TOO_LATE = date(2206, 2, 1)  # where a file's dates are typed, 30 February cannot be written
SLOT_ISSUE_AFTER_DAYS = 30
DECIDED_EARLIER_DAYS = 10


def planted(rows: pa.Table, dataset: str, marked: Marks, form: FileForm, *, found: History, is_last: bool) -> pa.Table:
    """The extract with the faults of its records; `is_last` for the last delivery, in which a start moves or a pathway appears."""
    text = pc.utf8_slice_codeunits(rows.column(contracts()[dataset].key[0]), 4)
    places = pc.cast(text, pa.int64()).to_numpy(zero_copy_only=False) - FIRST_RECORD
    of_rows = marked[dataset][places]
    has_text_dates = form in ("csv", "csv_cp1252")
    extra: list[tuple[Fault, NDArray[np.bool_]]] = []
    for number in np.unique(of_rows[of_rows >= 0]):
        fault, chosen = FAULTS[number], of_rows == number
        if fault.kind in (_NOT_IN_THE_LAST if is_last else _ONLY_IN_THE_LAST):
            continue
        if fault.kind in _WHOLE_ROWS:
            extra.append((fault, chosen))
        elif fault.kind in _OF_THE_HISTORY:
            rows = _OF_THE_HISTORY[fault.kind](rows, chosen, places, found)
        else:
            rows = _spoiled(rows, fault, pa.array(chosen), form if has_text_dates else "parquet")
    return _with_whole_rows(rows, extra, found)


_WHOLE_ROWS = (
    "duplicate_row", "duplicate_key", "duplicate_pathway", "missing_referral", "treated_but_open", "identifier_shared",
    "slot_issue_unlisted", "late_registration",
)  # fmt: skip
_ONLY_IN_THE_LAST = ("start_moved",)
_NOT_IN_THE_LAST = ("late_registration",)


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


def _with_whole_rows(rows: pa.Table, extra: list[tuple[Fault, NDArray[np.bool_]]], found: History) -> pa.Table:
    """The rows without those that are missing, and with those that stand there twice."""
    whole = rows
    kept, before, after = np.ones(rows.num_rows, dtype=bool), [], []
    for fault, chosen in extra:
        copies = whole.filter(pa.array(chosen))
        if fault.kind == "duplicate_row":
            after.append(copies)
        elif fault.kind == "duplicate_key":
            consultants = pa.repeat(pa.scalar(ANOTHER_CONSULTANT), len(copies))
            before.append(copies.set_column(copies.column_names.index("consultant_code"), "consultant_code", consultants))
        elif fault.kind == "duplicate_pathway":
            after.append(_registered_again(copies, fault.copy))
        elif fault.kind == "identifier_shared":
            after.append(_of_another_person(copies, whole, fault.copy))
        elif fault.kind == "slot_issue_unlisted":
            after.append(_slot_issues(copies, found, fault.copy))
        else:
            kept &= ~chosen
    return pa.concat_tables([*before, rows.filter(pa.array(kept)), *after])


def _registered_again(copies: pa.Table, end: str) -> pa.Table:
    """The same referrals under other record and pathway identifiers."""
    again = {
        "referral_identifier": pc.binary_join_element_wise(copies.column("referral_identifier"), end, ""),
        "patient_pathway_identifier": pc.replace_substring(copies.column("patient_pathway_identifier"), "-", f"-{end}"),
    }
    for name, column in again.items():
        copies = copies.set_column(copies.column_names.index(name), name, column)
    return copies


def _of_another_person(copies: pa.Table, rows: pa.Table, end: str) -> pa.Table:
    """The same referrals with the numbers of other patients: two of them under one pathway identifier."""
    others = rows.slice(0, len(copies)) if len(rows) >= len(copies) else rows
    again = {"referral_identifier": pc.binary_join_element_wise(copies.column("referral_identifier"), end, "")}
    again |= {name: others.column(name) for name in ("nhs_number", "local_patient_identifier", "person_birth_date")}
    return _with_columns(copies, again)


def _slot_issues(copies: pa.Table, found: History, end: str) -> pa.Table:
    """Slot issues on the pathways of patients under active monitoring, a month after it began."""
    pathway = _numbers_of(copies.column("patient_pathway_identifier"))
    day = found.standing.monitored_from[pathway] + SLOT_ISSUE_AFTER_DAYS
    empty = ("rejected_date", "emergency_presentation_date", "original_start_date", "ratified_date")
    again = {
        "referral_identifier": pc.binary_join_element_wise(copies.column("referral_identifier"), end, ""),
        "referral_route": pa.repeat(pa.scalar("slot_issue"), len(copies)),
        "referral_request_received_date": pa.array(day.astype(np.int32)).view(pa.date32()),
        **{name: pa.nulls(len(copies), pa.date32()) for name in empty},
    }
    return _with_columns(copies, again)


def _with_columns(rows: pa.Table, columns: dict[str, pa.Array]) -> pa.Table:
    for name, column in columns.items():
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows


def _numbers_of(identifiers: pa.ChunkedArray) -> NDArray[np.int64]:
    """The place of each pathway, of identifiers such as BKF-400027."""
    digits = pc.utf8_slice_codeunits(identifiers, 4)
    return pc.cast(digits, pa.int64()).to_numpy(zero_copy_only=False) - FIRST_PATHWAY


def _closed(rows: pa.Table, chosen: NDArray[np.bool_], places: NDArray[np.int64], found: History) -> pa.Table:
    """Referrals closed as treated some weeks ago, whose clock nobody stopped."""
    day = np.full(len(rows), found.standing.until - CLOSED_DAYS, dtype=np.int32)
    rows = _with_days(rows, "discharge_date", chosen, day)
    reason = pc.if_else(pa.array(chosen), pa.scalar("treated"), rows.column("discharge_reason"))
    return _with_columns(rows, {"discharge_reason": reason})


def _keyed_on_the_day(rows: pa.Table, chosen: NDArray[np.bool_], places: NDArray[np.int64], found: History) -> pa.Table:
    """Referrals whose day of receipt is that of the first appointment."""
    day = first_visits(found)[found.referrals.pathway[places]]
    return _with_days(rows, "referral_request_received_date", chosen, day)


def _moved(rows: pa.Table, chosen: NDArray[np.bool_], places: NDArray[np.int64], found: History) -> pa.Table:
    """Referrals whose day of receipt has moved since the delivery before."""
    day = found.referrals.received[places] - MOVED_DAYS
    return _with_days(rows, "referral_request_received_date", chosen, day)


def _decided_too_early(rows: pa.Table, chosen: NDArray[np.bool_], places: NDArray[np.int64], found: History) -> pa.Table:
    """Decisions to admit dated before the clock."""
    day = found.standing.waiting_from[found.entries.pathway[places]] - DECIDED_EARLIER_DAYS
    return _with_days(rows, "decided_to_admit_date", chosen, day)


def _still_listed(rows: pa.Table, chosen: NDArray[np.bool_], places: NDArray[np.int64], found: History) -> pa.Table:
    """Entries that nobody took from the list when the patient was treated."""
    names = ("removal_date", "elective_admission_list_removal_reason_code")
    empty = {name: pa.scalar(None, rows.schema.field(name).type) for name in names}
    return _with_columns(rows, {name: pc.if_else(pa.array(chosen), empty[name], rows.column(name)) for name in names})


def _in_test_clinics(rows: pa.Table, chosen: NDArray[np.bool_], places: NDArray[np.int64], found: History) -> pa.Table:
    """Appointments in clinics that somebody made to try the system."""
    names = pc.take(pa.array(TEST_CLINICS), pa.array(places % len(TEST_CLINICS)))
    return _with_columns(rows, {"clinic_code": pc.if_else(pa.array(chosen), names, rows.column("clinic_code"))})


def _registered_as_another(rows: pa.Table, chosen: NDArray[np.bool_], places: NDArray[np.int64], found: History) -> pa.Table:
    """Referrals under a second hospital number of the person."""
    own = rows.column("local_patient_identifier")
    second = pc.binary_join_element_wise("9", own, "")
    return _with_columns(rows, {"local_patient_identifier": pc.if_else(pa.array(chosen), second, own)})


def _dead(rows: pa.Table, chosen: NDArray[np.bool_], places: NDArray[np.int64], found: History) -> pa.Table:
    """Referrals of patients who died some weeks ago, whose visits to come nobody cancelled."""
    day = np.full(len(rows), found.standing.until - DIED_DAYS, dtype=np.int32)
    rows = _with_days(rows, "person_death_date", chosen, day)
    return _with_days(rows, "death_notified_date", chosen, day + 1)


def _with_days(rows: pa.Table, column: str, chosen: NDArray[np.bool_], day: NDArray[np.int32]) -> pa.Table:
    days = pa.array(np.where(chosen, day, 0).astype(np.int32)).view(pa.date32())
    return _with_columns(rows, {column: pc.if_else(pa.array(chosen), days, rows.column(column))})


_OF_THE_HISTORY = {
    "closed_but_open": _closed,
    "default_date": _keyed_on_the_day,
    "start_moved": _moved,
    "decision_before_start": _decided_too_early,
    "treated_and_listed": _still_listed,
    "test_clinic": _in_test_clinics,
    "second_hospital_number": _registered_as_another,
    "died_and_booked": _dead,
}
