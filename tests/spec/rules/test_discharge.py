"""Discharges, ready dates, readmissions, board rounds, patients' days and who is in a bed now, on drawn wards."""

from datetime import date, datetime

import ibis
import pytest

import drawn_tables
from clockstop import rules
from clockstop.rules.bed_spells import person_of
from clockstop.rules.readings import Readings
from clockstop.store.engine import open_engine
from discharge_tables import built, drawn, facts_of, of_group

AS_OF, NOW = date(2026, 11, 30), datetime(2026, 11, 15, 15)  # noqa: DTZ001 - local times carry no zone
FACTS = ("discharges", "ready_date_entries", "board_round_days", "patient_days", "inpatients_now", "expected_discharges")
SPELLS = """
    spell     | patient | started          | ended            | how | method | to_place
    ----------+---------+------------------+------------------+-----+-------+---------
    on time   | 1       | 2026-11-01 10:00 | 2026-11-05 14:00 | 1   | 21     |
    late      | 2       | 2026-11-01 10:00 | 2026-11-09 14:00 | 1   | 21     |
    set again | 3       | 2026-11-01 10:00 | 2026-11-14 14:00 | 1   | 21     |
    withdrawn | 4       | 2026-11-01 10:00 | 2026-11-14 14:00 | 1   | 21     |
    never     | 5       | 2026-11-02 10:00 | 2026-11-06 14:00 | 1   | 21     |
    after     | 6       | 2026-11-02 10:00 | 2026-11-06 14:00 | 1   | 21     |
    before    | 7       | 2026-11-02 10:00 | 2026-11-06 14:00 | 1   | 21     |
    died      | 8       | 2026-11-02 10:00 | 2026-11-06 14:00 | 4   | 21     |
    no night  | 9       | 2026-11-04 10:00 | 2026-11-04 20:00 | 1   | 21     |
    mother    | 10      | 2026-11-02 10:00 | 2026-11-06 14:00 | 1   | 31     |
    corrected | 11      | 2026-11-02 10:00 | 2026-11-10 14:00 | 1   | 21     |
    noted     | 12      | 2026-11-02 10:00 | 2026-11-06 14:00 | 1   | 21     |
    went 79   | 13      | 2026-11-02 10:00 | 2026-11-06 14:00 |     | 21     | 79
"""
HISTORY = """
    entry | spell     | ready      | status    | recorded         | reason    | pathway
    ------+-----------+------------+-----------+------------------+-----------+--------
    1     | on time   | 2026-11-05 | ready     |                  |           | 0
    2     | late      | 2026-11-05 | ready     |                  | care home | 3
    3     | set again | 2026-11-12 | ready     |                  | transport | 1
    4     | set again | 2026-11-07 | withdrawn |                  |           |
    5     | set again | 2026-11-05 | ready     |                  | therapy   | 2
    6     | withdrawn | 2026-11-05 | ready     |                  |           | 2
    7     | withdrawn | 2026-11-05 | withdrawn |                  |           |
    8     | after     | 2026-11-07 | ready     |                  |           |
    9     | before    | 2026-11-01 | ready     |                  |           |
    10    | died      | 2026-11-03 | ready     |                  |           |
    11    | corrected | 2026-11-08 | ready     | 2026-11-08 09:00 |           |
    12    | corrected | 2026-11-06 | ready     | 2026-11-09 09:00 |           |
    13    | corrected | 2026-11-04 | withdrawn | 2026-11-09 10:00 |           |
    14    | noted     | 2026-11-05 | ready     | 2026-11-07 08:00 |           |
"""
LEFT_SPELLS = """
    spell     | started          | ended               | how | lounge
    ----------+------------------+---------------------+-----+-----------------
    before    | 2026-11-01 10:00 | 2026-11-05 11:59:59 | 1   |
    noon      | 2026-11-01 10:00 | 2026-11-05 12:00:00 | 1   |
    left ward | 2026-11-01 10:00 | 2026-11-07 12:40:00 | 1   |
    lounge    | 2026-11-01 10:00 | 2026-11-08 16:59:00 | 1   | 2026-11-08 10:15
    old stay  | 2026-11-01 10:00 | 2026-11-09 17:00:00 | 1   |
    died      | 2026-11-01 10:00 | 2026-11-09 09:00:00 | 4   |
    day 30    | 2026-10-01 10:00 | 2026-10-31 18:00:00 | 1   |
    day 29    | 2026-10-01 10:00 | 2026-11-01 18:00:00 | 1   |
"""
LEFT_STAYS = """
    stay | spell     | ward | from             | to
    -----+-----------+------+------------------+-----------------
    1    | left ward | W1   | 2026-11-01 10:00 | 2026-11-07 11:50
    2    | lounge    | W1   | 2026-11-01 10:00 | 2026-11-08 10:15
    3    | lounge    | LNG  | 2026-11-08 10:15 | 2026-11-08 16:59
    4    | old stay  | W1   | 2026-11-01 10:00 | 2026-11-08 11:00
"""
EXPECTED_SPELLS = """
    spell     | started          | ended            | how | edd        | edd_set
    ----------+------------------+------------------+-----+------------+--------------------
    on time   | 2026-11-01 10:00 | 2026-11-05 11:00 | 1   | 2026-11-06 | 2026-11-02 10:00:59
    a minute  | 2026-11-01 10:00 | 2026-11-05 11:00 | 1   | 2026-11-07 | 2026-11-02 10:01
    autumn    | 2026-10-24 12:00 | 2026-11-05 11:00 | 1   | 2026-11-04 | 2026-10-25 11:30
    never set | 2026-11-01 10:00 | 2026-11-05 11:00 | 1   |            |
"""
ADMISSIONS = """
    spell | patient | started          | ended            | method | how | class | to_place | source
    ------+---------+------------------+------------------+--------+-----+-------+----------+-------
    a1    | A       | 2026-08-28 09:00 | 2026-09-01 09:00 | 11     | 1   | 1     |          |
    a2    | A       | 2026-09-30 23:50 | 2026-10-02 09:00 | 21     | 1   | 1     |          |
    b1    | B       | 2026-08-28 09:00 | 2026-09-01 09:00 | 21     | 1   | 1     |          |
    b2    | B       | 2026-10-01 00:10 | 2026-10-03 09:00 | 21     | 4   | 1     |          |
    c1    | C       | 2026-09-01 09:00 | 2026-09-05 09:00 | 21     | 1   | 1     |          |
    c2    | C       | 2026-09-10 09:00 | 2026-09-12 09:00 | 12     | 1   | 1     |          |
    c3    | C       | 2026-09-14 09:00 | 2026-09-20 09:00 | 21     | 1   | 1     |          |
    d1    | D       | 2026-09-01 09:00 | 2026-09-05 09:00 | 21     | 1   | 1     | 51       |
    d2    | D       | 2026-09-12 09:00 | 2026-09-15 09:00 | 2B     | 1   | 1     |          | 51
    d3    | D       | 2026-09-20 09:00 |                  | 22     |     | 1     |          |
    e1    | E       | 2026-09-01 09:00 | 2026-09-05 09:00 | 21     | 1   | 1     |          |
    e2    | E       | 2026-09-05 20:00 | 2026-09-06 09:00 | 21     | 1   | 1     |          |
    f1    | F       | 2026-09-01 09:00 | 2026-09-01 18:00 | 11     | 1   | 2     |          |
    f2    | F       | 2026-09-02 09:00 | 2026-09-03 09:00 | 21     | 1   | 1     |          |
    g1    | G       | 2026-09-01 09:00 | 2026-09-04 09:00 | 21     | 1   | 1     |          |
    g2    | G       | 2026-09-06 09:00 | 2026-09-06 13:00 | 13     | 1   | 3     |          |
    g3    | G       | 2026-09-07 09:00 | 2026-09-08 09:00 | 21     | 1   | 1     |          |
    n1    |         | 2026-09-01 09:00 | 2026-09-04 09:00 | 21     | 1   | 1     |          |
    n2    |         | 2026-09-06 09:00 | 2026-09-08 09:00 | 21     | 1   | 1     |          |
    m1    | M       | 2026-09-01 09:00 | 2026-09-04 09:00 | 31     | 1   | 1     |          |
    m2    | M       | 2026-09-06 09:00 | 2026-09-08 09:00 | 21     | 1   | 1     |          |
"""
FOLLOWED_SPELLS = """
    spell | started          | ended            | how
    ------+------------------+------------------+----
    a     | 2026-10-28 10:00 | 2026-11-01 10:00 | 1
    b     | 2026-10-28 10:00 | 2026-11-02 10:00 | 1
"""
STAYS_OF_DAYS = """
    stay | spell | ward | from             | to
    -----+-------+------+------------------+-----------------
    1    | a     | AMU  | 2026-11-01 22:00 | 2026-11-02 15:00
    2    | a     | W1   | 2026-11-02 15:00 | 2026-11-04 11:00
    3    | m     | MAT  | 2026-11-01 22:00 | 2026-11-04 11:00
"""
SPELLS_OF_DAYS = """
    spell | started          | ended            | how | method
    ------+------------------+------------------+-----+-------
    a     | 2026-11-01 22:00 | 2026-11-04 11:00 | 1   | 21
    m     | 2026-11-01 22:00 | 2026-11-04 11:00 | 1   | 31
"""
ROUNDS = """
    row | spell | ward | day        | resides | colour | red_reason | senior
    ----+-------+------+------------+---------+--------+------------+-------
    1   | a     | AMU  | 2026-11-02 | T       | green  |            | T
    2   | a     | W1   | 2026-11-03 | F       | red    | transport  |
    3   | x     | W2   | 2026-11-01 |         |        |            |
"""
NOW_SPELLS = """
    spell    | started          | ended            | how | edd        | class
    ---------+------------------+------------------+-----+------------+------
    ready    | 2026-10-25 10:00 |                  |     | 2026-11-12 | 1
    today    | 2026-11-10 10:00 |                  |     | 2026-11-15 | 1
    said     | 2026-11-10 10:00 |                  |     | 2026-11-20 | 1
    stays    | 2026-11-14 23:50 |                  |     |            | 1
    gone     | 2026-11-10 10:00 | 2026-11-15 10:30 | 1   | 2026-11-15 | 1
    leaving  | 2026-11-10 10:00 | 2026-11-15 18:00 | 1   | 2026-11-16 | 1
    died     | 2026-11-10 10:00 | 2026-11-15 09:00 | 4   |            | 1
    day case | 2026-11-15 08:00 |                  |     |            | 2
"""
NOW_STAYS = """
    stay | spell    | ward | from             | to               | bay | bed
    -----+----------+------+------------------+------------------+-----+----
    1    | ready    | AMU  | 2026-10-25 10:00 | 2026-10-26 10:00 | A   | 1
    2    | ready    | W1   | 2026-10-26 10:00 |                  | A   | 2
    3    | today    | W1   | 2026-11-10 10:00 | 2026-11-15 13:00 | A   | 3
    4    | today    | LNG  | 2026-11-15 13:00 |                  |     |
    5    | said     | W2   | 2026-11-10 10:00 |                  | B   | 1
    6    | stays    | W2   | 2026-11-14 23:50 |                  | B   | 2
    7    | gone     | W2   | 2026-11-10 10:00 | 2026-11-15 10:30 | B   | 3
    8    | leaving  | W2   | 2026-11-10 10:00 | 2026-11-15 18:00 | B   | 4
    9    | day case | W2   | 2026-11-15 08:00 |                  | B   | 5
"""
NOW_ROUNDS = """
    row | spell | ward | day        | resides | colour | red_reason | expectation | action
    ----+-------+------+------------+---------+--------+------------+-------------+-------
    1   | ready | W1   | 2026-11-14 | F       | red    | transport  | definite    | ring
    2   | said  | W2   | 2026-11-15 | T       | green  |            | potential   | scan
    3   | said  | W2   | 2026-11-16 | F       | red    | later      |             | later
    4   | gone  | W2   | 2026-11-15 | F       | green  |            | definite    |
"""
NOW_READY = """
    entry | spell | ready      | status | reason
    ------+-------+------------+--------+--------
    1     | ready | 2026-11-11 | ready  | package
    2     | said  | 2026-11-17 | ready  |
"""
HELD = """
    ward | day        | held | began            | over             | attendees
    -----+------------+------+------------------+------------------+----------
    W1   | 2026-10-25 | T    | 2026-10-25 00:30 | 2026-10-25 02:15 | 6
    W1   | 2026-11-02 | F    |                  |                  |
    W9   | 2026-11-02 | T    | 2026-11-02 09:00 | 2026-11-02 09:20 | 4
    W1   | 2026-12-01 | T    |                  |                  |
"""

