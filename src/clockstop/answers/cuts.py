"""Cuts on demand: a fact counted by its own columns, with the expression and the query that did it.

Only declared columns that name nobody can be used, nothing single is shown, and small numbers of trusts for whose patients the
reader is not cleared are hidden and others rounded (profile `hes`): whoever may choose any condition could else find one person
by the difference of two cuts. A cut may take so many seconds and give so many rows.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.contracts import contracts
from clockstop.errors import UnknownName
from clockstop.measures.cut import BadCut, ColumnKind, Cut, check, made
from clockstop.measures.suppress import is_share_hidden, is_small, suppress
from clockstop.rules import facts

MOST_SECONDS, MOST_ROWS = 10, 2_000
# RTT's tables that are counted like facts.
RTT_TABLES = {"rtt_waits": "RTT waiting list", "rtt_clocks": "RTT clocks"}
_PROFILE = "hes"
# What names a row, a person or where a row came from.
_NAMES = ("source_load", "source_row", "source_dataset", "first_of_pathway", "clock_event", "at", "row_place", "trust")
_ENDINGS = ("_identifier", "_pseudonym", "_offset_minutes", "_minute", "_pseudonym_right")


@dataclass(frozen=True)
class CutRow:
    """A period and values of the splits with what was counted; `is_hidden`: too few people of another trust."""

    period: date | None
    keys: tuple[str, ...]
    numerator: float | None
    denominator: float | None
    value: float | None
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class CutResult:
    """What a cut came to. `is_rounded`: figures of other trusts were rounded for this reader."""

    cut: Cut
    rows: tuple[CutRow, ...]
    expression: str
    sql: str
    is_rounded: bool


def tables(desk: Desk) -> dict[str, str]:
    """The facts of the snapshot that can be cut, with their titles."""
    known = RTT_TABLES | {name: one.title for name, one in facts().items()}
    return {name: title for name, title in known.items() if desk.has(name)}


def columns(desk: Desk, table: str) -> Mapping[str, ColumnKind]:
    """The columns of a fact that can be used, each with its kind; none that names a person or a row."""
    if table not in tables(desk):
        raise UnknownName(f"There is no fact {table[:60]}.", where="The facts of this snapshot.", do="Choose one from the list.")
    return desk.kept_answer(("cut columns", table), lambda: _columns(desk, table))


def cut_result(scope: Scope, desk: Desk, cut: Cut) -> CutResult:
    """The cut's rows for this reader, by period and splits."""
    kinds = columns(desk, cut.table)
    check(cut, kinds)
    asked = made(scope.totals(desk.table(cut.table)), cut, kinds).limit(MOST_ROWS * (len(scope.trusts) + 1) + 1)
    shown = _bare(scope, desk, cut, kinds)
    parts = desk.rows_within(asked, seconds=MOST_SECONDS).to_pylist()
    rows = _rows(scope, cut, parts)
    if len(rows) > MOST_ROWS:
        raise BadCut(f"That gives more than {MOST_ROWS:,} rows.", where="The splits.", do="Split by less, or set conditions.")
    is_rounded = any(part["trust"] not in scope.own_trusts for part in parts)
    return CutResult(cut=cut, rows=rows, expression=as_code(shown), sql=desk.sql(shown), is_rounded=is_rounded)


def _columns(desk: Desk, table: str) -> dict[str, ColumnKind]:
    identifying = {column.name for one in contracts().values() for column in one.columns if column.is_identifying}
    found: dict[str, ColumnKind] = {}
    for name, kind in desk.table(table).schema().items():
        if name in identifying or name in _NAMES or name.endswith(_ENDINGS):
            continue
        if kind.is_boolean():
            found[name] = "truth"
        elif kind.is_numeric():
            found[name] = "number"
        elif kind.is_date() or kind.is_timestamp():
            found[name] = "date"
        elif kind.is_string():
            found[name] = "text"
    return {"trust": "text"} | found


