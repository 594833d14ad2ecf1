"""Rank, quarters, peers and opportunity."""

import numpy as np
import pytest

from clockstop.insight import benchmark
from clockstop.insight.benchmark import Peer

VALUES = [float(value) for value in np.random.default_rng(3).integers(1, 60, size=37)]


@pytest.mark.parametrize("improvement", ["up", "down"])
def test_quartiles_are_numpys_and_quarters_hold_a_quarter_each(improvement):
    found = benchmark.quartiles(VALUES)
    assert (found.low, found.middle, found.high) == tuple(np.percentile(VALUES, [25, 50, 75]))
    quarters = [benchmark.quarter(value, VALUES, improvement) for value in VALUES]
    best = max(VALUES) if improvement == "up" else min(VALUES)
    assert {quarter for value, quarter in zip(VALUES, quarters, strict=True) if value == best} == {1}
    assert sorted(set(quarters)) == [1, 2, 3, 4]


def test_seven_units_have_no_quarters_though_an_eighth_was_asked():
    assert benchmark.quarter(1.0, [1.0, 2, 3, 4, 5, 6, 7, None], "down") is None
    assert benchmark.quarter(1.0, [1.0, 2, 3, 4, 5, 6, 7, 8], "down") == 1
    assert benchmark.quarter(1.0, [1.0, 2, 3, 4, 5, 6, 7, 8], "neutral") is None


def test_who_supplied_nothing_has_no_place_and_takes_none():
    assert [benchmark.rank(value, [0.5, None, 0.7, 0.7, 0.9], "up") for value in (0.9, 0.7, 0.5, None)] == [1, 2, 4, None]


def test_a_value_from_outside_is_placed_as_if_it_stood_among_them():
    assert benchmark.rank(0.8, [0.5, 0.7, 0.9], "up") == 2


def test_opportunity_is_in_people_and_never_negative():
    assert benchmark.opportunity(numerator=4000, denominator=10_000, against=0.45, improvement="up") == pytest.approx(500)
    assert benchmark.opportunity(numerator=5000, denominator=10_000, against=0.45, improvement="up") == 0


def test_a_trust_of_like_size_and_other_work_is_further_than_one_of_half_the_size_and_like_work():
    own = Peer(code="OWN", size=1000, casemix={"100": 50, "110": 50})
    alike = Peer(code="ALIKE", size=500, casemix={"100": 25, "110": 25})
    eyes = Peer(code="EYES", size=1000, casemix={"130": 100})
    assert benchmark.nearest(own, [eyes, alike, own], number=1) == ["ALIKE"]


def test_who_has_no_size_is_nobodys_peer():
    nobody = Peer(code="N", size=0, casemix={})
    somebody = Peer(code="S", size=10, casemix={})
    assert benchmark.nearest(somebody, [nobody]) == []
    assert benchmark.nearest(nobody, [somebody]) == []
