"""The facts of diagnostics over drawn requests and appointments: waits, planned tests, demand and activity (DM-R01 to R10)."""

from datetime import date

import pytest

import diagnostic_tables
import drawn_tables

OCTOBER = date(2026, 10, 31)


@pytest.fixture
def check(engine):
    """Compare a fact of the drawn datasets with a drawn table; only the columns of `expect` are compared."""

    def run(name, requests, appointments=None, *, expect, as_of=OCTOBER, **readings):
        found = diagnostic_tables.fact(
            name, engine, requests, appointments, as_of=as_of, readings=diagnostic_tables.Readings(**readings)
        )
        wanted = drawn_tables.table(expect)
        got = engine.rows(found.select(wanted.column_names))
        assert drawn_tables.text(got) == drawn_tables.text(wanted)

    return run


ONE = """
    request | request_date
    --------+-------------
    R1      | 2026-09-01
"""


def test_a_request_waits_from_the_day_it_was_made(check):
    """The wait starts on the day of the request; its band is of whole weeks, and day 42 is the breach (DM-R01, DM-R02)."""
    requests = """
        request | request_date
        --------+-------------
        day 41  | 2026-09-20
        day 42  | 2026-09-19
        day 90  | 2026-08-02
        day 91  | 2026-08-01
    """
    expect = """
        diagnostic_wait_identifier | days_waited | band_label | is_breach | breach_date | days_to_breach
        ---------------------------+-------------+------------+-----------+-------------+---------------
        day 41                     | 41          | 05 < 06    | F         | 2026-11-01  | 1
        day 42                     | 42          | 06 < 07    | T         | 2026-10-31  | 0
        day 90                     | 90          | 12 < 13    | T         | 2026-09-13  | -48
        day 91                     | 91          | 13+        | T         | 2026-09-12  | -49
    """
    check("diagnostic_waits", requests, expect=expect)


def test_an_e_rs_request_waits_from_its_conversion_or_slot_issue(check):
    """Bookable through e-RS: the day of the conversion, or of the slot issue where that came first (DM-R01)."""
    requests = """
        request    | request_date | ubrn_conversion_date | slot_issue_date
        -----------+--------------+----------------------+----------------
        converted  | 2026-09-01   | 2026-09-05           |
        slot issue | 2026-09-01   | 2026-09-20           | 2026-09-07
    """
    expect = """
        diagnostic_wait_identifier | start_date | start_rule
        ---------------------------+------------+-----------
        converted                  | 2026-09-05 | DM-R01
        slot issue                 | 2026-09-07 | DM-R01
    """
    check("diagnostic_waits", requests, expect=expect)


def test_a_missed_appointment_restarts_the_wait(check):
    """A DNA sets the wait to zero from the missed date; both periods are kept, and each census is in one of them (DM-R03)."""
    appointments = """
        request | offered_date | appointment_date | outcome_name
        --------+--------------+------------------+-------------
        R1      | 2026-09-10   | 2026-10-09       | dna
    """
    expect = """
        wait_number | listed_date | start_date | end_date   | ended_by       | end_rule | days_waited | reset_by
        ------------+-------------+------------+------------+----------------+----------+-------------+---------------
        1           | 2026-09-01  | 2026-09-01 | 2026-10-09 | did not attend | DM-R03   | 38          |
        2           | 2026-10-09  | 2026-10-09 |            |                |          | 22          | did not attend
    """
    check("diagnostic_waits", ONE, appointments, expect=expect)


def test_a_cancelled_appointment_to_come_is_a_wait_of_no_days_until_then(check):
    """Cancelled ahead, the wait restarts on the day of the appointment, and stands on the list at 0 days before (DM-R03)."""
    appointments = """
        request | offered_date | appointment_date | outcome_name      | outcome_date
        --------+--------------+------------------+-------------------+-------------
        R1      | 2026-09-10   | 2026-11-12       | patient_cancelled | 2026-10-20
    """
    expect = """
        listed_date | start_date | end_date   | days_waited | band_label | breach_date
        ------------+------------+------------+-------------+------------+------------
        2026-09-01  | 2026-09-01 | 2026-10-20 | 49          | 07 < 08    | 2026-10-13
        2026-10-20  | 2026-11-12 |            | 0           | 00 < 01    | 2026-12-24
    """
    check("diagnostic_waits", ONE, appointments, expect=expect)
    from_the_cancelling = """
        listed_date | start_date | days_waited
        ------------+------------+------------
        2026-09-01  | 2026-09-01 | 49
        2026-10-20  | 2026-10-20 | 11
    """
    reading = {"diagnostic_cancellation_restarts_on": "cancellation"}
    check("diagnostic_waits", ONE, appointments, expect=from_the_cancelling, **reading)


