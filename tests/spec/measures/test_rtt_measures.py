"""Every RTT measure on a few drawn clocks."""

from datetime import date

import ibis
import pyarrow as pa
import pytest

from clockstop.measures.catalogue import clock_measures, measure
from clockstop.measures.evaluate import current, evaluate
from clockstop.measures.periods import months_to, on_day, weeks_to

# What the measures read of rtt_clocks and rtt_waits; a spec draws what it speaks of.
DATES = ("start_date", "end_date", "responsibility_passed_date", "first_attended_date", "decided_to_admit_date", "tci_date",
         "next_event_date", "last_attended_date", "last_pas_validation_date")  # fmt: skip
TRUTHS = ("is_nullified", "ended_by_admission", "has_next_step")


def filled(clocks):
    """The drawn clocks with every column that was not drawn, null or false."""
    missing = {name: ibis.null("date") for name in DATES if name not in clocks.columns}
    missing |= {name: ibis.literal(False) for name in TRUTHS if name not in clocks.columns}
    dates = {name: clocks[name].cast("date") for name in DATES if name in clocks.columns}
    truths = {name: clocks[name].fill_null(False) for name in TRUTHS if name in clocks.columns}
    return clocks.mutate(**missing, **dates, **truths, trust=ibis.literal("T"))


def counted(clocks, *, slugs, periods):
    """The measures of those slugs over the drawn clocks."""
    tables = evaluate([measure(slug) for slug in slugs.split()], filled(clocks), periods=[periods], by=("trust",))
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def counted_now(waits, *, slugs, day):
    return current([measure(slug) for slug in slugs.split()], filled(waits), day=day, by=("trust",))[0]


THRESHOLDS = """
    start_date | end_date   | note
    -----------+------------+------------------------------
    2026-05-27 |            | 126 days at the end of September
    2026-05-26 |            | 127 days
    2025-10-01 |            | 364 days
    2025-09-30 |            | 365 days
    2025-07-02 |            | 455 days
    2025-07-01 |            | 456 days
    2025-04-02 |            | 546 days
    2025-04-01 |            | 547 days
    2024-10-02 |            | 728 days
    2024-10-01 |            | 729 days
    2026-09-30 |            | 0 days
    2026-08-01 | 2026-09-30 | stopped on the day: not waiting
    2026-10-01 |            | not started
"""


def test_thresholds_count_days_beyond_whole_weeks(spec):
    """RTT-R41: within 18 weeks is 126 days or fewer; over N weeks is more than 7N days. RTT-R42: a stop on the day has stopped."""
    expect = """
        measure                 | period_end | numerator | denominator
        ------------------------+------------+-----------+------------
        rtt_within_18_weeks     | 2026-09-30 | 2         | 11
        rtt_incomplete          | 2026-09-30 | 11        | 11
        rtt_over_52_weeks_share | 2026-09-30 | 7         | 11
        rtt_over_52_weeks       | 2026-09-30 | 7         | 11
        rtt_over_65_weeks       | 2026-09-30 | 5         | 11
        rtt_over_78_weeks       | 2026-09-30 | 3         | 11
        rtt_over_104_weeks      | 2026-09-30 | 1         | 11
    """
    slugs = (
        "rtt_within_18_weeks rtt_incomplete rtt_over_52_weeks_share rtt_over_52_weeks rtt_over_65_weeks rtt_over_78_weeks "
        "rtt_over_104_weeks"
    )
    spec(counted, THRESHOLDS, slugs=slugs, periods=months_to(date(2026, 9, 30), 1), expect=expect)


def test_a_week_ends_on_sunday_and_a_census_is_taken_at_its_end(spec):
    """A clock counts in each census from the day it starts until the day it stops; weeks without a movement hold their count."""
    clocks = """
        start_date | end_date
        -----------+-----------
        2026-10-18 | 2026-11-09
        2026-11-02 | 2026-11-08
    """
    expect = """
        measure        | period_kind | period_end | numerator
        ---------------+-------------+------------+----------
        rtt_incomplete | week        | 2026-10-18 | 1
        rtt_incomplete | week        | 2026-10-25 | 1
        rtt_incomplete | week        | 2026-11-01 | 1
        rtt_incomplete | week        | 2026-11-08 | 1
    """
    spec(counted, clocks, slugs="rtt_incomplete", periods=weeks_to(date(2026, 11, 18), 5), expect=expect)


