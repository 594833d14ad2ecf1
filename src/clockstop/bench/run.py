"""Runs a job: its data are made in one process, it is measured in another, and its folder goes away at the end."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from clockstop.bench import child
from clockstop.bench.jobs import Figures, Job
from clockstop.errors import UserError
from clockstop.store.home import Home

Progress = Callable[[str], None]


def run(job: Job, *, size: int, home: Home, progress: Progress = lambda message: None) -> Figures:
    """The job's figures at that size. Its data lie under the home's cache for as long as it runs, and no snapshot is touched."""
    job.load()
    place = home.cache / "bench"
    place.mkdir(parents=True, exist_ok=True)
    clear(place)
    folder = Path(mkdtemp(prefix=f"{job.name}-{os.getpid()}-", dir=place))
    try:
        progress(f"{job.name}: making data for {size:,} {job.unit}".rstrip())
        _half("prepare", job, size, folder)
        progress(f"{job.name}: measuring")
        _half("measure", job, size, folder)
        figures = Figures(**json.loads((folder / child.RESULT).read_text()))
    finally:
        rmtree(folder, ignore_errors=True)
    for note in figures.notes:
        progress(f"{job.name}: {note}")
    return figures


def clear(place: Path) -> None:
    """Remove what runs that were killed left behind: the folders of processes that are no more."""
    for folder in place.iterdir():
        words = folder.name.rsplit("-", 2)
        owner = words[1] if len(words) == 3 else ""
        if not (owner.isdecimal() and _runs(int(owner))):
            rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _half(half: str, job: Job, size: int, folder: Path) -> None:
    command = [sys.executable, "-m", "clockstop.bench.child", half, job.name, str(size), str(folder)]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise UserError(
            f"The job {job.name} did not finish: its process ended with {done.returncode} (to {half}).",
            where="What it said stands above.",
            do="Make room in memory and on the disk, or give a smaller --size.",
        )
