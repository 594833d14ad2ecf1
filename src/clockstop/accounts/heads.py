"""Where the chains of records ended, kept outside the database: a chain whose tail was cut off no longer reaches its heads.

A line of `audit/heads.txt` under `CLOCKSTOP_HOME` is an instant by Greenwich, the table, how many rows it had, and the hash of the
last. Lines are only added. The file lies on the same machine: copy it, or what `clockstop audit head` prints, to where whoever
owns the database cannot write.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from clockstop.errors import UnreadableFile
from clockstop.store.home import Home, home_from_environment


@dataclass(frozen=True)
class Head:
    """A chain had `sequence` rows, and its last had this hash."""

    table: str
    sequence: int
    row_hash: str
    at: str = ""

    def __str__(self) -> str:
        return f"{self.at} {self.table} {self.sequence} {self.row_hash}".strip()


def anchor(ends: Iterable[tuple[str, int, str, datetime]], home: Home | None = None) -> None:
    """Add these ends of chains to the file, each in one write, so that writers at once do not mix."""
    file = (home or home_from_environment()).audit_heads_file
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        for name, sequence, row_hash, at in ends:
            line = Head(name, sequence, row_hash, at.astimezone(UTC).isoformat(timespec="seconds"))
            os.write(opened, f"{line}\n".encode())
    finally:
        os.close(opened)


def kept(home: Home | None = None) -> list[Head]:
    """Every end that was kept, in order; none where nothing was."""
    file = (home or home_from_environment()).audit_heads_file
    if not file.is_file():
        return []
    return [_read(line, f"line {number} of {file}") for number, line in enumerate(file.read_text().splitlines(), 1) if line.strip()]


def head_of(text: str) -> Head:
    """A head as it was printed, with or without its instant."""
    return _read(text, text[:120])


def _read(line: str, where: str) -> Head:
    *at, table, sequence, row_hash = line.split() if len(line.split()) in (3, 4) else ("", "", "", "")
    if not sequence.isdecimal() or len(row_hash) != 64:
        raise UnreadableFile(
            "This is no end of a chain.", where=where, do="Give it as `clockstop audit head` prints it: TABLE NUMBER HASH."
        )
    return Head(table, int(sequence), row_hash, *at)
