"""Keys that come more than once in a file: the last good row wins, and what becomes of the others."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table
from numpy.typing import NDArray

from clockstop.intake.cells import Rulebook
from clockstop.intake.check import PSEUDONYM
from clockstop.intake.queries import kept
from clockstop.intake.read import SOURCE_ROW
from clockstop.intake.set_aside import SCHEMA
from clockstop.intake.spill import IS_BAD, Spill
from clockstop.store.engine import DuckDBEngine

NONE = pa.schema({SOURCE_ROW: pa.int64(), "code": pa.string(), "winner": pa.int64(), IS_BAD: pa.bool_()}).empty_table()
_ROW, _KEY = "duplicate_row", "duplicate_key"


def repeated(hashes: Sequence[NDArray[np.uint64]]) -> list[NDArray[np.bool_]] | None:
    """Of each piece, which rows have a key that may stand in another row too; None where there are none. 0 is no key."""
    ordered = np.sort(np.concatenate([np.zeros(0, np.uint64), *hashes]))
    twice = np.unique(ordered[1:][(ordered[1:] == ordered[:-1]) & (ordered[1:] != 0)])
    return [np.isin(one, twice) for one in hashes] if len(twice) else None


def write_candidates(spill: Spill, masks: Sequence[NDArray[np.bool_]], file: Path) -> None:
    """Write the spilled rows of these places as one file."""
    writer = None
    for number, mask in enumerate(masks):
        done = 0
        for batch in spill.of_piece(number):
            rows = batch.filter(pa.array(mask[done : done + len(batch)]))
            done += len(batch)
            table = pa.table({name: plain(rows[name]) for name in rows.schema.names})
            writer = writer or pq.ParquetWriter(file, table.schema)
            writer.write_table(table)
    assert writer is not None, "there are rows to be looked at"
    writer.close()


def losers(engine: DuckDBEngine, file: Path, rules: Rulebook) -> pa.Table:
    """The rows whose key a later good row has, in the order of the file: `source_row`, `code`, `winner`, `is_bad`."""
    rows, key = engine.parquet(file), list(rules.key)
    keyed = rows.filter(reduce(and_, (rows[name].notnull() for name in key)))
    keys = keyed.group_by(key).aggregate(rows_of_key=keyed.count(), winner=keyed[SOURCE_ROW].max(where=~keyed.is_bad))
    engine.keep("repeated", keys.filter((keys.rows_of_key > 1) & keys.winner.notnull()))
    losing = rows.inner_join(engine.named("repeated"), key).filter(lambda both: both[SOURCE_ROW] < both.winner)
    own = [*rules.columns, *rules.contract.offsets, PSEUDONYM]
    winners = rows.select(winner_row=rows[SOURCE_ROW], **{f"winner_{name}": rows[name] for name in own})
    both = losing.inner_join(winners, losing.winner == winners.winner_row)
    same = reduce(and_, (both[name].identical_to(both[f"winner_{name}"]) for name in own))
    found = both.select(SOURCE_ROW, code=(same & ~both.is_bad).ifelse(_ROW, _KEY), winner=both.winner, is_bad=both.is_bad)
    return engine.rows(found.order_by(SOURCE_ROW)).cast(NONE.schema)


def reasons(losing: pa.Table, *, key: Sequence[str]) -> pa.Table:
    """One reason for each loser, in the words of a row set aside: `reason`, `column`, `found`."""
    column = pa.repeat(pa.scalar(key[-1], pa.string()), losing.num_rows)
    return pa.table(
        {SOURCE_ROW: losing[SOURCE_ROW], "reason": losing["code"], "column": column, "found": losing["winner"].cast(pa.string())}
    )


def sentences(key: Sequence[str]) -> dict[tuple[str, str], str]:
    """What is said of a loser."""
    return {
        (_ROW, key[-1]): "the same row stands in row {}, which was kept",
        (_KEY, key[-1]): "another version stands in row {}, which was kept",
    }


def with_reasons(engine: DuckDBEngine, file: Path, losing: pa.Table, *, key: Sequence[str]) -> Table:
    """The bad rows of a file, those that also lose with that reason beside their own."""
    engine.lend("losing", reasons(losing, key=key))
    rows, more = engine.parquet(file), engine.named("losing")
    both = rows.left_join(more, SOURCE_ROW, rname="more_{name}")
    lists = {"reasons": both.reason, "columns": both.column, "found": both.more_found}
    wider = {name: both.reason.isnull().ifelse(both[name], both[name].concat(ibis.array([one]))) for name, one in lists.items()}
    return both.mutate(**wider).select(SCHEMA.names)


def protected(
    engine: DuckDBEngine, bad: Sequence[pa.Table], guessed: Sequence[pa.Table], key: Sequence[str], *, kept_in: Path | None = None
) -> pa.Table:
    """The readable keys of rows set aside that none of the engine's `good_rows` has."""
    tables = {name: pa.concat_tables(keys) for name, keys in (("bad_keys", bad), ("guessed_keys", guessed)) if keys}
    for name, rows in tables.items():
        engine.lend(name, rows)
    schemas = {name: ibis.Schema.from_pyarrow(rows.schema) for name, rows in tables.items()}
    good = engine.schema("good_rows")
    shape = (tuple(key), repr(schemas), repr(good))
    (query,) = kept(engine, "protected", lambda: [_protected(engine, schemas, good, key)], shape=shape, kept_in=kept_in)
    return engine.run(query)


def _protected(engine: DuckDBEngine, schemas: Mapping[str, ibis.Schema], good: ibis.Schema, key: Sequence[str]) -> str:
    found = []
    for name, schema in schemas.items():
        rows = engine.named(name, schema=schema)
        typed = rows.select(**{column: rows[column].try_cast(good[column]) for column in rows.columns})
        found.append(typed.filter(reduce(and_, (typed[column].notnull() for column in key))))
    keys = found[0].union(found[1], distinct=True) if len(found) > 1 else found[0].distinct()
    return engine.sql(keys.anti_join(engine.named("good_rows", schema=good), list(key)))


def plain(values: pa.Array) -> pa.Array:
    """The values without a dictionary."""
    return values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
