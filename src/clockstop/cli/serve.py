"""`clockstop serve`: the web site over what CLOCKSTOP_HOME holds."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer()

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
THREADS = 4
# A worker that has answered so many requests makes room for a new one: memory that a library never gives back goes with it.
REQUESTS_OF_A_WORKER = 20_000
SETTINGS = "clockstop.config.settings"
EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 named only to be told from one address


@app.command()
def serve(
    *,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = DEFAULT_HOST,
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = DEFAULT_PORT,
    workers: Annotated[int, typer.Option(help="How many processes answer.", min=1, max=64)] = 2,
    production: Annotated[
        bool,
        typer.Option(
            "--production", help="For patients' data on a server: refuses unfit settings, and asks for https (docs/running.md)."
        ),
    ] = False,
    worker: Annotated[
        bool | None,
        typer.Option("--worker/--no-worker", help="Start a worker for long jobs beside; left out, unless --production."),
    ] = None,
    pid_file: Annotated[
        str, typer.Option(metavar="FILE", help="Write the number of the process there: TERM stops it, HUP renews its workers.")
    ] = "",
) -> None:
    """Serve the web site until it is stopped with Ctrl-C. The database is brought up to date first."""
    if not is_handed_over():
        must_be_free(host, port)
    if production:
        require_fit()
    prepare_database(host)
    if production:
        collect_static_files()
    run_server(
        host=host,
        port=port,
        workers=workers,
        ready=lambda: typer.echo(f"Clockstop answers on {address(host, port)} (Ctrl-C stops it)"),
        more=production_options(pid_file) if production else {"pidfile": pid_file or None},
        has_worker=not production if worker is None else worker,
    )


def address(host: str, port: int) -> str:
    """The address to type into a browser."""
    shown = "127.0.0.1" if host in EVERYWHERE else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def must_be_free(host: str, port: int) -> None:
    """Raise `Busy` where another program listens there already."""
    from clockstop.errors import Busy, UserError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (98, 48):  # EADDRINUSE of Linux and macOS
                raise Busy(
                    f"Port {port} is taken.",
                    where=f"Another program answers on {host}:{port}, perhaps another clockstop serve.",
                    do=f"Stop it, or choose another port: --port {port + 1 if port < 65535 else 8080}",
                ) from None
            raise UserError(
                f"Cannot listen on {host}:{port}.",
                where=str(error.strerror or error),
                do="Give an address of this machine with --host.",
            ) from None


def prepare_database(host: str = DEFAULT_HOST) -> None:
    """Set Django up for this process and bring the database up to date; `host` is added to the names that the site answers to."""
    if host not in EVERYWHERE:
        os.environ["CLOCKSTOP_SERVED_HOST"] = host
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django
    from django.core.management import call_command

    django.setup()
    _require_not_newer()
    call_command("migrate", verbosity=0, interactive=False)


def _require_not_newer() -> None:
    """Raise where the database was brought up to date by a newer Clockstop: an older one would misread it."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    from clockstop.errors import UserError

    loader = MigrationLoader(connection, ignore_no_migrations=True)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("clockstop.")}
    unknown = [one for one in sorted(set(loader.applied_migrations) - set(loader.disk_migrations)) if one[0] in ours]
    if unknown:
        raise UserError(
            "This database belongs to a newer Clockstop.",
            where=f"It has {unknown[0][0]}.{unknown[0][1]}, which this version does not know.",
            do="Run the newer version, or restore a backup of before the upgrade into a new home (docs/running.md).",
        )


def run_server(
    *,
    host: str,
    port: int,
    workers: int,
    ready: Callable[[], None],
    more: Mapping[str, Any] | None = None,
    has_worker: bool = True,
) -> None:
    """Run gunicorn in this process until it is stopped; `ready` is called when the first worker can answer.

    Each worker opens its desk after it has forked: the engine's threads do not survive a fork. `more` are options of gunicorn's. A
    worker that dies is replaced; where this process dies its workers end by themselves. `has_worker`: a worker for long jobs runs
    beside.
    """
    measured = _folder_of_measurements(port)
    options = _options(measured, ready) | {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
    }
    if has_worker:
        beside = WorkerBeside()
        options |= {"when_ready": lambda _arbiter: beside.start(), "on_exit": lambda _arbiter: beside.stop()}
    _close_connections()
    own = os.getpid()
    try:
        _under_gunicorn(options | dict(more or {}))
    finally:
        if os.getpid() == own:  # a worker that ends comes by here too
            shutil.rmtree(measured, ignore_errors=True)


