"""One line and one measurement of every request: which page, what came of it, how long it took; never what was typed.

Measurements are kept for Prometheus (pages/health.py shows them). Several workers each write to a file of their own under the
folder that `clockstop serve` gives them, named by the worker's place, so that one that starts anew goes on counting in it.
"""

import hashlib
import hmac
import logging
import os
import re
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10)
STATIC, NO_PAGE = "static", "no_such_page"
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_PAGE_BYTES = 4096
_log = logging.getLogger("clockstop.requests")
_shared: list[Path] = []  # the folder that the workers share; empty where this process is alone


@dataclass(frozen=True)
class Instruments:
    """What is measured, and the registry that holds it."""

    registry: object
    requests: object
    seconds: object
    resident: object


def seen_requests(get_response):
    """Middleware, the outermost of all: measures and logs each request, and gives it a number by which its lines are found."""

    def respond(request: HttpRequest) -> HttpResponse:
        began = perf_counter()
        given = request.headers.get("X-Request-ID", "")
        request.number = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        response = get_response(request)
        response.headers["X-Request-ID"] = request.number
        note(request, response.status_code, perf_counter() - began)
        return response

    return respond


def note(request: HttpRequest, status: int, seconds: float) -> None:
    """Count a request that was answered, and write its line."""
    view, method = view_of(request), request.method if request.method in ("GET", "HEAD", "POST") else "other"
    try:
        counted = instruments()
        counted.requests.labels(view, method, str(status)).inc()
        counted.seconds.labels(view).observe(seconds)
        counted.resident.set(_resident_bytes())
    except (OSError, ValueError) as error:  # a full disk must not take the answer away with the measurement
        _log.warning("a request could not be measured: %s", type(error).__name__)
    if _log.isEnabledFor(logging.INFO):
        line = {"method": method, "view": view, "status": status, "ms": round(seconds * 1000, 1)}
        _log.info("request", extra={"facts": {**line, "user": who(request), "request": request.number}})


def view_of(request: HttpRequest) -> str:
    """The name of the page: one of a known few, so never an identifier."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return match.view_name or NO_PAGE
    return STATIC if request.path.startswith(settings.STATIC_URL) else NO_PAGE


def who(request: HttpRequest) -> str:
    """A word that is the same for one person's requests and does not say who it is; empty for nobody."""
    user = getattr(request, "_cached_user", None)  # asked for it only where the page did: a line is no reason to read the database
    if user is None or not user.is_authenticated:
        return ""
    return hmac.new(settings.SECRET_KEY.encode(), f"log:{user.pk}".encode(), hashlib.sha256).hexdigest()[:12]


@cache
def instruments() -> Instruments:
    """The instruments of this process."""
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

    registry = CollectorRegistry()
    return Instruments(
        registry=registry,
        requests=Counter("clockstop_requests", "Requests answered.", ["view", "method", "status"], registry=registry),
        seconds=Histogram("clockstop_request_seconds", "How long an answer took.", ["view"], buckets=BUCKETS, registry=registry),
        resident=Gauge("clockstop_worker_resident_bytes", "Memory of each worker.", registry=registry, multiprocess_mode="liveall"),
    )


def share(folder: Path, place: int) -> None:
    """From now on this worker measures into files of the folder, named by its place; called once, right after the fork."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    from prometheus_client import values

    values.ValueClass = values.MultiProcessValue(lambda: place)
    instruments.cache_clear()
    _shared.append(folder)


def measured() -> bytes:
    """What all workers have measured, as Prometheus reads it; what this process has where it is alone."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = instruments().registry
    if _shared:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(_shared[-1]))
    return generate_latest(registry)


def _resident_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return 0
