"""An SPC chart as a Vega-Lite specification: the same drawing for pages and packs.

Points are told apart by shape as well as colour (diamond concern, large dot improvement, square neither, small dot common cause).
Each section has its band of limits and its mean; a recalculation is a dotted line; a target that moved is drawn as it was.
Limits beyond what the measure can be (below none, above all) are cut in the drawing only.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from clockstop.answers.spc import SpcChart, SpcPoint
from clockstop.insight.spc_conventions import HEX
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.measures.targets import targets_of
from clockstop.nhsuk.presenters import day, lower_first, month
from clockstop.reports.figure_words import said, value_said
from clockstop.reports.vega_parts import (
    EDGE,
    GROUND,
    HEIGHT,
    INK,
    SECOND_INK,
    STANDARD_STYLE,
    TARGET_STYLE,
    WIDTH,
    apart,
    drawing,
    last_label,
    line_across,
    padding,
    plan_line,
    run_line,
    time_axis,
    value_axis,
)

SHAPES = {"grey": "circle", "blue": "circle", "orange": "diamond", "purple": "square"}
SIZES = {"grey": 55, "blue": 105, "orange": 105, "purple": 85}
POINT_WORDS = {
    "": "",
    "common_cause": "Within what is expected",
    "special_cause_improvement": "Unusual, better",
    "special_cause_concern": "Unusual, worse",
    "special_cause_neutral_high": "Unusual, high",
    "special_cause_neutral_low": "Unusual, low",
}
COUNTED_ANEW = "Counted in a new way"
RULE_WORDS = {
    "": "",
    "common_cause": "",
    "outside": "beyond a limit",
    "trend": "part of a trend",
    "two_of_three": "two in three near a limit",
    "shift": "part of a run",
}


def spc_chart(
    chart: SpcChart, *, plan: Sequence[tuple[date, float]] = (), width: int = WIDTH, height: int = HEIGHT
) -> dict[str, Any]:
    """The specification; `plan` is the trust's own, as pairs of a period's end and a value."""
    measure = measure_of(chart.measure)
    rows = [_row(chart, measure, point) for point in chart.points]
    at = {"x": time_axis(), "y": value_axis(measure.kind)}
    layers = [
        *_bands(chart, rows, at),
        *_breaks(chart, at),
        *_targets(chart, measure, at),
        *plan_line([{"end": _place(chart, end), "value": value} for end, value in plan], at),
        run_line(at),
        _dots(at),
        last_label(rows, at),
    ]
    title = f"{chart.series.title or measure.title}, by {chart.period_kind}. {chart.sentence}"
    return drawing(title, width, height) | {"padding": padding(), "data": {"values": rows}, "layer": layers}


def point_said(point: SpcPoint) -> str:
    """What a point is, in words, with the rule that says so."""
    words, rule = POINT_WORDS[point.point_type], RULE_WORDS[point.special_cause]
    return f"{words}: {rule}" if rule else words


def limits_said(chart: SpcChart) -> str:
    """The expected range of the last section in words; empty where there are no limits."""
    latest, measure = chart.latest, measure_of(chart.measure)
    if latest is None or latest.lpl is None or latest.upl is None:
        return ""
    low, high = _within(chart, measure, latest.lpl), _within(chart, measure, latest.upl)
    return f"{value_said(measure, low)} to {value_said(measure, high)}"


def drawn_by(chart: SpcChart) -> str:
    """Which convention drew the chart, and from how many points."""
    named = lower_first(chart.convention_title) if chart.convention_title.startswith("The ") else chart.convention_title
    if not chart.has_limits:
        return f"Drawn as by {named} ({chart.convention}): too few points for limits."
    latest = chart.latest
    group = latest.rebase_group if latest else 0
    ends = [point.period_end for point in chart.points if point.rebase_group == group and point.value is not None]
    said_when = month if chart.period_kind == "month" else day
    return (
        f"Drawn as by {named} ({chart.convention}). Limits from the {len(ends)} {chart.period_kind}s from "
        f"{said_when(ends[0])} to {said_when(ends[-1])}.{_breaks_said(chart)}"
    )


def _breaks_said(chart: SpcChart) -> str:
    """From when on the figures are counted in another way; empty where they always were in the same."""
    if not chart.breaks:
        return ""
    said_when = month if chart.period_kind == "month" else day
    when = " and ".join(said_when(one) for one in chart.breaks)
    return f" {COUNTED_ANEW} from {when}: do not compare figures across the break."


def _row(chart: SpcChart, measure: Measure, point: SpcPoint) -> dict[str, Any]:
    return {
        "end": _place(chart, point.period_end),
        "value": point.value,
        "said": said(measure, point.point),
        "when": month(point.period_end) if chart.period_kind == "month" else day(point.period_end),
        "mean": point.mean,
        "mean_said": value_said(measure, point.mean) if point.mean is not None else "",
        "lpl": _within(chart, measure, point.lpl),
        "upl": _within(chart, measure, point.upl),
        "limits_said": _limits(measure, point),
        "colour": point.colour or "grey",
        "what": point_said(point),
        "size": SIZES[point.colour or "grey"],
        "group": point.rebase_group,
    }


def _place(chart: SpcChart, end: date) -> str:
    """Where a period stands on the axis: a month under its own name, at its first day; a week at its last."""
    return (end.replace(day=1) if chart.period_kind == "month" else end).isoformat()


def _limits(measure: Measure, point: SpcPoint) -> str:
    if point.lpl is None or point.upl is None:
        return ""
    return f"{value_said(measure, point.lpl)} to {value_said(measure, point.upl)}"


def _within(chart: SpcChart, measure: Measure, line: float | None) -> float | None:
    """A limit as it is drawn: nothing is less than none, and a share that never was above all is not drawn above it."""
    if line is None:
        return None
    known = [point.value for point in chart.points if point.value is not None]
    lowest = min(0.0, *known) if known else 0.0
    highest = 1.0 if measure.kind == "share" and all(value <= 1 for value in known) else line
    return max(lowest, min(line, highest))


def _bands(chart: SpcChart, rows: Sequence[dict[str, Any]], at: dict[str, Any]) -> list[dict[str, Any]]:
    """Of each section the range between its limits, with dashed edges, and its mean; the last one's named."""
    if all(row["mean"] is None for row in rows):
        return []
    detail = {"field": "group", "type": "nominal"}

    def line(field: str, style: dict[str, Any]) -> dict[str, Any]:
        return {
            "mark": {"type": "line", "invalid": "filter", **style},
            "encoding": {"x": at["x"], "y": {**at["y"], "field": field}, "detail": detail},
        }

    dashed = {"color": EDGE, "strokeWidth": 1, "strokeDash": [5, 4]}
    band = {
        "mark": {"type": "area", "color": GROUND, "invalid": "filter"},
        "encoding": {"x": at["x"], "y": {**at["y"], "field": "lpl"}, "y2": {"field": "upl"}, "detail": detail},
    }
    has_limits = any(row["upl"] is not None for row in rows)
    limits = [band, line("upl", dashed), line("lpl", dashed)] if has_limits else []
    return [*limits, line("mean", {"color": SECOND_INK, "strokeWidth": 1.4}), *_line_words(chart, rows, at)]


