"""A figure says itself in words."""

import pytest

from clockstop.nhsuk.figures import against, figure, is_better, is_met, moved


@pytest.mark.parametrize(
    ("kind", "improvement", "value", "target", "words"),
    [
        ("share", "up", 0.604, 0.64, "3.6 points worse than the standard"),
        ("share", "up", 0.716, 0.71, "0.6 points better than the standard"),
        ("share", "down", 0.027, 0.016, "1.1 points worse than the standard"),
        ("share", "up", 0.92, 0.92, "at the standard"),
        ("share", "up", 0.91996, 0.92, "at the standard"),
        ("count", "down", 12, 0, "12 over the limit of 0"),
        ("quantile", "down", 11.5, 13.1, "1.6 weeks better than the standard"),
        ("share", "neutral", 0.5, 0.6, ""),
        ("share", "up", None, 0.6, ""),
        ("share", "up", 0.6, None, ""),
    ],
)
def test_the_gap_to_a_target_says_its_size_its_unit_and_which_side(kind, improvement, value, target, words):
    assert against(kind, improvement, value, target, "standard") == words


@pytest.mark.parametrize(("kind", "value", "words"), [("share", 0.0, "0.0%"), ("count", 0, "0"), ("rate", 21.04, "21.0 weeks")])
def test_zero_is_a_figure_and_units_stand_with_it(kind, value, words):
    assert figure(kind, value) == words


def test_a_move_carries_its_sign_and_nothing_is_said_of_an_unknown_one():
    assert moved("share", 0.60, 0.65) == "−5.0 points"
    assert moved("count", None, 3) == ""


@pytest.mark.parametrize(("improvement", "expected"), [("up", True), ("down", False), ("neutral", None)])
def test_better_depends_on_the_measure(improvement, expected):
    assert is_better(improvement, 2, 1) is expected
    assert is_better(improvement, 1, 1) is None


def test_on_the_target_is_met_both_ways():
    assert is_met("up", 0.92, 0.92)
    assert is_met("down", 0.01, 0.01)
    assert not is_met("down", 0.02, 0.01)
