"""The gap over the months: drawn with its interval, in sentences and as rows."""

from collections.abc import Sequence
from typing import Any

from clockstop.answers.inequality import Inequality
from clockstop.answers.inequality_trend import GroupMonth, TrendMonth
from clockstop.nhsuk.presenters import month as month_words
from clockstop.nhsuk.presenters import signed
from clockstop.reports.figure_words import WITHHELD
from clockstop.reports.inequality_words import gap_said, spread, value_said
from clockstop.reports.vega_parts import BLUE, SECOND_INK, WIDTH, drawing, padding, time_axis, value_axis

COLUMNS = (
    "month", "group", "title", "is_withheld", "numerator", "denominator", "value", "low_95", "high_95", "gap", "gap_low",
    "gap_high",
)  # fmt: skip
_HEIGHT = 220


def trend_finding(found: Inequality, months: Sequence[TrendMonth]) -> str:
    """What the gap did from the first month that has one to the last; empty where fewer than two have one."""
    known = [one for one in months if one.gap_value is not None]
    if len(known) < 2:
        return ""
    first, last = known[0], known[-1]
    return (
        f"The most less the least deprived fifth: {gap_of(found, first)} in {month_words(first.period_end)}, "
        f"{gap_of(found, last)} in {month_words(last.period_end)}. {_held(known)}"
    )


def gap_of(found: Inequality, one: TrendMonth) -> str:
    """A month's gap with its interval, where it has one."""
    if one.gap_value is None:
        return WITHHELD if any(group.is_hidden for group in one.groups) else ""
    return gap_said(found, one.gap) if one.gap else signed(one.gap_value, 1)


def group_of_month(found: Inequality, one: GroupMonth) -> tuple[str, str]:
    """A group's figure of a month, and the ends of its interval."""
    if one.is_hidden:
        return WITHHELD, ""
    return (value_said(found, one.value) if one.value is not None else "", spread(found, one.interval))


def trend_chart(found: Inequality, months: Sequence[TrendMonth], finding: str) -> dict[str, Any] | None:
    """The gap of each month with its interval about the line of no gap; None of fewer than two."""
    known = [one for one in months if one.gap_value is not None]
    if len(known) < 2:
        return None
    rows = [
        {
            "end": one.period_end.isoformat(), "value": one.gap_value, "month": month_words(one.period_end),
            "low": one.gap.low if one.gap else one.gap_value, "high": one.gap.high if one.gap else one.gap_value,
            "said": gap_of(found, one),
        }
        for one in known
    ]  # fmt: skip
    kind = "share" if found.measure.kind == "count" else found.measure.kind
    high = value_axis(kind) | {"scale": {"zero": True, "nice": True}}
    at = {"x": time_axis([row["end"] for row in rows]), "y": high}
    none = {"data": {"values": [{}]}, "mark": {"type": "rule", "color": SECOND_INK, "strokeDash": [4, 3]}, "encoding": {
        "y": {name: part for name, part in high.items() if name != "field"} | {"datum": 0},
    }}  # fmt: skip
    bars = {"mark": {"type": "rule", "strokeWidth": 3, "opacity": 0.45, "color": BLUE}, "encoding": {
        "x": at["x"], "y": high | {"field": "low"}, "y2": {"field": "high"},
    }}  # fmt: skip
    line = {"mark": {"type": "line", "color": BLUE, "strokeWidth": 1.6}, "encoding": at}
    tooltip = [{"field": "month", "type": "nominal", "title": "Month"}, {"field": "said", "type": "nominal", "title": "Gap"}]
    dots = {
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1, "color": BLUE}, "encoding": at | {"tooltip": tooltip},
    }  # fmt: skip
    layers = [none, bars, line, dots]
    return drawing(finding, WIDTH, _HEIGHT) | {"padding": padding(), "data": {"values": rows}, "layer": layers}


def trend_rows(months: Sequence[TrendMonth]) -> list[list[Any]]:
    """A row a month and group, the gap beside each, for what is taken away."""
    return [
        [
            f"{one.period_end:%Y-%m}", group.key, group.title, group.is_hidden, group.numerator, group.denominator, group.value,
            group.interval.low if group.interval else None, group.interval.high if group.interval else None,
            one.gap_value, one.gap.low if one.gap else None, one.gap.high if one.gap else None,
        ]
        for one in months
        for group in one.groups
    ]  # fmt: skip


def _held(known: Sequence[TrendMonth]) -> str:
    clear = sum(one.gap is not None and one.gap.is_clear for one in known)
    return f"In {clear} of {len(known)} months it was more than chance." if any(one.gap for one in known) else ""
