"""The waits and gaps of groups."""

import numpy as np
import pytest

from clockstop.insight.inequality import Waits, share_gap, wait_gap
from clockstop.insight.intervals import gap, quantile_interval, wilson


def test_a_median_of_bands_is_that_of_the_measure_and_lies_in_its_interval():
    found = Waits({10: 40, 20: 20, 30: 40}, is_banded=True).quantile(0.5)
    assert found.value == pytest.approx(19.5)
    assert found.low < found.value < found.high


def test_waits_of_four_people_have_no_median():
    assert Waits({10: 4}, is_banded=True).quantile(0.5) is None
    assert wait_gap(Waits({10: 4}, is_banded=False), Waits({10: 40}, is_banded=False)) is None


def test_the_interval_of_a_median_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(11)
    found = [quantile_interval(rng.exponential(10, size=200), 0.5) for _ in range(300)]
    held = np.mean([one.low - 0.05 <= 10 * np.log(2) <= one.high + 0.05 for one in found])
    assert 0.91 <= held <= 0.99


def test_a_gap_of_waits_is_positive_where_the_first_waits_longer():
    longer, shorter = (Waits(dict.fromkeys(range(first, first + 20), 10), is_banded=False) for first in (50, 10))
    found = wait_gap(longer, shorter)
    assert found.value == 40
    assert found.is_clear


def test_newcombes_gap_is_narrower_with_more_people_and_turns_with_its_groups():
    few, many = share_gap((30, 60), (20, 60)), share_gap((300, 600), (200, 600))
    assert not few.is_clear
    assert many.is_clear
    turned = gap(wilson(20, 60), wilson(30, 60))
    assert (turned.low, turned.high) == pytest.approx((-few.high, -few.low))


def test_nobody_has_no_share():
    assert wilson(0, 0) is None
    assert share_gap((0, 0), (1, 2)) is None
    assert quantile_interval([], 0.5) is None
