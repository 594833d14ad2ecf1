"""Queries written once and kept: writing one out costs more than running it on a trust's day.

They are kept in the process and, where a folder is named, from one process to the next. What is kept is only ever a shortcut:
a file that is missing, damaged or of other code is written anew.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path

import ibis
import pyarrow as pa
from ibis.expr.operations import DatabaseTable
from ibis.expr.types import Table, Value

from clockstop.intake import signatures
from clockstop.store.engine import DuckDBEngine

# What a query says depends on its name, on what shapes it and on the columns of what it reads, never on the rows.
_WRITTEN: dict[str, tuple[str, ...]] = {}
_MOST = 1_000
# Stands for the as-of day while a query is written. No rule's date is near it, so that a date worked out from it is seen.
STAND_IN = date(2397, 11, 23)
# The same for the instant at which live facts show the state.
STAND_IN_AT = datetime(2397, 11, 23, 17, 47, 53)  # noqa: DTZ001 - local times carry no zone
_NEAR_STAND_IN = re.compile(r"\b239[0-9]\b")


def results(
    engine: DuckDBEngine,
    name: str,
    build: Callable[..., Sequence[Table]],
    *,
    shape: Hashable = (),
    as_of: date | None = None,
    at: datetime | None = None,
    kept_in: Path | None = None,
    seen_as: str = "",
    **inputs: Table | pa.Table,
) -> list[pa.Table]:
    """The rows of each table that `build(**inputs)` gives; `shape` is everything else that the query depends on.

    With `as_of`, `build` is given a day of that name to put into its expressions as it is: it must take no decision by it. With
    `at`, it is given an instant of that name, an Ibis timestamp.
    `kept_in`: the folder in which the queries are kept for other processes. `seen_as`: what the names of inputs begin with, in
    place of the query's name, where many queries read the same (`seen`).
    """
    queries = written(engine, name, build, shape=shape, as_of=as_of, at=at, kept_in=kept_in, seen_as=seen_as, **inputs)
    return [engine.run(query) for query in queries]


def written(
    engine: DuckDBEngine,
    name: str,
    build: Callable[..., Sequence[Table]],
    *,
    shape: Hashable = (),
    as_of: date | None = None,
    at: datetime | None = None,
    kept_in: Path | None = None,
    seen_as: str = "",
    **inputs: Table | pa.Table,
) -> list[str]:
    """The queries that `results` runs; until others of that name are written, the engine knows their inputs."""
    tables = {key: seen(engine, f"{seen_as or name}_{key}", table) for key, table in inputs.items()}
    columns = [(key, [(name, str(kind)) for name, kind in table.schema().items()]) for key, table in tables.items()]
    key = repr((_version(), engine.name, name, shape, as_of is not None, at is not None, columns))
    queries = _known(kept_in, key)
    if queries is None:
        queries = tuple(engine.sql(table) for table in build(**tables, **_days(as_of and STAND_IN, at and STAND_IN_AT)))
        if (as_of or at) and any(_NEAR_STAND_IN.search(_on(query, as_of, at)) for query in queries):
            return [engine.sql(table) for table in build(**tables, **_days(as_of, at))]
        _remember(kept_in, key, queries)
    return [_on(query, as_of, at) for query in queries]


def kept(
    engine: DuckDBEngine, name: str, write: Callable[[], Sequence[str]], *, shape: Hashable, kept_in: Path | None = None
) -> tuple[str, ...]:
    """The texts that `write` gives, which depend on `shape` alone; a day in them is `STAND_IN`, to be put in by `on_day`."""
    key = repr((_version(), engine.name, name, shape))
    texts = _known(kept_in, key)
    if texts is None:
        texts = tuple(write())
        _remember(kept_in, key, texts)
    return texts


def on_day(query: str, day: date) -> str:
    """A query that was written for `STAND_IN`, for this day."""
    return _on(query, day)


def _known(kept_in: Path | None, key: str) -> tuple[str, ...] | None:
    found = _WRITTEN.get(key) or _read(kept_in, key)
    if found is not None:
        _WRITTEN[key] = found
    return found


def _remember(kept_in: Path | None, key: str, texts: tuple[str, ...]) -> None:
    _keep(kept_in, key, texts)
    if len(_WRITTEN) > _MOST:
        _WRITTEN.clear()
    _WRITTEN[key] = texts


def _days(as_of: date | None, at: datetime | None) -> dict[str, date | Value]:
    days = {} if as_of is None else {"as_of": as_of}
    return days if at is None else {**days, "at": ibis.literal(at, type="timestamp(6)")}


def _on(query: str, as_of: date | None, at: datetime | None = None) -> str:
    """The query with the as-of day and the instant in the places of their stand-ins."""
    if as_of is not None:
        query = query.replace(_literal(STAND_IN), _literal(as_of))
    return query if at is None else query.replace(_instant(STAND_IN_AT), _instant(at))


def _literal(day: date) -> str:
    return f"MAKE_DATE({day.year}, {day.month}, {day.day})"


def _instant(at: datetime) -> str:
    return f"MAKE_TIMESTAMP({at.year}, {at.month}, {at.day}, {at.hour}, {at.minute}, {at.second}.{at.microsecond or 0})"


@cache
def _version() -> str:
    """Of the code that says what a query asks, and of the libraries that write it out."""
    return signatures.of(signatures.query_version(), *(version(name) for name in ("ibis-framework", "sqlglot", "duckdb")))


def _file(folder: Path, key: str) -> Path:
    return folder / _version() / f"{signatures.of(key)}.json"


def _read(folder: Path | None, key: str) -> tuple[str, ...] | None:
    """The queries kept for exactly this key, if they can be read."""
    if folder is None:
        return None
    try:
        kept = json.loads(_file(folder, key).read_text("utf-8"))
        return tuple(kept["queries"]) if kept["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(folder: Path | None, key: str, queries: Sequence[str]) -> None:
    """Keep the queries, whole or not at all, and let go of those of other code; a disk that refuses costs time alone."""
    if folder is None:
        return
    file = _file(folder, key)
    partial = file.with_name(f".partial-{os.getpid()}-{file.name}")
    with suppress(OSError):
        if not file.parent.is_dir():
            shutil.rmtree(folder, ignore_errors=True)
            file.parent.mkdir(parents=True)
        partial.write_text(json.dumps({"key": key, "queries": queries}), "utf-8")
        partial.replace(file)
    with suppress(OSError):
        partial.unlink(missing_ok=True)


def seen(engine: DuckDBEngine, name: str, table: Table | pa.Table) -> Table:
    """The table under a name that says nothing of the trust or bucket that it holds; one that has it already stays as it is."""
    if isinstance(table, Table) and isinstance(table.op(), DatabaseTable) and table.op().name == name:
        return table
    if isinstance(table, pa.Table):
        engine.lend(name, table)
        return engine.named(name, schema=ibis.Schema.from_pyarrow(table.schema))
    engine.view(name, table)
    return engine.named(name, schema=table.schema())
