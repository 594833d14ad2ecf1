"""The rows that hold after some loads, as one expression over the loads stacked on each other.

The loads that matter are counted from the base, the last full delivery that covers every row before it: it is 0, what came after
it 1, 2, ..., what came before it -1, -2, ... So the expression is the same from night to night, whatever was loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.contracts.contract import Contract
from clockstop.intake.columns import kept_columns
from clockstop.intake.folds import fold_of
from clockstop.intake.ledger import Receipt, folder
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home

NUMBER, BUCKET = "load_number", "row_key_bucket"
KEY = "row_key_"
# The keys of rows that were in the file and set aside: a full delivery does not withdraw their older versions.
PROTECTED = "protected.parquet"


@dataclass(frozen=True, kw_only=True)
class Stacked:
    """The loads that matter as tables of an engine; what there is none of is None.

    `first`: the base's rows; `others`: those of the other loads; `moved`: the keys that a load took to another bucket; `protected`:
    the keys that were in the file and set aside; `windows`: what the full deliveries after the base cover.
    """

    first: Table
    others: Table | None = None
    moved: Table | None = None
    protected: Table | None = None
    windows: pa.Table | None = None

    @property
    def tables(self) -> dict[str, Table | pa.Table]:
        """Those that there are, by name."""
        return {name: table for name, table in vars(self).items() if table is not None}


def stacked(home: Home, engine: DuckDBEngine, receipts: Sequence[Receipt], buckets: Sequence[int], *, prefix: str) -> Stacked:
    """The loads, given in their order, of which at least one is; `prefix` begins the names under which the engine reads them.

    Where the base and what follows it are folded (intake/folds.py), the fold stands in their place: it is 0.
    """
    base, fold = base_of(receipts), fold_of(home, receipts)
    if fold is not None and base < fold.length:
        numbers = dict(enumerate(receipts[fold.length :], start=1))
        beginning = [(fold.rows(bucket), {NUMBER: 0, BUCKET: bucket}) for bucket in buckets]
    else:
        numbers = {number: one for number, one in enumerate(receipts, start=-base) if number >= 0 or receipts[base].rows_protected}
        beginning = _kept(home, {0: receipts[base]}, buckets)
    later = {number: one for number, one in numbers.items() if number > 0}

    def over(name: str, parts: Sequence[tuple[Path, dict[str, int | str]]]) -> Table | None:
        if not parts:
            return None
        engine.stack(f"{prefix}_{name}", parts)
        return engine.named(f"{prefix}_{name}", schema=engine.schema(f"{prefix}_{name}"))

    first = over("first", beginning)
    assert first is not None
    return Stacked(
        first=first,
        others=over("others", _kept(home, {number: one for number, one in numbers.items() if number}, buckets)),
        moved=over("moved", _moved(home, numbers, buckets)),
        protected=over("protected", _protected(home, {number: one for number, one in numbers.items() if number >= 0})),
        windows=_windows(later),
    )


def base_of(receipts: Sequence[Receipt]) -> int:
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


def standing_rows(
    *,
    first: Table,
    others: Table | None = None,
    moved: Table | None = None,
    protected: Table | None = None,
    windows: Table | None = None,
    keys: Table | None = None,
    contract: Contract,
    has_record_id: bool,
) -> Table:
    """The rows that hold, with their keys. Only those with one of `keys`, where they are given.

    The winner of each key is chosen before any window is looked at: a version that a full delivery withdraws must not uncover
    the version that it had replaced.
    """
    plain = plain_key(contract, has_record_id)
    loads = [rows for rows in (first, others) if rows is not None]
    columns = _columns(contract, loads)
    tables = [_of_keys(keyed(_widened(rows, columns), contract, has_record_id), keys, plain) for rows in loads]
    dead = None if protected is None else keyed(protected, contract, has_record_id).select(*plain, NUMBER)
    rest = [_later(rows, dead, plain) for rows in tables[1:]]
    if moved is not None:
        rest.append(_tombstones(_of_keys(keyed(moved, contract, has_record_id), keys, plain), tables[0]))
    rows = _winners(tables[0], rest, [*plain, BUCKET])
    if windows is not None:
        rows = _without_missing(rows, windows, dead, contract, plain)
    return rows.filter(~rows.is_deleted).drop(NUMBER, "is_deleted")


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


def plain_key(contract: Contract, has_record_id: bool) -> list[str]:
    """The names of the columns that `keyed` adds."""
    return [f"{KEY}{place}" for place in range(1 if has_record_id else len(contract.key))]


def kept(bucket: int) -> str:
    """Where a load's kept rows of a bucket lie in its folder."""
    return f"kept/bucket-{bucket}.parquet"


