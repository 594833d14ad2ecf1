"""Asking for a long job, stopping it, and noting what became of it.

A job is a row; a task in the queue (django-tasks, in the same database) points at it. Row and task are written in one transaction:
a job that was asked for is never lost, whatever dies afterwards.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from clockstop.registers.core.actions import record_change
from clockstop.registers.jobs.models import DONE, ENDED, FAILED, RUNNING, STOPPED, UNDER_WAY, WAITING, Job

# A job whose process was killed so often is not tried again: it would kill the next worker too.
MOST_ATTEMPTS = 3
SCHEDULE = "the schedule"
BROKEN_OFF = "Its process was killed, perhaps for want of memory. Nothing half done is kept: ask for it again."


def ask(*, kind: str, title: str, asked: Mapping[str, Any], by, key: str = "", is_recorded: bool = True) -> Job:
    """A job in the queue. `by` is None for the schedule; `is_recorded` is False where the asker records it elsewhere."""
    with transaction.atomic():
        job = Job.objects.create(
            key=key or uuid.uuid4().hex, kind=kind, title=title, asked=dict(asked), owner=by,
            owner_name=by.get_username() if by else SCHEDULE, asked_at=timezone.now(),
        )  # fmt: skip
        _enqueue(job)
        if by and is_recorded:
            record_change(by=by, what="asked for", record="job", record_key=job.key, before=None, after={"title": title})
    return job


def ask_once(*, kind: str, title: str, asked: Mapping[str, Any], by) -> Job:
    """The job of that kind that is under way, if there is one; else a new one."""
    with transaction.atomic():
        standing = Job.objects.select_for_update().filter(kind=kind, state__in=UNDER_WAY, is_stop_wanted=False).first()
        return standing or ask(kind=kind, title=title, asked=asked, by=by)


def stop(*, job: Job, by) -> Job:
    """Ask a job to end: one that waits ends at once, one that runs before its next step, and nothing half done is kept."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state in ENDED:
            return job
        job.is_stop_wanted = True
        job.save(update_fields=["is_stop_wanted"])
        record_change(by=by, what="stopped", record="job", record_key=job.key, before=None, after={"title": job.title})
        if job.state == WAITING:
            end(job, STOPPED, "It was stopped before it began.")
    return job


def begin(job: Job) -> bool:
    """Note that a process has begun the job; False where it is over, or somebody has stopped it meanwhile."""
    return bool(
        Job.objects.filter(pk=job.pk, state__in=UNDER_WAY, is_stop_wanted=False).update(
            state=RUNNING, begun_at=timezone.now(), attempts=job.attempts + 1, share=0, doing="Beginning"
        )
    )


def end(job: Job, state: str, doing: str, result: Mapping[str, Any] | None = None) -> None:
    """Note that the job is over; what is over already stays as it was noted first."""
    share = {"share": 1.0} if state == DONE else {}
    Job.objects.filter(pk=job.pk, state__in=UNDER_WAY).update(
        state=state, doing=doing[:400], ended_at=timezone.now(), result=dict(result or {}), **share
    )


def take_up_again(job: Job, *, is_counted: bool = True) -> None:
    """Let a job whose process is gone be begun again, unless that has happened too often."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state in ENDED:
            return
        if job.is_stop_wanted:
            end(job, STOPPED, "It was stopped. Nothing of it is kept.")
        elif is_counted and job.attempts >= MOST_ATTEMPTS:
            end(job, FAILED, BROKEN_OFF)
        else:
            was_begun = job.state == RUNNING and job.attempts > 0
            job.attempts -= 1 if was_begun and not is_counted else 0
            job.state, job.doing = WAITING, "Its process was broken off; waiting to begin again"
            job.save(update_fields=["state", "doing", "attempts"])
            _enqueue(job)


def _enqueue(job: Job) -> None:
    from clockstop.registers.jobs.tasks import attend

    job.task = uuid.UUID(attend.enqueue(job.key).id)
    job.save(update_fields=["task"])