def _options(measured: Path, ready: Callable[[], None]) -> dict[str, Any]:
    """Gunicorn's options of every site of ours."""

    def warm_up(worker) -> None:
        _site().warm_up()
        if worker.age == 1:
            ready()

    return {
        "threads": THREADS,
        "worker_class": "gthread",
        "timeout": 120,
        "graceful_timeout": 10,
        "keepalive": 5,
        "loglevel": "warning",
        "control_socket_disable": True,
        "logger_class": "clockstop.config.logs.ServerLog",
        "pre_fork": _give_place,
        "post_fork": lambda _arbiter, worker: _of_pages("seen_requests").share(measured, worker.place),
        "post_worker_init": warm_up,
    }


def _under_gunicorn(options: Mapping[str, Any]) -> None:
    """Run the site until it is stopped."""
    from gunicorn.app.base import BaseApplication

    class Site(BaseApplication):
        """Clockstop under gunicorn."""

        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self):
            return _site().loaded()

    Site().run()


def production_options(pid_file: str) -> dict[str, Any]:
    """What differs under `--production`: workers are renewed now and then, and what is being answered is given half a minute.

    The program is imported once, before workers are forked, so that a worker that takes another's place answers at once.
    """
    return {
        "preload_app": True,
        "graceful_timeout": 30,
        "max_requests": REQUESTS_OF_A_WORKER,
        "max_requests_jitter": REQUESTS_OF_A_WORKER // 5,
        "loglevel": "info",
        "pidfile": pid_file or None,
        "proc_name": "clockstop",
    }


def require_fit() -> None:
    """Set production for this process and its workers; raises `UserError` with every setting that is unfit for it."""
    from clockstop.errors import UserError

    os.environ["CLOCKSTOP_PRODUCTION"] = "1"
    found = import_module("clockstop.config.production").faults()
    if found:
        raise UserError(
            "This installation is not fit for patients' data yet.",
            where="\n".join(f"- {fault.what}\n  {fault.do}" for fault in found),
            do="Set these in the environment (docs/running.md) and run it again; `clockstop doctor` checks the rest.",
        )


def collect_static_files() -> None:
    """Put the built files under names that carry their hash, unless it was done for this build: browsers may keep them for ever."""
    from django.conf import settings
    from django.core.management import call_command

    from clockstop import __version__
    from clockstop.store import lock

    built, folder = import_module("clockstop.nhsuk.templating").build(), settings.STATIC_ROOT
    folder.mkdir(parents=True, exist_ok=True)
    with lock.held(folder.with_name("static.lock"), wait_seconds=120, busy="Another clockstop serve collects static files."):
        stamp = folder / ".stamp"
        if stamp.is_file() and stamp.read_text() == f"{__version__} {built}":
            return
        call_command(
            "collectstatic", verbosity=0, interactive=False
        )  # names of before stay: pages that are open still ask for them
        stamp.write_text(f"{__version__} {built}")


def is_handed_over() -> bool:
    """Whether systemd listens for us (clockstop.socket): then nothing that comes while we start anew is refused."""
    from gunicorn.systemd import listen_fds

    return listen_fds(unset_environment=False) > 0


class WorkerBeside:
    """The worker for long jobs that a site without one of its own has beside it: begun again where it dies, ended with the site."""

    def __init__(self) -> None:
        self.stopping, self.child = threading.Event(), None

    def start(self) -> None:
        """Begin it, and watch it in a thread."""
        threading.Thread(target=self._watch, name="worker beside", daemon=True).start()

    def stop(self) -> None:
        """End it, and the jobs that it does: they are taken up again."""
        self.stopping.set()
        if self.child is not None:
            self.child.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.child.wait(timeout=20)

    def _watch(self) -> None:
        command = [sys.executable, "-c", "from clockstop.cli.main import run; run()", "worker", "--beside", str(os.getpid())]
        while not self.stopping.is_set():
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
            self.child.wait()
            self.stopping.wait(1)


def _give_place(arbiter, worker) -> None:
    """Before a worker is forked: the lowest place that no living worker has."""
    taken = {other.place for other in arbiter.WORKERS.values()}
    worker.place = next(place for place in range(len(taken) + 1) if place not in taken)


def _folder_of_measurements(port: int) -> Path:
    """An empty folder in which the workers of this site measure."""
    from clockstop.store.home import home_from_environment

    folder = home_from_environment().metrics / str(port)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _of_pages(module: str):
    """A module of the pages; by name, since they stand beside this room."""
    return import_module(f"clockstop.pages.{module}")


def _site():
    """The module of the WSGI application; by name, since config stands above this room."""
    return import_module("clockstop.config.wsgi")


def _close_connections() -> None:
    """No connection of ours may live through the fork."""
    from django.db import connections

    connections.close_all()
