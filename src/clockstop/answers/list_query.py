"""A worklist as its filters ask for it: one page with the counts of the whole, or every row to be taken away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import BooleanValue, Table, Value

from clockstop.answers.desk import Desk
from clockstop.answers.list_filters import ListFilters, bound_of
from clockstop.answers.ptl_query import behind, next_steps, said, with_notes
from clockstop.answers.scope import Scope
from clockstop.answers.worklist import PLACES, Worklist
from clockstop.errors import UnknownName
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.evaluate import truth_of
from clockstop.measures.fact_counts import rows_behind

_NOTES = "pathway_notes"
_NOTED = (
    "owner",
    "next_step",
    "next_step_date",
    "comment",
    "updated_at",
    "updated_by",
    "is_without_next_step",
    "is_next_step_overdue",
)
_PERSON = ("patient_pathway_identifier", "local_patient_identifier")


@dataclass(frozen=True)
class ListRow:
    """One row of a list, with what people wrote about its pathway. `values` are the list's own columns, by name."""

    trust: str
    division: str | None
    service: str | None
    site: str | None
    patient_pathway_identifier: str | None
    local_patient_identifier: str | None
    breach_date: date | None
    days_to_breach: int | None
    values: dict[str, Any]
    owner: str | None = None
    next_step: str | None = None
    next_step_date: date | None = None
    comment: str | None = None
    updated_at: datetime | None = None
    updated_by: str | None = None
    is_without_next_step: bool = False
    is_next_step_overdue: bool = False


@dataclass(frozen=True, kw_only=True)
class ListCounts:
    """What a filtered list comes to: `every` row and each of its `groups`; of the chosen group `total` and the next steps."""

    total: int
    every: int
    groups: dict[str, int]
    without_next_step: int
    next_step_overdue: int


@dataclass(frozen=True, kw_only=True)
class ListPage(ListCounts):
    """One page of a list, with the counts of the whole."""

    listed: Worklist
    rows: tuple[ListRow, ...]
    page: int
    page_size: int
    as_of: date
    snapshot_id: str
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.page_size))


def is_kept(desk: Desk, listed: Worklist) -> bool:
    """Whether the snapshot has the table of the list: a trust sent what it is made of."""
    return desk.has(listed.table)


def worklist(scope: Scope, desk: Desk, notes: pa.Table, listed: Worklist, filters: ListFilters) -> ListPage:
    """One page of the list as the filters ask for it, each row with its note as it stands at this instant.

    Compiled once for each question and asked once as long as nobody writes a note, as the RTT list is.
    """
    key = (listed.slug, scope.clearance, filters)
    return desk.kept_beside(notes, ("list", scope.clearance), key, lambda: _asked(scope, desk, notes, listed, filters))


def worklist_rows(scope: Scope, desk: Desk, notes: pa.Table, listed: Worklist, filters: ListFilters) -> Iterator[ListRow]:
    """Every row of the list, in its order, for what is taken away."""
    desk.lend(_NOTES, notes)
    key = ("list whole", listed.slug, scope.clearance, filters.but(page_size=50))
    rows = desk.compiled_rows(key, lambda: _chosen(_ordered(_grouped(scope, desk, listed, filters), listed, filters), listed))
    return (_row(row, listed) for batch in rows.to_batches(max_chunksize=10_000) for row in batch.to_pylist())


def list_counts(scope: Scope, desk: Desk, notes: pa.Table, listed: Worklist, filters: ListFilters) -> ListCounts:
    """The counts of the list as the filters leave it, asked once as long as nobody writes a note."""
    whole = filters.whole()
    key = ("counts", listed.slug, scope.clearance, whole)
    return desk.kept_beside(notes, ("list", scope.clearance), key, lambda: _counted(scope, desk, notes, listed, whole))


def _counted(scope: Scope, desk: Desk, notes: pa.Table, listed: Worklist, whole: ListFilters) -> ListCounts:
    desk.lend(_NOTES, notes)
    key = ("list counts", listed.slug, scope.clearance, whole)
    found = desk.compiled_rows(key, lambda: _counts(scope, desk, listed, whole)).to_pylist()[0]
    groups = {group.slug: found.pop(f"group_{place}") for place, group in enumerate(listed.groups)}
    return ListCounts(groups=groups, **found)


