"""The rows behind a figure: those of the measure's own fact that a period counts, with what each adds to the figure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

import ibis
from ibis.expr import operations as ops
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.list_query import ListRow
from clockstop.answers.scope import Scope
from clockstop.answers.worklist import PLACES, ColumnKind, ListColumn
from clockstop.contracts import contracts
from clockstop.dates import month_end, month_start
from clockstop.errors import UnknownName
from clockstop.measures.dimensions import DIMENSIONS, UNKNOWN
from clockstop.measures.evaluate import flow_day, with_days_run
from clockstop.measures.fact_counts import rows_behind
from clockstop.measures.measure import Measure

Side = Literal["denominator", "numerator"]
PATIENT = ("patient_pathway_identifier", "local_patient_identifier")
# Never shown and never taken away: the hash of an NHS number, what only the machine reads, and what says where a row lies.
HIDDEN = frozenset({"nhs_number_pseudonym", "person_birth_date", "trust", "row_place", "bucket", "clock_event", "first_of_pathway"})
PAGE_SIZE = 50
ADDS = {"adds_numerator": "Adds to the numerator", "adds_denominator": "Adds to the denominator"}


@dataclass(frozen=True)
class RowsAsked:
    """Which rows: the figure's period by its last day, its place or other cut, and the side of it."""

    period_kind: str
    period_end: date
    where: tuple[tuple[str, str], ...] = ()
    side: Side = "denominator"
    page: int = 1

    @property
    def first(self) -> date:
        """The first day of the period."""
        if self.period_kind == "week":
            return self.period_end - timedelta(days=6)
        return month_start(self.period_end) if self.period_kind == "month" else self.period_end


@dataclass(frozen=True)
class RowsPage:
    """One page of the rows; the totals are of all of them. `columns` are all that the rows have, `shown` those of the page."""

    measure: Measure
    rows: tuple[ListRow, ...]
    columns: tuple[ListColumn, ...]
    shown: tuple[ListColumn, ...]
    has_patients: bool
    total: int
    numerator: float
    denominator: float
    page: int
    page_size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.page_size))


def tells_of_patients(desk: Desk, measure: Measure) -> bool:
    """Whether the rows are patients': then each look at them is recorded. So it is at rows that are not known."""
    name = _table_of(measure)
    return not desk.has(name) or any(column in desk.table(name).columns for column in PATIENT)


def measure_rows(scope: Scope, desk: Desk, measure: Measure, asked: RowsAsked) -> RowsPage:
    """One page of the rows behind a figure, of trusts whose patients the reader may see: a session's row tells of few people too.

    `UnknownName` where the snapshot lacks the fact, or where the figure is one of today's list alone and another day is asked for.
    """
    found = _rows(scope, desk, measure, asked)
    columns = _columns(found, measure)
    sums = desk.rows(
        found.aggregate(total=found.count(), numerator=found.adds_numerator.sum(), denominator=found.adds_denominator.sum())
    ).to_pylist()[0]
    part = _ordered(found, measure).limit(PAGE_SIZE, offset=(asked.page - 1) * PAGE_SIZE)
    return RowsPage(
        measure=measure,
        rows=tuple(_as_rows(desk, part, columns)),
        columns=columns,
        shown=_shown(found, measure, columns),
        has_patients=tells_of_patients(desk, measure),
        total=sums["total"],
        numerator=sums["numerator"] or 0.0,
        denominator=sums["denominator"] or 0.0,
        page=asked.page,
    )


def every_row(scope: Scope, desk: Desk, measure: Measure, asked: RowsAsked) -> tuple[tuple[ListColumn, ...], list[ListRow]]:
    """All the rows with all their columns, for what is taken away."""
    found = _rows(scope, desk, measure, asked)
    columns = _columns(found, measure)
    return columns, list(_as_rows(desk, _ordered(found, measure), columns))


def _table_of(measure: Measure) -> str:
    if not measure.is_of_clocks:
        return measure.table
    return "rtt_waits" if measure.is_current_only else "rtt_clocks"


def _rows(scope: Scope, desk: Desk, measure: Measure, asked: RowsAsked) -> Table:
    name = _table_of(measure)
    if measure.kind == "quantile" or not desk.has(name):
        raise UnknownName(
            f"There are no rows to show behind {measure.title}.",
            where=f"Snapshot {desk.snapshot_id} has no such rows." if not desk.has(name) else "It is read from bands of waits.",
            do="See the measure's own page.",
        )
    if measure.is_current_only and asked.period_end != desk.as_of:
        raise UnknownName(
            f"{measure.title} is known of today's list alone.", where=f"{asked.period_end}.", do=f"Ask for {desk.as_of}."
        )
    rows = scope.patients(desk.table(name))
    rows = _within(rows, dict(asked.where))
    found = _of_clocks(measure, rows, asked) if measure.counted in ("by end date", "by start date") else rows
    found = rows_behind(measure, found, first=asked.first, last=asked.period_end)
    return found.filter(found[f"adds_{asked.side}"] != 0)


