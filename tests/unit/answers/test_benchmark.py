"""Our trusts among others: the shipped month of RTT beside figures worked out by hand, our own trusts alone, and who is missing."""

import pytest

from clockstop.answers.benchmark import benchmark_of
from clockstop.answers.benchmark_figures import MonthOfProviders, ProviderFigure
from clockstop.answers.benchmark_units import units_of
from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed, UnknownName
from clockstop.measures.catalogue import measures
from clockstop.measures.published_as import PUBLISHED_AS
from clockstop.reports import benchmark_words as words
from clockstop.reports.benchmark_charts import funnel_chart, ranked_chart

EVERY = Scope(frozenset({"QQA", "QQB"}), frozenset({"QQA", "QQB"}), "kim", "analyst")
# Worked out from NHS England's extract of January 2026 itself, row by row, without Clockstop: numerator, denominator, place among
# the 141 trusts of 1,000 waiting or more, place among the 117 of them that are general acute trusts, people to the best quarter.
BY_HAND = {
    "RJ1": (71_519, 107_591, 38, 23, 610.10),
    "RBD": (13_127, 21_205, 66, 47, 1_088.85),
    "RRK": (56_992, 93_085, 75, 56, 5_412.26),
    "R0A": (100_473, 174_556, 107, 86, 16_549.49),
}


@pytest.fixture
def england(desk):
    return benchmark_of(EVERY, desk, "rtt_within_18_weeks", level="england")


def test_places_and_distances_are_those_worked_out_by_hand(desk, england):
    acute = benchmark_of(EVERY, desk, "rtt_within_18_weeks", level="acute")
    found = {one.code: one for one in england.units if one.code in BY_HAND}
    among_acute = {one.code: one.rank for one in acute.units}

    assert (len(england.ranked), len(acute.ranked)) == (141, 117)
    assert {
        code: (one.numerator, one.denominator, one.rank, among_acute[code], round(one.to_best, 2)) for code, one in found.items()
    } == BY_HAND
    assert (england.quartiles.low, england.quartiles.high) == pytest.approx((0.578184, 0.670401), abs=1e-6)
    assert england.england.value == pytest.approx(4_395_958 / 7_155_958)


def test_the_widest_sensible_level_is_taken_where_none_is_asked(desk):
    assert benchmark_of(EVERY, desk, "rtt_within_18_weeks").level == "acute"
    assert benchmark_of(EVERY, desk, "rtt_clock_stops").level == "group"


def test_made_up_trusts_are_placed_but_not_counted(england):
    """They are of no published month, so each says what it lacks, and none of the 141 is one of them."""
    assert {one.code for one in england.ours} == {"QQA", "QQB"}
    assert all(one.is_made_up and not one.is_ranked for one in england.ours)
    assert "made up" in " ".join(words.notes(england))


def test_our_latest_month_is_placed_where_we_have_not_the_published_one(england):
    """The snapshot's months end in October; the published one is January before."""
    one = england.ours[0]
    assert (one.month, england.month) == ("2026-10", "2026-01")
    assert one.rank is not None
    assert "in October 2026" in words.sentence(england, one)


def test_who_supplied_nothing_stays_in_the_answer_and_says_so(desk):
    found = benchmark_of(EVERY, desk, "rtt_within_18_weeks", level="group", month="2020-01")
    assert [(one.code, one.value, one.why_apart) for one in found.units] == [
        ("QQA", None, "not supplied"),
        ("QQB", None, "not supplied"),
    ]
    assert words.sentence(found, found.units[0]).endswith("not supplied.")


def test_two_trusts_have_places_and_intervals_but_no_quarters(desk):
    found = benchmark_of(EVERY, desk, "rtt_within_18_weeks", level="group")
    assert [(one.rank, one.quarter) for one in found.ranked] == [(1, None), (2, None)]
    assert all(one.interval.low < one.value < one.interval.high for one in found.ranked)
    assert found.funnel is None


def test_peers_are_ten_like_trusts_or_those_chosen(desk):
    nearest = benchmark_of(EVERY, desk, "rtt_within_18_weeks", level="peers", peers=["RJ1", "RBD"])
    assert {one.code for one in nearest.ranked} == {"RJ1", "RBD"}
    with pytest.raises(UnknownName):
        benchmark_of(EVERY, desk, "rtt_within_18_weeks", peers=["XXX"])


def test_nothing_loaded_is_said_with_how_to_load_it(desk):
    found = benchmark_of(EVERY, desk, "ed_within_4_hours")
    assert found.level == "group"
    assert "clockstop published load" in found.why_alone


def test_another_trust_is_refused_and_so_is_a_month_that_nobody_published(desk):
    with pytest.raises(NotAllowed):
        benchmark_of(EVERY, desk, "rtt_within_18_weeks", trust="QQC")
    with pytest.raises(UnknownName, match="2019-01"):
        benchmark_of(EVERY, desk, "rtt_within_18_weeks", month="2019-01")
    with pytest.raises(UnknownName, match="planet"):
        benchmark_of(EVERY, desk, "rtt_within_18_weeks", level="planet")


def test_a_wait_has_places_but_no_funnel_and_no_people(desk):
    found = benchmark_of(EVERY, desk, "rtt_median_wait", level="england")
    assert found.funnel is None
    assert {one.to_best for one in found.units} == {None}
    assert "weeks" in words.distance_said(found, found.ranked[-1])


def test_every_published_twin_is_of_a_measure_and_of_declared_keys():
    from clockstop.intake.published.datasets import dataset
    from clockstop.intake.published.rtt_figures import FIGURES

    for slug, twins in PUBLISHED_AS.items():
        assert slug in measures()
        for twin in twins:
            known = set(FIGURES) if twin.dataset == "rtt" else {key.name for key in dataset(twin.dataset).keys}
            assert {key for key in (twin.numerator, twin.denominator, twin.value) if key} <= known, slug


def test_the_sentence_says_place_quarter_and_people(england):
    one = next(one for one in england.units if one.code == "RBD")
    assert words.sentence(england, one) == (
        "Dorset County Hospital: 61.9%, 66th of 141 NHS trusts, second quarter; 1,089 more patients within 18 weeks would reach "
        "the best quarter, 5.1 points away, at 67.0%."
    )


def test_the_drawings_have_a_dot_for_every_ranked_trust(england):
    drawn = ranked_chart(england, "finding")
    assert len(drawn["data"]["values"]) == 141 + len(england.ours)
    limits = funnel_chart(england, "finding")
    assert {row["name"] for row in limits["data"]["values"]} == {row["name"] for row in drawn["data"]["values"]}


def test_a_trust_published_by_its_code_alone_has_our_name_of_it_or_stays_its_code(desk):
    """Cancer's and A&E's own rows name some providers by code only: capitals are no name to be written small."""
    own, other = (ProviderFigure(code=code, name=code, value=0.7, numerator=70, denominator=100) for code in ("QQA", "ZZB"))
    published = MonthOfProviders(month="2026-10", providers=(own, other), england=None, source="")
    twin = PUBLISHED_AS["cancer_62_day"][0]
    found = units_of(desk, twin, published, ours=(), own_codes=frozenset({"QQA"}), first="", acute=frozenset(), is_of_service=False)
    assert [one.name for one in found] == [desk.manifest.trusts["QQA"].name, "ZZB"]
    assert found[0].name != "QQA"
