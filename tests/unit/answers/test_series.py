"""Series: by unit and cut, stored and worked out alike, by week, month and on the day; and the board made of them."""

from datetime import date

import pytest

from clockstop.answers import board, organisation
from clockstop.answers.scope import Scope
from clockstop.answers.series import many, series
from clockstop.measures.catalogue import measures

EVERY = Scope(frozenset({"QQA", "QQB"}), frozenset({"QQA", "QQB"}), "kim", "analyst")


def test_a_week_ends_on_sunday_and_the_last_ones_are_given(desk):
    found = series(EVERY, desk, "rtt_within_18_weeks", period_kind="week", where={"trust": "QQA"}, last=2)[0]
    assert [(point.period_end, point.numerator, point.denominator) for point in found.points] == [
        (date(2026, 11, 8), 4, 6),
        (date(2026, 11, 15), 4, 6),
    ]
    assert found.latest.value == pytest.approx(4 / 6)
    assert found.previous.value == pytest.approx(4 / 6)


@pytest.mark.parametrize("by", ["trust", "service", "priority"])
def test_the_parts_of_every_measure_add_up_to_the_whole(desk, by):
    """By units, and by a cut of which some is stored and some worked out when asked for: one sum."""
    slugs = [slug for slug, measure in measures().items() if by != "priority" or measure.is_headline]
    whole = many(EVERY, desk, slugs, period_kind="month", where={})
    parts = many(EVERY, desk, slugs, period_kind="month", where={}, by=by)
    for slug in slugs:
        assert [_sums(slug_parts) for slug_parts in zip(*(one.points for one in parts[slug]), strict=True)] == [
            _sums([point]) for point in whole[slug][0].points
        ]


def _sums(points):
    return points[0].period_end, sum(point.numerator for point in points), sum(point.denominator for point in points)


@pytest.mark.parametrize("slug", ["rtt_incomplete", "rtt_no_next_step", "rtt_clock_stops", "rtt_median_wait"])
def test_a_cut_that_is_not_stored_is_worked_out_and_adds_up_too(desk, slug):
    whole = series(EVERY, desk, slug, period_kind="week", where={})[0].points
    parts = series(EVERY, desk, slug, period_kind="week", where={}, by="consultant")
    summed = [_sums(points) for points in zip(*(one.points for one in parts), strict=True)]
    assert summed[-len(whole) :] == [_sums([point]) for point in whole]


def test_a_quantile_is_of_the_summed_bands_not_of_the_parts(desk):
    """Waits of QQA on 15 November: 3, 40, 60, 120, 130 and 400 days; the third band of six holds the median."""
    found = series(EVERY, desk, "rtt_median_wait", period_kind="now", where={"trust": "QQA"})[0]
    assert found.latest.value == 9.0


def test_a_measure_without_history_has_the_point_of_the_day_whatever_the_period(desk):
    for kind in ("week", "month", "now"):
        found = series(EVERY, desk, "rtt_no_next_step", period_kind=kind, where={"trust": "QQA"})[0]
        assert [(point.period_end, point.value) for point in found.points] == [(date(2026, 11, 15), 2)]


def test_titles_are_in_words(desk):
    by_service = many(EVERY, desk, ["rtt_incomplete"], period_kind="now", where={}, by="service")["rtt_incomplete"]
    assert {one.key: one.title for one in by_service} == {"C_100": "General Surgery", "C_300": "General Internal Medicine"}
    by_priority = series(EVERY, desk, "rtt_incomplete", period_kind="now", where={}, by="priority")
    assert {one.title for one in by_priority} == {"Routine", "Urgent"}


def test_the_board_has_the_place_and_the_units_below_it(desk):
    group, trust = board.overview(EVERY, desk, {}), board.overview(EVERY, desk, {"trust": "QQA"})
    assert [(row.level, row.code, row.title) for row in group.rows] == [
        ("group", "", "All trusts"),
        ("trust", "QQA", "Aldermoor"),
        ("trust", "QQB", "Birkdale"),
    ]
    assert [(row.level, row.code) for row in trust.rows] == [("trust", "QQA"), ("division", "Surgery")]
    within = next(cell for cell in trust.rows[0].cells if cell.measure == "rtt_within_18_weeks")
    assert (within.target, within.target_title) == (0.65, "2026/27 target")
    service = board.overview(EVERY, desk, {"trust": "QQA", "service": "C_100"})
    assert service.rows[0].title == "General Surgery"
    assert [row.level for row in board.overview(EVERY, desk, {"trust": "QQA", "site": "QQA1"}).rows] == ["site"]


def test_the_tree_names_what_the_data_name(desk):
    found = organisation.tree(EVERY, desk)
    assert [(trust.code, trust.name, [one.name for one in trust.divisions]) for trust in found] == [
        ("QQA", "Aldermoor", ["Surgery"]),
        ("QQB", "Birkdale", ["Medicine"]),
    ]
    assert [service.code for service in found[0].services] == ["C_100"]
