"""The process of one job: `python -m clockstop.registers.jobs.process KEY`, started by a worker (registers/jobs/tasks.py).

It holds the job's lock as long as it lives. Where it is killed the lock is free while the job says that it runs: so it is known.
"""

import errno
import importlib
import logging
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from clockstop.errors import Busy, UserError

# What does the work of each kind: a module, named because those of higher rooms may not be imported here.
KINDS = {"pack": "clockstop.reports.pack_task", "refresh": "clockstop.registers.jobs.refreshing"}
TELL_SECONDS = 0.5
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
_log = logging.getLogger("clockstop.jobs")

Tell = Callable[[str, float], None]


class Stopped(Exception):
    """Somebody has stopped the job."""


def main(key: str) -> None:
    """Do the job and note what came of it."""
    import django

    django.setup()
    from clockstop.registers.jobs import actions, places
    from clockstop.registers.jobs.models import STOPPED, UNDER_WAY, Job
    from clockstop.store.home import home_from_environment

    job = Job.objects.get(key=key)
    with suppress(Busy), places.held(home_from_environment(), key):
        if actions.begin(job):
            _do(job)
        elif Job.objects.filter(pk=job.pk, state__in=UNDER_WAY).exists():
            actions.end(job, STOPPED, "It was stopped before it began.")


def _do(job) -> None:
    from clockstop.registers.jobs import actions
    from clockstop.registers.jobs.models import DONE, FAILED, STOPPED

    _log.info("job begun", extra={"facts": {"kind": job.kind, "job": job.key}})
    began = time.monotonic()
    try:
        says, result = importlib.import_module(KINDS[job.kind]).work(job.asked, teller(job))
        outcome = (DONE, says, result)
    except Stopped:
        outcome = (STOPPED, "It was stopped. Nothing of it is kept.", {})
    except UserError as error:
        outcome = (FAILED, " ".join(part for part in (error.what, error.where, error.do) if part), {})
    except Exception as error:
        outcome = (FAILED, in_words(error), {})
        _log.exception("job failed")
    actions.end(job, *outcome)
    seconds = round(time.monotonic() - began, 1)
    _log.info("job ended", extra={"facts": {"kind": job.kind, "job": job.key, "state": outcome[0], "seconds": seconds}})


def teller(job) -> Tell:
    """What a job tells its progress to; raises `Stopped` where somebody wants it stopped."""
    from django.db import OperationalError

    from clockstop.registers.jobs.models import Job

    told_at = 0.0

    def tell(doing: str, share: float) -> None:
        nonlocal told_at
        if time.monotonic() - told_at < TELL_SECONDS:
            return
        told_at = time.monotonic()
        with suppress(OperationalError):  # a database that is busy for a moment stops no job
            Job.objects.filter(pk=job.pk).update(doing=doing[:400], share=min(max(share, 0.0), 1.0))
            if Job.objects.filter(pk=job.pk, is_stop_wanted=True).exists():
                raise Stopped

    return tell


def in_words(error: Exception) -> str:
    """What went wrong, for the person who asked: no row's value, no place in the program."""
    if isinstance(error, MemoryError):
        return "Memory came to its end. Nothing half done is kept: ask for it when less else runs."
    if isinstance(error, OSError):
        do = "Make room on that disk" if error.errno in _NO_ROOM else "Let the site's account write there"
        return f"The operating system refused: {error.strerror or type(error).__name__}. {do}, and ask again."
    return "It could not be done: the error is in the log of the worker. Nothing half done is kept."


if __name__ == "__main__":
    main(sys.argv[1])
