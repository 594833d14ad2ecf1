"""The desk at which questions are answered: the current snapshot, open, with one connection a thread."""

import threading
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers import live_tables
from clockstop.answers.live_tables import LiveTables, Shown
from clockstop.errors import UnknownName
from clockstop.store import snapshots
from clockstop.store.engine import DuckDBEngine, open_engine
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest

# The list that people page through all day is held in memory: its page costs a third of the same page over Parquet.
HELD = ("rtt_waits",)
# The place of a row in what is held: a number by which a page's rows are fetched once it is settled which they are.
ROW_PLACE = "row_place"
QUERIES_KEPT = 2_000
# What the engine calls a file that it reads: a name that only the connection of that thread knows.
_OF_THIS_THREAD = "ibis_read_parquet"
Answer = TypeVar("Answer")


@dataclass
class _Opened:
    """One snapshot, open: its database in memory and the compiled queries that belong to it.

    What was asked of a live table is kept with the columns that it had, what was answered from one with its edition: a new state of
    now makes the answer old. None: no live table was read.
    """

    manifest: Manifest
    engine: DuckDBEngine
    queries: dict[Hashable, tuple[str, pa.Schema, Hashable]] = field(default_factory=dict)
    answers: dict[Hashable, tuple[str | None, Any]] = field(default_factory=dict)
    beside: dict[Hashable, tuple[object, dict[Hashable, tuple[str | None, Any]]]] = field(default_factory=dict)


