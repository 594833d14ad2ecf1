"""`clockstop published`: load NHS England's published statistics, show their figures, write the table that ships."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Read NHS England's published statistics and show their figures.")


def _dataset(typed: str) -> str:
    from clockstop.intake.published.datasets import as_slug

    return as_slug(typed)


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]


@app.command("load")
def load_files(
    files: Annotated[list[Path], typer.Argument(help="Files as NHS England published them: CSV, XLS, XLSX, or a zip with one.")],
    format_: FormatOption = Format.text,
) -> None:
    """Load published files; what they are is known by their content, not by their names."""
    from clockstop.intake.published import catalogue, figure_reading
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    receipts = []
    for file in files:
        receipt = catalogue.load(home, file)
        receipts.append(receipt)
        if format_ is Format.text:
            typer.echo(_receipt_text(receipt))
            in_use = figure_reading.in_use_beside(home, receipt)
            if in_use.number != receipt.number:
                typer.echo(
                    f"  Revision {in_use.number} ({in_use.file_name}) stays in use: it is {in_use.status or 'published later'}"
                    " and this file is not."
                )
    if format_ is Format.json:
        typer.echo(json.dumps([_receipt_values(home, receipt) for receipt in receipts], indent=1))


def _receipt_text(receipt) -> str:
    from clockstop.intake.published.recognise import publications

    title = publications()[receipt.publication].title
    months = receipt.month if len(receipt.months) == 1 else f"{receipt.months[0]} to {receipt.months[-1]}"
    first = f"{receipt.file_name}: {title}, {months}, revision {receipt.number}, {receipt.rows_read:,} rows."
    if receipt.already_loaded:
        first = f"{receipt.file_name}: already loaded as revision {receipt.number} of {title}, {receipt.month}."
    return "\n".join([first, *(f"  {note}" for note in receipt.notes)])


def _receipt_values(home, receipt) -> dict:
    from dataclasses import asdict

    from clockstop.intake.published import figure_reading

    return {**asdict(receipt), "is_in_use": figure_reading.in_use_beside(home, receipt).number == receipt.number}


@app.command("list")
def list_loaded(
    providers: Annotated[bool, typer.Option("--providers", help="List the providers of a month instead.")] = False,
    month: Annotated[str | None, typer.Option(help="The month, such as 2026-01.")] = None,
    format_: FormatOption = Format.text,
) -> None:
    """List what is loaded, each month's revisions, and which of them is in use."""
    from clockstop.intake.published import catalogue
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    if providers:
        return _list_providers(home, month, format_)
    values = [_receipt_values(home, one) for one in catalogue.revisions(home) if month is None or month in one.months]
    if format_ is Format.json:
        return typer.echo(json.dumps(values, indent=1))
    for value in values:
        marks = ", ".join(word for word, holds in (("in use", value["is_in_use"]), ("revised", value["is_revised"])) if holds)
        typer.echo(
            f"{value['publication']:<26}{value['month']}  revision {value['number']}  {value['rows_read']:>9,} rows  "
            f"{value['loaded_at']}  {value['file_name']}{f'  ({marks})' if marks else ''}"
        )
    if not values:
        typer.echo("Nothing is loaded; figures come from the table that ships with Clockstop.")
    return None


def _list_providers(home, month: str | None, format_: Format) -> None:
    from clockstop.intake.published import rtt_published

    found = rtt_published.providers(home, month)
    if format_ is Format.json:
        return typer.echo(json.dumps(found, indent=1))
    for row in found:
        typer.echo(f"{row['area_code']:<7}{row['incomplete']:>9,}  {row['area_name']}")
    return None