GROUPS = {
    "ready": {"inpatient_spells": SPELLS, "discharge_ready_dates": HISTORY},
    "left": {"inpatient_spells": LEFT_SPELLS, "ward_stays": LEFT_STAYS},
    "expected": {"inpatient_spells": EXPECTED_SPELLS},
    "back": {"inpatient_spells": ADMISSIONS},
    "followed": {"inpatient_spells": FOLLOWED_SPELLS},
    "days": {"inpatient_spells": SPELLS_OF_DAYS, "ward_stays": STAYS_OF_DAYS, "ward_patient_days": ROUNDS},
    "now": {"inpatient_spells": NOW_SPELLS, "ward_stays": NOW_STAYS, "ward_patient_days": NOW_ROUNDS,
            "discharge_ready_dates": NOW_READY},
    "held": {"board_rounds": HELD},
}  # fmt: skip


@pytest.fixture(scope="module")
def tables():
    """Every fact of discharge, made once of the drawings of all tests."""
    engine = open_engine()
    yield engine, facts_of(engine, *FACTS, as_of=AS_OF, at=NOW, groups=GROUPS)
    engine.close()


@pytest.fixture
def fact(tables):
    """Compare the rows of one group of a fact, or of the fact under other readings or without a dataset, with a drawn table."""
    engine, found = tables

    def check(name, group, expect, *, readings=None, **instead):
        rows = found[name]
        if readings or instead:
            rows = built(rules.facts()[name], found | instead, as_of=AS_OF, at=NOW, readings=readings)
        rows = engine.rows(rows)
        rows = of_group(rows, group) if name != "board_round_days" else rows.rename_columns({"ward_code": "ward"})
        wanted = drawn_tables.table(expect)
        assert drawn_tables.text(rows.select(wanted.column_names)) == drawn_tables.text(wanted)

    return check


