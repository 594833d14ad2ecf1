"""Theatres of the made-up trusts: sessions and cases, made of the patients who are admitted for an operation.

The days, sites, consultants and patients are those of the admissions. What is wrong on purpose is planted here; what is right is
told by theatre_truth.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.synthetic.care import FAULT_SCHEMA, Planted
from clockstop.synthetic.care import theatre_records as records
from clockstop.synthetic.care.theatre_truth import truth_of
from clockstop.synthetic.extract_columns import (
    dates,
    instants,
    named,
    numbers,
    pathway_identifiers,
    person_columns_of,
    prefixed,
    record_identifiers,
)
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import History

DATASETS = ("theatre_sessions", "theatre_cases")
KEYS = {"theatre_sessions": "theatre_session_identifier", "theatre_cases": "theatre_case_identifier"}
# Rows in a thousand that are spoilt, before the trust's own factor.
FAULTS_A_THOUSAND = 2.0
# Of the sessions run, those whose planned times were made to match what happened; the first plan stands beside them.
EDITED_SHARE = 0.02

# Each fault: dataset, column, what the cell is made (the name of a column: what that holds), and the reason under which the row is
# set aside (null: it is loaded, wrong as it is).
FAULTS = (
    ("session_ends_before_it_starts", "theatre_sessions", "planned_end_at", "planned_start_at", "ends_before_it_starts"),
    ("session_type_unknown", "theatre_sessions", "session_type", "WLI?", "unknown_code"),
    ("case_without_its_day", "theatre_cases", "operation_date", None, "missing"),
    ("cancellation_kind_unknown", "theatre_cases", "cancellation_kind", "OTHER?", "unknown_code"),
    ("case_without_its_end", "theatre_cases", "out_of_theatre_at", None, None),
)


def extracts(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """The sessions of the past and of eight weeks to come, and the cases that are booked by then, at the end of `day`."""
    sessions, cases = records.theatre_records(found, rng)
    return {"theatre_sessions": session_rows(found, sessions, cases, day), "theatre_cases": case_rows(found, cases, day)}


def truth(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """What is right at the end of `day`: the minutes of lists, cancellations under the guarantee, and bookings."""
    return truth_of(found, *records.theatre_records(found, rng), day)


def session_rows(found: History, sessions: records.Sessions, cases: records.Cases, day: int) -> pa.Table:
    """The extract of sessions; a few of those run have had their planned times changed afterwards."""
    kept = np.flatnonzero(sessions.day <= day + records.SESSION_AHEAD_DAYS)
    was_run = has_operation(sessions, cases, day)[kept]
    own_day, start, end = sessions.day[kept], sessions.start[kept], sessions.end[kept]
    is_cancelled = (sessions.cancelled[kept] <= day) & ~sessions.is_left_planned[kept]
    status = np.where(was_run, 1, np.where(is_cancelled, 2, 0))
    edited = is_edited(kept) & was_run
    moved = np.where(edited, 20, 0)
    hidden = np.where(edited, own_day, NEVER).astype(np.int32)
    columns = {
        "theatre_session_identifier": session_identifiers(found, kept),
        "theatre": prefixed("Theatre ", sessions.theatre[kept] + 1),
        "session_date": dates(own_day),
        "planned_start_at": instants(own_day, start + moved),
        "planned_end_at": instants(own_day, end + moved),
        "original_planned_start_at": instants(hidden, start),
        "original_planned_end_at": instants(hidden, end),
        "planned_times_changed_date": dates(np.where(edited, own_day + 1, NEVER).astype(np.int32)),
        "session_type": named(("elective", "trauma"), sessions.kind[kept]),
        "session_status": named(("planned", "run", "cancelled"), status),
        "cancelled_date": dates(np.where(is_cancelled, sessions.cancelled[kept], NEVER).astype(np.int32)),
        "cancelled_reason": named(("Surgeon on leave", "No anaesthetist", "No staff", "No beds"), np.where(
            is_cancelled, kept % 4, -1)),
        "activity_treatment_function_code": named(found.trust.services, sessions.service[kept]),
        "organisation_site_identifier_of_treatment": named(tuple(found.trust.sites), sessions.site[kept]),
        "consultant_code": prefixed("C", 9_900_000 + sessions.consultant[kept]),
    }  # fmt: skip
    return pa.table(columns)


def case_rows(found: History, cases: records.Cases, day: int) -> pa.Table:
    """The extract of cases: what is booked, and what became of it by the day."""
    kept = np.flatnonzero((cases.booked <= day) & (cases.day <= day + records.SESSION_AHEAD_DAYS))
    rows = cases.only(kept)
    is_off = rows.cancelled <= day
    done = np.where((rows.day <= day) & (rows.cancelled == NEVER), rows.day, NEVER).astype(np.int32)
    with_anaesthetic = np.where(rows.is_local, NEVER, done).astype(np.int32)
    has_pathway = rows.pathway >= 0
    columns = {
        "theatre_case_identifier": record_identifiers(found.trust, "O", kept),
        "theatre_session_identifier": session_identifiers(found, rows.session),
        "patient_pathway_identifier": pc.if_else(pa.array(has_pathway), pathway_identifiers(found.trust, rows.pathway), None),
        "operation_date": dates(rows.day),
        "list_order": pa.array(rows.order),
        "case_urgency": named(("elective", "trauma", "emergency"), rows.urgency),
        **_procedures(found, rows),
        "asa_class": numbers(1 + (kept * 7919) % 3),
        "intended_management_code": numbers(rows.management),
        "booked_date": dates(rows.booked),
        "expected_minutes": pa.array(rows.expected.astype(np.float64)),
        "anaesthetic_start_at": instants(with_anaesthetic, rows.start),
        "into_theatre_at": instants(done, rows.into),
        "knife_to_skin_at": instants(done, rows.into + np.minimum(10, (rows.end - rows.into) // 3)),
        "closure_at": instants(done, rows.end - np.minimum(6, (rows.end - rows.into) // 4)),
        "out_of_theatre_at": instants(done, rows.end),
        "into_recovery_at": instants(done, rows.end + 3),
        "is_cancelled": pa.array(is_off),
        "cancelled_date": dates(rows.cancelled, day),
        "cancellation_kind": named(records.KINDS, np.where(is_off, rows.kind, -1)),
        "cancelled_reason": _reasons(rows, is_off),
        "activity_treatment_function_code": named(found.trust.services, rows.service),
        **person_columns_of(found, rows.person),
    }
    return pa.table(columns)


def has_operation(sessions: records.Sessions, cases: records.Cases, day: int) -> NDArray[np.bool_]:
    """By session, whether somebody was operated on it by the day."""
    done = cases.session[(cases.day <= day) & (cases.cancelled == NEVER)]
    return np.bincount(done, minlength=len(sessions)) > 0


def is_edited(place: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which sessions have their planned times changed after they were run."""
    return (place * 2_654_435_761 % 1000) < EDITED_SHARE * 1000


