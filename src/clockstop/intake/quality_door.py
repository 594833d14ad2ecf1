"""The rows that loads set aside, as failures of the rules whose fault they have; with faults of two rules a row fails both."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from clockstop.contracts import contracts
from clockstop.contracts.contract import Contract
from clockstop.errors import UserError
from clockstop.intake import set_aside
from clockstop.intake.ledger import Receipt, folder
from clockstop.intake.map import mapping_for, match
from clockstop.intake.standing_rows import base_of
from clockstop.rules.quality import QualityRule
from clockstop.store.home import Home

SCHEMA = pa.schema(
    {"rule": pa.string(), "record": pa.string(), "evidence": pa.string(), "source_load": pa.string(), "source_row": pa.int64(),
     "month": pa.string()}
)  # fmt: skip
# What stands before the reasons in the evidence; the desk says them in words.
SET_ASIDE = "set aside: "
# Of so many rows a load the record is read; a file that is wrong as a whole needs no list of its rows.
MOST_ROWS = 20_000


@dataclass(frozen=True)
class _Reader:
    """Reads what one load set aside: the rules by reason, and the headers of the key."""

    rules: dict[tuple[str, str], str]
    headers: Sequence[str]
    load: Receipt

    def rows(self, batch: pa.RecordBatch) -> Iterator[dict[str, object]]:
        month = datetime.fromisoformat(self.load.loaded_at).strftime("%Y-%m") if not self.load.as_at else self.load.as_at[:7]
        for row in batch.to_pylist():
            said: dict[str, list[str]] = {}
            for code, column in zip(row["reasons"], row["columns"], strict=True):
                rule = self.rules.get((code, column))
                if rule:
                    said.setdefault(rule, []).append(f"{column}: {code}" if column else code)
            for rule, evidence in said.items():
                yield {
                    "rule": rule, "record": self._record(row["original"]), "evidence": SET_ASIDE + "; ".join(evidence),
                    "source_load": self.load.load_id, "source_row": row["source_row"], "month": month,
                }  # fmt: skip

    def _record(self, original: str) -> str | None:
        cells = json.loads(original)
        parts = [cells.get(header) for header in self.headers]
        return "|".join(parts) if parts and all(isinstance(part, str) and part for part in parts) else None


def at_the_door(home: Home, receipts: Sequence[Receipt], rules: Sequence[QualityRule]) -> pa.Table:
    """A row a failure: the rule, the record where its key can be read, what was wrong, and the load and its month.

    Of the loads that matter: the last full delivery that covers everything, and what came after it.
    """
    reasons = {reason: rule.slug for rule in rules for reason in rule.reasons}
    found: list[dict[str, object]] = []
    for one in receipts[base_of(receipts) :]:
        if one.rows_set_aside:
            found += _of_load(home, one, reasons)
    return pa.Table.from_pylist(found, schema=SCHEMA)


def _of_load(home: Home, one: Receipt, reasons: dict[tuple[str, str], str]) -> Iterator[dict[str, object]]:
    place = folder(home, one) / set_aside.FILE
    with pq.ParquetFile(place) as parquet:
        left, reader = MOST_ROWS, None
        for batch in parquet.iter_batches(batch_size=MOST_ROWS, columns=["source_row", "reasons", "columns", "original"]):
            if batch.num_rows and reader is None:
                reader = _Reader(reasons, _headers(home, one, place, batch["original"][0].as_py()), one)
            yield from reader.rows(batch.slice(0, left)) if reader else ()
            left -= min(left, batch.num_rows)


def _headers(home: Home, one: Receipt, place: Path, original: str) -> Sequence[str]:
    """Their headers of our key; none where the mapping has changed so that they cannot be told."""
    contract: Contract = contracts()[one.dataset]
    try:
        mapping = mapping_for(home, one.trust, contract, None)
        matched = match(list(json.loads(original)), contract, mapping, file_name=place.name)
    except UserError:
        return ()
    return [matched.headers[matched.places[name]] for name in contract.key if name in matched.places]
