"""One writer at a time: a lock that the kernel lets go when its holder dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clockstop.errors import Busy
from clockstop.store.home import Home

# How often somebody who waits looks again.
LOOK_SECONDS = 0.2


@contextmanager
def writer(home: Home, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the store for writing; raises `Busy` where another process holds it, and still does after `wait_seconds`."""
    home.root.mkdir(parents=True, exist_ok=True)
    with held(home.lock_file, wait_seconds=wait_seconds, busy="Another load or refresh is running."):
        yield


@contextmanager
def held(file: Path, *, wait_seconds: float, busy: str) -> Iterator[None]:
    """Hold the lock of that file; `Busy`, in the words of `busy`, where another process holds it for longer than is waited."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        until = time.monotonic() + wait_seconds
        while not (is_held := _taken(handle)) and time.monotonic() < until:
            time.sleep(LOOK_SECONDS)
        if not is_held:
            raise Busy(busy, where=f"It holds {file}.", do="Wait until it has ended and try again; nothing was changed.")
        yield
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def shared(file: Path) -> Iterator[None]:
    """Hold the lock of that file beside others who hold it so: that somebody is there can be seen (`is_held`)."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def is_held(file: Path) -> bool:
    """Whether some process holds the lock of that file, asked without taking it: who looks must not stand in a writer's way.

    The kernel's own list says so; where it cannot be read (outside Linux) nobody seems to hold it.
    """
    try:
        status = file.stat()
        held = Path("/proc/locks").read_text("ascii").splitlines()
    except OSError:
        return False
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    return any(" FLOCK " in line and " -> " not in line and place in line.split() for line in held)
