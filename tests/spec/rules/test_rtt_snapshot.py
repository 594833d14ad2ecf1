"""RTT-R42 to R45 and R53: what is on the list, and in which part of the return."""

import pytest

from clockstop.rules import rtt_snapshot as rule

MONTH = {"first_day": "2026-09-01", "last_day": "2026-09-30"}


def test_what_is_open_at_the_end_of_the_census_day(spec):
    """RTT-R42: a start on the day is on the list; a stop, or a nullification, on the day is off it."""
    clocks = """
        pathway_name        | start_date | end_date   | nullified_date
        --------------------+------------+------------+---------------
        starts that day     | 2026-09-30 |            |
        starts the next     | 2026-10-01 |            |
        stops that day      | 2026-06-01 | 2026-09-30 |
        stops the next      | 2026-06-01 | 2026-10-01 |
        nullified that day  | 2026-06-01 | 2026-09-30 | 2026-09-30
        nullified the next  | 2026-06-01 | 2026-10-01 | 2026-10-01
        start unknown       |            |            |
    """
    expect = """
        pathway_name        | is_open
        --------------------+--------
        starts that day     | T
        starts the next     | F
        stops that day      | F
        stops the next      | T
        nullified that day  | F
        nullified the next  | T
        start unknown       | F
    """

    def is_open(rows, census):
        return rows.mutate(is_open=rule.is_incomplete(
            start_date=rows.start_date, end_date=rows.end_date, nullified_date=rows.nullified_date, census=census))  # fmt: skip

    spec(is_open, clocks, "2026-09-30", expect=expect)


def test_the_part_in_which_a_period_counts(spec):
    """RTT-R43, R44: 1A is ended by admission for treatment, 1B by anything else, 33 by neither; a start counts in Part 3."""
    clocks = """
        pathway_name            | start_date | end_date   | end_status | is_nullified | has_admission
        ------------------------+------------+------------+------------+--------------+--------------
        admitted                | 2026-05-01 | 2026-09-01 | 30         | F            | T
        treated in clinic       | 2026-05-01 | 2026-09-30 | 30         | F            | F
        admission not needed    | 2026-05-01 | 2026-09-10 | 34         | F            | T
        missed and nullified    | 2026-09-01 | 2026-09-10 | 33         | T            | F
        same day                | 2026-09-14 | 2026-09-14 | 30         | F            | F
        the month before        | 2026-05-01 | 2026-08-31 | 30         | F            | T
        open                    | 2026-09-30 |            |            | F            | F
    """
    expect = """
        pathway_name            | is_1a | is_1b | is_3 | is_3_with_nullified
        ------------------------+-------+-------+------+--------------------
        admitted                | T     | F     | F    | F
        treated in clinic       | F     | T     | F    | F
        admission not needed    | F     | T     | F    | F
        missed and nullified    | F     | F     | F    | T
        same day                | F     | T     | T    | T
        the month before        | F     | F     | F    | F
        open                    | F     | F     | T    | T
    """

    def parts(rows, first_day, last_day):
        month = {"is_nullified": rows.is_nullified, "first_day": first_day, "last_day": last_day}
        ended = {
            "is_completed": rule.is_completed_in(end_date=rows.end_date, **month),
            "ended_by_admission": rows.has_admission,
            "end_status": rows.end_status,
        }
        return rows.mutate(
            is_1a=rule.is_completed_admitted(**ended),
            is_1b=rule.is_completed_non_admitted(**ended),
            is_3=rule.is_new_period(start_date=rows.start_date, **month),
            is_3_with_nullified=rule.is_new_period(start_date=rows.start_date, counts_nullified=True, **month),
        )

    spec(parts, clocks, expect=expect, **MONTH)


def test_who_waits_for_a_first_appointment(spec):
    """RTT-R53: open, non-admitted, and no attended first activity since the clock started."""
    clocks = """
        pathway_name | start_date | first_attended_date | is_admitted
        -------------+------------+---------------------+------------
        never seen   | 2026-06-01 |                     | F
        seen before  | 2026-06-01 | 2026-05-20          | F
        seen at once | 2026-06-01 | 2026-06-01          | F
        on the list  | 2026-06-01 |                     | T
    """
    expect = """
        pathway_name | awaits_first
        -------------+-------------
        never seen   | T
        seen before  | T
        seen at once | F
        on the list  | F
    """

    def awaits(rows):
        awaited = rule.awaits_first_appointment(
            is_admitted_pathway=rows.is_admitted, first_attended_date=rows.first_attended_date, start_date=rows.start_date
        )
        return rows.mutate(awaits_first=awaited)

    spec(awaits, clocks, expect=expect)


def test_planned_entries_are_outside_rtt():
    """Planned-care.md 1.6: type 13."""
    assert [rule.is_planned(code) for code in ("11", "12", "13", None)] == [False, False, True, False]


@pytest.mark.parametrize(("numerator", "denominator", "value"), [(3, 4, 0.75), (0, 5, 0.0), (0, 0, None)])
def test_a_share_of_nothing_is_nothing(numerator, denominator, value):
    """RTT-R45: denominator 0 gives no figure, never 0 % or 100 %."""
    assert rule.share(numerator, denominator) == value


def test_clearance_time_is_the_list_over_weekly_stops():
    """RTT-R45: 1,000 waiting and 80 stops a week are 12.5 weeks."""
    assert rule.clearance_weeks(1_000, 80) == 12.5
