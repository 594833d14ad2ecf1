"""Operating lists on drawn sessions and cases (planned-care.md 7)."""

from clockstop.rules import theatre_lists as rule
from clockstop.rules.readings import Readings
from theatre_tables import sessions, shortened, timed


def lists(drawn_sessions, drawn_cases, *, as_of, **readings):
    found = timed(drawn_cases, drawn_sessions, as_of, **readings)
    return shortened(rule.theatre_lists(sessions(drawn_sessions), found, as_of=as_of, readings=Readings(**readings)))


def timings(drawn_cases, drawn_sessions, *, as_of):
    return shortened(timed(drawn_cases, drawn_sessions, as_of))


SESSION = """
    session | session_day | planned_start | planned_end | function_code
    --------+-------------+---------------+-------------+--------------
    S1      | 2026-09-01  | 08:30         | 12:30       | 110
"""
WORKED = """
    case | session | day        | anaesthetic | out
    -----+---------+------------+-------------+------
    C1   | S1      | 2026-09-01 | 08:50       | 09:50
    C2   | S1      | 2026-09-01 | 10:05       | 11:20
    C3   | S1      | 2026-09-01 | 11:40       | 12:55
"""


def test_the_worked_list(spec):
    """TH-R01 to R06 and R09: the list of the rule book, worked out from rows."""
    expect = """
        planned | touch_sum | capped | uncapped | late | early | overrun
        --------+-----------+--------+----------+------+-------+--------
        240     | 210       | 185    | 210      | 20   | 0     | 25
    """
    spec(lists, SESSION, WORKED, as_of="2026-09-30", expect=expect)
    expect = """
        gap | gaps | counted_cases | run_sessions | is_run | is_late_start | is_early_finish | is_overrun
        ----+------+---------------+--------------+--------+---------------+-----------------+-----------
        35  | 2    | 3             | 1            | T      | T             | F               | T
    """
    spec(lists, SESSION, WORKED, as_of="2026-09-30", expect=expect)


OVERLAPPING = """
    case | session | day        | anaesthetic | out
    -----+---------+------------+-------------+------
    C1   | S1      | 2026-09-01 | 08:00       | 11:00
    C2   | S1      | 2026-09-01 | 09:00       | 10:00
    C3   | S1      | 2026-09-01 | 10:30       | 13:00
"""


def test_two_cases_at_once_count_once_in_capped_and_the_sum_is_held(spec):
    """7.2: the union for capped, and the sum beside it; a reading turns either round."""
    expect = """
        capped | capped_sum | capped_union | uncapped | touch_sum | touch_union | gap
        -------+------------+--------------+----------+-----------+-------------+----
        240    | 330        | 240          | 390      | 390       | 300         | 0
    """
    spec(lists, SESSION, OVERLAPPING, as_of="2026-09-30", expect=expect)
    expect = """
        capped | uncapped
        -------+---------
        330    | 300
    """
    readings = {"theatre_capped_overlaps_count_once": False, "theatre_uncapped_overlaps_count_once": True}
    spec(lists, SESSION, OVERLAPPING, as_of="2026-09-30", expect=expect, **readings)


def test_a_list_across_midnight_on_the_night_the_clocks_go_back(spec):
    """Minutes are those that passed: that night has an hour more (operations.md 0.1)."""
    drawn = """
        session | session_day | planned_start | planned_end
        --------+-------------+---------------+-----------------
        S1      | 2026-10-24  | 22:00         | 2026-10-25 04:00
    """
    listed = """
        case | session | day        | anaesthetic | out
        -----+---------+------------+-------------+-----------------
        C1   | S1      | 2026-10-24 | 22:30       | 2026-10-25 03:00
    """
    expect = """
        planned | capped | late | early
        --------+--------+------+------
        420     | 330    | 30   | 60
    """
    spec(lists, drawn, listed, as_of="2026-10-31", expect=expect)


DROPPED = """
    session              | session_day | planned_start | planned_end | status    | cancelled_date
    ---------------------+-------------+---------------+-------------+-----------+---------------
    run                  | 2026-09-01  | 08:30         | 12:30       | planned   |
    cancelled            | 2026-09-01  | 13:30         | 17:30       | cancelled | 2026-08-25
    still planned        | 2026-09-02  | 08:30         | 12:30       | planned   |
    said to be run       | 2026-09-03  | 08:30         | 12:30       | run       |
    said to be cancelled | 2026-09-04  | 08:30         | 12:30       | cancelled | 2026-09-03
    to come              | 2026-10-04  | 08:30         | 12:30       | planned   |
"""