def test_the_delay_runs_from_the_last_valid_ready_date(fact):
    """Withdrawn and set again, corrected, missing, outside the stay; deaths by either code, no night, maternity are out."""
    expect = """
        spell     | is_in_scope | ready      | delay_days | delay_band | is_delayed | why_unmeasured   | delay_reason
        ----------+-------------+------------+------------+------------+------------+------------------+-------------
        on time   | T           | 2026-11-05 | 0          | 0          | F                |                  |
        late      | T           | 2026-11-05 | 4          | 4-6        | T                |                  | care home
        set again | T           | 2026-11-12 | 2          | 2-3        | T                |                  | transport
        withdrawn | T           |            |            |            | F                | withdrawn        |
        never     | T           |            |            |            | F                | missing          |
        after     | T           |            |            |            | F                | after_discharge  |
        before    | T           |            |            |            | F                | before_admission |
        died      | F           | 2026-11-03 |            |            | F                |                  |
        no night  | F           |            |            |            | F                |                  |
        mother    | F           |            |            |            | F                |                  |
        corrected | T           | 2026-11-06 | 4          | 4-6        | T                |                  |
        noted     | T           | 2026-11-05 | 1          | 1          | T          |                  |
        went 79   | F           |            |            |            | F          |                  |
    """
    fact("discharges", "ready", expect)
    late = """
        spell     | is_ready_recorded_late
        ----------+-----------------------
        {}
    """
    names = [line.split("|")[0].strip() for line in SPELLS.strip().splitlines()[2:]]
    rows = "\n        ".join(f"{name} | {'T' if name == 'noted' else 'F'}" for name in names)
    fact("discharges", "ready", late.format(rows))


