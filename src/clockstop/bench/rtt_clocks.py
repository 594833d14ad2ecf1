"""RTT clocks from stored events: read and fold, the periods counted and dropped, beside a bare scan of the same columns."""

from pathlib import Path

import pyarrow.parquet as pq

from clockstop.bench.histories import CENSUS, events_of, parts
from clockstop.bench.jobs import Figures
from clockstop.bench.meter import Meter
from clockstop.intake import periods
from clockstop.intake.bucket_files import ROW_GROUP_ROWS
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
        pq.write_table(events_of(first, pathways), file, compression="zstd", row_group_size=ROW_GROUP_ROWS)


def measure(folder: Path, size: int, meter: Meter) -> Figures:
    """Seconds of the fold, to those of the scan."""
    files, engine = sorted((folder / "events").iterdir()), open_engine()
    counted = count_periods(engine, files)
    meter.interleaved(lambda: count_periods(engine, files), lambda: scan(engine, files), times=TIMES)
    seconds = meter.wall("job")
    notes = [f"{counted:,} periods", meter.note()]
    return Figures(seconds=seconds, peak_mb=meter.peak_mb, ratio=seconds / meter.wall("floor"), notes=notes)


def count_periods(engine: DuckDBEngine, files: list[Path]) -> int:
    """How many periods the stored events make."""
    found = 0
    for file in files:
        events = pq.read_table(file, columns=list(periods.COLUMNS), partitioning=None)
        found += periods.periods(engine, events, bucket=0, as_of=CENSUS, readings=Readings()).num_rows
    return found


def scan(engine: DuckDBEngine, files: list[Path]) -> None:
    """Read every value of the columns that the fold reads, and do next to nothing with it."""
    least = ", ".join(f"min({name})" for name in periods.COLUMNS)
    names = ", ".join(f"'{file}'" for file in files)
    engine.connection.execute(f"SELECT {least} FROM read_parquet([{names}])").fetchall()
