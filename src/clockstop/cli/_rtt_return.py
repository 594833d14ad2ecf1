"""`clockstop rtt return`, `rtt check-return` and `rtt reconcile`: the monthly return, made, checked, closed and reconciled."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

# A check fails for which the return would be sent back; the file is written all the same.
CHECK_FAILED = 3


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
OrgOption = Annotated[str, typer.Option("--org", metavar="CODE", help="ODS code of the trust.")]
MonthOption = Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The month.")]


def make_return(
    *,
    org: OrgOption,
    month: MonthOption,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where the return goes: XLSX where the name ends in .xlsx, else CSV."),
    ] = None,
    close: Annotated[bool, typer.Option("--close", help="Keep the return as it is now: the one that was sent.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="With --close: who closes the month.")] = "",
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="With --close: why, where a check fails or the month was closed before.")
    ] = "",
    revision: Annotated[
        int | None, typer.Option("--revision", metavar="N", help="Of a closed month: this revision, not the last.")
    ] = None,
    today: Annotated[bool, typer.Option("--today", help="Of a closed month: what today's data say, not what was sent.")] = False,
    output: FormatOption = Format.text,
) -> None:
    """Make the monthly return, Parts 1A, 1B, 2, 2A and 3, in the layout of the published full extract, and check it.

    A closed month is written as it was sent, beside today's figures; the file is written whatever the checks say. Exit code 0: no
    check failed, or only queries, which ask for an explanation; 3: one for which the return is sent back; 2: it was not made.
    """
    from clockstop.cli._rtt_return_text import return_text, return_values
    from clockstop.errors import UserError
    from clockstop.reports.closing import close_month, month_as_sent

    if out is None and not close and output is Format.text:
        raise UserError("There is nowhere to write to.", do="Give --out FILE, or --close, or --format json.")
    scope, desk = _desk(org := org.upper())
    if close:
        close_month(scope, desk, org, month, by=by, reason=reason)
    answer = month_as_sent(scope, desk, org, month, revision=revision, today=today)
    if out is not None:
        answer.write(out)
    typer.echo(return_values(answer, out) if output is Format.json else return_text(answer, out))
    if answer.has_errors:
        raise typer.Exit(CHECK_FAILED)


def check_file(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A return, or a published full extract: CSV, zip or XLSX.")],
    last_month: Annotated[
        Path | None, typer.Option("--last-month", metavar="FILE", help="The return of the month before, to be compared with.")
    ] = None,
    org: Annotated[str, typer.Option("--org", metavar="CODE", help="The provider, where the file holds several.")] = "",
    output: FormatOption = Format.text,
) -> None:
    """Run every central check (RTT-R48) on a return file and name each figure at fault: row, column, found and expected.

    Exit code 0: all passed; 3: a check failed; 2: the file is no return.
    """
    from clockstop.cli._rtt_return_text import checks_text, checks_values
    from clockstop.intake.published.rtt_return_file import read_return
    from clockstop.rules.rtt_return_checks import Context, check_return

    sent = read_return(file, provider=org.upper())
    before = read_return(last_month, provider=sent.provider) if last_month else None
    context = Context(
        provider=sent.provider,
        month=sent.month,
        last_month=[row for row in before.rows if row.provider == sent.provider] if before else None,
        layout=sent.layout,
    )
    checked = check_return(sent.rows, context)
    typer.echo(checks_values(sent, checked) if output is Format.json else checks_text(sent, checked, before))
    if not all(one.is_passed for one in checked):
        raise typer.Exit(CHECK_FAILED)


def reconcile(
    *,
    org: OrgOption,
    month: MonthOption,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where every figure that differs goes, band by band (CSV).")
    ] = None,
    output: FormatOption = Format.text,
) -> None:
    """Set the month's return beside what was published for the trust, and say how far its own pathways explain the differences.

    Load the published month first: clockstop published load FILE.
    """
    from clockstop.answers.reconciliation import reconciliation
    from clockstop.cli._rtt_reconcile_text import reconcile_text, reconcile_values
    from clockstop.reports.return_files import write_differences

    org = org.upper()
    scope, desk = _desk(org)
    found = reconciliation(scope, desk, org, month)
    if out is not None:
        write_differences(out, found)
    typer.echo(reconcile_values(found, out) if output is Format.json else reconcile_text(found, out))


def _desk(org: str):
    from clockstop.answers.desk import Desk
    from clockstop.answers.scope import Scope
    from clockstop.intake.organisation import organisation
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    organisation(home, org)
    desk = Desk(home).refreshed()
    every = frozenset({org, *desk.manifest.trusts})
    return Scope(trusts=every, may_see_patients=every, user="command line", role="operator"), desk
