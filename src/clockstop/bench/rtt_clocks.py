"""RTT clocks from stored events: read and fold, the periods counted and dropped, beside a bare scan of the same columns."""

from pathlib import Path

import pyarrow as pa

from clockstop.bench.histories import CENSUS, events_of, parts
from clockstop.bench.jobs import Figures
from clockstop.bench.meter import Meter
from clockstop.intake import periods
from clockstop.intake.bucket_files import write_rows
from clockstop.rules.readings import Readings
from clockstop.store.engine import DuckDBEngine, open_engine

TIMES = 5
# Files of a snapshot hold a bucket of a trust: eight of a trust with this many events.
_EVENTS_A_FILE = 1_000_000


def prepare(folder: Path, size: int) -> None:
    """Stored events, as a refresh leaves them, of about that many events."""
    (folder / "events").mkdir()
    for number, first, pathways in parts(size, of=max(2, round(size / _EVENTS_A_FILE))):
        file = folder / "events" / f"bucket-{number}.parquet"
        write_rows(periods.with_columns(as_stored(events_of(first, pathways))), file)


def measure(folder: Path, size: int, meter: Meter) -> Figures:
    """Seconds of the fold, to those of the scan."""
    files, engine = sorted((folder / "events").iterdir()), open_engine()
    found = count_periods(files)
    meter.interleaved(lambda: count_periods(files), lambda: scan(engine, files), times=TIMES)
    seconds = meter.wall("job")
    notes = [f"{found:,} periods", meter.note()]
    return Figures(seconds=seconds, peak_mb=meter.peak_mb, ratio=seconds / meter.wall("floor"), notes=notes)


def as_stored(events: pa.Table) -> pa.Table:
    """The events with their texts as texts: a dictionary of many thousands would be stored whole in every row group."""
    kinds = [kind.value_type if pa.types.is_dictionary(kind) else kind for kind in events.schema.types]
    return events.cast(pa.schema(list(zip(events.schema.names, kinds, strict=True))))


def count_periods(files: list[Path]) -> int:
    """How many periods the stored events make; each is made as an Arrow row and dropped."""
    found = periods.folded(files, as_of=CENSUS, readings=Readings())
    return sum(batch.num_rows for batches in found for batch in batches)


def scan(engine: DuckDBEngine, files: list[Path]) -> None:
    """Read every value of the columns that the fold reads, and do next to nothing with it."""
    least = ", ".join(f"min({name})" for name in periods.COLUMNS)
    names = ", ".join(f"'{file}'" for file in files)
    engine.connection.execute(f"SELECT {least} FROM read_parquet([{names}])").fetchall()
