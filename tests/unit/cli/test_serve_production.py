"""The site as a server runs it, in processes of its own: a worker that is killed is replaced, TERM ends it, HUP renews it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from clockstop import __version__
from clockstop.nhsuk.templating import build
from clockstop.store.home import Home

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it reads /proc"),
]
SETTINGS = {
    "CLOCKSTOP_HTTPS": "1", "CLOCKSTOP_ALLOWED_HOSTS": "clockstop.example", "CLOCKSTOP_TRUSTED_PROXIES": "127.0.0.1",
    "CLOCKSTOP_LOG": "json",
}  # fmt: skip


class Site:
    """A site that runs: its process, its port and what it logs."""

    def __init__(self, root: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = root / "log"
        home = Home(root / "home")
        home.static_files.mkdir(parents=True)  # as if they were collected: it takes long, and no page is asked for here
        (home.static_files / ".stamp").write_text(f"{__version__} {build()}")
        command = [sys.executable, "-c", "from clockstop.cli.main import run; run()", "serve", "--production", "--workers", "2"]
        environment = {**os.environ, **SETTINGS, "CLOCKSTOP_HOME": str(home.root)}
        with self.log.open("w") as log:
            self.process = subprocess.Popen([*command, "--port", str(self.port)], env=environment, stdout=log, stderr=log)
        until(lambda: self.status("/health/live") == 200, 400)

    def status(self, path: str, **headers: str) -> int:
        """With which status it answers; 0 where it does not."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.build_opener(Staying).open(asked, timeout=30) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def workers(self) -> list[int]:
        """The numbers of its workers."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(one) for one in found]


class Staying(urllib.request.HTTPRedirectHandler):
    """Follows no redirection."""

    def redirect_request(self, *_):
        return None


def until(is_so, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    yield site
    site.process.kill()
    site.process.wait()


def test_a_worker_that_is_killed_is_replaced_and_the_site_goes_on(site):
    before = site.workers()
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    until(lambda: len(site.workers()) == 2 and before[0] not in site.workers(), 30)
    assert site.status("/health/ready") == 200


def test_without_https_nobody_is_answered_but_monitors(site):
    assert site.status("/sign-in", Host="clockstop.example") == 301
    assert site.status("/metrics") == 200
    assert site.status("/metrics", **{"X-Forwarded-For": "10.1.2.3"}) == 403


def test_hup_renews_every_worker(site):
    before = site.workers()
    site.process.send_signal(signal.SIGHUP)
    until(lambda: len(site.workers()) == 2 and not set(before) & set(site.workers()), 60)
    assert site.status("/health/live") == 200


def test_term_ends_it_and_every_line_that_it_logged_is_json(site):
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(timeout=60) == 0
    lines = [json.loads(line) for line in site.log.read_text().splitlines() if line.startswith("{")]
    asked = [line for line in lines if line["event"] == "request"]
    assert {"show_liveness", "show_readiness", "show_metrics"} <= {line["view"] for line in asked}
    assert "10.1.2.3" not in site.log.read_text()
