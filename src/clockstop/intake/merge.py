"""The rows that hold now: of each key the last load wins, and a full delivery withdraws what it should hold and does not."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
from ibis.expr.types import BooleanValue, Table

from clockstop.contracts import contracts
from clockstop.contracts.contract import Contract
from clockstop.intake.columns import kept_columns
from clockstop.intake.ledger import Receipt, folder, standing
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home

_NUMBER = "load_number"
KEY = "row_key_"
_KEY_BUCKET = f"{KEY}bucket"
# The keys of rows that were in the file and set aside: a full delivery does not withdraw their older versions.
PROTECTED = "protected.parquet"


@dataclass(frozen=True)
class Difference:
    """What a load changes against the rows that held before it."""

    new: int
    changed: int
    unchanged: int
    withdrawn: int


def current_rows(home: Home, engine: DuckDBEngine, trust: str, dataset: str, bucket: int) -> Table | None:
    """The rows of one bucket that hold now, with `source_load`; None where nothing has been loaded.

    The winner of each key is chosen before any window is looked at: a version that a full delivery withdraws must not uncover
    the version that it had replaced.
    """
    return rows_of(home, engine, standing(home, trust, dataset), contracts()[dataset], bucket)


@dataclass(frozen=True)
class Part:
    """Some pathways, and the keys of every row that any load has of them; `has_record_id` says of what form keys are."""

    pathways: Table
    keys: Table
    has_record_id: bool


def rows_of(
    home: Home, engine: DuckDBEngine, receipts: Sequence[Receipt], contract: Contract, bucket: int, *, part: Part | None = None
) -> Table | None:
    """The rows of one bucket that hold after these loads, given in their order; only of the pathways of `part` where given."""
    if not receipts:
        return None
    if part is None:
        loaded = _Loaded(home, engine, receipts, contract, bucket)
        return _standing_rows(loaded).drop(*loaded.key)
    loaded = _Loaded(home, engine, receipts, contract, bucket, has_record_id=part.has_record_id, keys=part.keys)
    return _standing_rows(loaded).drop(*loaded.key).semi_join(part.pathways, contract.grouped_by)


def _standing_rows(loaded: "_Loaded") -> Table:
    """The rows that hold after the loads, with their keys."""
    rows = _winners(loaded)
    for number, one in enumerate(loaded.receipts):
        if number > loaded.base and one.delivery == "full" and one.window:
            rows = _without_missing(rows, loaded, number, one)
    return rows.filter(~rows.is_deleted).drop(_NUMBER, "is_deleted")


def signature(home: Home, trust: str, dataset: str, bucket: int) -> str:
    """A hash that changes whenever what `current_rows` gives could change."""
    return signature_of(standing(home, trust, dataset), bucket)


def signature_of(receipts: Sequence[Receipt], bucket: int) -> str:
    """The same of the loads given in their order."""
    base = _base(receipts)
    parts = []
    for number, one in enumerate(receipts):
        if number < base and not receipts[base].rows_protected:
            continue
        rows, moved = one.files.get(kept(bucket)), one.files.get(_moved(bucket))
        says_nothing = one.bucket_rows[bucket] == 0 and moved is None and one.delivery != "full"
        if not says_nothing:
            parts.append((one.load_id, rows, moved, one.files.get(PROTECTED), one.delivery, one.window_first, one.window_last))
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def difference(
    home: Home, engine: DuckDBEngine, receipts: Sequence[Receipt], contract: Contract, one: Receipt, *, place: Path
) -> Difference:
    """What the load in `place`, not yet published, changes; writes beside its rows which keys it takes out of other buckets."""
    if not receipts:
        deleted = one.rows_deleted
        return Difference(new=one.rows_kept - deleted, changed=0, unchanged=deleted, withdrawn=0)
    moved = _write_moved(home, engine, receipts, contract, one, place=place)
    has_record_id = one.has_record_id or any(receipt.has_record_id for receipt in receipts)
    loaded = _Loaded(home, engine, receipts, contract, None, has_record_id=has_record_id)
    changed, unchanged, deleted, missing = _counts(loaded, one, place=place, moved=moved)
    idle_deletions = max(0, one.rows_deleted - deleted)
    return Difference(
        new=max(0, one.rows_kept - one.rows_deleted - changed - unchanged),
        changed=changed,
        unchanged=unchanged + idle_deletions,
        withdrawn=deleted + missing,
    )


class _Loaded:
    """The loads of one bucket as tables with a common key, and where the loads that still matter begin.

    Of all buckets at once where `bucket` is None: the bucket is then part of the key, since a key can move between them.
    """

    def __init__(
        self,
        home: Home,
        engine: DuckDBEngine,
        receipts: Sequence[Receipt],
        contract: Contract,
        bucket: int | None,
        *,
        has_record_id: bool | None = None,
        keys: Table | None = None,
    ) -> None:
        self.home, self.engine, self.receipts, self.contract, self.bucket = home, engine, receipts, contract, bucket
        self.base = _base(receipts)
        self.has_record_id = any(one.has_record_id for one in receipts) if has_record_id is None else has_record_id
        self.plain_key = [f"{KEY}{place}" for place in range(1 if self.has_record_id else len(contract.key))]
        self.keys = keys
        self.key = self.plain_key if bucket is not None else [*self.plain_key, _KEY_BUCKET]

    @property
    def buckets(self) -> Sequence[int]:
        return range(BUCKETS) if self.bucket is None else (self.bucket,)

    def rows(self, number: int) -> Table:
        """The kept rows of one load."""
        one = self.receipts[number]
        place = folder(self.home, one)
        rows = self.read([place / kept(bucket) for bucket in self.buckets])
        # A load may be older than a column of the contract.
        own = {name: ibis.null(kind) for name, kind in kept_columns(self.contract).items() if name not in rows.columns}
        own |= {"source_load": ibis.literal(one.load_id), _NUMBER: ibis.literal(number, type="int32")}
        return rows.mutate(**own)

    def read(self, files: Sequence[Path]) -> Table:
        """The rows of bucket files, keyed; those with one of `keys` alone where they are given."""
        if self.bucket is not None:
            rows = self.keyed(self.engine.parquet(files[0]))
            return rows if self.keys is None else rows.semi_join(self.keys, self.plain_key)
        rows = self.engine.parquet(files, file_column="bucket_file")
        rows = rows.mutate(**{_KEY_BUCKET: rows.bucket_file.re_extract(r"bucket-([0-9]+)", 1)}).drop("bucket_file")
        return self.keyed(rows)

    def keyed(self, rows: Table) -> Table:
        return keyed(rows, self.contract, self.has_record_id)

    def protected(self, number: int) -> Table | None:
        """The keys that were in the file and set aside."""
        one = self.receipts[number]
        if not one.rows_protected:
            return None
        return self.keyed(self.engine.parquet(folder(self.home, one) / PROTECTED)).select(*self.plain_key)

    def moved(self, number: int, like: Table) -> Table | None:
        """Tombstones for the keys that this load took to another bucket."""
        one = self.receipts[number]
        files = [folder(self.home, one) / _moved(bucket) for bucket in self.buckets if _moved(bucket) in one.files]
        if not files:
            return None
        keys = self.read(files)
        values = {name: ibis.null(kind) for name, kind in like.schema().items()}
        values |= {name: keys[name] for name in self.key}
        values |= {_NUMBER: ibis.literal(number, type="int32"), "is_deleted": ibis.literal(True)}
        return keys.select(**{name: values[name] for name in like.columns})


def keyed(rows: Table, contract: Contract, has_record_id: bool) -> Table:
    """The rows with their key in columns of one form: the source's record id where the mapping named one."""
    if not has_record_id:
        return rows.mutate(**{f"{KEY}{place}": rows[name] for place, name in enumerate(contract.key)})
    parts = [rows[name].cast("string").fill_null("") for name in contract.key if name in rows.columns]
    own = parts[0] if parts else ibis.literal("")
    for part in parts[1:]:
        own = own + "\t" + part
    own = ibis.literal("k") + own
    record = ibis.literal("r") + rows.record_id if "record_id" in rows.columns else ibis.null("string")
    return rows.mutate(**{f"{KEY}0": ibis.coalesce(record, own)})


