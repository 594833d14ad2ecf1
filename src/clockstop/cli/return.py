"""`clockstop return`: the national returns: made, checked, reconciled with what was published, and closed."""  # noqa: N999 - the command

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The national returns: make, check, reconcile and close one.")
# A check fails for which the return would be sent back; the file is written all the same.
CHECK_FAILED = 3


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"


class FileFormat(StrEnum):
    """How a return is written: as text for people, or whole in one of its files' forms."""

    text = "text"
    csv = "csv"
    xlsx = "xlsx"
    json = "json"


SlugArgument = Annotated[str, typer.Argument(metavar="SLUG", help="The return: `clockstop return list` names them.")]
OrgOption = Annotated[str, typer.Option("--org", metavar="CODE", help="ODS code of the trust.")]
MonthOption = Annotated[
    str, typer.Option("--month", metavar="YYYY-MM", help="The month; of a quarter its last; of a week a day in it (YYYY-MM-DD).")
]
FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
SheetOption = Annotated[str, typer.Option("--sheet", metavar="NAME", help="Which sheet a CSV holds; the first if left out.")]


@app.command("list")
def list_returns(output: FormatOption = Format.text) -> None:
    """List the national returns that Clockstop makes."""
    import json

    from clockstop.rules.national_returns import national_returns

    known = national_returns().values()
    if output is Format.json:
        values = [
            {"return": one.slug, "name": one.name, "title": one.title, "period": one.period, "sheets": [s.name for s in one.sheets],
             "published": one.published, "due_days": one.due_days, "made_of": list(one.datasets), "unsure": list(one.doubts)}
            for one in known
        ]  # fmt: skip
        typer.echo(json.dumps(values, indent=1))
        return
    typer.echo(f"{'rtt':<10}{'month':<9}Referral to treatment: `clockstop rtt return`")
    for one in known:
        typer.echo(f"{one.slug:<10}{one.period:<9}{one.title}")


OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Where it goes: XLSX or JSON where the name ends so, else CSV.")
]
RevisionOption = Annotated[
    int | None, typer.Option("--revision", metavar="N", help="Of a closed period: this revision, not the last.")
]
TodayOption = Annotated[bool, typer.Option("--today", help="Of a closed period: what today's data say, not what was sent.")]
FileFormatOption = Annotated[
    FileFormat, typer.Option("--format", help="text or json on the screen; csv and xlsx are what --out is written as.")
]


@app.command("make")
def make_return(
    slug: SlugArgument,
    *,
    org: OrgOption,
    month: MonthOption,
    out: OutOption = None,
    sheet: SheetOption = "",
    revision: RevisionOption = None,
    today: TodayOption = False,
    output: FileFormatOption = FileFormat.text,
) -> None:
    """Make a national return in the layout of its published file, and check it.

    A closed period is written as it was sent, beside today's figures; the file is written whatever the checks say. Exit code 0: no
    check failed, or only queries, which ask for an explanation; 3: one for which the return is sent back; 2: it was not made.
    """
    from clockstop.errors import UserError
    from clockstop.reports.national_closing import return_as_sent
    from clockstop.reports.national_return_files import write_return

    if output is FileFormat.xlsx and out is None:
        raise UserError("A workbook cannot be shown here.", do="Give --out FILE.")
    scope, desk = _desk(org := org.upper())
    answer = return_as_sent(scope, desk, slug, org, month, revision=revision, today=today)
    if out is not None:
        form = output.value if output in (FileFormat.csv, FileFormat.xlsx) else ""
        write_return(out, answer.today, rows=answer.rows, form=form, sheet=sheet)
    _tell(answer, out, output, sheet)
    if answer.has_errors:
        raise typer.Exit(CHECK_FAILED)


