"""Long jobs: asked for, done, stopped, killed; and the schedule that asks by itself."""

import subprocess
import sys
import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from clockstop.accounts.models import Membership, User
from clockstop.errors import Busy, UnreadableFile, UserError
from clockstop.registers.core.models import Change
from clockstop.registers.jobs import actions, places, process, schedule, tasks, worker
from clockstop.registers.jobs.models import DONE, FAILED, RUNNING, STOPPED, WAITING, Job
from clockstop.store import lock

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat():
    return User.objects.create_user(username="pat")


@pytest.fixture
def job(pat, home) -> Job:
    return actions.ask(kind="refresh", title="Refresh", asked={}, by=pat)


def work_is(monkeypatch, work):
    """Let the work of a refresh be that function."""
    monkeypatch.setattr("clockstop.registers.jobs.refreshing.work", work)


def test_a_job_and_its_task_are_written_together_and_recorded(job, pat):
    task = DBTaskResult.objects.get(pk=job.task)
    assert (job.state, task.status, task.args_kwargs["args"]) == (WAITING, "READY", [job.key])
    change = Change.objects.get()
    assert (change.what, change.record_key, change.by_name) == ("asked for", job.key, "pat")


def test_a_job_that_cannot_be_queued_was_not_asked_for(pat, monkeypatch):
    monkeypatch.setattr(actions, "_enqueue", lambda _job: (_ for _ in ()).throw(OSError("no queue")))
    with pytest.raises(OSError, match="no queue"):
        actions.ask(kind="refresh", title="Refresh", asked={}, by=pat)
    assert not Job.objects.exists()


def test_the_same_refresh_is_asked_for_once_while_it_is_under_way(job, pat):
    assert actions.ask_once(kind="refresh", title="Refresh", asked={}, by=pat) == job
    actions.end(job, DONE, "done")
    assert actions.ask_once(kind="refresh", title="Refresh", asked={}, by=pat) != job


def test_a_job_is_done_with_its_words_and_its_result(job, monkeypatch):
    work_is(monkeypatch, lambda _asked, tell: tell("half", 0.5) or ("Published.", {"snapshot": "x"}))
    assert actions.begin(job)
    process._do(job)
    job.refresh_from_db()
    assert (job.state, job.share, job.doing, job.result) == (DONE, 1.0, "Published.", {"snapshot": "x"})


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (UserError("It is wrong.", do="Mend it."), "It is wrong. Mend it."),
        (OSError(28, "No space left on device"), "No space left on device. Make room"),
        (MemoryError(), "Memory came to its end"),
        (ValueError("NHS number 9434765919"), "the error is in the log"),
    ],
)
def test_what_goes_wrong_is_said_in_words_without_a_value(job, monkeypatch, error, says):
    work_is(monkeypatch, lambda _asked, _tell: (_ for _ in ()).throw(error))
    process._do(job)
    job.refresh_from_db()
    assert job.state == FAILED
    assert says in job.doing
    assert "9434765919" not in job.doing


def test_a_job_that_waits_is_stopped_at_once_and_is_not_begun(job, pat):
    actions.stop(job=job, by=pat)
    job.refresh_from_db()
    assert (job.state, job.ended_at is not None) == (STOPPED, True)
    assert not actions.begin(job)
    assert Change.objects.filter(what="stopped", record_key=job.key).exists()


def test_a_job_that_runs_is_stopped_at_its_next_step(job, pat, monkeypatch):
    def work(_asked, tell):
        actions.stop(job=job, by=pat)
        tell("a step", 0.3)
        pytest.fail("it went on")

    work_is(monkeypatch, work)
    actions.begin(job)
    process._do(job)
    job.refresh_from_db()
    assert (job.state, "Nothing of it is kept" in job.doing) == (STOPPED, True)


def lost(job) -> None:
    """As a worker leaves it that was killed with the job's process: running, its task claimed by a process that is gone."""
    Job.objects.filter(pk=job.pk).update(state=RUNNING, begun_at=timezone.now(), attempts=1)
    DBTaskResult.objects.filter(pk=job.task).update(status="RUNNING", worker_ids=["99999999-1-0"])


def test_a_job_whose_process_and_worker_were_killed_is_taken_up_again_and_at_last_failed(job, home):
    for attempts in range(1, actions.MOST_ATTEMPTS):
        lost(job)
        Job.objects.update(attempts=attempts)
        assert worker.recover(home) == [job]
        job.refresh_from_db()
        assert (job.state, DBTaskResult.objects.get(pk=job.task).status) == (WAITING, "READY")
    lost(job)
    Job.objects.update(attempts=actions.MOST_ATTEMPTS)
    worker.recover(home)
    job.refresh_from_db()
    assert (job.state, job.doing) == (FAILED, actions.BROKEN_OFF)


def test_a_job_whose_process_lives_is_left_alone_when_its_worker_was_killed(job, home):
    lost(job)
    with places.held(home, job.key):
        assert worker.recover(home) == []
        tasks.attend.call(job.key)
    job.refresh_from_db()
    assert job.state == RUNNING


