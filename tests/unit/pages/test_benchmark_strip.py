"""The strip: one line a trust, labels that no line runs through, no style attribute."""

import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from clockstop.pages.benchmark_strip import Mark, strip


def drawn(values, marks=(), **more):
    given_parts = {"middle_half": None, "label": "finding", "words": lambda value: f"{value:.0%}"} | more
    return BeautifulSoup(str(strip(values, marks, **given_parts)), "html.parser").svg


def test_one_line_a_trust_and_one_a_mark():
    """Three trusts and England are four lines."""
    svg = drawn([0.5, 0.6, 0.7], [Mark(value=0.61, text="England 61%")])

    assert len(svg.find_all("path")) == 4
    assert "England 61%" in svg.get_text()


def test_no_style_and_a_label_that_is_escaped():
    """The content policy allows no style attribute; a name may hold any sign."""
    text = str(strip([0.5], [Mark(value=0.5, text='<b>"x"')], middle_half=(0.4, 0.6), label='say "it" <i>', words=str))

    assert "style=" not in text
    assert "<b>" not in text
    assert "<i>" not in text


def test_nothing_to_draw():
    """No values, no drawing."""
    assert str(strip([], [], middle_half=None, label="", words=str)) == ""


def test_the_axis_has_round_ends_around_everything():
    """From 40% to 100% for values between 48% and 92%."""
    ticks = [text.get_text() for text in drawn([0.48, 0.92]).find_all("text")]

    assert (ticks[0], ticks[-1]) == ("40%", "100%")


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_no_line_runs_through_a_label(values):
    """Wherever marks lie, each line passes beside the labels below its own."""
    svg = drawn([0.5], [Mark(value=value, text=f"Trust {place} 50.0%") for place, value in enumerate(values)])
    labels = [text for text in svg.find_all("text") if text.get_text().startswith("Trust")]
    lines = [re.match(r"M([\d.]+) (\d+)V(\d+)", path["d"]) for path in svg.find_all("path")]
    lines = [(float(line[1]), int(line[2])) for line in lines if line]
    for label in labels:
        if label["text-anchor"] == "end":
            continue
        left, y = float(label["x"]), int(label["y"])
        right = left + len(label.get_text()) * 6.5
        assert not [x for x, top in lines if left < x < right and top < y - 12]


@pytest.mark.parametrize("place", [1, 2, 3, 11, 12, 13, 21, 102, 111])
def test_places_are_read_out_right(place):
    """1st, 2nd, 3rd; 11th to 13th; 21st; 102nd; 111th."""
    from clockstop.pages.published import ordinal

    expect = {1: "1st", 2: "2nd", 3: "3rd", 21: "21st", 102: "102nd"}
    assert ordinal(place) == expect.get(place, f"{place}th")