def test_the_history_of_a_ready_date_says_what_stands(fact):
    """In the order in which it was written; a withdrawal takes back what stood on its day, and no later date."""
    expect = """
        spell     | place | ready      | ready_status | stands
        ----------+-------+------------+--------------+-------
        on time   | 0     | 2026-11-05 | ready        | T
        late      | 0     | 2026-11-05 | ready        | T
        set again | 0     | 2026-11-05 | ready        | F
        set again | 1     | 2026-11-07 | withdrawn    | F
        set again | 2     | 2026-11-12 | ready        | T
        withdrawn | 0     | 2026-11-05 | ready        | F
        withdrawn | 1     | 2026-11-05 | withdrawn    | F
        after     | 0     | 2026-11-07 | ready        | T
        before    | 0     | 2026-11-01 | ready        | T
        died      | 0     | 2026-11-03 | ready        | T
        corrected | 0     | 2026-11-08 | ready        | T
        corrected | 1     | 2026-11-06 | ready        | T
        corrected | 2     | 2026-11-04 | withdrawn    | F
        noted     | 0     | 2026-11-05 | ready        | T
    """
    fact("ready_date_entries", "ready", expect)


def test_the_departure_is_that_from_the_ward_and_not_into_the_lounge(fact):
    """12:00:00 is not before noon; the lounge frees the bed; a ward stay that ended on another day says nothing."""
    expect = """
        spell     | ward_name | left_ward_at        | bed_released_at     | is_before_noon | is_before_17 | is_weekend
        ----------+-----------+---------------------+---------------------+----------------+--------------+-----------
        before    |           | 2026-11-05 11:59:59 | 2026-11-05 11:59:59 | T              | T            | F
        noon      |           | 2026-11-05 12:00:00 | 2026-11-05 12:00:00 | F              | T            | F
        left ward | Elm       | 2026-11-07 11:50:00 | 2026-11-07 11:50:00 | T              | T            | T
        lounge    | Elm       | 2026-11-08 16:59:00 | 2026-11-08 10:15:00 | F              | T            | T
        old stay  | Elm       | 2026-11-09 17:00:00 | 2026-11-09 17:00:00 | F              | F            | F
        died      |           | 2026-11-09 09:00:00 | 2026-11-09 09:00:00 | F              | F            | F
        day 30    |           | 2026-10-31 18:00:00 | 2026-10-31 18:00:00 | F              | F            | T
        day 29    |           | 2026-11-01 18:00:00 | 2026-11-01 18:00:00 | F              | F            | T
    """
    fact("discharges", "left", expect)


