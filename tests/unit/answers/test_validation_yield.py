"""Yield: a check counts once, under the flag that most often proves wrong; a question settles nothing; hours are those timed."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from clockstop.answers.scope import Scope
from clockstop.answers.validation_yield import validation_yield
from clockstop.errors import NotAllowed
from clockstop.registers.validation.reading import COLUMNS

SCOPE = Scope(trusts=frozenset({"AAA"}), may_see_patients=frozenset({"AAA"}), user="pat", role="")


def outcome(number, code, *, flags=("treatment_given",), day=9, seconds=60, team="A", by="pat", trust="AAA"):
    blank = dict.fromkeys(COLUMNS.names)
    return blank | {
        "outcome": number, "trust": trust, "patient_pathway_identifier": f"P{number}", "start_date": date(2026, 1, 5), "code": code,
        "flags": list(flags), "seconds": seconds, "team": team, "by_name": by, "expected_chance": 0.5, "source": "desk",
        "at": datetime(2026, 11, day, 10, tzinfo=UTC),
    }  # fmt: skip


def found(*rows, **asked):
    return validation_yield(SCOPE, pa.Table.from_pylist(list(rows), schema=COLUMNS), "AAA", since=date(2026, 11, 1), **asked)


def test_what_was_checked_changed_and_asked():
    whole = found(
        outcome(1, "stop_treated"), outcome(2, "start_wrong"), outcome(3, "clock_right", seconds=None), outcome(4, "ask_service")
    ).whole
    assert (whole.checked, whole.changed, whole.removed, whole.moved, whole.right, whole.asked) == (3, 2, 1, 1, 1, 1)
    assert whole.share == pytest.approx(2 / 3)
    assert whole.expected == pytest.approx(1.5)
    assert (whole.timed, whole.hours) == (3, pytest.approx(0.05))
    assert whole.checked_an_hour == pytest.approx(60)
    assert whole.changed_an_hour == pytest.approx(40)


def test_a_pathway_of_several_flags_counts_under_one():
    lines = found(
        outcome(1, "stop_treated", flags=("no_next_step", "treatment_given")), outcome(2, "clock_right", flags=())
    ).by_flag
    assert [(line.key, line.checked) for line in lines] == [("treatment_given", 1), ("unflagged", 1)]


def test_weeks_begin_on_monday_and_old_or_other_outcomes_are_left_out():
    rows = [outcome(1, "clock_right", day=8), outcome(2, "clock_right", day=9), outcome(3, "clock_right", trust="BBB")]
    old = outcome(4, "clock_right") | {"at": datetime(2026, 10, 31, 10, tzinfo=UTC)}
    assert [(line.key, line.checked) for line in found(*rows, old).by_week] == [("2026-11-02", 1), ("2026-11-09", 1)]


def test_teams_and_validators_stand_apart_and_a_team_can_be_chosen():
    rows = [
        outcome(1, "stop_treated"),
        outcome(2, "clock_right", by="sam", team="B"),
        outcome(3, "clock_right", by="sam", team="B"),
    ]
    assert [(line.title, line.checked) for line in found(*rows).by_validator] == [("sam", 2), ("pat", 1)]
    assert found(*rows, team="B").whole.checked == 2


@pytest.mark.parametrize("seconds", [2, 3000])
def test_a_check_left_open_over_lunch_or_answered_in_a_blink_tells_nothing_of_an_hour(seconds):
    assert found(outcome(1, "stop_treated", seconds=seconds)).whole.checked_an_hour is None


def test_nobody_sees_another_trusts_yield():
    with pytest.raises(NotAllowed):
        validation_yield(SCOPE, COLUMNS.empty_table(), "BBB", since=date(2026, 11, 1))
