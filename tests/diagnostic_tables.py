"""Diagnostic requests and appointments from drawn tables, and the facts worked out from them."""

from datetime import date

import pyarrow as pa

import drawn_tables
from clockstop.contracts import contracts
from clockstop.intake.columns import kept_columns
from clockstop.rules import diagnostic_facts
from clockstop.rules.diagnostics import clock, day_number
from clockstop.rules.readings import Readings

# Headings of the drawings, shorter than the columns'.
SHORT = {
    "request": "diagnostic_request_identifier", "test_name": "diagnostic_test", "type_name": "request_type",
    "pathway_name": "patient_pathway_identifier", "person_name": "local_patient_identifier", "due_date": "planned_due_date",
    "excluded_name": "diagnostic_exclusion", "twin_of_name": "duplicate_of_request_identifier",
    "outcome_name": "appointment_outcome", "offered_date": "offered_on_date", "removed_name": "removal_reason",
}  # fmt: skip
DEFAULTS = {"diagnostic_test": "MRI", "request_type": "waiting_list"}
DEFAULT_READINGS = Readings()


def complete(name, rows):
    """The rows with every column that intake keeps of the dataset; each appointment has a number by its place."""
    schema = {column: _arrow(kind) for column, kind in kept_columns(contracts()[name]).items()}
    if rows is None:
        return pa.schema(list(schema.items())).empty_table()
    if isinstance(rows, str):
        rows = drawn_tables.table(rows)
        rows = rows.rename_columns([SHORT.get(column, column) for column in rows.column_names])
    if name == "diagnostic_appointments" and "diagnostic_appointment_identifier" not in rows.column_names:
        numbers = pa.array([f"A{place:06}" for place in range(rows.num_rows)])
        rows = rows.append_column("diagnostic_appointment_identifier", numbers)
    assert set(rows.column_names) <= set(schema), f"{name} has no {set(rows.column_names) - set(schema)}"
    filled = {
        column: rows[column].cast(kind) if column in rows.column_names else pa.array([DEFAULTS.get(column)] * rows.num_rows, kind)
        for column, kind in schema.items()
    }
    return pa.table(filled)


def _arrow(kind):
    return {"string": pa.string(), "date": pa.date32(), "int64": pa.int64(), "float64": pa.float64(), "boolean": pa.bool_()}[kind]


def fact(name, engine, requests, appointments=None, *, as_of, readings=DEFAULT_READINGS):
    """One diagnostic fact as an expression, with those that it needs, as a refresh works them out one after another."""
    found = {
        "diagnostic_requests": engine.memory(complete("diagnostic_requests", requests)),
        "diagnostic_appointments": engine.memory(complete("diagnostic_appointments", appointments)),
    }
    declared = {fact.name: fact for fact in diagnostic_facts.FACTS}

    def built(wanted):
        if wanted not in found and wanted == "diagnostic_clocks":
            found[wanted] = engine.memory(_clocks(engine, built("diagnostic_events"), as_of, readings))
        elif wanted not in found:
            needs = {need: built(need) for need in declared[wanted].needs}
            found[wanted] = declared[wanted].build(**needs, as_of=as_of, readings=readings)
        return found[wanted]

    return built(name)


def _clocks(engine, events, as_of, readings):
    events = engine.rows(events)
    batches = engine.folded(
        clock(readings), engine.memory(events), order=("event_date", "event_sequence"), census_day=day_number(as_of)
    )
    periods = pa.Table.from_batches(list(batches))
    about = events.group_by("diagnostic_wait_identifier").aggregate(
        [("patient_pathway_identifier", "max"), ("diagnostic_test", "max")]
    )
    about = about.rename_columns([name.removesuffix("_max") for name in about.column_names])
    return periods.append_column("clock", pa.repeat(pa.scalar("diagnostic"), periods.num_rows)).join(
        about, "diagnostic_wait_identifier"
    )


def rows(engine, table, *columns, by):
    """The rows of an expression as dicts of those columns, in order."""
    return engine.rows(table.select(*columns).order_by(by)).to_pylist()


def day(text):
    """The date of an ISO text; null where it is empty."""
    return date.fromisoformat(text) if text else None
