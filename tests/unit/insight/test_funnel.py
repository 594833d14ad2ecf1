"""Funnel limits, beside sums worked out by other means: the binomial and Poisson's law added up term by term, and scipy's."""

from math import comb, exp, factorial, isclose, sqrt

import numpy as np
import pytest
from scipy import stats

from clockstop.insight import funnel


def test_the_normal_limits_are_the_sum_of_the_reference():
    for centre, size in ((0.1, 100), (0.6143, 107_591), (0.2132, 19_469)):
        found = funnel.limits(centre, [size])
        error = sqrt(centre * (1 - centre) / size)
        assert isclose(found.lower_95[0], centre - 1.96 * error)
        assert isclose(found.upper_998[0], centre + 3.09 * error)
        assert not found.is_exact[0]


def test_limits_near_the_normal_curve_are_near_those_that_scipy_gives():
    low, high = stats.norm.interval(0.95, loc=0.1, scale=sqrt(0.09 / 100))
    found = funnel.limits(0.1, [100])
    assert (found.lower_95[0], found.upper_95[0]) == pytest.approx((low, high), abs=1e-4)


@pytest.mark.parametrize(("centre", "size"), [(0.02, 50), (0.3, 10), (0.97, 40)])
def test_few_people_are_judged_by_the_binomial_added_up_term_by_term(centre, size):
    """Below the limit, with the part of the count in which it lies, is 2.5% of chance."""
    found = funnel.limits(centre, [size])
    assert found.is_exact[0]
    for limit, share in ((found.lower_95[0], stats.norm.cdf(-1.96)), (found.upper_95[0], stats.norm.cdf(1.96))):
        if 0 < limit < 1:
            count = limit * size
            whole = int(np.ceil(count - 1e-9))
            terms = [comb(size, k) * centre**k * (1 - centre) ** (size - k) for k in range(whole + 1)]
            assert isclose(sum(terms[:-1]) + terms[-1] * (count - whole + 1), share, rel_tol=1e-6)


def test_few_events_of_a_rate_are_judged_by_poissons_law_added_up_term_by_term():
    found = funnel.limits(0.003, [1000], law="poisson")
    count = found.upper_95[0] * 1000
    whole = int(np.ceil(count))
    terms = [exp(-3) * 3**k / factorial(k) for k in range(whole + 1)]
    assert isclose(sum(terms[:-1]) + terms[-1] * (count - whole + 1), stats.norm.cdf(1.96), rel_tol=1e-6)


def test_limits_stay_between_nought_and_one_and_narrow_with_size():
    sizes = np.array([1, 5, 20, 100, 1000, 50_000])
    found = funnel.limits(0.08, sizes, phi=3)
    widths = found.upper_998 - found.lower_998
    assert (found.lower_998 >= 0).all()
    assert (found.upper_998 <= 1).all()
    assert (np.diff(widths[2:]) < 0).all()
    assert (found.lower_998 <= found.lower_95).all()


def test_phi_widens_by_its_root_and_never_narrows():
    plain, wide, narrow = (funnel.limits(0.4, [1000], phi=phi) for phi in (1, 9, 0.2))
    assert wide.upper_95[0] - 0.4 == pytest.approx(3 * (plain.upper_95[0] - 0.4))
    assert narrow.upper_95[0] == plain.upper_95[0]


def test_phi_is_the_mean_squared_score_with_a_tenth_drawn_in():
    """Twenty units of 400 at a centre of 0.5: a score is the distance in steps of 0.025."""
    scores = np.array([-30, *[-3, 3] * 9, 40])
    phi = funnel.dispersion(list((0.5 + scores * 0.025) * 400), [400] * 20, 0.5)
    assert phi == pytest.approx(9.0)


def test_chance_alone_is_not_over_dispersion():
    sizes = np.full(120, 2000)
    counts = np.random.default_rng(7).binomial(sizes, 0.3)
    assert funnel.dispersion(counts, sizes, 0.3) == 1.0


def test_a_value_on_a_limit_is_within_it():
    found = funnel.limits(0.1, [100, 100])
    assert funnel.statuses([found.upper_95[0], np.nextafter(found.upper_95[1], 1)], found) == ["inside", "alert"]
