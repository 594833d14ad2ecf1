"""Spells, ward stays, midnights and wards now, on drawn tables (operations.md 2)."""

from datetime import date, datetime

import pyarrow as pa
import pytest

import drawn_tables
from bed_tables import built, november
from clockstop.rules.readings import Readings

WARDS = """
    ward | since      | type      | beds | for
    -----+------------+-----------+------+-----
    W1   | 2026-01-01 | general   | 20   | 300
    W2   | 2026-01-01 | general   | 20   | 110
    ITU  | 2026-01-01 | critical_care | 5 |
    TH   | 2026-01-01 | theatre   | 0    |
    LNG  | 2026-01-01 | discharge_lounge | 0 |
"""
SPELLS = """
    spell    | patient | admitted         | discharged       | method | class | how
    ---------+---------+------------------+------------------+--------+-------+----
    overlap  | 1       | 2026-11-01 10:00 | 2026-11-10 12:00 | 21     | 1     | 1
    inside   | 2       | 2026-11-01 10:00 | 2026-11-10 12:00 | 21     | 1     | 1
    minutes  | 3       | 2026-11-01 10:00 | 2026-11-10 12:00 | 21     | 1     | 1
    gap      | 4       | 2026-11-01 10:00 | 2026-11-10 12:00 | 21     | 1     | 1
    closed   | 5       | 2026-11-01 10:00 |                  | 21     | 1     |
    goes on  | 6       | 2026-11-01 10:00 | 2026-11-03 12:00 | 21     | 1     | 1
    visit    | 7       | 2026-11-01 10:00 | 2026-11-03 12:00 | 21     | 1     | 1
    theatre  | 8       | 2026-11-01 10:00 | 2026-11-03 12:00 | 21     | 1     | 1
    strange  | 9       | 2026-11-01 10:00 | 2026-11-03 12:00 | 21     | 1     | 1
    late     | 10      | 2026-11-01 10:00 | 2026-11-03 12:00 | 21     | 1     | 1
    bare     | 11      | 2026-11-01 10:00 | 2026-11-03 12:00 | 21     | 1     | 1
    died     | 12      | 2026-11-01 10:00 | 2026-11-03 12:00 | 21     | 1     | 4
    after    | 12      | 2026-11-02 10:00 |                  | 21     | 1     |
    day      | 13      | 2026-11-01 10:00 | 2026-11-02 12:00 | 11     | 2     | 1
    changed  | 14      | 2026-10-24 10:00 | 2026-10-26 09:00 | 21     | 1     | 1
"""
STAYS = """
    stay | spell   | ward | from             | to               | ready            | function
    -----+---------+------+------------------+------------------+------------------+---------
    o1   | overlap | W1   | 2026-11-01 10:00 | 2026-11-05 12:00 |                  | 300
    o2   | overlap | W2   | 2026-11-03 23:30 | 2026-11-10 12:00 |                  | 300
    i1   | inside  | W1   | 2026-11-01 10:00 | 2026-11-10 12:00 |                  | 300
    i2   | inside  | W2   | 2026-11-03 10:00 | 2026-11-05 12:00 |                  | 110
    u1   | minutes | W1   | 2026-11-01 10:00 | 2026-11-05 12:00 |                  | 300
    u2   | minutes | W2   | 2026-11-05 11:50 | 2026-11-10 12:00 |                  | 110
    g1   | gap     | W1   | 2026-11-01 10:00 | 2026-11-03 12:00 |                  | 300
    g2   | gap     | W2   | 2026-11-06 12:00 | 2026-11-10 12:00 |                  | 110
    c1   | closed  | W1   | 2026-11-01 10:00 | 2026-11-04 12:00 |                  | 300
    e1   | goes on | W1   | 2026-11-01 10:00 |                  |                  | 300
    v1   | visit   | W1   | 2026-11-01 10:00 | 2026-11-03 12:00 |                  | 300
    v2   | visit   | TH   | 2026-11-01 22:00 | 2026-11-02 02:00 |                  | 300
    t1   | theatre | W1   | 2026-11-01 10:00 | 2026-11-01 22:00 |                  | 300
    t2   | theatre | TH   | 2026-11-01 22:00 | 2026-11-02 02:00 |                  | 300
    t3   | theatre | W2   | 2026-11-02 02:00 | 2026-11-03 12:00 |                  | 110
    s1   | strange | W9   | 2026-11-01 10:00 | 2026-11-03 12:00 |                  | 300
    l1   | late    | W1   | 2026-11-02 10:00 | 2026-11-03 12:00 |                  | 300
    d1   | died    | W1   | 2026-11-01 10:00 | 2026-11-03 12:00 |                  | 300
    a1   | after   | W1   | 2026-11-02 10:00 |                  |                  | 300
    n1   | nobody  | W1   | 2026-11-02 10:00 | 2026-11-03 12:00 |                  | 300
    y1   | day     | W1   | 2026-11-01 10:00 | 2026-11-02 12:00 |                  | 300
    k1   | changed | ITU  | 2026-10-24 10:00 | 2026-10-25 03:45 | 2026-10-25 00:30 | 300
    k2   | changed | W1   | 2026-10-25 03:45 | 2026-10-26 09:00 |                  | 300
"""
TEXTS = {"wards": WARDS, "inpatient_spells": SPELLS, "ward_stays": STAYS}
WANTED = ("inpatient_stays", "bed_stays", "ward_nights", "bed_faults")
AS_OF = date(2026, 11, 12)


