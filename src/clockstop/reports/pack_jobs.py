"""Packs that are being made for the site: each in a process of its own, with its progress, and a way to stop it.

Under `packs/.making/ID/`: `job.json` (what was asked, by whom), `progress.json` (how far it is), `stop` (somebody wants it
stopped), `alive` (locked by the process as long as it lives, so that one that was killed is known to be).
"""

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from clockstop.errors import Busy, UnknownName
from clockstop.store import lock
from clockstop.store.home import Home, environment_for

WAITING, MAKING, MADE, STOPPED, FAILED = "waiting", "making", "made", "stopped", "failed"
ENDED = (MADE, STOPPED, FAILED)
JOB_FILE, PROGRESS_FILE, STOP_FILE, ALIVE_FILE = "job.json", "progress.json", "stop", "alive"
# A process that has not begun after so long never will; what has ended is swept away after a day; so many are made at once.
BEGIN_SECONDS, KEEP_SECONDS, AT_ONCE = 60, 24 * 3600, 3


@dataclass(frozen=True, kw_only=True)
class PackJob:
    """What somebody asked for: a pack (or, with `number`, a further format of that version)."""

    org: str
    month: str
    audience: str
    division: str
    measures: tuple[str, ...]
    formats: tuple[str, ...]
    username: str
    site: str
    number: int = 0
    asked_at: str = ""
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a making is: its share of the whole, what is worked on, and what came of it."""

    state: str
    share: float
    what: str
    number: int = 0
    is_new: bool = True

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ENDED


class Stopped(Exception):
    """Somebody has stopped the making."""


def start(home: Home, job: PackJob) -> PackJob:
    """Begin a making in a process of its own; the same that is under way, and not being stopped, comes back instead."""
    root = _root(home)
    root.mkdir(parents=True, exist_ok=True)
    _sweep(root)
    under_way = [one for one in jobs(home) if not progress(home, one.key).is_over]
    same = [one for one in under_way if _asked(one) == _asked(job) and not (root / one.key / STOP_FILE).exists()]
    if same:
        return same[0]
    if len(under_way) >= AT_ONCE:
        raise Busy(f"{AT_ONCE} packs are being made already.", do="Wait until one is made, or stop it, and try again.")
    made = PackJob(**{**asdict(job), "key": uuid.uuid4().hex, "asked_at": datetime.now(UTC).isoformat(timespec="seconds")})
    folder = root / made.key
    folder.mkdir()
    _write(folder / JOB_FILE, asdict(made))
    tell(folder, Progress(state=WAITING, share=0.0, what="Waiting to begin"))
    _spawn(home, folder)
    return made


def jobs(home: Home) -> list[PackJob]:
    """Every making of the last day, the newest first."""
    found = []
    for file in _root(home).glob(f"*/{JOB_FILE}"):
        with suppress(FileNotFoundError):
            found.append(_job(file))
    return sorted(found, key=lambda one: one.asked_at, reverse=True)


def job(home: Home, key: str) -> PackJob:
    """A making by its key; `UnknownName` where it is gone."""
    file = _root(home) / key / JOB_FILE
    if not key.isalnum() or not file.is_file():
        raise UnknownName("That making of a pack is not known any more.", do="Look at the list of packs.")
    return _job(file)


def progress(home: Home, key: str) -> Progress:
    """How far a making is; of one whose process is gone without a word, that it failed."""
    folder = _root(home) / key
    try:
        found = Progress(**json.loads((folder / PROGRESS_FILE).read_text("utf-8")))
    except FileNotFoundError:
        found = Progress(state=WAITING, share=0.0, what="Waiting to begin")
    if found.is_over:
        return found
    if _is_alive(folder) or (found.state == WAITING and _age(folder) < BEGIN_SECONDS):
        return replace(found, what="Stopping, once the piece at hand is done") if (folder / STOP_FILE).exists() else found
    return Progress(state=FAILED, share=found.share, what="It was broken off. Nothing of it is kept.")


def stop(home: Home, key: str) -> None:
    """Ask a making to end; it does so before its next piece, and keeps nothing."""
    (_root(home) / key / STOP_FILE).touch()


def teller(folder: Path):
    """What a making tells its progress to; raises `Stopped` where somebody wants it stopped."""

    def told(what: str, share: float) -> None:
        if (folder / STOP_FILE).exists():
            raise Stopped
        tell(folder, Progress(state=MAKING, share=share, what=what))

    return told


def tell(folder: Path, found: Progress) -> None:
    """Keep how far a making is."""
    _write(folder / PROGRESS_FILE, asdict(found))


def read_job(folder: Path) -> PackJob:
    """What the process of a folder is to make."""
    return _job(folder / JOB_FILE)


def _asked(one: PackJob) -> Sequence[object]:
    return (one.org, one.month, one.audience, one.division, one.measures, one.formats, one.number, one.username)


def _root(home: Home) -> Path:
    return home.packs / ".making"


def _job(file: Path) -> PackJob:
    values = json.loads(file.read_text("utf-8"))
    return PackJob(**{**values, "measures": tuple(values["measures"]), "formats": tuple(values["formats"])})


def _spawn(home: Home, folder: Path) -> None:
    """The process outlives the request, and the worker that began it."""
    with (folder / "log.txt").open("wb") as log:
        subprocess.Popen(
            [sys.executable, "-m", "clockstop.reports.pack_process", str(folder)],
            env=environment_for(home), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip


def _is_alive(folder: Path) -> bool:
    """Whether its process lives: it holds a lock that the kernel lets go when it dies."""
    file = folder / ALIVE_FILE
    if not file.exists():
        return False
    try:
        with lock.held(file, wait_seconds=0, busy="It is being made."):
            return False
    except Busy:
        return True


def _age(folder: Path) -> float:
    with suppress(FileNotFoundError):
        return time.time() - (folder / JOB_FILE).stat().st_mtime
    return float("inf")


def _sweep(root: Path) -> None:
    for folder in root.iterdir():
        if folder.is_dir() and _age(folder) > KEEP_SECONDS and not _is_alive(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _write(file: Path, values: dict) -> None:
    partial = file.with_name(f".{file.name}-{os.getpid()}")
    partial.write_text(json.dumps(values) + "\n", "utf-8")
    partial.replace(file)
