"""Facts for the data-quality flags from drawn tables: what is not drawn is null. Today is Sunday 15 November 2026."""

from datetime import date

import pyarrow as pa

import drawn_tables

TODAY = date(2026, 11, 15)
TEXT, DAY, NUMBER, TRUTH = pa.string(), pa.date32(), pa.int64(), pa.bool_()
P = {"patient_pathway_identifier": TEXT}
COLUMNS = {
    "waits": {**P, "period_number": NUMBER, "start_date": DAY, "days_waited": NUMBER, "start_rule": TEXT, "service": TEXT,
              "priority": TEXT, "is_admitted_pathway": TRUTH, "procedure_priority_code": TEXT, "decided_to_admit_date": DAY,
              "tci_date": DAY, "next_event_date": DAY, "last_event_date": DAY, "last_attended_date": DAY,
              "last_pas_validation_date": DAY, "activity_treatment_function_code": TEXT},
    "clocks": {**P, "period_number": NUMBER, "start_date": DAY, "end_date": DAY, "end_status": TEXT, "start_rule": TEXT,
               "activity_treatment_function_code": TEXT},
    "pathways": {**P, "organisation_identifier_patient_pathway_identifier_issuer": TEXT, "local_patient_identifier": TEXT,
                 "nhs_number_pseudonym": TEXT, "person_birth_date": DAY, "activity_treatment_function_code": TEXT,
                 "discharge_date": DAY, "discharge_reason": TEXT, "person_death_date": DAY, "last_pas_validation_date": DAY,
                 "priority": TEXT, "division": TEXT, "service": TEXT, "site": TEXT, "consultant": TEXT},
    "entries": {**P, "decided_to_admit_date": DAY, "decision_reason": TEXT, "elective_admission_type_code": TEXT,
                "offered_for_admission_date": DAY, "planned_due_date": DAY, "procedure_priority_code": TEXT, "removal_date": DAY,
                "elective_admission_list_removal_reason_code": TEXT, "last_pas_validation_date": DAY},
    "appointments": {**P, "appointment_date": DAY, "appointment_booked_date": DAY, "appointment_cancelled_date": DAY,
                     "attended_or_did_not_attend_code": TEXT},
    "events": {**P, "event_date": DAY, "event_type": TEXT, "event_sequence": NUMBER, "referral_to_treatment_period_status": TEXT,
               "has_safeguards": TRUTH, "source_dataset": TEXT,
               "local_patient_identifier": TEXT, "nhs_number_pseudonym": TEXT},
    "earlier": {**P, "period_number": NUMBER, "list_date": DAY, "start_date": DAY},
}  # fmt: skip
# Headings of the drawings, shorter than the columns'.
SHORT = {
    "pathway": "patient_pathway_identifier", "issuer": "organisation_identifier_patient_pathway_identifier_issuer",
    "function_code": "activity_treatment_function_code", "status": "referral_to_treatment_period_status",
    "outcome_code": "attended_or_did_not_attend_code", "removal_code": "elective_admission_list_removal_reason_code",
    "kind_code": "elective_admission_type_code", "hospital_code": "local_patient_identifier", "nhs_code": "nhs_number_pseudonym",
    "p_code": "procedure_priority_code",
}  # fmt: skip
DEFAULTS = {"waits": {"period_number": 1}, "clocks": {"period_number": 1}, "earlier": {"period_number": 1}}


def complete(name, drawing):
    """The drawn table with every column of its kind; what is not drawn is null, and each period its pathway's first."""
    columns = COLUMNS[name]
    if not drawing:
        return pa.schema(columns).empty_table()
    rows = drawn_tables.table(drawing)
    rows = rows.rename_columns([SHORT.get(column, column) for column in rows.column_names])
    assert set(rows.column_names) <= set(columns), f"{name} has no {set(rows.column_names) - set(columns)}"
    filled = {
        column: rows[column].cast(kind)
        if column in rows.column_names
        else pa.array([DEFAULTS.get(name, {}).get(column)] * rows.num_rows, kind)
        for column, kind in columns.items()
    }
    if name == "waits" and "days_waited" not in rows.column_names:
        filled["days_waited"] = pa.array([(TODAY - day).days for day in filled["start_date"].to_pylist()], NUMBER)
    return pa.table(filled)


EARLIER = """
    pathway   | list_date  | start_date
    ----------+------------+-----------
    moved     | 2026-11-01 | 2026-02-05
    moved     | 2026-11-08 | 2026-02-06
    same      | 2026-11-01 | 2026-03-05
    same      | 2026-11-08 | 2026-03-05
    came back | 2026-11-01 | 2026-10-05
"""
PEOPLE = """
    pathway | nhs_code | hospital_code | person_death_date
    --------+----------+---------------+------------------
    first   | ann      | 1             |
    second  | ann      | 1             |
    third   | ann      | 1             |
    other   | bob      | 2             |
    bare 1  |          | 3             |
    bare 2  |          | 3             |
    same 1  | cyd      | 4             |
    same 2  | cyd      | 4             |
    codes 1 | dan      | 5             |
    codes 2 | dan      | 5             |
"""
ONE = """
    pathway | start_date
    --------+-----------
    waiting | 2026-03-05
"""
