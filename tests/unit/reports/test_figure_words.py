"""A figure's two numbers in words."""

from datetime import date

import pytest

from clockstop.answers.series import Point
from clockstop.measures.catalogue import measure
from clockstop.reports.figure_words import parts_of


@pytest.mark.parametrize(
    ("slug", "numerator", "denominator", "said"),
    [
        ("rtt_incomplete", 496, 496, "496 pathways"),
        ("rtt_over_52_weeks", 12, 496, "12 of 496 pathways"),
        ("rtt_within_18_weeks", 496, 496, "496 of 496 pathways"),
    ],
)
def test_a_count_of_all_that_there_are_is_no_part_of_itself(slug, numerator, denominator, said):
    """Of a share both numbers stand, all of them too: 496 of 496 are 100%."""
    point = Point(date(2026, 10, 31), numerator, denominator, None)
    assert parts_of(measure(slug), point) == said