def test_an_expected_date_is_in_time_for_24_hours_and_right_within_a_day(fact):
    """Elapsed hours, so that a night of 25 hours leaves no hour less; the date may be a day out either way."""
    expect = """
        spell     | is_expected_date_in_time | has_expected_day | is_expected_date_right
        ----------+--------------------------+-------------------+-----------------------
        on time   | T                        | T                 | T
        a minute  | F                        | T                 | F
        autumn    | F                        | T                 | T
        never set | F                        | F                 | F
    """
    fact("discharges", "expected", expect)


def test_only_the_next_admission_after_the_index_is_looked_at(fact):
    """Day 29 and 30, an elective stay between, out and back, the same day, day cases, regular attenders, maternity."""
    expect = """
        spell | is_index | is_readmitted | readmission_spell_identifier | is_followed_up | is_readmitted_apart
        ------+----------+---------------+------------------------------+----------------+--------------------
        a1    | T        | T             | a2                           | T              | F
        a2    | T        | F             |                              | T              | F
        b1    | T        | F             |                              | T              | F
        b2    | F        | F             |                              | F              | F
        c1    | T        | F             |                              | T              | F
        c2    | T        | T             | c3                           | T              | F
        c3    | T        | F             |                              | T              | F
        d1    | F        | F             |                              | F              | F
        d2    | T        | T             | d3                           | T              | F
        e1    | T        | T             | e2                           | T              | F
        e2    | T        | F             |                              | T              | F
        f1    | F        | F             |                              | F              | T
        f2    | T        | F             |                              | T              | F
        g1    | T        | T             | g3                           | T              | F
        g2    | F        | F             |                              | F              | F
        g3    | T        | F             |                              | T              | F
        n1    | T        | F             |                              | T              | F
        n2    | T        | F             |                              | T              | F
        m1    | F        | F             |                              | F              | F
        m2    | T        | F             |                              | T              | F
    """
    fact("discharges", "back", expect)


def test_a_discharge_is_followed_up_once_its_window_is_over(fact):
    """On the last day of the window every readmission can have been seen; a contract's 30 days ask for one more."""
    expect = """
        spell | is_followed_up | is_before_noon
        ------+----------------+---------------
        a     | T              | T
        b     | F              | T
    """
    fact("discharges", "followed", expect)


