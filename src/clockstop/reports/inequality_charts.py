"""A cut drawn: each group's figure with its interval, and the line of everybody; the same of the median waits."""

from typing import Any

from clockstop.answers.inequality import Group, Inequality
from clockstop.insight.intervals import Interval
from clockstop.reports.inequality_words import spread, value_said, wait_said
from clockstop.reports.vega_parts import BLUE, COMMON, INK, SECOND_INK, WIDTH, drawing, haloed, padding, value_axis

_ROW = 34


def shares_chart(found: Inequality, finding: str) -> dict[str, Any] | None:
    """The groups' figures; None where they have none."""
    pairs = [(one, one.interval) for one in found.groups if one.interval is not None]
    if not pairs or found.whole is None:
        return None
    rows = [_row(one, interval, f"{value_said(found, one.value)} ({spread(found, interval)})") for one, interval in pairs]
    whole = found.whole.value
    return _chart(rows, whole, f"Everybody {value_said(found, whole)}", finding, kind="share")


def waits_chart(found: Inequality, finding: str) -> dict[str, Any] | None:
    """The groups' median waits; None where nobody's wait is known."""
    pairs = [(one, one.median) for one in found.groups if one.median is not None]
    if not pairs or found.whole is None or found.whole.median is None:
        return None
    rows = [_row(one, median, wait_said(found, median)) for one, median in pairs]
    return _chart(rows, found.whole.median.value, f"Everybody {wait_said(found, found.whole.median)}", finding, kind="quantile")


def _row(one: Group, interval: Interval, said: str) -> dict[str, Any]:
    return {
        "group": one.title, "value": interval.value, "low": interval.low, "high": interval.high, "said": said,
        "is_unknown": one.is_unknown,
    }  # fmt: skip


def _chart(rows: list[dict[str, Any]], whole: float | None, words: str, finding: str, *, kind: str) -> dict[str, Any]:
    across = {**value_axis(kind)}
    axis = {"title": None, "labelColor": INK, "labelFontSize": 14, "labelLimit": 260, "ticks": False, "domain": False}
    down = {"field": "group", "type": "nominal", "sort": None, "axis": axis}
    colour = {"condition": {"test": "datum.is_unknown", "value": COMMON}, "value": BLUE}
    tooltip = [{"field": "group", "type": "nominal", "title": "Group"}, {"field": "said", "type": "nominal", "title": "Figure"}]
    bars = {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.55}, "encoding": {
        "x": across | {"field": "low"}, "x2": {"field": "high"}, "y": down, "color": colour,
    }}  # fmt: skip
    dots = {"mark": {"type": "point", "filled": True, "size": 110, "opacity": 1}, "encoding": {
        "x": across, "y": down, "color": colour, "tooltip": tooltip,
    }}  # fmt: skip
    texts = {
        "mark": {"type": "text", "align": "left", "dx": 8, "dy": -10, "fontSize": 12, "color": INK},
        "encoding": {"x": across, "y": down, "text": {"field": "said"}},
    }
    layers = [*_whole_line(whole, words, across), bars, dots, *haloed(texts)]
    return drawing(finding, WIDTH - 240, _ROW * len(rows)) | {"padding": padding(), "data": {"values": rows}, "layer": layers}


def _whole_line(whole: float | None, words: str, across: dict[str, Any]) -> list[dict[str, Any]]:
    if whole is None:
        return []
    place = {name: part for name, part in across.items() if name != "field"} | {"datum": whole}
    text = {"type": "text", "align": "left", "baseline": "bottom", "dx": 4, "fontSize": 13, "color": SECOND_INK}
    return [
        {"data": {"values": [{}]}, "mark": {"type": "rule", "color": SECOND_INK, "strokeDash": [4, 3]}, "encoding": {"x": place}},
        {"data": {"values": [{"words": words}]}, "mark": text, "encoding": {
            "x": place, "y": {"value": 0}, "text": {"field": "words"},
        }},
    ]  # fmt: skip