def number_of(scope: Scope, desk: Desk, listed: Worklist) -> int | None:
    """How many rows the reader's list has before any filter; None where the snapshot has no such table."""
    if not is_kept(desk, listed):
        return None

    def counted() -> int:
        rows = _on_the_list(scope, desk, listed)
        return desk.rows(rows.aggregate(number=rows.count()))["number"][0].as_py()

    return desk.kept_answer(("list number", listed.slug, scope.clearance), counted)


def _asked(scope: Scope, desk: Desk, notes: pa.Table, listed: Worklist, filters: ListFilters) -> ListPage:
    desk.lend(_NOTES, notes)
    reach = scope.clearance
    start = (filters.page - 1) * filters.page_size

    def shown() -> Table:
        rows = _ordered(_grouped(scope, desk, listed, filters), listed, filters)
        return _chosen(rows.limit(filters.page_size, offset=start), listed)

    rows = desk.compiled_rows(("list page", listed.slug, reach, filters), shown)
    return ListPage(
        **vars(list_counts(scope, desk, notes, listed, filters)),
        listed=listed,
        rows=tuple(_row(row, listed) for row in rows.to_pylist()),
        page=filters.page,
        page_size=filters.page_size,
        as_of=desk.day_of(listed.table),
        snapshot_id=desk.snapshot_id,
        choices=_choices(scope, desk, listed, filters),
    )


def _on_the_list(scope: Scope, desk: Desk, listed: Worklist) -> Table:
    """The rows of the list, of trusts whose patients the reader may see: a session's row, too, tells of the few people in it."""
    rows = scope.patients(desk.table(listed.table))
    rows = rows.mutate(as_of_date=rows.at.date() if desk.is_live(listed.table) else ibis.date(desk.as_of))
    return rows if listed.where is None else rows.filter(truth_of(rows, listed.where))


def _narrowed(scope: Scope, desk: Desk, listed: Worklist, filters: ListFilters) -> Table:
    """The rows that the filters leave, whatever group is chosen, each with its note."""
    rows = _on_the_list(scope, desk, listed)
    found = [rows[name] == value for name, value in filters.where.items() if name in rows.columns]
    found += [truth for name, value in filters.chosen for truth in _is_chosen(rows, listed, name, value)]
    found += [_is_within(rows[name], end, bound) for name, end, bound in filters.ranges if name in rows.columns]
    rows = _noted(rows.filter(*found) if found else rows, desk, listed)
    if listed.has_notes:
        stands = next_steps(rows, filters.has_next_step, filters.owner) + said(rows, filters.text, filters.search)
        rows = rows.filter(*stands) if stands else rows
    return _behind(rows, desk, listed, filters.measure) if filters.measure else rows


def _grouped(scope: Scope, desk: Desk, listed: Worklist, filters: ListFilters) -> Table:
    rows = _narrowed(scope, desk, listed, filters)
    return rows.filter(_in_group(rows, listed, filters)) if filters.group else rows


def _noted(rows: Table, desk: Desk, listed: Worklist) -> Table:
    """The rows with the person's numbers, whether something is booked, and the note."""
    missing = {name: ibis.null("string") for name in _PERSON if name not in rows.columns}
    if listed.booked is not None:
        missing["has_next_step"] = truth_of(rows, listed.booked)
    elif "has_next_step" not in rows.columns:
        missing["has_next_step"] = ibis.literal(False)
    rows = rows.mutate(**missing)
    return with_notes(rows, desk.lent(_NOTES) if listed.has_notes else None, desk.day_of(listed.table))


def _is_chosen(rows: Table, listed: Worklist, name: str, value: str) -> list[BooleanValue]:
    if name not in rows.columns:
        return []
    kind = next(one.kind for one in listed.filters if one.column == name)
    if kind == "truth":
        return [rows[name].fill_null(False) == (value == "yes")]
    return [(rows[name].cast("string") == value).fill_null(False)]


def _is_within(column: Value, end: str, bound: str) -> BooleanValue:
    """Whether a number or a day lies within a bound; false where the bound is not of its kind."""
    value = bound_of(bound)
    limit = ibis.date(value) if isinstance(value, date) else ibis.literal(value)
    if isinstance(value, date) != (column.type().is_date() or column.type().is_timestamp()):
        return ibis.literal(False)
    within = column.date() if column.type().is_timestamp() else column
    return ((within >= limit) if end == "from" else (within <= limit)).fill_null(False)


