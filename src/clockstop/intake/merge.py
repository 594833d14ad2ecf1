"""The rows that hold now: of each key the last load wins, and a full delivery withdraws what it should hold and does not."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.contracts.contract import Contract
from clockstop.intake import standing_rows
from clockstop.intake.ledger import Receipt, folder, standing
from clockstop.intake.standing_rows import BUCKET, KEY, PROTECTED, base_of, kept, keyed, moved, plain_key
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home


@dataclass(frozen=True)
class Difference:
    """What a load changes against the rows that held before it."""

    new: int
    changed: int
    unchanged: int
    withdrawn: int


def current_rows(home: Home, engine: DuckDBEngine, trust: str, dataset: str, bucket: int) -> Table | None:
    """The rows of one bucket that hold now, with `source_load`; None where nothing has been loaded."""
    receipts, contract = standing(home, trust, dataset), contracts()[dataset]
    if not receipts:
        return None
    has_record_id = any(one.has_record_id for one in receipts)
    rows = _standing(
        home,
        engine,
        receipts,
        contract,
        buckets=[bucket],
        has_record_id=has_record_id,
        prefix=f"current_{trust}_{dataset}_{bucket}",
    )
    return rows.drop(*plain_key(contract, has_record_id), BUCKET)


def _standing(
    home: Home, engine: DuckDBEngine, receipts: Sequence[Receipt], contract: Contract, *, buckets: Sequence[int],
    has_record_id: bool, prefix: str,
) -> Table:  # fmt: skip
    """The rows that hold after the loads, with their keys."""
    loads = standing_rows.stacked(home, engine, receipts, buckets, prefix=prefix)
    tables = {name: table if isinstance(table, Table) else engine.memory(table) for name, table in loads.tables.items()}
    return standing_rows.standing_rows(**tables, contract=contract, has_record_id=has_record_id)


def signature(home: Home, trust: str, dataset: str, bucket: int) -> str:
    """A hash that changes whenever what `current_rows` gives could change."""
    return signature_of(standing(home, trust, dataset), bucket)


def signature_of(receipts: Sequence[Receipt], bucket: int) -> str:
    """The same of the loads given in their order."""
    base = base_of(receipts)
    parts = []
    for number, one in enumerate(receipts):
        if number < base and not receipts[base].rows_protected:
            continue
        rows, taken = one.files.get(kept(bucket)), one.files.get(moved(bucket))
        says_nothing = one.bucket_rows[bucket] == 0 and taken is None and one.delivery != "full"
        if not says_nothing:
            parts.append((one.load_id, rows, taken, one.files.get(PROTECTED), one.delivery, one.window_first, one.window_last))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def difference(
    home: Home, engine: DuckDBEngine, receipts: Sequence[Receipt], contract: Contract, one: Receipt, *, place: Path
) -> Difference:
    """What the load in `place`, not yet published, changes; writes beside its rows which keys it takes out of other buckets."""
    if not receipts:
        deleted = one.rows_deleted
        return Difference(new=one.rows_kept - deleted, changed=0, unchanged=deleted, withdrawn=0)
    losing = _write_moved(home, engine, receipts, contract, one, place=place)
    has_record_id = one.has_record_id or any(receipt.has_record_id for receipt in receipts)
    rows = _standing(home, engine, receipts, contract, buckets=range(BUCKETS), has_record_id=has_record_id, prefix="before")
    engine.view("standing_rows", rows)
    changed, unchanged, deleted, missing = _counts(engine, contract, one, has_record_id, place=place, losing=losing)
    idle_deletions = max(0, one.rows_deleted - deleted)
    return Difference(
        new=max(0, one.rows_kept - one.rows_deleted - changed - unchanged),
        changed=changed,
        unchanged=unchanged + idle_deletions,
        withdrawn=deleted + missing,
    )


def _write_moved(
    home: Home, engine: DuckDBEngine, receipts: Sequence[Receipt], contract: Contract, one: Receipt, *, place: Path
) -> set[int]:
    """Write the keys that lay in another bucket in any earlier load; the buckets that lose some.

    A key that names its group, such as the pathway, never moves.
    """
    if contract.grouped_by in contract.key and not one.has_record_id:
        return set()
    has_record_id = one.has_record_id or any(receipt.has_record_id for receipt in receipts)
    new = _keys([place], engine, contract, has_record_id).rename(new_bucket="bucket", is_deletion="is_deleted")
    old = _keys([folder(home, receipt) for receipt in receipts], engine, contract, has_record_id).drop("is_deleted")
    names = [name for name in old.columns if name.startswith(KEY)]
    taken = old.inner_join(new, names)
    taken = taken.filter(taken.bucket != taken.new_bucket)
    wanted = contract.key if not one.has_record_id else ("record_id", *contract.key)
    columns = {name: taken[name] for name in wanted}
    engine.keep("moved_keys", taken.select("bucket", "is_deletion", **columns).distinct())
    keys = engine.named("moved_keys")
    buckets = set(engine.rows(keys.select("bucket").distinct())["bucket"].to_pylist())
    for bucket in buckets:
        engine.write_parquet(keys.filter(keys.bucket == bucket).drop("bucket"), place / moved(bucket))
    return buckets


def _keys(folders: Sequence[Path], engine: DuckDBEngine, contract: Contract, has_record_id: bool) -> Table:
    """The keys of every kept row of these loads, with the bucket that each lies in."""
    files = [place / kept(bucket) for place in folders for bucket in range(BUCKETS)]
    rows = engine.parquet(files, file_column="bucket_file")
    rows = keyed(rows.mutate(bucket=rows.bucket_file.re_extract(r"bucket-([0-9]+)", 1).cast("int64")), contract, has_record_id)
    names = [name for name in rows.columns if name.startswith(KEY)]
    extra = {"record_id": rows.record_id if "record_id" in rows.columns else ibis.null("string")} if has_record_id else {}
    return rows.select(*names, "is_deleted", *contract.key, "bucket", **extra)


def _moved_counts(engine: DuckDBEngine, old: Table, moved: Table, key: Sequence[str]) -> tuple[int, int]:
    """How many of the rows that held are taken to another bucket, and how many of those to be deleted."""
    taken = old.select(*key).inner_join(moved, list(key))
    counts = engine.rows(taken.aggregate(all=taken.count(), deletions=taken.is_deletion.sum().fill_null(0))).to_pylist()[0]
    return counts["all"] - counts["deletions"], counts["deletions"]


def _counts(
    engine: DuckDBEngine, contract: Contract, one: Receipt, has_record_id: bool, *, place: Path, losing: set[int]
) -> tuple[int, int, int, int]:
    """Rows changed, unchanged, deleted and missing, over all buckets in one pass."""
    plain = plain_key(contract, has_record_id)
    old, key = engine.named("standing_rows"), [*plain, BUCKET]

    def read(name: str, files: dict[int, Path]) -> Table:
        engine.stack(name, [(file, {BUCKET: bucket}) for bucket, file in files.items()])
        return keyed(engine.named(name), contract, has_record_id)

    new = read("new_rows", {bucket: place / kept(bucket) for bucket in range(BUCKETS)})
    changed, unchanged, deleted = _matched_counts(engine, old, new, key, contract)
    taken = read("taken_keys", {bucket: place / moved(bucket) for bucket in sorted(losing)}) if losing else None
    if taken is not None:
        moved_rows, moved_deletions = _moved_counts(engine, old, taken, key)
        changed, deleted = changed + moved_rows, deleted + moved_deletions
    if one.delivery != "full" or one.window is None:
        return changed, unchanged, deleted, 0
    first, last = one.window
    missing = old.filter(contract.day(old).between(ibis.literal(first), ibis.literal(last))).anti_join(new, key)
    if one.rows_protected:
        missing = missing.anti_join(keyed(engine.parquet(place / PROTECTED), contract, has_record_id), plain)
    if taken is not None:
        missing = missing.anti_join(taken, key)
    return changed, unchanged, deleted, engine.rows(missing.aggregate(n=missing.count()))["n"][0].as_py()


def _matched_counts(engine: DuckDBEngine, old: Table, new: Table, key: Sequence[str], contract: Contract) -> tuple[int, int, int]:
    own = [column.name for column in contract.columns if not column.is_nhs_number]
    own += [*contract.offsets, "nhs_number_pseudonym"]
    both = new.select(*key, "is_deleted", *own).inner_join(old.select(*key, *own), list(key), rname="old_{name}")
    same = ibis.literal(True)
    for name in own:
        same = same & both[name].identical_to(both[f"old_{name}"])
    counted = both.aggregate(
        all=both.count(), same=(same & ~both.is_deleted).sum().fill_null(0), deleted=both.is_deleted.sum().fill_null(0)
    )
    counts = engine.rows(counted).to_pylist()[0]
    return counts["all"] - counts["same"] - counts["deleted"], counts["same"], counts["deleted"]
