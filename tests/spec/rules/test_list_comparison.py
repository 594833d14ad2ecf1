"""A trust's own list against our clocks: which row is which period, what differs, what is asked of us."""

import pyarrow as pa
import pytest

import drawn_tables
from clockstop.rules import list_comparison as rule

OURS = """
    trust | patient_pathway_identifier | period | our_start  | our_end    | is_nullified | has_passed | is_open
    ------+----------------------------+--------+------------+------------+--------------+------------+--------
    ZZA   | one                        | 1      | 2026-01-05 |            | F            | F          | T
    ZZA   | monitored                  | 2      | 2026-01-05 | 2026-02-02 | F            | F          | F
    ZZA   | monitored                  | 3      | 2026-04-01 |            | F            | F          | T
    ZZA   | stopped                    | 4      | 2026-01-05 | 2026-02-02 | F            | F          | F
    ZZA   | missed                     | 5      | 2026-01-05 | 2026-01-20 | T            | F          | F
    ZZA   | missed                     | 6      | 2026-01-25 |            | F            | F          | T
    ZZA   | nullified                  | 7      | 2026-01-05 | 2026-01-20 | T            | F          | F
    ZZA   | passed                     | 8      | 2026-01-05 |            | F            | T          | F
"""


def theirs(rows: str) -> str:
    lines = [line.strip() for line in rows.strip().splitlines()]
    head = "trust | section | is_repeat | " + lines[0]
    return "\n".join([head, "-" * len(head), *(f"ZZA | list | F | {line}" for line in lines[1:])])


def pairs(engine, rows: str) -> list[tuple[int, int]]:
    """The (row, period) that are taken for the same."""
    given = drawn_tables.table(theirs(rows))
    for name in ("their_start", "their_end"):
        given = given.set_column(given.schema.get_field_index(name), name, given[name].cast(pa.date32()))
    given = given.set_column(given.schema.get_field_index("their_status"), "their_status", given["their_status"].cast(pa.string()))
    found = rule.candidates(engine.memory(given), engine.memory(drawn_tables.table(OURS)))
    return [(row["source_row"], row["period"]) for row in rule.matched(engine.rows(found)).to_pylist()]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("1 | one       | 2026-01-05 |            |    ", [(1, 1)]),
        ("1 | one       | 2026-01-15 |            |    ", [(1, 1)]),
        ("1 | monitored | 2026-01-05 |            |    ", [(1, 3)]),
        ("1 | monitored | 2026-01-05 | 2026-02-02 |    ", [(1, 2)]),
        ("1 | monitored | 2026-01-07 | 2026-02-02 |    ", [(1, 2)]),
        ("1 | stopped   | 2026-01-05 |            |    ", [(1, 4)]),
        ("1 | stopped   | 2026-03-01 |            |    ", []),
        ("1 | missed    | 2026-01-05 |            |    ", [(1, 6)]),
        ("1 | nullified | 2026-01-05 |            |    ", []),
        ("1 | nullified | 2026-01-05 | 2026-01-20 | 34 ", []),
        ("1 | nullified | 2026-01-05 | 2026-01-20 | 33 ", [(1, 7)]),
        ("1 | passed    | 2026-01-05 |            |    ", []),
        ("1 | unknown   | 2026-01-05 |            |    ", []),
    ],
)
def test_an_open_row_is_an_open_period_first_and_a_closed_row_the_one_with_its_dates(engine, rows, expected):
    """A nullified period is one only of a row that says 33; one that has passed to another provider is of none."""
    head = "source_row | patient_pathway_identifier | their_start | their_end | their_status"
    extra = "\n9 | one | 2026-01-05 | 2026-01-06 | 33"  # so that every column has its type
    found = pairs(engine, f"{head}\n{rows}{extra}")
    assert [pair for pair in found if pair[0] == 1] == expected


def test_each_row_and_each_period_is_taken_once_the_best_pair_first(engine):
    """The row with the second clock's start takes it, so that the other is the first clock, though that has stopped."""
    rows = """
        source_row | patient_pathway_identifier | their_start | their_end | their_status
        1 | monitored | 2026-01-05 |            |
        2 | monitored | 2026-04-01 |            |
        3 | monitored | 2026-04-02 |            |
        9 | one       | 2026-01-05 | 2026-01-06 | 33
    """
    assert sorted(pairs(engine, rows)) == [(1, 2), (2, 3), (9, 1)]


def result(rows):
    return rows.mutate(
        result=rule.result(
            their_start=rows.their_start, our_start=rows.our_start, their_end=rows.their_end, our_end=rows.our_end,
            is_starts=rows.section == "starts",
        )
    )  # fmt: skip


def test_a_pair_differs_in_its_start_its_stop_both_or_neither(spec):
    """A stop that only one side has is another stop; a row of the clock starts says nothing of stops."""
    rows = """
        section | their_start | our_start  | their_end  | our_end
        --------+-------------+------------+------------+-----------
        list    | 2026-01-05  | 2026-01-05 |            |
        list    | 2026-01-05  | 2026-01-05 | 2026-02-02 | 2026-02-02
        list    | 2026-01-06  | 2026-01-05 |            |
        list    | 2026-01-05  | 2026-01-05 |            | 2026-02-02
        list    | 2026-01-05  | 2026-01-05 | 2026-02-02 |
        list    | 2026-01-06  | 2026-01-05 | 2026-02-03 | 2026-02-02
        starts  | 2026-01-05  | 2026-01-05 |            | 2026-02-02
    """
    expect = """
        result
        --------------------------
        same
        same
        other start
        other stop
        other stop
        other start and other stop
        same
    """
    spec(result, rows, expect=expect, in_order=True)