def _of_clocks(measure: Measure, rows: Table, asked: RowsAsked) -> Table:
    """Of RTT's clocks, those that were the trust's own on the day that counts (as in measures/evaluate.py)."""
    if not measure.is_of_clocks:
        return rows
    rows = with_days_run(rows.filter(flow_day(rows, measure.counted).notnull()))
    return rows.filter(rows.start_date <= ibis.date(asked.period_end))


def _within(rows: Table, where: Mapping[str, str]) -> Table:
    for name, value in where.items():
        held = rows[name].cast("string").fill_null(UNKNOWN) if name in rows.columns else ibis.literal(UNKNOWN)
        rows = rows.filter(held == value)
    return rows


def _columns(rows: Table, measure: Measure) -> tuple[ListColumn, ...]:
    """Every column that may be shown, in an order that reads: whose row, where, what the measure reads, and the rest."""
    names = [name for name in rows.columns if name not in HIDDEN and name not in ADDS]
    first = [*PATIENT, "division", "service", "site", *_read_by(measure, rows)]
    order = [name for name in dict.fromkeys([*first, *names]) if name in names]
    return (
        *(_column(rows, name) for name in order),
        *(ListColumn(name=name, heading=words, kind="number") for name, words in ADDS.items()),
    )


def _shown(rows: Table, measure: Measure, columns: tuple[ListColumn, ...]) -> tuple[ListColumn, ...]:
    """The columns of the page: who, where, and what the measure reads; all others leave with the rows."""
    kept = {"patient_pathway_identifier", "service", "adds_numerator", *_read_by(measure, rows)}
    if not any(name in rows.columns for name in PATIENT):
        kept |= {name for name in list(rows.columns)[:6] if name not in HIDDEN}
    return tuple(column for column in columns if column.name in kept)


def _read_by(measure: Measure, rows: Table) -> list[str]:
    """The columns that the measure reads: its day, then those of its two sides, and its weight."""
    day = {"by start date": "start_date", "by end date": "end_date"}.get(measure.counted, measure.day)
    sides = (rows.bind(side)[0].op() for side in (measure.numerator, measure.denominator))
    read = [field.name for side in sides for field in side.find(ops.Field, filter=ops.Value)]
    waits = ["start_date", "end_date"] if measure.counted == "at census" else []
    wanted = dict.fromkeys([*([day] if day else []), *waits, *read, *([measure.weight] if measure.weight else [])])
    return [name for name in wanted if name in rows.columns and name not in HIDDEN]


def _column(rows: Table, name: str) -> ListColumn:
    dimension = DIMENSIONS.get(name)
    title = dimension.title if dimension else _heading(name)
    titles = {} if name in PLACES else (dimension.titles if dimension else {}) or codes_of().get(name, {})
    return ListColumn(name=name, heading=title, kind=_kind(rows, name), titles=titles, is_identifying=name in PATIENT)


def _kind(rows: Table, name: str) -> ColumnKind:
    kind = rows[name].type()
    if name == "service":
        return "service"
    if kind.is_boolean():
        return "truth"
    if kind.is_timestamp():
        return "instant"
    if kind.is_date():
        return "date"
    if kind.is_numeric():
        return "minutes" if name.endswith("_minutes") else "number"
    return "text"


def _heading(name: str) -> str:
    """The column in words.

    >>> _heading("is_late_start"), _heading("days_waited"), _heading("end_date")
    ('Late start', 'Days waited', 'End date')
    """
    words = name.removeprefix("is_").removeprefix("has_").replace("_", " ")
    return words[:1].upper() + words[1:]


@cache
def codes_of() -> dict[str, dict[str, str]]:
    """The words of each code, by the column of whatever dataset has it."""
    return {column.name: dict(column.codes) for contract in contracts().values() for column in contract.columns if column.codes}


def _ordered(rows: Table, measure: Measure) -> Table:
    names = [*_read_by(measure, rows)[:1], *PATIENT, *(name for name in rows.columns if name.endswith("_identifier"))]
    return rows.order_by(*dict.fromkeys(name for name in names if name in rows.columns))


def _as_rows(desk: Desk, rows: Table, columns: tuple[ListColumn, ...]) -> Iterator[ListRow]:
    about = ("trust", "division", "service", "site", *PATIENT)
    missing = {name: ibis.null("string") for name in about if name not in rows.columns}
    held = desk.rows(rows.mutate(**missing).select(*dict.fromkeys([*about, *(column.name for column in columns)])))
    for batch in held.to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            values = {column.name: row[column.name] for column in columns}
            yield ListRow(**{name: row[name] for name in about}, breach_date=None, days_to_breach=None, values=values)


def period_end_of(kind: str, day: date) -> date:
    """The last day of the period that holds the day.

    >>> period_end_of("month", date(2026, 11, 3)), period_end_of("week", date(2026, 11, 3)), period_end_of("now", date(2026, 11, 3))
    (datetime.date(2026, 11, 30), datetime.date(2026, 11, 8), datetime.date(2026, 11, 3))
    """
    if kind == "week":
        return day + timedelta(days=6 - day.weekday())
    return month_end(day) if kind == "month" else day
