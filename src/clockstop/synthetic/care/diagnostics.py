"""Diagnostic requests and appointments of the made-up trusts, what is wrong with some of them, and what is right of all."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic import diagnostic_records as records
from clockstop.synthetic.care import FAULT_SCHEMA, Planted
from clockstop.synthetic.diagnostic_records import PLANNED, UNSCHEDULED, WAITING_LIST, Diagnostics
from clockstop.synthetic.extract_columns import (
    dates,
    named,
    pathway_identifiers,
    person_columns_of,
    prefixed,
    record_identifiers,
)
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import History

DATASETS = ("diagnostic_requests", "diagnostic_appointments")
REQUEST, APPOINTMENT = "diagnostic_request_identifier", "diagnostic_appointment_identifier"
HEADERS = {
    "csv": {REQUEST: "ORDER_REFNO", APPOINTMENT: "EXAM_REFNO", "diagnostic_test": "DM01_TEST", "request_date": "ORDER_DATE",
            "appointment_outcome": "EXAM_STATUS", "offered_on_date": "OFFER_DATE", "planned_due_date": "DUE_DATE"},
    "csv_cp1252": {REQUEST: "Order No", APPOINTMENT: "Slot No", "diagnostic_test": "Modality", "request_date": "Date Ordered",
                   "appointment_outcome": "Slot Status", "offered_on_date": "Date Offered"},
}  # fmt: skip
# Brackenfell's words for its modalities, as its radiology and endoscopy systems have them.
CODES = {
    "diagnostic_test": {
        "MRI": "MRI", "CT": "CT SCAN", "NON_OBSTETRIC_ULTRASOUND": "US", "BARIUM_ENEMA": "BARIUM", "DEXA_SCAN": "BONE DENSITY",
        "AUDIOLOGY_ASSESSMENTS": "AUDIO", "ECHOCARDIOGRAPHY": "ECHO", "ELECTROPHYSIOLOGY": "EP", "PERIPHERAL_NEUROPHYS": "NCS",
        "SLEEP_STUDIES": "SLEEP", "URODYNAMICS": "URODYN", "COLONOSCOPY": "COLON", "FLEXI_SIGMOIDOSCOPY": "FLEXI",
        "CYSTOSCOPY": "CYSTO", "GASTROSCOPY": "OGD",
    },
}  # fmt: skip
# Faults in a thousand rows, before the trust's own factor.
FAULTS_A_THOUSAND = 1.5
# Each fault: dataset, column, what the cell is made (a number: days from the request or appointment), the reason (null: loaded).
FAULTS = (
    ("diagnostic_test_unknown", "diagnostic_requests", "diagnostic_test", "XRAY?", "unknown_code"),
    ("diagnostic_request_without_type", "diagnostic_requests", "request_type", None, "missing"),
    ("diagnostic_vetted_before_request", "diagnostic_requests", "vetted_date", -9, "vetted_before_request"),
    ("diagnostic_outcome_unknown", "diagnostic_appointments", "appointment_outcome", "ARR", "unknown_code"),
    ("diagnostic_offered_after_appointment", "diagnostic_appointments", "offered_on_date", 6, "offered_after_appointment"),
    ("diagnostic_appointment_of_no_request", "diagnostic_appointments", REQUEST, "NONE0000", None),
)


def extracts(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Both datasets at the end of `day`: the requests made by then, and the appointments offered by then."""
    drawn = records.diagnostics_of(found, rng)
    return {"diagnostic_requests": _request_rows(found, drawn, day), "diagnostic_appointments": _booking_rows(found, drawn, day)}