def test_resets_can_be_switched_off(check):
    """Whether guidance since 2015 changed the resets is unsure, so each may be read away."""
    appointments = """
        request | offered_date | appointment_date | outcome_name      | outcome_date
        --------+--------------+------------------+-------------------+-------------
        R1      | 2026-09-03   | 2026-09-20       | dna               |
        R1      | 2026-09-21   | 2026-10-09       | patient_cancelled | 2026-10-08
    """
    expect = """
        start_date | end_date | days_waited
        -----------+----------+------------
        2026-09-01 |          | 60
    """
    readings = {"diagnostic_dna_resets": False, "diagnostic_patient_cancellation_resets": False}
    check("diagnostic_waits", ONE, appointments, expect=expect, **readings)


def test_two_refused_dates_restart_from_the_first_date_offered(check):
    """Two dates with three weeks' notice, refused, restart the wait from the first; short notice does not count (DM-R04)."""
    appointments = """
        request | offered_date | appointment_date | outcome_name | outcome_date
        --------+--------------+------------------+--------------+-------------
        R1      | 2026-09-02   | 2026-09-10       | refused      | 2026-09-02
        R1      | 2026-09-03   | 2026-09-24       | refused      | 2026-09-04
        R1      | 2026-09-08   | 2026-10-05       | refused      | 2026-09-09
    """
    expect = """
        listed_date | start_date | end_date   | ended_by                     | days_waited
        ------------+------------+------------+------------------------------+------------
        2026-09-01  | 2026-09-01 | 2026-09-09 | two reasonable dates refused | 8
        2026-09-09  | 2026-09-24 |            |                              | 37
    """
    check("diagnostic_waits", ONE, appointments, expect=expect)


def test_what_the_hospital_does_changes_nothing(check):
    """Cancelled by the hospital, equipment failure, unfit, abandoned: no reset and no pause (DM-R06, DM-R07)."""
    appointments = """
        request | offered_date | appointment_date | outcome_name       | outcome_date
        --------+--------------+------------------+--------------------+-------------
        R1      | 2026-09-02   | 2026-09-10       | provider_cancelled | 2026-09-09
        R1      | 2026-09-10   | 2026-09-20       | equipment_failure  |
        R1      | 2026-09-20   | 2026-10-01       | unfit              |
        R1      | 2026-10-01   | 2026-10-12       | abandoned          |
    """
    expect = """
        start_date | end_date | days_waited | booked_date
        -----------+----------+-------------+------------
        2026-09-01 |          | 60          |
    """
    check("diagnostic_waits", ONE, appointments, expect=expect)
    check("diagnostic_activity", ONE, appointments, expect="activity_date | activity_kind\n--------+------")
    restarted = """
        start_date | end_date   | ended_by       | days_waited
        -----------+------------+----------------+------------
        2026-09-01 | 2026-10-12 | test abandoned | 41
        2026-10-12 |            |                | 19
    """
    check("diagnostic_waits", ONE, appointments, expect=restarted, diagnostic_abandoned_keeps_clock=False)


def test_the_test_stops_the_wait_and_is_activity(check):
    """The wait ends on the day of the test, which is waiting-list activity (DM-R07)."""
    appointments = """
        request | offered_date | appointment_date | outcome_name
        --------+--------------+------------------+-------------
        R1      | 2026-09-10   | 2026-10-09       | done
    """
    expect = """
        end_date   | ended_by  | end_rule | days_waited | days_to_breach
        -----------+-----------+----------+-------------+---------------
        2026-10-09 | test done | DM-R07   | 38          |
    """
    check("diagnostic_waits", ONE, appointments, expect=expect)
    activity = """
        activity_date | activity_kind
        --------------+--------------
        2026-10-09    | waiting_list
    """
    check("diagnostic_activity", ONE, appointments, expect=activity)


