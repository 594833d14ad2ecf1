"""Charts of the monthly return: how the list came from its opening to its closing, and where it differs from the published one."""

from collections.abc import Sequence
from typing import Any

from clockstop.answers.monthly_return import FunctionFlow
from clockstop.reports.vega_parts import COMMON, DARK_BLUE, INK, SECOND_INK, drawing
from clockstop.rules.rtt_return_differences import Cell

MORE, FEWER = "#005eb8", "#b8690e"
STEPS = (
    ("starts", "Starts", 1), ("transfers_in", "Transfers in", 1), ("reinstated", "Back on the list", 1),
    ("function_changes", "Function changed", 1), ("stops", "Stops", -1), ("transfers_out", "Transfers out", -1),
    ("nullified", "Nullified", -1), ("validation_removals", "Removed by validation", -1),
)  # fmt: skip


def flow_chart(one: FunctionFlow) -> dict[str, Any]:
    """The flow as a waterfall: opening, each step up or down, what is unexplained, closing."""
    level = one.flow.opening
    rows = [_bar("Opening", 0, level, "level")]
    for name, title, sign in STEPS:
        step = sign * getattr(one.flow, name)
        if step:
            rows.append(_bar(title, level, level + step, "up" if step > 0 else "down"))
            level += step
    if one.unexplained:
        title = "Unreported removals" if one.unexplained > 0 else "Unreported starts"
        rows.append(_bar(title, level, one.flow.closing, "unexplained"))
    rows.append(_bar("Closing", 0, one.flow.closing, "level"))
    order = [row["step"] for row in rows]
    return {
        **drawing("The flow of the month, step by step", 880, 260),
        "data": {"values": rows},
        "encoding": {
            "x": {"field": "step", "type": "ordinal", "sort": order,
                  "axis": {"title": None, "labelAngle": 0, "labelColor": SECOND_INK, "labelFontSize": 13, "labelLimit": 130}},
        },
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {
                "y": {"field": "from", "type": "quantitative", "axis": {"title": "Pathways", "grid": True, "labelFontSize": 13}},
                "y2": {"field": "to"},
                "color": {"field": "kind", "type": "nominal", "legend": None, "scale": {
                    "domain": ["level", "up", "down", "unexplained"], "range": [DARK_BLUE, MORE, FEWER, COMMON]}},
                "tooltip": [{"field": "step", "title": "Step"}, {"field": "said", "title": "Pathways"}]}},
            {"mark": {"type": "text", "dy": -8, "color": INK, "fontSize": 13},
             "encoding": {"y": {"field": "top", "type": "quantitative"}, "text": {"field": "said"}}},
        ],
    }  # fmt: skip


def _bar(step: str, start: float, end: float, kind: str) -> dict[str, Any]:
    said = f"{end:,.0f}" if kind == "level" else f"{end - start:+,.0f}"
    return {"step": step, "from": start, "to": end, "top": max(start, end), "kind": kind, "said": said}


def difference_map(found: Sequence[Cell]) -> dict[str, Any]:
    """Ours less the published figure, by function and week band: blue where ours has more, orange where it has fewer."""
    rows = [
        {"function": one.treatment_function, "band": one.band, "difference": one.difference, "ours": one.ours, "theirs": one.theirs}
        for one in found
        if one.difference and one.band > 0
    ]
    most = max((abs(row["difference"]) for row in rows), default=1)
    functions = len({row["function"] for row in rows})
    return {
        **drawing("Ours less published, by function and week band", 880, max(60, 22 * functions)),
        "data": {"values": rows},
        "mark": {"type": "rect", "width": 8},
        "encoding": {
            "x": {"field": "band", "type": "quantitative", "scale": {"domain": [0, 105]},
                  "axis": {"title": "Week band (105 is over 104 weeks)", "labelFontSize": 13, "grid": False}},
            "y": {"field": "function", "type": "ordinal", "axis": {"title": None, "labelFontSize": 13}},
            "color": {"field": "difference", "type": "quantitative", "legend": {"title": "Ours less published"},
                      "scale": {"domain": [-most, 0, most], "range": [FEWER, "#f0f4f5", MORE], "interpolate": "rgb"}},
            "tooltip": [{"field": "function"}, {"field": "band"}, {"field": "ours"}, {"field": "theirs", "title": "published"},
                        {"field": "difference"}],
        },
    }  # fmt: skip
