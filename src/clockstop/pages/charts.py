"""Charts as Vega-Lite specifications: a run of points with its average, the standard and the target, each named at its line's end.

Drawn here is what was counted and nothing more: no limits, and none of the colours that mean a signal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from clockstop.answers.series import Point
from clockstop.measures.targets import Target
from clockstop.nhsuk.presenters import day, month

INK, SECOND_INK, GRID, BLUE, DARK_BLUE, COMMON = "#212b32", "#4c6272", "#d8dde0", "#005eb8", "#003087", "#a6a6a6"
PURPLE = "#330072"
# Vega finds the room for the words beyond the plot by itself (autosize pad); the page draws the whole as wide as it is.
WIDTH, HEIGHT, MARGIN = 1000, 300, 5
FORMATS = {"share": ".0%", "small share": ".1%", "rate": ",.1~f", "mean": ",.1~f"}


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run chart shows. `said` are the values in words, one a point, for the tooltip and the label of the last."""

    title: str
    kind: str
    period: str
    points: Sequence[Point]
    said: Sequence[str]
    average: float | None
    average_said: str
    targets: Sequence[tuple[Target, str]]
    plan: Sequence[tuple[date, float]] = ()


def run_chart(run: Run) -> dict[str, Any]:
    """The specification; points without a value leave a gap in the line."""
    rows = [
        {"end": point.period_end.isoformat(), "value": point.value, "said": said, "when": _when(run, point)}
        for point, said in zip(run.points, run.said, strict=True)
    ]
    # Every layer says its own place: Vega-Lite would mix one shared by all with the fixed places of the lines.
    at = {"x": _time_axis(), "y": _value_axis(run)}
    layers = [*_lines(run, rows), *_plan(run, at), _line(at), _dots(at), _last_label(rows, at)]
    return drawing(run.title, WIDTH, HEIGHT) | {
        "padding": {"left": MARGIN, "right": MARGIN, "top": 2 * MARGIN, "bottom": MARGIN},
        "data": {"values": rows},
        "layer": layers,
    }


def drawing(description: str, width: int, height: int) -> dict[str, Any]:
    """What every chart of ours begins with: the schema, what is read out, the size, and the look."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "description": description,
        "width": width,
        "height": height,
        "autosize": {"type": "pad"},
        "config": {"font": "arial", "view": {"stroke": None}, "background": "#ffffff"},
    }


def _when(run: Run, point: Point) -> str:
    return month(point.period_end) if run.period == "month" else day(point.period_end)


def _time_axis() -> dict[str, Any]:
    axis = {
        "title": None, "grid": False, "labelColor": SECOND_INK, "labelFontSize": 13, "tickColor": "#768692", "domain": False,
        "labelOverlap": True, "format": "%b %Y",
    }  # fmt: skip
    return {"field": "end", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def _value_axis(run: Run) -> dict[str, Any]:
    axis = {
        "title": None, "grid": True, "gridColor": GRID, "labelColor": SECOND_INK, "labelFontSize": 13, "ticks": False,
        "domain": False, "format": FORMATS.get(run.kind, ",.0f"), "tickCount": 5,
    }  # fmt: skip
    return {"field": "value", "type": "quantitative", "scale": {"zero": False, "nice": True}, "axis": axis}


def _plan(run: Run, at: dict[str, Any]) -> list[dict[str, Any]]:
    """The trust's own plan, a dashed line with its name at the end."""
    rows = [{"end": end.isoformat(), "value": value} for end, value in run.plan]
    if not rows:
        return []
    mark = {"type": "line", "color": PURPLE, "strokeWidth": 1.6, "strokeDash": [6, 3]}
    words = {"type": "text", "align": "left", "dx": 10, "dy": 14, "fontSize": 14, "color": PURPLE}
    return [
        {"data": {"values": rows}, "mark": mark, "encoding": at},
        {"data": {"values": [{**rows[-1], "words": "Plan"}]}, "mark": words, "encoding": {**at, "text": {"field": "words"}}},
    ]


def _line(at: dict[str, Any]) -> dict[str, Any]:
    mark = {"type": "line", "color": SECOND_INK, "strokeWidth": 1.6, "invalid": "break-paths-show-path-domains"}
    return {"mark": mark, "encoding": at}


def _dots(at: dict[str, Any]) -> dict[str, Any]:
    mark = {"type": "point", "filled": True, "size": 55, "color": COMMON, "stroke": SECOND_INK, "strokeWidth": 0.8, "opacity": 1}
    tooltip = [{"field": "when", "title": "Period"}, {"field": "said", "title": "Value"}]
    return {"mark": mark | {"invalid": "filter"}, "encoding": {**at, "tooltip": tooltip}}


def _last_label(rows: Sequence[dict[str, Any]], at: dict[str, Any]) -> dict[str, Any]:
    known = [row for row in rows if row["value"] is not None][-1:]
    words = [{**row, "words": f"{row['when']}: {row['said']}"} for row in known]
    mark = {"type": "text", "align": "left", "dx": 10, "fontSize": 15, "fontWeight": "bold", "color": INK}
    return {"data": {"values": words}, "mark": mark, "encoding": {**at, "text": {"field": "words"}}}


def _lines(run: Run, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The horizontal lines, each with its words at the right end."""
    lines: list[tuple[float, str, dict[str, Any]]] = []
    if run.average is not None:
        lines.append((run.average, f"Average {run.average_said}", {"color": SECOND_INK, "strokeWidth": 1.2}))
    for target, said in run.targets:
        is_standard = target.kind == "standard"
        style = {"color": DARK_BLUE, "strokeWidth": 2} if is_standard else {"color": BLUE, "strokeWidth": 2, "strokeDash": [2, 4]}
        lines.append((target.value, f"{target.title} {said}", style))
    if not rows:
        return []
    shifts = _apart([value for value, _words, _style in lines])
    axis = _value_axis(run)["axis"]
    named = zip(lines, shifts, strict=True)
    return [layer for (value, words, style), dy in named for layer in _named(value, words, {**style, "axis": axis, "dy": dy})]


def _named(value: float, words: str, style: dict[str, Any]) -> list[dict[str, Any]]:
    """A line across and, beyond its end, its words."""
    height = {"datum": value, "type": "quantitative", "scale": {"zero": False, "nice": True}, "axis": style["axis"]}
    drawn = {name: style[name] for name in ("color", "strokeWidth", "strokeDash") if name in style}
    text = {"type": "text", "align": "left", "dx": 10, "dy": style["dy"], "fontSize": 14, "color": style["color"]}
    return [
        {"data": {"values": [{}]}, "mark": {"type": "rule", **drawn}, "encoding": {"y": height}},
        {
            "data": {"values": [{"words": words}]},
            "mark": text,
            "encoding": {"y": height, "x": {"value": WIDTH}, "text": {"field": "words"}},
        },
    ]


def _apart(values: Sequence[float]) -> list[int]:
    """How far words move up or down so that those of near lines do not cover each other."""
    spread = (max(values) - min(values)) or 1 if values else 1
    shifts = []
    for place, value in enumerate(values):
        near = [other for other in values[:place] if abs(other - value) < 0.08 * spread]
        shifts.append(-14 * len(near))
    return shifts
