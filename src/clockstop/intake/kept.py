"""The kept rows of a load, each bucket sorted by what groups its rows and by day, and written as one file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from clockstop.intake.cells import NHS_NUMBER, Rulebook
from clockstop.intake.check import PSEUDONYM
from clockstop.intake.map import IS_DELETED
from clockstop.intake.plain import TYPES
from clockstop.intake.read import SOURCE_ROW
from clockstop.intake.spill import IS_BAD, Spill, in_order, united

ROW_GROUP_ROWS = 122_880
# A larger bucket is sorted a range of groups at a time.
ROWS_AT_A_TIME = 2_000_000


@dataclass(frozen=True)
class Bucket:
    """What one bucket holds."""

    rows: int
    rows_deleted: int
    first: date | None
    last: date | None


@dataclass(frozen=True)
class Kept:
    """Writes the good rows of a spill that lost to no later row."""

    rules: Rulebook
    spill: Spill
    losers: NDArray[np.int64]
    folder: Path
    has_plain: bool

    def write(self, bucket: int) -> Bucket:
        """Write one bucket's file, though it be empty."""
        self.folder.mkdir(exist_ok=True)
        found, writer = [], None
        for rows in self._ranges(bucket):
            days = pc.min_max(rows[self.rules.contract.window].cast(pa.date32(), safe=False)).as_py()
            found.append(Bucket(rows.num_rows, pc.sum(rows[IS_DELETED]).as_py() or 0, days["min"], days["max"]))
            writer = writer or self._writer(bucket, rows.schema)
            writer.write_table(rows, row_group_size=ROW_GROUP_ROWS)
        (writer or self._writer(bucket, self._schema())).close()
        return Bucket(
            rows=sum(one.rows for one in found),
            rows_deleted=sum(one.rows_deleted for one in found),
            first=min((one.first for one in found if one.first), default=None),
            last=max((one.last for one in found if one.last), default=None),
        )

    def _writer(self, bucket: int, schema: pa.Schema) -> pq.ParquetWriter:
        """Columns of few kinds come as dictionaries and are written as such; of the others none would pay."""
        file = self.folder / f"bucket-{bucket}.parquet"
        few = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        return pq.ParquetWriter(file, schema, compression="zstd", use_dictionary=few or False, store_schema=False)

    def _ranges(self, bucket: int) -> Iterator[pa.Table]:
        """The bucket's rows in order, all at once where they are not too many."""
        edges = self._edges(bucket)
        for lowest, beyond in zip([None, *edges], [*edges, None], strict=True):
            batches = [self._good(batch, lowest, beyond) for batch in self.spill.batches([bucket])]
            rows = united([batch for batch in batches if len(batch)])
            if rows.num_rows:
                ordered = in_order(rows, by=self._order()).select(self._schema().names)
                # One file has one schema: where it is written range by range, every text is plain.
                yield ordered.cast(self._schema()) if edges else ordered

    def _edges(self, bucket: int) -> list[str]:
        """The groups at which a large bucket is parted."""
        number = -(-self.spill.rows_in(bucket) // ROWS_AT_A_TIME)
        if number < 2:
            return []
        batches = self.spill.batches([bucket])
        samples = [batch[self.rules.group].take(pa.array(np.arange(0, len(batch), 1_000))).to_pylist() for batch in batches]
        seen = sorted(text for sample in samples for text in sample if text is not None)
        return sorted({seen[len(seen) * part // number] for part in range(1, number)}) if seen else []

    def _good(self, batch: pa.RecordBatch, lowest: str | None, beyond: str | None) -> pa.RecordBatch:
        wanted = pc.invert(batch[IS_BAD])
        if len(self.losers):
            wanted = pc.and_(wanted, pa.array(~np.isin(batch[SOURCE_ROW].to_numpy(), self.losers)))
        if lowest is not None or beyond is not None:
            groups = batch[self.rules.group].cast(pa.string()).fill_null("")
            wanted = pc.and_(wanted, pc.greater_equal(groups, lowest)) if lowest is not None else wanted
            wanted = pc.and_(wanted, pc.less(groups, beyond)) if beyond is not None else wanted
        return batch if pc.all(wanted).as_py() else batch.filter(wanted)

    def _order(self) -> Sequence[str]:
        """By group (the pathway, mostly) and day, then by what numbers its events; rows that agree stay as they came."""
        contract = self.rules.contract
        numbers = [name for name in contract.key if contract.column(name).type == "integer"]
        return [contract.grouped_by, contract.window, *numbers]

    def _schema(self) -> pa.Schema:
        contract = self.rules.contract
        columns: dict[str, pa.DataType] = {}
        for one in contract.columns:
            columns |= {} if one.is_nhs_number else {one.name: TYPES[one.type]}
            columns |= {one.offset_name: TYPES["integer"]} if one.keeps_offset else {}
        columns |= {PSEUDONYM: pa.string(), SOURCE_ROW: pa.int64(), IS_DELETED: pa.bool_()}
        if self.rules.mapping.record_id:
            columns["record_id"] = pa.string()
        if self.has_plain:
            columns[NHS_NUMBER] = pa.string()
        return pa.schema(columns)
