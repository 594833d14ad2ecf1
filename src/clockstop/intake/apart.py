"""Work done in a process of its own, and done again where that process dies: the engine takes a process down now and then."""

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

from clockstop.errors import UserError

TRIES = 4
# What an engine dies of. A kill or a Ctrl-C is meant, and is no reason to try again.
_FATAL = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE})


def apart(work: Callable[[], None], *, tries: int = TRIES) -> None:
    """Do `work` in a forked process, once more where a fault of the engine ends that process; it must leave out what is done.

    What `work` raises has been told on stderr by then; here it is a `UserError` that says so. No thread of the caller may be busy.
    """
    for _ in range(tries):
        ended = _in_child(work)
        if not os.WIFSIGNALED(ended):
            break
        if os.WTERMSIG(ended) not in _FATAL:
            raise KeyboardInterrupt
    if os.WIFEXITED(ended) and os.WEXITSTATUS(ended) == 130:
        raise KeyboardInterrupt
    if ended:
        raise UserError(
            "The work could not be finished.",
            where="The lines above say why.",
            do="Mend it and run the command again; what is done stays.",
        )


def _in_child(work: Callable[[], None]) -> int:
    """How the process ended in which the work was done: 0 where all is well."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    code = 1
    try:
        _end_with_parent()
        work()
        code = 0
    except UserError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        code = 130
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def _end_with_parent() -> None:
    """Let the kernel end this process when its parent is gone, so that no lock outlives who waits for it (Linux alone has this)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
