"""An SPC chart as answers judge it and reports draw it: points, icons, sentences, gaps, recalculations, targets, pictures."""

from datetime import date

import pytest

from clockstop.answers.series import Point, Series
from clockstop.answers.spc import charts_of, icons_of
from clockstop.answers.spc_sentences import sentence_of
from clockstop.dates import add_months, month_end
from clockstop.reports.drawn import png_of, svg_of
from clockstop.reports.spc_chart import drawn_by, limits_said, point_said, spc_chart
from clockstop.reports.spc_icons import SHORT_ASSURANCE, SHORT_VARIATION, assurance_icon, variation_icon

SHARE, LIST = "rtt_within_18_weeks", "rtt_incomplete"
QUIET = [0.60, 0.62] * 8


def series(values, measure=SHARE):
    """Months from May 2025 on; None leaves the month out altogether."""
    points = [
        Point(month_end(add_months(date(2025, 5, 1), place)), value * 100, 100.0, value)
        for place, value in enumerate(values)
        if value is not None
    ]
    return Series(measure, "", "All trusts", tuple(points))


def chart_of(values, *, measure=SHARE, rebases=()):
    return charts_of((series(values, measure),), period_kind="month", level="trust", rebases=[rebases])[0]


def layers_of(spec, kind):
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == kind]


def test_a_chart_says_its_verdict_its_sign_and_what_it_promises():
    chart = chart_of([*QUIET, 0.58, 0.57, 0.56, 0.55, 0.54, 0.40])
    assert (chart.variation, chart.assurance, chart.is_signal) == ("concerning_low", "hit_and_miss", True)
    assert chart.sentence.startswith("Really worse, not noise. Each of the last six months is below the average, and the latest")
    assert sentence_of(chart, lambda value: f"{value:.0%}").count("%") == 3
    assert point_said(chart.points[-1]) == "Unusual, worse: beyond a limit"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (QUIET, "No real change"),
        ([0.60, 0.62] * 4, "Too few points to tell a change from noise: eight of the 13 that are needed."),
        ([], "Nothing has been counted here yet."),
        ([0.60, 0.66, 0.59, 0.67] * 4 + [0.60, 0.61, 0.62, 0.63, 0.64, 0.65], "Each of the last five months is higher"),
        ([*([0.60, 0.62] * 10), 0.625, 0.625, 0.625, 0.625, 0.625, 0.625], "Each of the last"),
    ],
)
def test_the_sentence_says_the_rule_in_words(values, expected):
    assert expected in chart_of(values).sentence


def test_a_month_without_a_figure_is_a_gap_and_its_neighbours_are_neighbours():
    whole, gapped = chart_of(QUIET), chart_of([*QUIET[:8], None, *QUIET[8:]])
    assert len(gapped.points) == len(whole.points) + 1
    assert (gapped.points[8].value, gapped.points[8].colour, gapped.points[8].point_type) == (None, "", "")
    assert gapped.points[0].upl == pytest.approx(whole.points[0].upl)


def test_a_recalculation_begins_a_section_with_its_own_lines():
    day = month_end(add_months(date(2025, 5, 1), 8))
    chart = chart_of([0.6, 0.62] * 4 + [0.7, 0.72] * 4, rebases=(day, date(2020, 1, 1)))
    assert [point.rebase_group for point in chart.points] == [0] * 8 + [1] * 8
    assert chart.rebases == (day,)
    rules = [layer for layer in layers_of(spc_chart(chart), "rule") if "x" in layer["encoding"]]
    assert [row["words"] for row in rules[0]["data"]["values"]] == ["Limits recalculated"]
    assert "Limits from the 8 months from January 2026 to August 2026." in drawn_by(chart)


def test_a_new_way_of_counting_is_told_from_new_limits_on_the_chart_and_below_it():
    day = month_end(add_months(date(2025, 5, 1), 8))
    plain = chart_of([0.6, 0.62] * 4 + [0.7, 0.72] * 4, rebases=(day,))
    broken = plain.with_breaks((day, date(1999, 1, 31)))
    assert broken.breaks == (day,)
    rules = [layer for layer in layers_of(spc_chart(broken), "rule") if "x" in layer["encoding"]]
    assert [row["words"] for row in rules[0]["data"]["values"]] == ["Counted in a new way"]
    assert "Counted in a new way from January 2026: do not compare" in drawn_by(broken)
    assert "Counted" not in drawn_by(plain)


def test_the_size_of_a_list_carries_a_caution_and_a_share_does_not():
    assert "carries over" in chart_of([900.0, 910.0] * 8, measure=LIST).note
    assert chart_of(QUIET).note == ""


def test_limits_are_cut_in_the_drawing_and_not_in_the_sums():
    chart = chart_of([0.1, 0.9] * 8)
    assert chart.points[0].lpl < 0
    assert chart.points[0].upl > 1
    rows = spc_chart(chart)["data"]["values"]
    assert (rows[0]["lpl"], rows[0]["upl"]) == (0, 1)
    assert limits_said(chart) == "0.0% to 100.0%"


def test_points_differ_by_shape_and_the_target_is_drawn_as_it_moved():
    spec = spc_chart(chart_of([*QUIET, 0.9]))
    (dots,) = layers_of(spec, "point")
    assert dots["encoding"]["shape"]["scale"]["range"] == ["circle", "circle", "diamond", "square"]
    steps = [layer for layer in layers_of(spec, "line") if layer["mark"].get("interpolate") == "step"]
    assert len({row["value"] for row in steps[0]["data"]["values"]}) == 2


def test_a_chart_is_a_picture_without_a_network_and_its_words_are_drawn():
    spec = spc_chart(chart_of([*QUIET, 0.9]), plan=[(date(2026, 10, 31), 0.8)])
    assert "Expected range" in svg_of(spec)
    assert png_of(spec, scale=1).startswith(b"\x89PNG")


def test_icons_alone_say_what_the_charts_say():
    found = (series([*QUIET, 0.9]), series(QUIET), series([]))
    charts = charts_of(found, period_kind="month", level="trust")
    icons = icons_of(found, period_kind="month", level="trust")
    assert [(one.variation, one.assurance) for one in icons] == [(one.variation, one.assurance) for one in charts]
    assert charts_of((), period_kind="month", level="trust") == icons_of((), period_kind="month", level="trust") == ()


def test_every_icon_has_its_letter_and_is_hidden_from_screen_readers():
    drawn = {word: variation_icon(word) for word in SHORT_VARIATION} | {word: assurance_icon(word) for word in SHORT_ASSURANCE}
    assert drawn.pop("") == ""
    assert all('aria-hidden="true"' in icon and "style=" not in icon for icon in drawn.values())
    assert [letter for letter in "PF?" if f">{letter}<" in drawn["pass"] + drawn["fail"] + drawn["hit_and_miss"]] == ["P", "F", "?"]
    assert len(set(drawn.values())) == len(drawn)


def test_the_words_of_a_line_stand_at_its_end_however_wide_the_chart_is():
    """Packs draw narrower charts than pages: words at a fixed place would hang beyond the line's end."""
    spec = spc_chart(chart_of(QUIET), width=400)
    places = [layer["encoding"]["x"]["value"] for layer in layers_of(spec, "text") if "value" in layer["encoding"].get("x", {})]
    assert places
    assert set(places) == {"width"}
