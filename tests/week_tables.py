"""A week of a trust's clocks as a snapshot has them: who waits on Sunday 8 November 2026, and who began and stopped before it."""

import pyarrow as pa

from drawn_tables import table

CLOCKS = """
    trust | patient_pathway_identifier | period_number | start_date | end_date   | end_status | is_nullified | ended_by_admission | responsibility_passed_date | start_rule | service | commissioner | activity_treatment_function_code | first_attended_date
    ------+----------------------------+---------------+------------+------------+------------+--------------+--------------------+----------------------------+------------+---------+--------------+----------------------------------+--------------------
    QQA   | waits                      | 1             | 2026-06-01 |            |            | F            | F                  |                            | RTT-R01    | C_100   | 13Q          | 100                              |
    QQA   | listed                     | 1             | 2026-05-01 |            |            | F            | F                  |                            | RTT-R01    | C_100   | 13Q          | 100                              | 2026-07-01
    QQA   | after                      | 1             | 2026-05-01 | 2026-11-09 | 30         | F            | F                  |                            | RTT-R01    | C_100   | 13Q          | 100                              | 2026-11-09
    QQA   | both                       | 1             | 2026-11-02 | 2026-11-08 | 34         | F            | F                  |                            | RTT-R01    | C_100   | 13Q          | 100                              | 2026-11-03
    QQA   | admitted                   | 2             | 2026-05-01 | 2026-11-04 | 30         | F            | T                  |                            | RTT-R01    | C_100   | 13Q          | 100                              |
    QQA   | before                     | 1             | 2026-05-01 | 2026-11-01 | 30         | F            | F                  |                            | RTT-R01    | C_100   | 13Q          | 100                              |
    QQA   | passed                     | 1             | 2026-05-01 |            |            | F            | F                  | 2026-11-05                 | RTT-R01    | C_100   | 13Q          | 100                              |
"""  # noqa: E501 - one clock a line
EVENTS = """
    trust | patient_pathway_identifier | event_date | event_sequence | event_type | referral_to_treatment_period_status | has_safeguards | activity_treatment_function_code
    ------+----------------------------+------------+----------------+------------+-------------------------------------+----------------+---------------------------------
    QQA   | listed                     | 2026-07-01 | 1              | attend     | 20                                  | T              | 100
    QQA   | listed                     | 2026-11-10 | 2              | attend     | 34                                  | T              | 100
    QQA   | waits                      | 2026-05-01 | 1              | attend     | 30                                  | T              | 100
    QQA   | unknown                    | 2026-11-05 | 1              | attend     | 30                                  | T              |
"""  # noqa: E501
ENTRIES = """
    trust | waiting_list_entry_identifier | patient_pathway_identifier | elective_admission_type_code | decision_reason | decided_to_admit_date | removal_date | intended_management_code | offered_for_admission_date | procedure_priority_code
    ------+-------------------------------+----------------------------+------------------------------+-----------------+-----------------------+--------------+--------------------------+----------------------------+------------------------
    QQA   | W1                            | listed                     | 11                           | treatment       | 2026-07-01            |              | 2                        | 2026-12-01                 | P3
    QQA   | W2                            | after                      | 11                           | treatment       | 2026-11-09            |              | 1                        |                            |
    QQA   | W3                            | admitted                   | 11                           | treatment       | 2026-06-01            | 2026-11-04   | 1                        | 2026-11-04                 | P2
"""  # noqa: E501
APPOINTMENTS = """
    trust | appointment_identifier | patient_pathway_identifier | appointment_date | appointment_booked_date | appointment_cancelled_date | attended_or_did_not_attend_code
    ------+------------------------+----------------------------+------------------+-------------------------+----------------------------+--------------------------------
    QQA   | A1                     | listed                     | 2026-07-01       | 2026-06-01              |                            | 5
    QQA   | A2                     | listed                     | 2026-08-01       | 2026-06-01              |                            | 3
    QQA   | A3                     | waits                      | 2026-12-01       | 2026-11-09              |                            |
    QQA   | A4                     | waits                      | 2026-12-02       | 2026-11-08              |                            |
    QQA   | A5                     | waits                      | 2026-11-20       | 2026-11-01              | 2026-11-08                 | 2
"""  # noqa: E501
PATHWAYS = """
    trust | patient_pathway_identifier | local_patient_identifier | site | last_pas_validation_date | referral_request_received_date | activity_treatment_function_code
    ------+----------------------------+--------------------------+------+--------------------------+--------------------------------+---------------------------------
    QQA   | waits                      | H1                       | QQA1 | 2026-11-01               | 2026-06-01                     | 100
    QQA   | listed                     | H2                       | QQA1 | 2026-11-09               | 2026-05-01                     | 100
    QQA   | unknown                    | H3                       | QQA1 |                          |                                | 330
"""  # noqa: E501
PLANNED = """
    trust | diagnostic_wait_identifier | patient_pathway_identifier | diagnostic_test | start_date | end_date   | local_patient_identifier | site | commissioner | activity_treatment_function_code
    ------+----------------------------+----------------------------+-----------------+------------+------------+--------------------------+------+--------------+---------------------------------
    QQA   | D1                         |                            | COLON           | 2026-01-01 |            | H9                       | QQA1 | 13Q          | 301
    QQA   | D2                         |                            | COLON           | 2026-01-01 | 2026-11-08 | H8                       | QQA1 | 13Q          | 301
"""  # noqa: E501
MORE = {
    "rtt_pathways": {
        "commissioner",
        "service",
        "organisation_identifier_patient_pathway_identifier_issuer",
        "nhs_number_pseudonym",
    },
    "diagnostic_planned": {"nhs_number_pseudonym"},
}


def week_tables():
    """The tables of the snapshot that the weekly rows are made of, as Arrow."""
    drawn = {"rtt_clocks": CLOCKS, "rtt_events": EVENTS, "rtt_list_entries": ENTRIES, "rtt_pathways": PATHWAYS,
             "rtt_appointments": APPOINTMENTS, "diagnostic_planned": PLANNED}  # fmt: skip
    found = {name: table(text) for name, text in drawn.items()}
    for name, columns in MORE.items():
        for column in sorted(columns):
            found[name] = found[name].append_column(column, pa.nulls(found[name].num_rows, pa.string()))
    return found