def moved(bucket: int) -> str:
    """Where the keys that a load took out of a bucket lie in its folder."""
    return f"moved/bucket-{bucket}.parquet"


def _kept(home: Home, numbers: dict[int, Receipt], buckets: Sequence[int]) -> list[tuple[Path, dict[str, int | str]]]:
    return [
        (folder(home, one) / kept(bucket), {NUMBER: number, BUCKET: bucket, "source_load": one.load_id})
        for number, one in numbers.items()
        for bucket in buckets
    ]


def _moved(home: Home, numbers: dict[int, Receipt], buckets: Sequence[int]) -> list[tuple[Path, dict[str, int | str]]]:
    return [
        (folder(home, one) / moved(bucket), {NUMBER: number, BUCKET: bucket})
        for number, one in numbers.items()
        for bucket in buckets
        if moved(bucket) in one.files
    ]


def _protected(home: Home, numbers: dict[int, Receipt]) -> list[tuple[Path, dict[str, int | str]]]:
    return [(folder(home, one) / PROTECTED, {NUMBER: number}) for number, one in numbers.items() if one.rows_protected]


def _windows(later: dict[int, Receipt]) -> pa.Table | None:
    found = [(number, *one.window) for number, one in later.items() if one.delivery == "full" and one.window]
    if not found:
        return None
    kinds = (("window_number", pa.int32()), ("window_first", pa.date32()), ("window_last", pa.date32()))
    return pa.table({name: pa.array(values, kind) for (name, kind), values in zip(kinds, zip(*found, strict=True), strict=True)})


def _columns(contract: Contract, tables: Sequence[Table]) -> dict[str, object]:
    """The columns of any load, and those of the contract, which may be younger than a load; the contract says the type."""
    columns: dict[str, object] = {}
    for table in tables:
        columns.update({name: kind for name, kind in table.schema().items() if name not in columns})
    return columns | {name: ibis.dtype(kind) for name, kind in kept_columns(contract).items()}


def _widened(rows: Table, columns: dict[str, object]) -> Table:
    """The rows with every column of any load, in one order; what a load did not have is null."""
    return rows.select(
        **{name: rows[name].cast(kind) if name in rows.columns else ibis.null(kind) for name, kind in columns.items()}
    )


def _of_keys(rows: Table, keys: Table | None, plain: Sequence[str]) -> Table:
    return rows if keys is None else rows.semi_join(keys, list(plain))


def _later(rows: Table, protected: Table | None, plain: Sequence[str]) -> Table:
    """The loads after the base, and of those before it the rows that were in the base's file and set aside."""
    later = rows.filter(rows[NUMBER] > 0)
    if protected is None:
        return later
    of_base = protected.filter(protected[NUMBER] == 0).select(*plain).distinct()
    return later.union(rows.filter(rows[NUMBER] < 0).semi_join(of_base, list(plain)), distinct=False)


def _tombstones(keys: Table, like: Table) -> Table:
    """Deletions of the keys, with the columns of the rows."""
    values = {name: ibis.null(kind) for name, kind in like.schema().items()}
    values |= {name: keys[name] for name in keys.columns if name.startswith(KEY) or name == NUMBER}
    values |= {NUMBER: keys[NUMBER].cast(like[NUMBER].type()), "is_deleted": ibis.literal(True)}
    return keys.select(**{name: values[name] for name in like.columns})


def _winners(first: Table, rest: Sequence[Table], key: Sequence[str]) -> Table:
    """The last version of each key, deletions among them."""
    if not rest:
        return first
    others = ibis.union(*rest, distinct=False) if len(rest) > 1 else rest[0]
    # The base is large and the rest small: the keys of the rest are hashed, the base only passes by.
    unbeaten = first.anti_join(others.filter(others[NUMBER] >= 0), list(key))
    ranked = others.mutate(place_in_key=ibis.row_number().over(group_by=list(key), order_by=ibis.desc(NUMBER)))
    return unbeaten.union(ranked.filter(ranked.place_in_key == 0).drop("place_in_key"), distinct=False)


def _without_missing(rows: Table, windows: Table, protected: Table | None, contract: Contract, plain: Sequence[str]) -> Table:
    """The rows without those that a full delivery should hold and does not, nor holds in a row set aside."""
    day, key = contract.day(rows), [*plain, BUCKET]
    is_spoken_for = [rows[NUMBER] < windows.window_number, day >= windows.window_first, day <= windows.window_last]
    missing = rows.select(*key, NUMBER, contract.window).inner_join(windows, is_spoken_for)
    if protected is not None:
        dead = protected.select(*plain, window_number=protected[NUMBER].cast("int32"))
        missing = missing.anti_join(dead, [*plain, "window_number"])
    return rows.anti_join(missing.select(*key).distinct(), key)
