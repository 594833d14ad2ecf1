"""RTT-R42 to R47 and R54: which pathway stands in which part of the monthly return."""

from datetime import date

import pyarrow as pa

from clockstop.rules import rtt, rtt_events
from clockstop.rules.readings import Readings
from clockstop.rules.rtt_return import STOP_STATUS, memberships, month_of, stop_status

SEPTEMBER = month_of(date(2026, 9, 1))
NO_EVENTS = """
    trust | patient_pathway_identifier | event_date | event_sequence | event_type | referral_to_treatment_period_status | has_safeguards | activity_treatment_function_code
    ------+----------------------------+------------+----------------+------------+-------------------------------------+----------------+---------------------------------
    QQA   | nobody                     | 2020-01-01 | 1              | attend     | 20                                  | T              | 100
"""  # noqa: E501
NO_ENTRIES = """
    trust | patient_pathway_identifier | elective_admission_type_code | decision_reason | decided_to_admit_date | removal_date
    ------+----------------------------+------------------------------+-----------------+-----------------------+-------------
    QQA   | nobody                     | 11                           | treatment       | 2020-01-01            | 2020-01-02
"""
PATHWAYS = """
    trust | patient_pathway_identifier | commissioner | service
    ------+----------------------------+--------------+--------
    QQA   | unknown                    | 13Q          | C_330
"""
CLOCK = """
    trust | patient_pathway_identifier | period_number | start_date | end_date   | end_status | is_nullified | ended_by_admission | responsibility_passed_date | start_rule | service | commissioner
    ------+----------------------------+---------------+------------+------------+------------+--------------+--------------------+----------------------------+------------+---------+-------------
"""  # noqa: E501


def clocks(*rows):
    return CLOCK + "\n".join(f"    {row}" for row in rows) + "\n"


def test_each_part(spec):
    """Parts by end, start and the last day: a stop on the last day is completed, one on the day after is still open."""
    given = clocks(
        "QQA | admitted  | 1 | 2026-05-01 | 2026-09-10 | 30 | F | T |            | RTT-R01 | C_100 | 13Q",
        "QQA | not_done  | 1 | 2026-05-01 | 2026-09-10 | 34 | F | T |            | RTT-R01 | C_100 | 13Q",
        "QQA | last_day  | 1 | 2026-09-23 | 2026-09-30 | 34 | F | F |            | RTT-R01 | C_100 | 13Q",
        "QQA | day_after | 1 | 2026-09-23 | 2026-10-01 | 30 | F | F |            | RTT-R01 | C_100 | 13Q",
        "QQA | earlier   | 1 | 2026-05-01 | 2026-08-31 | 30 | F | F |            | RTT-R01 | C_100 | 13Q",
        "QQA | null      | 1 | 2026-09-01 | 2026-09-09 | 33 | T | F |            | RTT-R01 | C_100 | 13Q",
        "QQA | null_late | 1 | 2026-09-01 | 2026-10-09 | 33 | T | F |            | RTT-R01 | C_100 | 13Q",
        "QQA | passed    | 1 | 2026-05-01 |            |    | F | F | 2026-09-30 | RTT-R01 | C_100 | 13Q",
    )
    expect = """
        part    | patient_pathway_identifier | band | days_waited
        --------+----------------------------+------+------------
        part_1a | admitted                   | 19   | 132
        part_1b | not_done                   | 19   | 132
        part_1b | last_day                   | 1    | 7
        part_2  | day_after                  | 1    | 7
        part_2  | null_late                  | 5    | 29
        part_3  | last_day                   |      |
        part_3  | day_after                  |      |
    """
    spec(memberships, given, NO_EVENTS, NO_ENTRIES, PATHWAYS, month=SEPTEMBER, expect=expect)


def test_new_periods_nullified_since_are_a_reading(spec):
    """S1 does not say whether Part 3 counts a period that was nullified: a dated reading, off by default."""
    given = clocks("QQA | null | 1 | 2026-09-01 | 2026-09-09 | 33 | T | F | | RTT-R01 | C_100 | 13Q")
    expect = """
        part   | patient_pathway_identifier
        -------+---------------------------
        part_3 | null
    """
    reading = Readings(part_3_counts_nullified=True)
    spec(memberships, given, NO_EVENTS, NO_ENTRIES, PATHWAYS, month=SEPTEMBER, readings=reading, expect=expect)


