"""`clockstop brief`: the weekly brief of a service, or of a whole trust, as text, HTML, JSON or a Word file."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="The weekly brief of a service, which writes itself.")


class Format(StrEnum):
    """How the brief is written."""

    text = "text"
    html = "html"
    json = "json"
    docx = "docx"


@app.command()
def brief(
    *,
    org: Annotated[str, typer.Option("--org", metavar="CODE", help="The trust.")],
    service: Annotated[str, typer.Option("--service", help="A service's code, such as C_110; the whole trust if left out.")] = "",
    week: Annotated[
        str,
        typer.Option(
            "--week", metavar="DATE", help="A day in the week, 2026-11-15 or 15/11/2026; the last whole week if left out."
        ),
    ] = "",
    format_: Annotated[
        Format, typer.Option("--format", help="text and html for people, docx for Word, json for programs.")
    ] = Format.text,
    out: Annotated[Path | None, typer.Option("--out", help="The file to write; a Word file needs one.")] = None,
    patients: Annotated[bool, typer.Option("--patients", help="Name the patients who wait longest; off unless asked for.")] = False,
) -> None:
    """Print what moved and whether it is noise, why, who waits longest, what was agreed, and how the others stand."""
    from clockstop.answers.scope import Scope
    from clockstop.cli._holding import desk_holding
    from clockstop.cli.serve import prepare_database
    from clockstop.errors import UserError

    code, day = org.upper(), _day(week)
    if format_ is Format.docx and out is None:
        raise UserError("A Word file is not printed.", do="Say where to: --out brief.docx")
    desk = desk_holding(code)
    prepare_database()
    from clockstop.reports.brief import brief_of
    from clockstop.reports.brief_files import written

    own = frozenset([code])
    scope = Scope(trusts=frozenset(desk.manifest.trusts), may_see_patients=own, user="command line", role="operator")
    found = brief_of(scope, desk, trust=code, service=service, week=day)
    content = written(found, format_.value, with_patients=patients)
    if out is not None:
        out.write_bytes(content)
        typer.echo(f"Written to {out}")
    else:
        typer.echo(content.decode())


def _day(text: str) -> date | None:
    """The day that is meant; None where none is named."""
    from clockstop.errors import UserError
    from clockstop.intake.series_file import day_of

    if not text:
        return None
    found = day_of(text.strip())
    if found is None:
        raise UserError(
            f"'{text}' is no day of the calendar.", where="--week", do="Write a real day, such as 2026-11-15 or 15/11/2026."
        )
    return found.item()