def test_our_periods_are_those_of_the_day_as_known_now(spec):
    """What stops, is nullified or passes after the day is still open on it; a stop on the day has stopped (RTT-R42)."""
    clocks = """
        patient_pathway_identifier | start_date | end_date   | end_status | end_rule | is_nullified | responsibility_passed_date
        ---------------------------+------------+------------+------------+----------+--------------+---------------------------
        later stop                 | 2026-01-05 | 2026-03-02 | 30         | RTT-R20  | F            |
        stop on the day            | 2026-01-05 | 2026-03-01 | 30         | RTT-R20  | F            |
        later nullified            | 2026-02-05 | 2026-03-05 | 33         | RTT-R28  | T            |
        nullified                  | 2026-01-05 | 2026-02-05 | 33         | RTT-R28  | T            |
        passed                     | 2026-01-05 |            |            |          | F            | 2026-02-05
        passed later               | 2026-01-05 |            |            |          | F            | 2026-03-05
        starts later               | 2026-03-02 |            |            |          | F            |
    """
    expect = """
        patient_pathway_identifier | our_end    | is_open | is_nullified
        ---------------------------+------------+---------+-------------
        later stop                 |            | T       | F
        stop on the day            | 2026-03-01 | F       | F
        later nullified            |            | T       | F
        nullified                  | 2026-02-05 | F       | T
        passed                     |            | F       | F
        passed later               |            | T       | F
    """
    spec(rule.our_periods, clocks, as_of="2026-03-01", expect=expect)


def test_a_row_that_says_the_same_again_is_a_repeat_of_the_first(spec):
    """The same pathway, section, start and stop; another start is no repeat. A stop that lies ahead is none on that day."""
    rows = """
        source_row | trust | section | name | their_start | their_end
        -----------+-------+---------+------+-------------+-----------
        1          | ZZA   | list    | one  | 2026-01-05  |
        2          | ZZA   | list    | one  | 2026-01-05  | 2026-03-09
        3          | ZZA   | starts  | one  | 2026-01-05  |
        4          | ZZA   | list    | one  | 2026-01-06  |
    """
    expect = """
        source_row | is_repeat | first_row | their_end
        -----------+-----------+-----------+----------
        1          | F         | 1         |
        2          | T         | 1         |
        3          | F         | 3         |
        4          | F         | 4         |
    """
    spec(rule.their_periods, rows, as_of="2026-03-01", expect=expect)


def told(rows):
    return rows.mutate(note=rule.weeks_note(days=rows.days, weeks=rows.weeks, band_words=rows.stated_label))


def test_a_band_is_weeks_rounded_up_and_completed_weeks_are_right_to_show(spec):
    """126 days are 18 weeks and lie in >17-18; rounded down they would be put into >18-19 (RTT-R40)."""
    rows = """
        days | weeks | stated_label
        -----+-------+-------------
        126  | 18    | >17-18
        126  | 18    | >18-19
        127  | 18    | >18-19
        127  | 19    |
        130  | 18.57 |
        126  | 20    |
        729  | 104   | >104
        700  | 100   | >104
    """
    expect = """
        days | note
        -----+-----
        126  |
        126  | the band is rounded down: the dates make 126 days, band >17-18 (RTT-R40)
        127  |
        127  |
        130  |
        126  | the weeks are others: the dates make 126 days, band >17-18 (RTT-R40)
        729  |
        700  | the band is another one: the dates make 700 days, band >99-100 (RTT-R40)
    """
    spec(told, rows, expect=expect, in_order=True)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("Open pathways", "open"), ("INCOMPLETE", "open"), ("Clock Stops", "stops"), ("completed", "stops"),
     ("Clock starts", "starts"),
     ("PTL", "list")],
)  # fmt: skip
def test_a_section_is_known_by_its_words(engine, words, expected):
    rows = engine.memory(pa.table({"words": [words]}))
    assert engine.rows(rows.select(section=rule.section(rows.words)))["section"].to_pylist() == [expected]


def asked(ours, *, section, first_day, as_of):
    return ours.filter(rule.is_asked_for(ours, section=section, first_day=first_day, as_of=as_of))


@pytest.mark.parametrize(
    ("section", "first_day", "expected"),
    [("list", None, [1, 3, 6]), ("open", None, [1, 3, 6]), ("starts", "2026-01-20", [3, 6]), ("stops", "2026-01-20", [2, 4]),
     ("list", "2026-01-20", [1, 2, 3, 4, 6])],
)  # fmt: skip
def test_what_is_asked_of_us_depends_on_the_section(spec, section, first_day, expected):
    """Nullified periods and those that passed to another provider are asked of nobody."""
    expect = "\n".join(["period", "------", *map(str, expected)])
    spec(asked, OURS, section=section, first_day=first_day, as_of="2026-05-01", expect=expect)


def test_nothing_is_matched_where_nothing_is():
    nothing = pa.table({name: pa.array([], pa.int64()) for name in ("source_row", "period", "tier", "start_days", "end_days")})
    assert rule.matched(nothing.append_column("section", pa.array([], pa.string()))).num_rows == 0
