"""What an outcome does to a clock, what it must say, and when its correction has come back."""

from datetime import date, timedelta

import ibis
import pytest

from clockstop.rules import validation_outcomes as rules
from clockstop.rules.validation_outcomes import Finding

START, TODAY = date(2026, 1, 5), date(2026, 11, 16)


def finding(code, **words):
    return Finding(code=code, pathway="P1", start_date=START, **words)


def test_each_outcome_has_a_key_of_its_own_and_says_what_it_does():
    assert [one.key for one in rules.OUTCOMES] == ["1", "2", "3", "4", "5", "6", "7"]
    assert {one.code: one.effect for one in rules.OUTCOMES} == {
        "stop_treated": "removes",
        "stop_no_treatment": "removes",
        "stop_monitoring": "removes",
        "duplicate": "removes",
        "start_wrong": "moves_start",
        "clock_right": "leaves",
        "ask_service": "unknown",
    }
    assert [one.code for one in rules.OUTCOMES if not one.is_validation] == ["ask_service"]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (finding("stop_treated"), {"right_date": "Give the day of treatment"}),
        (finding("stop_treated", right_date=START), {}),
        (finding("stop_treated", right_date=START - timedelta(days=1)), {"right_date": "A clock cannot stop before it started"}),
        (finding("stop_treated", right_date=TODAY), {}),
        (finding("stop_treated", right_date=TODAY + timedelta(days=1)), {"right_date": "The day cannot lie in the future"}),
        (finding("stop_no_treatment"), {}),
        (finding("stop_monitoring"), {}),
        (finding("start_wrong"), {"right_date": "Give the day on which the clock starts"}),
        (finding("start_wrong", right_date=START), {"right_date": "This is the day on which the clock starts already"}),
        (finding("start_wrong", right_date=START - timedelta(days=400)), {}),
        (finding("duplicate"), {"other_pathway": "Say which pathway stays"}),
        (finding("duplicate", other_pathway="P1"), {"other_pathway": "A pathway cannot be its own duplicate"}),
        (finding("duplicate", other_pathway="P2"), {}),
        (finding("clock_right"), {}),
        (finding("ask_service"), {}),
        (finding("shrug"), {"code": "Choose one of the outcomes"}),
    ],
)
def test_a_finding_lacks_nothing_and_says_nothing_that_cannot_be(said, wrong):
    assert rules.faults(said, today=TODAY) == wrong


RIGHT = date(2026, 3, 2)
STATES = [
    # code, day given, the start of the clock that runs now, what has become of it
    ("stop_treated", RIGHT, START, "not_yet"),
    ("stop_treated", RIGHT, None, "come_through"),
    ("stop_treated", RIGHT, date(2026, 3, 20), "come_through"),
    ("stop_treated", RIGHT, RIGHT, "come_through"),
    ("stop_treated", RIGHT, date(2026, 2, 1), "changed_otherwise"),
    ("stop_no_treatment", None, date(2026, 2, 1), "come_through"),
    ("stop_no_treatment", None, date(2025, 12, 1), "changed_otherwise"),
    ("duplicate", None, None, "come_through"),
    ("duplicate", None, START, "not_yet"),
    ("start_wrong", RIGHT, START, "not_yet"),
    ("start_wrong", RIGHT, RIGHT, "come_through"),
    ("start_wrong", RIGHT, date(2026, 3, 3), "changed_otherwise"),
    ("start_wrong", RIGHT, None, "changed_otherwise"),
    ("clock_right", None, START, "nothing_to_correct"),
    ("clock_right", None, None, "nothing_to_correct"),
    ("ask_service", None, START, "nothing_to_correct"),
]


@pytest.mark.parametrize(("code", "right", "now", "state"), STATES)
def test_a_correction_has_come_back_or_not(code, right, now, state):
    assert rules.state_of(code, START, right, now) == state


def test_plain_values_and_tables_say_the_same():
    drawn = ibis.memtable(
        {"code": [one[0] for one in STATES], "right": [one[1] for one in STATES], "now": [one[2] for one in STATES]},
        schema={"code": "string", "right": "date", "now": "date"},
    )
    told = drawn.mutate(
        state=rules.state_of(drawn.code, ibis.literal(START), drawn.right, drawn.now),
        off=rules.is_off_the_list(drawn.code),
        start=rules.start_as_validated(drawn.code, ibis.literal(START), drawn.right),
        due=rules.is_due_again(drawn.code, ibis.literal(START), ibis.literal(TODAY - timedelta(days=20)), ibis.literal(TODAY)),
    ).to_pyarrow()
    assert told["state"].to_pylist() == [one[3] for one in STATES]
    assert told["off"].to_pylist() == [rules.is_off_the_list(one[0]) for one in STATES]
    assert told["start"].to_pylist() == [rules.start_as_validated(one[0], START, one[1]) for one in STATES]
    assert told["due"].to_pylist() == [one[0] == "ask_service" for one in STATES]


@pytest.mark.parametrize(
    ("code", "start", "validated", "today", "is_due"),
    [
        ("clock_right", date(2025, 10, 6), date(2026, 11, 16), date(2027, 2, 7), False),  # 83 days
        ("clock_right", date(2025, 10, 6), date(2026, 11, 16), date(2027, 2, 8), True),  # 84 days
        ("clock_right", START, START + timedelta(days=180), START + timedelta(days=182), False),  # 26 weeks to the day
        ("clock_right", START, START + timedelta(days=180), START + timedelta(days=183), True),  # it has passed 26 weeks
        ("clock_right", START, START + timedelta(days=183), START + timedelta(days=184), False),  # validated on that day
        ("clock_right", START, START + timedelta(days=20), START + timedelta(days=60), False),  # no milestone yet
        ("ask_service", START, date(2026, 11, 2), date(2026, 11, 15), False),
        ("ask_service", START, date(2026, 11, 2), date(2026, 11, 16), True),
    ],
)
def test_time_brings_a_validated_pathway_back_after_12_weeks_or_at_12_26_and_52(code, start, validated, today, is_due):
    assert rules.is_due_again(code, start, validated, today) == is_due
