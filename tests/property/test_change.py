"""The split of a change adds up exactly, whatever the parts do; it is the slow sum's; reversed it is the same with other signs."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockstop.insight.change import sides, split_amount, split_ratio

# A part of a period: nothing at all, a share of a number, or amounts of which one is no part of the other (and halves of patients).
COUNT = st.integers(0, 5_000)
SHARE = st.tuples(COUNT, COUNT).map(sorted).map(tuple)
AMOUNTS = st.tuples(st.integers(0, 40_000).map(lambda halves: halves / 2), COUNT)
PART = st.one_of(st.just((0, 0)), SHARE, AMOUNTS)
TABLE = st.lists(st.tuples(PART, PART), min_size=1, max_size=12)
MANY = settings(max_examples=200, deadline=None)


def _sides(rows, place):
    return sides([row[place][0] for row in rows], [row[place][1] for row in rows])


def _slow(rows, per):
    """The same by loops over plain numbers, after the formula of the docstring."""
    above = [sum(row[place][0] for row in rows) for place in (0, 1)]
    below = [sum(row[place][1] for row in rows) for place in (0, 1)]
    whole = [per * above[place] / below[place] for place in (0, 1)]
    found = []
    for row in rows:
        rates = [per * part[0] / part[1] if part[1] else None for part in row]
        known = [rate for rate in rates if rate is not None]
        mean = sum(rate if rate is not None else known[0] for rate in rates) / 2 if known else 0.0
        shift = row[1][1] / below[1] - row[0][1] / below[0]
        moved = per * row[1][0] / below[1] - per * row[0][0] / below[0]
        found.append((moved - mean * shift, (mean - sum(whole) / 2) * shift))
    return found


@MANY
@given(TABLE, st.sampled_from([1.0, 7.0, 1000.0]))
def test_the_effects_on_a_ratio_add_up_to_its_change(rows, per):
    first, last = _sides(rows, 0), _sides(rows, 1)
    found = split_ratio(first, last, per=per)
    if not first.denominator.sum() or not last.denominator.sum():
        assert np.isnan(found.change)
        assert np.isnan(found.rate).all()
        return
    change = per * (last.numerator.sum() / last.denominator.sum() - first.numerator.sum() / first.denominator.sum())
    scale = per * max(*(row[place][0] for row in rows for place in (0, 1)), 1)
    assert math.isclose(found.rate.sum() + found.mix.sum(), change, abs_tol=1e-11 * scale)
    for part, (rate, mix) in enumerate(_slow(rows, per)):
        assert math.isclose(found.rate[part], rate, abs_tol=1e-11 * scale)
        assert math.isclose(found.mix[part], mix, abs_tol=1e-11 * scale)
    back = split_ratio(last, first, per=per)
    assert np.allclose(back.rate, -found.rate, atol=1e-11 * scale)
    assert np.allclose(back.mix, -found.mix, atol=1e-11 * scale)


@MANY
@given(TABLE)
def test_the_effects_on_an_amount_add_up_part_by_part(rows):
    first, last = _sides(rows, 0), _sides(rows, 1)
    found = split_amount(first, last)
    assert np.allclose(found.volume + found.mix + found.rate, last.numerator - first.numerator, atol=1e-6)
    back = split_amount(last, first)
    for name in ("volume", "mix", "rate"):
        assert np.allclose(getattr(back, name), -getattr(found, name), atol=1e-6)


@MANY
@given(st.lists(SHARE, min_size=1, max_size=8), st.integers(2, 9))
def test_more_of_the_same_is_all_volume_and_moves_no_share(rows, times):
    first = sides(*zip(*rows, strict=True))
    last = sides(first.numerator * times, first.denominator * times)
    amount = split_amount(first, last)
    assert np.allclose(amount.volume, first.numerator * (times - 1))
    assert np.allclose(amount.mix, 0)
    assert np.allclose(amount.rate, 0)
    if first.denominator.sum():
        ratio = split_ratio(first, last)
        assert np.allclose([ratio.mix, ratio.rate], 0)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 900), st.integers(1, 900)), min_size=2, max_size=8))
@MANY
def test_where_no_rate_moves_all_is_mix(rows):
    rates, weights = np.array([row[0] / 100 for row in rows]), np.array([row[1:] for row in rows], dtype=float)
    found = split_ratio(*(sides(rates * weights[:, place], weights[:, place]) for place in (0, 1)))
    assert np.allclose(found.rate, 0, atol=1e-12)
    assert math.isclose(found.mix.sum(), float(found.change), abs_tol=1e-12)


def test_a_part_that_appears_or_vanishes_is_mix():
    found = split_ratio(sides([50, 10, 0], [100, 20, 0]), sides([50, 0, 9], [100, 0, 10]))
    assert found.rate.tolist() == [0, 0, 0]
    assert found.mix.sum() == pytest.approx(59 / 110 - 60 / 120)


def test_what_is_not_known_counts_nothing_and_what_has_no_denominator_is_rate():
    found = split_ratio(sides([40, math.nan], [80, math.nan]), sides([40, 5], [80, 0]))
    assert found.rate.tolist() == [0, 5 / 80]
    assert found.mix.tolist() == [0, 0]


def test_many_changes_are_split_at_once():
    rng = np.random.default_rng(7)
    below = rng.integers(1, 500, (2, 1000, 20)).astype(float)
    above = rng.binomial(below.astype(int), 0.6).astype(float)
    found = split_ratio(*(sides(above[place], below[place]) for place in (0, 1)))
    assert found.change.shape == (1000,)
    one = split_ratio(*(sides(above[place][417], below[place][417]) for place in (0, 1)))
    assert np.array_equal(found.rate[417], one.rate)
    assert np.allclose(found.rate.sum(axis=1) + found.mix.sum(axis=1), found.change, atol=1e-13)
