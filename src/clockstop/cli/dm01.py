"""`clockstop dm01 return`: the monthly diagnostics return, made and checked."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The monthly diagnostics (DM01) return.")
# A check fails for which the return would be sent back; the file is written all the same.
CHECK_FAILED = 3


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"


@app.callback()
def _diagnostics() -> None:
    """The monthly diagnostics (DM01) return."""


@app.command("return")
def make_return(
    trust: Annotated[str, typer.Option("--trust", "--org", metavar="CODE", help="ODS code of the trust.")],
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The month.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where it goes: XLSX or JSON where the name ends so, else CSV."),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="text for people, json for programs.")] = Format.text,
) -> None:
    """Make the monthly DM01 return by commissioner and test, in the layout of the published extract, and check it.

    Exit code 0: no check failed, or only queries, which ask for an explanation; 3: one for which the return is sent back; 2: it
    was not made.
    """
    from clockstop.answers.desk import Desk
    from clockstop.answers.dm01_return import monthly_dm01
    from clockstop.answers.scope import Scope
    from clockstop.intake.organisation import organisation
    from clockstop.reports.dm01_files import dm01_json, write_dm01
    from clockstop.store.home import home_from_environment

    home, trust = home_from_environment(), trust.upper()
    organisation(home, trust)
    desk = Desk(home).refreshed()
    every = frozenset({trust, *desk.manifest.trusts})
    scope = Scope(trusts=every, may_see_patients=every, user="command line", role="operator")
    found = monthly_dm01(scope, desk, trust, month)
    if out is not None:
        write_dm01(out, found)
    typer.echo(dm01_json(found) if output is Format.json else _text(found, out))
    if found.has_errors:
        raise typer.Exit(CHECK_FAILED)


def _text(found, out: Path | None) -> str:
    """The return in words: a line a test, then what the checks say."""
    from clockstop.contracts.diagnostic_codes import TEST_TITLES
    from clockstop.rules.dm01_return import CHECKS

    state = "" if found.month.is_over else ", which is not over"
    told = [f"{found.trust_name}, {found.month.name}{state}: waiting at the end of {found.month.census.isoformat()}."]
    told.append(f"{'':<46}{'waiting':>9}{'6 weeks +':>11}{'share':>8}{'13 weeks +':>12}{'done':>8}")
    for row in found.tests:
        share = "" if row.six_plus_share is None else f"{row.six_plus_share:.1%}"
        title = TEST_TITLES.get(row.diagnostic_test, "All tests")
        told.append(f"{title:<46}{row.total:>9,}{row.six_plus:>11,}{share:>8}{row.thirteen_plus:>12,}{row.total_activity:>8,}")
    for one in found.findings:
        kind = "Fails" if one.is_error else "To be explained"
        told.append(f"{kind}: {CHECKS[one.check]}. {one.diagnostic_test} {one.commissioner} {one.says}")
    if not found.findings:
        told.append(f"All {len(CHECKS)} checks pass.")
    if out is not None:
        told.append(f"Written: {out}")
    return "\n".join(told)
