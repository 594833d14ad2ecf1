"""Every number that a row is in: the rows of the snapshot's tables that were made of it, counted by the measures themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Literal

import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.now import datasets_behind
from clockstop.answers.scope import Scope
from clockstop.contracts import contracts
from clockstop.intake import ledger
from clockstop.intake.one_row import StoredRow, row_of_key, stored_row
from clockstop.measures.catalogue import clock_measures, measures_of
from clockstop.measures.evaluate import current, evaluate
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.measure import Measure
from clockstop.measures.periods import Running, months_to, on_day, weeks_to
from clockstop.measures.series import WEEKS, months_in
from clockstop.rules import facts

# How a row of a table was known to be made of the row asked for: by its record's own key, only by the pathway that it is on, or
# as a total of a place and day in which the record is counted.
By = Literal["record", "pathway", "total"]
PATHWAY = "patient_pathway_identifier"
_LENT = "lineage_rows"


@dataclass(frozen=True)
class _Total:
    """A table of totals: its row counts the rows of `of` with the same `same`, on each `day` from their start until their end."""

    of: str
    same: str
    day: str = ""


_TOTALS = {
    "ward_nights": _Total("bed_stays", "ward_code", "day"),
    "outpatient_slots": _Total("outpatient_attendances", "outpatient_session_identifier"),
}


@dataclass(frozen=True, kw_only=True)
class NumberIn:
    """A number that the row is in: what it adds to the numerator and the denominator of a measure's period.

    By a `total`, what the totals add in which the row is counted.
    """

    measure: Measure
    period_kind: str
    period_end: date
    numerator: float
    denominator: float
    table: str
    by: By


@dataclass(frozen=True, kw_only=True)
class RowLineage:
    """A row with every number of the snapshot that it is in.

    `tables` says how many rows of each table were made of it, and how that is known. `untraced` are tables that are made of its
    dataset, and whose rows name neither the record nor its pathway. `is_in_snapshot`: whether its load stood when the snapshot was
    built.
    """

    row: StoredRow
    is_in_snapshot: bool
    tables: tuple[tuple[str, int, By], ...]
    untraced: tuple[str, ...]
    numbers: tuple[NumberIn, ...]


def row_lineage(scope: Scope, desk: Desk, trust: str, *, dataset: str, load_id: str, source_row: int) -> RowLineage:
    """The lineage of one row of a load, for those who may see the trust's patients."""
    scope.require_patients(trust)
    return _lineage(desk, stored_row(desk.home, ledger.receipt(desk.home, trust, dataset, load_id), source_row))


def record_lineage(scope: Scope, desk: Desk, trust: str, dataset: str, key: str) -> RowLineage:
    """The same of the row that holds a record now, named by its key."""
    scope.require_patients(trust)
    return _lineage(desk, row_of_key(desk.home, trust, dataset, key))


def _lineage(desk: Desk, row: StoredRow) -> RowLineage:
    one = row.receipt
    stood = any(load.dataset == one.dataset and load.load_id == one.load_id for load in _loads(desk, one.trust))
    tables: list[tuple[str, int, By]] = []
    numbers: list[NumberIn] = []
    untraced: list[str] = []
    found: dict[str, pa.Table] = {}
    for name in _tables_made_of(desk, one.dataset) if row.counts and stood else ():
        made = _made_of(desk, name, row) or _totals_of(desk, name, one.trust, found)
        if made is None:
            untraced.append(name)
            continue
        rows, by = made
        found[name] = rows
        if rows.num_rows:
            tables.append((name, rows.num_rows, by))
            numbers += _numbers(desk, name, rows, by)
    numbers.sort(key=lambda number: (number.measure.slug, number.period_kind, number.period_end))
    return RowLineage(row=row, is_in_snapshot=stood, tables=tuple(tables), untraced=tuple(untraced), numbers=tuple(numbers))


def _loads(desk: Desk, trust: str) -> Sequence:
    return desk.manifest.trusts[trust].loads if trust in desk.manifest.trusts else ()


def _tables_made_of(desk: Desk, dataset: str) -> list[str]:
    """The tables that a measure counts and that are made of the dataset."""
    every = [name for name in ("rtt_clocks", "rtt_waits", *facts()) if desk.has(name) and _measures(name)]
    return [name for name in every if dataset in datasets_behind([name])]


