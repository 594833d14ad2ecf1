"""`clockstop lineage`: from a number to its loads, files and hashes, and from a row to every number that it is in."""

import json
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Where a number comes from, and where a row goes to.")


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"


class Period(StrEnum):
    """What a figure is counted over."""

    month = "month"
    week = "week"
    now = "now"


FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
OrgOption = Annotated[str, typer.Option("--org", metavar="CODE", help="The trust.")]


@app.command("number")
def number(
    measure: Annotated[str, typer.Argument(help="The measure, such as rtt_within_18_weeks.")],
    *,
    org: OrgOption,
    period: Annotated[Period, typer.Option("--period", help="month, week or now.")] = Period.month,
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="A day in the period; the last with a figure if left out."),
    ] = None,
    service: Annotated[str | None, typer.Option("--service", help="A service's code, such as C_110.")] = None,
    format_: FormatOption = Format.text,
) -> None:
    """Print what a figure was made of: definition, rows, the snapshot's tables and files, the loads and their hashes."""
    from clockstop.answers.lineage import latest_period, number_lineage
    from clockstop.answers.measure_rows import RowsAsked, period_end_of
    from clockstop.measures.catalogue import measure as measure_of

    desk, scope = _open(org)
    kind = "now" if measure_of(measure).is_current_only else period.value
    where = (("trust", org.upper()), *((("service", service),) if service else ()))
    end = period_end_of(kind, day.date()) if day else latest_period(scope, desk, measure, kind, dict(where))
    found = number_lineage(scope, desk, measure, RowsAsked(kind, end, where))
    values = _number(desk, found)
    typer.echo(json.dumps(values, indent=1) if format_ is Format.json else _number_text(values))


@app.command("row")
def row(
    dataset: Annotated[str, typer.Argument(help="The dataset, such as referrals.")],
    *,
    org: OrgOption,
    load: Annotated[str | None, typer.Option("--load", help="The load, by its id or number.")] = None,
    number_: Annotated[
        int | None, typer.Option("--row", min=1, help="The row of its file; 1 is the first below the header.")
    ] = None,
    key: Annotated[str | None, typer.Option("--key", help="Or the record's own key; a slash between its parts.")] = None,
    format_: FormatOption = Format.text,
) -> None:
    """Print what became of a row, and every number of the snapshot that it is in."""
    from clockstop.answers.lineage_of_rows import record_lineage, row_lineage
    from clockstop.errors import UserError
    from clockstop.intake.load import contract_named

    contract_named(dataset)
    if (key is None) == (load is None or number_ is None):
        raise UserError("A row is named by --load and --row, or its record by --key.", do="Give the two, or the one.")
    desk, scope = _open(org)
    if key is not None:
        found = record_lineage(scope, desk, org.upper(), dataset, key)
    else:
        found = row_lineage(scope, desk, org.upper(), dataset=dataset, load_id=load, source_row=number_)
    values = _row(found)
    typer.echo(json.dumps(values, indent=1) if format_ is Format.json else _row_text(values))


def _open(org: str):
    from clockstop.answers.scope import Scope
    from clockstop.cli._holding import desk_holding

    desk = desk_holding(org.upper())
    every = frozenset(desk.manifest.trusts)
    return desk, Scope(trusts=every, may_see_patients=every, user="command line", role="operator")


def _number(desk, found) -> dict:
    """The lineage as plain values; the keys are listed in docs/interface.md."""
    measure, point = found.measure, found.point
    return {
        "measure": measure.slug, "title": measure.title, "definition": measure.definition, "source": measure.source,
        "rules": list(measure.rules), "period": found.asked.period_kind, "period_end": found.asked.period_end.isoformat(),
        "where": dict(found.asked.where), "numerator": point.numerator, "denominator": point.denominator, "value": point.value,
        "rows_numerator": found.counted[0] if found.counted else None,
        "rows_denominator": found.counted[1] if found.counted else None, "agrees": found.agrees,
        "snapshot": {
            "id": desk.snapshot_id, "as_of": desk.as_of.isoformat(), "built_at": desk.manifest.built_at.isoformat(),
            "code_version": desk.manifest.code_version, "readings": desk.manifest.readings,
        },
        "tables": [
            {
                "name": table.name, "is_counted": table.is_counted, "rows": table.rows,
                "files": [{"path": file.path, "rows": file.rows, "sha256": file.sha256} for file in table.files],
            }
            for table in found.tables
        ],
        "datasets": [
            {
                "name": dataset.name, "is_sent": dataset.is_sent,
                "loads": [
                    {
                        "load": one.load_id, "file": one.file_name, "sha256": one.file_sha256,
                        "mapping_sha256": one.mapping_sha256, "loaded_at": one.loaded_at, "rows_read": one.rows_read,
                        "rows_kept": one.rows_kept, "rows_set_aside": one.rows_set_aside, "is_withdrawn": one.is_withdrawn,
                    }
                    for one in dataset.loads
                ],
            }
            for dataset in found.datasets
        ],
    }  # fmt: skip


