"""What every Vega-Lite drawing of ours is made of: the look, the axes, lines across with their words, and the words of a point."""

from collections.abc import Sequence
from typing import Any

INK, SECOND_INK, GRID, BLUE, DARK_BLUE, COMMON = "#212b32", "#4c6272", "#d8dde0", "#005eb8", "#003087", "#a6a6a6"
PURPLE, EDGE, GROUND = "#330072", "#768692", "#f0f4f5"
# Vega finds the room for the words beyond the plot by itself (autosize pad); the page draws the whole as wide as it is.
WIDTH, HEIGHT, MARGIN = 1000, 300, 5
FORMATS = {"share": ".0%", "small share": ".1%", "rate": ",.1~f", "mean": ",.1~f"}
# How a standard's line and a target's are told apart.
STANDARD_STYLE = {"color": DARK_BLUE, "strokeWidth": 2}
TARGET_STYLE = {"color": BLUE, "strokeWidth": 2, "strokeDash": [2, 4]}


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


def padding() -> dict[str, int]:
    """The margin of a chart of points."""
    return {"left": MARGIN, "right": MARGIN, "top": 2 * MARGIN, "bottom": MARGIN}


def time_axis(ends: Sequence[str] = ()) -> dict[str, Any]:
    """The axis of period ends. Its ticks are the `ends` themselves (YYYY-MM-DD), the first of each month.

    The axis's own would be the first days of months: the point of 31 October would stand above "Nov".
    """
    axis: dict[str, Any] = {
        "title": None, "grid": False, "labelColor": SECOND_INK, "labelFontSize": 13, "tickColor": "#768692", "domain": False,
        "labelOverlap": True, "format": "%b %Y",
    }  # fmt: skip
    first = {end[:7]: end for end in sorted(ends, reverse=True)}
    if first:
        axis |= {"values": [{"year": int(end[:4]), "month": int(end[5:7]), "date": int(end[8:]), "utc": True}
                            for end in sorted(first.values())]}  # fmt: skip
    return {"field": "end", "type": "temporal", "scale": {"type": "utc"}, "axis": axis}


def value_axis(kind: str) -> dict[str, Any]:
    """The axis of values of a measure of that kind."""
    axis = {
        "title": None, "grid": True, "gridColor": GRID, "labelColor": SECOND_INK, "labelFontSize": 13, "ticks": False,
        "domain": False, "format": FORMATS.get(kind, ",.0f"), "tickCount": 5,
    }  # fmt: skip
    return {"field": "value", "type": "quantitative", "scale": {"zero": False, "nice": True}, "axis": axis}


def line_across(value: float, words: str, style: dict[str, Any], *, kind: str, dy: int = 0) -> list[dict[str, Any]]:
    """A line across and, beyond its end, its words."""
    height = {name: part for name, part in value_axis(kind).items() if name != "field"} | {"datum": value}
    text = {"type": "text", "align": "left", "dx": 10, "dy": dy, "fontSize": 14, "color": style["color"]}
    return [
        {"data": {"values": [{}]}, "mark": {"type": "rule", **style}, "encoding": {"y": height}},
        {
            "data": {"values": [{"words": words}]},
            "mark": text,
            "encoding": {"y": height, "x": {"value": "width"}, "text": {"field": "words"}},
        },
    ]


def haloed(layer: dict[str, Any]) -> list[dict[str, Any]]:
    """Words upon a ground of white, so that no line or point crosses them."""
    ground = layer["mark"] | {"stroke": "#ffffff", "strokeWidth": 4, "strokeJoin": "round"}
    return [layer | {"mark": ground}, layer]


def apart(values: Sequence[float]) -> list[int]:
    """How far words move up or down so that those of near lines do not cover each other."""
    spread = (max(values) - min(values)) or 1 if values else 1
    shifts = []
    for place, value in enumerate(values):
        near = [other for other in values[:place] if abs(other - value) < 0.08 * spread]
        shifts.append(-14 * len(near))
    return shifts


def plan_line(rows: Sequence[dict[str, Any]], at: dict[str, Any]) -> list[dict[str, Any]]:
    """The trust's own plan (`end` and `value` a row), a dashed line with its name at the end."""
    if not rows:
        return []
    mark = {"type": "line", "color": PURPLE, "strokeWidth": 1.6, "strokeDash": [6, 3]}
    words = {"type": "text", "align": "left", "dx": 10, "dy": 14, "fontSize": 14, "color": PURPLE}
    return [
        {"data": {"values": list(rows)}, "mark": mark, "encoding": at},
        {"data": {"values": [{**rows[-1], "words": "Plan"}]}, "mark": words, "encoding": {**at, "text": {"field": "words"}}},
    ]


def run_line(at: dict[str, Any]) -> dict[str, Any]:
    """The line through the points; a missing one leaves a gap."""
    mark = {"type": "line", "color": SECOND_INK, "strokeWidth": 1.6, "invalid": "break-paths-show-path-domains"}
    return {"mark": mark, "encoding": at}


def last_label(rows: Sequence[dict[str, Any]], at: dict[str, Any]) -> dict[str, Any]:
    """The words of the last point that has a value: `when` and `said`."""
    known = [row for row in rows if row["value"] is not None][-1:]
    words = [{**row, "words": f"{row['when']}: {row['said']}"} for row in known]
    mark = {"type": "text", "align": "left", "dx": 10, "fontSize": 15, "fontWeight": "bold", "color": INK}
    return {"data": {"values": words}, "mark": mark, "encoding": {**at, "text": {"field": "words"}}}