def test_a_session_without_an_operation_counts_as_cancelled(spec):
    """7.1: whatever its status says; and one on which somebody was operated was run. A session to come is neither yet."""
    listed = """
        case | session              | day        | anaesthetic | out   | is_cancelled
        -----+----------------------+------------+-------------+-------+-------------
        C1   | run                  | 2026-09-01 | 08:30       | 09:30 | F
        C2   | said to be run       | 2026-09-03 |             |       | F
        C3   | still planned        | 2026-09-02 | 08:30       |       | T
        C4   | said to be cancelled | 2026-09-04 | 08:30       | 09:30 |
    """
    expect = """
        session              | is_past | is_run | is_dropped | is_contradicted | notice_days | run | late | dropped_because
        ---------------------+---------+--------+------------+-----------------+-------------+-----+------+----------------
        run                  | T       | T      | F          | F               |             | 240 | 0    |
        cancelled            | T       | F      | T          | F               | 7           |     |      | cancelled
        still planned        | T       | F      | T          | F               |             |     |      | no_operation
        said to be run       | T       | F      | T          | F               |             |     |      | no_operation
        said to be cancelled | T       | T      | F          | T               | 1           | 240 | 0    |
        to come              | F       | F      | F          | F               |             |     |      |
    """
    spec(lists, DROPPED, listed, as_of="2026-09-30", expect=expect)


HALVES = """
    session        | session_day | planned_start | planned_end | consultant_code | function_code
    ---------------+-------------+---------------+-------------+-----------------+--------------
    morning        | 2026-09-01  | 08:30         | 12:30       | C1              | 110
    afternoon      | 2026-09-01  | 13:30         | 17:30       | C1              | 110
    someone else's | 2026-09-01  | 18:00         | 20:00       | C2              | 110
"""


def test_a_case_across_lunch_uses_minutes_of_both_halves(spec):
    """7.2, edge cases: two sessions of one team are one list; the case counts where it is listed, and lunch is no overrun."""
    listed = """
        case | session        | day        | anaesthetic | out
        -----+----------------+------------+-------------+------
        C1   | morning        | 2026-09-01 | 08:30       | 11:30
        C2   | morning        | 2026-09-01 | 11:45       | 14:10
        C3   | afternoon      | 2026-09-01 | 14:30       | 17:00
        C4   | someone else's | 2026-09-01 | 18:20       | 19:20
    """
    expect = """
        session        | list           | capped | uncapped | counted_cases | late | early | overrun | gap
        ---------------+----------------+--------+----------+---------------+------+-------+---------+----
        morning        | morning        | 225    | 325      | 2             | 0    | 0     | 0       | 15
        afternoon      | morning        | 190    | 150      | 1             | 0    | 30    | 0       |
        someone else's | someone else's | 60     | 60       | 1             | 20   | 40    | 0       |
    """
    spec(lists, HALVES, listed, as_of="2026-09-30", expect=expect)


def test_an_emergency_on_an_elective_list_is_out_of_touch_time_but_in_the_room(spec):
    """7.2, edge cases: neither its minutes nor the case count; the gap before it is no gap, and it starts the list."""
    listed = """
        case | session | day        | anaesthetic | out   | case_urgency
        -----+---------+------------+-------------+-------+-------------
        C1   | S1      | 2026-09-01 | 08:30       | 10:00 | emergency
        C2   | S1      | 2026-09-01 | 10:15       | 12:30 | elective
    """
    expect = """
        capped | uncapped | counted_cases | performed_cases | emergency_cases | late | gap
        -------+----------+---------------+-----------------+-----------------+------+----
        135    | 135      | 1             | 2               | 1               | 0    | 15
    """
    spec(lists, SESSION, listed, as_of="2026-09-30", expect=expect)
    expect = """
        capped | counted_cases
        -------+--------------
        225    | 2
    """
    spec(lists, SESSION, listed, as_of="2026-09-30", expect=expect, theatre_emergency_cases_count=True)


def test_planned_times_made_to_match_what_happened_do_not_hide_lateness(spec):
    """7.2, edge cases: a plan changed on the day or nobody knows when is read as it was; one changed before the day holds."""
    drawn = """
        session     | session_day | planned_start | planned_end | first_start | first_end | changed_date
        ------------+-------------+---------------+-------------+-------------+-----------+-------------
        S1          | 2026-09-01  | 08:50         | 12:55       | 08:30       | 12:30     | 2026-09-02
        unknown     | 2026-09-01  | 08:50         | 12:55       | 08:30       | 12:30     |
        before      | 2026-09-01  | 08:50         | 12:55       | 08:30       | 12:30     | 2026-08-31
        not changed | 2026-09-01  | 08:50         | 12:55       |             |           |
    """
    listed = """
        case | session     | day        | anaesthetic | out
        -----+-------------+------------+-------------+------
        C1   | S1          | 2026-09-01 | 08:50       | 12:55
        C2   | unknown     | 2026-09-01 | 08:50       | 12:55
        C3   | before      | 2026-09-01 | 08:50       | 12:55
        C4   | not changed | 2026-09-01 | 08:50       | 12:55
    """
    expect = """
        session     | is_plan_changed | late | overrun | planned
        ------------+-----------------+------+---------+--------
        S1          | T               | 20   | 25      | 240
        unknown     | T               | 20   | 25      | 240
        before      | F               | 0    | 0       | 245
        not changed | F               | 0    | 0       | 245
    """
    spec(lists, drawn, listed, as_of="2026-09-30", expect=expect)


