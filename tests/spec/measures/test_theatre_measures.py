"""Every theatre measure on a few drawn sessions and cases, as a refresh counts them."""

from datetime import date

import ibis
import pytest

import drawn_tables
from clockstop.measures.catalogue.theatres import MEASURES
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.periods import Running
from clockstop.rules.readings import Readings
from clockstop.rules.theatre_bookings import theatre_bookings
from clockstop.rules.theatre_cancellations import theatre_cancellations
from clockstop.rules.theatre_lists import theatre_lists
from theatre_tables import sessions, timed

AS_OF = date(2026, 9, 30)
SESSIONS = """
    session   | session_day | planned_start | planned_end | theatre | session_type | status    | off_date
    ----------+-------------+---------------+-------------+---------+--------------+-----------+-----------
    worked    | 2026-09-01  | 08:30         | 12:30       | A       | elective     | run       |
    full      | 2026-09-02  | 08:30         | 12:30       | A       | elective     | run       |
    all day   | 2026-09-03  | 08:30         | 16:30       | B       | elective     | run       |
    dropped   | 2026-09-04  | 08:30         | 12:30       | B       | elective     | planned   |
    cancelled | 2026-09-07  | 08:30         | 12:30       | B       | elective     | cancelled | 2026-08-31
    trauma    | 2026-09-08  | 08:30         | 12:30       | C       | trauma       | run       |
    to come   | 2026-10-10  | 08:30         | 12:30       | A       | elective     | planned   |
"""
CASES = """
    case | session | pathway | day        | anaesthetic | out   | booked_date | expected | off | off_date   | kind         | opcs
    -----+---------+---------+------------+-------------+-------+-------------+----------+-----+------------+--------------+-----
    C1   | worked  | P1      | 2026-09-01 | 08:50       | 09:50 | 2026-08-01  | 60       |     |            |              | W371
    C2   | worked  | P2      | 2026-09-01 | 10:05       | 11:20 | 2026-08-01  | 60       |     |            |              | W371
    C3   | worked  | P3      | 2026-09-01 | 11:40       | 12:55 | 2026-08-20  | 60       |     |            |              | W401
    C4   | full    | P4      | 2026-09-02 | 08:30       | 12:30 | 2026-08-20  | 200      |     |            |              |
    C5   | all day | P5      | 2026-09-03 | 08:00       | 10:00 | 2026-06-01  | 100      |     |            |              |
    C6   | all day | P6      | 2026-09-03 | 10:00       |       | 2026-06-01  | 100      |     |            |              |
    C7   | all day | P7      | 2026-09-03 |             |       | 2026-06-01  | 100      | T   | 2026-09-03 | non_clinical |
    C8   | dropped | P8      | 2026-09-04 |             |       | 2026-06-01  | 100      | T   | 2026-09-04 | patient      |
    C9   | dropped | P9      | 2026-09-04 |             |       | 2026-06-01  | 100      | T   | 2026-09-01 | non_clinical |
    C10  | trauma  | PT      | 2026-09-08 | 09:00       | 12:00 | 2026-09-07  | 100      |     |            |              |
    C11  | to come | P7      | 2026-10-10 |             |       | 2026-09-10  | 100      |     |            |              |
    C12  | full    | P12     | 2026-08-02 |             |       | 2026-06-01  | 100      | T   | 2026-08-02 | non_clinical |
    C13  | full    | P13     | 2026-08-02 |             |       | 2026-06-01  | 100      | T   | 2026-08-02 | clinical     |
    C14  | full    |         | 2026-08-02 |             |       | 2026-06-01  | 100      | T   | 2026-08-02 | non_clinical |
"""


def fact(name, engine, drawn_sessions, drawn_cases):
    cases, planned = engine.memory(drawn_tables.table(drawn_cases)), engine.memory(drawn_tables.table(drawn_sessions))
    done = timed(cases, planned, AS_OF)
    given = {"as_of": AS_OF, "readings": Readings()}
    return {
        "theatre_cases_timed": lambda: done,
        "theatre_lists": lambda: theatre_lists(sessions(planned), done, **given),
        "theatre_cancellations": lambda: theatre_cancellations(done, **given),
        "theatre_bookings": lambda: theatre_bookings(sessions(planned), done, **given),
    }[name]()


@pytest.fixture
def check(engine):
    """Compare the measures of some slugs in September 2026, by trust or by another column, with a drawn table."""

    def run(slugs, *, expect, by="trust", period="month"):
        chosen = [one for one in MEASURES if one.slug in [f"theatre_{slug}" for slug in slugs.split()]]
        rows = fact(chosen[0].table, engine, SESSIONS, CASES).mutate(trust=ibis.literal("T"))
        tables = fact_counts(chosen, engine.memory(rows.to_pyarrow()), periods=[Running(period, AS_OF, 1)], by=(by,))
        wanted = drawn_tables.table(expect)
        got = engine.rows((ibis.union(*tables) if len(tables) > 1 else tables[0]).select(wanted.column_names))
        assert drawn_tables.text(got) == drawn_tables.text(wanted)

    return run


