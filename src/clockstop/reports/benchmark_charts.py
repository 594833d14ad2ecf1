"""A comparison drawn: every trust as a dot in its place, ours named; and the funnel of figures by how many they are of."""

from collections.abc import Sequence
from typing import Any

from clockstop.answers.benchmark import Benchmark, Funnel, Unit
from clockstop.nhsuk.presenters import number
from clockstop.reports.benchmark_words import QUARTERS, STATUSES, month_said, named, place_said, value_said
from clockstop.reports.vega_parts import (
    BLUE,
    COMMON,
    DARK_BLUE,
    EDGE,
    GROUND,
    HEIGHT,
    INK,
    SECOND_INK,
    WIDTH,
    apart,
    drawing,
    haloed,
    line_across,
    padding,
    value_axis,
)

OURS, PEER = BLUE, DARK_BLUE
_TOOLTIP = [
    {"field": name, "type": "nominal", "title": title}
    for name, title in (("name", "Trust"), ("said", "Figure"), ("place", "Place"))
]


def ranked_chart(found: Benchmark, finding: str) -> dict[str, Any]:
    """The trusts from the best to the worst; the shaded band is the middle half."""
    at = {"x": _place_axis(found), "y": _axis(found)}
    rows = [_row(found, one) for one in found.units if one.value is not None and one.rank is not None]
    layers = [*_middle_half(found, at), *_lines(found), *_dots(rows, at), *_ours(rows, at)]
    return drawing(finding, WIDTH, HEIGHT) | {"padding": padding(), "data": {"values": rows}, "layer": layers}


def funnel_chart(found: Benchmark, finding: str) -> dict[str, Any] | None:
    """Figures by size, between their limits; None where a funnel says nothing."""
    if found.funnel is None:
        return None
    at = {"x": _size_axis(found), "y": _axis(found)}
    rows = [_row(found, one) for one in found.units if one.value is not None and one.denominator and (one.is_ranked or one.is_ours)]
    layers = [*_limits(found, found.funnel, at), *_dots(rows, at), *_ours(rows, at)]
    return drawing(finding, WIDTH, HEIGHT + 60) | {"padding": padding(), "data": {"values": rows}, "layer": layers}


def _row(found: Benchmark, one: Unit) -> dict[str, Any]:
    status = f", {STATUSES[one.status]}" if one.status and one.status != "inside" else ""
    return {
        "name": named(one),
        "value": one.value,
        "rank": one.rank,
        "size": one.denominator,
        "said": value_said(found, one.value),
        "place": f"{place_said(found, one) or one.why_apart}{status}",
        "whose": "ours" if one.is_ours else "peer" if one.is_peer else "other",
        "words": f"{one.name} {value_said(found, one.value)}",
        "quarter": QUARTERS.get(one.quarter or 0, ""),
    }


def _axis(found: Benchmark) -> dict[str, Any]:
    return value_axis("share" if found.measure.kind == "count" else found.measure.kind)


def _place_axis(found: Benchmark) -> dict[str, Any]:
    scale = {"domain": [0, len(found.ranked) + 1], "nice": False}
    axis = _worded_axis("Place, the best first") | {"tickMinStep": 1}
    return {"field": "rank", "type": "quantitative", "axis": axis, "scale": scale}


def _size_axis(found: Benchmark) -> dict[str, Any]:
    whose = found.twin.people if found.twin else found.measure.unit
    axis = _worded_axis(f"How many the figure is of ({whose})") | {"format": ",.0f"}
    return {"field": "size", "type": "quantitative", "axis": axis, "scale": {"zero": True, "nice": True}}


def _worded_axis(title: str) -> dict[str, Any]:
    return {
        "title": title, "grid": False, "labelColor": SECOND_INK, "titleColor": SECOND_INK, "labelFontSize": 13, "titleFontSize": 13,
        "titleFontWeight": "normal", "domain": False,
    }  # fmt: skip


def _middle_half(found: Benchmark, at: dict[str, Any]) -> list[dict[str, Any]]:
    if found.quartiles is None or not found.has_quarters:
        return []
    band = [{"low": found.quartiles.low, "high": found.quartiles.high}]
    height = {name: part for name, part in at["y"].items() if name != "field"}
    encoding = {"y": height | {"field": "low"}, "y2": {"field": "high"}}
    return [{"data": {"values": band}, "mark": {"type": "rect", "color": GROUND}, "encoding": encoding}]


