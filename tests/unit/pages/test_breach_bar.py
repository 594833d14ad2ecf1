"""Bars of days to breach: one scale for all rows, red to the left, and never beyond the edge."""

import re

import pytest

from clockstop.pages.breach_bar import BLUE, DARK_BLUE, RED, WIDTH, Scale


@pytest.mark.parametrize(
    ("days", "scale"), [([], (14, 28)), ([-3, 20], (14, 28)), ([-20, 100], (28, 126)), ([-2000, 900], (364, 126))]
)
def test_the_scale_is_the_smallest_that_holds_the_rows(days, scale):
    assert Scale.of(days) == Scale(*scale)


@pytest.mark.parametrize(("days", "colour"), [(-1, RED), (0, DARK_BLUE), (7, DARK_BLUE), (8, BLUE)])
def test_the_colour_says_how_near(days, colour):
    assert f'fill="{colour}"' in Scale(14, 28).bar(days)


@pytest.mark.parametrize("days", [-5000, -1, 0, 1, 5000])
def test_a_bar_stays_within_its_column(days):
    x, width = map(float, re.search(r'<rect x="([\d.]+)" y="3" width="([\d.]+)"', Scale(28, 56).bar(days)).groups())
    assert x >= 0
    assert x + width <= WIDTH


def test_equal_days_are_equally_long_on_every_row():
    scale = Scale(28, 56)
    assert scale.x(0) - scale.x(-14) == pytest.approx(scale.x(14) - scale.x(0), abs=0.2)


def test_a_bar_is_left_to_the_number_beside_it_for_those_who_listen():
    assert 'aria-hidden="true"' in Scale(28, 56).bar(3)
    assert "style" not in Scale(28, 56).axis()
