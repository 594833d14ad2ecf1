"""`clockstop rtt compare`: a trust's own list beside our clocks, row by row."""

import json
import sys
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

ROWS_SHOWN = 20


class Format(StrEnum):
    """How the answer is written."""

    table = "table"
    json = "json"
    csv = "csv"


class Section(StrEnum):
    """What the rows of a weekly national file are, where the file does not say it."""

    list = "list"
    open = "open"
    starts = "starts"
    stops = "stops"


def compare(
    *,
    ptl: Annotated[Path, typer.Option("--ptl", metavar="FILE", help="The list: CSV, XLSX or Parquet, under its own headers.")],
    org: Annotated[
        str | None, typer.Option("--org", metavar="CODE", help="The trust, where the list does not say it and several are loaded.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="The day at whose end the list was taken; else its week ending date, else the snapshot's day.",
        ),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", metavar="FILE", help="Names columns whose headers are not recognised.")
    ] = None,
    section: Annotated[
        Section | None, typer.Option("--section", help="For a weekly file without a section column: what its rows are.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write every row: .csv, .xlsx, .json or .parquet.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="table for people; json and csv with every row.")] = Format.table,
) -> None:
    """Compare a trust's own list with our clocks: same, other start, other stop, only here, only there, and why.

    The list may be a PTL or a weekly national file, with its columns in any order; it needs a pathway identifier (or a hospital
    number and a treatment function) and a clock start. The exit code is 0 whenever the list could be compared, whatever differs.
    """  # fmt: skip
    from clockstop.reports.list_comparison import FORMATS

    _check_out(out, FORMATS)
    _tell(_compared(ptl, org, as_of, mapping, section), out, format_)


def _check_out(out: Path | None, endings: Iterable[str]) -> None:
    """Refuse a file whose ending nothing writes, before the comparison takes its time."""
    from clockstop.errors import UserError

    if out is not None and out.suffix.lower() not in endings:
        raise UserError(f"{out.name} is no kind of file that is written.", do=f"Let --out end in one of {', '.join(endings)}.")


def _compared(ptl: Path, org: str | None, as_of: datetime | None, mapping: Path | None, section: Section | None):
    from clockstop.answers.desk import Desk
    from clockstop.answers.list_comparison import compare as compare_list
    from clockstop.answers.scope import Scope
    from clockstop.intake.list_file import read_list
    from clockstop.store.home import home_from_environment

    desk = Desk(home_from_environment()).refreshed()
    every = frozenset(desk.manifest.trusts)
    scope = Scope(trusts=every, may_see_patients=every, user="command line", role="operator")
    listed = read_list(ptl, mapping_file=mapping)
    return compare_list(
        scope, desk, listed, org=org, as_of=as_of.date() if as_of else None, section=section.value if section else None
    )


def _tell(found, out: Path | None, format_: Format) -> None:
    """Write the rows where they were asked for, and say the answer in the format that was."""
    from clockstop.reports import list_comparison as report

    if out is not None:
        report.write(found, out)
    if format_ is Format.json:
        typer.echo(json.dumps(report.values(found), indent=1))
    elif format_ is Format.csv:
        report.write_to(found, sys.stdout.buffer, ".csv")
    else:
        _print(found, out)


def _print(found, out: Path | None) -> None:
    from rich.console import Console

    console = Console(highlight=False)
    where = f"{', '.join(found.trusts)} at {found.as_of.isoformat()}, snapshot {found.snapshot_id}"
    console.print(f"{found.file_name} compared with the clocks of {where}", markup=False, soft_wrap=True)
    console.print(
        f"  {found.rows_read:,} rows read = {found.rows_compared:,} compared + {found.rows_set_aside:,} set aside", soft_wrap=True
    )
    for message in found.messages:
        console.print(f"  {message}", markup=False, soft_wrap=True)
    console.print(_counts(found))
    if found.reasons:
        console.print(_reasons(found))
    _print_set_aside(console, found)
    _print_rows(console, found)
    if out is not None:
        console.print(f"Every row: {out}", markup=False, soft_wrap=True)
    elif found.counts["same"] < found.rows_read:
        console.print("Write every row with --out compared.xlsx (or .csv, .json, .parquet).", markup=False, soft_wrap=True)


def _counts(found):
    from rich.table import Table

    from clockstop.rules.list_comparison import RESULTS

    table = Table("Result", "Rows", "What it means", box=None, pad_edge=False)
    table.columns[1].justify = "right"
    for name, says in RESULTS.items():
        table.add_row(name, f"{found.counts[name]:,}", says)
    if found.share_same is not None:
        table.add_row("share the same", f"{found.share_same:.1%}", "of the rows compared and those that only Clockstop has")
    return table


def _reasons(found):
    from rich.table import Table

    table = Table("Result", "Likely reason", "Rows", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    for result, code, rows in found.reasons[:12]:
        table.add_row(result, code.replace("_", " "), f"{rows:,}")
    return table


def _print_set_aside(console, found) -> None:
    from clockstop.answers.list_comparison import set_aside_words

    for one in found.set_aside[:ROWS_SHOWN]:
        console.print(f"Set aside: row {one.source_row}, {set_aside_words(one)}", markup=False, soft_wrap=True)
    if len(found.set_aside) > ROWS_SHOWN:
        console.print(f"... and {len(found.set_aside) - ROWS_SHOWN:,} more set aside", soft_wrap=True)


def _print_rows(console, found) -> None:
    """The first rows that differ, each with our rule, theirs, the likely reason and the command that shows more."""
    import pyarrow as pa
    import pyarrow.compute as pc

    alike = pa.array(["same", "set aside"])
    rows = found.rows.filter(pc.invert(pc.is_in(found.rows["result"], value_set=alike)))
    for row in rows.slice(0, ROWS_SHOWN).to_pylist():
        console.print(_row_words(row), markup=False, soft_wrap=True)
    if rows.num_rows > ROWS_SHOWN:
        console.print(f"... and {rows.num_rows - ROWS_SHOWN:,} more that differ", soft_wrap=True)


def _row_words(row: dict) -> str:
    place = f"row {row['row']}" if row["row"] is not None else "ours"
    lines = [f"\n{row['result']}: {row['patient_pathway_identifier'] or row['local_patient_identifier'] or ''} ({place})"]
    if row["row"] is not None:
        lines.append(f"  theirs  {_span(row['their_start_date'], row['their_end_date'])}")
    if row["our_start_date"] is not None:
        lines.append(f"  ours    {_span(row['our_start_date'], row['our_end_date'])}")
        lines += [f"          {row[name]}" for name in ("our_start_because", "our_end_because") if row[name]]
    lines += [f"  {row[name]}" for name in ("reason", "notes") if row[name]]
    return "\n".join([*lines, f"  {row['see_more']}"] if row["see_more"] else lines)


def _span(start, end) -> str:
    return f"from {start.isoformat()}, {'stopped ' + end.isoformat() if end else 'running'}"