@app.command("show")
def show_figures(
    dataset: Annotated[
        str,
        typer.Argument(help="The data set: rtt, dm01, cancer, ae, kh03 and others; docs/published-statistics.md.", parser=_dataset),
    ],
    *,
    month: Annotated[str | None, typer.Option(help="The month, such as 2026-01; the latest where it is left out.")] = None,
    day: Annotated[str | None, typer.Option(help="A day, such as 2026-01-31, of a data set with daily figures.")] = None,
    provider: Annotated[str | None, typer.Option(help="An ODS code, such as RJ1; England where it is left out.")] = None,
    icb: Annotated[str | None, typer.Option(help="An integrated care board's code, such as QKK.")] = None,
    region: Annotated[str | None, typer.Option(help="A region's code, such as Y56.")] = None,
    treatment_function: Annotated[str, typer.Option(help="RTT: a reported treatment function, such as C_110.")] = "C_999",
    test: Annotated[str | None, typer.Option(help="DM01: the published number of a test, such as 3.")] = None,
    cut: Annotated[list[str] | None, typer.Option(help="A cut, such as type=1; may be repeated.")] = None,
    revision: Annotated[int | None, typer.Option(help="An older revision: 1 is the first that was loaded.")] = None,
    include_nonc: Annotated[bool, typer.Option("--include-nonc", help="RTT: count patients of commissioner NONC too.")] = False,
    follow: Annotated[bool, typer.Option("--follow", help="Add the organisations that became part of the provider.")] = False,
    format_: FormatOption = Format.text,
) -> None:
    """Show a month's figures of England, a region, an ICB or a provider, and where they come from."""
    kind, code = _area(provider, icb, region)
    if dataset == "ods":
        return _show_organisation(code, revision, format_)
    if follow and dataset == "rtt":
        return _show_followed_rtt(month, _asked_of_rtt(kind, code, treatment_function, include_nonc), revision, format_)
    if follow:
        return _show_followed(dataset, kind, code, month=month, cuts=cut or [], test=test, revision=revision, format_=format_)
    if dataset != "rtt":
        return _show_dataset(
            dataset, kind, code, month=month, day=day, cuts=cut or [], test=test, revision=revision, format_=format_
        )
    _require_no_cut(cut, day)
    return _show_rtt(kind, code, month, treatment_function, include_nonc=include_nonc, revision=revision, format_=format_)


def _show_rtt(
    kind: str,
    code: str,
    month: str | None,
    treatment_function: str,
    *,
    include_nonc: bool,
    revision: int | None,
    format_: Format,
) -> None:
    from clockstop.intake.published import rtt_published, rtt_report
    from clockstop.store.home import home_from_environment

    found = rtt_published.area_figures(
        home_from_environment(),
        rtt_report.month_argument(month),
        area_kind=kind,
        area_code=code,
        treatment_function=rtt_report.function_argument(treatment_function),
        include_nonc=include_nonc,
        number=revision,
    )
    typer.echo(json.dumps(rtt_report.values(found), indent=1) if format_ is Format.json else rtt_report.text(found))


def _asked_of_rtt(kind: str, code: str, treatment_function: str, include_nonc: bool):
    from clockstop.intake.published import rtt_following, rtt_report

    function = rtt_report.function_argument(treatment_function)
    return rtt_following.Asked(kind=kind, code=code, treatment_function=function, include_nonc=include_nonc)


def _show_followed_rtt(month: str | None, asked, revision: int | None, format_: Format) -> None:
    """A provider's RTT figures of a month with those of the trusts that became part of it."""
    from clockstop.cli import _published_rtt as shown
    from clockstop.errors import UserError
    from clockstop.intake.published import rtt_following, rtt_report
    from clockstop.store.home import home_from_environment

    if asked.kind != "provider":
        raise UserError("Only a provider has predecessors in RTT's figures.", do="Give --provider with --follow.")
    found = rtt_following.followed(home_from_environment(), rtt_report.month_argument(month), asked, revision)
    typer.echo(json.dumps(shown.followed_values(found), indent=1) if format_ is Format.json else shown.followed_text(found))


def _no_cut_of_rtt() -> Exception:
    from clockstop.errors import UserError

    return UserError(
        "RTT's figures have no cuts and no days.", do="Choose with --treatment-function, --provider, --icb or --region."
    )


def _show_dataset(
    dataset: str,
    kind: str,
    code: str,
    *,
    month: str | None,
    day: str | None,
    cuts: list[str],
    test: str | None,
    revision: int | None,
    format_: Format,
) -> None:
    """The figures of a data set other than RTT's extracts."""
    from clockstop.intake.published import datasets, figure_reading, figure_report, rtt_report
    from clockstop.store.home import home_from_environment

    home, of_day = home_from_environment(), figure_report.day_argument(day)
    if dataset != "rtt":
        datasets.dataset(dataset)
    month = (
        rtt_report.month_argument(month) or (day or "")[:7] or figure_reading.latest_month(home, dataset, level=kind, org_code=code)
    )
    chosen = figure_report.cut_argument(cuts, test=test)
    found = figure_reading.figures_of(home, dataset, month, level=kind, org_code=code, cut=chosen, number=revision, day=of_day)
    typer.echo(json.dumps(figure_report.values(found), indent=1) if format_ is Format.json else figure_report.text(found))


