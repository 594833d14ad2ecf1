"""`clockstop rtt flags`: a trust's data-quality flags, or one's pathways. `clockstop rtt score-flags`: how well they find."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class Format(StrEnum):
    """How the answer is written."""

    table = "table"
    csv = "csv"
    json = "json"


def list_flags(
    org: Annotated[str, typer.Option("--org", metavar="CODE", help="The trust's code.")],
    flag: Annotated[str, typer.Option("--flag", metavar="SLUG", help="One flag's pathways; its slug or number.")] = "",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where it goes; the screen where not given.")] = None,
    format: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.table,
    closed: Annotated[bool, typer.Option("--closed", help="Pathways of the past too, not only those on a list of today.")] = False,
) -> None:
    """Count the 25 data-quality flags of a trust (RTT-R51), or list the pathways of one with what was found.

    Read from the current snapshot. What a trust does not send cannot be judged, and says so: it is never shown as none found.
    """
    from clockstop.answers import quality
    from clockstop.answers.quality_filters import FlagFilters
    from clockstop.answers.scope import Scope
    from clockstop.cli._holding import desk_holding

    desk = desk_holding(org)
    scope = Scope(trusts=frozenset([org]), may_see_patients=frozenset([org]), user="command line", role="operator")
    where = {"trust": org}
    if not flag:
        rows = [_line(line) for line in quality.overview(scope, desk, where).lines]
    elif quality.flag(flag).slug == quality.RETURN_FLAG:
        rows = [asdict(line) for line in quality.return_lines(scope, desk, where)]
    else:
        filters = FlagFilters(trust=org, closed=closed)
        slug = quality.flag(flag).slug
        rows = [asdict(row) for row in quality.flag_rows(scope, desk, _no_notes(), slug, filters)]
        rows = [{name: value for name, value in row.items() if name not in _WRITTEN} for row in rows]
    write_lines(rows, format, out, nothing="No pathway has this flag.\n")


_WRITTEN = ("owner", "next_step", "next_step_date", "comment")


def _line(line: Any) -> dict[str, Any]:
    return {
        "number": line.flag.number,
        "flag": line.flag.slug,
        "name": line.flag.name,
        "judged": "yes" if line.is_judged else f"cannot be judged: needs {line.flag.needs}",
        "pathways": line.number,
        "closed_pathways": line.closed,
        "share_of_open": None if line.share is None else round(line.share, 4),
        "change": line.change,
        "set_aside_at_the_door": line.at_door,
        "effect": line.flag.effect,
        "owner": line.flag.owner,
    }


def _no_notes() -> Any:
    """What people wrote is not read on the command line."""
    import pyarrow as pa

    names = ("trust", "patient_pathway_identifier", "owner", "next_step", "comment")
    return pa.table({**{name: pa.array([], pa.string()) for name in names}, "next_step_date": pa.array([], pa.date32())})


def write_lines(rows: Sequence[dict[str, Any]], format: Format, out: Path | None, *, nothing: str) -> None:
    """Write the rows to the screen or to a file; `nothing` is what a table without rows says."""
    if out is None:
        _put(rows, format, sys.stdout, nothing)
        return
    with out.open("w", encoding="utf-8", newline="") as handle:
        _put(rows, format, handle, nothing)
    typer.echo(f"{len(rows):,} rows: {out}")


def _put(rows: Sequence[dict[str, Any]], format: Format, handle: Any, nothing: str) -> None:
    import csv

    from clockstop.intake.set_aside import safe_cell

    if format is Format.json:
        json.dump(list(rows), handle, indent=1, default=str, ensure_ascii=False)
        handle.write("\n")
        return
    names = list(rows[0]) if rows else []
    cells = [[_text(row[name]) for name in names] for row in rows]
    if format is Format.csv:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerows([names, *([safe_cell(cell) for cell in line] for line in cells)])
        return
    widths = [max(len(cell) for cell in column) for column in zip(names, *cells, strict=True)]
    for line in [names, *cells]:
        handle.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() + "\n")
    if not rows:
        handle.write(nothing)


def _text(value: Any) -> str:
    return "" if value is None else "yes" if value is True else "no" if value is False else str(value)


def score_flags(
    truth: Annotated[Path, typer.Option("--truth", metavar="DIR", help="The folder truth/ that clockstop synthesise wrote.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the scores go as CSV.")] = None,
) -> None:
    """Score the flags of the current snapshot against the faults planted in a made-up group: precision and recall a flag."""
    from clockstop.store.home import home_from_environment
    from clockstop.synthetic.scoring import write_scores
    from clockstop.synthetic.snapshot_scores import snapshot_scores

    found = snapshot_scores(home_from_environment(), truth)
    if out is None:
        write_scores(found, sys.stdout)
        return
    with out.open("w", encoding="utf-8") as handle:
        write_scores(found, handle)
    typer.echo(f"{len(found)} flags scored: {out}")