def test_decision_to_admit_stands_on_the_last_day(spec):
    """Part 2A: a decision made in the period, for treatment, not removed by the last day; type 13 is planned."""
    given = clocks(
        *(
            f"QQA | {name} | 1 | 2026-05-01 | | | F | F | | RTT-R01 | C_100 | 13Q"
            for name in ("stands", "removed", "later", "planned", "tests")
        )
    )
    entries = """
        trust | patient_pathway_identifier | elective_admission_type_code | decision_reason | decided_to_admit_date | removal_date
        ------+----------------------------+------------------------------+-----------------+-----------------------+-------------
        QQA   | stands                     | 12                           | treatment       | 2026-06-01            | 2026-10-01
        QQA   | removed                    | 11                           | treatment       | 2026-06-01            | 2026-09-30
        QQA   | later                      | 11                           | treatment       | 2026-10-01            |
        QQA   | planned                    | 13                           | treatment       | 2026-06-01            |
        QQA   | tests                      | 11                           | diagnostic      | 2026-06-01            |
    """
    expect = """
        part    | patient_pathway_identifier
        --------+---------------------------
        part_2  | stands
        part_2  | removed
        part_2  | later
        part_2  | planned
        part_2  | tests
        part_2a | stands
    """
    spec(memberships, given, NO_EVENTS, entries, PATHWAYS, month=SEPTEMBER, expect=expect)


def test_functions_unknown_starts_and_arrivals(spec):
    """A stop stands under its activity's function, one without a clock under unknown; a transfer counts once it has come."""
    given = clocks(
        "QQA | stopped | 1 | 2026-09-02 | 2026-09-10 | 30 | F | F | | RTT-R01 | C_100 |",
        "QQA | came    | 1 | 2026-05-01 |            |    | F | F | | RTT-R15 | C_100 | NONC",
        "QQA | comes   | 1 | 2026-05-01 |            |    | F | F | | RTT-R15 | C_100 | NONC",
    )
    events = """
        trust | patient_pathway_identifier | event_date | event_sequence | event_type  | referral_to_treatment_period_status | has_safeguards | activity_treatment_function_code
        ------+----------------------------+------------+----------------+-------------+-------------------------------------+----------------+---------------------------------
        QQA   | stopped                    | 2026-09-10 | 2              | attend      | 20                                  |                | 330
        QQA   | stopped                    | 2026-09-10 | 3              | attend      | 30                                  |                | 115
        QQA   | came                       | 2026-09-30 | 1              | transfer_in |                                     |                | 100
        QQA   | comes                      | 2026-10-01 | 1              | transfer_in |                                     |                | 100
        QQA   | unknown                    | 2026-09-05 | 1              | attend      | 90                                  |                | 104
        QQA   | unknown                    | 2026-09-06 | 2              | admit_treat |                                     |                | 104
        QQA   | unknown                    | 2026-09-07 | 3              | attend      | 30                                  |                | 104
    """  # noqa: E501
    expect = """
        part    | patient_pathway_identifier | commissioner | treatment_function | band | end_status
        --------+----------------------------+--------------+--------------------+------+-----------
        part_1b | stopped                    | 36L          | C_110              | 2    | 30
        part_1a | unknown                    | 13Q          | X05                |      | 30
        part_2  | came                       | NONC         | C_100              | 22   |
        part_3  | stopped                    | 36L          | C_100              |      | 30
    """
    spec(memberships, given, events, NO_ENTRIES, PATHWAYS, month=SEPTEMBER, host="36L", expect=expect)


def test_stops_are_those_of_the_transition_table(engine):
    """Every event that ends a running clock in the table ends it with the same status here."""
    fold = rtt.rtt_clock
    for symbol in rtt_events.SYMBOLS:
        does = " ".join(fold.turns["running", symbol].does) if ("running", symbol) in fold.turns else ""
        event_type, _, status = symbol.rpartition("_") if symbol[-2:].isdigit() else (symbol, "", None)
        if event_type not in {*STOP_STATUS, "attend", "administrative_stop", "active_monitoring"} or "nullify" in does:
            continue
        rows = pa.table({"event_type": [event_type], "referral_to_treatment_period_status": pa.array([status], pa.string())})
        found = engine.rows(engine.memory(rows).mutate(found=stop_status))["found"].to_pylist()[0]
        closes = [word.split()[-1] for word in does.split(",") if "close" in word and word.split()[-1].isdigit()]
        if symbol not in ("attend_33",):
            assert (found is not None) == ("close" in does), symbol
            assert not closes or found == closes[0], symbol