@pytest.fixture(scope="module")
def facts():
    return built(WANTED, TEXTS, as_of=AS_OF, at=None)


def same(rows, expect, **where):
    """Check that the rows whose columns are as said are those drawn."""
    wanted = drawn_tables.table(expect)
    chosen = [row for row in rows.to_pylist() if all(row[name] in values for name, values in where.items())]
    got = [" | ".join(drawn_tables._written(row[name]) for name in wanted.column_names) for row in chosen]
    lines = drawn_tables.text(wanted).splitlines()
    assert sorted(got) == sorted(lines[1:])


def test_stays_are_mended_and_marked(facts):
    """2.7: cut by the next that outlasts it, by the end of the spell; whole around what lies inside; gaps carried."""
    same(
        facts["bed_stays"],
        """
        ward_stay_identifier | start_date | end_date   | carried_from_date | carried_until_date | marks
        ---------------------+------------+------------+-------------------+--------------------+---------------------
        o1                   | 2026-11-01 | 2026-11-03 |                   |                    | two_beds
        o2                   | 2026-11-03 | 2026-11-10 |                   |                    | two_beds
        i1                   | 2026-11-01 | 2026-11-10 |                   |                    | two_beds
        i2                   | 2026-11-03 | 2026-11-05 |                   |                    | two_beds
        u1                   | 2026-11-01 | 2026-11-05 |                   |                    | overlap
        u2                   | 2026-11-05 | 2026-11-10 |                   |                    | overlap
        g1                   | 2026-11-01 | 2026-11-03 | 2026-11-03        | 2026-11-06         | gap
        g2                   | 2026-11-06 | 2026-11-10 |                   |                    |
        c1                   | 2026-11-01 | 2026-11-04 | 2026-11-04        | 2026-11-13         | spell_open
        e1                   | 2026-11-01 | 2026-11-03 |                   |                    | after_spell
        v1                   | 2026-11-01 | 2026-11-03 |                   |                    |
        v2                   | 2026-11-01 | 2026-11-02 |                   |                    |
        t1                   | 2026-11-01 | 2026-11-01 | 2026-11-01        | 2026-11-02         |
        t2                   | 2026-11-01 | 2026-11-02 |                   |                    | pseudo_ward
        t3                   | 2026-11-02 | 2026-11-03 |                   |                    |
        s1                   | 2026-11-01 | 2026-11-03 |                   |                    | unknown_ward
        l1                   | 2026-11-02 | 2026-11-03 |                   |                    | starts_late
        d1                   | 2026-11-01 | 2026-11-03 |                   |                    |
        a1                   | 2026-11-02 |            |                   |                    |
        n1                   | 2026-11-02 | 2026-11-03 |                   |                    | no_spell
        y1                   | 2026-11-01 | 2026-11-02 |                   |                    |
        k1                   | 2026-10-24 | 2026-10-25 |                   |                    |
        k2                   | 2026-10-25 | 2026-10-26 |                   |                    |
    """,
    )


