"""Live tables: of each trust the newer of the snapshot's rows and those of its state of now, in memory.

They are small (patients here, wards), so a new state costs its readers a few milliseconds and no query its plan.
"""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq

from clockstop.contracts import contracts
from clockstop.rules import facts
from clockstop.rules.fact import Fact
from clockstop.store import snapshots, states
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest, SnapshotLoad
from clockstop.store.states import State

Pointers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What of a trust is shown as its state now.

    `at` has the instant that each live table shows, `extracts` that of the newest extract of each dataset that tells of instants.
    `state_id` names the state of now; empty where it is the snapshot's own.
    """

    trust: str
    at: dict[str, datetime]
    extracts: dict[str, datetime]
    state_id: str = ""


@dataclass(frozen=True, kw_only=True)
class LiveTables:
    """The live tables of every trust. `edition` is another name whenever any row could be another, `columns` any column."""

    edition: str
    tables: dict[str, pa.Table]
    shown: dict[str, Shown]
    pointers: Pointers
    columns: Hashable


def pointers(home: Home) -> Pointers:
    """Which state of now each trust's pointer names."""
    found = ((trust, states.current_id(home, trust)) for trust in states.trusts(home))
    return tuple((trust, state_id) for trust, state_id in found if state_id)


def live_tables(home: Home, manifest: Manifest, named: Pointers) -> LiveTables:
    """The live tables of the trusts of a snapshot, with the states of now that their pointers named."""
    found = [states.read(home, trust, state_id) for trust, state_id in named if trust in manifest.trusts]
    newer = {state.trust: state for state in found if state is not None and is_newer(state, manifest)}
    names = [name for name, fact in facts().items() if isinstance(fact, Fact) and fact.is_live]
    parts = {name: list(_parts(home, manifest, name, newer)) for name in names}
    tables = {name: pa.concat_tables(rows, promote_options="permissive") for name, rows in parts.items() if rows}
    return LiveTables(
        edition=edition(manifest, {trust: state.id for trust, state in newer.items()}),
        tables=tables,
        columns=tuple((name, *map(str, rows.schema)) for name, rows in tables.items()),
        shown={trust: _shown(manifest, trust, newer.get(trust)) for trust in manifest.trusts},
        pointers=named,
    )


def is_newer(state: State, manifest: Manifest) -> bool:
    """Whether a state of now is to be shown instead of what the snapshot says of the trust.

    It was built after it, or shows a later instant: a refresh of yesterday's end, or of other trusts, leaves it standing.
    """
    of_snapshot = [datetime.fromisoformat(at) for at in manifest.trusts[state.trust].live_at.values()]
    return state.built_at > manifest.built_at or not of_snapshot or state.at > max(of_snapshot)


def _parts(home: Home, manifest: Manifest, name: str, newer: dict[str, State]) -> Iterable[pa.Table]:
    for trust in sorted(manifest.trusts):
        if trust in newer and name in newer[trust].tables:
            yield pq.ParquetFile(states.file_of(home, newer[trust], name)).read()
        else:
            for file in snapshots.table_files(home, manifest.id, name, trusts=[trust]):
                yield pq.ParquetFile(file).read()


def _shown(manifest: Manifest, trust: str, state: State | None) -> Shown:
    said = manifest.trusts[trust]
    at = {name: datetime.fromisoformat(one) for name, one in said.live_at.items()}
    extracts = _extracts(said.loads)
    if state is None:
        return Shown(trust=trust, at=at, extracts=extracts)
    at |= {name: table.at for name, table in state.tables.items()}
    extracts |= {dataset: datetime.fromisoformat(one) for dataset, one in state.extracts.items()}
    return Shown(trust=trust, at=at, extracts=extracts, state_id=state.id)


def _extracts(loads: Iterable[SnapshotLoad]) -> dict[str, datetime]:
    known, found = contracts(), {}
    for load in loads:
        contract = known.get(load.dataset)
        if load.as_at and contract and contract.column(contract.window).type == "instant":
            at = datetime.fromisoformat(load.as_at)
            found[load.dataset] = max(found.get(load.dataset, at), at)
    return found


def edition(manifest: Manifest, state_ids: Mapping[str, str]) -> str:
    """A short name of a snapshot and these trusts' states of now."""
    named = sorted(f"{trust}/{state_id}" for trust, state_id in state_ids.items() if state_id)
    return hashlib.sha256("\x1f".join([manifest.id, *named]).encode()).hexdigest()[:12]
