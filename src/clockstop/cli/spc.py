"""`clockstop spc`: is it noise? Any analyst's series judged by the rules of Making Data Count."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()
POINTS = (6, 7)


Input = Annotated[
    Path,
    typer.Option("--input", metavar="FILE", help="Series: headers date and value, and optionally key, ghost, target, denominator."),
]
Out = Annotated[Path, typer.Option(metavar="FILE", help="Where the points go; the icons go to FILE.summary.csv beside it.")]
Named = Annotated[str, typer.Option(metavar="NAME", help="mdc-v5, mdc-sql or plot-the-dots.")]
Kind = Annotated[str, typer.Option(metavar="KIND", help="xmr; t, g (rare events); p, u (shares, rates).")]
Points = Annotated[int | None, typer.Option(help="6 or 7 in a row make a shift or trend; else as the convention has it.")]
Way = Annotated[str, typer.Option(metavar="WAY", help="Which way is better: up, down or neutral.")]
Target = Annotated[float | None, typer.Option(help="The target, where the file has no column target.")]
Rebase = Annotated[str, typer.Option(metavar="DATE,...", help="Days from which limits are worked out anew.")]
FixAfter = Annotated[int | None, typer.Option(metavar="N", help="Fix the limits after N points.")]
Screen = Annotated[
    bool | None,
    typer.Option("--screen/--no-screen", help="Leave large moving ranges out of the limits; else as the convention has it."),
]
Side = Annotated[str, typer.Option(metavar="SIDE", help="improvement or concern: which wins where a point is both (mdc-sql only).")]
# The columns that each kind of chart needs beside date.
NEEDS = {"t": (), "p": ("value", "denominator"), "u": ("value", "denominator")}


@app.command()
def spc(
    *,
    input_: Input,
    out: Out,
    convention: Named = "mdc-v5",
    chart: Kind = "xmr",
    points: Points = None,
    improvement: Way = "up",
    target: Target = None,
    rebase: Rebase = "",
    fix_after: FixAfter = None,
    screen: Screen = None,
    conflict: Side = "improvement",
) -> None:
    """Write each point's limits, rule and colour, and each series' icons.

    What each column may hold is listed in docs/interface.md, how the conventions differ in docs/spc.md.
    """
    from clockstop.insight.spc_conventions import improvement_of
    from clockstop.intake.series_file import read_series
    from clockstop.reports.spc_asked import SpcAsked
    from clockstop.reports.spc_points import summary_file, write_spc

    settings = _settings(convention, chart, points, fix_after, screen=screen, conflict=conflict)
    _must_be_a_number(target)
    _must_be_apart(input_, out, summary_file(out))
    better = improvement_of(improvement)
    asked = SpcAsked(settings=settings, improvement=better, chart=chart, target=target, rebases=_days(rebase))
    found = read_series(input_, needs=NEEDS.get(chart, ("value",)), is_day_once=chart != "t")
    written = write_spc(found, asked, out)
    for note in written.notes:
        typer.echo(note, err=True)
    typer.echo(f"{written.points:,} points of {written.series:,} series, drawn as by {convention}: {out}")
    typer.echo(f"A row a series with its icons: {written.summary_file}")


def _settings(convention: str, chart: str, points: int | None, fix_after: int | None, *, screen: bool | None, conflict: str):
    """How the charts are drawn, each word checked."""
    from clockstop.insight.spc import SpcSettings
    from clockstop.insight.spc_conventions import convention as convention_of
    from clockstop.insight.spc_rare import CHARTS

    _must_be(chart, CHARTS, "--chart")
    _must_be(conflict, ("improvement", "concern"), "--conflict")
    _must_fit(points, fix_after)
    return SpcSettings(
        convention=convention_of(convention).name,
        points=points,
        fix_after=fix_after,
        is_screened=screen,
        conflict=conflict,
        chart="xmr" if chart == "t" else chart,
    )


def _must_be(word: str, words: tuple[str, ...], option: str) -> None:
    from clockstop.errors import UnknownName

    if word not in words:
        raise UnknownName(f"{option} cannot be {word!r}.", do=f"Say one of: {', '.join(words)}.")


def _must_fit(points: int | None, fix_after: int | None) -> None:
    from clockstop.errors import UserError

    if points is not None and points not in POINTS:
        raise UserError(f"--points cannot be {points}.", do="Say 6 or 7: how many in a row make a shift or a trend.")
    if fix_after is not None and fix_after < 2:
        raise UserError(f"--fix-after cannot be {fix_after}.", do="Say 2 or more points; 12 or more give settled limits.")


def _must_be_a_number(target: float | None) -> None:
    from math import isfinite

    from clockstop.errors import UserError

    if target is not None and not isfinite(target):
        raise UserError(f"--target cannot be {target}.", do="Say a number such as 0.95, in the unit of the values.")


def _must_be_apart(input_: Path, *written: Path) -> None:
    from clockstop.errors import UserError

    for file in written:
        if file.resolve() == input_.resolve():
            raise UserError(f"{file} would be written over the input.", do="Give another name with --out.")
        if file.is_dir():
            raise UserError(f"{file} is a folder.", do=f"Give --out the name of a file, such as {file / 'points.csv'}.")
    if not written[0].resolve().parent.is_dir():
        raise UserError(f"There is no folder {written[0].parent}.", do="Make it, or give another --out.")


def _days(text: str) -> tuple:
    from clockstop.errors import UserError
    from clockstop.intake.series_file import day_of

    found = []
    for word in (part.strip() for part in text.split(",")):
        day = day_of(word) if word else None
        if word and day is None:
            raise UserError(f"--rebase: {word!r} is not a day.", do="Write days as 2026-09-30 or 30/09/2026, parted by commas.")
        found += [day.item()] if day is not None else []
    return tuple(sorted(set(found)))