def test_moves_and_outliers_of_stays(facts):
    """2.4: a move is to another ward, late from 22:00 to 06:59; a patient of 300 on a ward for 110 is a medical outlier."""
    same(facts["bed_stays"], """
        ward_stay_identifier | previous_ward_code | move_number | is_move | is_out_of_hours_move | is_outlier | is_medical_outlier
        ---------------------+--------------------+-------------+---------+----------------------+------------+-------------------
        o1                   |                    | 0           | F       | F                    | F          | F
        o2                   | W1                 | 1           | T       | T                    | T          | T
        v2                   |                    |             | F       | F                    | F          | F
        t3                   | W1                 | 1           | T       | T                    | F          | F
        k2                   | ITU                | 1           | T       | T                    | F          | F
    """, ward_stay_identifier=("o1", "o2", "v2", "t3", "k2"))  # fmt: skip


def test_a_wait_to_leave_critical_care_is_time_that_passed(facts):
    """FLO-19 and 0.1: from 00:30 in summer time to 03:45 in winter time are 255 minutes, not the 195 that the clocks show."""
    same(facts["bed_stays"], """
        ward_stay_identifier | minutes_ready | is_critical_care_discharge | is_critical_care_delay
        ---------------------+---------------+----------------------------+-----------------------
        k1                   | 255           | T                          | T
    """, ward_stay_identifier=("k1",))  # fmt: skip


def test_midnights_of_faulty_records(facts):
    """2.7: one ward a patient and midnight; who was in theatre held no bed; who has no stay is of no known ward."""
    same(facts["ward_nights"], """
        day        | ward_code | patients | occupied | carried | not_counted
        -----------+-----------+----------+----------+---------+------------
        2026-10-25 | W1        | 1        | 1        | 0       | 0
        2026-11-01 | W1        | 8        | 8        | 0       | 1
        2026-11-01 | TH        | 1        | 0        | 0       | 0
        2026-11-01 | W9        | 1        | 1        | 0       | 0
        2026-11-01 | unknown   | 2        | 0        | 0       | 0
        2026-11-03 | W1        | 4        | 4        | 1       | 0
        2026-11-03 | W2        | 2        | 2        | 0       | 0
        2026-11-11 | W1        | 2        | 2        | 1       | 0
    """, day=(date(2026, 10, 24), date(2026, 10, 25), date(2026, 11, 1), date(2026, 11, 3), date(2026, 11, 11)),
        patients=range(1, 99))  # fmt: skip


def test_the_faults_are_listed_one_by_one(facts):
    same(
        facts["bed_faults"],
        """
        fault                | hospital_provider_spell_identifier | ward_stay_identifier | is_current
        ---------------------+------------------------------------+----------------------+-----------
        two_beds             | overlap                            | o1                   | F
        two_beds             | overlap                            | o2                   | F
        two_beds             | inside                             | i1                   | F
        two_beds             | inside                             | i2                   | F
        overlap              | minutes                            | u1                   | F
        overlap              | minutes                            | u2                   | F
        gap                  | gap                                | g1                   | F
        spell_open           | closed                             | c1                   | T
        after_spell          | goes on                            | e1                   | T
        pseudo_ward          | theatre                            | t2                   | F
        unknown_ward         | strange                            | s1                   | F
        starts_late          | late                               | l1                   | F
        no_spell             | nobody                             | n1                   | F
        no_ward_stay         | bare                               |                      | F
        open_after_death     | after                              |                      | T
        two_spells           | died                               |                      | F
        two_spells           | after                              |                      | T
        day_case_at_midnight | day                                |                      | F
    """,
    )


