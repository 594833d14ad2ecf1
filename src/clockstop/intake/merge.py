"""The rows that hold now: of each key the last load wins, and a full delivery withdraws what it should hold and does not."""

import hashlib
import json
from collections.abc import Sequence

from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.contracts.contract import Contract
from clockstop.intake import standing_rows
from clockstop.intake.ledger import Receipt, standing
from clockstop.intake.standing_rows import BUCKET, PROTECTED, base_of, kept, moved, plain_key
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home


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
