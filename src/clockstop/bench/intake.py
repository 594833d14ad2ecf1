"""Intake of a file of events: read, checked, kept or set aside, sorted and stored, beside DuckDB's read_csv into Parquet."""

from pathlib import Path
from shutil import rmtree

import pyarrow as pa

from clockstop.bench.histories import events_of, parts
from clockstop.bench.jobs import Figures
from clockstop.bench.meter import Meter
from clockstop.bench.people import service_columns
from clockstop.intake.load import load_file
from clockstop.store.engine import DuckDBEngine, open_engine
from clockstop.store.home import Home

TIMES = 3
TRUST = "RXP"
_PATHWAYS_AT_ONCE = 500_000


def prepare(folder: Path, size: int) -> None:
    """A CSV of about that many events, in no order."""
    engine = open_engine(spill=folder / "spill")
    made = (_with_service(events_of(first, pathways)) for _, first, pathways in parts(size, of=max(1, size // _PATHWAYS_AT_ONCE)))
    for number, rows in enumerate(made):
        engine.lend("made", rows)
        if number:
            engine.connection.execute("INSERT INTO events SELECT * FROM made")
        else:
            engine.hold("events", "SELECT * FROM made")
    write_shuffled(engine, "events", folder / "events.csv")
    engine.close()


def write_shuffled(engine: DuckDBEngine, name: str, file: Path) -> None:
    """Write a held table as CSV, its rows in no order."""
    order = "hash(patient_pathway_identifier, event_sequence)"
    engine.connection.execute(f"COPY (SELECT * FROM {name} ORDER BY {order}) TO '{file}' (FORMAT csv, HEADER true)")


def measure(folder: Path, size: int, meter: Meter) -> Figures:
    """Seconds of a first load, to those of the engine's own reader and writer."""
    file = folder / "events.csv"
    _load(folder, file)
    _convert(folder, file)
    for _ in range(TIMES):
        meter.run("floor", lambda: _convert(folder, file))
        kept = meter.run("job", lambda: _load(folder, file), watched=True)
    seconds = meter.wall("job")
    notes = [f"{kept:,} rows kept of a file of {file.stat().st_size / 1e6:,.0f} MB", meter.note()]
    return Figures(seconds=seconds, peak_mb=meter.peak_mb, ratio=seconds / meter.wall("floor"), notes=notes)


def _load(folder: Path, file: Path) -> int:
    root = folder / "home"
    rmtree(root, ignore_errors=True)
    root.mkdir()
    return load_file(Home(root), file=file, trust=TRUST, dataset="rtt_events").rows_kept


def _convert(folder: Path, file: Path) -> None:
    engine, out = open_engine(spill=folder / "spill"), folder / "converted.parquet"
    engine.connection.execute(f"COPY (SELECT * FROM read_csv('{file}')) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")
    engine.close()
    out.unlink()


def _with_service(events: pa.Table) -> pa.Table:
    """The events with the service and the site that a trust's own extract names."""
    places = events.column("patient_pathway_identifier").chunk(0).indices.to_numpy()
    for name, values in service_columns(places, TRUST).items():
        events = events.append_column(name, values)
    return events
