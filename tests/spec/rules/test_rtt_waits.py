"""RTT-R33, R40 and R42: which clocks wait at a census, and for how long."""

from clockstop.rules import rtt


def test_who_waits_at_the_end_of_the_census_day(spec):
    """A start on the day waits 0 days; a stop, a nullification or a passing of responsibility on the day is a wait no more.

    What has not begun, or began nobody knows when, is left out; what happens the day after is not known yet.
    """
    clocks = """
        pathway_name       | start_date | end_date   | is_nullified | responsibility_passed_date
        -------------------+------------+------------+--------------+---------------------------
        starts that day    | 2026-09-30 |            | F            |
        starts the next    | 2026-10-01 |            | F            |
        start unknown      |            | 2026-09-01 | F            |
        within 18 weeks    | 2026-05-27 |            | F            |
        stops that day     | 2026-05-27 | 2026-09-30 | F            |
        stops the next     | 2026-05-27 | 2026-10-01 | F            |
        nullified that day | 2026-09-01 | 2026-09-30 | T            |
        nullified the next | 2026-09-01 | 2026-10-01 | T            |
        passed that day    | 2026-09-01 |            | F            | 2026-09-30
        passed the next    | 2026-09-01 |            | F            | 2026-10-01
    """
    expect = """
        pathway_name       | is_waiting | days_waited
        -------------------+------------+------------
        starts that day    | T          | 0
        within 18 weeks    | T          | 126
        stops that day     | F          | 126
        stops the next     | T          | 126
        nullified that day | F          | 29
        nullified the next | T          | 29
        passed that day    | F          | 29
        passed the next    | T          | 29
    """
    spec(rtt.waits, clocks, as_of="2026-09-30", expect=expect)
