"""A small demonstration group, served on a loopback port, and a browser that reports what it should not have to.

    def test_the_list_can_be_sorted(page, site, sign_in):
        sign_in("manager")
        page.goto(site.address("/waiting-lists/rtt"))
        check_accessibility(page)

`page` fails the test on a console error, an uncaught exception or a request to another host. Chromium is Debian's; where it is not
installed these tests are skipped, loudly, and under CI=1 they fail.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import expect

from clockstop.store.home import Home

SCALE = "0.004"  # about a thousand open pathways in four trusts
CHROMIUM = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
PASSWORD = "clockstop-demo"
expect.set_options(timeout=30_000)
# The first test waits for the demonstration to be built, which takes minutes where the machine is shared.
TIMEOUT_SECONDS = 1_800
# A first visit comes while the site still warms up.
SLOWEST_MILLISECONDS = 120_000
# A demonstration that is built already: copied and served instead, for who works on the pages.
BUILT = os.environ.get("CLOCKSTOP_BROWSER_DEMO", "")


def pytest_collection_modifyitems(items):
    """Every test of this folder needs the browser and takes seconds."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(TIMEOUT_SECONDS))


@pytest.fixture(scope="session", autouse=True)
def _chromium():
    if CHROMIUM is None:
        message = "BROWSER TESTS NOT RUN: Chromium is not installed (make system installs it as root)"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium, in a container too."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    """A desktop that speaks British English."""
    return {**browser_context_args, "viewport": {"width": 1366, "height": 768}, "locale": "en-GB", "timezone_id": "Europe/London"}


@dataclass(frozen=True)
class Site:
    """The served demonstration. `trust` is that of its manager and its analyst."""

    home: Home
    base: str
    trust: str

    def address(self, path: str) -> str:
        """The whole address of a page."""
        return f"{self.base}{path}"


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """One small demonstration a session, built by `clockstop demo` and served by `clockstop serve`."""
    root = tmp_path_factory.mktemp("site") / "home"
    environment = {**os.environ, "CLOCKSTOP_HOME": str(root), "COVERAGE_PROCESS_START": ""}
    command = [str(Path(sys.executable).with_name("clockstop"))]
    if BUILT:
        shutil.copytree(BUILT, root)
    built = subprocess.run(
        [*command, "demo", "--scale", SCALE, "--no-serve"], env=environment, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout[-1000:] + built.stderr[-3000:]
    port = _free_port()
    log = (root / "serve.log").open("w")
    serving = subprocess.Popen([*command, "serve", "--port", str(port), "--workers", "1"], env=environment, stdout=log, stderr=log)
    try:
        _wait_until_it_answers(port, serving, root / "serve.log")
        yield Site(Home(root), f"http://127.0.0.1:{port}", _managers_trust(built.stdout, Home(root)))
    finally:
        serving.terminate()
        serving.wait(timeout=30)
        log.close()


def _managers_trust(said: str, home: Home) -> str:
    """The trust of the manager's login: the one whose name the demonstration printed beside it."""
    line = next(line for line in said.splitlines() if line.strip().startswith("manager"))
    names = {folder.name: home.organisation_file(folder.name).read_text() for folder in home.trusts.iterdir()}
    shown = line.split("service manager of ")[1].split(":")[0]
    return next(code for code, text in names.items() if f'"{shown}"' in text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_it_answers(port: int, serving: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        assert serving.poll() is None, log.read_text()[-3000:]
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError(f"the site did not answer within two minutes: {log.read_text()[-3000:]}")


@dataclass
class Watch:
    """What the browser complained of. A test that expects a failed answer says so with `expect_status`."""

    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def expect_status(self, status: int) -> None:
        """This test opens a page that answers with this status; the browser's own line about it is no complaint."""
        self.expected.add(status)


@pytest.fixture
def watch() -> Watch:
    """The complaints of this test's page."""
    return Watch()


@pytest.fixture
def page(page, site, watch):
    """A page that fails the test on a console error, an exception, or a request to another host."""

    page.set_default_timeout(SLOWEST_MILLISECONDS)

    def said(message):
        expected = any(f"status of {status}" in message.text for status in watch.expected)
        if message.type in ("error", "warning") and not expected:
            watch.complaints.append(f"console {message.type}: {message.text} ({page.url})")

    page.on("console", said)
    page.on("pageerror", lambda error: watch.complaints.append(f"exception: {error} ({page.url})"))
    page.on(
        "request", lambda request: request.url.startswith((site.base, "data:", "blob:")) or watch.complaints.append(request.url)
    )
    yield page
    assert watch.complaints == []


@pytest.fixture
def sign_in(page, site):
    """Sign one of the demonstration's users in: director, manager or analyst."""

    def sign_in_as(username: str) -> None:
        page.goto(site.address("/sign-in?next=/help"))
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)

    return sign_in_as
