"""Reading what a case may hold: spellings, times with dates, lists in any order."""

from datetime import date, datetime

import pytest

from clockstop.rules import cases
from clockstop.rules.case_inputs import a_date, rounded


def test_a_date_may_carry_a_time():
    assert a_date(datetime(2026, 3, 2, 9, 30)) == date(2026, 3, 2)  # noqa: DTZ001 - as YAML reads it


def test_nothing_rounds_to_nothing():
    assert rounded(None, 2) is None


@pytest.mark.parametrize(
    ("expected", "got", "is_same"),
    [
        (datetime(2026, 3, 2), date(2026, 3, 2), True),  # noqa: DTZ001 - as YAML reads it
        (datetime(2026, 3, 2, 9), date(2026, 3, 2), False),  # noqa: DTZ001 - as YAML reads it
        (None, 0, False),
        (0, False, False),
        ("a", "b", False),
        ([1, 2], [1], False),
    ],
)
def test_what_counts_as_the_same(expected, got, is_same):
    assert cases.is_same(expected, got) is is_same


def test_the_names_of_a_set_may_come_in_any_order():
    assert cases.differences({"failed": ["b", "a"]}, {"failed": frozenset({"a", "b"})}) == []
    assert cases.differences({"failed": ["b"]}, {"failed": frozenset({"a", "b"})}) != []


def test_a_month_may_be_written_with_its_year():
    case = {"kind": "workdays", "inputs": {"month": "2026-12"}, "expected": {"working_days": 21}}
    assert cases.outcome(case).status == "pass"


def test_a_decision_to_admit_may_be_a_date():
    pathways = [{"start": "2026-06-01", "end": None, "decision_to_admit": day} for day in ("2026-06-30", "2026-07-01")]
    case = {
        "kind": "rtt_parts",
        "inputs": {"month_end": "2026-06-30", "pathways": pathways},
        "expected": {"part_2": 2, "part_2a": 1},
    }
    assert cases.outcome(case).status == "pass"


def test_counts_of_a_return_may_be_named_by_function():
    inputs = {"part_2": 30, "part_2_functions": {"C_100": 10, "X05": 21}, "part_2_long": "text"}
    case = {"kind": "rtt_checks", "inputs": inputs, "expected": {"failed": ["totals_match"]}}
    assert cases.outcome(case).status == "pass"
