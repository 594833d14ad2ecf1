"""`clockstop quality`: the data-quality rules of a trust, the records that fail one, and how well they find what is planted."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from clockstop.cli._rtt_flags import Format

app = typer.Typer(help="Data quality of every dataset: rules, records that fail, scores.", no_args_is_help=True)
ISSUES, COUNTS = "quality_issues", "quality_counts"


@app.command()
def show(  # noqa: PLR0917 - each is an option by its name
    org: Annotated[str, typer.Option("--org", metavar="CODE", help="The trust's code.")],
    dataset: Annotated[str, typer.Option("--dataset", metavar="NAME", help="One dataset's rules.")] = "",
    rule: Annotated[str, typer.Option("--rule", metavar="SLUG", help="The records that fail one rule.")] = "",
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="One month's records alone.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Rules that no record fails, too.")] = False,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where it goes; the screen where not given.")] = None,
    format: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.table,
) -> None:
    """Count what each data-quality rule judged and found, or list the records that fail one with what was found.

    Read from the current snapshot. What a trust does not send is not judged, and says so: it is never shown as none found.
    """
    from clockstop.cli._holding import desk_holding
    from clockstop.cli._rtt_flags import write_lines
    from clockstop.errors import UnknownName

    desk = desk_holding(org)
    if not desk.has(COUNTS):
        raise UnknownName("The snapshot has no data quality.", where=desk.snapshot_id, do="Run: clockstop refresh")
    _check(dataset, rule)
    rows = _issues(desk, org, dataset, rule, month) if rule else _counts(desk, org, dataset, month, every=every)
    write_lines(rows, format, out, nothing="No record fails.\n")


def _check(dataset: str, rule: str) -> None:
    """Refuse a dataset or a rule that nobody has declared."""
    from clockstop.errors import UnknownName
    from clockstop.rules.quality import quality_rules

    rules = quality_rules().values()
    datasets = sorted({one.dataset for one in rules})
    if dataset and dataset not in datasets:
        raise UnknownName(f"There is no dataset {dataset}.", where=f"There are: {', '.join(datasets)}.", do="Name one of these.")
    slugs = sorted({one.slug for one in rules if dataset in ("", one.dataset)})
    if rule and rule not in slugs:
        raise UnknownName(f"There is no rule {rule}.", where=f"There are: {', '.join(slugs)}.", do="Name one of these.")


def _counts(desk: Any, org: str, dataset: str, month: str, *, every: bool) -> list[dict[str, Any]]:
    from clockstop.rules.quality import quality_rules

    known = quality_rules()
    rows = desk.table(COUNTS, trusts=[org])
    rows = rows.filter(rows.dataset == dataset) if dataset else rows
    rows = rows.filter((rows.month == month) | rows.why_not_judged.notnull()) if month else rows
    summed = rows.group_by("dataset", "rule", "kind").aggregate(
        judged=rows.judged.sum(), failed=rows.failed.sum(), at_door=rows.at_door.sum(), why=rows.why_not_judged.max()
    )
    found = desk.rows(summed.order_by("dataset", "rule")).to_pylist()
    return [_line(row, known) for row in found if every or row["failed"]]


def _line(row: dict[str, Any], known: Any) -> dict[str, Any]:
    one = known.get(f"{row['dataset']}.{row['rule']}")
    judged = None if row["judged"] is None else int(row["judged"])
    failed = None if row["failed"] is None else int(row["failed"])
    return {
        "dataset": row["dataset"],
        "rule": row["rule"],
        "kind": row["kind"],
        "title": one.title if one else "",
        "judged": f"not judged: {row['why']}" if row["why"] else judged,
        "failed": failed,
        "at_the_door": None if row["at_door"] is None else int(row["at_door"]),
        "share": round(failed / judged, 4) if judged and failed is not None else None,
        "who_mends": one.who_mends if one else "",
    }


def _issues(desk: Any, org: str, dataset: str, rule: str, month: str) -> list[dict[str, Any]]:
    rows = desk.table(ISSUES, trusts=[org])
    rows = rows.filter(rows.rule == rule)
    rows = rows.filter(rows.dataset == dataset) if dataset else rows
    rows = rows.filter(rows.month == month) if month else rows
    return desk.rows(rows.drop("trust").order_by("dataset", "day", "record")).to_pylist()


@app.command()
def score(
    truth: Annotated[Path, typer.Option("--truth", metavar="DIR", help="The folder truth/ that clockstop synthesise wrote.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the scores go as CSV.")] = None,
) -> None:
    """Score the data-quality rules of the current snapshot against the faults planted in a made-up group, fault by fault."""
    from clockstop.store.home import home_from_environment
    from clockstop.synthetic.quality_scoring import snapshot_scores, write_scores

    found = snapshot_scores(home_from_environment(), truth)
    if out is None:
        write_scores(found, sys.stdout)
        return
    with out.open("w", encoding="utf-8", newline="") as handle:
        write_scores(found, handle)
    typer.echo(f"{len(found)} faults scored: {out}")
