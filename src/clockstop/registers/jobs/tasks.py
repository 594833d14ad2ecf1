"""The one task of the queue: attend to a job, whose work is done by a process of its own."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django_tasks import task

from clockstop.registers.jobs import actions
from clockstop.registers.jobs.models import ENDED, Job
from clockstop.registers.jobs.places import is_alive
from clockstop.store.home import environment_for, home_from_environment

_children: set[subprocess.Popen] = set()
_is_stopping = threading.Event()


@task()
def attend(key: str) -> None:
    """Start the job's process and wait for its end; a process that was killed has its job taken up again, or marked as failed."""
    job = Job.objects.filter(key=key).first()
    if job is None or job.state in ENDED or is_alive(home_from_environment(), key):
        return  # over, or a process of a worker that was killed still does it
    with _child(key) as child:
        child.wait()
    job.refresh_from_db()
    if job.state not in ENDED and not is_alive(home_from_environment(), key):
        actions.take_up_again(job, is_counted=not _is_stopping.is_set())


def stop_children() -> None:
    """End the processes of this worker, whose jobs then wait for the next."""
    _is_stopping.set()
    for child in list(_children):
        child.terminate()


@contextmanager
def _child(key: str) -> Iterator[subprocess.Popen]:
    child = subprocess.Popen(
        [sys.executable, "-m", "clockstop.registers.jobs.process", key],
        env=environment_for(home_from_environment()),
        stdin=subprocess.DEVNULL,
    )
    _children.add(child)
    try:
        yield child
    finally:
        _children.discard(child)
