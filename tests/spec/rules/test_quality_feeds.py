"""Days with too few or too many rows, late feeds, columns that stop and code lists that change (rules/quality_feeds.py)."""

from datetime import date, timedelta

import numpy as np
import pytest

from clockstop.rules.quality_feeds import Feed, File, codes_changed, column_stopped, crowd, hole, late, shrunk

FIRST, AS_OF = date(2026, 2, 2), date(2026, 8, 30)  # a Monday, a Sunday


def of_days(changes=None, *, weekday=100, weekend=0, noise=0):
    """A feed of working days with as many rows as usual, but for the days that are changed."""
    rng = np.random.default_rng(5)
    days = [FIRST + timedelta(days=place) for place in range((AS_OF - FIRST).days + 1)]
    closed = {date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25)}
    rows = [weekend if day.weekday() >= 5 or day in closed else weekday + int(rng.normal(0, noise)) for day in days]
    for day, number in (changes or {}).items():
        rows[(day - FIRST).days] = number
    return Feed(first_day=FIRST, rows_by_day=np.array(rows), as_of=AS_OF)


def test_weekends_and_bank_holidays_are_no_holes():
    """Two easter days, two holidays in May and every weekend have no rows, as usual."""
    assert not hole(of_days(noise=15)).failures
    assert not crowd(of_days(noise=15)).failures


@pytest.mark.parametrize("rows", [0, 12])
def test_a_missing_day_is_found(rows):
    """A working day without its rows, or with an eighth of them; the days around it stay as they are."""
    found = hole(of_days({date(2026, 6, 10): rows}, noise=10))
    assert [one.record for one in found.failures] == ["2026-06-10"]
    assert found.failures[0].evidence.startswith(f"{rows} rows; such a day has about")


def test_a_missing_week_is_found_day_by_day():
    """A hole of five days does not become usual for its own weeks."""
    days = [date(2026, 6, 8) + timedelta(days=number) for number in range(5)]
    assert [one.day for one in hole(of_days(dict.fromkeys(days, 0), noise=10)).failures] == days


def test_few_rows_a_day_are_not_judged_by_chance():
    """Where a day has two or three rows, one without any says nothing."""
    assert not hole(of_days({date(2026, 6, 10): 0}, weekday=3)).failures


def test_a_doubled_day_is_found():
    """A day that came twice, and a Saturday of a feed that has none; not a day that is busy."""
    found = crowd(of_days({date(2026, 6, 10): 200, date(2026, 6, 13): 40, date(2026, 7, 1): 140}, noise=10))
    assert [one.record for one in found.failures] == ["2026-06-10", "2026-06-13"]


@pytest.mark.parametrize(("silent", "is_late"), [(2, False), (6, True)])
def test_a_feed_is_late_when_silent_for_longer_than_ever(silent, is_late):
    """A weekend is usual, and so is Easter; a week without a row is not."""
    last = [AS_OF - timedelta(days=number) for number in range(silent)]
    assert bool(late(of_days(dict.fromkeys(last, 0))).failures) is is_late


def test_a_full_delivery_that_lost_rows_is_found():
    """A fifth of what stood is missing; a handful of deletions is not told."""
    files = [
        File(load_id=str(lost), as_at=AS_OF, is_full=True, rows_read=900, rows_set_aside=0, rows_withdrawn=lost, rows_standing=1000)
        for lost in (10, 200)
    ]
    found = shrunk(Feed(first_day=FIRST, rows_by_day=np.zeros(1, int), as_of=AS_OF, files=files))
    assert [one.record for one in found.failures] == ["200"]


def of_weeks(filled):
    weeks = [FIRST + timedelta(days=7 * place) for place in range(len(filled))]
    return Feed(
        first_day=FIRST, rows_by_day=np.zeros(1, int), as_of=AS_OF, rows_by_week=dict.fromkeys(weeks, 50),
        filled={"outcome": dict(zip(weeks, filled, strict=True))},
    )  # fmt: skip


def test_a_column_that_stops_is_told_once():
    """From the ninth week on it is empty; a week with half of it is no stop."""
    found = column_stopped(of_weeks([48] * 6 + [25] + [48] + [1] * 5))
    assert [one.record for one in found.failures] == ["2026-03-30|outcome"]


def test_a_code_list_that_changes_is_told():
    """In the eighth week half of the rows hold codes that nobody has seen; a single new code is none."""
    weeks = [FIRST + timedelta(days=7 * place) for place in range(9)]
    codes = {week: {"1": 20, "2": 20} for week in weeks}
    codes[weeks[6]] = {"1": 20, "2": 19, "9": 1}
    codes[weeks[7]] = {"1": 20, "B": 20}
    found = codes_changed(Feed(first_day=FIRST, rows_by_day=np.zeros(1, int), as_of=AS_OF, codes={"kind": codes}))
    assert [one.record for one in found.failures] == [f"{weeks[7]}|kind"]
