"""`clockstop doctor`: checks an installation, and says what to do about each thing that is wrong."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

app = typer.Typer()

MARKS = {"good": "ok  ", "odd": "look", "bad": "BAD "}


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: a list of what was checked.")] = False,
    production: Annotated[
        bool, typer.Option("--production", help="Judge the settings as those of a server that others reach.")
    ] = False,
) -> None:
    """Check this installation: libraries, home, room, keys, database, snapshot, files left over, settings, clock and backups.

    Changes nothing. Exit code 0 where nothing is wrong, 1 where something is, 3 where there is only something to look at.
    """
    from clockstop.cli import _doctor_home, _doctor_site
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    found = [*_doctor_site.of_program(), *_doctor_home.of_home(home), *_doctor_site.of_site(home, is_production=production)]
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=1))
    else:
        typer.echo("\n".join(_line(one) for one in found))
    states = {one.state for one in found}
    raise SystemExit(1 if "bad" in states else 3 if "odd" in states else 0)


def _line(one) -> str:
    line = f"{MARKS[one.state]}  {one.name}: {one.says}"
    return f"{line}\n      {one.do}" if one.do else line