def test_minutes_are_summed_before_they_are_divided(check):
    """TH-R01, R02, R07 to R09: elective sessions that were run; of 5 elective and 1 trauma session 2 were dropped."""
    expect = """
        measure                        | numerator | denominator
        -------------------------------+-----------+------------
        theatre_capped_utilisation     | 515       | 960
        theatre_uncapped_utilisation   | 570       | 960
        theatre_capped_utilisation_all | 695       | 1200
        theatre_sessions_run           | 4         | 6
        theatre_sessions_dropped       | 2         | 6
        theatre_cases                  | 7         | 7
        theatre_cases_per_session      | 7         | 5
        theatre_best_practice          | 3         | 2
    """
    check(
        "capped_utilisation uncapped_utilisation capped_utilisation_all sessions_run sessions_dropped cases cases_per_session "
        "best_practice",
        expect=expect,
    )


def test_a_theatre_is_a_cut_like_any_other(check):
    """The same sums theatre by theatre: they add up to the trust's."""
    expect = """
        measure                    | theatre | numerator | denominator
        ---------------------------+---------+-----------+------------
        theatre_capped_utilisation | A       | 425       | 480
        theatre_capped_utilisation | B       | 90        | 480
    """
    check("capped_utilisation", expect=expect, by="theatre")


def test_lateness_is_shown_over_all_lists_and_over_those_concerned(check):
    """TH-R03 to R06: lists began late by 20 and 30 minutes , ended early by 390 and 30, ran over by 25; gaps of 15 and 20."""
    expect = """
        measure                             | numerator | denominator
        ------------------------------------+-----------+------------
        theatre_late_start_minutes          | 50        | 4
        theatre_late_start_minutes_if_any   | 50        | 2
        theatre_late_start_share            | 2         | 4
        theatre_early_finish_minutes        | 420       | 4
        theatre_early_finish_minutes_if_any | 420       | 2
        theatre_early_finish_share          | 2         | 4
        theatre_overrun_minutes             | 25        | 4
        theatre_overrun_minutes_if_any      | 25        | 1
        theatre_overrun_share               | 1         | 4
        theatre_gap_minutes                 | 35        | 2
        theatre_plans_changed               |           | 6
    """
    stems = ("late_start", "early_finish", "overrun")
    slugs = [f"{stem}_{kind}" for stem in stems for kind in ("minutes", "minutes_if_any", "share")]
    check(" ".join([*slugs, "gap_minutes", "plans_changed"]), expect=expect.replace("|           | 6", "| 0         | 6"))


def test_cancelled_on_the_day_is_split_by_whose_doing_it_was(check):
    """TH-R10: of the cases operated and those cancelled on the day; one cancelled three days before is in neither."""
    expect = """
        measure                        | numerator | denominator
        -------------------------------+-----------+------------
        theatre_cancelled_on_the_day   | 2         | 9
        theatre_cancelled_non_clinical | 1         | 9
        theatre_cancelled_clinical     | 0         | 9
        theatre_cancelled_by_patient   | 1         | 9
        theatre_untimed_cases          | 1         | 7
    """
    check("cancelled_on_the_day cancelled_non_clinical cancelled_clinical cancelled_by_patient untimed_cases", expect=expect)


def test_the_guarantee_is_counted_on_the_day_on_which_it_ran_out(check):
    """TH-R11: of one cancelled on 2 August it ran out in August, of one on 3 September in October. Both wait still.

    A third has no pathway: nobody can say whether the patient was treated, so it neither waits nor breaks.
    """
    expect = """
        measure                | numerator | denominator
        -----------------------+-----------+------------
        theatre_28_day_waiting | 2         | 2
    """
    check("28_day_breaches 28_day_waiting", expect=expect)


def test_booking_fill_is_that_of_the_lock_s_day(check):
    """The session of 10 October had its 4- and 2-week locks in September: a case of 100 minutes was booked by then."""
    expect = """
        measure                      | numerator | denominator
        -----------------------------+-----------+------------
        theatre_booking_fill_4_weeks | 100       | 240
        theatre_booking_fill_2_weeks | 100       | 240
    """
    check("booking_fill_6_weeks booking_fill_4_weeks booking_fill_2_weeks", expect=expect)


def test_every_measure_says_what_it_is():
    """A definition, its rules and its source; minutes and sessions are not people."""
    assert all(one.definition and one.rules and one.source for one in MEASURES)
    assert {one.slug for one in MEASURES if one.counts_people} == {
        "theatre_cancelled_on_the_day", "theatre_cancelled_non_clinical", "theatre_cancelled_clinical",
        "theatre_cancelled_by_patient", "theatre_28_day_breaches", "theatre_28_day_waiting", "theatre_day_case_rate",
        "theatre_day_case_rate_basket", "theatre_day_case_conversions",
        "theatre_cases", "theatre_cases_per_session", "theatre_best_practice", "theatre_untimed_cases",
    }  # fmt: skip
