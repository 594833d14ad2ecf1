"""`clockstop validate`: draw a sample of doubtful clocks, record what was found, see the rates, and the standard as a range."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Samples of doubtful clocks, what they showed, and the standard as a range.")
ROWS_ASIDE = 3


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"


OrgOption = Annotated[str, typer.Option("--org", metavar="CODE", help="ODS code of the trust.")]
FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]


@app.command("sample")
def draw_sample(
    org: OrgOption,
    flag: Annotated[str, typer.Option("--flag", metavar="SLUG", help="A flag's slug or number, or unflagged.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The worksheet: .csv or .xlsx.")],
    size: Annotated[int, typer.Option("--size", min=1, max=5000, help="How many clocks to draw.")] = 30,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed on the same list draws the same clocks.")] = 1,
) -> None:
    """Draw a simple random sample of the open clocks under a flag, and write its worksheet.

    Drawn from the current snapshot, without the clocks that an outcome has settled. The frame and the seed are kept, so that a
    recorded outcome can be tied to its sample. The worksheet names patients: handle it as you handle a waiting list.
    """
    from clockstop.reports.drawing import draw
    from clockstop.reports.worksheets import about, must_be_writable, write

    must_be_writable(out)
    desk, scope = _opened(org := org.upper())
    sample, chosen = draw(scope, desk, _outcomes(desk), trust=org, flag=flag, size=size, seed=seed)
    from clockstop.answers.validation_samples import evidence_of

    write(out, sample, chosen, evidence_of(scope, desk, chosen))
    typer.echo("\n".join(about(sample)))
    typer.echo(f"Worksheet: {out}. When it is filled in: clockstop validate record {out} --by USERNAME")


@app.command("record")
def record_sample(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The worksheet, filled in: .csv or .xlsx.")],
    by: Annotated[str, typer.Option("--by", metavar="USERNAME", help="Who checked the clocks; may validate in the trust.")],
    team: Annotated[str, typer.Option("--team", metavar="NAME", help="The team that checked them.")] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Take corrections of outcomes recorded from this sample before.")
    ] = False,
    output: FormatOption = Format.text,
) -> None:
    """Record the outcomes of a worksheet in the register of validation. Rows read = recorded + set aside, each with its reason.

    A half-filled worksheet can be recorded, filled in further and recorded again; nothing is recorded twice. Exit code 0: every row
    was recorded or stood already; 3: some rows could not be; 2: the file could not be read.
    """
    from clockstop.cli.serve import prepare_database
    from clockstop.store.home import home_from_environment

    prepare_database()
    from clockstop.reports.worksheet_recording import record, user_named

    found = record(home_from_environment(), file, by=user_named(by), team=team, replace=replace)
    from clockstop.cli._validate_text import recorded_text, recorded_values

    _say(recorded_values(found) if output is Format.json else recorded_text(found), output)
    if any(one.code not in {"already_recorded", "repeated"} for one in found.aside):
        raise typer.Exit(ROWS_ASIDE)


@app.command("rates")
def show_rates(org: OrgOption, output: FormatOption = Format.text) -> None:
    """Say for each flag what samples showed: checked, removed, start moved, the rate with its interval, and the yield."""
    from clockstop.answers.standard_range import rate_lines
    from clockstop.cli._validate_text import rates_text, rates_values

    desk, scope = _opened(org := org.upper())
    lines = rate_lines(scope, desk, _outcomes(desk), org)
    _say(rates_values(lines) if output is Format.json else rates_text(org, lines), output)


@app.command("range")
def show_range(
    org: OrgOption,
    service: Annotated[str, typer.Option("--service", metavar="CODE", help="One reported function, such as C_110.")] = "",
    division: Annotated[str, typer.Option("--division", metavar="NAME", help="One division.")] = "",
    output: FormatOption = Format.text,
) -> None:
    """Give the waiting-list standards as ranges: as counted, no and all removals, least and greatest, and the interval."""
    from clockstop.answers.standard_range import ranges
    from clockstop.cli._validate_text import ranges_text, ranges_values
    from clockstop.errors import UnknownName

    desk, scope = _opened(org := org.upper())
    where = {name: value for name, value in (("trust", org), ("division", division), ("service", service)) if value}
    found = ranges(scope, desk, _outcomes(desk), where)
    if not found.method.clocks:
        raise UnknownName(
            "No clock of the waiting list is there.",
            where=", ".join(f"{name} {value}" for name, value in where.items()),
            do="Name a reported function such as C_110, or a division, as the waiting list has it.",
        )
    _say(ranges_values(found, where) if output is Format.json else ranges_text(found, where), output)


@app.command("score")
def score_ranges(
    truth: Annotated[Path, typer.Option("--truth", metavar="DIR", help="The folder truth/ of the made-up group in this home.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the scores go, as CSV.")],
    times: Annotated[int, typer.Option(min=1, max=1000, help="How many samplings of the made-up group.")] = 40,
    lists: Annotated[int, typer.Option(min=1, max=1000, help="How many lists with rates of their own are drawn besides.")] = 100,
) -> None:
    """Score how often the interval of a standard covers its true value: samples are drawn anew and answered by the truth."""
    from clockstop.store.home import home_from_environment
    from clockstop.synthetic.range_scores import drawn_lists, scores, write_scores
    from clockstop.synthetic.range_truth import true_list

    group = true_list(home_from_environment(), truth)
    found = []
    for sampled in (10, 20, 40):
        found += scores("made-up group", [group], sampled=sampled, times=times, level=0.9)
        found += scores("drawn lists", drawn_lists(lists, seed=7), sampled=sampled, times=1, level=0.9)
    with out.open("w", newline="") as handle:
        write_scores(found, handle)
    typer.echo(f"{sum(one.intervals for one in found):,} intervals scored: {out}")


def _say(said, output: Format) -> None:
    import json

    typer.echo(json.dumps(said, indent=1, default=str) if output is Format.json else said)


def _opened(org: str):
    """The desk, and the scope of the trust, which the snapshot must have."""
    from clockstop.answers.scope import Scope
    from clockstop.cli._holding import desk_holding

    return desk_holding(org), Scope(
        trusts=frozenset([org]), may_see_patients=frozenset([org]), user="command line", role="operator"
    )


def _outcomes(desk):
    """The outcomes of every trust: rates learn from all of them."""
    from clockstop.cli.serve import prepare_database

    prepare_database()
    from clockstop.registers.validation.reading import outcomes

    return outcomes(sorted(desk.manifest.trusts))
