"""Seconds and memory of a piece of work: its own process and those that it started."""

import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter
from typing import Any

_PROC = Path("/proc")
_PAUSE_SECONDS = 0.02


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds by the clock on the wall, and of the processors."""

    wall: float
    cpu: float


@dataclass
class Meter:
    """Times pieces of work and keeps the highest memory seen while one that is `watched` ran."""

    peak_mb: float = 0.0
    timings: dict[str, list[Timing]] = field(default_factory=dict)

    def run(self, name: str, work: Callable[[], Any], *, watched: bool = False) -> Any:
        """Do the work once, and note what it took under `name`."""
        with self._watch() if watched else _unwatched():
            wall, cpu = perf_counter(), cpu_seconds()
            result = work()
            self.timings.setdefault(name, []).append(Timing(wall=perf_counter() - wall, cpu=cpu_seconds() - cpu))
        return result

    def interleaved(self, job: Callable[[], Any], floor: Callable[[], Any], *, times: int) -> None:
        """Do the job and its floor in turns, each once before to warm up: a noisy machine then slows both."""
        job(), floor()
        for _ in range(times):
            self.run("floor", floor)
            self.run("job", job, watched=True)

    def wall(self, name: str) -> float:
        """The median of the seconds on the wall."""
        return median(timing.wall for timing in self.timings[name])

    def cpu(self, name: str) -> float:
        """The median of the processors' seconds."""
        return median(timing.cpu for timing in self.timings[name])

    def note(self, job: str = "job", floor: str = "floor") -> str:
        """Both kinds of seconds, for people."""
        said = (
            f"{name} {self.wall(key):.3f} s ({self.cpu(key):.3f} s of processor)"
            for name, key in (("job", job), ("against", floor))
        )
        return f"{'; '.join(said)}; ratio of processor seconds {self.cpu(job) / max(self.cpu(floor), 1e-3):.2f}"

    @contextmanager
    def _watch(self) -> Iterator[None]:
        stop = Event()
        _forget_peak()
        thread = Thread(target=self._look, args=(stop,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()
            self.peak_mb = max(self.peak_mb, own_peak_mb())

    def _look(self, stop: Event) -> None:
        while not stop.wait(_PAUSE_SECONDS):
            self.peak_mb = max(self.peak_mb, tree_mb(os.getpid()))


@contextmanager
def _unwatched() -> Iterator[None]:
    yield


def cpu_seconds() -> float:
    """The processors' seconds of this process and of those of its children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def tree_mb(root: int) -> float:
    """The memory of a process and all that it started, in MB (1,000,000 bytes); 0 where the system does not say."""
    members = [root]
    for member in members:
        members += _children(member)
    return sum(map(_resident, members)) / 1e6


def own_peak_mb() -> float:
    """The highest memory of this process since `_forget_peak`, or ever where the system cannot forget it."""
    found = _status("VmHWM")
    if found is not None:
        return found / 1e6
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def _forget_peak() -> None:
    try:
        (_PROC / "self" / "clear_refs").write_text("5")
    except OSError:
        return


def _status(name: str) -> int | None:
    try:
        lines = (_PROC / "self" / "status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), None)


def _children(process: int) -> list[int]:
    try:
        found = [(task / "children").read_text() for task in (_PROC / str(process) / "task").iterdir()]
    except OSError:
        return []
    return [int(word) for text in found for word in text.split()]


def _resident(process: int) -> int:
    try:
        return int((_PROC / str(process) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
