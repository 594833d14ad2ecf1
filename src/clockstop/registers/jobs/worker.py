"""A worker: takes jobs from the queue, takes up those whose process was killed, and asks for what the schedule says."""

import logging
import os
import signal
import threading
import time
from datetime import timedelta

from django.core.management import call_command
from django.db import DatabaseError, connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from clockstop.errors import UserError
from clockstop.registers.jobs import actions, places, schedule, tasks
from clockstop.registers.jobs.models import ENDED, RUNNING, WAITING, Job
from clockstop.store import lock
from clockstop.store.home import Home

LOOK_SECONDS, SCHEDULE_SECONDS = 1.0, 20.0
# A process needs so long from its beginning to its lock.
BEGIN_SECONDS = 60
KEEP_DAYS = 30
_log = logging.getLogger("clockstop.jobs")


def run(home: Home, *, at_once: int, beside: int = 0, is_batch: bool = False) -> None:
    """Work until stopped; with `is_batch` until nothing waits. `beside` is the process with which it ends."""
    home.jobs.mkdir(parents=True, exist_ok=True, mode=0o700)
    with lock.shared(places.worker_lock(home)):
        workers = [_worker(number, is_batch) for number in range(at_once)]
        threads = [threading.Thread(target=_work, args=(one,), name=one.worker_id, daemon=True) for one in workers]
        stopping = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stopping.set())
        recover(home)
        for thread in threads:
            thread.start()
        _watch(home, threads, stopping, beside)
        for one in workers:
            one.running = False
        tasks.stop_children()
        for thread in threads:
            thread.join(timeout=20)
    connections.close_all()


def recover(home: Home) -> list[Job]:
    """Take up the jobs whose process was killed, and those whose task was lost with a worker; which they were comes back.

    A job says that it runs only while its process holds its lock, so one that says so and has none was killed.
    """
    found = []
    for job in Job.objects.filter(state__in=(RUNNING, WAITING)):
        is_new = job.state == WAITING and timezone.now() - job.asked_at < timedelta(seconds=BEGIN_SECONDS)
        if is_new or places.is_alive(home, job.key) or _is_attended(job):
            continue
        actions.take_up_again(job, is_counted=job.state == RUNNING)
        found.append(job)
    return found


def _is_attended(job: Job) -> bool:
    """Whether a task of a worker that is there still stands for the job."""
    task = DBTaskResult.objects.filter(pk=job.task).first() if job.task else None
    if task is None:
        return False
    if task.status == "READY":
        return True
    return task.status == "RUNNING" and any(_is_process(one) for one in task.worker_ids)


def _worker(number: int, is_batch: bool) -> Worker:
    return Worker(
        queue_names=["default"], interval=LOOK_SECONDS, batch=is_batch, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id=f"{os.getpid()}-{_started(os.getpid())}-{number}", excluded_queue_names=[],
    )  # fmt: skip


def _work(worker: Worker) -> None:
    """Run the loop of the library's worker; where the database is away for a while, begin again."""
    while worker.running:
        try:
            worker.run()
            return
        except DatabaseError as error:
            _log.warning("the queue cannot be read: %s", type(error).__name__)
            connections.close_all()
            time.sleep(LOOK_SECONDS * 5)


def _watch(home: Home, threads: list[threading.Thread], stopping: threading.Event, beside: int) -> None:
    """Every second: end with the process that it works beside. Now and then: the schedule, what was lost, what is old."""
    looked_at = time.monotonic() - SCHEDULE_SECONDS
    while not stopping.wait(LOOK_SECONDS) and any(thread.is_alive() for thread in threads):
        if beside and os.getppid() != beside:
            return
        if time.monotonic() - looked_at >= SCHEDULE_SECONDS:
            looked_at = time.monotonic()
            _look(home)


def _look(home: Home) -> None:
    try:
        recover(home)
        schedule.ask_for_what_is_due(home, timezone.now())
        before = timezone.now() - timedelta(days=KEEP_DAYS)
        Job.objects.filter(state__in=ENDED, ended_at__lt=before).delete()
        call_command("prune_db_task_results", verbosity=0, min_age_days=KEEP_DAYS)
    except (DatabaseError, UserError, OSError) as error:
        _log.warning("the schedule could not be looked at: %s", type(error).__name__)


def _is_process(worker_id: str) -> bool:
    """Whether the worker of that name lives: its number may have gone to another process, so its start is part of the name."""
    number, started, _ = (*worker_id.split("-"), "", "")[:3]
    return bool(started) and number.isdecimal() and _started(int(number)) == started


def _started(process: int) -> str:
    """When a process began, in the kernel's ticks; empty where there is none."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as said:
            return said.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
