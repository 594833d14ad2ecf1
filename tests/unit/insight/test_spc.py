"""SPC charts: every chart that NHS England published, and each sentence in which the conventions differ."""

import csv

import numpy as np
import pytest

from clockstop.errors import UnknownName
from clockstop.insight.spc import SpcSeries, SpcSettings, judge
from clockstop.insight.spc_conventions import CONVENTIONS, convention, improvement_of

SHORT = {"common_cause": ".", "outside": "o", "trend": "t", "two_of_three": "z", "shift": "s"}
# The one point of NHS England's sample that the settled rules do not colour: it ends no run, and lies well within the limits.
NOT_BY_THE_RULES = {("Special cause conflict - High is good", 14): ("blue", "grey")}


def drawn(text, *, improvement="up", recalculated_at=(), ghosts=(), targets=None, **settings):
    """The chart of values parted by spaces; `-` is missing."""
    values = np.array([[np.nan if word == "-" else float(word) for word in text.split()]])
    count = values.shape[1]
    return judge(
        SpcSeries(
            values=values,
            improvement=improvement,
            ghosts=np.array([[place in ghosts for place in range(count)]]),
            sections=np.array([[sum(place >= start for start in recalculated_at) for place in range(count)]]),
            targets=None if targets is None else np.broadcast_to(np.array(targets, dtype=float), (1, count)),
        ),
        SpcSettings(**settings),
    )


def rules(found):
    """The rule of each point as one letter: o outside, t trend, z two of three, s shift, . none."""
    return "".join(SHORT[word] for word in found.special_cause_words())


def colours(found):
    return "".join(word[0] for word in found.colours())