def _tell(answer, out: Path | None, output: FileFormat, sheet: str) -> None:
    """Print a return: a sheet as CSV where no file was asked for, all of it as JSON, else as text."""
    from clockstop.cli._return_text import made_text
    from clockstop.reports.national_return_files import sheet_csv, sheet_named

    if output is FileFormat.csv and out is None:
        typer.echo(sheet_csv(sheet_named(answer.today.declared, sheet), answer.rows), nl=False)
    else:
        typer.echo(answer.as_json() if output is FileFormat.json else made_text(answer, out))


@app.command("check")
def check_file(
    slug: SlugArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A return in the layout of the published file: CSV or workbook.")],
    *,
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Its period, where the file does not say.")] = "",
    last_time: Annotated[
        Path | None, typer.Option("--last-time", metavar="FILE", help="The return of the period before, to be compared with.")
    ] = None,
    org: Annotated[str, typer.Option("--org", metavar="CODE", help="The organisation, where the file holds several.")] = "",
    output: FormatOption = Format.text,
) -> None:
    """Run every check of a return on a file that a trust made itself, and name each figure at fault: row, column, found, expected.

    Exit code 0: all passed, or only queries are left to explain; 3: a check failed; 2: the file is no such return.
    """
    from clockstop.answers.return_file_check import checked_file
    from clockstop.cli._return_text import file_text, file_values
    from clockstop.rules.national_return import ERROR, failures

    found = checked_file(slug, file, month=month, last_time=last_time, org_code=org.upper())
    typer.echo(file_values(found) if output is Format.json else file_text(found))
    if failures(found.checks)[ERROR]:
        raise typer.Exit(CHECK_FAILED)


@app.command("reconcile")
def reconcile(
    slug: SlugArgument,
    *,
    org: OrgOption,
    month: MonthOption,
    number: Annotated[int | None, typer.Option("--revision", metavar="N", help="This revision of what was published.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where every figure that differs goes (CSV).")] = None,
    output: FormatOption = Format.text,
) -> None:
    """Set a return beside what was published for the trust, and say how far its own records explain the differences.

    Load the published file first: clockstop published load FILE. The weekly rows (wlmds), which nobody publishes by patient,
    are set beside the waiting list of that Sunday and the month's RTT return.
    """
    from clockstop.answers.national_reconciliation import reconciliation
    from clockstop.answers.weekly_list import week_beside
    from clockstop.cli._return_text import reconciled_text, reconciled_values
    from clockstop.cli._return_week import week_text, week_values
    from clockstop.reports.national_differences import write_differences

    scope, desk = _desk(org := org.upper())
    if slug == "wlmds":
        week = week_beside(scope, desk, org, month)
        typer.echo(week_values(week) if output is Format.json else week_text(week))
        return
    found = reconciliation(scope, desk, slug, org, month, number=number)
    if out is not None:
        write_differences(out, found)
    typer.echo(reconciled_values(found, out) if output is Format.json else reconciled_text(found, out))


@app.command("close")
def close(
    slug: SlugArgument,
    *,
    org: OrgOption,
    month: MonthOption,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who closes it.")] = "",
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why, where a check fails or the period was closed before.")
    ] = "",
    status: Annotated[
        str, typer.Option("--as", metavar="STATUS", help="provisional or final, of a return that is sent as both (cancer).")
    ] = "",
    output: FormatOption = Format.text,
) -> None:
    """Keep a return as the one that was sent: read-only from then on, and shown beside what today's data say."""
    import json
    from dataclasses import asdict

    from clockstop.reports.national_closing import close_return

    scope, desk = _desk(org := org.upper())
    kept = close_return(scope, desk, slug, org, month, by=by, reason=reason, status=status.lower())
    if output is Format.json:
        typer.echo(json.dumps(asdict(kept), indent=1))
        return
    typer.echo(f"Closed: {slug} of {org}, {kept.month}, {kept.title}, by {kept.closed_by} at {kept.closed_at}.")
    typer.echo(f"sha256 {kept.return_sha256}")


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
