"""RTT-R51, flags 17 to 24: each with a pathway that has it and a near miss. Today is Sunday 15 November 2026."""

from datetime import date

import ibis

from clockstop.rules.rtt_flag_rows import TESTS, flag_rows, judged
from flag_facts import EARLIER, ONE, PEOPLE


def test_17_closed_but_open(flagged):
    """The referral was closed after the clock began; or the patient died, on whichever pathway that was written."""
    flagged(
        "closed_but_open",
        {"closed": "referral closed 2026-10-01: treated", "widow": "died 2026-10-02"},
        pathways="""
            pathway   | nhs_code | discharge_date | discharge_reason | person_death_date
            ----------+----------+----------------+------------------+------------------
            closed    | ann      | 2026-10-01     | treated          |
            reopened  | bob      | 2026-03-04     | treated          |
            widow     | cyd      |                |                  |
            elsewhere | cyd      |                |                  | 2026-10-02
            to close  | dan      | 2026-11-16     | treated          |
        """,
        waits="""
            pathway  | start_date
            ---------+-----------
            closed   | 2026-03-05
            reopened | 2026-03-05
            widow    | 2026-03-05
            to close | 2026-03-05
        """,
    )


def test_18_not_on_list(flagged):
    """A slot issue that no clock covers; one that was rejected since, or that a clock covers, is answered."""
    flagged(
        "not_on_list",
        {"monitored": "came 2026-10-05, no clock covers that day"},
        clocks="""
            pathway   | start_date | end_date
            ----------+------------+-----------
            monitored | 2026-03-05 | 2026-06-01
            rejected  | 2026-03-05 | 2026-06-01
            running   | 2026-03-05 |
            that day  | 2026-03-05 | 2026-10-05
        """,
        events="""
            pathway   | event_date | event_type
            ----------+------------+-------------
            monitored | 2026-10-05 | asi_worklist
            rejected  | 2026-10-05 | cas_booked
            rejected  | 2026-10-07 | ers_rejected
            running   | 2026-10-05 | asi_worklist
            that day  | 2026-10-05 | asi_worklist
        """,
    )


def test_19_validation(flagged):
    """The same rule as the measure (RTT-R50): 85 days waited, never or not in 12 weeks; 83 days ago still counts."""
    flagged(
        "validation",
        {"never": "never validated", "stale": "last validated 2026-08-23, 84 days ago",
         "future": "date of validation 2026-11-16 cannot be"},
        waits="""
            pathway  | start_date | last_pas_validation_date | next_event_date
            ---------+------------+--------------------------+----------------
            never    | 2026-08-22 |                          |
            too new  | 2026-08-23 |                          |
            stale    | 2026-03-05 | 2026-08-23               |
            recent   | 2026-03-05 | 2026-08-24               |
            future   | 2026-03-05 | 2026-11-16               |
            seen soon| 2026-03-05 |                          | 2026-12-13
        """,
    )  # fmt: skip


def test_20_priority(flagged):
    """No priority; listed without a P code; a P2 of 29 days whose entry nobody validated since. 28 days are in time."""
    flagged(
        "priority",
        {"bare": "no priority", "uncoded": "listed 2026-11-01 without a P code", "overdue": "P2, last reviewed 2026-10-17"},
        pathways="""
            pathway  | priority
            ---------+---------
            overdue  | 2
        """,
        waits="""
            pathway  | start_date | priority | is_admitted_pathway | decided_to_admit_date | p_code
            ---------+------------+----------+---------------------+-----------------------+-------
            bare     | 2026-03-05 |          | F                   |                       |
            uncoded  | 2026-03-05 | 1        | T                   | 2026-11-01            |
            overdue  | 2026-03-05 | 2        | T                   | 2026-10-17            | P2
            in time  | 2026-03-05 | 2        | T                   | 2026-10-18            | P2
            reviewed | 2026-03-05 | 2        | T                   | 2026-10-17            | P2
        """,
        entries="""
            pathway  | decided_to_admit_date | last_pas_validation_date | kind_code | p_code
            ---------+-----------------------+--------------------------+-----------+-------
            uncoded  | 2026-11-01            |                          | 11        |
            overdue  | 2026-10-17            |                          | 11        | P2
            in time  | 2026-10-18            |                          | 11        | P2
            reviewed | 2026-10-17            | 2026-11-10               | 11        | P2
        """,
    )


def test_21_start_drift(flagged):
    """The start was another day on an earlier list: the latest such list is named."""
    flagged(
        "start_drift",
        {"moved": "start 2026-03-05, was 2026-02-06 on the list of 2026-11-08"},
        earlier=EARLIER,
        waits="""
            pathway | start_date
            --------+-----------
            moved   | 2026-03-05
            same    | 2026-03-05
            new     | 2026-03-05
        """,
    )


def test_22_pop_on(flagged):
    """127 days waited and not on that list; on, off and on again. 126 days, a clock begun since, and a transfer are in order."""
    flagged(
        "pop_on",
        {"late": "not on the list of 2026-11-08, when 127 days waited",
         "came back": "on the list of 2026-11-01, not on that of 2026-11-08, on it again"},
        earlier=EARLIER,
        waits="""
            pathway   | start_date | start_rule
            ----------+------------+-----------
            late      | 2026-07-04 | RTT-R01
            young     | 2026-07-05 | RTT-R01
            transfer  | 2026-01-05 | RTT-R15
            came back | 2026-10-05 | RTT-R01
            new       | 2026-11-10 | RTT-R01
            same      | 2026-03-05 | RTT-R01
        """,
    )  # fmt: skip


