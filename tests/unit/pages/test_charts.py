"""The run chart and the bars of a cut: what they draw, and that they draw nothing that was not counted."""

from datetime import date

from clockstop.answers.series import Point
from clockstop.measures.targets import targets_of
from clockstop.pages.charts import WIDTH, Run, run_chart
from clockstop.pages.cut_bars import BarScale

END = date(2026, 10, 31)


def chart(values, targets=(), average=0.6):
    points = [Point(date(2026, 1 + place, 28), 1, 2, value) for place, value in enumerate(values)]
    said = ["" if value is None else f"{value:.0%}" for value in values]
    run = Run(title="Within 18 weeks", kind="share", period="month", points=points, said=said, average=average,
              average_said="60%", targets=targets)  # fmt: skip
    return run_chart(run)


def words(specification):
    found = (row.get("words") for layer in specification["layer"] for row in layer.get("data", {}).get("values", []))
    return [text for text in found if text]


def test_standard_target_average_and_the_last_point_are_named_at_the_end_of_their_lines():
    bars = [(target, f"{target.value:.0%}") for target in targets_of("rtt_within_18_weeks", level="trust", on=END)]
    found = chart([0.62, 0.61, 0.58], bars)
    assert words(found) == ["Average 60%", "Standard 92%", "2026/27 target 65%", "March 2026: 58%"]
    rules = [layer["mark"] for layer in found["layer"] if layer["mark"]["type"] == "rule"]
    assert ["strokeDash" in rule for rule in rules] == [False, False, True]


def test_a_period_without_a_value_leaves_a_gap_and_is_never_the_labelled_point():
    found = chart([0.62, None], average=None)
    assert [row["value"] for row in found["data"]["values"]] == [0.62, None]
    assert words(found) == ["January 2026: 62%"]


def test_no_room_is_kept_for_words_that_vega_finds_room_for():
    found = chart([0.62])
    assert (found["autosize"], found["padding"]["left"]) == ({"type": "pad"}, found["padding"]["right"])


def test_no_points_draw_nothing():
    assert words(chart([], average=None)) == []
    assert chart([])["width"] == WIDTH


def test_bars_share_a_scale_from_zero():
    shares = BarScale.of([0.5, None], 0.92, is_share=True)
    assert (shares.most, shares.bar(None)) == (1.0, "")
    assert 'width="65.0" height="12" fill="#4b8fd0"' in shares.bar(0.5)
    assert 'd="M119.6 ' in shares.bar(0.5)
    counts = BarScale.of([20.0, 40.0], None, is_share=False)
    assert 'width="65.0" height="12" fill="#4b8fd0"' in counts.bar(20.0)
    assert BarScale.of([0.0], None, is_share=False).most == 1.0


def ticks(ends):
    run = Run(title="Within 18 weeks", kind="share", period="month", points=[Point(end, 1, 2, 0.5) for end in ends],
              said=["50%"] * len(ends), average=None, average_said="", targets=())  # fmt: skip
    axis = run_chart(run)["layer"][0]["encoding"]["x"]["axis"]
    return [(tick["year"], tick["month"], tick["date"]) for tick in axis["values"]] if "values" in axis else None


def test_a_run_has_one_tick_a_month_and_it_stands_at_the_point_that_it_names():
    """The axis's own named two months four times over, and put "Nov" below the point of 31 October."""
    assert ticks([date(2026, 9, 30), END]) == [(2026, 9, 30), (2026, 10, 31)]
    assert ticks([date(2026, 10, 4), date(2026, 10, 11), date(2026, 11, 1)]) == [(2026, 10, 4), (2026, 11, 1)]
    assert ticks([date(2026, month, 28) for month in range(1, 10)]) == [(2026, month, 28) for month in range(1, 10)]