@pytest.mark.slow
def test_readings_of_gaps_and_places(facts):
    """Where gaps count on no ward and theatre on the ward before: the same patients, other beds."""
    given = Readings(gap_night_counts_on_ward_before=False, pseudo_ward_night_counts_on_ward_before=True)
    nights = built(("ward_nights",), TEXTS, as_of=AS_OF, at=None, readings=given, before=facts)["ward_nights"].to_pylist()
    found = {(row["day"].day, row["ward_code"]): row["occupied"] for row in nights}
    before = {(row["day"].day, row["ward_code"]): row["occupied"] for row in facts["ward_nights"].to_pylist()}
    assert (before[4, "W1"], found[4, "W1"], found[4, "unknown"]) == (4, 2, 0)
    assert (before[1, "W1"], found[1, "W1"]) == (8, 9)


def test_beds_open_by_the_last_state_or_by_the_base_of_the_day():
    """2.2 and 2.7: a state 24 hours old still holds, one of 00:00:00 is of the day that ends; a ward changes on its day."""
    asked = {(26, "W1"), (27, "W1"), (28, "W1"), (30, "W1"), (28, "W2"), (29, "W2"), (30, "W2"), (26, "ESC"), (27, "ESC")}
    rows = november()["ward_nights"]
    places = zip(rows["day"].to_pylist(), rows["ward_code"].to_pylist(), strict=True)
    rows = rows.append_column("is_asked", pa.array([day.month == 11 and (day.day, ward) in asked for day, ward in places]))
    same(rows, """
        day        | ward_code | occupied | available | escalation_open | escalation_occupied | closed | has_bed_state
        -----------+-----------+----------+-----------+-----------------+---------------------+--------+--------------
        2026-11-26 | W1        | 1        | 8         | 0               | 0                   |        | F
        2026-11-27 | W1        | 3        | 8         | 0               | 0                   | 2      | T
        2026-11-28 | W1        | 3        | 10        | 0               | 0                   |        | F
        2026-11-28 | W2        | 1        | 4         | 0               | 0                   | 1      | T
        2026-11-29 | W2        | 0        | 4         | 0               | 0                   | 1      | T
        2026-11-30 | W2        | 0        | 5         | 0               | 0                   |        | F
        2026-11-26 | ESC       | 0        | 0         | 0               | 0                   |        | F
        2026-11-27 | ESC       | 1        | 1         | 1               | 1                   |        | F
        2026-11-30 | W1        | 1        | 9         | 0               | 0                   | 1      | T
    """, is_asked=(True,))  # fmt: skip


def test_what_kind_of_stay_each_is():
    """2.1: children, births, mothers and day cases are no adult flow; a step down ends the bed stay and not the spell."""
    same(november()["inpatient_stays"], """
        patient_pathway_identifier | admission_class | nights | is_adult_flow | is_for_census | is_child | bed_end_date
        ---------------------------+-----------------+--------+---------------+---------------+----------+-------------
        out                        | emergency       | 3      | T             | T             | F        | 2026-11-29
        child                      | emergency       | 1      | F             | T             | T        | 2026-11-28
        died                       | emergency       | 2      | T             | T             | F        | 2026-11-29
        mother                     | maternity       | 2      | F             | T             | F        | 2026-11-28
        baby                       | other           | 2      | F             | F             | T        | 2026-11-28
        day 1                      | elective        | 0      | F             | F             | F        | 2026-11-27
        step                       | emergency       |        | T             | T             | F        | 2026-11-28
    """, patient_pathway_identifier=("out", "child", "died", "mother", "baby", "day 1", "step"))  # fmt: skip


