"""Folders that are there whole or not at all: written beside their place under a hidden name, made read-only, and renamed."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clockstop.errors import UnreadableFile

PARTIAL = ".partial-"


@contextmanager
def folder(place: Path) -> Iterator[Path]:
    """A folder to write into; it stands at `place` once the block has ended, and nowhere where it ended in an error.

    The caller holds a lock, so what a writer that was killed left under the hidden name is nobody's any more.
    """
    partial = place.with_name(f"{PARTIAL}{place.name}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        _publish(partial, place)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


def unchanged(file: Path, sha256: str, *, what: str) -> Path:
    """The file, if it is what was written; `UnreadableFile` where it is not. `what` was kept, in words: a pack."""
    if file.is_file() and sha256_of(file) == sha256:
        return file
    raise UnreadableFile(
        f"{what} that was kept is no longer what it was.",
        where=f"{file}: missing, or its hash differs from the receipt's.",
        do="Put the file back from a backup; nothing may be written there.",
    )


def sha256_of(file: Path) -> str:
    """The hash of a file's content."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _publish(partial: Path, place: Path) -> None:
    for path in sorted(partial.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o400)
        _sync(path)
    _sync(partial)
    partial.rename(place)
    _sync(place.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