def session_identifiers(found: History, place: NDArray[np.int64]) -> pa.Array:
    """The sessions, as in DNMT10000041."""
    return record_identifiers(found.trust, "L", place)


def _procedures(found: History, rows: records.Cases) -> dict[str, pa.Array]:
    choices = [records.PROCEDURES.get(code, records.OTHER) for code in found.trust.services]
    flat = [one for choice in choices for one in choice]
    first = np.cumsum([0, *(len(choice) for choice in choices)])[:-1]
    place = first[rows.service] + rows.procedure
    return {
        "procedure_code": named(tuple(one[0] for one in flat), place),
        "procedure_name": named(tuple(one[1] for one in flat), place),
    }


def _reasons(rows: records.Cases, is_off: NDArray[np.bool_]) -> pa.Array:
    flat = [reason for kind in records.KINDS_IN_ORDER for reason in records.REASONS[kind]]
    first = np.cumsum([0, *(len(records.REASONS[kind]) for kind in records.KINDS_IN_ORDER)])[:-1]
    return named(tuple(flat), np.where(is_off & (rows.kind >= 0), first[rows.kind] + rows.reason, -1))


def planted(rows: dict[str, pa.Table], found: History, day: int, rng: np.random.Generator) -> Planted:
    """The extracts with a few cells spoilt, each on a row of its own, and what was spoilt."""
    share = FAULTS_A_THOUSAND * found.trust.fault_factor / 1000
    taken: dict[str, set[int]] = {name: set() for name in DATASETS}
    faults = []
    for fault, dataset, column, cell, reason in FAULTS:
        table = rows[dataset]
        could = np.flatnonzero(~table.column(column).is_null().to_numpy())
        could = np.setdiff1d(could, sorted(taken[dataset]))
        number = min(max(1, round(table.num_rows * share)), len(could))
        chosen = np.sort(rng.choice(could, number, replace=False))
        taken[dataset].update(chosen.tolist())
        rows = {**rows, dataset: _spoilt(table, column, cell, chosen)}
        identifiers = table.column(KEYS[dataset]).take(pa.array(chosen)).to_pylist()
        faults += [
            {"fault": fault, "dataset": dataset, "record_identifier": one, "column": column, "reason": reason}
            for one in identifiers
        ]
    return Planted(rows=rows, faults=pa.Table.from_pylist(faults, FAULT_SCHEMA))


def _spoilt(table: pa.Table, column: str, cell: str | None, chosen: NDArray[np.int64]) -> pa.Table:
    is_chosen = np.zeros(table.num_rows, dtype=bool)
    is_chosen[chosen] = True
    held = table.column(column)
    instead = table.column(cell) if cell in table.column_names else pa.scalar(cell, held.type)
    spoilt = pc.if_else(pa.array(is_chosen), instead, held)
    if column == "out_of_theatre_at":  # the timestamps that would stand for it are not there either
        for other in ("into_recovery_at", "closure_at"):
            at = table.column(other)
            table = table.set_column(
                table.column_names.index(other), other, pc.if_else(pa.array(is_chosen), pa.scalar(None, at.type), at)
            )
    return table.set_column(table.column_names.index(column), column, spoilt)
