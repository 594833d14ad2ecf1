"""Immutable snapshots, switched whole.

A snapshot is written beside its place as `.partial-ID`, made durable, renamed, and then named by the one-line pointer
`snapshots/current`, which is itself replaced in one step. Kill the writer at any instant: the pointer names a whole snapshot.
Everything here that writes expects the caller to hold `store.lock.writer`.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from clockstop.errors import UnknownName
from clockstop.store.home import Home
from clockstop.store.manifest import MANIFEST_FILE, Manifest, SnapshotFile, read_manifest

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from clockstop.store.engine import DuckDBEngine

PARTIAL = ".partial-"
SNAPSHOT_ID = re.compile(r"(\d{4}-\d{2}-\d{2})\.(\d+)")
KEEP = 14
MIN_AGE = timedelta(days=1)


def all_snapshots(home: Home) -> list[str]:
    """The ids of every whole snapshot, oldest first."""
    if not home.snapshots.is_dir():
        return []
    ids = (entry.name for entry in home.snapshots.iterdir() if SNAPSHOT_ID.fullmatch(entry.name))
    return sorted((id_ for id_ in ids if (home.snapshot(id_) / MANIFEST_FILE).is_file()), key=_order)


def current(home: Home) -> str | None:
    """The id of the snapshot that readers see; None before the first refresh."""
    try:
        return home.snapshot_pointer.read_text("utf-8").strip() or None
    except FileNotFoundError:
        return None


def manifest(home: Home, snapshot_id: str) -> Manifest:
    """The account that a snapshot gives of itself; `UnknownName` where there is no such snapshot."""
    _must_exist(home, snapshot_id)
    return read_manifest(home.snapshot(snapshot_id))


def current_manifest(home: Home) -> Manifest:
    """The account of the snapshot that readers see; `UnknownName` before the first refresh."""
    snapshot_id = current(home)
    if snapshot_id is None:
        raise UnknownName("There is no snapshot yet.", where=str(home.snapshots), do="Load files, then run: clockstop refresh")
    return manifest(home, snapshot_id)


def table_files(
    home: Home, snapshot_id: str, name: str, *, trusts: Collection[str] | None = None, bucket: int | None = None
) -> list[Path]:
    """The Parquet files of a table, of all trusts and buckets unless told which; empty where none match."""
    folder = home.snapshot(snapshot_id) / name
    codes = sorted(path.name.removeprefix("trust=") for path in folder.glob("trust=*"))
    wanted = [code for code in codes if trusts is None or code in trusts]
    pattern = "bucket-*.parquet" if bucket is None else f"bucket-{bucket}.parquet"
    return [file for code in wanted for file in sorted((folder / f"trust={code}").glob(pattern))]


def table(
    home: Home,
    snapshot_id: str,
    name: str,
    *,
    trusts: Collection[str] | None = None,
    bucket: int | None = None,
    engine: "DuckDBEngine | None" = None,
) -> "Table":
    """A table of a snapshot, on the caller's engine or a new one; no rows where no file matches `trusts` and `bucket`."""
    from clockstop.store.engine import open_engine

    engine = engine or open_engine()
    files = table_files(home, snapshot_id, name, trusts=trusts, bucket=bucket)
    if files:
        return engine.parquet(files)
    _must_exist(home, snapshot_id)
    every = table_files(home, snapshot_id, name)
    if not every:
        raise UnknownName(
            f"Snapshot {snapshot_id} has no table {name}.",
            where=f"It has: {', '.join(manifest(home, snapshot_id).tables)}.",
            do="Name one of these.",
        )
    return engine.parquet(every[:1]).limit(0)


def next_id(home: Home, today: date) -> str:
    """The id of the next snapshot of `today`: its day and the count within the day."""
    counts = [int(id_.split(".")[1]) for id_ in all_snapshots(home) if id_.startswith(f"{today.isoformat()}.")]
    return f"{today.isoformat()}.{max(counts, default=0) + 1}"