def _number_text(values: dict) -> str:
    agrees = {True: "they agree with the figure", False: "THEY DO NOT AGREE WITH THE FIGURE", None: "not counted again"}
    snapshot = values["snapshot"]
    lines = [
        f"{values['title']}, {values['period']} to {values['period_end']}, {', '.join(values['where'].values())}",
        f"  {_plain(values['numerator'])} of {_plain(values['denominator'])}: {_plain(values['value'])}",
        f"  from its rows: {_plain(values['rows_numerator'])} of {_plain(values['rows_denominator'])} ({agrees[values['agrees']]})",
        f"  {values['definition']}",
        f"  Rules: {', '.join(values['rules'])}. Source: {values['source']}",
        f"Snapshot {snapshot['id']} of {snapshot['as_of']}, built at {snapshot['built_at']}, code {snapshot['code_version'][:12]}",
    ]
    for table in values["tables"]:
        lines.append(f"Table {table['name']}: {table['rows']:,} rows{' (counted)' if table['is_counted'] else ''}")
        lines += [f"  {file['sha256'][:16]}  {file['rows']:>9,} rows  {file['path']}" for file in table["files"]]
    for dataset in values["datasets"]:
        lines.append(f"Dataset {dataset['name']}" + ("" if dataset["is_sent"] else ": not sent"))
        lines += [
            f"  {one['sha256'][:16]}  {one['rows_kept']:>9,} kept of {one['rows_read']:,} read, {one['rows_set_aside']:,} set aside"
            f"  load {one['load']}  {one['file']}{'  (withdrawn since)' if one['is_withdrawn'] else ''}"
            for one in dataset["loads"]
        ]
    return "\n".join(lines)


def _row(found) -> dict:
    from clockstop.intake.one_row import as_text

    row, one = found.row, found.row.receipt
    return {
        "trust": one.trust, "dataset": one.dataset, "load": one.load_id, "row": row.source_row, "file": one.file_name,
        "sha256": one.file_sha256, "counts": row.counts, "why_not": row.why_not, "set_aside": list(row.reasons),
        "replaced_by": {"load": row.winner[0], "row": row.winner[1]} if row.winner else None,
        "is_in_snapshot": found.is_in_snapshot, "values": {name: as_text(value) for name, value in row.values.items()},
        "tables": [{"name": name, "rows": rows, "by": by} for name, rows, by in found.tables], "untraced": list(found.untraced),
        "numbers": [
            {
                "measure": each.measure.slug, "period": each.period_kind, "period_end": _day(each.period_end),
                "numerator": each.numerator, "denominator": each.denominator, "table": each.table, "by": each.by,
            }
            for each in found.numbers
        ],
    }  # fmt: skip


def _row_text(values: dict) -> str:
    lines = [
        f"Row {values['row']} of {values['file']} ({values['dataset']} of {values['trust']}, load {values['load']})",
        f"  sha256 {values['sha256']}",
        "  It counts." if values["counts"] else f"  It does not count. {values['why_not']}",
        *(f"  {why}" for why in values["set_aside"]),
    ]
    if values["counts"] and not values["is_in_snapshot"]:
        lines.append("  Its load is not in the snapshot yet: run clockstop refresh.")
    lines += [f"  {name}: {value}" for name, value in values["values"].items() if value]
    lines += [f"Table {one['name']}: {one['rows']} rows by its {one['by']}" for one in values["tables"]]
    lines += [f"Table {name}: added up from many rows; this one is not told apart in it" for name in values["untraced"]]
    lines += [
        f"  {one['measure']:<48}{one['period']:<6}{one['period_end']}  {_plain(one['numerator'])} of {_plain(one['denominator'])}"
        for one in values["numbers"]
    ]
    return "\n".join(lines)


def _day(day: date) -> str:
    return day.isoformat()


def _plain(number: float | None) -> str:
    return "-" if number is None else f"{number:,.6g}" if abs(number) < 1 else f"{number:,.10g}"
