"""Rooms: minutes open, booked and in use, by half-day (OP-R13, OP-R14)."""

from datetime import date, timedelta

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import drawn_tables
from clockstop.rules import rooms
from clockstop.rules.readings import Readings
from clockstop.rules.room_minutes import covered
from contract_tables import dataset
from oracles.room_minutes_by_hand import covered_by_hand

NEEDS = ("rooms", "outpatient_sessions", "appointments", "room_bookings")
ROOM = """
    room_identifier | location | opens_time | closes_time | open_weekdays | open_from_date | use_source
    ----------------+----------+------------+-------------+---------------+----------------+------------
    R1              | Elm      | 08:00      | 18:00       | 12345         | 2020-01-01     | {}
"""


@pytest.fixture
def use(engine):
    """Work out the use of drawn rooms; only half-days on which anything happened are compared."""

    def check(expect, *, as_of=date(2026, 9, 1), source="room_system", room=ROOM, **drawn):
        drawn = {"rooms": room.format(source), **drawn}
        tables = {name: engine.memory(dataset(name, drawn.get(name))) for name in NEEDS}
        rows = engine.rows(rooms.room_use(**tables, as_of=as_of, readings=Readings()))
        wanted = drawn_tables.table(expect)
        got = drawn_tables.text(rows.select(wanted.column_names))
        assert got == drawn_tables.text(wanted)

    return check


def test_overlaps_count_once_within_the_open_hours(use):
    """The worked case of the rule book: 300 of 600 minutes."""
    use("""
        day        | half_day  | open_minutes | used_minutes | booked_minutes | is_empty
        -----------+-----------+--------------+--------------+----------------+---------
        2026-09-01 | Morning   | 300          | 270          | 270            | F
        2026-09-01 | Afternoon | 300          | 30           | 30             | F
        """,
        room_bookings="""
        room_booking_identifier | room_identifier | booking_date | booked_start_at  | booked_end_at    | used_start_at    | used_end_at
        ------------------------+-----------------+--------------+------------------+------------------+------------------+------------------
        1                       | R1              | 2026-09-01   | 2026-09-01 08:30 | 2026-09-01 12:30 | 2026-09-01 08:30 | 2026-09-01 12:30
        2                       | R1              | 2026-09-01   | 2026-09-01 12:00 | 2026-09-01 13:00 | 2026-09-01 12:00 | 2026-09-01 13:00
        3                       | R1              | 2026-09-01   | 2026-09-01 17:30 | 2026-09-01 18:30 | 2026-09-01 17:30 | 2026-09-01 18:30
        """)  # noqa: E501  # fmt: skip


def test_an_open_room_that_nobody_used_stays_open(use):
    """From the first day of which anything is known, on its weekdays, bank holidays left out: 31 August 2026 is one."""
    use("""
        day        | half_day  | open_minutes | used_minutes | is_empty
        -----------+-----------+--------------+--------------+---------
        2026-08-28 | Morning   | 300          | 60           | F
        2026-08-28 | Afternoon | 300          | 0            | T
        2026-09-01 | Morning   | 300          | 0            | T
        2026-09-01 | Afternoon | 300          | 0            | T
        """,
        room_bookings="""
        room_booking_identifier | room_identifier | booking_date | booked_start_at  | booked_end_at    | used_start_at    | used_end_at
        ------------------------+-----------------+--------------+------------------+------------------+------------------+------------------
        1                       | R1              | 2026-08-28   | 2026-08-28 08:30 | 2026-08-28 12:30 | 2026-08-28 09:00 | 2026-08-28 10:00
        """)  # noqa: E501  # fmt: skip


def test_a_closed_room_leaves_the_open_minutes(use):
    """Closed all morning, and in the afternoon for the hour in which it was not used all the same; a booking given back is none."""
    use("""
        half_day  | open_minutes | closed_minutes | used_minutes | booked_minutes
        ----------+--------------+----------------+--------------+---------------
        Morning   | 0            | 300            | 0            | 0
        Afternoon | 240          | 60             | 60           | 60
        """,
        room_bookings="""
        room_booking_identifier | room_identifier | booking_date | booked_start_at  | booked_end_at    | used_start_at    | used_end_at      | booking_purpose | cancelled_date
        ------------------------+-----------------+--------------+------------------+------------------+------------------+------------------+-----------------+---------------
        1                       | R1              | 2026-09-01   | 2026-09-01 07:00 | 2026-09-01 15:00 |                  |                  | closed          |
        2                       | R1              | 2026-09-01   | 2026-09-01 14:00 | 2026-09-01 15:00 | 2026-09-01 14:00 | 2026-09-01 15:00 | clinic          |
        3                       | R1              | 2026-09-01   | 2026-09-01 16:00 | 2026-09-01 17:00 |                  |                  | clinic          | 2026-08-20
        """)  # noqa: E501  # fmt: skip