def _line_words(chart: SpcChart, rows: Sequence[dict[str, Any]], at: dict[str, Any]) -> list[dict[str, Any]]:
    """The words of the last section's mean, behind its end, and of its limits, over its beginning."""
    known = [row for row in rows if row["mean"] is not None]
    last = known[-1]
    text = {"type": "text", "align": "left", "fontSize": 14, "color": SECOND_INK}
    average = [{"end": last["end"], "value": last["mean"], "words": f"Average {last['mean_said']}"}]
    words = [_worded(average, text | {"dx": 10, "dy": _clear_of_label(chart, last, rows)}, at)]
    if last["upl"] is not None:
        first = next(row for row in known if row["group"] == last["group"])
        expected = [{"end": first["end"], "value": first["upl"], "words": f"Expected range {limits_said(chart)}"}]
        words.append(_worded(expected, text | {"dx": 4, "dy": -8}, at))
    return words


def _clear_of_label(chart: SpcChart, last: dict[str, Any], rows: Sequence[dict[str, Any]]) -> int:
    """How far the words of the mean move so that those of the last point do not cover them."""
    known = [row["value"] for row in rows if row["value"] is not None]
    lines = [row[name] for row in rows for name in ("upl", "lpl") if row[name] is not None]
    if not known:
        return 0
    across = [one.value for one in targets_of(chart.measure, level=chart.level, on=chart.points[-1].period_end)]
    every = [*known, *lines, *across, last["mean"]]
    spread = max(every) - min(every)
    gap = known[-1] - last["mean"]
    return 0 if abs(gap) > 0.08 * spread else 16 if gap >= 0 else -16


