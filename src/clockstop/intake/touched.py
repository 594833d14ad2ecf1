"""Which pathways a trust's loads since the last snapshot have touched: rows new, late, corrected, moved, missing or withdrawn.

A row stands or falls with the loads that hold its key and with the full deliveries whose window holds its day. So the pathways
that can have changed are those of every row that shares a key with a load that came or went, or lies in such a load's window.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.contracts.contract import Contract
from clockstop.intake import ledger, signatures
from clockstop.intake.bucket_files import path_of
from clockstop.intake.inputs import DATASETS, TrustInputs
from clockstop.intake.ledger import Receipt
from clockstop.intake.merged import Part
from clockstop.intake.standing_rows import KEY, PROTECTED, base_of, kept, keyed
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest

PATHWAY = "patient_pathway_identifier"
# Above this share of a trust's pathways building everything costs no more than finding and replacing parts.
MOST = 0.25


def _base_of(receipts: Sequence[Receipt]) -> str:
    """The load from which on loads matter."""
    return receipts[base_of(receipts)].load_id


@dataclass(frozen=True)
class Loads:
    """The loads of one dataset that stood when the snapshot before was built, and that stand now."""

    before: tuple[Receipt, ...]
    now: tuple[Receipt, ...]

    @property
    def every(self) -> tuple[Receipt, ...]:
        """Both, each once, in the order in which the later wins."""
        return tuple(sorted({one.load_id: one for one in (*self.before, *self.now)}.values(), key=lambda one: one.load_id))

    @property
    def changed(self) -> tuple[Receipt, ...]:
        """Those that came since, and those withdrawn since."""
        both = {one.load_id for one in self.before} & {one.load_id for one in self.now}
        return tuple(one for one in self.every if one.load_id not in both)

    @property
    def has_record_id(self) -> bool:
        return any(one.has_record_id for one in self.every)

    @property
    def is_alike(self) -> bool:
        """Whether keys are read alike, and the same load is the first that matters, before and now."""
        if not self.changed or not self.before or not self.now:
            return True
        return _base_of(self.before) == _base_of(self.now) and any(one.has_record_id for one in self.before) == any(
            one.has_record_id for one in self.now
        )


@dataclass(frozen=True)
class Touched:
    """The pathways of a trust whose rows can have changed since the snapshot before, and of which datasets keys are record ids.

    The engine holds the pathways too, as `touched_pathways`, and the keys of all their rows in each dataset.
    """

    pathways: pa.Array
    has_record_id: dict[str, bool]

    def of(self, engine: DuckDBEngine, dataset: str) -> Part:
        """What of a dataset is to be merged anew."""
        keys = engine.named(f"touched_keys_{dataset}")
        return Part(engine.named("touched_pathways"), keys, self.has_record_id[dataset])


def touched(home: Home, engine: DuckDBEngine, before: Manifest, inputs: TrustInputs) -> Touched | None:
    """The pathways that the loads touched; None where that cannot be told, or they are too many."""
    loads = _loads(home, before, inputs)
    if loads is None or not all(one.is_alike for one in loads.values()):
        return None
    found = [table for name, one in loads.items() if one.changed for table in _found(home, engine, contracts()[name], one)]
    if not found:
        return Touched(pa.array([], pa.string()), {})
    engine.keep("touched_pathways", reduce(lambda left, right: left.union(right), found).distinct())
    pathways = engine.rows(engine.named("touched_pathways").order_by(PATHWAY))[PATHWAY].combine_chunks()
    if len(pathways) > MOST * before.trusts[inputs.trust].rows.get("rtt_pathways", 0):
        return None
    for name, one in loads.items():
        if one.now:
            rows = _keyed(home, engine, contracts()[name], one.now, one.has_record_id)
            keys = [column for column in rows.columns if column.startswith(KEY)]
            mine = rows.semi_join(engine.named("touched_pathways"), PATHWAY)
            engine.keep(f"touched_keys_{name}", mine.select(keys).distinct())
    return Touched(pathways, {name: one.has_record_id for name, one in loads.items()})


def _loads(home: Home, before: Manifest, inputs: TrustInputs) -> dict[str, Loads] | None:
    """The loads before and now, None where the snapshot before was not built from what it names, by this code."""
    if inputs.trust not in before.trusts or inputs.is_kept:
        return None
    known = {(one.dataset, one.load_id): one for one in ledger.loads(home, inputs.trust)}
    named = [known.get((one.dataset, one.load_id)) for one in before.trusts[inputs.trust].loads]
    if None in named:
        return None
    loads = {
        name: Loads(
            tuple(sorted((one for one in named if one.dataset == name), key=lambda one: one.load_id)),
            tuple(inputs.receipts_of(name)),
        )
        for name in DATASETS
    }
    for bucket in range(BUCKETS):
        file = before.file(path_of("rtt_events", inputs.trust, bucket))
        signed = signatures.of_receipts(home, inputs.trust, bucket, [one.before for one in loads.values()])
        if file is None or file.signature != signed:
            return None
    return loads


def _found(home: Home, engine: DuckDBEngine, contract: Contract, loads: Loads) -> Iterable[Table]:
    """The pathways of rows that share a key with a load that changed, or lie in the window of one."""
    rows = _keyed(home, engine, contract, loads.every, loads.has_record_id)
    keys = [column for column in rows.columns if column.startswith(KEY)]
    changed = [_keyed(home, engine, contract, loads.changed, loads.has_record_id).select(keys)]
    changed += [_keyed_files(engine, contract, files, loads.has_record_id).select(keys) for files in _beside(home, loads.changed)]
    yield rows.semi_join(reduce(lambda left, right: left.union(right), changed), keys).select(PATHWAY)
    for one in loads.changed:
        if one.delivery == "full" and one.window is not None:
            first, last = one.window
            yield rows.filter(contract.day(rows).between(ibis.literal(first), ibis.literal(last))).select(PATHWAY)


def _keyed(home: Home, engine: DuckDBEngine, contract: Contract, receipts: Sequence[Receipt], has_record_id: bool) -> Table:
    """Key, pathway and day of every kept row of the loads."""
    files = [ledger.folder(home, one) / kept(bucket) for one in receipts for bucket in range(BUCKETS)]
    rows = _keyed_files(engine, contract, files, has_record_id)
    return rows.select(*(column for column in rows.columns if column.startswith(KEY)), PATHWAY, contract.window)


def _beside(home: Home, receipts: Sequence[Receipt]) -> Iterable[list]:
    """The files of keys that lie beside the rows of the loads: those taken out of other buckets, and those of rows set aside."""
    moved = [ledger.folder(home, one) / name for one in receipts for name in one.files if name.startswith("moved/")]
    aside = [ledger.folder(home, one) / PROTECTED for one in receipts if one.rows_protected]
    return [files for files in (moved, aside) if files]


def _keyed_files(engine: DuckDBEngine, contract: Contract, files: Sequence, has_record_id: bool) -> Table:
    return keyed(engine.parquet(files), contract, has_record_id)