def _show_organisation(code: str, revision: int | None, format_: Format) -> None:
    """One organisation by its code: name, ICB, region, days, and what became of it."""
    from clockstop.cli import _published_organisations as shown
    from clockstop.errors import UserError
    from clockstop.intake.published import organisations
    from clockstop.store.home import home_from_environment

    if code == "ENG":
        raise UserError("Which organisation?", do="Give its code: `clockstop published show ods --provider RJ1`.")
    found = organisations.organisation(home_from_environment(), code, number=revision)
    typer.echo(json.dumps(shown.organisation_values(found), indent=1) if format_ is Format.json else shown.organisation_text(found))


def _show_followed(
    dataset: str,
    kind: str,
    code: str,
    *,
    month: str | None,
    cuts: list[str],
    test: str | None,
    revision: int | None,
    format_: Format,
) -> None:
    """A provider's figures of a month with those of the organisations that became part of it."""
    from clockstop.cli import _published_organisations as shown
    from clockstop.errors import UserError
    from clockstop.intake.published import datasets, figure_reading, figure_report, following, rtt_report
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    if kind == "england":
        raise UserError("England has no predecessors.", do="Give --provider with --follow.")
    datasets.dataset(dataset)
    of_month = rtt_report.month_argument(month) or figure_reading.latest_month(home, dataset, level=kind, org_code=code)
    chosen = figure_report.cut_argument(cuts, test=test)
    found = following.followed(home, dataset, of_month, org_code=code, level=kind, cut=chosen, number=revision)
    typer.echo(json.dumps(shown.followed_values(found), indent=1) if format_ is Format.json else shown.followed_text(found))


@app.command("series")
def show_series(
    dataset: Annotated[str, typer.Argument(help="The data set, such as ae or rtt.", parser=_dataset)],
    *,
    key: Annotated[str, typer.Option(help="The figure, such as attendances.")],
    provider: Annotated[str | None, typer.Option(help="An ODS code, such as RJ1; England where it is left out.")] = None,
    icb: Annotated[str | None, typer.Option(help="An integrated care board's code, such as QKK.")] = None,
    region: Annotated[str | None, typer.Option(help="A region's code, such as Y56.")] = None,
    cut: Annotated[list[str] | None, typer.Option(help="A cut, such as type=1; may be repeated.")] = None,
    treatment_function: Annotated[str, typer.Option(help="RTT: a reported treatment function, such as C_110.")] = "C_999",
    include_nonc: Annotated[bool, typer.Option("--include-nonc", help="RTT: count patients of commissioner NONC too.")] = False,
    first: Annotated[str | None, typer.Option("--from", help="The first month, such as 2021-04.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="The last month.")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Add the organisations that became part of the provider.")] = False,
    format_: FormatOption = Format.text,
) -> None:
    """Show one published figure month by month, with what became part of the provider added if wanted."""
    from clockstop.cli import _published_organisations as shown
    from clockstop.intake.published import datasets, figure_report, following, rtt_report
    from clockstop.store.home import home_from_environment

    kind, code = _area(provider, icb, region)
    months = {"first": rtt_report.month_argument(first) or "", "last": rtt_report.month_argument(last) or ""}
    if dataset == "rtt":
        _require_no_cut(cut)
        asked = _asked_of_rtt(kind, code, treatment_function, include_nonc)
        return _show_rtt_series(key, asked, follow=follow, format_=format_, **months)
    datasets.dataset(dataset)
    chosen = figure_report.cut_argument(cut or [])
    points = following.run(
        home_from_environment(), dataset, key, org_code=code, level=kind, cut=chosen, follow=follow and kind != "england", **months
    )
    about = {"dataset": dataset, "key": key, "area_kind": kind, "area_code": code, "cut": chosen, "follow": follow}
    values = shown.run_values(points, **about)
    typer.echo(json.dumps(values, indent=1) if format_ is Format.json else shown.run_text(points, dataset, key))
    return None