def _request_rows(found: History, drawn: Diagnostics, day: int) -> pa.Table:
    chosen = np.flatnonzero(_is_sent(drawn) & (drawn.requests.made <= day))
    rows = drawn.requests.only(chosen)
    is_removed = rows.removed <= day
    no_due_date = chosen % 67 == 0
    return pa.table(
        {
            REQUEST: record_identifiers(found.trust, "D", chosen),
            **_pathway(found, rows.pathway),
            "diagnostic_test": named(records.TESTS, rows.test),
            "request_type": named(records.KINDS, rows.kind),
            "request_date": dates(rows.made),
            "planned_due_date": dates(np.where(no_due_date, NEVER, rows.due)),
            "request_source": named(records.SOURCES, rows.source),
            "diagnostic_exclusion": named(records.EXCLUSIONS, rows.exclusion),
            "vetted_date": dates(rows.vetted, day),
            "reported_date": dates(rows.reported, day),
            "removal_date": dates(rows.removed, day),
            "removal_reason": named(
                ("duplicate", "not_needed", "declined"), np.where(is_removed, np.where(rows.is_twin, 0, 1 + chosen % 2), -1)
            ),
            **_service(found, rows),
            **person_columns_of(found, rows.person),
        }
    )


def _is_sent(drawn: Diagnostics) -> NDArray[np.bool_]:
    """The extract reaches back to what was still open when its window began."""
    rows, first = drawn.requests, drawn.until - records.DAYS_SENT
    return np.minimum(rows.done, rows.removed) >= first


def _pathway(found: History, pathway: NDArray[np.int32]) -> dict[str, pa.Array]:
    is_none = pathway < 0
    names = pathway_identifiers(found.trust, np.maximum(pathway, 0)).to_numpy(zero_copy_only=False)
    issuer = np.where(is_none, None, found.trust.code)
    return {
        "patient_pathway_identifier": pa.array(np.where(is_none, None, names), pa.string()),
        "organisation_identifier_patient_pathway_identifier_issuer": pa.array(issuer, pa.string()),
    }


def _service(found: History, rows: records.Requests) -> dict[str, pa.Array]:
    """Who asked and where: the pathway's service, else the first that has such tests; sites by the patient's number."""
    trust, of = found.trust, np.maximum(rows.pathway, 0)
    usual = [next((code for code in records.ASKED_BY[test] if code in trust.services), trust.services[0]) for test in records.TESTS]
    places = np.array([trust.services.index(code) for code in usual])
    is_none = rows.pathway < 0
    consultant = prefixed("C", 9_900_000 + found.services.consultant[of].astype(np.int64), hidden=is_none)
    return {
        "activity_treatment_function_code": named(trust.services, np.where(is_none, places[rows.test], found.own.service[of])),
        "organisation_site_identifier_of_treatment": named(
            tuple(trust.sites), np.where(is_none, rows.person % len(trust.sites), found.services.site[of])
        ),
        "consultant_code": consultant,
        "priority_type_code": prefixed("", np.where(is_none, 1, found.services.priority[of]).astype(np.int64)),
    }


def _booking_rows(found: History, drawn: Diagnostics, day: int) -> pa.Table:
    rows = drawn.bookings
    chosen = np.flatnonzero(_is_sent(drawn)[rows.request] & (rows.offered <= day))
    request, effect = rows.request[chosen], rows.effect[chosen]
    is_known = effect <= day
    return pa.table(
        {
            APPOINTMENT: record_identifiers(found.trust, "E", chosen),
            REQUEST: record_identifiers(found.trust, "D", request.astype(np.int64)),
            "appointment_date": dates(rows.day[chosen]),
            "offered_on_date": dates(rows.offered[chosen]),
            "appointment_outcome": named(
                (*records.OUTCOMES, "booked"), np.where(is_known, rows.outcome[chosen], len(records.OUTCOMES))
            ),
            "outcome_date": dates(rows.told[chosen], day),
        }
    )


def truth(found: History, day: int, rng: np.random.Generator) -> dict[str, pa.Table]:
    """The waiting list at the end of `day`, request by request, and the tests done by then."""
    drawn = records.diagnostics_of(found, rng)
    return {"waits": _true_waits(found, drawn, day), "activity": _true_activity(found, drawn, day)}


