"""What the doctor looks at under CLOCKSTOP_HOME: the folder, its room, its keys, its snapshot, what was left over, its backups."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

GOOD, ODD, BAD = "good", "odd", "bad"
# Under a gigabyte a refresh of a trust may not end; below a tenth there is little left to grow into.
LEAST_FREE_BYTES, FREE_SHARE = 1 << 30, 0.10
STALE_SECONDS = 24 * 3600
OLD_SNAPSHOT, OLD_BACKUP = timedelta(days=2), timedelta(days=2)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: its name, whether it is good, odd or bad, what was seen, and what to do."""

    name: str
    state: str
    says: str
    do: str = ""


def of_home(home) -> Iterator[Finding]:
    """Everything about the folder."""
    yield _writable(home.root)
    yield _private(home.root)
    yield _room(home.root)
    yield from _keys(home)
    yield _writer(home)
    yield _left_over(home)
    yield _snapshot(home)
    yield _backups(home)
    yield _demonstration(home)


def _writable(root: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=root):
            return Finding("home", GOOD, f"{root} can be written")
    except OSError as error:
        return Finding("home", BAD, f"{root}: {error.strerror}", "Give the account that runs Clockstop this folder: chown -R.")


def _private(root: Path) -> Finding:
    mode = stat.S_IMODE(root.stat().st_mode)
    if mode & 0o077:
        return Finding("home's rights", ODD, f"others on this machine may enter {root} ({mode:o})", f"Run: chmod 700 {root}")
    return Finding("home's rights", GOOD, "nobody else may enter it")


def _room(root: Path) -> Finding:
    disk = shutil.disk_usage(root)
    says = f"{disk.free / 1e9:.1f} of {disk.total / 1e9:.1f} GB free"
    do = "Make room: clockstop snapshots prune, old backups, or a larger disk (docs/running.md)."
    if disk.free < LEAST_FREE_BYTES:
        return Finding("room", BAD, says, do)
    return Finding("room", ODD, says, do) if disk.free < FREE_SHARE * disk.total else Finding("room", GOOD, says)


def _keys(home) -> Iterator[Finding]:
    from clockstop.store.sealed_keys import key_files

    found = key_files(home)
    for name, file in found.items():
        mode = stat.S_IMODE(file.stat().st_mode)
        if mode & 0o077:
            yield Finding(f"{name} key", BAD, f"others may read {file} ({mode:o})", f"Run: chmod 600 {file}")
        elif not os.access(file, os.R_OK):
            yield Finding(f"{name} key", BAD, f"{file} cannot be read", "Give it to the account that runs Clockstop: chown.")
        else:
            yield Finding(f"{name} key", GOOD, "only its owner may read it")
    if "pseudonym" not in found:
        is_expected = home.expected_key_file.exists()
        says = "missing, though this home was restored with data" if is_expected else "none yet; the first load makes it"
        do = f"Put it back at {home.pseudonym_key_file} from its own backup." if is_expected else ""
        yield Finding("pseudonym key", BAD if is_expected else GOOD, says, do)
    elif (fault := _wrong_key(home)) is not None:
        yield fault


def _wrong_key(home) -> Finding | None:
    from clockstop.errors import UserError
    from clockstop.intake.pseudonyms import key

    try:
        key(home)
        return None
    except UserError as error:
        return Finding("pseudonym key", BAD, error.what, error.do)


def _writer(home) -> Finding:
    from clockstop.store import lock

    is_held = lock.is_held(home.lock_file)
    return Finding("writer", GOOD, "a load or refresh is running" if is_held else "nobody is writing")


def _left_over(home) -> Finding:
    folders = [home.root, home.snapshots, home.states, home.returns, home.packs]
    found = [
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.glob("**/.partial-*" if folder != home.root else ".partial-*")
    ]
    old = [path for path in found if time.time() - path.stat().st_mtime > STALE_SECONDS]
    if not old:
        return Finding("left over", GOOD, "nothing half done lies about")
    do = "Nobody reads them; the next refresh, backup or pack clears its own, and the rest may be removed while nothing runs."
    return Finding("left over", ODD, f"{len(old)} half-done folders or files, such as {old[0]}", do)


def _snapshot(home) -> Finding:
    from clockstop.errors import UserError
    from clockstop.store import snapshots

    shown = snapshots.current(home)
    if shown is None:
        return Finding("snapshot", ODD, "none yet", "Load files, then run: clockstop refresh")
    try:
        account = snapshots.manifest(home, shown)
        missing = [file.path for file in account.files if not _is_there(home.snapshot(shown) / file.path, file.bytes)]
    except (UserError, OSError, ValueError, KeyError, TypeError):
        return Finding("snapshot", BAD, f"{shown} cannot be read", "Run: clockstop snapshots list, then restore another one.")
    if missing:
        do = "Run: clockstop snapshots verify; then restore another one, or the files from a backup."
        return Finding("snapshot", BAD, f"{shown}: {len(missing)} files are missing or short, such as {missing[0]}", do)
    age = datetime.now(UTC) - account.built_at
    says = f"{shown}, {len(account.files):,} files, as of {account.as_of.isoformat()}, built {_hours(age)} ago"
    return (
        Finding("snapshot", ODD, says, "Is the refresh running? See docs/running.md.")
        if age > OLD_SNAPSHOT
        else Finding("snapshot", GOOD, says)
    )


def _is_there(file: Path, size: int) -> bool:
    try:
        return file.stat().st_size == size
    except OSError:
        return False


def _backups(home) -> Finding:
    from clockstop.store import backup_log

    made = backup_log.backups(home)
    if not made:
        return Finding("backup", ODD, "none was ever made here", "Run: clockstop backup --out FILE, every night (docs/running.md).")
    age = datetime.now(UTC) - made[-1].made_at
    says = f"the last one was made {_hours(age)} ago: {made[-1].file}"
    return Finding("backup", ODD, says, "Is its timer running?") if age > OLD_BACKUP else Finding("backup", GOOD, says)


def _demonstration(home) -> Finding:
    if home.demo.is_dir():
        return Finding(
            "data", ODD, "this home holds the demonstration, whose passwords everybody knows", "Never put real data here."
        )
    return Finding("data", GOOD, "no demonstration lies here")


def _hours(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours < 48 else f"{hours / 24:.0f} days"
