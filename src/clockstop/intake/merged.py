"""The rows of several buckets that hold now, gathered under one name.

What holds is one query, the same for every bucket but for the files that it reads. It is written once, and reads its files
through names that are pointed at each bucket's files in turn: writing it costs more than running it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.intake.ledger import Receipt
from clockstop.intake.merge import Part, rows_of
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home


class _Pointed:
    """Stands where `rows_of` expects an engine, and gives each file that it asks for as a name to be pointed elsewhere later."""

    def __init__(self, engine: DuckDBEngine, prefix: str) -> None:
        self.engine, self.prefix = engine, prefix
        self.names: dict[Path, str] = {}

    def parquet(self, file: Path) -> Table:
        name = self.names.setdefault(file, f"{self.prefix}_{len(self.names)}")
        self.engine.point(name, file)
        return self.engine.named(name)

    def point(self, *, written_for: int, bucket: int) -> None:
        """Let every name read the same file of another bucket."""
        for file, name in self.names.items():
            is_of_bucket = file.name == f"bucket-{written_for}.parquet"
            self.engine.point(name, file.with_name(f"bucket-{bucket}.parquet") if is_of_bucket else file)


def gather(
    engine: DuckDBEngine,
    home: Home,
    receipts: Sequence[Receipt],
    *,
    dataset: str,
    buckets: Sequence[int],
    name: str,
    part: Part | None = None,
) -> None:
    """Hold under `name` the rows of these buckets that hold after these loads, of which there is at least one."""
    queries: dict[Any, tuple[str, _Pointed, int]] = {}
    for place, bucket in enumerate(buckets):
        # Which loads took keys out of the bucket shapes its query; nothing else differs between buckets.
        shape = tuple(f"moved/bucket-{bucket}.parquet" in one.files for one in receipts)
        if shape not in queries:
            pointed = _Pointed(engine, f"{name}_{len(queries)}")
            rows = rows_of(home, pointed, receipts, contracts()[dataset], bucket, part=part)
            assert rows is not None
            queries[shape] = engine.sql(rows), pointed, bucket
        sql, pointed, written_for = queries[shape]
        pointed.point(written_for=written_for, bucket=bucket)
        engine.hold(name, sql, is_first=place == 0)
