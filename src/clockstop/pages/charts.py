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
from clockstop.reports.vega_parts import (
    COMMON,
    HEIGHT,
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
    at = {"x": time_axis([row["end"] for row in rows]), "y": value_axis(run.kind)}
    plan = [{"end": end.isoformat(), "value": value} for end, value in run.plan]
    layers = [*_lines(run, rows), *plan_line(plan, at), run_line(at), _dots(at), last_label(rows, at)]
    return drawing(run.title, WIDTH, HEIGHT) | {
        "padding": padding(),
        "data": {"values": rows},
        "layer": layers,
    }


def _when(run: Run, point: Point) -> str:
    return month(point.period_end) if run.period == "month" else day(point.period_end)


def _dots(at: dict[str, Any]) -> dict[str, Any]:
    mark = {"type": "point", "filled": True, "size": 55, "color": COMMON, "stroke": SECOND_INK, "strokeWidth": 0.8, "opacity": 1}
    tooltip = [{"field": "when", "title": "Period"}, {"field": "said", "title": "Value"}]
    return {"mark": mark | {"invalid": "filter"}, "encoding": {**at, "tooltip": tooltip}}


def _lines(run: Run, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The horizontal lines, each with its words at the right end."""
    lines: list[tuple[float, str, dict[str, Any]]] = []
    if run.average is not None:
        lines.append((run.average, f"Average {run.average_said}", {"color": SECOND_INK, "strokeWidth": 1.2}))
    for target, said in run.targets:
        style = STANDARD_STYLE if target.kind == "standard" else TARGET_STYLE
        lines.append((target.value, f"{target.title} {said}", style))
    if not rows:
        return []
    shifts = apart([value for value, _words, _style in lines])
    named = zip(lines, shifts, strict=True)
    return [layer for (value, words, style), dy in named for layer in line_across(value, words, style, kind=run.kind, dy=dy)]
