"""Packs that are being made for the site: each a long job (registers/jobs), with its progress, and a way to stop it.

Under `packs/.making/ID/`: `job.json` (what was asked, by whom), `progress.json` (how far it is), `stop` (somebody wants it
stopped), `alive` (locked by the process as long as it lives, so that one that was killed is known to be).
"""

import json
import os
import shutil
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from clockstop.errors import Busy, UnknownName, UserError
from clockstop.registers.jobs import places
from clockstop.store import lock
from clockstop.store.home import Home

WAITING, MAKING, MADE, STOPPED, FAILED = "waiting", "making", "made", "stopped", "failed"
ENDED = (MADE, STOPPED, FAILED)
NO_WORKER = "Waiting for a worker, of which none is running: whoever runs this site starts one with clockstop worker."
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
    """Put a making into the queue; the same that is under way, and not being stopped, comes back instead."""
    try:
        return _start(home, job)
    except OSError as error:
        raise UserError(
            "A pack cannot be begun: its folder cannot be written.",
            where=f"{_root(home)}: {error.strerror or error}.",
            do="Make room there, or let the site's account write there, and try again.",
        ) from None


def _start(home: Home, job: PackJob) -> PackJob:
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
        if (folder / STOP_FILE).exists():
            return replace(found, what="Stopping, once the piece at hand is done")
        return found if found.state != WAITING or places.is_worker_there(home) else replace(found, what=NO_WORKER)
    return Progress(state=FAILED, share=found.share, what="It was broken off. Nothing half made is kept: ask for it again.")


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
    """Put it into the queue of long jobs: a worker makes it, beside the request and whoever else dies."""
    from clockstop.accounts.models import User
    from clockstop.registers.jobs import actions

    asked = read_job(folder)
    who = User.objects.filter(username=asked.username).first()
    title = f"Pack of {asked.org}, {asked.month}"
    actions.ask(kind="pack", title=title, asked={"making": folder.name}, by=who, key=folder.name, is_recorded=False)


def _is_alive(folder: Path) -> bool:
    """Whether it waits for a worker, or its process lives: that holds a lock which the kernel lets go when it dies."""
    from clockstop.registers.jobs import reading

    return lock.is_held(folder / ALIVE_FILE) or reading.is_under_way(folder.name)


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