class Desk:
    """Reads the current snapshot of a home. Safe to share between threads; each gets its own connection.

    The pointers are looked at on every `refreshed()`, which the pages call once a request; within a request all answers come
    from one snapshot and, of live tables, from one state of now of each trust.
    """

    def __init__(self, home: Home, *, snapshot_id: str | None = None) -> None:
        self.home = home
        self._fixed_id = snapshot_id
        self._opened: _Opened | None = None
        self._live: LiveTables | None = None
        self._lock = threading.Lock()
        self._mine = threading.local()

    def refreshed(self) -> "Desk":
        """This desk, opened anew where the pointer has moved."""
        current = self._fixed_id or snapshots.current(self.home)
        if current is None:
            raise UnknownName(
                "There is no snapshot yet.", where=str(self.home.snapshots), do="Load files, then run: clockstop refresh"
            )
        with self._lock:
            if self._opened is None or self._opened.manifest.id != current:
                self._opened, self._live = self._open(current), None
            named = () if self._fixed_id else live_tables.pointers(self.home)
            if self._live is None or self._live.pointers != named:
                self._live = live_tables.live_tables(self.home, self._opened.manifest, named)
            self._mine.opened, self._mine.live = self._opened, self._live
        return self

    def warm_up(self) -> None:
        """Open the snapshot and run one query, so that the first visitor does not wait for imports."""
        self.refreshed()
        self.rows(self.table("rtt_waits").limit(1))

    @property
    def manifest(self) -> Manifest:
        """What the open snapshot says of itself."""
        return self._seen().manifest

    @property
    def snapshot_id(self) -> str:
        return self.manifest.id

    @property
    def as_of(self) -> date:
        """The day at whose end the snapshot's waits were counted."""
        return self.manifest.as_of

    def has(self, name: str) -> bool:
        """Whether the snapshot, or a state of now beside it, has a table of that name."""
        return name in self.manifest.tables or name in self._live_seen().tables

    def is_live(self, name: str) -> bool:
        """Whether the table shows the state now: its rows have their own instant in `at`."""
        return name in self._live_seen().tables

    def day_of(self, name: str) -> date:
        """The day that a table speaks of: the snapshot's, of a live table the latest that any trust's state shows."""
        if not self.is_live(name):
            return self.as_of
        self._mine.reads_live = True
        return max((one.at[name].date() for one in self.shown.values() if name in one.at), default=self.as_of)

    @property
    def edition(self) -> str:
        """The name of the snapshot and the states of now that this request reads: another one whenever any of them is."""
        return self._live_seen().edition

    def edition_of(self, trusts: Iterable[str]) -> str:
        """The same of some trusts: another one only when what is shown of these could be another."""
        return live_tables.edition(self.manifest, {trust: self.shown[trust].state_id for trust in trusts})

    @property
    def shown(self) -> dict[str, Shown]:
        """What of each trust is shown as its state now."""
        return self._live_seen().shown

    def table(self, name: str, *, bucket: int | None = None, trusts: Collection[str] | None = None) -> Table:
        """A table of the snapshot on this thread's connection; one bucket, of some trusts, where a single pathway is wanted.

        Of a live table the rows that hold now, trust by trust the newer of snapshot and state of now.
        """
        if name in self._live_seen().tables:
            return self._live_table(name, trusts)
        if name in HELD and bucket is None and self.has(name):
            held = self._engine().named(name)
            return held if trusts is None else held.filter(held.trust.isin(sorted(trusts)))
        engine = self._engine()
        return snapshots.table(self.home, self.snapshot_id, name, bucket=bucket, trusts=trusts, engine=engine)

    def earlier_table(self, name: str) -> Table:
        """The same table of `earlier`, which must be there."""
        assert self.earlier is not None, "ask for `earlier` first"
        return snapshots.table(self.home, self.earlier.id, name, engine=self._engine())

    def rows(self, table: Table) -> pa.Table:
        """The expression's rows."""
        return self._engine().rows(table)

    def rows_within(self, table: Table, *, seconds: float) -> pa.Table:
        """The expression's rows; `UserError` where they take longer than that."""
        return self._engine().rows_within(table, seconds=seconds)

    def sql(self, table: Table) -> str:
        """The query of an expression, to be read by people."""
        return self._engine().sql(table)

    def compiled_rows(self, key: Hashable, build: Callable[[], Table]) -> pa.Table:
        """The rows of `build()`, compiled once for each `key` in each snapshot; over files, once for each thread.

        `key` must hold everything that shapes the query, the scope too; what is lent (notes) is read afresh each time.
        """
        queries = self._seen().queries
        own = (threading.get_ident(), key)
        found = queries.get(key) or queries.get(own)
        columns_now = self._live_seen().columns
        if found is None or found[2] not in (None, columns_now):
            if len(queries) > QUERIES_KEPT:
                queries.clear()
            question, is_of_now = self._watched(build)
            sql = self._engine().sql(question)
            found = (sql, question.schema().to_pyarrow(), columns_now if is_of_now else None)
            queries[own if _OF_THIS_THREAD in sql else key] = found
        sql, schema, columns = found
        self._mine.reads_live = self._reads_live() or columns is not None
        return self._engine().run(sql).cast(schema)

    def kept_answer(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer to `key`, worked out once in each snapshot; for small answers that depend on nothing that people write."""
        return self._kept(self._seen().answers, key, work_out)

    def kept_beside(self, thing: object, group: Hashable, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer to `key`, worked out once as long as the group comes with the very same `thing`: what people wrote."""
        beside = self._seen().beside
        if group not in beside or beside[group][0] is not thing or len(beside[group][1]) > QUERIES_KEPT:
            beside[group] = (thing, {})
        return self._kept(beside[group][1], key, work_out)

    def lend(self, name: str, rows: pa.Table) -> None:
        """Let this thread's next queries join a small Arrow table."""
        self._engine().lend(name, rows)

    def lent(self, name: str) -> Table:
        """What was lent under that name."""
        return self._engine().named(name)

    @property
    def earlier(self) -> Manifest | None:
        """The snapshot of the latest as-of day before this one's, the newest of that day; None where there is none."""
        return self.kept_answer("earlier snapshot", self._find_earlier)

    def _find_earlier(self) -> Manifest | None:
        every = (snapshots.manifest(self.home, snapshot_id) for snapshot_id in snapshots.all_snapshots(self.home))
        before = [one for one in every if one.as_of < self.as_of and one.built_at <= self.manifest.built_at]
        return max(before, key=lambda one: (one.as_of, one.built_at), default=None)

    def _kept(self, answers: dict[Hashable, tuple[str | None, Any]], key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer, worked out anew where it was worked out from a state of now that is no longer the one."""
        found = answers.get(key)
        if found is None or found[0] not in (None, self.edition):
            if len(answers) > QUERIES_KEPT:
                answers.clear()
            answer, is_of_now = self._watched(work_out)
            found = answers[key] = (self.edition if is_of_now else None, answer)
        self._mine.reads_live = self._reads_live() or found[0] is not None
        return found[1]

    def _watched(self, work_out: Callable[[], Answer]) -> tuple[Answer, bool]:
        """What is worked out, and whether a live table was read for it."""
        before, self._mine.reads_live = self._reads_live(), False
        try:
            answer = work_out()
            return answer, self._mine.reads_live
        finally:
            self._mine.reads_live = before or self._mine.reads_live

    def _reads_live(self) -> bool:
        return getattr(self._mine, "reads_live", False)

    def _live_seen(self) -> LiveTables:
        self._seen()
        return self._mine.live

    def _live_table(self, name: str, trusts: Collection[str] | None) -> Table:
        self._mine.reads_live = True
        schema = ibis.Schema.from_pyarrow(self._live_seen().tables[name].schema)
        table = self._engine().named(name, schema=schema)
        return table if trusts is None else table.filter(table.trust.isin(sorted(trusts)))

    def _open(self, snapshot_id: str) -> _Opened:
        manifest = snapshots.manifest(self.home, snapshot_id)
        engine = open_engine()
        for name in HELD:
            if name in manifest.tables:
                rows = snapshots.table(self.home, snapshot_id, name, engine=engine)
                engine.keep(name, rows.mutate(**{ROW_PLACE: ibis.row_number()}))
        return _Opened(manifest, engine)

    def _seen(self) -> _Opened:
        """The snapshot that this thread works on; the first question of a thread opens it."""
        opened = getattr(self._mine, "opened", None)
        if opened is None:
            self.refreshed()
            opened = self._mine.opened
        return opened

    def _engine(self) -> DuckDBEngine:
        opened = self._seen()
        if getattr(self._mine, "engine_of", None) is not opened:
            self._mine.engine, self._mine.engine_of = opened.engine.sibling(), opened
        if getattr(self._mine, "lent_live", None) is not self._mine.live:
            for name, rows in self._mine.live.tables.items():
                self._mine.engine.lend(name, rows)
            self._mine.lent_live = self._mine.live
        return self._mine.engine
