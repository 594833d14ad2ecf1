"""The play in a terminal: its clock, what each step brought, and the site beside it in a process of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from datetime import time as time_of_day

import typer

from clockstop.cli import _play
from clockstop.store.home import environment_for

SERVE = "from clockstop.cli import _play_watched, main; _play_watched.end_with_parent(); main.run()"
GOES_ON = "`clockstop demo --live` goes on where it was, `clockstop demo --live --again` from the beginning."


def watch(home, *, trusts: list[str], step: timedelta, every: timedelta, start: time_of_day, again: bool, port: int | None) -> None:
    """Play on until the day ends or somebody stops it; the site goes on being served when the day has ended."""
    _play.must_have_days(home, trusts)
    if again:
        typer.echo(f"From the beginning: {_play.forget(home)} loads of the play taken out.")
        _go_back(home)
    stopped = threading.Event()
    with _stopped_by_signals(stopped), _site(home, port) as site:
        with _told() as tell:
            for one in _play.steps_of(
                home, trusts=trusts, step=step, every=every, start=start, wait=stopped.wait, is_stopped=stopped.is_set
            ):
                tell(one)
        if not stopped.is_set():
            typer.echo(_the_end(home))
            while site is not None and site.poll() is None and not stopped.wait(1):
                pass
    if stopped.is_set():
        typer.echo(f"\n{_stopped(home)} {GOES_ON}")


@contextmanager
def _stopped_by_signals(stopped: threading.Event) -> Iterator[None]:
    """Let Ctrl-C, or the end of whoever started it, stop the play before the next load: a load that has begun ends whole."""
    before = {one: signal.signal(one, lambda *_: stopped.set()) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _stopped(home) -> str:
    """Where the play stands; its clock stands there too."""
    at = _play.reached(home)
    if at is None:
        return "Stopped before the first step."
    _play.set_clock(home, at)
    return f"Stopped at {_in_words(at)}. What was loaded is whole."


def _go_back(home) -> None:
    """Publish the last delivery's day anew, where a day of the play had been refreshed."""
    from clockstop.intake.build import refresh
    from clockstop.store import snapshots
    from clockstop.synthetic import live

    begins = live.begins(home.demo / "extracts").date()
    if snapshots.current_manifest(home).as_of >= begins:
        refresh(home, as_of=begins - timedelta(days=1))


def _the_end(home) -> str:
    from clockstop.synthetic import live

    at = _play.reached(home) or live.begins(home.demo / "extracts")
    if at >= live.ends(home.demo / "extracts"):
        return "The days that were drawn have all been played. `clockstop demo --live --again` begins with the first of them."
    return (
        f"The day has ended: it is {_in_words(at)}. `clockstop refresh` counts it into measures, "
        "`clockstop demo --live` plays the next."
    )


@contextmanager
def _site(home, port: int | None) -> Iterator[subprocess.Popen | None]:
    """The site, served until the block ends; Ctrl-C in the terminal reaches it too."""
    if port is None:
        yield None
        return
    command = [sys.executable, "-c", SERVE, "serve", "--port", str(port)]
    site = subprocess.Popen(command, env=environment_for(home), stdin=subprocess.PIPE)
    try:
        yield site
    finally:
        if site.poll() is None:
            site.terminate()
        site.wait(timeout=30)


def end_with_parent() -> None:
    """Let this process end as by SIGTERM when the pipe to its parent breaks: also where the parent was killed and could not say."""

    def watch_pipe() -> None:
        os.read(0, 1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch_pipe, name="parent", daemon=True).start()


@contextmanager
def _told() -> Iterator:
    """Tell each step: on a terminal in one line that stays in its place, else in a line each."""
    if not sys.stdout.isatty():
        yield lambda one: typer.echo(_line(one))
        return
    from rich.console import Console

    with Console().status("The day begins ...") as status:
        yield lambda one: status.update(f"[bold]{one.at:%H:%M}[/bold] on {_day(one.at)}. {_line(one)}")


def _line(one: _play.Step) -> str:
    return f"{one.at:%H:%M}: {one.files} files, {one.rows} rows in {one.seconds:.0f} s; {', '.join(one.said)}"


def _in_words(at: datetime) -> str:
    return f"{at:%H:%M} on {_day(at)}"


def _day(at: datetime) -> str:
    return f"{at:%A} {at.day} {at:%B %Y}"
