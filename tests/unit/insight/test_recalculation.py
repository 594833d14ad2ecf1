"""New limits are proposed where a change lasts, and nowhere else (operations.md 8.4)."""

import numpy as np
import pytest

from clockstop.insight.recalculation import proposals
from clockstop.insight.spc import SpcSeries, judge

STEADY = [10.0, 12, 11, 9, 10, 12, 11, 10, 9, 11, 10, 12]
HIGHER = [20.0, 22, 21, 19, 20, 22, 21, 20, 19, 21, 20, 22]


def proposed(values, **changed):
    series = SpcSeries(values=np.array([values], dtype=float), improvement="up", **changed)
    return proposals(series, judge(series))


@pytest.mark.parametrize(("points", "is_well_founded"), [(7, False), (11, False), (12, True)])
def test_a_shift_that_lasts_is_proposed_from_its_first_point(points, is_well_founded):
    (found,) = proposed([*STEADY, *HIGHER[:points]])
    assert (found.place, found.points, found.is_well_founded) == (12, points, is_well_founded)
    assert found.before == pytest.approx(np.mean(STEADY))
    assert found.after == pytest.approx(np.mean(HIGHER[:points]))


def test_a_shift_downwards_is_one_too():
    (found,) = proposed([*HIGHER, *STEADY])
    assert (found.place, found.before > found.after) == (12, True)


@pytest.mark.parametrize(
    ("why", "values"),
    [
        ("too few points after it", [*STEADY, *HIGHER[:6]]),
        ("nothing but noise", STEADY * 2),
        ("a single outlier at the end", [*STEADY, *STEADY, 60.0]),
        ("a single outlier in the midst drags the mean above all the others", [*STEADY, 90.0, *STEADY[:8]]),
        ("a shift that has gone back", [*STEADY, *HIGHER, *STEADY[:3]]),
        ("a steady climb has no level yet", [*STEADY, 14.0, 15, 16, 17, 18, 19, 20, 21, 22]),
        ("too few points before it", [*STEADY[:5], *HIGHER]),
    ],
)
def test_what_does_not_last_is_not_proposed(why, values):
    assert proposed(values) == ()


def test_what_was_accepted_is_not_proposed_again():
    sections = np.array([[0] * 12 + [1] * 12])
    assert proposed([*STEADY, *HIGHER], sections=sections) == ()


def test_missing_and_ghosted_points_are_skipped():
    values = [*STEADY, *HIGHER[:3], np.nan, 99.0, *HIGHER[3:8]]
    ghosts = np.array([[place == 16 for place in range(len(values))]])
    (found,) = proposed(values, ghosts=ghosts)
    assert (found.place, found.points) == (12, 8)


def test_of_many_series_each_is_looked_at_alone():
    flat = [*STEADY, *STEADY]
    values = np.array([flat, [*STEADY, *HIGHER], [*STEADY, *HIGHER[:8], *([np.nan] * 4)]])
    series = SpcSeries(values=values, improvement=["up", "down", "neutral"])
    assert [(one.row, one.place, one.points) for one in proposals(series, judge(series))] == [(1, 12, 12), (2, 12, 8)]


def test_a_series_too_short_for_limits_proposes_nothing():
    assert proposed([10.0, *HIGHER[:10]]) == ()
    assert proposed([np.nan] * 20) == ()
