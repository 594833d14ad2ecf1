"""Folds loads together once enough of them have come."""

import shutil
from collections.abc import Sequence

from clockstop.contracts.contract import Contract
from clockstop.intake import standing_rows
from clockstop.intake.folds import KEYS, Fold, fold_names, fold_of, folds_of
from clockstop.intake.ledger import Receipt, folder, whole_folder
from clockstop.intake.queries import written
from clockstop.intake.standing_rows import BUCKET, base_of, kept, plain_key
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home
from clockstop.store.stacks import quoted

# So many loads may lie behind the last fold, and so many rows may be written for the next.
MOST_LOADS, MOST_ROWS = 8, 2_000_000
# A refresh that began before a fold came may still read the one before.
_KEPT = 2


def fold_up(home: Home, engine: DuckDBEngine, receipts: Sequence[Receipt], contract: Contract) -> None:
    """Fold these loads, given in their order, where enough have come since the last fold; the caller holds the writer's lock."""
    found = fold_of(home, receipts)
    has_record_id = any(one.has_record_id for one in receipts)
    done = found.length if found else 0
    if contract.grouped_by in contract.key and not has_record_id:
        # Of these no key ever moves: what came before the base is never looked at again.
        done = max(done, base_of(receipts))
    if len(receipts) - done < MOST_LOADS or sum(one.rows_kept for one in receipts[base_of(receipts) :]) > MOST_ROWS:
        return
    place = folds_of(home, receipts[0].trust, receipts[0].dataset)
    with whole_folder(place / fold_names(receipts)[-1]) as partial:
        loads = standing_rows.stacked(home, engine, receipts, range(BUCKETS), prefix=f"fold_{contract.name}").tables

        def build(**tables):
            rows = standing_rows.standing_rows(**tables, contract=contract, has_record_id=has_record_id)
            return [rows.drop(*plain_key(contract, has_record_id))]

        (sql,) = written(engine, f"fold_{contract.name}", build, shape=has_record_id, kept_in=home.queries, **loads)
        engine.hold("folded_rows", sql)
        for bucket in range(BUCKETS):
            engine.copy(f'SELECT * EXCLUDE ({BUCKET}), false AS is_deleted FROM folded_rows WHERE {BUCKET} = {bucket}',
                        partial / f"bucket-{bucket}.parquet")  # fmt: skip
        engine.copy(f"SELECT DISTINCT * FROM ({keys_sql(home, receipts, contract, found)})", partial / KEYS)
    others = sorted((one for one in place.iterdir() if one.is_dir()), key=lambda one: one.stat().st_mtime)
    for old in others[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def keys_sql(home: Home, receipts: Sequence[Receipt], contract: Contract, found: Fold | None) -> str:
    """The query of the keys of every row that any of the loads ever held, each with the bucket in which it lay."""
    names = [*contract.key, *(["record_id"] if any(one.has_record_id for one in receipts) else [])]
    parts = [f"SELECT * FROM read_parquet('{quoted(found.keys)}')"] if found else []
    for one in receipts[found.length if found else 0 :]:
        own = [name for name in names if name != "record_id" or one.has_record_id]
        for bucket in range(BUCKETS):
            if one.bucket_rows[bucket]:
                file = quoted(folder(home, one) / kept(bucket))
                parts.append(f"SELECT {', '.join(own)}, {bucket} AS bucket FROM read_parquet('{file}', hive_partitioning = false)")
    nothing = f"SELECT {', '.join(names)}, 0 AS bucket FROM read_parquet('{quoted(folder(home, receipts[-1]) / kept(0))}') LIMIT 0"
    return " UNION ALL BY NAME ".join([*parts, f"({nothing})"])