def test_the_readings_of_a_contract_and_a_trust(fact):
    """30 days ask for one day more before a discharge is followed up; the way into the lounge may count as the departure."""
    expect = """
        spell     | is_before_noon | is_followed_up
        ----------+----------------+---------------
        before    | T              | F
        noon      | F              | F
        left ward | T              | F
        lounge    | T              | F
        old stay  | F              | F
        died      | F              | F
        day 30    | F              | T
        day 29    | F              | F
    """
    chosen = Readings(readmission_last_day=30, discharge_lounge_is_departure=True)
    fact("discharges", "left", expect, readings=chosen)


def test_a_day_that_nobody_assessed_is_unknown(fact):
    """A move on the day, the night's bed, the day of discharge; maternity stands on no adult census."""
    expect = """
        spell | day        | ward | midnight_ward_code | is_expected | is_unknown | is_red | is_in_bed_at_midnight | has_no_criteria
        ------+------------+------+--------------------+-------------+------------+--------+-----------------------+----------------
        a     | 2026-11-01 | AMU  | AMU                | F           | F          | F      | T                     | F
        a     | 2026-11-02 | AMU  | W1                 | T           | F          | F      | T                     | F
        a     | 2026-11-03 | W1   | W1                 | T           | F          | T      | T                     | T
        a     | 2026-11-04 | W1   |                    | T           | T          | F      | F                     | F
        x     | 2026-11-01 | W2   |                    | T           | T          | F      | F                     | F
    """
    fact("patient_days", "days", expect)


def test_who_never_sent_rounds_has_no_days(fact, tables):
    """Years without rounds are not years of days that nobody assessed."""
    engine, _ = tables
    nothing = """
        spell | day | is_expected
        ------+-----+------------
    """
    fact("patient_days", "days", nothing, ward_patient_days=engine.memory(drawn("ward_patient_days")))


def test_who_is_in_a_bed_now_with_what_the_rounds_said(fact):
    """Yesterday's colour is not today's; what is dated later has not been said; the lounge still has its patient."""
    expect = """
        spell   | ward | bed | nights | ready      | days_ready | colour  | resides | action | can_go_home | is_late
        --------+------+-----+--------+------------+------------+---------+---------+--------+-------------+--------
        ready   | W1   | 2   | 21     | 2026-11-11 | 4          | unknown | F       | ring   | T           | T
        today   | LNG  |     | 5      |            |            | unknown |         |        | F           | F
        said    | W2   | 1   | 5      |            |            | green   | T       | scan   | F           | F
        stays   | W2   | 2   | 1      |            |            | unknown |         |        | F           | F
        leaving | W2   | 4   | 5      |            |            | unknown |         |        | F           | F
    """
    fact("inpatients_now", "now", expect)


def test_who_is_expected_to_leave_today_and_who_has_left(fact):
    """Definite and potential by today's round, the expected date of today, dates that have passed, and who is gone."""
    expect = """
        spell   | standing  | is_gone | is_expected_today
        --------+-----------+---------+------------------
        ready   | late      | F       | F
        today   | expected  | F       | T
        said    | potential | F       | T
        gone    | gone      | T       | T
    """
    fact("expected_discharges", "now", expect)


def test_a_round_that_was_not_held_is_still_expected(fact):
    """Rounds to come are not; how long a round took is elapsed time."""
    expect = """
        ward | day        | ward_name | is_expected | is_held | minutes
        -----+------------+-----------+-------------+---------+--------
        W1   | 2026-10-25 | Elm       | T           | T       | 165
        W1   | 2026-11-02 | Elm       | T           | F       |
        W9   | 2026-11-02 | W9        | T           | T       | 20
    """
    fact("board_round_days", "held", expect)


def test_a_number_that_was_traced_later_tells_of_one_patient():
    """2.4: a spell without the NHS number is the person's whose other spells have the same hospital number."""
    spells = drawn_tables.table("""
        spell | nhs_number_pseudonym | local_patient_identifier | whose_identifier
        ------+----------------------+--------------------------+-----------------
        a     |                      | L1                       | P
        b     | P                    | L1                       | P
        c     | P                    | L2                       | P
        d     | Q                    |                          | Q
        e     |                      | L3                       | L3
        f     |                      |                          |
    """)
    known = ibis.memtable(spells)
    found = known.select("spell", "whose_identifier", person=person_of(known)).to_pyarrow().to_pylist()
    assert {row["spell"]: row["person"] for row in found} == {row["spell"]: row["whose_identifier"] for row in found}
