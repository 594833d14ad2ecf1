"""Every diagnostic measure on a few drawn requests and appointments, as a refresh counts them."""

from datetime import date

import ibis
import pytest

import diagnostic_tables
import drawn_tables
from clockstop.measures.catalogue.diagnostics import MEASURES
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.periods import Running

OCTOBER = date(2026, 10, 31)
NOVEMBER = date(2026, 11, 30)


@pytest.fixture
def check(engine):
    """Compare the measures of some slugs, month by month up to a day, with a drawn table of what they come to."""

    def run(slugs, requests, appointments=None, *, expect, months=1, as_of=OCTOBER, now=False, by="trust"):
        chosen = [one for one in MEASURES if one.slug in slugs.split()]
        fact = diagnostic_tables.fact(chosen[0].table, engine, requests, appointments, as_of=as_of)
        rows = engine.memory(engine.rows(fact.mutate(trust=ibis.literal("T"))))
        periods = Running("now", as_of, 1) if now else Running("month", as_of, months)
        tables = fact_counts(chosen, rows, periods=[periods], by=(by,))
        wanted = drawn_tables.table(expect)
        got = engine.rows((ibis.union(*tables) if len(tables) > 1 else tables[0]).select(wanted.column_names))
        assert drawn_tables.text(got) == drawn_tables.text(wanted)

    return run


THRESHOLDS = """
    request | request_date
    --------+-------------
    day 0   | 2026-10-31
    day 41  | 2026-09-20
    day 42  | 2026-09-19
    day 90  | 2026-08-02
    day 91  | 2026-08-01
    later   | 2026-11-01
    done    | 2026-08-01
"""
DONE = """
    request | appointment_date | outcome_name
    --------+------------------+-------------
    done    | 2026-10-31       | done
"""


def test_six_weeks_are_missed_at_42_days_and_thirteen_at_91(check):
    """DM-R02: 41 days are within six weeks, 42 are not; 91 days are 13 weeks. A test done on the day has been done."""
    expect = """
        measure                           | period_end | numerator | denominator
        ----------------------------------+------------+-----------+------------
        diagnostics_waiting_list          | 2026-10-31 | 5         | 5
        diagnostics_six_weeks_or_more_share | 2026-10-31 | 3       | 5
        diagnostics_over_6_weeks          | 2026-10-31 | 3         | 5
        diagnostics_over_13_weeks         | 2026-10-31 | 1         | 5
        diagnostics_over_13_weeks_share   | 2026-10-31 | 1         | 5
        diagnostics_mean_wait             | 2026-10-31 | 264       | 5
    """
    slugs = (
        "diagnostics_waiting_list diagnostics_six_weeks_or_more_share diagnostics_over_6_weeks diagnostics_over_13_weeks "
        "diagnostics_over_13_weeks_share diagnostics_mean_wait"
    )
    check(slugs, THRESHOLDS, DONE, expect=expect)


RESETS = """
    request | request_date
    --------+-------------
    missed  | 2026-07-01
    ahead   | 2026-07-01
    whole   | 2026-07-01
"""
RESET_BY = """
    request | offered_date | appointment_date | outcome_name      | outcome_date
    --------+--------------+------------------+-------------------+-------------
    missed  | 2026-09-10   | 2026-10-09       | dna               |
    ahead   | 2026-09-10   | 2026-11-12       | patient_cancelled | 2026-10-20
    whole   | 2026-10-01   | 2026-11-12       | booked            |
"""


def test_a_reset_moves_the_wait_and_not_the_list(check):
    """DM-R03: at each census a wait is counted once, by the period that stands then; one cancelled ahead counts 0 days."""
    expect = """
        measure                             | period_end | numerator | denominator
        ------------------------------------+------------+-----------+------------
        diagnostics_waiting_list            | 2026-09-30 | 3         | 3
        diagnostics_waiting_list            | 2026-10-31 | 3         | 3
        diagnostics_six_weeks_or_more_share | 2026-09-30 | 3         | 3
        diagnostics_six_weeks_or_more_share | 2026-10-31 | 1         | 3
        diagnostics_waiting_after_reset     | 2026-09-30 | 0         | 3
        diagnostics_waiting_after_reset     | 2026-10-31 | 2         | 3
        diagnostics_mean_wait               | 2026-09-30 | 273       | 3
        diagnostics_mean_wait               | 2026-10-31 | 144       | 3
    """
    slugs = "diagnostics_waiting_list diagnostics_six_weeks_or_more_share diagnostics_waiting_after_reset diagnostics_mean_wait"
    check(slugs, RESETS, RESET_BY, expect=expect, months=2)


def test_who_has_no_booking_is_known_today(check):
    """The share of the list with nothing booked exists for the day of the list alone."""
    expect = """
        measure                     | period_end | numerator | denominator
        ----------------------------+------------+-----------+------------
        diagnostics_without_booking | 2026-10-31 | 2         | 3
    """
    check("diagnostics_without_booking", RESETS, RESET_BY, expect=expect, now=True)


