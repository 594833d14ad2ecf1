"""clockstop trust: the trusts whose extracts are loaded here."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Add and list the trusts whose extracts are loaded here.")


@app.command()
def add(
    file: Annotated[
        Path | None, typer.Argument(help="organisation.toml: code, name, character, group, is_synthetic, divisions, sites.")
    ] = None,
    *,
    code: Annotated[str, typer.Option(help="Without a file: the trust's ODS code.")] = "",
    name: Annotated[str, typer.Option(help="Without a file: the trust's name; its code if left out.")] = "",
) -> None:
    """Add a trust, or replace what is known of it: by a file, or by its code and name alone."""
    from clockstop.errors import UserError
    from clockstop.intake.organisation import add_bare, add_organisation
    from clockstop.store.home import home_from_environment
    from clockstop.store.lock import writer

    if (file is None) == (not code):
        raise UserError("Give either a file or --code.", do='For example: clockstop trust add --code RJ1 --name "Its name"')
    home = home_from_environment()
    if file is not None:
        found = add_organisation(home, file)
    else:
        with writer(home):
            found = add_bare(home, code=code, name=name)
    print(f"{found.code} {found.name}: {len(found.divisions)} divisions, {len(found.sites)} sites.")


@app.command("list")
def list_trusts(format: Annotated[str, typer.Option(help="text or json.")] = "text") -> None:
    """List the trusts."""
    from dataclasses import asdict

    from clockstop.intake.organisation import organisations
    from clockstop.store.home import home_from_environment

    found = organisations(home_from_environment())
    if format == "json":
        print(json.dumps([asdict(one) for one in found], indent=1))
    elif not found:
        print('No trust has been added yet: `clockstop trust add --code RJ1 --name "Its name"`.')
    for one in found if format != "json" else []:
        label = " (synthetic)" if one.is_synthetic else ""
        print(f"{one.code}  {one.name}{label}, {len(one.divisions)} divisions, {len(one.sites)} sites")
