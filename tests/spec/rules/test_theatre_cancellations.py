"""The 28-day guarantee on drawn cases (TH-R10, TH-R11)."""

from clockstop.rules import theatre_cancellations as rule
from clockstop.rules.readings import Readings
from theatre_tables import shortened, timed

SESSION = """
    session | session_day | planned_start | planned_end
    --------+-------------+---------------+------------
    S1      | 2026-09-02  | 08:30         | 12:30
"""
CASES = """
    case            | session | pathway | day        | into             | off | off_date   | kind         | admission_date
    ----------------+---------+---------+------------+------------------+-----+------------+--------------+---------------
    day 28          | S1      | A       | 2026-09-02 |                  | T   | 2026-09-02 | non_clinical |
    A treated       | S1      | A       | 2026-09-30 | 2026-09-30 09:00 |     |            |              |
    day 29          | S1      | B       | 2026-09-02 |                  | T   | 2026-09-02 | non_clinical |
    B treated       | S1      | B       | 2026-10-01 | 2026-10-01 09:00 |     |            |              |
    not treated     | S1      | C       | 2026-09-02 |                  | T   | 2026-09-02 | non_clinical |
    C booked        | S1      | C       | 2026-10-20 |                  |     |            |              |
    clinical        | S1      | D       | 2026-09-02 |                  | T   | 2026-09-02 | clinical     |
    patient         | S1      | E       | 2026-09-02 |                  | T   | 2026-09-02 | patient      |
    the day before  | S1      | F       | 2026-09-02 |                  | T   | 2026-09-01 | non_clinical |
    admitted before | S1      | G       | 2026-09-02 |                  | T   | 2026-09-01 | non_clinical | 2026-09-01
    first           | S1      | H       | 2026-09-02 |                  | T   | 2026-09-02 | non_clinical |
    second          | S1      | H       | 2026-09-20 |                  | T   | 2026-09-20 | non_clinical |
    H treated       | S1      | H       | 2026-10-05 | 2026-10-05 09:00 |     |            |              |
    nobody's        | S1      |         | 2026-09-02 |                  | T   | 2026-09-02 | non_clinical |
    the same day    | S1      | I       | 2026-09-02 |                  | T   | 2026-09-02 | non_clinical |
    I treated       | S1      | I       | 2026-09-02 | 2026-09-02 18:00 |     |            |              |
"""


def cancelled(drawn_cases, drawn_sessions, *, as_of):
    found = timed(drawn_cases, drawn_sessions, as_of)
    return shortened(rule.theatre_cancellations(found, as_of=as_of, readings=Readings()))


def test_who_is_treated_by_day_28_and_who_is_not(spec):
    """Day 28 is inside; only non-clinical, last-minute cancellations count; a second one does not start the days again."""
    expect = """
        case            | is_covered | start_date | end_date   | due_date   | days_waited | is_breach | is_open | is_repeat
        ----------------+------------+------------+------------+------------+-------------+-----------+---------+----------
        day 28          | T          | 2026-09-02 | 2026-09-30 | 2026-09-30 | 28          | F         | F       | F
        day 29          | T          | 2026-09-02 | 2026-10-01 | 2026-09-30 | 29          | T         | F       | F
        not treated     | T          | 2026-09-02 |            | 2026-09-30 | 33          | T         | T       | F
        clinical        | F          | 2026-09-02 |            |            | 33          | F         | F       | F
        patient         | F          | 2026-09-02 |            |            | 33          | F         | F       | F
        admitted before | T          | 2026-09-01 |            | 2026-09-29 | 34          | T         | T       | F
        first           | T          | 2026-09-02 | 2026-10-05 | 2026-09-30 | 33          | T         | F       | F
        second          | T          | 2026-09-02 | 2026-10-05 | 2026-09-30 | 33          | F         | F       | T
        nobody's        | T          | 2026-09-02 |            | 2026-09-30 | 33          | F         | T       | F
        the same day    | T          | 2026-09-02 | 2026-09-02 | 2026-09-30 | 0           | F         | F       | F
    """
    spec(cancelled, CASES, SESSION, as_of="2026-10-05", expect=expect)


def test_nobody_breaks_the_guarantee_before_day_28_is_over(spec):
    """At the end of day 28 nobody waits too long yet; what is booked after it is seen to be too late."""
    expect = """
        case            | days_waited | days_to_breach | is_breach | is_open | next_date  | is_booked_in_time
        ----------------+-------------+----------------+-----------+---------+------------+------------------
        day 28          | 28          | 0              | F         | F       |            | F
        day 29          | 28          | 0              | F         | T       | 2026-10-01 | F
        not treated     | 28          | 0              | F         | T       | 2026-10-20 | F
        clinical        | 28          |                | F         | F       |            | F
        patient         | 28          |                | F         | F       |            | F
        admitted before | 29          | -1             | T         | T       |            | F
        first           | 28          | 0              | F         | T       | 2026-10-05 | F
        second          | 28          | 0              | F         | F       | 2026-10-05 | F
        nobody's        | 28          | 0              | F         | T       |            | F
        the same day    | 0           | 0              | F         | F       |            | F
    """
    spec(cancelled, CASES, SESSION, as_of="2026-09-30", expect=expect)
