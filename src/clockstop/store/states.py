"""States of now: what a trust's live facts show between two snapshots, each state whole in a folder of its own.

A state is written beside its place as `.partial-ID`, made durable, renamed, and then named by the one-line pointer
`now/CODE/current`, which is itself replaced in one step (as snapshots are; docs/how-it-fits.md). Kill the writer at any instant:
the pointer names a whole state. Everything here that writes expects the caller to hold `store.lock.writer`.
"""

import json
import os
import re
import shutil
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from clockstop.store.home import Home

PARTIAL = ".partial-"
STATE_ID = re.compile(r"\d{8}T\d{6}\.\d+")
STATE_FILE = "state.json"
# A page that is being drawn may still read the state before: none that is younger is taken away.
MIN_AGE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class LiveTable:
    """One live fact of a state: its rows, the instant that it shows, and the name of what it was built from."""

    rows: int
    at: datetime
    signature: str


@dataclass(frozen=True, kw_only=True)
class State:
    """What a state of now says of itself. `extracts` has for each dataset behind it the instant that its newest extract shows."""

    trust: str
    id: str
    built_at: datetime
    snapshot_id: str
    clockstop_version: str
    seconds: float
    tables: dict[str, LiveTable]
    extracts: dict[str, str] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """The latest instant that it shows."""
        return max(table.at for table in self.tables.values())

    def to_json(self) -> str:
        """The account as text."""
        return json.dumps(asdict(self), indent=1, default=datetime.isoformat) + "\n"


def folder_of(home: Home, trust: str) -> Path:
    """Where a trust's states lie."""
    return home.states / trust


def file_of(home: Home, state: State, table: str) -> Path:
    """The file of a live fact's rows."""
    return folder_of(home, state.trust) / state.id / f"{table}.parquet"


def trusts(home: Home) -> list[str]:
    """The trusts that ever had a state of now."""
    return sorted(entry.name for entry in home.states.iterdir() if entry.is_dir()) if home.states.is_dir() else []


def current_id(home: Home, trust: str) -> str | None:
    """The id of the state that readers see; None where there is none."""
    try:
        return (folder_of(home, trust) / "current").read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None


def current(home: Home, trust: str) -> State | None:
    """The state that readers see; None where there is none, or where it cannot be read."""
    state_id = current_id(home, trust)
    return read(home, trust, state_id) if state_id else None


def read(home: Home, trust: str, state_id: str) -> State | None:
    """The account that a state gives of itself; None where it cannot be read."""
    try:
        parts: dict[str, Any] = json.loads((folder_of(home, trust) / state_id / STATE_FILE).read_text("utf-8"))
        parts["built_at"] = datetime.fromisoformat(parts["built_at"])
        tables = parts["tables"].items()
        parts["tables"] = {name: LiveTable(**{**one, "at": datetime.fromisoformat(one["at"])}) for name, one in tables}
        return State(**parts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def next_id(home: Home, trust: str, built_at: datetime) -> str:
    """The id of the next state: the instant at which it is built, and a number that no state of that second has."""
    stem, place = f"{built_at:%Y%m%dT%H%M%S}", folder_of(home, trust)
    taken = [int(entry.name.split(".")[1]) for entry in place.glob(f"{stem}.*")]
    return f"{stem}.{max(taken, default=0) + 1}"


def begin(home: Home, trust: str, state_id: str) -> Path:
    """A new empty `.partial-ID` folder to write into, what dead writers left having been cleared away."""
    place = folder_of(home, trust)
    place.mkdir(parents=True, exist_ok=True)
    for left in place.glob(f"{PARTIAL}*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    folder = place / f"{PARTIAL}{state_id}"
    folder.mkdir()
    return folder


def publish(home: Home, folder: Path, account: State) -> None:
    """Make the folder that `begin` gave durable and whole, then let readers see it. The last two steps are one rename each."""
    (folder / STATE_FILE).write_text(account.to_json(), "utf-8")
    for path in (*folder.iterdir(), folder):
        _sync(path)
    place = folder_of(home, account.trust)
    folder.rename(place / account.id)
    partial = place / f"{PARTIAL}current"
    partial.write_text(f"{account.id}\n", "utf-8")
    _sync(partial)
    os.replace(partial, place / "current")
    _sync(place)


def prune(home: Home, trust: str, *, now: datetime, min_age: timedelta = MIN_AGE) -> list[str]:
    """Remove the states that nobody reads any more, and say which. Each goes out of sight in one rename before its files do."""
    place, shown = folder_of(home, trust), current_id(home, trust)
    old = [entry.name for entry in place.iterdir() if STATE_ID.fullmatch(entry.name) and entry.name != shown]
    removed = sorted(name for name in old if now - _built_at(name, now) >= min_age)
    for state_id in removed:
        hidden = place / f"{PARTIAL}removed-{state_id}"
        (place / state_id).rename(hidden)
        shutil.rmtree(hidden)
    return removed


def _built_at(state_id: str, now: datetime) -> datetime:
    return datetime.strptime(state_id.split(".", maxsplit=1)[0], "%Y%m%dT%H%M%S").replace(tzinfo=now.tzinfo)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
