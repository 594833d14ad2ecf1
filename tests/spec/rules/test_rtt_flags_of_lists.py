"""RTT-R51, flags 9 to 16: each with a pathway that has it and a near miss. Today is Sunday 15 November 2026."""

from dataclasses import replace

from clockstop.rules.readings import Readings
from flag_facts import PEOPLE


def test_9_exact_duplicate(flagged):
    """Same patient, function and start, also where one has ended; another function, start or patient is none."""
    current = flagged(
        "exact_duplicate",
        {"first": "same patient, function and start as second", "second": "same patient, function and start as first",
         "bare 1": "same patient, function and start as bare 2", "bare 2": "same patient, function and start as bare 1"},
        pathways=PEOPLE,
        clocks="""
            pathway | start_date | end_date   | function_code
            --------+------------+------------+--------------
            first   | 2026-03-05 | 2026-05-05 | 110
            second  | 2026-03-05 |            | 110
            third   | 2026-03-06 |            | 110
            other   | 2026-03-05 |            | 110
            bare 1  | 2026-03-05 |            | 110
            bare 2  | 2026-03-05 |            | 110
        """,
        waits="""
            pathway | start_date
            --------+-----------
            second  | 2026-03-05
        """,
    )  # fmt: skip
    assert current == {"second"}


def test_10_possible_duplicate(flagged):
    """The same patient under the same reported function; the same day and code is an exact duplicate, another code is not."""
    flagged(
        "possible_duplicate",
        {"first": "also waits on third, from 2026-03-06", "second": "also waits on third, from 2026-03-06",
         "third": "also waits on first, from 2026-03-05",
         "codes 1": "also waits on codes 2, from 2026-03-05", "codes 2": "also waits on codes 1, from 2026-03-05"},
        pathways=PEOPLE,
        waits="""
            pathway | start_date | service | function_code
            --------+------------+---------+--------------
            first   | 2026-03-05 | C_110   | 110
            second  | 2026-03-04 | C_110   | 110
            third   | 2026-03-06 | C_110   | 110
            other   | 2026-03-06 | C_110   | 110
            same 1  | 2026-03-05 | C_110   | 110
            same 2  | 2026-03-05 | C_110   | 110
            codes 1 | 2026-03-05 | C_110   | 110
            codes 2 | 2026-03-05 | C_110   | 108
            bare 1  | 2026-03-05 | C_110   | 110
            bare 2  | 2026-03-06 | C_300   | 300
        """,
    )  # fmt: skip


def test_11_treatment_function(flagged):
    """Missing, in no list, or seldom RTT."""
    flagged(
        "treatment_function",
        {
            "none": "no treatment function",
            "seldom": "treatment function 812, seldom RTT",
            "odd": "treatment function 999, in no list",
        },
        pathways="""
            pathway | function_code
            --------+--------------
            none    |
            seldom  | 812
            odd     | 999
            usual   | 110
        """,
    )


def test_12_no_next_step(flagged):
    """Nothing ahead, and no decision in 14 days; the reading moves the days."""
    waits = """
        pathway     | start_date | next_event_date | decided_to_admit_date | last_event_date
        ------------+------------+-----------------+-----------------------+----------------
        forgotten   | 2026-03-05 |                 |                       | 2026-08-01
        booked      | 2026-03-05 | 2026-11-16      |                       | 2026-08-01
        decided 14  | 2026-03-05 |                 | 2026-11-01            | 2026-11-01
        decided 15  | 2026-03-05 |                 | 2026-10-31            | 2026-10-31
    """
    text = "nothing ahead; last event "
    flagged("no_next_step", {"forgotten": f"{text}2026-08-01", "decided 15": f"{text}2026-10-31"}, waits=waits)
    longer = replace(Readings(), no_next_step_days=15)
    flagged("no_next_step", {"forgotten": f"{text}2026-08-01"}, waits=waits, readings=longer)