ACTIVITY = """
    request | test_name | type_name    | request_date | due_date   | vetted_date | reported_date
    --------+-----------+--------------+--------------+------------+-------------+--------------
    listed  | MRI       | waiting_list | 2026-10-01   |            | 2026-10-03  | 2026-10-14
    late    | MRI       | waiting_list | 2026-09-01   |            | 2026-09-02  | 2026-11-02
    overdue | CT        | planned      | 2025-10-01   | 2026-10-01 |             |
    planned | CT        | planned      | 2025-10-01   | 2026-10-20 |             |
    to come | CT        | planned      | 2025-10-01   | 2026-12-20 |             |
    missed  | CT        | planned      | 2025-10-01   | 2026-10-20 |             |
    undated | CT        | planned      | 2025-10-01   |            |             |
    inside  | CT        | unscheduled  | 2026-10-05   |            |             |
    missing | MRI       | waiting_list | 2026-10-07   |            |             |
"""
ACTIVITY_DAYS = """
    request | appointment_date | outcome_name
    --------+------------------+-------------
    listed  | 2026-10-10       | done
    late    | 2026-10-31       | done
    overdue | 2026-10-06       | done
    planned | 2026-10-16       | done
    inside  | 2026-10-05       | done
    missing | 2026-10-20       | dna
    missing | 2026-10-27       | abandoned
"""


def test_activity_is_of_three_kinds(check):
    """DM01's second part: tests from the list, planned and unscheduled, by the day on which they were done."""
    expect = """
        measure                           | diagnostic_test | numerator | denominator
        ----------------------------------+-----------------+-----------+------------
        diagnostics_activity              | MRI             | 2         | 2
        diagnostics_activity              | CT              | 3         | 3
        diagnostics_waiting_list_activity | MRI             | 2         | 2
        diagnostics_waiting_list_activity | CT              | 1         | 3
        diagnostics_planned_activity      | MRI             | 0         | 2
        diagnostics_planned_activity      | CT              | 1         | 3
        diagnostics_unscheduled_activity  | MRI             | 0         | 2
        diagnostics_unscheduled_activity  | CT              | 1         | 3
    """
    slugs = "diagnostics_activity diagnostics_waiting_list_activity diagnostics_planned_activity diagnostics_unscheduled_activity"
    check(slugs, ACTIVITY, ACTIVITY_DAYS, expect=expect, by="diagnostic_test")


def test_demand_and_the_steps_of_a_request(check):
    """Requests count in the month in which they were made; vetting, test and report in the month in which they were done."""
    expect = """
        measure                            | period_end | numerator | denominator
        -----------------------------------+------------+-----------+------------
        diagnostics_requests               | 2026-09-30 | 1         | 1
        diagnostics_requests               | 2026-10-31 | 2         | 3
        diagnostics_vetting_days           | 2026-09-30 | 1         | 1
        diagnostics_vetting_days           | 2026-10-31 | 2         | 1
        diagnostics_request_to_test_days   | 2026-10-31 | 69        | 2
        diagnostics_reporting_days         | 2026-10-31 | 4         | 1
        diagnostics_reporting_days         | 2026-11-30 | 2         | 1
    """
    slugs = "diagnostics_requests diagnostics_vetting_days diagnostics_request_to_test_days diagnostics_reporting_days"
    check(slugs, ACTIVITY, ACTIVITY_DAYS, expect=expect, months=3, as_of=NOVEMBER)


def test_planned_tests_are_overdue_from_the_day_after_their_due_date(check):
    """DM-R05: open planned tests at the census, those whose due date has passed, and those that have none."""
    expect = """
        measure                              | period_end | numerator | denominator
        -------------------------------------+------------+-----------+------------
        diagnostics_planned_overdue          | 2026-09-30 | 0         | 5
        diagnostics_planned_overdue          | 2026-10-31 | 1         | 3
        diagnostics_planned_overdue_share    | 2026-09-30 | 0         | 5
        diagnostics_planned_overdue_share    | 2026-10-31 | 1         | 3
        diagnostics_planned_without_due_date | 2026-09-30 | 1         | 5
        diagnostics_planned_without_due_date | 2026-10-31 | 1         | 3
    """
    slugs = "diagnostics_planned_overdue diagnostics_planned_overdue_share diagnostics_planned_without_due_date"
    check(slugs, ACTIVITY, ACTIVITY_DAYS, expect=expect, months=2)


def test_missed_appointments_are_a_share_of_those_that_came_to_pass(check):
    """A DNA is counted among the appointments that were held or missed; cancellations are neither."""
    expect = """
        measure         | numerator | denominator
        ----------------+-----------+------------
        diagnostics_dna | 1         | 7
    """
    check("diagnostics_dna", ACTIVITY, ACTIVITY_DAYS, expect=expect)