def test_wards_now():
    """2.5: at 15:00 on 30 November, with a bed state of an hour ago: 9 open, 2 kept, one patient."""
    same(november()["wards_now"], """
        ward_code | bed_group         | open | occupied | empty | closed | due_in | gap | has_bed_state
        ----------+-------------------+------+----------+-------+--------+--------+-----+--------------
        W1        | general_and_acute | 9    | 1        | 8     | 1      | 2      | 6   | T
        ESC       | general_and_acute | 1    | 1        | 0     |        | 0      | 0   | F
        V1        | virtual           | 2    | 1        | 1     |        | 0      | 1   | F
    """, ward_code=("W1", "ESC", "V1"))  # fmt: skip


def test_stays_of_now_are_few():
    """Open at the instant, or ended that day or the day before."""
    found = november()["inpatient_stays_now"]["patient_pathway_identifier"].to_pylist()
    assert sorted(found) == ["died", "itu", "long", "moved", "out", "step"]
    assert november()["bed_stays_now"].num_rows == 1 + 1 + 4 + 2 + 1 + 1
    assert datetime(2026, 11, 29) in november()["inpatient_stays_now"]["ended_at"].to_pylist()  # noqa: DTZ001 - local, no zone


def test_who_is_judged_at_midnight_is_who_the_census_counts():
    """2.3, FLO-08: theatre and critical care at midnight hold no general bed, whatever ward stay goes on beside them."""
    texts = {
        "wards": WARDS,
        "inpatient_spells": """
            spell   | patient | admitted         | discharged       | method | class | function | born
            --------+---------+------------------+------------------+--------+-------+----------+-----------
            theatre | 1       | 2026-11-05 10:00 | 2026-11-08 10:00 | 21     | 1     | 300      | 1940-01-01
            itu     | 2       | 2026-11-05 10:00 | 2026-11-08 10:00 | 21     | 1     | 300      | 1940-01-01
        """,
        "ward_stays": """
            stay | spell   | ward | from             | to
            -----+---------+------+------------------+-----------------
            a    | theatre | W1   | 2026-11-05 10:00 | 2026-11-06 20:00
            b    | theatre | TH   | 2026-11-06 20:00 | 2026-11-07 06:00
            c    | theatre | W1   | 2026-11-07 06:00 | 2026-11-08 10:00
            d    | itu     | W1   | 2026-11-05 10:00 | 2026-11-08 10:00
            e    | itu     | ITU  | 2026-11-06 10:00 | 2026-11-07 10:00
        """,
        "ward_patient_days": """
            ward_patient_day_identifier | spell   | ward | round_date | meets_criteria_to_reside
            ----------------------------+---------+------+------------+-------------------------
            1                           | theatre | W1   | 2026-11-05 | F
            2                           | theatre | W1   | 2026-11-06 | F
            3                           | itu     | W1   | 2026-11-06 | F
        """,
    }
    found = built(("inpatient_stays", "bed_stays", "ward_nights", "patient_days"), texts, as_of=AS_OF, at=None)
    same(found["patient_days"], """
        patient_pathway_identifier | day        | midnight_ward_code | is_expected | is_in_bed_at_midnight | has_no_criteria
        ---------------------------+------------+--------------------+-------------+-----------------------+----------------
        theatre                    | 2026-11-05 | W1                 | T           | T                     | T
        theatre                    | 2026-11-06 |                    | T           | F                     | F
        theatre                    | 2026-11-07 | W1                 | T           | T                     | F
        theatre                    | 2026-11-08 |                    | T           | F                     | F
        itu                        | 2026-11-05 | W1                 | F           | T                     | F
        itu                        | 2026-11-06 |                    | T           | F                     | F
        itu                        | 2026-11-07 | W1                 | T           | T                     | F
        itu                        | 2026-11-08 |                    | T           | F                     | F
    """)  # fmt: skip
    same(found["ward_nights"], """
        day        | ward_code | occupied
        -----------+-----------+---------
        2026-11-06 | W1        | 0
        2026-11-07 | W1        | 2
    """, ward_code=("W1",), day=(date(2026, 11, 6), date(2026, 11, 7)))  # fmt: skip