def _behind(rows: Table, desk: Desk, listed: Worklist, asked: str) -> Table:
    measure = measure_of(asked.removesuffix(":numerator"))
    if measure.table != listed.table and not (measure.is_of_clocks and listed.table == "rtt_waits"):
        raise UnknownName(
            f"{measure.title} is not counted from this list.",
            where=f"It counts {measure.table}; the list {listed.name} shows {listed.table}.",
            do="Open the list from the measure's own page.",
        )
    if measure.is_of_clocks:
        return behind(rows, desk, asked)
    side = "adds_numerator" if asked.endswith(":numerator") else "adds_denominator"
    found = rows_behind(measure, rows, first=desk.as_of, last=desk.as_of)
    return found.filter(found[side] != 0)


def _in_group(rows: Table, listed: Worklist, filters: ListFilters) -> BooleanValue:
    return truth_of(rows, next(group.truth for group in listed.groups if group.slug == filters.group))


def _counts(scope: Scope, desk: Desk, listed: Worklist, filters: ListFilters) -> Table:
    rows = _narrowed(scope, desk, listed, filters)
    is_in = _in_group(rows, listed, filters) if filters.group else ibis.literal(True)
    groups = {f"group_{place}": rows.count(where=truth_of(rows, group.truth)) for place, group in enumerate(listed.groups)}
    return rows.aggregate(
        total=rows.count(where=is_in),
        every=rows.count(),
        without_next_step=rows.count(where=is_in & rows.is_without_next_step),
        next_step_overdue=rows.count(where=is_in & rows.is_next_step_overdue),
        **groups,
    )


def _ordered(rows: Table, listed: Worklist, filters: ListFilters) -> Table:
    """The rows in the order asked for, nulls last, those alike by the list's key so that a page never repeats a row."""
    asked = [("-" if filters.direction == "down" else "") + filters.sort] if filters.sort else list(listed.order)
    names = [name for name in asked if name.lstrip("-") in rows.columns]
    keys = [rows[name[1:]].desc(nulls_first=False) if name[0] == "-" else rows[name].asc(nulls_first=False) for name in names]
    used = {name.lstrip("-") for name in names}
    return rows.order_by(*keys, *(rows[name] for name in listed.key if name not in used and name in rows.columns))


def _chosen(rows: Table, listed: Worklist) -> Table:
    """The columns of a row; those that the snapshot's table has not are empty."""
    breach = {"breach_date": listed.breach.date, "days_to_breach": listed.breach.days} if listed.breach else {}
    wanted = {name: name for name in (*PLACES, *_PERSON, *_NOTED)} | breach
    wanted |= {f"own_{place}": column.name for place, column in enumerate(listed.columns)}
    return rows.select(**{name: rows[column] if column in rows.columns else ibis.null("string") for name, column in wanted.items()})


def _row(row: dict[str, Any], listed: Worklist) -> ListRow:
    own = {column.name: row.pop(f"own_{place}") for place, column in enumerate(listed.columns)}
    return ListRow(**{"breach_date": None, "days_to_breach": None} | row, values=own)


def _choices(scope: Scope, desk: Desk, listed: Worklist, filters: ListFilters) -> dict[str, tuple[str, ...]]:
    """What can be chosen of each column: its values on the list of these places."""
    key = ("list choices", listed.slug, scope.clearance, tuple(sorted(filters.where.items())))
    return desk.kept_answer(key, lambda: _found_choices(scope, desk, listed, filters))


def _found_choices(scope: Scope, desk: Desk, listed: Worklist, filters: ListFilters) -> dict[str, tuple[str, ...]]:
    rows = _on_the_list(scope, desk, listed)
    for name, value in filters.where.items():
        rows = rows.filter(rows[name] == value) if name in rows.columns else rows
    asked = [one for one in listed.filters if one.kind == "choice" and not one.choices and one.column in rows.columns]
    return {one.column: _values(desk, rows[one.column].cast("string")) for one in asked}


def _values(desk: Desk, column: Value) -> Sequence[str]:
    return tuple(sorted(value for value in desk.rows(column.name("value").as_table().distinct())["value"].to_pylist() if value))