def test_nullified_and_passed_clocks_leave_the_list(spec):
    """RTT-R42, R33: nullified on or before the census, or passed to another trust by it, is no longer this trust's list."""
    clocks = """
        start_date | end_date   | is_nullified | responsibility_passed_date
        -----------+------------+--------------+---------------------------
        2026-08-03 | 2026-09-30 | T            |
        2026-08-03 | 2026-10-01 | T            |
        2026-08-03 |            | F            | 2026-09-30
        2026-08-03 |            | F            | 2026-10-01
    """
    expect = """
        measure        | numerator
        ---------------+----------
        rtt_incomplete | 2
    """
    spec(counted, clocks, slugs="rtt_incomplete", periods=on_day(date(2026, 9, 30)), expect=expect)


def test_waits_for_a_first_appointment_and_for_admission(spec):
    """RTT-R53: not seen since the clock started and not on the admitted list. An attendance before the start does not count."""
    clocks = """
        start_date | first_attended_date | decided_to_admit_date
        -----------+---------------------+----------------------
        2026-08-03 |                     |
        2026-01-05 |                     |
        2026-08-03 | 2026-09-30          |
        2026-08-03 | 2026-10-01          |
        2026-08-03 | 2026-07-01          |
        2026-08-03 |                     | 2026-09-30
        2026-08-03 | 2026-08-20          | 2026-10-01
    """
    expect = """
        measure                               | numerator | denominator
        --------------------------------------+-----------+------------
        rtt_first_appointment_within_18_weeks | 3         | 4
        rtt_decision_to_admit_share           | 1         | 7
    """
    slugs = "rtt_first_appointment_within_18_weeks rtt_decision_to_admit_share"
    spec(counted, clocks, slugs=slugs, periods=on_day(date(2026, 9, 30)), expect=expect)


def test_deadline_cohorts(spec):
    """RTT-R56: within 18 weeks today and beyond it in 28 days; over 52 weeks on 31 March, those already over included."""
    waits = """
        start_date | end_date
        -----------+---------
        2026-06-24 |
        2026-06-23 |
        2026-05-27 |
        2026-05-26 |
        2026-04-01 |
        2026-03-31 |
    """
    expect = """
        measure                       | numerator | denominator
        ------------------------------+-----------+------------
        rtt_breach_in_4_weeks         | 2         | 6
        rtt_over_52_weeks_by_31_march | 1         | 6
    """
    spec(counted_now, waits, slugs="rtt_breach_in_4_weeks rtt_over_52_weeks_by_31_march", day="2026-09-30", expect=expect)


def test_validation_and_next_steps(spec):
    """RTT-R50: who was validated in 84 days, of those with over 84 days and nothing recent or soon; a future date is none."""
    waits = """
        start_date | last_pas_validation_date | last_attended_date | tci_date   | has_next_step
        -----------+--------------------------+--------------------+------------+--------------
        2026-07-08 | 2026-09-01               |                    |            | T
        2026-07-07 | 2026-07-09               |                    |            | F
        2026-07-07 | 2026-07-08               |                    |            | F
        2026-07-07 |                          |                    |            | F
        2026-07-07 | 2026-10-01               |                    |            | T
        2026-07-07 | 2026-09-01               | 2026-07-08         |            | T
        2026-07-07 | 2026-09-01               |                    | 2026-10-28 | T
        2026-07-07 |                          |                    | 2026-10-29 | T
    """
    expect = """
        measure                       | numerator | denominator
        ------------------------------+-----------+------------
        rtt_validated_within_12_weeks | 1         | 4
        rtt_must_be_validated         | 4         | 5
        rtt_revalidated               | 0         | 7
        rtt_no_next_step_share        | 3         | 8
        rtt_no_next_step              | 3         | 8
    """
    slugs = "rtt_validated_within_12_weeks rtt_must_be_validated rtt_revalidated rtt_no_next_step_share rtt_no_next_step"
    spec(counted_now, waits, slugs=slugs, day="2026-09-30", expect=expect)


