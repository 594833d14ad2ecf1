"""The state of now: the live facts alone, built from the loads as they hold, between two refreshes.

A state is small and quick to build: of each trust it holds what `rules.facts()` calls live; what these need is worked out in memory
and let go. People and organisation are those of the current snapshot. Measures and series stay the snapshot's (docs/adr/0013).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from clockstop import __version__
from clockstop.errors import UnknownName
from clockstop.intake.bucket_files import link_or_copy, write_rows
from clockstop.intake.now_rows import LiveRows
from clockstop.intake.organisation import organisation
from clockstop.store import snapshots, states
from clockstop.store.engine import DuckDBEngine, open_engine
from clockstop.store.home import Home
from clockstop.store.lock import writer
from clockstop.store.manifest import Manifest
from clockstop.store.states import LiveTable, State

MEMORY = "1GB"


@dataclass(frozen=True, kw_only=True)
class Built:
    """What became of one trust: its state of now, and whether that is a new one. None: it sends nothing that is live."""

    trust: str
    state: State | None
    is_new: bool


def build_now(home: Home, trusts: Iterable[str] | None = None, *, wait_seconds: float = 0) -> list[Built]:
    """Publish the state of now of these trusts, or of all that the snapshot has, and say what became of each.

    One writer at a time: where a load or a refresh runs, it is waited for so many seconds. Where nothing that is live has changed
    since the last state, that stands.
    """
    with writer(home, wait_seconds=wait_seconds):
        manifest = snapshots.current_manifest(home)
        chosen = _chosen(home, manifest, trusts)
        # What these queries cost is their writing out, on few rows: a second thread would only wait for the first.
        engine = open_engine(threads=1, memory_limit=MEMORY, spill=home.cache / "spill-now")
        try:
            return [_built(home, engine, manifest, trust) for trust in chosen]
        finally:
            engine.close()


def _chosen(home: Home, manifest: Manifest, trusts: Iterable[str] | None) -> list[str]:
    chosen = sorted(manifest.trusts if trusts is None else set(trusts))
    for trust in chosen:
        if trust not in manifest.trusts:
            organisation(home, trust)
            raise UnknownName(
                f"The snapshot has nothing of {trust} yet, and a state of now stands beside a snapshot.",
                where=f"Snapshot {manifest.id} has: {', '.join(sorted(manifest.trusts))}.",
                do="Load what the trust sends and run `clockstop refresh` once.",
            )
    return chosen


def _built(home: Home, engine: DuckDBEngine, manifest: Manifest, trust: str) -> Built:
    started, built_at = monotonic(), datetime.now(UTC)
    live, before = LiveRows(home, engine, manifest, trust), states.current(home, trust)
    if not live.facts:
        return Built(trust=trust, state=None, is_new=False)
    if before is not None and _is_the_same(before, live):
        return Built(trust=trust, state=before, is_new=False)
    state_id = states.next_id(home, trust, built_at)
    folder = states.begin(home, trust, state_id)
    account = State(
        trust=trust,
        id=state_id,
        built_at=built_at,
        snapshot_id=manifest.id,
        clockstop_version=__version__,
        tables=_written(home, live, before, folder),
        extracts=live.extracts,
        seconds=round(monotonic() - started, 3),
    )
    states.publish(home, folder, account)
    states.prune(home, trust, now=built_at)
    return Built(trust=trust, state=account, is_new=True)


def _is_the_same(before: State, live: LiveRows) -> bool:
    """Whether a new state would hold exactly what the one before does, beside the same snapshot."""
    built_from = {name: table.signature for name, table in before.tables.items()}
    return (before.snapshot_id, before.extracts, built_from) == (live.manifest.id, live.extracts, live.signatures)


def _written(home: Home, live: LiveRows, before: State | None, folder: Path) -> dict[str, LiveTable]:
    """Write each live fact, or link it from the state before where it would be the same."""
    tables = {}
    for name, fact in live.facts.items():
        file, signature = folder / f"{name}.parquet", live.signatures[name]
        same = before.tables.get(name) if before else None
        if before and same and same.signature == signature and states.file_of(home, before, name).is_file():
            link_or_copy(states.file_of(home, before, name), file)
            tables[name] = same
            continue
        rows = live.rows(fact)
        write_rows(rows, file)
        tables[name] = LiveTable(rows=rows.num_rows, at=live.at(fact), signature=signature)
    return tables
