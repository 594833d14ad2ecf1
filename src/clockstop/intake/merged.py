"""The rows of several buckets that hold now, gathered under one name.

What holds is one query, whose text does not depend on the loads that it reads (intake/standing_rows.py): written once, kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.contracts.contract import Contract
from clockstop.intake.ledger import Receipt
from clockstop.intake.queries import written
from clockstop.intake.standing_rows import BUCKET, plain_key, stacked, standing_rows
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home


@dataclass(frozen=True)
class Part:
    """Some pathways, and the keys of every row that any load has of them; `has_record_id` says of what form keys are."""

    pathways: Table
    keys: Table
    has_record_id: bool


def gather(
    engine: DuckDBEngine,
    home: Home,
    receipts: Sequence[Receipt],
    *,
    dataset: str,
    buckets: Sequence[int],
    name: str,
    part: Part | None = None,
    since: date | None = None,
    kept_in: Path | None = None,
) -> None:
    """Hold under `name` the rows of these buckets that hold after these loads, of which there is at least one.

    Only those of the pathways of `part`, where it is given, and those whose window is not before `since`. The query is `kept_in` a
    folder.
    """
    inputs = stacked(home, engine, receipts, buckets, prefix=f"merge_{dataset}").tables
    has_record_id = any(one.has_record_id for one in receipts)
    if part is not None:
        inputs |= {"keys": part.keys, "pathways": part.pathways}
        has_record_id = part.has_record_id
    build = partial(_rows, contracts()[dataset], has_record_id)
    (sql,) = written(engine, f"merge_{dataset}", build, shape=has_record_id, kept_in=kept_in, **inputs)
    engine.hold(name, sql if since is None else f"SELECT * FROM ({sql}) WHERE \"{contracts()[dataset].window}\" >= DATE '{since}'")


def _rows(contract: Contract, has_record_id: bool, *, pathways: Table | None = None, **loads: Table) -> Sequence[Table]:
    rows = standing_rows(**loads, contract=contract, has_record_id=has_record_id)
    rows = rows.drop(*plain_key(contract, has_record_id), BUCKET)
    return [rows if pathways is None else rows.semi_join(pathways, contract.grouped_by)]