def _lines(found: Benchmark) -> list[dict[str, Any]]:
    """England, the standard and the median across, each with its words at the end."""
    lines: list[tuple[float, str, dict[str, Any]]] = []
    if found.standard is not None:
        lines.append((found.standard, f"Standard {value_said(found, found.standard)}", {"color": DARK_BLUE, "strokeWidth": 2}))
    if found.england is not None and found.england.value is not None:
        style = {"color": INK, "strokeWidth": 1.2, "strokeDash": [4, 3]}
        lines.append((found.england.value, f"England {value_said(found, found.england.value)}", style))
    elif found.quartiles is not None:
        style = {"color": SECOND_INK, "strokeWidth": 1.2}
        lines.append((found.quartiles.middle, f"Median {value_said(found, found.quartiles.middle)}", style))
    shifts = apart([value for value, _, _ in lines])
    kind = "share" if found.measure.kind == "count" else found.measure.kind
    named_lines = zip(lines, shifts, strict=True)
    return [layer for (value, words, style), dy in named_lines for layer in line_across(value, words, style, kind=kind, dy=dy)]


def _dots(rows: Sequence[dict[str, Any]], at: dict[str, Any]) -> list[dict[str, Any]]:
    """The others, peers darker; no layer of nobody."""
    colour = {"condition": {"test": "datum.whose === 'peer'", "value": PEER}, "value": COMMON}
    mark = {"type": "point", "filled": True, "size": 46, "opacity": 1}
    chosen = [row for row in rows if row["whose"] != "ours"]
    dots = {"data": {"values": chosen}, "mark": mark, "encoding": {**at, "color": colour, "tooltip": _TOOLTIP}}
    return [dots] if chosen else []


def _ours(rows: Sequence[dict[str, Any]], at: dict[str, Any]) -> list[dict[str, Any]]:
    """Our trusts: larger diamonds with their names."""
    chosen = [row for row in rows if row["whose"] == "ours"]
    if not chosen:
        return []
    shifts = apart([row["value"] for row in chosen])
    placed = [row | {"up": shift} for row, shift in zip(chosen, shifts, strict=True)]
    mark = {
        "type": "point",
        "shape": "diamond",
        "filled": True,
        "size": 170,
        "color": OURS,
        "stroke": INK,
        "strokeWidth": 1,
        "opacity": 1,
    }
    texts = [
        {
            "data": {"values": [row]},
            "mark": {
                "type": "text",
                "align": "left",
                "dx": 10,
                "dy": row["up"] - 10,
                "fontSize": 13,
                "fontWeight": "bold",
                "color": INK,
            },
            "encoding": {**at, "text": {"field": "words"}},
        }
        for row in placed
    ]
    return [
        {"data": {"values": placed}, "mark": mark, "encoding": {**at, "tooltip": _TOOLTIP}},
        *(layer for one in texts for layer in haloed(one)),
    ]


def _limits(found: Benchmark, funnel: Funnel, at: dict[str, Any]) -> list[dict[str, Any]]:
    """The centre, and the four limits as lines that close about it as the size grows."""
    rows = [
        {"size": size, "limit": name, "value": float(edges[place])}
        for name, edges in (
            ("95", funnel.limits.lower_95), ("95 ", funnel.limits.upper_95),
            ("99.8", funnel.limits.lower_998), ("99.8 ", funnel.limits.upper_998),
        )
        for place, size in enumerate(funnel.sizes)
    ]  # fmt: skip
    dash = {"condition": {"test": "substring(datum.limit, 0, 2) === '95'", "value": [5, 4]}, "value": [1, 0]}
    lines = {
        "data": {"values": rows},
        "mark": {"type": "line", "color": EDGE, "strokeWidth": 1.4},
        "encoding": {**at, "detail": {"field": "limit"}, "strokeDash": dash},
    }
    kind = "share" if found.measure.kind == "count" else found.measure.kind
    style = {"color": SECOND_INK, "strokeWidth": 1.2}
    return [lines, *line_across(funnel.centre, f"Together {value_said(found, funnel.centre)}", style, kind=kind)]


def chart_title(found: Benchmark) -> str:
    """What is drawn, of when, and of how many."""
    return f"{found.measure.title}, {month_said(found.month)}, {number(len(found.ranked))} trusts"
