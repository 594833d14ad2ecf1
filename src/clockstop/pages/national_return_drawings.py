"""Charts of a national return: how its list flowed since last time, and what explains its differences from what was published."""

from collections.abc import Sequence
from typing import Any

from clockstop.answers.national_reconciliation import Reconciled
from clockstop.reports.vega_parts import COMMON, DARK_BLUE, INK, SECOND_INK, drawing
from clockstop.rules.national_return import FlowOf, NationalReturn

UNEXPLAINED = "Nothing in our records"
COLOURS = ("#005eb8", "#b8690e", "#7c2855", "#00703c", "#41b6e6", "#8a6d00", "#330072")
UP, DOWN = COLOURS[0], COLOURS[1]
_FONT = 13


def flow_of_all(flows: Sequence[FlowOf]) -> FlowOf | None:
    """The flows of every part of the list, added up; None where there is none."""
    if not flows:
        return None
    steps = {name: sum(one.steps[name] for one in flows) for name in flows[0].steps}
    return FlowOf(cut="", title="Together", steps=steps, closing=sum(one.closing for one in flows))


def flow_chart(declared: NationalReturn, one: FlowOf) -> dict[str, Any]:
    """The flow as a waterfall: last time's list, each step up or down, what is unexplained, this time's list."""
    first, *steps = one.steps
    level = one.steps[first]
    rows = [_bar(declared.flow_steps[first], 0, level, "level")]
    for name in steps:
        if step := one.steps[name]:
            rows.append(_bar(declared.flow_steps[name], level, level + step, "up" if step > 0 else "down"))
            level += step
    if one.unexplained:
        rows.append(_bar("Unexplained", level, one.closing, "unexplained"))
    rows.append(_bar("On the list now", 0, one.closing, "level"))
    colours = {"domain": ["level", "up", "down", "unexplained"], "range": [DARK_BLUE, UP, DOWN, COMMON]}
    return {
        **drawing("From last time's list to this one, step by step", 880, 220),
        "data": {"values": rows},
        "encoding": {"x": {"field": "step", "type": "ordinal", "sort": [row["step"] for row in rows],
                           "axis": {"title": None, "labelAngle": 0, "labelColor": SECOND_INK, "labelFontSize": _FONT,
                                    "labelLimit": 160}}},
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {
                "y": {"field": "from", "type": "quantitative", "axis": {"title": None, "grid": True, "labelFontSize": _FONT}},
                "y2": {"field": "to"}, "color": {"field": "kind", "type": "nominal", "legend": None, "scale": colours},
                "tooltip": [{"field": "step", "title": "Step"}, {"field": "said", "title": "Number"}]}},
            {"mark": {"type": "text", "dy": -8, "color": INK, "fontSize": _FONT},
             "encoding": {"y": {"field": "top", "type": "quantitative"}, "text": {"field": "said"}}},
        ],
    }  # fmt: skip


def _bar(step: str, start: float, end: float, kind: str) -> dict[str, Any]:
    said = f"{end:,.0f}" if kind == "level" else f"{end - start:+,.0f}"
    return {"step": step, "from": start, "to": end, "top": max(start, end), "kind": kind, "said": said}


def shares_of_reasons(found: Reconciled) -> list[dict[str, Any]]:
    """Row by row how much of all that differs each reason explains, whichever way it differs, and what is left over."""
    rows: dict[tuple[str, str], float] = {}
    for one in found.differing:
        for slug, amount in one.reasons.items():
            rows[one.row, slug] = rows.get((one.row, slug), 0.0) + min(abs(amount), abs(one.difference))
        rows[one.row, ""] = rows.get((one.row, ""), 0.0) + min(abs(one.unexplained), abs(one.difference))
    return [
        {"row": row, "reason": short(slug), "places": round(places, 2)} for (row, slug), places in rows.items() if round(places, 2)
    ]


def short(slug: str) -> str:
    """A reason in few words."""
    return slug.replace("_", " ").capitalize() if slug else UNEXPLAINED


def reasons_chart(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What explains the differences, row by row."""
    reasons = list(dict.fromkeys(row["reason"] for row in rows if row["reason"] != UNEXPLAINED))
    lines = list(dict.fromkeys(row["row"] for row in rows))
    return {
        **drawing("What explains the difference from what was published", 640, max(40, 24 * len(lines))),
        "data": {"values": list(rows)},
        "mark": {"type": "bar"},
        "encoding": {
            "y": {"field": "row", "type": "nominal", "sort": lines,
                  "axis": {"title": None, "labelFontSize": _FONT, "labelLimit": 300, "labelColor": INK}},
            "x": {"field": "places", "type": "quantitative",
                  "axis": {"title": "How much the figures of the row differ, summed whichever way", "labelFontSize": _FONT,
                           "grid": True}},
            "color": {"field": "reason", "type": "nominal", "legend": {"title": None, "labelFontSize": _FONT, "orient": "top",
                                                                       "labelLimit": 400},
                      "scale": {"domain": [*reasons, UNEXPLAINED], "range": [*COLOURS[: len(reasons)], "#768692"]}},
            "tooltip": [{"field": "row"}, {"field": "reason"}, {"field": "places", "title": "differs by"}],
        },
    }  # fmt: skip