def test_one_surgeon_in_two_theatres_at_once_is_seen(spec):
    """7.2, edge cases: the lists of one consultant at one time in two theatres."""
    drawn = """
        session | session_day | planned_start | planned_end | theatre | consultant_code
        --------+-------------+---------------+-------------+---------+----------------
        S1      | 2026-09-01  | 08:30         | 12:30       | A       | C1
        S2      | 2026-09-01  | 12:00         | 16:00       | B       | C1
        S3      | 2026-09-01  | 08:30         | 12:30       | C       | C2
    """
    listed = """
        case | session | day        | into  | out
        -----+---------+------------+-------+------
        C1   | S1      | 2026-09-01 | 08:30 | 09:30
        C2   | S2      | 2026-09-01 | 12:30 | 14:30
        C3   | S3      | 2026-09-01 | 12:30 | 14:30
    """
    expect = """
        session | is_consultant_elsewhere
        --------+------------------------
        S1      | T
        S2      | T
        S3      | F
    """
    spec(lists, drawn, listed, as_of="2026-09-30", expect=expect)


def test_the_first_timestamp_that_is_there_starts_touch_time(spec):
    """7.2: anaesthetic start, else into theatre; what cannot be timed says why, and still counts as a case."""
    listed = """
        case          | session | day        | anaesthetic | into  | knife | out
        --------------+---------+------------+-------------+-------+-------+------
        whole         | S1      | 2026-09-01 | 08:30       | 08:40 | 08:50 | 09:30
        local         | S1      | 2026-09-01 |             | 08:40 | 08:50 | 09:30
        no end        | S1      | 2026-09-01 | 08:30       | 08:40 | 08:50 |
        out before in | S1      | 2026-09-01 | 10:30       |       |       | 09:30
        no minutes    | S1      | 2026-09-01 | 10:30       |       |       | 10:30
        knife first   | S1      | 2026-09-01 | 08:30       | 08:40 | 08:35 | 09:30
        to come       | S1      | 2026-09-01 |             |       |       |
    """
    expect = """
        case          | is_performed | is_timed | touch_minutes | touch_start_step     | timing_flags
        --------------+--------------+----------+---------------+----------------------+---------------------
        whole         | T            | T        | 60            | anaesthetic_start_at |
        local         | T            | T        | 50            | into_theatre_at      | no_anaesthetic_start
        no end        | T            | F        |               | anaesthetic_start_at | no_end
        out before in | T            | F        |               | anaesthetic_start_at | out_of_order
        no minutes    | T            | T        | 0             | anaesthetic_start_at | no_minutes
        knife first   | T            | T        | 60            | anaesthetic_start_at | steps_out_of_order
        to come       | F            | F        |               |                      |
    """
    spec(timings, listed, SESSION, as_of="2026-09-30", expect=expect)


def test_a_list_of_one_high_volume_kind_has_its_best_practice(spec):
    """HVLC: eight cataracts in four hours, ten in a hub; a mixed list has none."""
    drawn = """
        session | session_day | planned_start | planned_end | is_hub
        --------+-------------+---------------+-------------+-------
        routine | 2026-09-01  | 08:30         | 12:30       | F
        hub     | 2026-09-02  | 08:30         | 10:30       | T
        mixed   | 2026-09-03  | 08:30         | 12:30       | F
        before  | 2021-03-31  | 08:30         | 12:30       | F
    """
    listed = """
        case | session | day        | into  | out   | procedure_code
        -----+---------+------------+-------+-------+---------------
        C1   | routine | 2026-09-01 | 08:30 | 09:00 | C75.1
        C2   | routine | 2026-09-01 | 09:00 | 09:30 | c712
        C3   | hub     | 2026-09-02 | 09:00 | 09:30 | C751
        C4   | mixed   | 2026-09-03 | 08:30 | 09:00 | C751
        C5   | mixed   | 2026-09-03 | 09:00 | 10:30 | W371
        C6   | before  | 2021-03-31 | 09:00 | 10:30 | C751
    """
    expect = """
        session | counted_cases | best_practice_cases
        --------+---------------+--------------------
        routine | 2             | 8
        hub     | 1             | 5
        mixed   | 2             |
        before  | 1             |
    """
    spec(lists, drawn, listed, as_of="2026-09-30", expect=expect)
