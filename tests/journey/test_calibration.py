"""How close the made-up group is to England, January 2026 (synthetic/national.py)."""

from collections import Counter

import numpy as np
import pytest

from clockstop.synthetic.national import ENGLAND_MEDIAN_WEEKS, ENGLAND_OVER_52_WEEKS, ENGLAND_WITHIN_18_WEEKS, NATIONAL
from clockstop.synthetic.truth import period_rows
from clockstop.synthetic.working_calendar import day_number
from synthetic_clocks import SUNDAY, days_waited, histories_at

pytestmark = pytest.mark.slow
# The greatest share of pathways that would have to change their treatment function (half the sum of the differences).
FUNCTION_MIX_DISTANCE = 0.04


@pytest.fixture(scope="module")
def waiting():
    """By trust's code, the true periods at a twentieth of the full size."""
    found = histories_at(0.05)
    day = day_number(SUNDAY)
    return {
        code: period_rows(one.trust, one.own, truth, day, np.zeros(len(one.own), dtype=bool))
        for code, (one, truth) in found.items()
    }


@pytest.fixture(scope="module")
def days(waiting):
    return np.array([day for periods in waiting.values() for day in days_waited(periods, SUNDAY)])


def test_the_list_is_as_long_as_the_scale_says(days):
    assert len(days) == pytest.approx(250_000 * 0.05, rel=0.05)


def test_share_within_18_weeks(days):
    assert (days <= 126).mean() == pytest.approx(ENGLAND_WITHIN_18_WEEKS, abs=0.02)


def test_share_over_52_weeks(days):
    assert (days > 364).mean() == pytest.approx(ENGLAND_OVER_52_WEEKS, abs=0.007)


def test_median_weeks(days):
    assert np.median(days) / 7 == pytest.approx(ENGLAND_MEDIAN_WEEKS, abs=1)


def test_treatment_function_mix(waiting):
    """The open list's mix of reported functions, mental health apart, which these trusts do not run."""
    open_now = Counter()
    for periods in waiting.values():
        columns = [periods.column(name).to_pylist() for name in ("service", "end_date", "responsibility_passed_date")]
        open_now.update(service for service, end, gone in zip(*columns, strict=True) if end is None and gone is None)
    england = sum(function.open for function in NATIONAL.values())
    distances = [abs(open_now[name] / open_now.total() - function.open / england) for name, function in NATIONAL.items()]
    assert sum(distances) / 2 < FUNCTION_MIX_DISTANCE


def test_the_trusts_differ(waiting):
    """Carrowdale does best and Brackenfell worst, by points that a board would see."""
    within = {code: np.mean(np.array(days_waited(periods, SUNDAY)) <= 126) for code, periods in waiting.items()}
    assert within["ZZC"] > within["ZZA"] + 0.02 > within["ZZD"] + 0.02 > within["ZZB"]
