"""Numbers, dates and waits as people say them."""

from datetime import UTC, date, datetime

import pytest

from clockstop.nhsuk import presenters as say


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "0 days"), (1, "1 day"), (7, "1 week"), (126, "18 weeks"), (129, "18 weeks, 3 days"), (None, "not known")],
)
def test_a_wait_is_said_in_weeks_and_days(days, words):
    assert say.weeks_and_days(days) == words


def test_unknown_is_said_in_words_never_as_a_dash_or_a_zero():
    for filter_ in (say.number, say.percent, say.signed, say.points, say.day, say.weekday, say.month, say.time_of_day, say.instant):
        assert filter_(None) == "not known"
    assert say.short_day(None) == ""


def test_a_short_day_shows_its_year_only_where_it_is_another():
    assert say.short_day(date(2026, 10, 2), date(2026, 11, 15)) == "2 Oct"
    assert say.short_day(date(2027, 1, 2), date(2026, 11, 15)) == "2 Jan"
    assert say.short_day(date(2027, 6, 2), date(2026, 11, 15)) == "2 Jun 2027"
    assert say.short_day(date(2025, 12, 2), date(2026, 11, 15)) == "2 Dec 2025"
    assert say.short_day(date(2026, 10, 2)) == "2 Oct 2026"


def test_instants_are_said_in_london_summer_and_winter():
    assert say.instant(datetime(2026, 7, 1, 5, 10, tzinfo=UTC)) == "Wednesday 1 July 2026, 06:10"
    assert say.instant(datetime(2026, 11, 16, 6, 10, tzinfo=UTC)) == "Monday 16 November 2026, 06:10"
    assert say.time_of_day(datetime(2026, 11, 16, 6, 10)) == "06:10"  # noqa: DTZ001 a naive instant is UTC


def test_a_difference_that_rounds_to_nothing_has_no_sign():
    assert say.signed(0.04, 1) == "0.0"
    assert say.signed(-0.04, 1) == "0.0"


@pytest.mark.parametrize(("share", "words"), [(0.6423, "64.2%"), (0, "0.0%"), (1, "100.0%")])
def test_a_share_becomes_per_cent_only_here(share, words):
    assert say.percent(share) == words
