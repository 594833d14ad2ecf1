"""A measure by groups of people: the same totals as the measure, its gaps, and what readers of other trusts may see."""

import pytest

from clockstop.answers.desk import Desk
from clockstop.answers.inequality import inequality_of
from clockstop.answers.inequality_trend import trend_of
from clockstop.answers.scope import Scope
from clockstop.answers.series import series
from clockstop.errors import UnknownName
from clockstop.reports import inequality_words as words
from clockstop.reports.inequality_charts import shares_chart, waits_chart
from clockstop.reports.inequality_trend import trend_chart, trend_finding
from clockstop.store.home import Home
from written_snapshots import AS_OF, clock, days_before, wait, write_snapshot

BOTH = frozenset({"QQA", "QQB"})
EVERY = Scope(BOTH, BOTH, "kim", "analyst")
OTHER = Scope(BOTH, frozenset({"QQA"}), "sam", "viewer")
# Of each fifth: how many wait 300 days, and how many 30.
FIFTHS = {"1": (60, 60), "2": (40, 60), "3": (40, 60), "4": (40, 60), "5": (24, 96), None: (6, 14)}


@pytest.fixture(scope="module")
def desk_of_fifths(tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("fifths"))
    rows = []
    for trust, share in (("QQA", 1), ("QQB", 0.5)):
        for fifth, (long, short) in FIFTHS.items():
            for days, number in ((300, long), (30, short)):
                rows += [
                    clock(trust, f"{trust}{fifth}{days}{place}", days_before(days), deprivation_quintile=fifth,
                          ethnic_category="A" if place % 4 else "S", sex="2")
                    for place in range(int(number * share))
                ]  # fmt: skip
    rows.append(clock("QQB", "alone", days_before(30), deprivation_quintile="1", ethnic_category="R"))
    write_snapshot(home, AS_OF, clocks=rows, waits=[wait(row, AS_OF) for row in rows], weeks=16)
    return Desk(home).refreshed()


def test_the_groups_add_up_to_the_measure(desk_of_fifths):
    found = inequality_of(EVERY, desk_of_fifths, "rtt_within_18_weeks")
    point = next(
        point
        for point in series(EVERY, desk_of_fifths, "rtt_within_18_weeks", period_kind="month", where={})[0].points
        if point.period_end == found.period_end
    )
    assert (found.whole.numerator, found.whole.denominator) == (point.numerator, point.denominator)
    assert sum(one.denominator for one in found.groups) == point.denominator
    assert [one.key for one in found.groups] == ["1", "2", "3", "4", "5", "unknown"]


def test_the_gap_is_that_of_the_most_and_the_least_deprived(desk_of_fifths):
    """At QQA half of the most deprived wait 18 weeks or less, of the least deprived four fifths."""
    found = inequality_of(EVERY, desk_of_fifths, "rtt_within_18_weeks", trust="QQA")
    assert found.gap.value == pytest.approx(0.5 - 0.8)
    assert found.gap.is_clear
    assert found.unknown_share == pytest.approx(20 / 560)
    said = " ".join(words.finding(found))
    assert "−30.0 points" in said
    assert "more than chance" in said


def test_groups_wait_as_long_as_their_own_pathways(desk_of_fifths):
    """A month ends on 31 October: the longer waits are then 285 days, in the 41st week."""
    found = inequality_of(EVERY, desk_of_fifths, "rtt_within_18_weeks", trust="QQA")
    least = next(one for one in found.groups if one.key == "5")
    assert found.wait_unit == "weeks"
    assert least.median.value < 4
    assert 40 < least.longest.value <= 41


def test_small_numbers_of_another_trust_are_hidden_across_the_table(desk_of_fifths):
    """One person of QQB is Chinese: that group is hidden there, with another, and so is its total for both trusts."""
    there = inequality_of(OTHER, desk_of_fifths, "rtt_within_18_weeks", by="ethnic_category", trust="QQB")
    both = inequality_of(OTHER, desk_of_fifths, "rtt_within_18_weeks", by="ethnic_category")
    assert there.is_suppressed
    assert {one.key for one in there.codes if one.is_hidden} == {"R", "S"}
    assert {one.key for one in both.codes if one.is_hidden} == {"R", "S"}
    assert all(one.numerator is None and one.median is None for one in there.codes if one.is_hidden)
    own = inequality_of(EVERY, desk_of_fifths, "rtt_within_18_weeks", by="ethnic_category", trust="QQB")
    assert {one.key: one.denominator for one in own.codes}["R"] == 1


