"""A measure turns once: the point that makes the difference is told, the same state a month later is not."""

import numpy as np
import pytest

from clockstop.insight.alerts import Turn, chart_turns, plan_turn, standard_turn
from clockstop.insight.spc import SpcSeries

STEADY = [50.0, 52, 48, 51, 49, 50, 52, 48, 51, 49, 50, 52, 48, 51]


def turns(values, *, improvement="up", target=np.nan):
    row = np.array([values], dtype=float)
    return chart_turns(SpcSeries(values=row, improvement=improvement, targets=np.full(row.shape, target)))[0]


def test_a_point_beyond_the_limits_turns_the_variation_icon():
    assert turns([*STEADY, 20.0]) == (Turn("variation", "common_cause", "concerning_low"),)
    assert turns([*STEADY, 20.0], improvement="down") == (Turn("variation", "common_cause", "improving_low"),)
    assert turns([*STEADY, 20.0], improvement="neutral") == (Turn("variation", "common_cause", "neutral_low"),)


def test_nothing_turns_in_common_cause():
    assert turns([*STEADY, 50.0]) == ()


def test_the_same_signal_a_month_later_is_not_told_again():
    low = [*STEADY, *([46.9] * 6)]
    assert [one.kind for one in turns(low)] == ["variation"]
    assert turns([*low, 46.9]) == ()


def test_within_a_run_a_point_beyond_the_limits_is_a_special_cause_of_its_own():
    assert turns([*STEADY, *([47.5, 48.0] * 4), 30.0]) == (Turn("special_cause", "concerning_low", "concerning_low"),)


def test_a_signal_that_ends_is_a_turn_but_not_for_the_worse():
    low = [*STEADY, *([47.5, 48.0] * 4), 51.0]
    (found,) = turns(low)
    assert (found.was, found.now, found.is_for_the_worse) == ("concerning_low", "common_cause", False)


def test_assurance_turns_when_the_limits_leave_the_target():
    # Moving ranges sum to 8: over 15 of them the upper limit is 51.42, over 16 it is 51.33.
    calm = [50.0, 50.5, 49.5, 50.0] * 4
    assert turns([*calm, 50.0], target=51.3) == ()
    limits_close_in = turns([*calm, 50.0], target=51.4)
    assert [(one.kind, one.was, one.now) for one in limits_close_in] == [("assurance", "hit_and_miss", "fail")]
    assert limits_close_in[0].is_for_the_worse


def test_a_chart_that_has_only_now_enough_points_tells_of_no_turn():
    assert turns([*STEADY[:12], 20.0], target=45.0) == ()


def test_a_series_without_points_has_no_turn():
    values = np.full((1, 5), np.nan)
    assert chart_turns(SpcSeries(values=values, improvement="up")) == [()]


def test_a_missing_last_point_is_skipped():
    assert turns([*STEADY, 20.0, np.nan]) == (Turn("variation", "common_cause", "concerning_low"),)


@pytest.mark.parametrize(
    ("standings", "is_told"),
    [
        (["on plan", "off plan", "off plan"], True),
        (["within tolerance", "off plan", "off plan"], True),
        (["off plan", "off plan"], True),
        (["off plan", "off plan", "off plan"], False),
        (["off plan", "on plan", "off plan"], False),
        (["off plan", "off plan", None], False),
        ([], False),
    ],
)
def test_two_months_off_plan_are_told_once(standings, is_told):
    assert (plan_turn(standings) is not None) == is_told


@pytest.mark.parametrize(
    ("met", "is_told"),
    [
        ([True, False], True),
        ([True, None, False], True),
        ([False, False], False),
        ([True, True], False),
        ([False], False),
        ([], False),
    ],
)
def test_a_standard_is_newly_missed_once(met, is_told):
    assert (standard_turn(met) is not None) == is_told
