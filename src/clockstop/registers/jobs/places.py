"""Which jobs' processes live, told by locks that the kernel lets go when they die; and whether a worker is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clockstop.store import lock
from clockstop.store.home import Home


def lock_of(home: Home, key: str) -> Path:
    """The lock that a job's process holds as long as it lives."""
    return home.jobs / f"{key}.lock"


def worker_lock(home: Home) -> Path:
    """The lock that every worker of this home shares."""
    return home.jobs / "worker.lock"


def is_alive(home: Home, key: str) -> bool:
    """Whether some process does that job at this moment."""
    return lock.is_held(lock_of(home, key))


def is_worker_there(home: Home) -> bool:
    """Whether any worker waits for jobs."""
    return lock.is_held(worker_lock(home))


@contextmanager
def held(home: Home, key: str) -> Iterator[None]:
    """Hold the lock of a job; `Busy` where another process does it."""
    home.jobs.mkdir(parents=True, exist_ok=True, mode=0o700)
    with lock.held(lock_of(home, key), wait_seconds=0, busy="Another process does this job."):
        yield
    lock_of(home, key).unlink(missing_ok=True)
