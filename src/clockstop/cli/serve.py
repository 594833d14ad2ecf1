"""`clockstop serve`: the web site over what CLOCKSTOP_HOME holds."""

import os
import socket
from collections.abc import Callable
from typing import Annotated

import typer

app = typer.Typer()

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
THREADS = 4
SETTINGS = "clockstop.config.settings"
EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 named only to be told from one address


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = DEFAULT_HOST,
    port: Annotated[int, typer.Option(help="The port to listen on.", min=1, max=65535)] = DEFAULT_PORT,
    workers: Annotated[int, typer.Option(help="How many processes answer.", min=1, max=64)] = 2,
) -> None:
    """Serve the web site until it is stopped with Ctrl-C. The database is brought up to date first."""
    must_be_free(host, port)
    prepare_database(host)
    run_server(
        host=host,
        port=port,
        workers=workers,
        ready=lambda: typer.echo(f"Clockstop answers on {address(host, port)} (Ctrl-C stops it)"),
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
    call_command("migrate", verbosity=0, interactive=False)


def run_server(*, host: str, port: int, workers: int, ready: Callable[[], None]) -> None:
    """Run gunicorn in this process until it is stopped; `ready` is called when the first worker can answer.

    Each worker imports the pages and opens its desk after it has forked: the engine's threads do not survive a fork.
    """
    from gunicorn.app.base import BaseApplication

    def warm_up(worker) -> None:
        _site().warm_up()
        if worker.age == 1:
            ready()

    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": THREADS,
        "worker_class": "gthread",
        "timeout": 120,
        "graceful_timeout": 10,
        "keepalive": 5,
        "loglevel": "warning",
        "control_socket_disable": True,
        "post_worker_init": warm_up,
    }

    class Site(BaseApplication):
        """Clockstop under gunicorn."""

        def load_config(self) -> None:
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self):
            return _site().application

    _close_connections()
    Site().run()


def _site():
    """The module of the WSGI application; by name, since config stands above this room."""
    from importlib import import_module

    return import_module("clockstop.config.wsgi")


def _close_connections() -> None:
    """No connection of ours may live through the fork."""
    from django.db import connections

    connections.close_all()