def _bare(scope: Scope, desk: Desk, cut: Cut, kinds: Mapping[str, ColumnKind]) -> Table:
    """The same cut over a table of its name with the columns that it reads: what is shown of the expression."""
    schema = desk.table(cut.table).schema()
    named = ibis.table({name: schema[name] for name in dict.fromkeys(("trust", *cut.columns))}, name=cut.table)
    return made(scope.totals(named), cut, kinds)


def as_code(table: Table) -> str:
    """The expression as it can be run by hand: Ibis writes types without quotes, one value as no list, two methods by no name.

    >>> as_code(ibis.table({"trust": "string"}, name="waits").filter(ibis._.trust.isin(["RXX"]))).splitlines()[-1]
    "result = waits.filter(waits.trust.isin([ibis.literal('RXX')]))"
    """
    code = ibis.decompile(table, render_import=False).strip()
    code = code.replace(".not_null()", ".notnull()").replace(".is_null()", ".isnull()")
    code = re.sub(r"(ibis\.literal\([^,()]+, )(\w+)\)", r"\1'\2')", code)
    return re.sub(r"\.isin\(\((ibis\.literal\((?:'[^']*'|\"[^\"]*\"|[^()'\"]*)\))\)\)", r".isin([\1])", code)


def _rows(scope: Scope, cut: Cut, parts: list[dict]) -> tuple[CutRow, ...]:
    """Sums over trusts, those of trusts that the reader is not cleared for hidden or rounded before they are added."""
    cells: dict[tuple, list[dict]] = {}
    for part in parts:
        keys = (part[f"cut_{place}"] or "" for place in range(1, len(cut.by) + 1))
        cells.setdefault((part.get("period"), *keys), []).append(_numbers(part))
    order = sorted(cells, key=lambda key: (key[0] or date.min, key[1:]))
    return tuple(_row(scope, cut, key, cells[key]) for key in order)


def _numbers(part: dict) -> dict:
    """The part with nothing where a sum had no row."""
    return part | {side: part[side] or 0.0 for side in ("numerator", "denominator")}


def _row(scope: Scope, cut: Cut, key: tuple, parts: list[dict]) -> CutRow:
    own = [part for part in parts if part["trust"] in scope.own_trusts]
    others = [part for part in parts if part["trust"] not in scope.own_trusts]
    period, *values = key
    if any(_is_few(cut, [part]) for part in others) or _is_few(cut, others):
        return CutRow(period, tuple(values), None, None, None, is_hidden=True)
    (own_part, own_whole), (part, whole) = (_summed(group) for group in (own, others))
    if others:
        whole = suppress([whole], _PROFILE)[0]
        part = suppress([part], _PROFILE)[0] if not cut.amount else _rounded(part)
    numerator, denominator = own_part + part, own_whole + whole
    return CutRow(period, tuple(values), numerator, denominator, _value(cut, numerator, denominator, is_rounded=bool(others)))


def _rounded(amount: float) -> float:
    """The amount to three figures.

    >>> _rounded(1121173.4), _rounded(87.0)
    (1120000.0, 87.0)
    """
    return float(f"{amount:.3g}")


def _summed(parts: list[dict]) -> tuple[float, float]:
    return sum(one["numerator"] for one in parts), sum(one["denominator"] for one in parts)


def _is_few(cut: Cut, parts: list[dict]) -> bool:
    part, whole = _summed(parts)
    if is_small(whole, _PROFILE):
        return True
    return cut.kind == "share" and whole > 0 and is_share_hidden(part, whole, _PROFILE)


def _value(cut: Cut, numerator: float, denominator: float, *, is_rounded: bool) -> float | None:
    if cut.kind in ("count", "sum"):
        return numerator
    if not denominator:
        return None
    value = numerator / denominator
    return float(round(value)) if is_rounded and cut.kind == "mean" else min(value, 1.0) if cut.kind == "share" else value