def test_other_trusts_are_not_cut_by_service_too(desk_of_fifths):
    found = inequality_of(OTHER, desk_of_fifths, "rtt_within_18_weeks", trust="QQB", service="C_100")
    assert not found.groups
    assert "all services" in found.why_none


def test_a_catchment_that_the_trust_says_stands_beside_its_list(desk_of_fifths):
    assert not inequality_of(EVERY, desk_of_fifths, "rtt_within_18_weeks", trust="QQA").has_catchment
    file = desk_of_fifths.home.organisation_file("QQA")
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = "\n".join(f'"{fifth}" = {people}' for fifth, people in zip("12345", (100, 100, 100, 100, 600), strict=True))
    file.write_text(f'code = "QQA"\nname = "Aldermoor"\n[catchment.deprivation_quintile]\n{lines}\n')
    found = inequality_of(EVERY, desk_of_fifths, "rtt_within_18_weeks", trust="QQA")
    assert [one.of_catchment for one in found.groups] == [0.1, 0.1, 0.1, 0.1, 0.6, None]


def test_a_count_of_all_has_no_share_of_its_own(desk_of_fifths):
    found = inequality_of(EVERY, desk_of_fifths, "rtt_incomplete", by="sex")
    assert {one.value for one in found.groups} == {None}
    assert shares_chart(found, "finding") is None
    assert waits_chart(found, "finding") is not None


def test_a_cut_or_month_that_there_is_not_is_refused(desk_of_fifths):
    with pytest.raises(UnknownName):
        inequality_of(EVERY, desk_of_fifths, "rtt_within_18_weeks", by="star_sign")
    with pytest.raises(UnknownName):
        inequality_of(EVERY, desk_of_fifths, "rtt_within_18_weeks", month="1999-01")


def test_a_gap_by_month_is_that_of_each_months_own_page(desk_of_fifths):
    found = inequality_of(EVERY, desk_of_fifths, "rtt_within_18_weeks", trust="QQA")
    months = trend_of(EVERY, desk_of_fifths, found, trust="QQA")
    assert months[-1].period_end == found.period_end
    assert months[-1].gap == found.gap
    assert [one.value for one in months[-1].groups] == [one.value for one in found.groups]
    assert [one.interval for one in months[-1].groups] == [one.interval for one in found.groups]
    assert "The most less the least deprived fifth" in trend_finding(found, months)
    assert len(trend_chart(found, months, "finding")["data"]["values"]) == sum(one.gap is not None for one in months)


def test_a_group_with_a_hidden_code_is_hidden_in_its_months(desk_of_fifths):
    """Months are of the measure's series, which are by code: of a group with a hidden one the sum is not known."""
    found = inequality_of(OTHER, desk_of_fifths, "rtt_within_18_weeks", by="ethnic_category", trust="QQB")
    last = trend_of(OTHER, desk_of_fifths, found, trust="QQB")[-1]
    assert {one.key for one in last.groups if one.is_hidden} == {"other"}
    assert all(one.value is None and one.numerator is None for one in last.groups if one.is_hidden)


def test_one_answer_hides_the_same_as_the_other(desk_of_fifths):
    """The measure's own series by code, and this page: a code that is shown on either is shown on both."""
    found = inequality_of(OTHER, desk_of_fifths, "rtt_within_18_weeks", by="ethnic_category", trust="QQB")
    cut = series(OTHER, desk_of_fifths, "rtt_within_18_weeks", period_kind="month", where={"trust": "QQB"}, by="ethnic_category")
    ends = {one.key: {point.period_end: point.is_hidden for point in one.points} for one in cut}
    assert {one.key: one.is_hidden for one in found.codes} == {
        key: points[found.period_end] for key, points in ends.items() if key in {one.key for one in found.codes}
    }
