"""Cancer records, treatments and transfers from drawn tables, and the facts worked out from them."""

from datetime import date
from functools import partial

import pyarrow as pa

import drawn_tables
from clockstop.contracts import contracts
from clockstop.intake.columns import kept_columns
from clockstop.intake.queries import results
from clockstop.rules import cancer
from clockstop.rules.readings import Readings

# Headings of the drawings, shorter than the columns'.
SHORT = {
    "record": "cancer_record_identifier",
    "treatment": "cancer_treatment_identifier",
    "received_date": "cancer_referral_to_treatment_period_start_date",
    "suspected_code": "two_week_wait_cancer_or_symptomatic_breast_referral_type",
    "urgency_code": "priority_type_code",
    "source_code": "source_of_referral_for_out_patients",
    "upgrade_date": "consultant_upgrade_date",
    "visit_date": "first_appointment_date",
    "visit_code": "first_appointment_attended_code",
    "rebooked_date": "first_appointment_rebooked_date",
    "seen_date": "date_first_seen",
    "first_seen_days": "waiting_time_adjustment_first_seen",
    "first_seen_code": "waiting_time_adjustment_reason_first_seen",
    "tested_date": "investigations_completed_date",
    "told_date": "cancer_faster_diagnosis_pathway_end_date",
    "told_code": "cancer_faster_diagnosis_pathway_end_reason",
    "excluded_code": "cancer_faster_diagnosis_pathway_exclusion_reason",
    "method_code": "cancer_faster_diagnosis_pathway_communication_method",
    "site_code": "primary_cancer_site",
    "team_date": "multidisciplinary_team_discussion_date_cancer",
    "died_date": "person_death_date",
    "kind_code": "cancer_treatment_event_type",
    "decided_date": "cancer_treatment_period_start_date",
    "ecad_date": "earliest_clinically_appropriate_date",
    "offered_date": "treatment_offered_date",
    "treated_date": "treatment_start_date_cancer",
    "modality_code": "cancer_treatment_modality",
    "setting_code": "cancer_care_setting_treatment",
    "treatment_days": "waiting_time_adjustment_treatment",
    "treatment_code": "waiting_time_adjustment_reason_treatment",
    "delay_start_date": "treatment_delay_start_date",
    "delay_end_date": "treatment_delay_end_date",
    "withdrawn_date": "treatment_withdrawn_date",
    "direction_name": "transfer_direction",
    "sent_date": "inter_provider_transfer_sent_date",
    "arrived_date": "inter_provider_transfer_received_date",
    "sender_code": "organisation_identifier_referring",
    "has_form": "has_minimum_data_set",
}
DEFAULTS = {
    "cancer_records": {"two_week_wait_cancer_or_symptomatic_breast_referral_type": "07", "priority_type_code": "3"},
    "cancer_treatments": {"cancer_treatment_event_type": "01", "cancer_care_setting_treatment": "03"},
    "cancer_transfers": {},
}
KEYS = {"cancer_records": "cancer_record_identifier", "cancer_treatments": "cancer_treatment_identifier"}
DEFAULT_READINGS = Readings()


def complete(name, rows):
    """The rows with every column that intake keeps; a column that is not drawn has its default, a blank cell is null."""
    schema = {column: _arrow(kind) for column, kind in kept_columns(contracts()[name]).items()}
    if rows is None:
        return pa.schema(list(schema.items())).empty_table()
    rows = drawn_tables.table(rows)
    rows = rows.rename_columns([SHORT.get(column, column) for column in rows.column_names])
    numbers = pa.array([f"{name}-{place}" for place in range(rows.num_rows)])
    for column in (KEYS.get(name, "cancer_transfer_identifier"), "patient_pathway_identifier"):
        if column not in rows.column_names:
            own = rows["cancer_record_identifier"] if column.startswith("patient") else numbers
            rows = rows.append_column(column, own)
    assert set(rows.column_names) <= set(schema), f"{name} has no {set(rows.column_names) - set(schema)}"
    defaults = DEFAULTS[name]
    filled = {
        column: rows[column].cast(kind) if column in rows.column_names else pa.array([defaults.get(column)] * rows.num_rows, kind)
        for column, kind in schema.items()
    }
    return pa.table(filled)


def _arrow(kind):
    return {"string": pa.string(), "date": pa.date32(), "int64": pa.int64(), "float64": pa.float64(), "boolean": pa.bool_()}[kind]


def fact(name, engine, records, treatments=None, transfers=None, *, as_of, readings=DEFAULT_READINGS):
    """One cancer fact as an expression, with those that it needs, as a refresh works them out one after another."""
    drawn = {"cancer_records": records, "cancer_treatments": treatments, "cancer_transfers": transfers}
    found = {dataset: engine.memory(complete(dataset, rows)) for dataset, rows in drawn.items()}
    declared = {one.name: one for one in cancer.FACTS}

    def built(wanted):
        if wanted not in found and wanted == cancer.CLOCKS_FACT.name:
            found[wanted] = engine.memory(_clocks(engine, built("cancer_events"), as_of, readings))
        elif wanted not in found:
            needs = {need: built(need) for need in declared[wanted].needs}
            found[wanted] = engine.memory(_worked_out(engine, declared[wanted], needs, as_of, readings))
        return found[wanted]

    return built(name)


def _worked_out(engine, declared, needs, as_of, readings):
    """The fact's rows; on DuckDB by a query that is written out once, as a refresh does."""
    build = partial(declared.build, readings=readings)
    if engine.name != "duckdb":
        return engine.rows(build(**needs, as_of=as_of))
    return results(engine, declared.name, lambda **given: [build(**given)], shape=readings, as_of=as_of, **needs)[0]


def _clocks(engine, events, as_of, readings):
    """Every clock's periods, each with the pathway, record and treatment of its key's last event."""
    day = (as_of - date(1970, 1, 1)).days
    parts = []
    for clock, make in cancer.CLOCKS_FACT.folds.items():
        fold = make(readings)
        rows = events.filter(events[fold.key[0]].notnull())
        none = fold.periods(rows.schema().to_pyarrow().empty_table(), census_day=0)
        batches = engine.folded(fold, rows, order=fold.order, census_day=day)
        periods = pa.Table.from_batches([none, *(batch.cast(none.schema) for batch in batches)])
        kept = [name for name in cancer.CLOCKS_FACT.keeps if name != fold.key[0]]
        about = engine.rows(rows.group_by(fold.key[0]).aggregate(**{name: rows[name].max() for name in kept}))
        joined = periods.join(about, fold.key[0])
        parts.append(joined.append_column("clock", pa.repeat(pa.scalar(clock), joined.num_rows)))
    return pa.concat_tables(parts, promote_options="default")
