"""A cut as an address says it, and in words; its rows as a table and as a drawing."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict

from clockstop.answers.cuts import CutResult, CutRow
from clockstop.answers.organisation import service_name
from clockstop.dates import month_end
from clockstop.measures.cut import (
    EVERY,
    EVERY_OPERATOR,
    KINDS,
    MOST_CONDITIONS,
    MOST_DIMENSIONS,
    WITHOUT_VALUE,
    BadCut,
    Condition,
    Cut,
)
from clockstop.measures.dimensions import DIMENSIONS
from clockstop.nhsuk.presenters import day, month, number, percent
from clockstop.pages.small_numbers import WITHHELD
from clockstop.reports.dictionary import dictionary
from clockstop.reports.vega_parts import BLUE, HEIGHT, INK, SECOND_INK, WIDTH, drawing, padding, time_axis, value_axis

MOST_LINES, MOST_BARS = 6, 40
_COLOURS = [BLUE, INK, "#768692", "#330072", "#41b6e6", "#006747"]
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 0], [6, 3]]


def cut_of(query: QueryDict) -> Cut:
    """The cut of an address. What names nothing is left for `measures.cut.check` to refuse."""
    kind = query.get("kind", "count")
    by = tuple(dict.fromkeys(name for name in query.getlist("by") if name))
    return Cut(
        table=query.get("table", "")[:60],
        kind=kind if kind in KINDS else "count",
        of=_conditions(query, "of"),
        those=_conditions(query, "those") if kind == "share" else (),
        amount=query.get("amount", "") if kind in ("mean", "sum") else "",
        day=query.get("day", ""),
        every=query.get("every", "") if query.get("every", "") in EVERY else "",
        first=_date(query, "first"),
        last=_date(query, "last"),
        by=by[:MOST_DIMENSIONS],
    )


def query_of(cut: Cut) -> list[tuple[str, str]]:
    """The address of a cut: only what it says."""
    plain = {
        "table": cut.table, "kind": cut.kind, "amount": cut.amount, "day": cut.day, "every": cut.every,
        "first": cut.first.isoformat() if cut.first else "", "last": cut.last.isoformat() if cut.last else "",
    }  # fmt: skip
    pairs = [(name, value) for name, value in plain.items() if value] + [("by", name) for name in cut.by]
    for side, conditions in (("of", cut.of), ("those", cut.those)):
        for one in conditions:
            pairs += [(f"{side}_column", one.column), (f"{side}_operator", one.operator), (f"{side}_value", one.value)]
    return pairs


def said(cut: Cut, title: str) -> str:
    """The cut in one sentence."""
    of = f" where {_all(cut.of)}" if cut.of else ""
    what = {
        "count": f"How many rows of {title}{of}",
        "share": f"What share of the rows of {title}{of} have {_all(cut.those) or 'everything'}",
        "mean": f"The mean of {_plain(cut.amount)} over the rows of {title}{of}",
        "sum": f"The sum of {_plain(cut.amount)} over the rows of {title}{of}",
    }[cut.kind]
    bounds = [f"from {day(cut.first)}" if cut.first else "", f"to {day(cut.last)}" if cut.last else ""]
    when = f", {' '.join(part for part in bounds if part)} by {_plain(cut.day)}" if any(bounds) else ""
    split = [*([f"{EVERY[cut.every].lower()} of {_plain(cut.day)}"] if cut.every else []), *(_plain(name) for name in cut.by)]
    return f"{what}{when}{', by ' if split else ''}{' and '.join(split)}."


def headings(cut: Cut) -> list[str]:
    """The headings of the table: period, splits, then what was counted."""
    period = [EVERY[cut.every]] if cut.every else []
    sides = {"count": ["Rows"], "share": ["Those", "Of", "Share"], "mean": ["Sum", "Rows", "Mean"], "sum": ["Rows", "Sum"]}
    return [*period, *(_plain(name).capitalize() for name in cut.by), *sides[cut.kind]]


def cells(cut: Cut, row: CutRow) -> list[Any]:
    """The row as it is taken away, its splits in words."""
    first = [row.period] if cut.every else []
    keys = [key_in_words(cut.table, name, key) for name, key in zip(cut.by, row.keys, strict=True)]
    figures = {
        "count": [row.value], "share": [row.numerator, row.denominator, row.value],
        "mean": [row.numerator, row.denominator, row.value], "sum": [row.denominator, row.value],
    }[cut.kind]  # fmt: skip
    return [*first, *keys, *([WITHHELD] * len(figures) if row.is_hidden else figures)]


def words(cut: Cut, row: CutRow) -> list[str]:
    """The row as the page shows it."""
    found: list[str] = []
    for place, cell in enumerate(cells(cut, row)):
        if isinstance(cell, date):
            found.append(period_in_words(cut, cell))
        elif isinstance(cell, int | float):
            is_share = cut.kind == "share" and place == len(headings(cut)) - 1
            found.append(percent(cell) if is_share else number(cell) if float(cell).is_integer() else number(cell, 1))
        else:
            found.append("" if cell is None else str(cell))
    return found


def period_in_words(cut: Cut, first: date) -> str:
    """The period that begins on that day."""
    return {"month": month(first), "week": f"week to {day(first + timedelta(days=6))}", "year": f"{first.year}"}[cut.every]


def key_in_words(table: str, column: str, key: str) -> str:
    """A value of a split with the words of its code."""
    if not key:
        return "Not known"
    if column == "service":
        return service_name(key)
    if column in DIMENSIONS and key in DIMENSIONS[column].titles:
        return DIMENSIONS[column].titles[key]
    codes = codes_of(table).get(column, {})
    return codes.get(key, {"true": "Yes", "false": "No"}.get(key, key))


def codes_of(table: str) -> Mapping[str, Mapping[str, str]]:
    """The codes of a fact's columns."""
    name = f"{table} (fact)" if f"{table} (fact)" in dictionary() else table
    return {entry.column: entry.codes for entry in dictionary()[name].entries if entry.codes} if name in dictionary() else {}