def base_of(receipts: Sequence[Receipt]) -> str:
    """The load from which on loads matter: the last full delivery that covers every row loaded before it, else the first."""
    return receipts[_base(receipts)].load_id


def _base(receipts: Sequence[Receipt]) -> int:
    """The place of the last full delivery whose window covers every row loaded before it; 0 where there is none."""
    first = last = None
    base = 0
    for number, one in enumerate(receipts):
        is_whole = one.delivery == "full" and one.window_first and one.window_last
        if number and is_whole and (first is None or (one.window_first <= first and last <= one.window_last)):
            base = number
        if one.dates_first:
            first = min(first or one.dates_first, one.dates_first)
            last = max(last or one.dates_last, one.dates_last)
    return base


def _winners(loaded: _Loaded) -> Table:
    """The last version of each key, deletions among them."""
    first, later = loaded.rows(loaded.base), []
    protected = loaded.protected(loaded.base) if loaded.base else None
    earlier = (
        [loaded.rows(number).semi_join(protected, loaded.plain_key) for number in range(loaded.base)]
        if protected is not None
        else []
    )
    for number in range(loaded.base + 1, len(loaded.receipts)):
        later.append(loaded.rows(number))
    columns = _all_columns([first, *later, *earlier])
    first = _widened(first, columns)
    others = [_widened(one, columns) for one in [*earlier, *later]]
    numbers = [*(range(loaded.base) if protected is not None else []), *range(loaded.base, len(loaded.receipts))]
    others += [one for number in numbers if (one := loaded.moved(number, first)) is not None]
    if not others:
        return first
    rest = ibis.union(*others, distinct=False) if len(others) > 1 else others[0]
    # The base is large and the rest small: the keys of the rest are hashed, the base only passes by.
    unbeaten = first.anti_join(rest.filter(rest[_NUMBER] >= loaded.base), loaded.key)
    place = ibis.row_number().over(group_by=loaded.key, order_by=ibis.desc(_NUMBER))
    ranked = rest.mutate(place_in_key=place)
    return unbeaten.union(ranked.filter(ranked.place_in_key == 0).drop("place_in_key"), distinct=False)


