"""A restore: a backup becomes a home of its own, whole or not at all."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clockstop.errors import UserError
from clockstop.store import archive, sealed_keys
from clockstop.store.archive import Progress, Receipt
from clockstop.store.home import Home


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came of a restore: the backup's receipt, and the keys that the new home has and lacks."""

    receipt: Receipt
    keys: tuple[str, ...]
    keys_missing: tuple[str, ...]


@contextmanager
def new_home(place: Path) -> Iterator[Home]:
    """A home to fill beside `place`, renamed there when the block ends well and gone when it does not.

    `place` must be empty or not there: nothing is ever written over.
    """
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise UserError("The place to restore into is not empty.", where=str(place), do="Give a folder that is not there yet.")
    partial = place.with_name(f"{archive.PARTIAL}restore-{place.name}-{os.getpid()}")
    for left in place.parent.glob(f"{archive.PARTIAL}restore-{place.name}-*"):
        shutil.rmtree(left, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    try:
        yield Home(partial)
        os.sync()  # thousands of files: one wait for all of them
        if place.is_dir():
            place.rmdir()
        partial.rename(place)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def restore_files(
    file: Path, home: Home, *, keys: Path | None, passphrase: Callable[[], str], progress: Progress
) -> tuple[Restored, Path]:
    """Put the backup's files and the keys into the home; the folder of the database's lines comes back beside what was restored."""
    receipt = archive.read(file, home.root, progress=progress)
    found = sealed_keys.unseal(keys, passphrase(), home) if keys else []
    _require_theirs(home, receipt)
    missing = tuple(sorted(set(receipt.keys) - set(found)))
    _expect(home, receipt)
    (home.root / archive.DATABASE).chmod(0o700)
    lines = home.root / f"{archive.PARTIAL}tables"
    (home.root / archive.DATABASE).rename(lines)
    return Restored(receipt=receipt, keys=tuple(found), keys_missing=missing), lines


def restore_database(lines: Path, *, progress: Progress) -> dict[str, int]:
    """Fill the database that the settings name, bring it up to date, and take the lines away."""
    from django.core.management import call_command
    from django.db import connections

    from clockstop.registers.backup.tables import read_tables

    counts = read_tables(lines, progress=progress)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()
    shutil.rmtree(lines)
    return counts


def _require_theirs(home: Home, receipt: Receipt) -> None:
    own = sealed_keys.fingerprints(home)
    wrong = [name for name, word in own.items() if name == "pseudonym" and receipt.keys.get(name, word) != word]
    if wrong:
        raise UserError(
            "These keys are not those of this backup.",
            where="The pseudonym key's fingerprint differs from the one on the backup's receipt.",
            do="Give the keys that were sealed from the same home, or restore without keys and put the right one in place.",
        )


def _expect(home: Home, receipt: Receipt) -> None:
    """Note which pseudonym key the data need, so that no load makes a new one in its place (intake/pseudonyms.py)."""
    if word := receipt.keys.get("pseudonym"):
        home.expected_key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        home.expected_key_file.write_text(json.dumps({"pseudonym": word}) + "\n")
