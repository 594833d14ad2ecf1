"""What a measure did since an action was done: levels before and since, the first signal, and when it is too early."""

from datetime import date

from clockstop.dates import add_months, month_end
from clockstop.insight.effect import Judged, effect_of

DONE = date(2026, 3, 20)


def _points(values, signals=()):
    """Months from January 2025 on; `signals` the point types of the last ones."""
    types = ["common_cause"] * (len(values) - len(signals)) + list(signals)
    ends = [month_end(add_months(date(2025, 1, 1), number)) for number in range(len(values))]
    return [Judged(period_end=end, value=value, point_type=kind) for end, value, kind in zip(ends, values, types, strict=True)]


def test_twelve_months_before_and_all_since_without_the_month_itself():
    found = effect_of(_points([99.0, 99.0, *[10.0] * 12, 50.0, 4.0, 6.0]), DONE)
    assert (found.before, found.months_before) == (10.0, 12)
    assert (found.after, found.months_after) == (5.0, 2)
    assert found.is_too_early


def test_a_month_without_a_figure_is_no_month():
    found = effect_of(_points([*[10.0] * 14, None, None, 6.0]), DONE)
    assert (found.after, found.months_after) == (6.0, 1)


def test_the_first_signal_since_is_named_and_the_latest_decides():
    kinds = ["special_cause_concern", "common_cause", "special_cause_improvement", "special_cause_improvement"]
    found = effect_of(_points([*[10.0] * 15, 12.0, 9.0, 4.0, 4.0], kinds), DONE)
    assert (found.turn, found.since, found.was_so_before) == ("better", date(2026, 6, 30), False)
    assert not found.is_too_early


def test_a_signal_that_stood_before_did_not_begin_since():
    found = effect_of(_points([*[10.0] * 13, 9.0, 8.0, 7.0], ["special_cause_improvement"] * 3), DONE)
    assert (found.turn, found.was_so_before) == ("better", True)


def test_seven_months_without_a_signal_are_no_longer_too_early():
    found = effect_of(_points([10.0] * 22), DONE)
    assert (found.months_after, found.turn, found.is_too_early) == (7, "", False)


def test_nothing_since_and_nothing_before():
    assert effect_of([], DONE).months_after == 0
    assert effect_of(_points([1.0]), date(2024, 1, 5)).before is None