def _true_waits(found: History, drawn: Diagnostics, day: int) -> pa.Table:
    rows = drawn.requests
    start = np.where(rows.kind == PLANNED, rows.due, rows.made)
    latest = np.full(len(rows), -1)
    past = np.flatnonzero(drawn.resets.effect <= day)
    past = past[np.argsort(drawn.resets.effect[past], kind="stable")]
    latest[drawn.resets.request[past]] = past
    start = np.where(latest >= 0, drawn.resets.start[latest], start)
    is_dated = (rows.kind != PLANNED) | (np.arange(len(rows)) % 67 != 0)
    joined = np.where(rows.kind == PLANNED, np.maximum(rows.due, rows.made), rows.made)
    is_ours = (rows.kind != UNSCHEDULED) & (rows.exclusion < 0) & ~rows.is_twin & is_dated & _is_sent(drawn)
    chosen = np.flatnonzero(is_ours & (joined <= day) & (rows.done > day) & (rows.removed > day))
    return pa.table(
        {
            REQUEST: record_identifiers(found.trust, "D", chosen),
            "diagnostic_test": named(records.TESTS, rows.test[chosen]),
            "start_date": dates(start[chosen]),
            "days_waited": pa.array(np.maximum(day - start[chosen], 0).astype(np.int64)),
        }
    )


def _true_activity(found: History, drawn: Diagnostics, day: int) -> pa.Table:
    rows = drawn.requests
    is_counted = (rows.exclusion < 0) | (rows.kind == UNSCHEDULED)
    chosen = np.flatnonzero(_is_sent(drawn) & is_counted & (rows.done <= day))
    # A planned test that nobody dated is never overdue; one done after its due date came from the waiting list.
    is_dated = chosen % 67 != 0
    is_late = (rows.kind[chosen] == PLANNED) & is_dated & (rows.done[chosen] > rows.due[chosen])
    kind = np.where(is_late, WAITING_LIST, rows.kind[chosen])
    return pa.table(
        {
            REQUEST: record_identifiers(found.trust, "D", chosen),
            "diagnostic_test": named(records.TESTS, rows.test[chosen]),
            "activity_date": dates(rows.done[chosen]),
            "activity_kind": named(records.KINDS, kind),
        }
    )


def planted(rows: dict[str, pa.Table], found: History, day: int, rng: np.random.Generator) -> Planted:
    """The extracts with a few rows spoilt, each in one way."""
    spoilt, told = dict(rows), []
    for place, fault in enumerate(FAULTS):
        _name, dataset, column, cell, _reason = fault
        table = spoilt[dataset]
        number = rng.poisson(table.num_rows * FAULTS_A_THOUSAND * found.trust.fault_factor / 1000 / len(FAULTS)) + 1
        # Each fault has rows of its own: those whose place leaves its number.
        own = np.arange(place, table.num_rows, len(FAULTS))
        chosen = np.sort(rng.permutation(own)[:number])
        spoilt[dataset] = _spoilt(table, column, cell, chosen)
        told.append(_told(fault, table, chosen))
    return Planted(spoilt, pa.concat_tables(told))


def _spoilt(table: pa.Table, column: str, cell: str | int | None, chosen: NDArray[np.int64]) -> pa.Table:
    place = table.column_names.index(column)
    values = table.column(column).to_pylist()
    beside = table.column("request_date" if "request_date" in table.column_names else "appointment_date").to_pylist()
    for one in chosen:
        values[one] = beside[one].fromordinal(beside[one].toordinal() + cell) if isinstance(cell, int) else cell
    return table.set_column(place, column, pa.array(values, table.schema.field(column).type))


def _told(fault: tuple[str, str, str, str | int | None, str | None], table: pa.Table, chosen: NDArray[np.int64]) -> pa.Table:
    name, dataset, column, _cell, reason = fault
    key = REQUEST if dataset == "diagnostic_requests" else APPOINTMENT
    number = len(chosen)
    columns = {
        "fault": [name] * number, "dataset": [dataset] * number, "record_identifier": table.column(key).take(pa.array(chosen)),
        "column": [column] * number, "reason": pa.array([reason] * number, pa.string()),
    }  # fmt: skip
    return pa.table(columns).select(FAULT_SCHEMA.names).cast(FAULT_SCHEMA)
