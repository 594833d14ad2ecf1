"""The records that fail one data-quality rule, with what people wrote on their pathways and said of the records themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers.data_quality import ISSUES_TABLE
from clockstop.answers.desk import Desk
from clockstop.answers.pseudonymous import WITHHELD
from clockstop.answers.scope import Scope
from clockstop.contracts import contracts
from clockstop.intake.check import reason_words
from clockstop.intake.quality_door import SET_ASIDE
from clockstop.rules.quality import QualityRule

PAGE_SIZE = 50
OPEN, ANY = "", "any"
_PLAIN = ("trust", "division", "service", "site", "source_place", "consultant", "source_load", "owner", "state")
_NOTES, _ANSWERS = "pathway_notes", "quality_answers"
_NOTED = ("owner", "next_step", "next_step_date", "comment")
_PATHWAY = ("trust", "patient_pathway_identifier")
_RECORD = ("trust", "record")


@dataclass(frozen=True)
class RecordFilters:
    """Every way to narrow a rule's records; empty means no narrowing, but of `state`: those that nobody has answered.

    `state` may be fixed, accepted or any; `owner` is "-" for those that nobody owns; `past`: records of months gone too.
    """

    trust: str = ""
    division: str = ""
    service: str = ""
    site: str = ""
    source_place: str = ""
    consultant: str = ""
    source_load: str = ""
    owner: str = ""
    state: str = OPEN
    past: bool = False
    page: int = 1
    page_size: int = PAGE_SIZE

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "RecordFilters":
        """The filters of an address; what cannot be read is left out."""
        texts = {name: query.get(name, "").strip().replace("\0", "")[:200] for name in _PLAIN}
        page = query.get("page", "")
        number = max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1
        return cls(**texts, past=query.get("past") == "yes", page=number)

    def to_query(self) -> dict[str, str]:
        """The address of these filters: only what differs from nothing asked."""
        said = {name: getattr(self, name) for name in _PLAIN if getattr(self, name)}
        return said | ({"past": "yes"} if self.past else {}) | ({"page": str(self.page)} if self.page > 1 else {})

    def but(self, **changes: Any) -> "RecordFilters":
        """The same filters with some changed; the first page unless a page is named."""
        return replace(self, **{"page": 1, **changes})


@dataclass(frozen=True)
class RecordRow:
    """A record that fails: where and whose it is, what was found, and what people say of it."""

    trust: str
    record: str
    patient_pathway_identifier: str | None
    local_patient_identifier: str | None
    division: str | None
    service: str | None
    site: str | None
    source_place: str | None
    consultant: str | None
    day: date | None
    evidence: str
    source_load: str | None
    source_row: int | None
    is_current: bool
    is_at_door: bool
    owner: str | None
    next_step: str | None
    next_step_date: date | None
    comment: str | None
    state: str | None
    state_note: str | None
    answered_by: str | None


_COLUMNS = tuple(item.name for item in fields(RecordRow))


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """One page of the records, with the counts of all that the filters leave, and of each state whatever state is asked for."""

    rows: tuple[RecordRow, ...]
    total: int
    without_owner: int
    states: Mapping[str, int]
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True)
class Written:
    """What people wrote, as small tables to be joined: notes by pathway, answers by record of this rule."""

    notes: pa.Table
    answers: pa.Table


def record_page(scope: Scope, desk: Desk, written: Written, rule: QualityRule, filters: RecordFilters) -> RecordPage:
    """One page of a rule's failed records, of trusts whose patients the reader may see, the newest first."""
    every = _narrowed(scope, desk, written, rule, filters)
    rows = _of_state(every, filters.state)
    counted = desk.rows(every.group_by(state=every.state.fill_null(OPEN)).aggregate(number=every.count())).to_pylist()
    whole = desk.rows(rows.aggregate(total=rows.count(), without_owner=rows.owner.isnull().sum().fill_null(0))).to_pylist()[0]
    shown = desk.rows(_ordered(rows).limit(filters.page_size, offset=(filters.page - 1) * filters.page_size).select(*_COLUMNS))
    return RecordPage(
        rows=tuple(_row(row, rule) for row in shown.to_pylist()),
        total=whole["total"],
        without_owner=whole["without_owner"],
        states={row["state"]: row["number"] for row in counted},
        page=filters.page,
        page_size=filters.page_size,
    )


def records(scope: Scope, desk: Desk, written: Written, rule: QualityRule, filters: RecordFilters) -> list[RecordRow]:
    """Every record that the filters leave, for what is taken away."""
    rows = _of_state(_narrowed(scope, desk, written, rule, filters), filters.state)
    return [_row(row, rule) for row in desk.rows(_ordered(rows).select(*_COLUMNS)).to_pylist()]


def known_records(scope: Scope, desk: Desk, rule: QualityRule, trust: str, chosen: list[str]) -> list[str]:
    """Those of the chosen records that fail the rule in this snapshot, of a trust whose patients may be seen."""
    scope.require_identity(trust)
    rows = _failed(scope, desk, rule)
    rows = rows.filter(rows.trust == trust, rows.record.isin(chosen))
    found = set(desk.rows(rows.select("record").distinct())["record"].to_pylist())
    return [record for record in chosen if record in found]


def _row(row: Mapping[str, Any], rule: QualityRule) -> RecordRow:
    """The record, the reasons for which it was set aside in words: "patients: there cannot be fewer than none"."""
    if not row["is_at_door"] or row["evidence"] == WITHHELD:
        return RecordRow(**row)
    contract, said = contracts()[rule.dataset], []
    for reason in row["evidence"].removeprefix(SET_ASIDE).split("; "):
        column, _, code = reason.rpartition(": ")
        words = reason_words(code, contract)[0]
        said.append(f"{column.replace('_', ' ')}: {words[:1].lower()}{words[1:]}" if column else words)
    return RecordRow(**{**row, "evidence": "; ".join(said)})


def _failed(scope: Scope, desk: Desk, rule: QualityRule) -> Table:
    rows = scope.patients(desk.table(ISSUES_TABLE))
    return rows.filter(rows.dataset == rule.dataset, rows.rule == rule.slug)


def _narrowed(scope: Scope, desk: Desk, written: Written, rule: QualityRule, filters: RecordFilters) -> Table:
    desk.lend(_NOTES, written.notes)
    desk.lend(_ANSWERS, written.answers)
    rows = _failed(scope, desk, rule)
    if not filters.past:
        rows = rows.filter(rows.is_current)
    for name in ("trust", "division", "service", "site", "source_place", "consultant", "source_load"):
        if getattr(filters, name):
            rows = rows.filter(rows[name] == getattr(filters, name))
    notes = desk.lent(_NOTES).select(*_PATHWAY, *_NOTED)
    rows = rows.left_join(notes, _PATHWAY).drop(*(f"{name}_right" for name in _PATHWAY))
    answers = desk.lent(_ANSWERS).select(*_RECORD, "state", "state_note", "answered_by")
    rows = rows.left_join(answers, _RECORD).drop(*(f"{name}_right" for name in _RECORD))
    rows = rows.mutate(owner=rows.owner.nullif(""), next_step=rows.next_step.nullif(""))
    if filters.owner:
        rows = rows.filter(rows.owner.isnull() if filters.owner == "-" else rows.owner == filters.owner)
    return rows


def _of_state(rows: Table, state: str) -> Table:
    if state == ANY:
        return rows
    return rows.filter(rows.state.isnull() if state == OPEN else rows.state == state)


def _ordered(rows: Table) -> Table:
    return rows.order_by(ibis.desc(rows.day, nulls_first=False), rows.trust, rows.record, rows.evidence)
