"""A page of the waiting list as people meet it: a served site, 50 users, each a page every 5 s; the 95th percentile in 150 ms.

The list is a real snapshot of a trust whose pathways are all open. The users share one sign-in, since the hashing of passwords is
not what is measured, and ask for what people ask for: the next page, one service, long waits, another order.
"""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from re import search
from secrets import token_urlsafe
from statistics import quantiles
from threading import Thread
from time import monotonic, perf_counter, sleep
from urllib.parse import urlencode

import pyarrow as pa
import pyarrow.csv as arrow_csv

from clockstop.bench.histories import CENSUS, open_events
from clockstop.bench.jobs import Figures
from clockstop.bench.meter import Meter
from clockstop.bench.people import service_columns
from clockstop.errors import UserError
from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.store.home import Home, environment_for

TRUST = "RXP"
USERS, EVERY_SECONDS, ROUNDS = 50, 5, 6
BAR_SECONDS = 0.150
_ADDRESS = "127.0.0.1"
_NAME = "bench"
_PAGES = (
    "", "page=2", "page=40", "service=C_100", "sort=days_waited&direction=down", "weeks_from=18",
    "breach_of=18&breach_from=0&breach_to=28", "has_next_step=no", "priority=2", "sort=consultant",
)  # fmt: skip


def prepare(folder: Path, size: int) -> None:
    """A home with one trust of about that many open pathways, loaded and refreshed, and a user."""
    file, home = folder / "events.csv", Home(folder / "home")
    home.root.mkdir()
    events = open_events(0, size)
    arrow_csv.write_csv(_with_services(events), file)
    load_file(home, file=file, trust=TRUST, dataset="rtt_events", today=CENSUS)
    refresh(home, as_of=CENSUS)
    password = folder / "password"
    password.write_text(token_urlsafe(16))
    _command(home, "user", "add", _NAME, "--role", "service_manager", "--trust", TRUST, "--password-file", str(password))


def measure(folder: Path, size: int, meter: Meter) -> Figures:
    """Seconds of the slowest page in twenty, to the bar."""
    home, port = Home(folder / "home"), _free_port()
    with _served(home, port):
        cookie = _signed_in(port, (folder / "password").read_text())
        for page in _PAGES:
            _seconds_of(port, page, cookie)
        took: list[float] = meter.run("job", lambda: _visits(port, cookie), watched=True)
    slowest = quantiles(took, n=20)[-1]
    notes = [
        f"{len(took)} pages, half of them within {1_000 * quantiles(took, n=2)[0]:.0f} ms, 19 in 20 within {1_000 * slowest:.0f} ms"
    ]
    return Figures(seconds=slowest, peak_mb=meter.peak_mb, ratio=slowest / BAR_SECONDS, notes=notes)


def _visits(port: int, cookie: str) -> list[float]:
    """The seconds of each page that the users asked for; they start spread over the first seconds."""
    took: list[float] = []
    failed: list[BaseException] = []

    def one(number: int) -> None:
        sleep(EVERY_SECONDS * number / USERS)
        try:
            for visit in range(ROUNDS):
                began = monotonic()
                took.append(_seconds_of(port, _PAGES[(number + visit) % len(_PAGES)], cookie))
                sleep(max(0.0, EVERY_SECONDS - (monotonic() - began)))
        except (OSError, UserError) as error:
            failed.append(error)

    threads = [Thread(target=one, args=(number,)) for number in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    return took


def _seconds_of(port: int, page: str, cookie: str) -> float:
    began = perf_counter()
    status, _headers, _body = _asked(port, "GET", f"/ptl?trust={TRUST}&{page}", cookie)
    if status != 200:
        raise UserError(f"The waiting list answered {status} when asked for {page!r}.", do="Look at what the site said above.")
    return perf_counter() - began


def _signed_in(port: int, password: str) -> str:
    """The cookies of a session."""
    _status, headers, body = _asked(port, "GET", "/sign-in", "")
    token = search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    assert token, "the sign-in page has its token"
    before = _cookies(headers)
    form = urlencode({"username": _NAME, "password": password, "csrfmiddlewaretoken": token[1]})
    status, headers, _body = _asked(port, "POST", "/sign-in", before, form)
    assert status == 302, f"signing in answered {status}"
    return f"{before}; {_cookies(headers)}"


def _asked(port: int, method: str, page: str, cookie: str, form: str | None = None) -> tuple[int, list[tuple[str, str]], str]:
    connection = HTTPConnection(_ADDRESS, port, timeout=60)
    headers = {"Cookie": cookie} if cookie else {}
    if form is not None:
        headers |= {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, page, body=form, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.getheaders(), body


def _cookies(headers: list[tuple[str, str]]) -> str:
    return "; ".join(value.split(";")[0] for name, value in headers if name.lower() == "set-cookie")


@contextmanager
def _served(home: Home, port: int) -> Iterator[None]:
    """The site of that home, answering, until the end."""
    server = subprocess.Popen(_line("serve", "--port", str(port)), env=environment_for(home), stdout=sys.stderr)
    try:
        _wait_for(server, port)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(server: subprocess.Popen, port: int) -> None:
    """Until the sign-in page is there."""
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            if _asked(port, "GET", "/sign-in", "")[0] == 200:
                return
        except OSError:
            sleep(0.2)
    raise UserError("The site did not come up.", do="Look at what it said above, or try `clockstop serve` on its own.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_ADDRESS, 0))
        return probe.getsockname()[1]


def _command(home: Home, *words: str) -> None:
    subprocess.run(_line(*words), env=environment_for(home), check=True, stdout=sys.stderr)


def _line(*words: str) -> list[str]:
    return [sys.executable, "-c", "from clockstop.cli.main import run; run()", *words]


def _with_services(events: pa.Table) -> pa.Table:
    for name, values in service_columns(events.column("patient_pathway_identifier").chunk(0).indices.to_numpy(), TRUST).items():
        events = events.append_column(name, values)
    return events