def _show_rtt_series(key: str, asked, *, follow: bool, first: str, last: str, format_: Format) -> None:
    from clockstop.cli import _published_organisations, _published_rtt
    from clockstop.intake.published import rtt_following
    from clockstop.store.home import home_from_environment

    follow = follow and asked.kind == "provider"
    points = rtt_following.run(home_from_environment(), key, asked, follow=follow, first=first, last=last)
    if format_ is Format.text:
        return typer.echo(_published_rtt.run_text(points, key))
    about = {"dataset": "rtt", "key": key, "area_kind": asked.kind, "area_code": asked.code, "follow": follow}
    about |= {"treatment_function": asked.treatment_function, "includes_nonc": asked.include_nonc}
    return typer.echo(json.dumps(_published_organisations.run_values(points, **about), indent=1))


def _require_no_cut(cut: list[str] | None, day: str | None = None) -> None:
    if cut or day:
        raise _no_cut_of_rtt()


@app.command("trace")
def trace_figure(
    dataset: Annotated[str, typer.Argument(help="The data set, such as ae or rtt.", parser=_dataset)],
    *,
    key: Annotated[str, typer.Option(help="The figure, such as attendances.")],
    month: Annotated[str | None, typer.Option(help="The month, such as 2026-01; the latest where it is left out.")] = None,
    day: Annotated[str | None, typer.Option(help="A day, of a data set with daily figures.")] = None,
    provider: Annotated[str | None, typer.Option(help="An ODS code, such as RJ1; England where it is left out.")] = None,
    icb: Annotated[str | None, typer.Option(help="An integrated care board's code, such as QKK.")] = None,
    region: Annotated[str | None, typer.Option(help="A region's code, such as Y56.")] = None,
    cut: Annotated[list[str] | None, typer.Option(help="A cut, such as type=1; may be repeated.")] = None,
    treatment_function: Annotated[str, typer.Option(help="RTT: a reported treatment function, such as C_110.")] = "C_999",
    include_nonc: Annotated[bool, typer.Option("--include-nonc", help="RTT: count patients of commissioner NONC too.")] = False,
    revision: Annotated[int | None, typer.Option(help="An older revision: 1 is the first that was loaded.")] = None,
    format_: FormatOption = Format.text,
) -> None:
    """Trace a published figure to its file, revision, SHA-256, sheet and row, with what every revision says."""
    from clockstop.cli import _published_rtt
    from clockstop.cli import _published_trace as shown
    from clockstop.intake.published import datasets, figure_reading, figure_report, rtt_following, rtt_report, tracing
    from clockstop.store.home import home_from_environment

    home, (kind, code) = home_from_environment(), _area(provider, icb, region)
    if dataset == "rtt":
        _require_no_cut(cut, day)
        asked = _asked_of_rtt(kind, code, treatment_function, include_nonc)
        traced = rtt_following.traced(home, rtt_report.month_argument(month), key, asked, revision)
        return typer.echo(_published_rtt.trace_json(traced) if format_ is Format.json else _published_rtt.trace_text(traced))
    datasets.dataset(dataset)
    of_day = figure_report.day_argument(day)
    of_month = rtt_report.month_argument(month) or (day or "")[:7]
    of_month = of_month or figure_reading.latest_month(home, dataset, level=kind, org_code=code)
    chosen = figure_report.cut_argument(cut or [])
    found = tracing.traced(home, dataset, of_month, key, level=kind, org_code=code, cut=chosen, number=revision, day=of_day)
    typer.echo(json.dumps(shown.trace_values(found), indent=1) if format_ is Format.json else shown.trace_text(found))
    return None


def _area(provider: str | None, icb: str | None, region: str | None) -> tuple[str, str]:
    from clockstop.errors import UserError

    given = [(kind, code.upper()) for kind, code in (("provider", provider), ("icb", icb), ("region", region)) if code]
    if len(given) > 1:
        raise UserError("Only one area can be shown at a time.", do="Give one of --provider, --icb and --region.")
    return given[0] if given else ("england", "ENG")


@app.command("ship")
def ship(
    out: Annotated[Path, typer.Option(help="The folder to write to.")],
    trusts: Annotated[Path, typer.Option(help="The Organisation Data Service's list of NHS trusts, etr.csv.")],
) -> None:
    """Write the table that ships with Clockstop from what is loaded: the overview series and the full extracts in use."""
    from clockstop.intake.published import rtt_published
    from clockstop.store.home import home_from_environment

    for path in rtt_published.ship(home_from_environment(), out, trusts):
        typer.echo(f"{path}: {path.stat().st_size:,} bytes")
