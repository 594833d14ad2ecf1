"""`clockstop packs`: the versions of packs that were kept, and what changed from one to the next."""

from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer()


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"


@app.command()
def packs(
    org: Annotated[str, typer.Option("--org", "--trust", metavar="CODE", help="Whose packs.")] = "",
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Of one month, with every change.")] = "",
    output: Annotated[Format, typer.Option("--format", help="text for people, json for programs.")] = Format.text,
) -> None:
    """List the versions of packs, the newest first: when and by whom each was made, from which snapshot, and what changed."""
    import json
    from dataclasses import asdict

    from clockstop.store import frozen_packs
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    found = [
        (one, sorted(frozen_packs.formats(home, one)))
        for code in ([org.upper()] if org else frozen_packs.organisations(home))
        for one in frozen_packs.versions(home, code, month)
    ]
    if output is Format.json:
        typer.echo(json.dumps([{**asdict(one), "formats": formats} for one, formats in found], indent=1))
        return
    for one, formats in found:
        typer.echo(f"{one.name}, {one.audience}: {one.title}")
        typer.echo(
            f"  made by {one.made_by} at {one.made_at}, snapshot {one.snapshot_id}, as {', '.join(formats) or 'no file yet'}"
        )
        if one.follows:
            typer.echo(f"  against version {one.follows}: {len(one.changes)} changes")
        if month:
            for line in one.changes:
                typer.echo(f"    {line}")
    if not found:
        typer.echo("No pack is kept. Make one: clockstop pack --org CODE --month YYYY-MM")