def _without_missing(rows: Table, loaded: _Loaded, number: int, one: Receipt) -> Table:
    """The rows without those that a full delivery should hold and does not, nor holds in a row set aside."""
    speaks = _speaks_for(rows, loaded.contract, one) & (rows[_NUMBER] < number)
    protected = loaded.protected(number)
    if protected is None:
        return rows.filter(~speaks)
    return rows.filter(~speaks).union(rows.filter(speaks).semi_join(protected, loaded.plain_key), distinct=False)


def _speaks_for(rows: Table, contract: Contract, one: Receipt) -> BooleanValue:
    assert one.window is not None
    first, last = one.window
    return rows[contract.window].between(ibis.literal(first), ibis.literal(last)).fill_null(False)


def _all_columns(tables: Sequence[Table]) -> dict[str, object]:
    columns: dict[str, object] = {}
    for table in tables:
        columns.update({name: kind for name, kind in table.schema().items() if name not in columns})
    return columns


def _widened(rows: Table, columns: dict[str, object]) -> Table:
    """The rows with every column of any load, in one order; what a load did not have is null."""
    return rows.select(**{name: rows[name] if name in rows.columns else ibis.null(kind) for name, kind in columns.items()})


def kept(bucket: int) -> str:
    """Where a load's kept rows of a bucket lie in its folder."""
    return f"kept/bucket-{bucket}.parquet"


def _moved(bucket: int) -> str:
    return f"moved/bucket-{bucket}.parquet"


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
    moved = old.inner_join(new, names)
    moved = moved.filter(moved.bucket != moved.new_bucket)
    wanted = contract.key if not one.has_record_id else ("record_id", *contract.key)
    columns = {name: moved[name] for name in wanted}
    engine.keep("moved_keys", moved.select("bucket", "is_deletion", **columns).distinct())
    kept = engine.named("moved_keys")
    buckets = set(engine.rows(kept.select("bucket").distinct())["bucket"].to_pylist())
    for bucket in buckets:
        engine.write_parquet(kept.filter(kept.bucket == bucket).drop("bucket"), place / _moved(bucket))
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


def _counts(loaded: _Loaded, one: Receipt, *, place: Path, moved: set[int]) -> tuple[int, int, int, int]:
    """Rows changed, unchanged, deleted and missing, over all buckets in one pass."""
    engine, contract = loaded.engine, loaded.contract
    engine.view("standing_rows", _standing_rows(loaded))
    old = engine.named("standing_rows")
    new = loaded.read([place / kept(bucket) for bucket in range(BUCKETS)])
    changed, unchanged, deleted = _matched_counts(engine, old, new, loaded.key, contract)
    taken = loaded.read([place / _moved(bucket) for bucket in sorted(moved)]) if moved else None
    if taken is not None:
        moved_rows, moved_deletions = _moved_counts(engine, old, taken, loaded.key)
        changed, deleted = changed + moved_rows, deleted + moved_deletions
    if one.delivery != "full" or one.window is None:
        return changed, unchanged, deleted, 0
    missing = old.filter(_speaks_for(old, contract, one)).anti_join(new, loaded.key)
    if one.rows_protected:
        missing = missing.anti_join(loaded.keyed(engine.parquet(place / PROTECTED)), loaded.plain_key)
    if taken is not None:
        missing = missing.anti_join(taken, loaded.key)
    return changed, unchanged, deleted, engine.rows(missing.aggregate(n=missing.count()))["n"][0].as_py()


def _matched_counts(engine: DuckDBEngine, old: Table, new: Table, key: Sequence[str], contract: Contract) -> tuple[int, int, int]:
    own = [column.name for column in contract.columns if not column.is_nhs_number] + ["nhs_number_pseudonym"]
    both = new.select(*key, "is_deleted", *own).inner_join(old.select(*key, *own), list(key), rname="old_{name}")
    same = ibis.literal(True)
    for name in own:
        same = same & both[name].identical_to(both[f"old_{name}"])
    counted = both.aggregate(
        all=both.count(), same=(same & ~both.is_deleted).sum().fill_null(0), deleted=both.is_deleted.sum().fill_null(0)
    )
    counts = engine.rows(counted).to_pylist()[0]
    return counts["all"] - counts["same"] - counts["deleted"], counts["same"], counts["deleted"]