def test_a_job_whose_task_was_lost_before_it_began_is_queued_again(job, home):
    DBTaskResult.objects.filter(pk=job.task).update(status="RUNNING", worker_ids=["99999999-1-0"])
    assert worker.recover(home) == []
    Job.objects.update(asked_at=timezone.now() - timedelta(minutes=5))
    assert worker.recover(home) == [job]
    assert worker.recover(home) == []


def test_two_processes_never_do_one_job(job, home):
    with places.held(home, job.key), pytest.raises(Busy), places.held(home, job.key):
        pytest.fail("two at a time")


def test_a_process_that_is_killed_has_its_job_taken_up_again(job, home, monkeypatch):
    monkeypatch.setattr(
        tasks.subprocess, "Popen", lambda _command, **_: _Real([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])
    )
    Job.objects.filter(pk=job.pk).update(state=RUNNING, attempts=1)
    tasks.attend.call(job.key)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (WAITING, 1)


_Real = subprocess.Popen


def test_a_worker_that_is_told_to_end_does_not_count_the_attempt(job, home):
    Job.objects.filter(pk=job.pk).update(state=RUNNING, attempts=1)
    actions.take_up_again(job, is_counted=False)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (WAITING, 0)


def test_a_worker_that_is_there_can_be_seen(home):
    home.jobs.mkdir()
    assert not places.is_worker_there(home)
    with lock.shared(places.worker_lock(home)), lock.shared(places.worker_lock(home)):
        assert places.is_worker_there(home)
    assert not places.is_worker_there(home)


NIGHT, NOON = time(5, 30), time(12, 30)


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        (datetime(2026, 11, 22, 5, 29, tzinfo=UTC), "2026-11-21T12:30:00+00:00", "2026-11-22T05:30:00+00:00"),
        (datetime(2026, 11, 22, 5, 30, tzinfo=UTC), "2026-11-22T05:30:00+00:00", "2026-11-22T12:30:00+00:00"),
        (datetime(2026, 7, 1, 5, 0, tzinfo=UTC), "2026-07-01T05:30:00+01:00", "2026-07-01T12:30:00+01:00"),
    ],
)
def test_what_is_due_goes_by_londons_time(now, last, following):
    assert schedule.last_due([NIGHT, NOON], now).isoformat() == last
    assert schedule.next_due([NIGHT, NOON], now).isoformat() == following


def test_after_days_in_which_nothing_ran_there_is_one_refresh(home):
    home.settings_file.write_text('[schedule]\nrefresh = ["05:30", "12:30"]\n')
    now = timezone.now()
    first = schedule.ask_for_what_is_due(home, now)
    assert first.owner_name == actions.SCHEDULE
    assert schedule.ask_for_what_is_due(home, now) is None
    assert Job.objects.count() == 1


def test_two_workers_ask_for_what_is_due_once(home, monkeypatch):
    home.settings_file.write_text('[schedule]\nrefresh = ["00:00"]\n')
    first = schedule.ask_for_what_is_due(home, timezone.now())
    Job.objects.update(asked_at=timezone.now() - timedelta(days=3))  # as a worker saw it that looked before the other wrote
    assert schedule.ask_for_what_is_due(home, timezone.now()) is None
    assert Job.objects.get() == first


def test_without_a_schedule_nothing_is_due_and_a_wrong_time_is_said(home):
    assert schedule.ask_for_what_is_due(home, timezone.now()) is None
    home.settings_file.write_text('[schedule]\nrefresh = ["half past five"]\n')
    with pytest.raises(UnreadableFile, match="time of the schedule"):
        schedule.times(home)


def test_a_job_that_is_over_has_its_end_in_the_database_too(job):
    with pytest.raises(IntegrityError):
        Job.objects.filter(pk=job.pk).update(state=DONE)


def signed_in(client, user, role="information_analyst"):
    Membership.objects.create(user=user, trust="QQA", role=role)
    client.force_login(user)
    return client


def test_an_analyst_asks_for_a_refresh_sees_it_and_stops_it(client, pat, home, settings):
    settings.HOME = home
    signed_in(client, pat)
    assert client.post("/jobs/refresh").status_code == 302
    job = Job.objects.get()
    text = client.get("/jobs").content.decode()
    assert "Refresh of the data" in text
    assert "no worker is running" in text
    client.post(f"/jobs/{job.key}/stop")
    job.refresh_from_db()
    assert job.state == STOPPED


def test_nobody_stops_another_ones_job_and_not_everybody_refreshes(client, pat, home, settings):
    settings.HOME = home
    other = User.objects.create_user(username="other")
    job = actions.ask(kind="pack", title="Pack", asked={}, by=other, key=uuid.uuid4().hex)
    signed_in(client, pat, "service_manager")
    assert client.post(f"/jobs/{job.key}/stop").status_code == 403
    assert client.post("/jobs/refresh").status_code == 403
    assert "Nothing was asked for" in client.get("/jobs").content.decode()
