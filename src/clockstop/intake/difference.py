"""What a load changes against the rows that held before it, and which keys it takes out of other buckets."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from ibis.expr.types import Table

from clockstop.contracts.contract import Contract
from clockstop.intake import standing_rows
from clockstop.intake.folding import fold_up, keys_sql
from clockstop.intake.folds import fold_of
from clockstop.intake.ledger import Receipt
from clockstop.intake.queries import results
from clockstop.intake.standing_rows import BUCKET, PROTECTED, kept, keyed, moved, plain_key
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


def difference(
    home: Home, engine: DuckDBEngine, receipts: Sequence[Receipt], contract: Contract, one: Receipt, *, place: Path
) -> Difference:
    """What the load in `place`, not yet published, changes; writes beside its rows which keys it takes out of other buckets."""
    if not receipts:
        deleted = one.rows_deleted
        return Difference(new=one.rows_kept - deleted, changed=0, unchanged=deleted, withdrawn=0)
    fold_up(home, engine, receipts, contract)
    losing = _write_moved(home, engine, receipts, contract, one, place=place)
    changed, unchanged, deleted, missing = _counts(home, engine, receipts, contract, one, place=place, losing=losing)
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
    name = f"moved_{contract.name}"
    engine.see(f"{name}_old", keys_sql(home, receipts, contract, fold_of(home, receipts)))
    old = engine.named(f"{name}_old", schema=engine.schema(f"{name}_old"))
    engine.stack(f"{name}_new", [(place / kept(bucket), {"new_bucket": bucket}) for bucket in range(BUCKETS)])
    new = engine.named(f"{name}_new", schema=engine.schema(f"{name}_new"))
    build = partial(_taken, contract, has_record_id, one.has_record_id)
    shape = (has_record_id, one.has_record_id)
    (keys,) = results(engine, name, build, shape=shape, kept_in=home.queries, old=old, new=new)
    buckets = set(keys["bucket"].to_pylist())
    for bucket in buckets:
        rows = keys.filter(pc.equal(keys["bucket"], bucket)).drop_columns(["bucket"])
        (place / moved(bucket)).parent.mkdir(exist_ok=True)
        pq.write_table(rows, place / moved(bucket), compression="zstd")
    return buckets


def _taken(contract: Contract, has_record_id: bool, is_by_record: bool, *, old: Table, new: Table) -> list[Table]:
    """The keys of the new rows that lay in another bucket, and which of them are there to be deleted."""
    new = keyed(new, contract, has_record_id)
    names = plain_key(contract, has_record_id)
    new = new.select(*names, "new_bucket", is_deletion=new.is_deleted)
    taken = keyed(old, contract, has_record_id).inner_join(new, names)
    wanted = ("record_id", *contract.key) if is_by_record else contract.key
    columns = {name: taken[name] if name in taken.columns else ibis.null("string") for name in wanted}
    taken = taken.filter(taken.bucket != taken.new_bucket)
    return [taken.select("bucket", "is_deletion", **columns).distinct()]


def _counts(
    home: Home,
    engine: DuckDBEngine,
    receipts: Sequence[Receipt],
    contract: Contract,
    one: Receipt,
    *,
    place: Path,
    losing: set[int],
) -> tuple[int, int, int, int]:
    """Rows changed, unchanged, deleted and missing, over all buckets."""
    has_record_id = one.has_record_id or any(receipt.has_record_id for receipt in receipts)
    name = f"difference_{contract.name}"

    def read(key: str, files: dict[int, Path]) -> Table:
        engine.stack(f"{name}_{key}", [(file, {BUCKET: bucket}) for bucket, file in files.items()])
        return engine.named(f"{name}_{key}", schema=engine.schema(f"{name}_{key}"))

    inputs = standing_rows.stacked(home, engine, receipts, range(BUCKETS), prefix=name).tables
    inputs["new"] = read("new", {bucket: place / kept(bucket) for bucket in range(BUCKETS)})
    if losing:
        inputs["taken"] = read("taken", {bucket: place / moved(bucket) for bucket in sorted(losing)})
    if one.delivery == "full" and one.window is not None:
        inputs["covers"] = pa.table({"first": pa.array([one.window[0]]), "last": pa.array([one.window[1]])})
        inputs |= {"aside": engine.parquet(place / PROTECTED)} if one.rows_protected else {}
    build = partial(_difference, contract, has_record_id)
    counted = results(engine, name, build, shape=has_record_id, kept_in=home.queries, **inputs)
    counts = {key: int(value) for table in counted for key, value in table.to_pylist()[0].items()}
    changed = counts["matched"] - counts["same"] - counts["deleted"] + counts.get("moved", 0) - counts.get("moved_deletions", 0)
    return changed, counts["same"], counts["deleted"] + counts.get("moved_deletions", 0), counts.get("missing", 0)


def _difference(
    contract: Contract, has_record_id: bool, *, new: Table, taken: Table | None = None, aside: Table | None = None,
    covers: Table | None = None, **loads: Table,
) -> list[Table]:  # fmt: skip
    """The rows of a load that match those that held, those taken to another bucket, and those that it should have and does not."""
    plain = plain_key(contract, has_record_id)
    key = [*plain, BUCKET]
    old = standing_rows.standing_rows(**loads, contract=contract, has_record_id=has_record_id)
    new = keyed(new, contract, has_record_id)
    taken = None if taken is None else keyed(taken, contract, has_record_id)
    found = [_matched(old, new, key, contract)]
    if taken is not None:
        found.append(_moved(old, taken, key))
    if covers is not None:
        day = contract.day(old)
        missing = old.semi_join(covers, [day >= covers.first, day <= covers.last]).anti_join(new, key)
        missing = missing if aside is None else missing.anti_join(keyed(aside, contract, has_record_id), plain)
        missing = missing if taken is None else missing.anti_join(taken, key)
        found.append(missing.aggregate(missing=missing.count()))
    return found


def _moved(old: Table, moved: Table, key: Sequence[str]) -> Table:
    """How many of the rows that held are taken to another bucket, and how many of those to be deleted."""
    taken = old.select(*key).inner_join(moved, list(key))
    return taken.aggregate(moved=taken.count(), moved_deletions=taken.is_deletion.sum().fill_null(0))


def _matched(old: Table, new: Table, key: Sequence[str], contract: Contract) -> Table:
    own = [column.name for column in contract.columns if not column.is_nhs_number]
    own += [*contract.offsets, "nhs_number_pseudonym"]
    both = new.select(*key, "is_deleted", *own).inner_join(old.select(*key, *own), list(key), rname="old_{name}")
    same = ibis.literal(True)
    for name in own:
        same = same & both[name].identical_to(both[f"old_{name}"])
    return both.aggregate(
        matched=both.count(), same=(same & ~both.is_deleted).sum().fill_null(0), deleted=both.is_deleted.sum().fill_null(0)
    )