def drawn(result: CutResult, title: str) -> dict[str, Any] | None:
    """The rows as lines over time or as bars; nothing where there is one figure, or more than a drawing shows."""
    cut = result.cut
    rows = [row for row in result.rows if row.value is not None]
    keys = list(dict.fromkeys(_key(cut, row) for row in rows))
    if len(rows) < 2 or (cut.every and len(keys) > MOST_LINES) or (not cut.every and len(keys) > MOST_BARS):
        return None
    return _lines(cut, rows, keys, title) if cut.every else _bars(cut, rows, keys, title)


def _lines(cut: Cut, rows: Sequence[CutRow], keys: Sequence[str], title: str) -> dict[str, Any]:
    values = [{"end": _end(cut, row.period).isoformat(), "value": row.value, "key": _key(cut, row), "said": words(cut, row)[-1],
               "when": period_in_words(cut, row.period)} for row in rows if row.period]  # fmt: skip
    legend = {
        "title": None,
        "orient": "top",
        "labelFontSize": 14,
        "labelLimit": 300,
        "symbolType": "stroke",
        "symbolStrokeWidth": 3,
    }
    colour = {"field": "key", "type": "nominal", "legend": legend if len(keys) > 1 else None, "sort": None}
    shown = {
        "x": time_axis([one["end"] for one in values]),
        "y": value_axis("share" if cut.kind == "share" else "mean" if cut.kind == "mean" else "count"),
        "color": colour | {"scale": {"domain": list(keys), "range": _COLOURS[: len(keys)]}},
        "strokeDash": colour | {"scale": {"domain": list(keys), "range": _DASHES[: len(keys)]}},
        "tooltip": [{"field": "key", "title": "Of"}, {"field": "when", "title": "Period"}, {"field": "said", "title": "Value"}],
    }
    mark = {"type": "line", "strokeWidth": 2.5, "point": {"filled": True, "size": 45}}
    return drawing(title, WIDTH, HEIGHT) | {"padding": padding(), "data": {"values": values}, "mark": mark, "encoding": shown}


def _bars(cut: Cut, rows: Sequence[CutRow], keys: Sequence[str], title: str) -> dict[str, Any]:
    values = [{"key": _key(cut, row), "value": row.value, "said": words(cut, row)[-1]} for row in rows]
    axis = {"title": None, "labelColor": INK, "labelFontSize": 14, "labelLimit": 320, "ticks": False, "domain": False}
    place = {"y": {"field": "key", "type": "nominal", "sort": None, "axis": axis}}
    plain = {"field": "value", "type": "quantitative", "axis": None, "scale": {"zero": True}}
    tip = [{"field": "key", "title": "Of"}, {"field": "said", "title": "Value"}]
    text = {"type": "text", "align": "left", "dx": 6, "fontSize": 14, "color": INK}
    return drawing(title, WIDTH, 26 * len(keys)) | {
        "padding": padding(),
        "data": {"values": values},
        "layer": [
            {"mark": {"type": "bar", "color": BLUE, "height": 16}, "encoding": place | {"x": plain, "tooltip": tip}},
            {"mark": text | {"color": SECOND_INK}, "encoding": place | {"x": plain, "text": {"field": "said"}}},
        ],
    }


def _key(cut: Cut, row: CutRow) -> str:
    return ", ".join(key_in_words(cut.table, name, key) for name, key in zip(cut.by, row.keys, strict=True)) or "All"


def _end(cut: Cut, first: date) -> date:
    return {"month": month_end(first), "week": first + timedelta(days=6), "year": date(first.year, 12, 31)}[cut.every]


def _conditions(query: QueryDict, side: str) -> tuple[Condition, ...]:
    columns, operators, values = (query.getlist(f"{side}_{part}") for part in ("column", "operator", "value"))
    found = [
        Condition(
            column=column[:60], operator=operators[place] if place < len(operators) else "", value=value.replace("\0", "")[:200]
        )
        for place, column in enumerate(columns[:MOST_CONDITIONS])
        for value in [values[place].strip() if place < len(values) else ""]
        if column
    ]
    return tuple(found)


def _date(query: QueryDict, name: str) -> date | None:
    text = query.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadCut("A day is written as 2026-10-31.", where=f"The field {name}.", do="Write it so.") from None


def _all(conditions: Sequence[Condition]) -> str:
    return " and ".join(_one(one) for one in conditions)


def _one(one: Condition) -> str:
    if one.operator in ("yes", "no"):
        return _plain(one.column) if one.operator == "yes" else f"not {_plain(one.column)}"
    how = EVERY_OPERATOR.get(one.operator, "").removesuffix(" (commas)")
    return f"{_plain(one.column)} {how}{'' if one.operator in WITHOUT_VALUE else f' {one.value}'}"


def _plain(column: str) -> str:
    return column.replace("_", " ")