def test_23_default_date(flagged):
    """The start is the day of an appointment booked before it; booked that day it is not, nor where a decision starts it."""
    flagged(
        "default_date",
        {"clinic day": "start 2026-10-05, the day of an appointment booked 2026-09-01"},
        clocks="""
            pathway    | start_date | start_rule
            -----------+------------+-----------
            clinic day | 2026-10-05 | RTT-R01
            walk-in    | 2026-10-05 | RTT-R01
            decision   | 2026-10-05 | RTT-R10
            day before | 2026-10-04 | RTT-R01
        """,
        appointments="""
            pathway    | appointment_date | appointment_booked_date
            -----------+------------------+------------------------
            clinic day | 2026-10-05       | 2026-09-01
            walk-in    | 2026-10-05       | 2026-10-05
            decision   | 2026-10-05       | 2026-09-01
            day before | 2026-10-05       | 2026-09-01
        """,
    )


def test_23_a_day_on_which_too_many_clocks_start(engine, facts):
    """Twenty starts on one day, where a usual day has one; nineteen are not suspected."""
    for number, is_suspected in ((20, True), (19, False)):
        crowd = "\n".join(f"crowd {place} | 2026-01-01 | RTT-R01" for place in range(number))
        usual = "\n".join(f"usual {day} | 2026-{1 + day // 28:02}-{1 + day % 28:02} | RTT-R01" for day in range(1, 200))
        drawing = f"pathway | start_date | start_rule\n--------+-----+------\n{crowd}\n{usual}"
        rows = engine.rows(flag_rows(facts(clocks=drawing), ["default_date"]))
        assert rows.num_rows == (number if is_suspected else 0)


def test_24_monitoring_review(flagged):
    """85 days without being seen; 84 are in time. Who waits again, was seen since, or was discharged is not overdue."""
    flagged(
        "monitoring_review",
        {"overdue": "monitored since 2026-08-22, not seen since",
         "seen once": "monitored since 2026-01-05, last seen 2026-03-05",
         "renewed": "monitored since 2026-01-05, last seen 2026-03-05"},
        clocks="""
            pathway    | period_number | start_date | end_date   | end_status
            -----------+---------------+------------+------------+-----------
            overdue    | 1             | 2026-01-05 | 2026-08-22 | 32
            in time    | 1             | 2026-01-05 | 2026-08-23 | 31
            seen once  | 1             | 2025-09-05 | 2026-01-05 | 32
            seen now   | 1             | 2025-09-05 | 2026-01-05 | 32
            discharged | 1             | 2025-09-05 | 2026-01-05 | 32
            told       | 1             | 2025-09-05 | 2026-01-05 | 32
            on paper   | 1             | 2025-09-05 | 2026-01-05 | 31
            renewed    | 1             | 2025-09-05 | 2026-01-05 | 31
            again      | 1             | 2025-09-05 | 2026-01-05 | 32
            again      | 2             | 2026-06-05 |            |
            treated    | 1             | 2025-09-05 | 2026-01-05 | 30
        """,
        events="""
            pathway    | event_date | event_type       | status
            -----------+------------+------------------+-------
            seen once  | 2026-03-05 | attend           | 91
            seen now   | 2026-10-05 | attend           | 91
            discharged | 2026-03-05 | discharge_to_gp  |
            told       | 2026-03-05 | attend           | 34
            on paper   | 2026-03-05 | administrative_stop | 35
            renewed    | 2026-03-05 | attend           | 31
        """,
    )  # fmt: skip


def test_what_is_not_sent_cannot_be_judged(engine, facts):
    """A flag whose input nobody sends is not judged: it is never shown as none found."""
    empty = {row["flag"]: row["is_judged"] for row in engine.rows(judged(facts(waits=ONE))).to_pylist()}
    assert set(empty) == set(TESTS)
    assert {flag for flag, is_judged in empty.items() if is_judged} == {
        "missing_start", "future_start", "start_order", "end_order", "identifier", "treatment_function", "no_next_step",
        "default_date", "monitoring_review",
    }  # fmt: skip
    sent = facts(waits=ONE, pathways=PEOPLE, earlier=EARLIER)
    told = {row["flag"] for row in engine.rows(judged(sent)).to_pylist() if row["is_judged"]}
    assert told - {flag for flag, is_judged in empty.items() if is_judged} == {
        "nhs_number", "exact_duplicate", "possible_duplicate", "start_drift", "pop_on",
    }  # fmt: skip


def test_two_findings_are_one_row(engine, facts):
    """A pathway stands once under a flag, with both things that were found."""
    rows = facts(
        waits="""
            pathway | start_date | priority | is_admitted_pathway | decided_to_admit_date
            --------+------------+----------+---------------------+----------------------
            both    | 2026-03-05 |          | T                   | 2026-11-01
            coded   | 2026-03-05 | 1        | F                   |
        """,
        pathways="""
            pathway | priority
            --------+---------
            coded   | 1
        """,
        entries="""
            pathway | p_code
            --------+-------
            another | P2
        """,
    )
    (only,) = engine.rows(flag_rows(rows, ["priority"])).to_pylist()
    assert only["evidence"] == "listed 2026-11-01 without a P code; no priority"
    assert (only["start_date"], only["days_waited"]) == (date(2026, 3, 5), 255)


def test_the_tests_are_written_for_every_table(facts):
    """Each test answers with the same columns."""
    given = facts(waits=ONE)
    for slug, test in TESTS.items():
        assert test(given).columns == ("patient_pathway_identifier", "period_number", "is_current", "evidence"), slug
    assert isinstance(flag_rows(given), ibis.Table)
