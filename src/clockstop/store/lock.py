"""One writer at a time: a lock that the kernel lets go when its holder dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from clockstop.errors import Busy
from clockstop.store.home import Home


@contextmanager
def writer(home: Home) -> Iterator[None]:
    """Hold the store for writing; raises `Busy` at once where another process holds it."""
    home.root.mkdir(parents=True, exist_ok=True)
    handle = os.open(home.lock_file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(
                "Another load or refresh is running.",
                where=f"It holds {home.lock_file}.",
                do="Wait until it has ended and try again; nothing was changed.",
            ) from None
        yield
    finally:
        os.close(handle)
