"""`clockstop refresh`: turn what is loaded into a new snapshot."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer()

# What the rows of a table are called in the line of a trust; without RTT, those that it has of the others.
RTT = {"rtt_events": "events", "rtt_clocks": "clocks", "rtt_waits": "waiting"}
INSTEAD = {
    "cancer_waits": "cancer waits",
    "diagnostic_waits": "waits for a test",
    "outpatient_attendances": "appointments",
    "theatre_cases_timed": "theatre cases",
    "emergency_attendances": "emergency attendances",
    "inpatient_stays": "stays in hospital",
    "inpatients_now": "in a bed now",
}


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"


@app.command()
def refresh(
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of", metavar="DAY", formats=["%Y-%m-%d"], help="The day of the waits; the last day of the loads if left out."
        ),
    ] = None,
    trust: Annotated[
        list[str] | None,
        typer.Option("--trust", metavar="CODE", help="Read only this trust's loads anew; the others stay. May be repeated."),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="text for people, json for programs.")] = Format.text,
) -> None:
    """Build the facts of everything loaded and publish them as a new snapshot, whole or not at all.

    Only what changed is built anew. Stop it at any moment: the last snapshot still serves.
    """
    from clockstop.intake.build import refresh as build
    from clockstop.store import snapshots
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    before = snapshots.current(home)
    day = as_of.date() if as_of else None
    with _watched(output) as progress:
        manifest = build(home, as_of=day, trusts=trust, progress=progress)
    typer.echo(_as_json(manifest, before) if output is Format.json else _as_text(manifest, before))


def _watched(output: Format):
    """Progress shown on a terminal's error stream; nowhere else."""
    import sys
    from contextlib import contextmanager

    @contextmanager
    def watched():
        if output is Format.json or not sys.stderr.isatty():
            yield lambda step: None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("reading", total=None)
            yield lambda step: bar.update(task, completed=step.done, total=step.of, description=step.doing)

    return watched()


def _as_text(manifest, before: str | None) -> str:
    if manifest.id == before:
        return f"Nothing has changed since snapshot {manifest.id} (as of {manifest.as_of.isoformat()}); it still serves."
    trusts = "\n".join(f"  {code}  {trust.name}: {_rows(trust.rows)}" for code, trust in manifest.trusts.items())
    linked = len(manifest.files) - manifest.files_built
    return (
        f"Published snapshot {manifest.id}, as of {manifest.as_of.isoformat()}, in {manifest.duration_seconds:.1f} s "
        f"({manifest.files_built} files built, {linked} unchanged).\n{trusts}"
    )


def _rows(rows: dict[str, int]) -> str:
    """What a trust has: its RTT; of one that sent none, what it has instead."""
    if any(rows.get(table) for table in RTT):
        return ", ".join(f"{rows.get(table, 0):,} {word}" for table, word in RTT.items())
    instead = [f"{rows[table]:,} {word}" for table, word in INSTEAD.items() if rows.get(table)]
    return ", ".join(instead) or _other_facts(rows)


def _other_facts(rows: dict[str, int]) -> str:
    from clockstop.rules import facts

    found = sum(rows.get(name, 0) for name in facts())
    return f"{found:,} rows of other facts" if found else "nothing yet"


def _as_json(manifest, before: str | None) -> str:
    import json

    return json.dumps(
        {
            "id": manifest.id,
            "as_of": manifest.as_of.isoformat(),
            "has_changed": manifest.id != before,
            "previous": manifest.previous,
            "duration_seconds": manifest.duration_seconds,
            "files_built": manifest.files_built,
            "files": len(manifest.files),
            "tables": manifest.tables,
            "trusts": {code: trust.rows for code, trust in manifest.trusts.items()},
        },
        indent=1,
    )
