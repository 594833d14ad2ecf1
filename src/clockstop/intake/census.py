"""Series: every measure counted week by week and month by month, as known now, for several trusts in one pass."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.intake.queries import results
from clockstop.measures.series import series_of
from clockstop.store.engine import DuckDBEngine

SERIES_TABLE = "series"
# Series count a trust whole: they lie in one file.
SERIES_BUCKET = 0
# Readers ask for one measure, period kind and cut at a time.
ORDER = ("measure", "period_kind", "cut")


def series(
    engine: DuckDBEngine, *, clocks: Sequence[Path], waits: Sequence[Path], trusts: Sequence[str], as_of: date
) -> Iterator[tuple[str, pa.Table]]:
    """Each trust's series, without its code, from the files of their clocks and waiting lists."""
    engine.keep("all_clocks", engine.parquet(clocks))
    engine.keep("all_waits", engine.parquet(waits))
    parts = results(
        engine,
        "series",
        lambda clocks, waits: series_of(clocks, as_of=as_of, waits=waits),
        shape=as_of,
        clocks=engine.named("all_clocks"),
        waits=engine.named("all_waits"),
    )
    rows = pa.concat_tables(parts)
    for trust in trusts:
        own = rows.filter(pc.equal(rows["trust"], trust)).drop_columns(["trust"])
        yield trust, results(engine, "series_in_order", lambda rows: [rows.order_by(*ORDER)], rows=own)[0]