def test_what_lies_after_the_day_is_not_known(check):
    """At the end of a day nobody knows of later tests, requests and removals; an appointment to come is booked."""
    requests = """
        request | request_date | removal_date
        --------+--------------+-------------
        R1      | 2026-09-01   |
        removed | 2026-09-01   | 2026-11-01
        later   | 2026-11-01   |
    """
    appointments = """
        request | offered_date | appointment_date | outcome_name
        --------+--------------+------------------+-------------
        R1      | 2026-09-10   | 2026-11-09       | booked
    """
    expect = """
        diagnostic_wait_identifier | booked_date | has_next_step | is_booked_in_time
        ---------------------------+-------------+---------------+------------------
        R1                         | 2026-11-09  | T             | F
        removed                    |             | F             | F
    """
    check("diagnostic_waits", requests, appointments, expect=expect)


PLANNED = """
    request  | type_name | request_date | due_date
    ---------+-----------+--------------+-----------
    not due  | planned   | 2025-11-01   | 2026-11-01
    due      | planned   | 2025-10-31   | 2026-10-31
    overdue  | planned   | 2025-09-10   | 2026-09-10
    done     | planned   | 2025-09-10   | 2026-09-10
    in time  | planned   | 2025-09-10   | 2026-09-10
    no date  | planned   | 2025-09-10   |
    asked late | planned | 2026-10-01   | 2026-09-10
"""
PLANNED_TESTS = """
    request | offered_date | appointment_date | outcome_name
    --------+--------------+------------------+-------------
    done    | 2026-09-01   | 2026-10-01       | done
    in time | 2026-09-01   | 2026-09-10       | done
"""


def test_a_planned_test_joins_the_list_at_its_due_date(check):
    """Planned and surveillance tests are not on the list until the due date; their clock starts there (DM-R05)."""
    expect = """
        diagnostic_wait_identifier | listed_date | start_date | end_date   | start_rule | days_waited | is_overdue_planned
        ---------------------------+-------------+------------+------------+------------+-------------+-------------------
        due                        | 2026-10-31  | 2026-10-31 |            | DM-R05     | 0           | T
        overdue                    | 2026-09-10  | 2026-09-10 |            | DM-R05     | 51          | T
        done                       | 2026-09-10  | 2026-09-10 | 2026-10-01 | DM-R05     | 21          | T
        asked late                 | 2026-10-01  | 2026-09-10 |            | DM-R05     | 51          | T
    """
    check("diagnostic_waits", PLANNED, PLANNED_TESTS, expect=expect)


def test_a_planned_test_is_overdue_from_the_day_after(check):
    """Open planned tests are overdue once the due date has passed; one without a due date is seen, and never overdue."""
    expect = """
        diagnostic_request_identifier | end_date   | days_overdue
        ------------------------------+------------+-------------
        not due                       |            |
        due                           |            |
        overdue                       |            | 51
        done                          | 2026-10-01 |
        in time                       | 2026-09-10 |
        no date                       |            |
        asked late                    |            | 51
    """
    check("diagnostic_planned", PLANNED, PLANNED_TESTS, expect=expect)


def test_planned_activity_is_that_of_planned_tests_that_were_not_overdue(check):
    """A planned test done on its due date or before is planned activity; one that had joined the list is of the list."""
    expect = """
        diagnostic_request_identifier | activity_kind
        ------------------------------+--------------
        done                          | waiting_list
        in time                       | planned
    """
    check("diagnostic_activity", PLANNED, PLANNED_TESTS, expect=expect)


