"""130 weekly snapshots of every RTT measure and cut, beside the reading and folding of the events that their clocks come from."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table

from clockstop.bench import rtt_clocks
from clockstop.bench.histories import CENSUS
from clockstop.bench.jobs import Figures
from clockstop.bench.meter import Meter
from clockstop.bench.people import TRUSTS, people
from clockstop.contracts import contracts
from clockstop.intake import facts, pathways, periods
from clockstop.intake.census import series
from clockstop.intake.columns import empty, kept_columns
from clockstop.intake.queries import results
from clockstop.rules.readings import Readings
from clockstop.store.engine import DuckDBEngine, open_engine

TIMES = 3
PATHWAY = "patient_pathway_identifier"


def prepare(folder: Path, size: int) -> None:
    """Stored events, and of each bucket the clocks and waiting list that a refresh makes of them."""
    rtt_clocks.prepare(folder, size)
    engine = open_engine(spill=folder / "spill")
    for table in ("rtt_clocks", "rtt_waits"):
        (folder / table).mkdir()
    files = sorted((folder / "events").iterdir())
    for number, file in enumerate(files):
        trust = TRUSTS[number * len(TRUSTS) // len(files)]
        for table, rows in _facts(engine, file, number).items():
            owners = pa.repeat(pa.scalar(trust, pa.string()), rows.num_rows)
            pq.write_table(rows.add_column(0, "trust", owners), folder / table / file.name, compression="zstd")
    engine.close()


def measure(folder: Path, size: int, meter: Meter) -> Figures:
    """Seconds of the series, to those of the clocks."""
    events, clocks, waits = (sorted((folder / table).iterdir()) for table in ("events", "rtt_clocks", "rtt_waits"))
    # A small size has fewer files than there are trusts.
    of_trust = {trust: (own, _of_trust(waits, trust)) for trust in TRUSTS if (own := _of_trust(clocks, trust))}
    engine = open_engine()

    def counted() -> int:
        return sum(series(engine, clocks=own, waits=waiting, as_of=CENSUS).num_rows for own, waiting in of_trust.values())

    rtt_clocks.count_periods(events)
    counted()
    for _ in range(TIMES):
        meter.run("floor", lambda: rtt_clocks.count_periods(events))
        rows = meter.run("job", counted, watched=True)
    seconds = meter.wall("job")
    notes = [f"{rows:,} rows of series", meter.note()]
    return Figures(seconds=seconds, peak_mb=meter.peak_mb, ratio=seconds / meter.wall("floor"), notes=notes)


def _of_trust(files: list[Path], trust: str) -> list[Path]:
    """The trust's own files of a table, as `prepare` dealt them out."""
    return [file for number, file in enumerate(files) if TRUSTS[number * len(TRUSTS) // len(files)] == trust]


def _facts(engine: DuckDBEngine, file: Path, number: int) -> dict[str, pa.Table]:
    """What a refresh makes of one file of events of pathways that have no list entry and no appointment."""
    events = pq.read_table(file, partitioning=None)
    named = people(events.column(PATHWAY).unique().cast(pa.string()), np.random.default_rng(number))
    folded = periods.periods({0: file}, as_of=CENSUS, readings=Readings())
    entries, visits = (
        _nothing(engine, "waiting_list_entries", pathways.list_entries),
        _nothing(engine, "appointments", pathways.appointments),
    )
    sent = events.append_column("source_dataset", pa.repeat("rtt_events", events.num_rows))
    clocks = _asked(engine, facts.clocks, periods=folded, pathways=named, entries=entries)
    bookings = _asked(engine, facts.bookings, appointments=visits, entries=entries, events=sent)
    waits = _asked(engine, facts.waits, clocks=clocks, pathways=named, entries=entries, events=sent, bookings=bookings)
    return {"rtt_clocks": clocks, "rtt_waits": waits}


def _nothing(engine: DuckDBEngine, dataset: str, build: Callable[..., Table]) -> pa.Table:
    """A table of a snapshot without rows."""
    rows = empty(kept_columns(contracts()[dataset]))
    return results(engine, f"no_{dataset}", lambda rows: [build(rows)], rows=rows)[0].drop_columns(["bucket"])


def _asked(engine: DuckDBEngine, build: Callable[..., Table], **tables: pa.Table) -> pa.Table:
    name = f"bench_{build.__name__}"
    rows = results(engine, name, lambda **given: [build(**given, as_of=CENSUS)], shape=CENSUS, **tables)[0]
    return rows.drop_columns(["bucket"])