@pytest.mark.shared
def test_every_point_of_nhs_englands_sample_has_its_colour(shared):
    charts: dict[str, list] = {}
    with (shared / "data" / "spc" / "nhse_xmr_sample.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            charts.setdefault(row["metric"], []).append(row)
    differ = {}
    for name, rows in charts.items():
        is_recalculated = "Recalculated" in name or "crossing recalculations" in name
        better = "down" if "low is good" in name.lower() else "neutral" if "neither" in name.lower() else "up"
        values = " ".join(row["value"] for row in rows)
        found = drawn(values, improvement=better, recalculated_at=[15] if is_recalculated else [])
        for place, (row, colour) in enumerate(zip(rows, found.colours(), strict=True)):
            if colour != row["colour"]:
                differ[name, place] = (row["colour"], colour)
    assert len(charts) == 12
    assert differ == NOT_BY_THE_RULES


def test_the_one_point_of_the_sample_that_differs_is_a_misprint():
    """37 for the 27 that is printed: the rise then mirrors the fall, and every point has its published colour."""
    found = drawn("43 41 37 36 31 23 15 13 15 18 23 27 31 36 37 19 17 27 15 22", convention="mdc-v5")
    assert colours(found) == "bbbbooo" + "b" * 8 + "g" * 5


# Ten ups and downs around 10 whose limits are far; what is tried stands behind them.
QUIET = "8 12 8 12 8 12 8 12 8 12"


@pytest.mark.parametrize(("count", "has_limits"), [(12, False), (13, True)])
def test_fewer_than_thirteen_points_have_a_mean_and_no_more(count, has_limits):
    found = drawn(" ".join(["1 5 9"] * 5), targets=3, convention="mdc-v5")
    short = drawn(" ".join((["1", "5", "9"] * 5)[:count]), targets=3, convention="mdc-v5")
    assert found.has_limits[0]
    assert not np.isnan(short.mean).any()
    assert np.isnan(short.upl).all() != has_limits
    assert (short.variation_word() != "", short.assurance_word() != "") == (has_limits, has_limits)


def test_limits_are_266_moving_ranges_from_the_mean():
    found = drawn(QUIET + " 8 12 8", convention="mdc-v5")
    assert found.mean[0, 0] == pytest.approx(128 / 13)
    assert found.upl[0, 0] == pytest.approx(128 / 13 + 2.66 * 4)


@pytest.mark.parametrize(
    ("name", "points", "marked"),
    [("mdc-v5", None, 6), ("mdc-sql", None, 6), ("plot-the-dots", None, 0), ("plot-the-dots", 6, 6), ("mdc-v5", 7, 0)],
)
def test_how_many_in_a_row_make_a_shift(name, points, marked):
    found = drawn(QUIET + " 8 12 11 11 12 11 12 8 12 8", convention=name, points=points)
    assert rules(found).count("s") == marked


def test_a_point_on_the_mean_breaks_a_shift():
    assert "s" not in rules(drawn("12 12 12 10 12 12 12 8 8 8 10 8 8 8", convention="mdc-v5"))
    assert rules(drawn("12 12 12 11 12 12 12 8 8 8 9 8 8 8", convention="mdc-v5")).count("s") == 2


@pytest.mark.parametrize(("steps", "marked"), [("9 10 11 12 13 14", 6), ("9 10 11 11 12 13", 0), ("9 10 11 12 13 8", 0)])
def test_a_trend_is_six_points_and_has_no_ties(steps, marked):
    found = drawn(f"2 20 3 19 2 18 4 20 {steps} 3 17 2", convention="mdc-v5")
    assert rules(found).count("t") == marked


ZONE = "10 11 10 9 10 11 10 9 10 11 10 9 10"  # one and a quarter around 10: the zone begins near 2


@pytest.mark.parametrize(
    ("three", "marked"),
    [
        ("12.2 10.8 12.2", "z.z"),  # two of three beyond two sigma: the third on their side is not coloured
        ("12.2 12.2 12.2", "zzz"),
        ("12.2 9.5 12.2", "..."),  # the third stands on the other side
        ("19 10.8 12.2", "o.."),  # beyond three sigma does not count towards it
    ],
)
def test_two_of_three(three, marked):
    found = drawn(f"{ZONE} 9 {three} 9 10 11 9", convention="mdc-v5", fix_after=13)
    assert rules(found)[14:17] == marked


def test_every_rule_of_version_5_may_cross_a_recalculation_and_each_point_is_judged_by_its_own_lines():
    text = "5 7 4 8 5 7 4 7 7 7 16 17 16 13 12 13 12"
    crossing = {name: rules(drawn(text, recalculated_at=[10], convention=name, points=6, least_points=2)) for name in CONVENTIONS}
    assert crossing == {"mdc-v5": "." * 7 + "ssssss" + "....", "mdc-sql": "." * 17, "plot-the-dots": "." * 17}


def test_only_the_trend_crosses_a_recalculation_by_the_query():
    text = "5 7 4 8 5 7 4 3 4 5 6 7 8 3 8 2"
    crossing = {name: rules(drawn(text, recalculated_at=[10], convention=name, points=6, least_points=2)) for name in CONVENTIONS}
    assert crossing["mdc-sql"][7:13] == crossing["mdc-v5"][7:13] == "tttttt"
    assert "t" not in crossing["plot-the-dots"]


@pytest.mark.parametrize(
    ("name", "conflict", "expected"),
    [
        ("mdc-v5", "improvement", "bbbbbb"),
        ("mdc-v5", "concern", "bbbbbb"),  # there improvement always wins
        ("mdc-sql", "improvement", "bbbbbb"),
        ("mdc-sql", "concern", "ooooob"),
    ],
)
def test_which_side_wins_where_a_point_is_both(name, conflict, expected):
    found = drawn("9 3 1 9 1 2 4 2 1 2 3 4 5 6 9 9 9 9 9 9", convention=name, conflict=conflict)
    assert colours(found)[8:14] == expected


def test_a_baselines_limits_hold_to_the_end_and_recalculations_are_ignored_in_version_5():
    found = drawn(QUIET + " 30 30 31 30 31", fix_after=10, recalculated_at=[10], convention="mdc-v5")
    assert set(found.mean[0]) == {10.0}
    assert set(found.rebase_group[0]) == {0}
    assert found.colours()[-5:] == ["blue"] * 5


def test_by_the_query_a_baseline_holds_until_the_next_recalculation():
    found = drawn(QUIET + " 30 30 31 30 31", fix_after=8, recalculated_at=[12], convention="mdc-sql")
    assert found.mean[0].tolist() == pytest.approx([10.0] * 12 + [92 / 3] * 3)
    assert found.rebase_group[0].tolist() == [0] * 12 + [1] * 3


def test_by_plot_the_dots_each_section_has_its_own_baseline():
    found = drawn("1 3 1 3 50 60 70 60 90 95", fix_after=2, recalculated_at=[4], convention="plot-the-dots")
    assert found.mean[0].tolist() == [2] * 4 + [55] * 6


@pytest.mark.parametrize("name", sorted(CONVENTIONS))
def test_a_ghosted_point_leaves_lines_rules_counts_and_icons(name):
    without = drawn("1 5 9 1 5 9 1 5 9 1 5 9 1 5", convention=name, targets=0)
    found = drawn("1 5 9 1 5 9 1 500 5 9 1 5 9 1 5 -300", ghosts=(7, 15), convention=name, targets=0)
    assert (found.mean[0, 15], found.upl[0, 7]) == (without.mean[0, 0], without.upl[0, 0])
    assert (found.counts[0], found.variation_word(), found.assurance_word()) == (14, "common_cause", without.assurance_word())
    assert [colours(found)[place] for place in (7, 15)] == ["g", "g"]
    assert not found.is_outside[0, [7, 15]].any()


@pytest.mark.parametrize("name", sorted(CONVENTIONS))
def test_a_missing_point_is_skipped_by_every_rule(name):
    text = "5 5 3 8 2 7 4 1 2 3 - 4 5 6 7 2 8 1 9"
    found, without = drawn(text, convention=name), drawn(text.replace("- ", ""), convention=name)
    assert rules(found).replace(".", "") == rules(without).replace(".", "")
    assert rules(found)[:10] + rules(found)[11:] == rules(without)
    assert found.upl[0, 0] == without.upl[0, 0]


@pytest.mark.parametrize(
    ("name", "improvement", "target", "icon"),
    [
        ("mdc-v5", "up", 10, "hit_and_miss"),
        ("mdc-sql", "up", 10, "pass"),
        ("mdc-sql", "down", 10, "pass"),
        ("plot-the-dots", "up", 10, "hit_and_miss"),
        ("mdc-sql", "up", 9.5, "pass"),
        ("mdc-sql", "up", 10.5, "fail"),
        ("mdc-v5", "down", 10.5, "pass"),
        ("mdc-v5", "neutral", 9, ""),
    ],
)
def test_a_measure_that_never_moves_against_its_target(name, improvement, target, icon):
    found = drawn(" ".join(["10"] * 14), improvement=improvement, targets=target, convention=name)
    assert (found.assurance_word(), found.variation_word()) == (icon, "common_cause")


def test_screening_leaves_out_large_moving_ranges_once_and_only_by_plot_the_dots_unasked():
    text = "1 2 1 2 10 1 2 1 2 1 2 1 2 1 2 1 2 1"
    upl = {name: float(drawn(text, improvement="neutral", convention=name).upl[0, 0]) for name in CONVENTIONS}
    assert {name: round(value, 2) for name, value in upl.items()} == {"mdc-v5": 6.95, "mdc-sql": 6.95, "plot-the-dots": 4.6}
    assert round(float(drawn(text, convention="plot-the-dots", is_screened=False).upl[0, 0]), 2) == 6.95


@pytest.mark.parametrize("text", ["7 7 7 7 7 7 7 7", "7 7 7 7 7 7 7 7 7 7 7 7 9 7 7 7 7"])
def test_screening_never_leaves_a_chart_without_moving_ranges(text):
    asked = drawn(text, convention="plot-the-dots")
    assert asked.upl[0, 0] == drawn(text, convention="plot-the-dots", is_screened=False).upl[0, 0]


def test_plot_the_dots_names_a_point_in_its_own_order_and_colours_it_by_that_rule_alone():
    found = drawn("1 30 2 28 3 30 9 10 11 12 13 14 15 4 30 2 29", convention="plot-the-dots", is_screened=False)
    assert rules(found)[6:13] == "ttttttt"
    assert colours(found)[6:13] == "bbbbbbb"  # below the mean, yet rising


def test_two_near_opposite_limits_are_no_signal_by_plot_the_dots():
    found = drawn("1 -1 " * 7 + "5.5 -5.5", convention="plot-the-dots")
    assert rules(found)[14:] == ".."


def test_a_run_of_eight_is_marked_whole_and_one_of_six_not_at_all_by_plot_the_dots():
    eight = rules(drawn("4 0 4 0 4 0 4 0 3.5 5 3.5 5 3.5 5 3.5 5", convention="plot-the-dots"))
    six = rules(drawn("4 0 4 0 4 0 4 0 4 0 3.5 5 3.5 5 3.5 5 0", convention="plot-the-dots"))
    assert (eight[8:].count("s"), six[10:].count("s")) == (8, 0)


def test_a_point_that_ends_one_trend_and_begins_the_next_goes_the_way_of_the_next_by_plot_the_dots():
    text = "2 24 3 23 10 11 12 13 14 15 16 15 14 13 12 11 10 24 2"
    assert rules(drawn(text, convention="plot-the-dots"))[4:17] == "t" * 13
    assert colours(drawn(text, convention="plot-the-dots"))[4:17] == "b" * 6 + "o" * 7
    assert colours(drawn(text, convention="mdc-v5"))[10] == "b"


def test_a_measure_of_which_neither_way_is_better_is_purple():
    found = drawn(QUIET + " 8 12 40 8 12 8", improvement="neutral", convention="mdc-v5")
    assert colours(found) == "g" * 12 + "p" + "ggg"
    assert found.point_words()[12] == "special_cause_neutral_high"


def test_icons_are_of_the_last_point_that_counts():
    assert drawn(QUIET + " 8 12 8 40 -", improvement="down").variation_word() == "concerning_high"
    assert drawn(QUIET + " 8 12 8 -40", improvement="down").variation_word() == "improving_low"
    assert drawn(QUIET + " 8 12 8 -40", improvement="neutral").variation_word() == "neutral_low"


def test_a_section_of_one_point_has_a_mean_and_no_limits():
    found = drawn(QUIET + " 8 12 8 40", recalculated_at=[13])
    assert (found.mean[0, 13], np.isnan(found.upl[0, 13]), found.colours()[13]) == (40, True, "grey")


@pytest.mark.parametrize("name", sorted(CONVENTIONS))
def test_nothing_and_next_to_nothing(name):
    empty = judge(SpcSeries(values=np.empty((0, 1)), improvement="up"), SpcSettings(convention=name))
    assert empty.mean.shape == (0, 1)
    for text in ("- - -", "5", "- 5 -"):
        found = drawn(text, convention=name, targets=1)
        assert (found.variation_word(), found.assurance_word(), set(colours(found))) == ("", "", {"g"})


@pytest.mark.parametrize(("factor", "offset"), [(1e-12, 0), (1e15, 0), (-1e15, 0), (1, 1e13), (1e-3, -50)])
def test_the_same_series_in_any_unit_has_the_same_signals(factor, offset):
    rng = np.random.default_rng(11)
    plain = np.round(rng.normal(50, 5, (200, 40)), 1)
    signals = [
        judge(SpcSeries(values=values, improvement="neutral")).special_cause
        for values in (plain, np.sign(factor) * plain, plain * factor + offset)
    ]
    np.testing.assert_array_equal(signals[2], signals[1] if offset == 0 else signals[0])


def test_many_series_are_judged_as_each_alone():
    rng = np.random.default_rng(7)
    values = rng.normal(50, 5, (5000, 16))
    values[rng.random(values.shape) < 0.1] = np.nan
    together = judge(SpcSeries(values=values, improvement=["up", "down"] * 2500))
    for row, better in ((0, "up"), (2047, "down"), (2048, "up"), (4999, "down")):
        alone = judge(SpcSeries(values=values[row : row + 1], improvement=better))
        assert together.point_words(row) == alone.point_words()


def test_what_is_not_known_is_said():
    with pytest.raises(UnknownName, match="There is no SPC convention"):
        convention("nelson")
    with pytest.raises(UnknownName, match="is not a direction"):
        improvement_of("sideways")
