"""The funnel of a comparison: which law, in which unit, and who stands outside."""

import pytest

from clockstop.answers.benchmark_funnel import funnel_of, with_status
from clockstop.answers.benchmark_units import Unit
from clockstop.measures.catalogue import measure


def unit(code, events, people, per=100):
    return Unit(code=code, name=code, value=per * events / people, numerator=events, denominator=people, is_ranked=True)


def test_events_for_each_hundred_have_poissons_limits_in_their_own_unit():
    """5 for each 100 of 1,000: 50 expected, so 95% lie within 5 +- 1.96 x 100 x sqrt(0.05 / 1000)."""
    units = [unit("AAA", 50, 1_000), unit("BBB", 48, 1_000), unit("CCC", 52, 1_000)]
    found = funnel_of(measure("op_pifu_rate"), None, units)
    assert (found.law, found.centre) == ("poisson", pytest.approx(5))
    place = min(range(len(found.sizes)), key=lambda one: abs(found.sizes[one] - 1_000))
    expected = 5 + 196 * (0.05 / found.sizes[place]) ** 0.5
    assert found.limits.upper_95[place] == pytest.approx(expected)


def test_a_trust_with_many_more_events_stands_outside():
    units = [unit("AAA", 50, 1_000), unit("BBB", 500, 10_000), unit("CCC", 90, 1_000)]
    found = funnel_of(measure("op_pifu_rate"), None, units)
    assert {one.code: one.status for one in with_status(units, found)} == {"AAA": "inside", "BBB": "inside", "CCC": "outlier"}


@pytest.mark.parametrize(
    "slug", ["theatre_cases_per_session", "rtt_clearance_weeks", "op_new_to_follow_up", "ed_corridor_patients"]
)
def test_a_ratio_that_people_set_has_no_funnel(slug):
    units = [unit(code, 50, 1_000) for code in ("AAA", "BBB", "CCC")]
    assert funnel_of(measure(slug), None, units) is None