SESSIONS = """
    outpatient_session_identifier | clinic_code | session_date | session_start_at | session_end_at   | session_status     | slots | room_identifier
    ------------------------------+-------------+--------------+------------------+------------------+--------------------+-------+----------------
    S1                            | CL          | 2026-09-01   | 2026-09-01 09:00 | 2026-09-01 12:30 | held               | 9     | R1
    S2                            | CL          | 2026-09-01   | 2026-09-01 13:30 | 2026-09-01 17:00 | cancelled_provider | 9     | R1
"""  # noqa: E501
SEEN = """
    appointment_identifier | appointment_date | outpatient_session_identifier | attended_or_did_not_attend_code | seen_at          | left_at
    -----------------------+------------------+-------------------------------+---------------------------------+------------------+-----------------
    1                      | 2026-09-01       | S1                            | 5                               | 2026-09-01 09:10 | 2026-09-01 09:30
    2                      | 2026-09-01       | S1                            | 5                               | 2026-09-01 09:20 | 2026-09-01 09:50
    3                      | 2026-09-01       | S1                            | 6                               | 2026-09-01 11:00 | 2026-09-01 11:20
    4                      | 2026-09-01       | S1                            | 3                               |                  |
"""  # noqa: E501


@pytest.mark.parametrize(("source", "minutes"), [("check_in", 60), ("first_to_last", 130), ("", 130), ("room_system", 0)])
def test_each_room_says_by_what_its_use_is_measured(use, source, minutes):
    """Patients seen and gone; first start to last end of the clinic; where nothing is said, the clinic."""
    use(f"""
        half_day  | used_minutes | booked_minutes | sessions | clinics | use_source
        ----------+--------------+----------------+----------+---------+-----------
        Morning   | {minutes}    | 210            | 1        | CL      | {source or "first_to_last"}
        Afternoon | 0            | 0              | 0        |         | {source or "first_to_last"}
        """, source=source, outpatient_sessions=SESSIONS, appointments=SEEN)  # fmt: skip


def test_a_session_says_itself_when_it_began_and_ended(use):
    """What the session says goes before what its patients' times say."""
    use("""
        half_day  | used_minutes
        ----------+-------------
        Morning   | 240
        Afternoon | 15
        """,
        source="first_to_last", appointments=SEEN, outpatient_sessions="""
        outpatient_session_identifier | clinic_code | session_date | session_status | slots | room_identifier | first_start_at   | last_end_at
        ------------------------------+-------------+--------------+----------------+-------+-----------------+------------------+-----------------
        S1                            | CL          | 2026-09-01   | held           | 9     | R1              | 2026-09-01 09:00 | 2026-09-01 13:15
        """)  # noqa: E501  # fmt: skip


def test_the_day_on_which_the_clocks_change_is_read_by_local_time(use):
    """29 March 2026 begins in winter and ends in summer: what its clocks show counts; hours may run past midnight."""
    use("""
        day        | half_day  | open_minutes | used_minutes
        -----------+-----------+--------------+-------------
        2026-03-29 | Morning   | 720          | 180
        2026-03-29 | Afternoon | 720          | 90
        """,
        as_of=date(2026, 3, 29), room="""
        room_identifier | location | opens_time | closes_time | open_weekdays | open_from_date | use_source
        ----------------+----------+------------+-------------+---------------+----------------+------------
        R1              | Elm      | 01:00      | 01:00       | 7             | 2020-01-01     | {}
        """,
        room_bookings="""
        room_booking_identifier | room_identifier | booking_date | booked_start_at  | booked_end_at    | used_start_at    | used_end_at
        ------------------------+-----------------+--------------+------------------+------------------+------------------+------------------
        1                       | R1              | 2026-03-29   | 2026-03-29 00:30 | 2026-03-29 04:00 | 2026-03-29 00:30 | 2026-03-29 04:00
        2                       | R1              | 2026-03-29   | 2026-03-29 23:00 | 2026-03-30 02:00 | 2026-03-29 23:30 | 2026-03-30 02:00
        """)  # noqa: E501  # fmt: skip


MINUTES = st.integers(0, 1500)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(MINUTES, MINUTES), max_size=8), MINUTES, MINUTES)
def test_the_union_of_intervals_agrees_with_counting_minutes(intervals, one, other):
    """A plain twin that counts each minute once."""
    opens, closes = min(one, other), max(one, other)
    assert covered(intervals, opens, closes) == covered_by_hand(intervals, opens, closes)


def test_the_expression_agrees_with_counting_minutes(embedded):
    """The same over a table of many rooms, half-days and intervals at once."""
    import numpy as np

    rng = np.random.default_rng(20260930)
    start = rng.integers(400, 1200, 400)
    rows = {
        "room_identifier": [f"R{number}" for number in rng.integers(0, 12, 400)],
        "day": [date(2026, 9, 1) + timedelta(days=int(number)) for number in rng.integers(0, 5, 400)],
        "start_minute": start.tolist(),
        "end_minute": (start + rng.integers(-30, 240, 400)).tolist(),
    }
    halves = [(half, opens, closes) for half, opens, closes in (("Morning", 480, 780), ("Afternoon", 780, 1080))]
    keys = sorted(set(zip(rows["room_identifier"], rows["day"], strict=True)))
    table = [
        {"room_identifier": room, "day": day, "half_day": half, "opens": opens, "closes": closes}
        for room, day in keys for half, opens, closes in halves
    ]  # fmt: skip
    found = embedded.rows(rooms.covered_minutes(ibis.memtable(rows), ibis.memtable(table))).to_pylist()
    got = {(row["room_identifier"], row["day"], row["half_day"]): row["minutes"] for row in found}
    everything = list(zip(*rows.values(), strict=True))
    for room, day in keys:
        mine = [(begin, end) for where, when, begin, end in everything if (where, when) == (room, day)]
        for half, opens, closes in halves:
            assert got.get((room, day, half), 0) == covered_by_hand(mine, opens, closes)
