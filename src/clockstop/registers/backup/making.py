"""A backup: the database and the files of a home as they stood at one instant, in one file, while the site and a refresh run."""

from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from clockstop import __version__
from clockstop.registers.backup.tables import one_instant, write_tables
from clockstop.store import archive, backup_log, sealed_keys, snapshots
from clockstop.store.archive import Progress, Receipt, quiet
from clockstop.store.home import Home


def back_up(home: Home, out: Path, *, left_out: Collection[str] = (), progress: Progress = quiet) -> Receipt:
    """Write the backup and give its receipt; `out` is there whole or not at all.

    The files' second names are made first, in a second or so, and the database is read as of the instant right after: its chains
    then reach every end that was noted in `audit/heads.txt`. What is written while the backup is written is in the next one.
    """
    began = datetime.now(UTC)
    with archive.staged(home, left_out=left_out) as folder, archive.beside(home, out) as own:
        tables = own / "rows" / archive.DATABASE
        tables.mkdir(parents=True)
        with one_instant():
            counts = write_tables(tables, progress=progress)
        receipt = _receipt(home, folder, began, counts, tuple(sorted(left_out)))
        receipt = archive.write((folder, tables.parent), out, receipt, partial=own / "whole", progress=progress)
    with suppress(OSError):  # a home whose disk is full is backed up all the same
        backup_log.note(home, receipt, out)
    return receipt


def _receipt(home: Home, folder: Path, began: datetime, counts: dict[str, int], left_out: tuple[str, ...]) -> Receipt:
    """The receipt without its files. The snapshot is the one whose pointer is among the files."""
    pointer = folder / "snapshots" / "current"
    shown = pointer.read_text("utf-8").strip() if pointer.is_file() else ""
    account = snapshots.manifest(home, shown) if shown else None
    return Receipt(
        made_at=began.isoformat(timespec="seconds"),
        clockstop_version=__version__,
        snapshot_id=shown,
        as_of=account.as_of.isoformat() if account else "",
        is_synthetic=bool(account and account.is_synthetic),
        left_out=left_out,
        counts=counts,
        keys=sealed_keys.expected(home),
    )
