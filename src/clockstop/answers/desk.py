"""The desk at which questions are answered: the current snapshot, open, with one connection a thread."""

import threading
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import ibis
import pyarrow as pa
from ibis.expr.types import Table

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
    """One snapshot, open: its database in memory and the compiled queries that belong to it."""

    manifest: Manifest
    engine: DuckDBEngine
    queries: dict[Hashable, tuple[str, pa.Schema]] = field(default_factory=dict)
    answers: dict[Hashable, Any] = field(default_factory=dict)
    beside: dict[Hashable, tuple[object, dict[Hashable, Any]]] = field(default_factory=dict)


class Desk:
    """Reads the current snapshot of a home. Safe to share between threads; each gets its own connection.

    The pointer is looked at on every `refreshed()`, which the pages call once a request; within a request all answers come
    from one snapshot.
    """

    def __init__(self, home: Home, *, snapshot_id: str | None = None) -> None:
        self.home = home
        self._fixed_id = snapshot_id
        self._opened: _Opened | None = None
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
                self._opened = self._open(current)
        self._mine.opened = self._opened
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
        """Whether the snapshot has a table of that name."""
        return name in self.manifest.tables

    def table(self, name: str, *, bucket: int | None = None, trusts: Collection[str] | None = None) -> Table:
        """A table of the snapshot on this thread's connection; one bucket, of some trusts, where a single pathway is wanted."""
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

    def compiled_rows(self, key: Hashable, build: Callable[[], Table]) -> pa.Table:
        """The rows of `build()`, compiled once for each `key` in each snapshot; over files, once for each thread.

        `key` must hold everything that shapes the query, the scope too; what is lent (notes) is read afresh each time.
        """
        queries = self._seen().queries
        own = (threading.get_ident(), key)
        if key not in queries and own not in queries:
            if len(queries) > QUERIES_KEPT:
                queries.clear()
            question = build()
            sql = self._engine().sql(question)
            queries[own if _OF_THIS_THREAD in sql else key] = (sql, question.schema().to_pyarrow())
        sql, schema = queries[key] if key in queries else queries[own]
        return self._engine().run(sql).cast(schema)

    def kept_answer(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer to `key`, worked out once in each snapshot; for small answers that depend on nothing that people write."""
        answers = self._seen().answers
        if key not in answers:
            if len(answers) > QUERIES_KEPT:
                answers.clear()
            answers[key] = work_out()
        return answers[key]

    def kept_beside(self, thing: object, group: Hashable, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """The answer to `key`, worked out once as long as the group comes with the very same `thing`: what people wrote."""
        beside = self._seen().beside
        if group not in beside or beside[group][0] is not thing or len(beside[group][1]) > QUERIES_KEPT:
            beside[group] = (thing, {})
        answers = beside[group][1]
        if key not in answers:
            answers[key] = work_out()
        return answers[key]

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
        return self._mine.engine