def test_flows_are_counted_by_their_day(spec):
    """RTT-R43, R44, R47, R28: completed by admission or otherwise, never the nullified; the unknown start in its own count."""
    clocks = """
        start_date | end_date   | is_nullified | ended_by_admission | responsibility_passed_date
        -----------+------------+--------------+--------------------+---------------------------
        2026-05-27 | 2026-09-30 | F            | T                  |
        2026-05-26 | 2026-09-30 | F            | T                  |
        2026-09-01 | 2026-09-01 | F            | F                  |
        2026-09-02 | 2026-09-20 | T            | F                  |
                   | 2026-09-20 | F            | F                  |
        2026-09-03 | 2026-09-20 | F            | F                  | 2026-09-10
        2026-08-31 | 2026-10-01 | F            | F                  |
    """
    expect = """
        measure                                 | numerator | denominator
        ----------------------------------------+-----------+------------
        rtt_completed_admitted                  | 2         | 4
        rtt_completed_admitted_within_18_weeks  | 1         | 2
        rtt_completed_non_admitted              | 2         | 4
        rtt_completed_non_admitted_within_18_weeks | 1      | 1
        rtt_new_periods                         | 2         | 2
        rtt_clock_stops                         | 4         | 4
        rtt_nullified                           | 1         | 5
        rtt_unknown_start                       | 1         | 4
    """
    slugs = (
        "rtt_completed_admitted rtt_completed_admitted_within_18_weeks rtt_completed_non_admitted "
        "rtt_completed_non_admitted_within_18_weeks rtt_new_periods rtt_clock_stops rtt_nullified rtt_unknown_start"
    )
    spec(counted, clocks, slugs=slugs, periods=months_to(date(2026, 9, 30), 1), expect=expect)


def test_clearance_time_is_the_list_over_a_typical_weeks_stops(spec):
    """The stops of the 91 days to the census; per 13 weeks. Nullified clocks are no stops."""
    clocks = """
        start_date | end_date   | is_nullified
        -----------+------------+-------------
        2026-01-05 |            | F
        2026-01-06 |            | F
        2026-01-05 | 2026-09-30 | F
        2026-01-05 | 2026-07-02 | F
        2026-01-05 | 2026-07-01 | F
        2026-01-05 | 2026-09-01 | T
    """
    expect = """
        measure             | numerator | denominator
        --------------------+-----------+------------
        rtt_clearance_weeks | 2         | 2
    """
    spec(counted, clocks, slugs="rtt_clearance_weeks", periods=on_day(date(2026, 9, 30)), expect=expect)
    assert measure("rtt_clearance_weeks").value(2, 2) == 13


def test_quantiles_keep_their_bands(spec):
    """RTT-R55, R40: one histogram of weeks for the median and the 92nd percentile; band 1 has the days 0 to 7."""
    expect = """
        measure          | band | numerator
        -----------------+------+----------
        rtt_weeks_waited | 1    | 1
        rtt_weeks_waited | 18   | 1
        rtt_weeks_waited | 19   | 1
        rtt_weeks_waited | 52   | 1
        rtt_weeks_waited | 53   | 1
        rtt_weeks_waited | 65   | 1
        rtt_weeks_waited | 66   | 1
        rtt_weeks_waited | 78   | 1
        rtt_weeks_waited | 79   | 1
        rtt_weeks_waited | 104  | 1
        rtt_weeks_waited | 105  | 1
    """
    slugs = "rtt_median_wait rtt_92nd_percentile_wait"
    spec(counted, THRESHOLDS, slugs=slugs, periods=months_to(date(2026, 9, 30), 1), expect=expect)


@pytest.mark.parametrize(("slug", "weeks"), [("rtt_median_wait", 2.0), ("rtt_92nd_percentile_wait", 3.68)])
def test_a_quantile_is_read_from_summed_bands(slug, weeks):
    """RTT-R55: by a straight line inside the band that holds it."""
    assert measure(slug).value_of_bands({1: 1, 2: 1, 3: 1, 4: 1}) == pytest.approx(weeks)
    assert measure(slug).value_of_bands({}) is None


def test_a_dimension_that_is_not_known_is_a_cell_of_its_own(engine):
    """A null dimension is `unknown`, so that the parts of a cut add up to the whole."""
    rows = pa.table({"start_date": pa.array([date(2026, 9, 1)] * 3), "sex": ["1", None, "1"]})
    clocks = filled(engine.memory(rows))
    table = evaluate([measure("rtt_incomplete")], clocks, periods=[on_day(date(2026, 9, 30))], by=("trust", "sex"))[0]
    assert {row["sex"]: row["numerator"] for row in engine.rows(table).to_pylist()} == {"1": 2, "unknown": 1}


def test_every_measure_of_rtt_is_drawn_here():
    """A measure without a spec is not proved."""
    import inspect
    import sys

    text = inspect.getsource(sys.modules[__name__])
    assert [one.slug for one in clock_measures() if one.slug not in text] == []