def _measures(table: str) -> tuple[Measure, ...]:
    if table == "rtt_clocks":
        return tuple(one for one in clock_measures() if not one.is_current_only)
    if table == "rtt_waits":
        return tuple(one for one in clock_measures() if one.is_current_only)
    return measures_of(table)


def _made_of(desk: Desk, name: str, row: StoredRow) -> tuple[pa.Table, By] | None:
    """The table's rows that were made of the row: those of its record, else those of its pathway; None where it names neither."""
    table = desk.table(name, trusts=[row.receipt.trust])
    table = table.filter(table.trust == row.receipt.trust)
    contract = contracts()[row.receipt.dataset]
    own = [part for part in contract.key if part != PATHWAY]
    key = {part: row.values.get(part) for part in contract.key if part in table.columns}
    is_whole = bool(own) and set(own) <= set(key) and all(key[part] is not None for part in own)
    if is_whole:
        return desk.rows(_where(table, {part: key[part] for part in own})), "record"
    # What a unit of work is grouped by (a session, a request) names it where the row's own key does not.
    group = contract.grouped_by
    for part in dict.fromkeys((group, PATHWAY)):
        if part in table.columns and row.values.get(part) is not None:
            return desk.rows(_where(table, {part: row.values[part]})), "record" if part != PATHWAY else "pathway"
    return None


def _totals_of(desk: Desk, name: str, trust: str, found: dict[str, pa.Table]) -> tuple[pa.Table, By] | None:
    """The totals in which the rows found before are counted; None of a table whose totals do not tell which."""
    total = _TOTALS.get(name)
    if total is None or total.of not in found:
        return None
    desk.lend(f"{_LENT}_parts", found[total.of])
    parts, table = desk.lent(f"{_LENT}_parts"), desk.table(name, trusts=[trust])
    table = table.filter(table.trust == trust)
    if not total.day:
        return desk.rows(table.semi_join(parts, total.same)), "total"
    is_counted = (table[total.same] == parts[total.same], table[total.day] >= parts.start_date)
    is_under_way = (table[total.day] < parts.end_date).fill_null(True)
    return desk.rows(table.semi_join(parts, [*is_counted, is_under_way])), "total"


def _where(table: Table, key: dict[str, object]) -> Table:
    return table.filter(reduce(and_, (table[name] == value for name, value in key.items())))


def _numbers(desk: Desk, name: str, rows: pa.Table, by: By) -> list[NumberIn]:
    """What each measure counts of these rows alone, week by week, month by month and on the day of the list."""
    lent = f"{_LENT}_{name}"
    desk.lend(lent, rows)
    measures = _measures(name)
    named: dict[str, list[Measure]] = {}
    for one in measures:
        named.setdefault(one.histogram or one.slug, []).append(one)
    return [
        NumberIn(
            measure=one, period_kind=row["period_kind"], period_end=row["period_end"], numerator=row["numerator"],
            denominator=row["denominator"], table=name, by=by,
        )
        for table in _counts(desk, name, measures, desk.lent(lent))
        for row in desk.rows(_over_bands(table)).to_pylist()
        for one in named[row["measure"]]
        if row["numerator"] or row["denominator"]
    ]  # fmt: skip


def _over_bands(table: Table) -> Table:
    """The counts of a table, those of a quantile as how many rows its bands hold."""
    return table.group_by("measure", "period_kind", "period_end").aggregate(
        numerator=table.numerator.sum(), denominator=table.denominator.sum()
    )


def _counts(desk: Desk, name: str, measures: Sequence[Measure], rows: Table) -> list[Table]:
    day, months = desk.as_of, months_in(WEEKS)
    if name == "rtt_waits":
        return current(measures, rows, day=day, by=("trust",))
    if name == "rtt_clocks":
        return evaluate(measures, rows, periods=[weeks_to(day, WEEKS), months_to(day, months), on_day(day)], by=("trust",))
    periods = [Running("week", day, WEEKS), Running("month", day, months), Running("now", day, 1)]
    return fact_counts(measures, rows, periods=periods, by=("trust",))
