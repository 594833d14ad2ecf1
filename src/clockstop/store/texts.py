"""Texts handed to an engine's connection as a table of its own."""

import pyarrow as pa

from clockstop.store.engine import DuckDBEngine

# More texts than these are lent as Arrow rows: a million values handed over one by one would take a second.
MANY = 20_000


def take_texts(engine: DuckDBEngine, name: str, texts: pa.Array, *, text: str, place: str) -> None:
    """Copy texts, each with its place among them, into a table of this connection, in place of what the name held.

    Few are handed over as values, many as lent Arrow rows.
    """
    connection = engine.connection
    connection.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" ("{text}" VARCHAR, "{place}" BIGINT)')
    if len(texts) > MANY:
        engine.lend(f"{name}_lent", pa.table({text: texts, place: pa.array(range(len(texts)))}))
        connection.execute(f'INSERT INTO temp."{name}" SELECT * FROM "{name}_lent"')
        return
    values = texts.to_pylist()
    rows = "SELECT unnest($1::VARCHAR[]), unnest(range($2::BIGINT))"
    connection.execute(f'INSERT INTO temp."{name}" {rows}', [values, len(values)])