def _worded(rows: Sequence[dict[str, Any]], mark: dict[str, Any], at: dict[str, Any]) -> dict[str, Any]:
    return {"data": {"values": list(rows)}, "mark": mark, "encoding": {**at, "text": {"field": "words"}}}


def _breaks(chart: SpcChart, at: dict[str, Any]) -> list[dict[str, Any]]:
    """A dotted line at the first period of each new section, with words that tell a new way of counting from new limits."""
    rows = [
        {
            "end": _place(chart, after.period_end),
            "words": COUNTED_ANEW
            if any(before.period_end < day <= after.period_end for day in chart.breaks)
            else "Limits recalculated",
        }
        for before, after in zip(chart.points, chart.points[1:], strict=False)
        if after.rebase_group != before.rebase_group
    ]
    if not rows:
        return []
    text = {"type": "text", "align": "right", "baseline": "top", "dx": -6, "fontSize": 13, "color": INK}
    return [
        {"data": {"values": rows}, "mark": {"type": "rule", "color": INK, "strokeDash": [1, 3]}, "encoding": {"x": at["x"]}},
        {"data": {"values": rows}, "mark": text, "encoding": {"x": at["x"], "y": {"value": 0}, "text": {"field": "words"}}},
    ]


def _targets(chart: SpcChart, measure: Measure, at: dict[str, Any]) -> list[dict[str, Any]]:
    """The standard as a line across; a target that moved as it stood at each point, its words at the end."""
    if not chart.points:
        return []
    found = [
        one
        for one in targets_of(chart.measure, level=chart.level, on=chart.points[-1].period_end)
        if measure.kind != "count" or one.value
    ]
    shifts = apart([one.value for one in found])
    moved = {point.target for point in chart.points if point.target_kind == "target"}
    layers: list[dict[str, Any]] = []
    for one, dy in zip(found, shifts, strict=True):
        words = f"{one.title} {value_said(measure, one.value)}"
        style = STANDARD_STYLE if one.kind == "standard" else TARGET_STYLE
        if one is found[-1] and one.kind == "target" and len(moved) > 1:
            layers += _moving(chart, words, style, at, dy)
        else:
            layers += line_across(one.value, words, style, kind=measure.kind, dy=dy)
    return layers


def _moving(chart: SpcChart, words: str, style: dict[str, Any], at: dict[str, Any], dy: int) -> list[dict[str, Any]]:
    rows = [
        {"end": _place(chart, point.period_end), "value": point.target} for point in chart.points if point.target_kind == "target"
    ]
    text = {"type": "text", "align": "left", "dx": 10, "dy": dy, "fontSize": 14, "color": style["color"]}
    return [
        {"data": {"values": rows}, "mark": {"type": "line", "interpolate": "step", **style}, "encoding": at},
        _worded([{**rows[-1], "words": words}], text, {**at, "x": {"value": "width"}}),
    ]


def _dots(at: dict[str, Any]) -> dict[str, Any]:
    def scale(words: dict[str, Any]) -> dict[str, Any]:
        return {"field": "colour", "type": "nominal", "legend": None, "scale": {"domain": list(HEX), "range": list(words.values())}}

    tooltip = [
        {"field": "when", "title": "Period"},
        {"field": "said", "title": "Value"},
        {"field": "what", "title": "What it is"},
        {"field": "mean_said", "title": "Average"},
        {"field": "limits_said", "title": "Expected"},
    ]
    return {
        "mark": {"type": "point", "filled": True, "stroke": INK, "strokeWidth": 0.9, "opacity": 1, "invalid": "filter"},
        "encoding": {
            **at,
            "color": scale(HEX),
            "shape": scale({name: SHAPES[name] for name in HEX}),
            "size": {"field": "size", "type": "quantitative", "scale": None, "legend": None},
            "tooltip": tooltip,
        },
    }
