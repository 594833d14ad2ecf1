"""Queries written once in a process: writing one out costs more than running it on a trust's day."""

from collections.abc import Callable, Hashable, Sequence

import pyarrow as pa
from ibis.expr.types import Table

from clockstop.store.engine import DuckDBEngine

# What a query says depends on its name, on what shapes it and on the columns of what it reads, never on the rows.
_WRITTEN: dict[Hashable, tuple[str, ...]] = {}
_MOST = 200


def results(
    engine: DuckDBEngine, name: str, build: Callable[..., Sequence[Table]], *, shape: Hashable = (), **inputs: Table | pa.Table
) -> list[pa.Table]:
    """The rows of each table that `build(**inputs)` gives; `shape` is everything else that the query depends on."""
    tables = {key: _given(engine, f"{name}_{key}", table) for key, table in inputs.items()}
    key = (name, shape, *((key, table.schema()) for key, table in tables.items()))
    if key not in _WRITTEN:
        if len(_WRITTEN) > _MOST:
            _WRITTEN.clear()
        _WRITTEN[key] = tuple(engine.sql(table) for table in build(**tables))
    return [engine.run(query) for query in _WRITTEN[key]]


def _given(engine: DuckDBEngine, name: str, table: Table | pa.Table) -> Table:
    """The table under a name that says nothing of the trust or bucket that it holds."""
    if isinstance(table, pa.Table):
        engine.lend(name, table)
    else:
        engine.view(name, table)
    return engine.named(name)
