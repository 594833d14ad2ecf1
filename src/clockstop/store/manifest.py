"""What a snapshot says of itself: its day, its inputs, its files and how it was made. Kept as `manifest.json`."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

MANIFEST_FILE = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class SnapshotFile:
    """One file of a snapshot.

    `signature` names what went into it: the next refresh links the file, unread, where the signature is the same.
    """

    path: str
    table: str
    trust: str
    bucket: int
    rows: int
    bytes: int
    sha256: str
    signature: str


@dataclass(frozen=True, kw_only=True)
class SnapshotLoad:
    """A load that stood when the snapshot was built.

    `as_at` is the instant that it shows, London's local time, `dates_first` and `dates_last` the first and last day of its rows;
    loads of before these were kept have none.
    """

    dataset: str
    load_id: str
    file_name: str
    file_sha256: str
    rows_kept: int
    rows_set_aside: int
    as_at: str | None = None
    dates_first: str | None = None
    dates_last: str | None = None


@dataclass(frozen=True, kw_only=True)
class SnapshotTrust:
    """A trust within a snapshot: what it had loaded, its rows in each table, and the instant that each live table shows."""

    name: str
    loads: tuple[SnapshotLoad, ...] = ()
    rows: dict[str, int] = field(default_factory=dict)
    live_at: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A snapshot's own account. `files_built` of the files were written anew, the others linked from `previous`.

    `pathways_rebuilt`: how many pathways' facts were worked out anew; of the others they were taken over.
    """

    id: str
    as_of: date
    built_at: datetime
    duration_seconds: float
    clockstop_version: str
    code_version: str
    engine: str
    is_synthetic: bool
    trusts: dict[str, SnapshotTrust]
    tables: dict[str, int]
    files: tuple[SnapshotFile, ...]
    previous: str | None = None
    files_built: int = 0
    pathways_rebuilt: int = 0
    readings: dict[str, str] = field(default_factory=dict)

    def file(self, path: str) -> SnapshotFile | None:
        """The file of that path, None where the snapshot has none."""
        return next((file for file in self.files if file.path == path), None)

    def to_json(self) -> str:
        """The manifest as text, keys in a fixed order."""
        return json.dumps(asdict(self), indent=1, default=_as_text) + "\n"


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the snapshot that lies in `folder`."""
    return from_json((folder / MANIFEST_FILE).read_text("utf-8"))


def from_json(text: str) -> Manifest:
    """The manifest that `to_json` wrote."""
    parts: dict[str, Any] = json.loads(text)
    parts["as_of"] = date.fromisoformat(parts["as_of"])
    parts["built_at"] = datetime.fromisoformat(parts["built_at"])
    parts["files"] = tuple(SnapshotFile(**file) for file in parts["files"])
    parts["trusts"] = {code: _trust(trust) for code, trust in parts["trusts"].items()}
    return Manifest(**parts)


def _trust(parts: dict[str, Any]) -> SnapshotTrust:
    loads = tuple(SnapshotLoad(**load) for load in parts["loads"])
    return SnapshotTrust(name=parts["name"], loads=loads, rows=parts["rows"], live_at=parts.get("live_at", {}))


def _as_text(value: Any) -> str:
    return value.isoformat()
