"""Series: every measure counted week by week and month by month, as known now, a trust at a time."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table

from clockstop.intake.queries import results
from clockstop.measures.tally import DIMENSIONS, PLACE, days_of, tally, truths_of
from clockstop.store.engine import DuckDBEngine

SERIES_TABLE = "series"
# Series count a trust whole: they lie in one file.
SERIES_BUCKET = 0
# No measure reads who a patient is: these are the dearest columns to read.
_NOT_READ = ("trust", "patient_pathway_identifier", "local_patient_identifier", "nhs_number_pseudonym", "flags")


def series(
    engine: DuckDBEngine, *, clocks: Sequence[Path], waits: Sequence[Path], as_of: date, kept_in: Path | None = None
) -> pa.Table:
    """A trust's series, without its code, from the files of its clocks and waiting lists; its queries are `kept_in` a folder."""
    started, waiting = _read(clocks), _read(waits)
    return tally(
        days=_encoded(engine, "days_of_clocks", days_of, started, kept_in=kept_in),
        truths=_encoded(engine, "truths_of_waits", truths_of, waiting, as_of=as_of, kept_in=kept_in),
        clock_cells=started.select(DIMENSIONS),
        wait_cells=waiting.select(DIMENSIONS),
        as_of=as_of,
    )


def _read(files: Sequence[Path]) -> pa.Table:
    """The rows, texts as places in a dictionary, and the place of each row."""
    schema = pq.read_schema(files[0])
    texts = [name for name in DIMENSIONS if pa.types.is_string(schema.field(name).type)]
    columns = [name for name in schema.names if name not in _NOT_READ]
    rows = pa.concat_tables(pq.read_table(file, columns=columns, read_dictionary=texts, partitioning=None) for file in files)
    return rows.append_column(PLACE, pa.array(np.arange(rows.num_rows, dtype=np.int32)))


def _encoded(engine: DuckDBEngine, name: str, encode: Callable[..., Table], rows: pa.Table, **options: Any) -> pa.Table:
    """What the expression says of each row, in their order."""
    (found,) = results(engine, name, lambda rows, **given: [encode(rows, **given)], rows=rows, **options)
    places = found[PLACE].to_numpy()
    return found if (np.diff(places) == 1).all() else found.sort_by(PLACE)