def test_who_is_not_counted_never_waits(check):
    """Inpatients, emergencies, screening, obstetric, therapeutic and private requests are left out, each with why (DM-R09)."""
    requests = """
        request     | type_name    | excluded_name | request_date | test_name
        ------------+--------------+---------------+--------------+----------
        ours        | waiting_list |               | 2026-10-01   | CT
        in hospital | unscheduled  |               | 2026-10-01   | CT
        emergency   | waiting_list | emergency     | 2026-10-01   | CT
        screening   | planned      | screening     | 2026-10-01   | COLONOSCOPY
        private     | waiting_list | private       | 2026-10-01   | MRI
        x-ray       | waiting_list |               | 2026-10-01   | OTHER
    """
    appointments = """
        request     | appointment_date | outcome_name
        ------------+------------------+-------------
        in hospital | 2026-10-01       | done
        emergency   | 2026-10-02       | done
        private     | 2026-10-20       | done
    """
    check("diagnostic_waits", requests, appointments, expect="diagnostic_wait_identifier\n-----\nours")
    expect = """
        diagnostic_request_identifier | is_counted | exclusion
        ------------------------------+------------+-------------------
        ours                          | T          |
        in hospital                   | F          | unscheduled
        emergency                     | F          | emergency
        screening                     | F          | screening
        private                       | F          | private
        x-ray                         | F          | test_not_collected
    """
    check("diagnostic_demand", requests, appointments, expect=expect)
    activity = """
        diagnostic_request_identifier | activity_kind
        ------------------------------+--------------
        in hospital                   | unscheduled
        emergency                     | unscheduled
        private                       |
    """
    check("diagnostic_activity", requests, appointments, expect=activity)


def test_each_test_is_counted_once(check):
    """MRI and CT are two waits; a second request of the day for the same test, or a marked duplicate, is none (DM-R08)."""
    requests = """
        request | person_name | test_name | request_date | twin_of_name | removal_date | removed_name
        --------+-------------+-----------+--------------+--------------+--------------+-------------
        R1      | ann         | MRI       | 2026-09-01   |              |              |
        R2      | ann         | CT        | 2026-09-01   |              |              |
        R3      | ann         | MRI       | 2026-09-01   |              | 2026-09-02   | duplicate
        R4      | ann         | MRI       | 2026-09-20   | R1           |              |
        R5      | ann         | MRI       | 2026-09-30   |              |              |
        R6      | bob         | MRI       | 2026-09-01   |              |              |
    """
    appointments = """
        request | appointment_date | outcome_name
        --------+------------------+-------------
        R3      | 2026-10-10       | done
        R1      | 2026-10-10       | done
    """
    expect = """
        diagnostic_wait_identifier | start_date | end_date
        ---------------------------+------------+-----------
        R1                         | 2026-09-01 | 2026-10-10
        R2                         | 2026-09-01 |
        R5                         | 2026-09-30 |
        R6                         | 2026-09-01 |
    """
    check("diagnostic_waits", requests, appointments, expect=expect)
    check("diagnostic_activity", requests, appointments, expect="diagnostic_request_identifier\n----\nR1")


def test_a_test_before_its_request_is_an_error(check):
    """Nobody waits for a test that is recorded as done before it was asked for; the request says that its dates are wrong."""
    appointments = """
        request | appointment_date | outcome_name
        --------+------------------+-------------
        R1      | 2026-08-20       | done
    """
    check("diagnostic_waits", ONE, appointments, expect="diagnostic_wait_identifier | start_date\n-----+-----")
    expect = """
        diagnostic_request_identifier | is_dated_wrong | days_to_test
        ------------------------------+----------------+-------------
        R1                            | T              |
    """
    check("diagnostic_demand", ONE, appointments, expect=expect)


def test_the_steps_of_a_request_have_their_times(check):
    """Vetting is counted from the request, the report from the test."""
    requests = """
        request | request_date | vetted_date | reported_date
        --------+--------------+-------------+--------------
        R1      | 2026-09-01   | 2026-09-03  | 2026-10-14
        R2      | 2026-09-01   |             |
    """
    appointments = """
        request | appointment_date | outcome_name
        --------+------------------+-------------
        R1      | 2026-10-09       | done
    """
    expect = """
        diagnostic_request_identifier | days_to_vetting | days_to_test | days_to_report
        ------------------------------+-----------------+--------------+---------------
        R1                            | 2               | 38           | 5
        R2                            |                 |              |
    """
    check("diagnostic_demand", requests, appointments, expect=expect)


def test_a_request_without_a_pathway_is_a_pathway_of_its_own(check):
    """A GP's direct request belongs to no pathway; it is found, and written on, under its own number."""
    requests = """
        request | pathway_name | request_date
        --------+--------------+-------------
        R1      | P1           | 2026-09-01
        R2      |              | 2026-09-01
    """
    expect = """
        diagnostic_wait_identifier | patient_pathway_identifier
        ---------------------------+---------------------------
        R1                         | P1
        R2                         | R2
    """
    check("diagnostic_waits", requests, expect=expect)
