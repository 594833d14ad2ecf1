"""Is the site well? For monitors: two answers without a word of data, and measurements in Prometheus's format."""

import ipaddress
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from hmac import compare_digest
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from clockstop import __version__
from clockstop.accounts.network_address import network_address
from clockstop.errors import UserError
from clockstop.pages.seen_requests import measured
from clockstop.registers.jobs import places
from clockstop.registers.jobs import reading as jobs
from clockstop.store import backup_log, lock, snapshots
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest

Sample = tuple[str, str, dict[str, str], float]


@login_not_required
@require_safe
def show_liveness(request: HttpRequest) -> HttpResponse:
    """That this process answers, and nothing else: no database, no file."""
    return JsonResponse({"status": "live"})


@login_not_required
@require_safe
def show_readiness(request: HttpRequest) -> HttpResponse:
    """Whether pages can be shown: 200 where the database answers and the snapshot can be read, else 503."""
    found = {"database": _is_database_up(), "snapshot": _is_snapshot_readable(settings.HOME)}
    is_ready = all(found.values())
    return JsonResponse({"status": "ready" if is_ready else "not ready", **found}, status=200 if is_ready else 503)


@login_not_required
@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """What is measured, for who may read it; to everybody else there is no such page."""
    if not _may_read(request):
        return HttpResponse("Not for this address.\n", status=403, content_type="text/plain; charset=utf-8")
    body = measured() + _as_text(_samples(settings.HOME)).encode()
    return HttpResponse(body, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    said = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if settings.METRICS_TOKEN and compare_digest(said.encode(), settings.METRICS_TOKEN.encode()):
        return True
    address = network_address(request)
    return bool(address) and any(
        ipaddress.ip_address(address) in network for network in settings.METRICS_NETWORKS if network != "none"
    )


def _is_database_up() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() is not None
    except DatabaseError:
        return False


def _is_snapshot_readable(home: Home) -> bool:
    """Whether the snapshot that pages show can be read; before the first refresh there is none to read."""
    try:
        shown = snapshots.current(home)
        return shown is None or snapshots.manifest(home, shown) is not None
    except (OSError, ValueError, UserError):
        return False


@lru_cache(maxsize=4)
def _account(root: Path, shown: str) -> Manifest:
    """A snapshot never changes, so it is read once."""
    return snapshots.manifest(Home(root), shown)


def _samples(home: Home) -> Iterator[Sample]:
    """What is true at this instant, whichever worker is asked: name, help, labels, value."""
    disk = shutil.disk_usage(home.root)
    yield "clockstop_build_info", "The version that answers.", {"version": __version__}, 1
    yield "clockstop_database_up", "Whether the database answers.", {}, _is_database_up()
    yield "clockstop_disk_free_bytes", "Room on the disk of CLOCKSTOP_HOME.", {}, disk.free
    yield "clockstop_disk_size_bytes", "Size of the disk of CLOCKSTOP_HOME.", {}, disk.total
    yield "clockstop_writer_busy", "Whether a load or refresh is running.", {}, lock.is_held(home.lock_file)
    yield from _jobs(home)
    shown = snapshots.current(home) if _is_snapshot_readable(home) else None
    yield "clockstop_snapshot_up", "Whether there is a snapshot that can be read.", {}, shown is not None
    if shown:
        account = _account(home.root, shown)
        as_of = datetime(account.as_of.year, account.as_of.month, account.as_of.day, tzinfo=UTC)
        yield "clockstop_snapshot_info", "The snapshot that pages show.", {"snapshot": shown}, 1
        yield "clockstop_snapshot_age_seconds", "Since it was built.", {}, _age(account.built_at)
        yield "clockstop_snapshot_as_of_age_seconds", "Since the day that it shows began.", {}, _age(as_of)
    if made := backup_log.backups(home):
        yield "clockstop_backup_age_seconds", "Since the last whole backup.", {}, _age(made[-1].made_at)


def _jobs(home: Home) -> Iterator[Sample]:
    yield "clockstop_job_worker_up", "Whether a worker waits for long jobs.", {}, places.is_worker_there(home)
    try:
        waiting, running, _ = jobs.waiting()
        yield "clockstop_jobs", "Long jobs that are under way.", {"state": "waiting"}, waiting
        yield "clockstop_jobs", "", {"state": "running"}, running
        yield "clockstop_jobs_oldest_wait_seconds", "Since the first of the queue was asked for.", {}, jobs.seconds_waiting()
    except DatabaseError:
        return


def _age(instant: datetime) -> float:
    return round(time.time() - instant.timestamp(), 1)


def _as_text(samples: Iterator[Sample]) -> str:
    lines, told = [], set()
    for name, says, labels, value in samples:
        if name not in told:
            lines += [f"# HELP {name} {says}", f"# TYPE {name} gauge"]
            told.add(name)
        shown = ",".join(f'{key}="{word}"' for key, word in labels.items())
        lines.append(f"{name}{{{shown}}} {float(value)}" if shown else f"{name} {float(value)}")
    return "\n".join(lines) + "\n"
