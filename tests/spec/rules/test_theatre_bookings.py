"""How full lists were booked at the locks, and what still fits (planned-care.md 7.2, booking fill and HVLC)."""

from clockstop.rules import theatre_bookings as rule
from clockstop.rules.readings import Readings
from theatre_tables import sessions, shortened, timed

SESSIONS = """
    session              | session_day | planned_start | planned_end | function_code | status    | cancelled_date
    ---------------------+-------------+---------------+-------------+---------------+-----------+---------------
    in 14 days           | 2026-10-14  | 08:30         | 12:30       | 110           | planned   |
    in 15 days           | 2026-10-15  | 08:30         | 12:30       | 110           | planned   |
    in 42 days           | 2026-11-11  | 08:30         | 12:30       | 110           | planned   |
    in 43 days           | 2026-11-12  | 08:30         | 12:30       | 110           | planned   |
    cancelled at 5 weeks | 2026-10-14  | 08:30         | 12:30       | 110           | cancelled | 2026-09-09
    done                 | 2026-09-30  | 08:30         | 12:30       | 110           | run       |
"""
CASES = """
    case | session    | day        | booked_date | expected | is_cancelled | cancelled_date | into             | out
    -----+------------+------------+-------------+----------+--------------+----------------+------------------+-----------------
    C1   | in 14 days | 2026-10-14 | 2026-09-02  | 60       |              |                |                  |
    C2   | in 14 days | 2026-10-14 | 2026-09-03  | 45       |              |                |                  |
    C3   | in 14 days | 2026-10-14 | 2026-09-02  | 50       | T            | 2026-09-16     |                  |
    C4   | in 14 days | 2026-10-14 | 2026-09-02  | 50       | T            | 2026-09-17     |                  |
    C5   | in 15 days | 2026-10-15 | 2026-09-20  | 250      |              |                |                  |
    C6   | done       | 2026-09-30 | 2026-09-20  | 60       |              |                | 2026-09-30 09:00 | 2026-09-30 09:50
"""


def booked(drawn_sessions, drawn_cases, *, as_of):
    found = timed(drawn_cases, drawn_sessions, as_of)
    return shortened(rule.theatre_bookings(sessions(drawn_sessions), found, as_of=as_of, readings=Readings()))


def test_a_session_is_as_full_at_a_lock_as_its_bookings_stood_then(spec):
    """Booked on the lock's day counts, cancelled on it does not; a session cancelled before a lock was not there to fill."""
    expect = """
        session              | six_date   | at_six | four_date  | at_four | two_date   | at_two
        ---------------------+------------+--------+------------+---------+------------+-------
        in 14 days           | 2026-09-02 | 190    | 2026-09-16 | 185     | 2026-09-30 | 120
        in 15 days           | 2026-09-03 | 0      | 2026-09-17 | 0       |            |
        in 42 days           | 2026-09-30 | 0      |            |         |            |
        in 43 days           |            |        |            |         |            |
        cancelled at 5 weeks | 2026-09-02 | 0      |            |         |            |
        done                 | 2026-08-19 | 0      | 2026-09-02 | 0       | 2026-09-16 | 0
    """
    spec(booked, SESSIONS, CASES, as_of="2026-09-30", expect=expect)


def test_what_fits_on_a_list_is_a_typical_case_and_the_turnaround_before_it(spec):
    """The typical case is the trust's own 50 minutes, the service having done fewer than ten; an empty list needs no turnaround."""
    expect = """
        session              | lock   | booked_cases | booked | free | typical | fits_cases | has_room | is_overbooked
        ---------------------+--------+--------------+--------+------+---------+------------+----------+--------------
        in 14 days           | two    | 2            | 120    | 120  | 50      | 1          | T        | F
        in 15 days           | four   | 1            | 250    | -10  | 50      | 0          | F        | T
        in 42 days           | six    | 0            | 0      | 240  | 50      | 3          | T        | F
        in 43 days           | beyond | 0            | 0      | 240  | 50      | 3          | T        | F
        cancelled at 5 weeks | two    | 0            | 0      |      | 50      |            | F        | F
        done                 | two    | 1            | 60     |      | 50      |            | F        | F
    """
    spec(booked, SESSIONS, CASES, as_of="2026-09-30", expect=expect)