def begin(home: Home, snapshot_id: str) -> Path:
    """A new empty `.partial-ID` folder to write into, what dead writers left having been cleared away."""
    clear_leftovers(home)
    folder = home.snapshots / f"{PARTIAL}{snapshot_id}"
    folder.mkdir(parents=True)
    return folder


def publish(home: Home, folder: Path, manifest: Manifest) -> None:
    """Make the folder that `begin` gave durable and whole, then let readers see it. The last two steps are one rename each."""
    (folder / MANIFEST_FILE).write_text(manifest.to_json(), "utf-8")
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o444)
        _sync(path)
    _sync(folder)
    folder.rename(home.snapshot(manifest.id))
    _sync(home.snapshots)
    _point(home, manifest.id)


def restore(home: Home, snapshot_id: str) -> None:
    """Let readers see a whole snapshot of before again. Nothing is removed, so restoring can itself be undone."""
    _must_exist(home, snapshot_id)
    _point(home, snapshot_id)


def prunable(home: Home, *, keep: int = KEEP, min_age: timedelta = MIN_AGE, now: datetime) -> list[str]:
    """The ids that the policy lets go, oldest first.

    Kept are the current snapshot, the `keep` newest, every one younger than `min_age` (a page may still be reading it),
    and the newest of each calendar month by as-of day (what a month was known as when it closed).
    """
    accounts = [manifest(home, id_) for id_ in all_snapshots(home)]
    month_ends = {(account.as_of.year, account.as_of.month): account.id for account in accounts}
    kept = {current(home), *(account.id for account in accounts[len(accounts) - keep :] if keep), *month_ends.values()}
    return [account.id for account in accounts if account.id not in kept and now - account.built_at >= min_age]


def prune(home: Home, *, keep: int = KEEP, min_age: timedelta = MIN_AGE, now: datetime) -> list[str]:
    """Remove what `prunable` names, and say which. Each goes out of sight in one rename before its files are removed."""
    removed = prunable(home, keep=keep, min_age=min_age, now=now)
    for snapshot_id in removed:
        hidden = home.snapshots / f"{PARTIAL}removed-{snapshot_id}"
        home.snapshot(snapshot_id).rename(hidden)
        shutil.rmtree(hidden)
    return removed


def clear_leftovers(home: Home) -> list[str]:
    """Remove what writers that died left behind, and say what it was."""
    found = sorted(home.snapshots.glob(f"{PARTIAL}*")) if home.snapshots.is_dir() else []
    for path in found:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return [path.name for path in found]


def verify(home: Home, snapshot_id: str) -> list[str]:
    """What is wrong with a snapshot's files, one sentence each; empty where every hash is as it was written."""
    account = manifest(home, snapshot_id)
    folder = home.snapshot(snapshot_id)
    known = {file.path for file in account.files} | {MANIFEST_FILE}
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return [*_faults(folder, account.files), *(f"{path} is not in the manifest" for path in sorted(found - known))]


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _faults(folder: Path, files: Iterable[SnapshotFile]) -> Iterable[str]:
    for file in files:
        path = folder / file.path
        if not path.is_file():
            yield f"{file.path} is missing"
        elif sha256_of(path) != file.sha256:
            yield f"{file.path} has changed since it was published"


def _order(snapshot_id: str) -> tuple[str, int]:
    day, count = snapshot_id.split(".")
    return day, int(count)


def _must_exist(home: Home, snapshot_id: str) -> None:
    if SNAPSHOT_ID.fullmatch(snapshot_id) and (home.snapshot(snapshot_id) / MANIFEST_FILE).is_file():
        return
    newest = ", ".join(all_snapshots(home)[-5:]) or "none"
    raise UnknownName(
        f"There is no snapshot {snapshot_id}.", where=f"The newest are: {newest}.", do="See: clockstop snapshots list"
    )


def _point(home: Home, snapshot_id: str) -> None:
    partial = home.snapshots / f"{PARTIAL}current"
    partial.write_text(f"{snapshot_id}\n", "utf-8")
    _sync(partial)
    os.replace(partial, home.snapshot_pointer)
    _sync(home.snapshots)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