def test_13_past_without_outcome(flagged):
    """Yesterday without an outcome; today it may still come. A cancelled one, and a bed of a patient off the list, need none."""
    flagged(
        "past_without_outcome",
        {"yesterday": "appointment 2026-11-14 has no outcome", "future code": "appointment 2026-11-14 has no outcome",
         "bed": "date to come in 2026-11-14 has passed"},
        appointments="""
            pathway     | appointment_date | appointment_cancelled_date | outcome_code
            ------------+------------------+----------------------------+-------------
            yesterday   | 2026-11-14       |                            |
            future code | 2026-11-14       |                            | 0
            today       | 2026-11-15       |                            |
            cancelled   | 2026-11-14       | 2026-11-10                 |
            attended    | 2026-11-14       |                            | 5
        """,
        entries="""
            pathway  | decided_to_admit_date | offered_for_admission_date | removal_date | kind_code
            ---------+-----------------------+----------------------------+--------------+----------
            bed      | 2026-10-01            | 2026-11-14                 |              | 11
            bed now  | 2026-10-01            | 2026-11-15                 |              | 11
            bed used | 2026-10-01            | 2026-11-14                 | 2026-11-14   | 11
        """,
    )  # fmt: skip


def test_14_treatment_given(flagged):
    """Taken off as admitted with no admission about that day, since the clock began; another reason, or a spell, explains it."""
    flagged(
        "treatment_given",
        {"lost": "taken off the list as admitted on 2026-10-05, no admission on record"},
        waits="""
            pathway   | start_date
            ----------+-----------
            lost      | 2026-03-05
            other     | 2026-03-05
            not done  | 2026-03-05
            earlier   | 2026-10-06
            looked at | 2026-03-05
        """,
        entries="""
            pathway   | removal_date | removal_code | decision_reason
            ----------+--------------+--------------+----------------
            lost      | 2026-10-05   | 1            | treatment
            other     | 2026-10-05   | 4            | treatment
            not done  | 2026-10-05   | 1            | treatment
            earlier   | 2026-10-05   | 1            | treatment
            looked at | 2026-10-05   | 1            | diagnostic
        """,
        events="""
            pathway  | event_date | event_type
            ---------+------------+---------------
            lost     | 2026-10-01 | admit_not_done
            not done | 2026-10-04 | admit_not_done
        """,
    )


def test_15_decision_mismatch(flagged):
    """A decision that stands and is older than the clock; a patient sent home undone whom no list holds."""
    flagged(
        "decision_mismatch",
        {"old": "decision to admit 2026-03-04, clock starts 2026-03-05",
         "sent home": "came in 2026-10-05, not done, and no decision to admit stands"},
        waits="""
            pathway   | start_date
            ----------+-----------
            old       | 2026-03-05
            same day  | 2026-03-05
            removed   | 2026-03-05
            sent home | 2026-03-05
            relisted  | 2026-03-05
        """,
        entries="""
            pathway   | decided_to_admit_date | removal_date | kind_code | decision_reason
            ----------+-----------------------+--------------+-----------+----------------
            old       | 2026-03-04            |              | 11        | treatment
            same day  | 2026-03-05            |              | 11        | treatment
            removed   | 2026-03-04            | 2026-06-01   | 11        | treatment
            sent home | 2026-06-04            | 2026-10-05   | 11        | treatment
            relisted  | 2026-06-04            |              | 11        | treatment
        """,
        events="""
            pathway   | event_date | event_type
            ----------+------------+---------------
            sent home | 2026-10-05 | admit_not_done
            relisted  | 2026-10-05 | admit_not_done
        """,
    )  # fmt: skip


def test_16_planned(flagged):
    """Due yesterday, or without a date; due today is in time. Off the list only the missing date is told, of a past list."""
    current = flagged(
        "planned",
        {"overdue": "due 2026-11-14, not done", "undated": "planned since 2026-03-05, no due date",
         "undated, done": "planned since 2026-03-05, no due date"},
        entries="""
            pathway       | decided_to_admit_date | planned_due_date | removal_date | kind_code
            --------------+-----------------------+------------------+--------------+----------
            overdue       | 2026-03-05            | 2026-11-14       |              | 13
            due today     | 2026-03-05            | 2026-11-15       |              | 13
            undated       | 2026-03-05            |                  |              | 13
            undated, done | 2026-03-05            |                  | 2026-10-01   | 13
            done          | 2026-03-05            | 2026-11-14       | 2026-11-14   | 13
            active        | 2026-03-05            |                  |              | 11
        """,
    )  # fmt: skip
    assert current == {"overdue", "undated"}
