"""The patient tracking list: who is waiting, how long, who breaches next, and what changed."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers.desk import ROW_PLACE, Desk
from clockstop.answers.ptl_filters import CHANGES, SORTS, PtlFilters
from clockstop.answers.ptl_query import narrowed, ordered, with_notes
from clockstop.answers.scope import Scope
from clockstop.rules.rtt_bands import STANDARD_WEEKS, is_over_weeks

__all__ = ["CHANGES", "SORTS", "Change", "Changes", "PtlFilters", "PtlPage", "PtlRow", "changes", "consultants", "ptl", "ptl_rows"]

_NOTES = "pathway_notes"


@dataclass(frozen=True)
class PtlRow:
    """One open pathway with what people wrote about it. `weeks_waited` are completed weeks, for display only."""

    trust: str
    patient_pathway_identifier: str
    period_number: int
    local_patient_identifier: str | None
    division: str | None
    service: str | None
    site: str | None
    consultant: str | None
    priority: str | None
    is_admitted_pathway: bool | None
    start_date: date
    days_waited: int
    breach_date: date
    days_to_breach: int
    last_event_type: str | None
    last_event_date: date | None
    next_event_type: str | None
    next_event_date: date | None
    decided_to_admit_date: date | None
    tci_date: date | None
    procedure_priority_code: str | None
    last_pas_validation_date: date | None
    has_next_step: bool | None
    is_without_next_step: bool
    is_next_step_overdue: bool
    start_rule: str | None
    flags: str | None
    owner: str | None
    next_step: str | None
    next_step_date: date | None
    comment: str | None
    updated_at: object | None
    updated_by: str | None

    @property
    def weeks_waited(self) -> int:
        return self.days_waited // 7

    @property
    def odd_days(self) -> int:
        """The days beyond the completed weeks: 18 weeks and 3 days."""
        return self.days_waited % 7


@dataclass(frozen=True)
class PtlPage:
    """One page of the list. The counts are of every row that the filters leave, not of the page."""

    rows: tuple[PtlRow, ...]
    total: int
    without_next_step: int
    next_step_overdue: int
    over_18_weeks: int
    over_52_weeks: int
    breach_in_4_weeks: int
    page: int
    page_size: int
    as_of: date
    snapshot_id: str

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True)
class Change:
    """One kind of change since the earlier snapshot; `filters` lists the pathways behind the number."""

    kind: str
    title: str
    number: int
    filters: PtlFilters


@dataclass(frozen=True)
class Changes:
    """What moved since `previous_as_of`; empty where there is no snapshot of an earlier day."""

    as_of: date
    previous_as_of: date | None
    previous_id: str | None
    kinds: tuple[Change, ...]


_COLUMNS = tuple(item.name for item in fields(PtlRow))
_UNPAGED = {"page": 1, "page_size": 50}


def ptl(scope: Scope, desk: Desk, notes: pa.Table, filters: PtlFilters) -> PtlPage:
    """One page of the list as the filters ask for it, each row with its note as it stands at this instant.

    Both queries are compiled once for each question, and asked once as long as nobody writes a note: `notes` is then the very
    same table. It is lent to the queries, never copied into them.
    """
    return desk.kept_beside(notes, scope.clearance, filters, lambda: _asked(scope, desk, notes, filters))


def _asked(scope: Scope, desk: Desk, notes: pa.Table, filters: PtlFilters) -> PtlPage:
    desk.lend(_NOTES, notes)
    rows = desk.compiled_rows(("ptl page", scope.clearance, filters), lambda: _page(scope, desk, filters))
    whole = replace(filters, **_UNPAGED, sort="days_to_breach", direction="up")
    counts = desk.kept_beside(notes, scope.clearance, ("counts", whole), lambda: _counted(scope, desk, whole))
    return PtlPage(
        rows=tuple(PtlRow(**row) for row in rows.to_pylist()),
        page=filters.page,
        page_size=filters.page_size,
        as_of=desk.as_of,
        snapshot_id=desk.snapshot_id,
        **counts,
    )


def _counted(scope: Scope, desk: Desk, filters: PtlFilters) -> dict[str, int]:
    counts = desk.compiled_rows(
        ("ptl counts", scope.clearance, filters), lambda: _counts(narrowed(scope, desk, _notes(desk), filters))
    )
    return counts.to_pylist()[0]


def ptl_rows(scope: Scope, desk: Desk, notes: pa.Table, filters: PtlFilters) -> list[PtlRow]:
    """Every row of the list, in its order, for what is taken away."""
    desk.lend(_NOTES, notes)
    asked = replace(filters, **_UNPAGED)
    rows = desk.compiled_rows(
        ("ptl whole", scope.clearance, asked),
        lambda: ordered(narrowed(scope, desk, _notes(desk), asked), asked).select(*_COLUMNS),
    )
    return [PtlRow(**row) for batch in rows.to_batches(max_chunksize=10_000) for row in batch.to_pylist()]


def changes(scope: Scope, desk: Desk, where: Mapping[str, str]) -> Changes:
    """What moved on the lists of `where` since the newest snapshot of an earlier day, over the patients whom the reader may see."""
    earlier = desk.earlier
    if earlier is None:
        return Changes(desk.as_of, None, None, ())
    key = ("changes", scope.clearance, tuple(sorted(where.items())))
    kinds = desk.kept_answer(key, lambda: _changes(scope, desk, where))
    return Changes(desk.as_of, earlier.as_of, earlier.id, kinds)


def consultants(scope: Scope, desk: Desk, where: Mapping[str, str]) -> tuple[str, ...]:
    """The codes of the consultants of `where` with somebody waiting whom the reader may see."""
    key = ("consultants", scope.clearance, tuple(sorted(where.items())))
    return desk.kept_answer(key, lambda: _consultants(scope, desk, where))


def _consultants(scope: Scope, desk: Desk, where: Mapping[str, str]) -> tuple[str, ...]:
    codes = narrowed(scope, desk, None, PtlFilters(**where)).consultant
    return tuple(sorted(code for code in desk.rows(codes.as_table().distinct())["consultant"].to_pylist() if code))


def _changes(scope: Scope, desk: Desk, where: Mapping[str, str]) -> tuple[Change, ...]:
    asked = {kind: PtlFilters(**{**where, "change": kind}) for kind in CHANGES}
    lists = [
        narrowed(scope, desk, None, filters).aggregate(number=ibis._.count()).mutate(kind=ibis.literal(kind))
        for kind, filters in asked.items()
    ]
    numbers = {row["kind"]: row["number"] for row in desk.rows(ibis.union(*lists)).to_pylist()}
    return tuple(Change(kind, CHANGES[kind], numbers[kind], asked[kind]) for kind in CHANGES)


def _notes(desk: Desk) -> Table:
    return desk.lent(_NOTES)


def _page(scope: Scope, desk: Desk, filters: PtlFilters) -> Table:
    """The page's rows. Which they are is settled on few columns; the rest is fetched for them alone, by their places."""
    notes = _notes(desk)
    rows = narrowed(scope, desk, notes, filters)
    start = (filters.page - 1) * filters.page_size
    if filters.change:
        return ordered(rows, filters).limit(filters.page_size, offset=start).select(*_COLUMNS)
    chosen = ordered(rows, filters).limit(filters.page_size, offset=start).select(ROW_PLACE)
    fetched = with_notes(scope.patients(desk.table("rtt_waits")).semi_join(chosen, ROW_PLACE), notes, desk.as_of)
    return ordered(fetched, filters).select(*_COLUMNS)


def _counts(rows: Table) -> Table:
    return rows.aggregate(
        total=rows.count(),
        without_next_step=rows.count(where=rows.is_without_next_step),
        next_step_overdue=rows.count(where=rows.is_next_step_overdue),
        over_18_weeks=rows.count(where=is_over_weeks(rows.days_waited, STANDARD_WEEKS)),
        over_52_weeks=rows.count(where=is_over_weeks(rows.days_waited, 52)),
        breach_in_4_weeks=rows.count(where=rows.days_to_breach.between(0, 27)),
    )
