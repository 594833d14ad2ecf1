"""`clockstop snapshots`: list, show, verify, restore and prune what refreshes have published."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Look after the snapshots that refreshes publish.")


class Format(StrEnum):
    """How an answer is written."""

    text = "text"
    json = "json"


FormatOption = Annotated[Format, typer.Option("--format", help="text for people, json for programs.")]
SnapshotArgument = Annotated[str | None, typer.Argument(metavar="ID", help="The snapshot; the current one if left out.")]


@app.command("list")
def list_snapshots(output: FormatOption = Format.text) -> None:
    """List the snapshots, oldest first; a star marks the one that pages show."""
    import json

    from clockstop.store import snapshots

    home = _home()
    current = snapshots.current(home)
    accounts = [snapshots.manifest(home, id_) for id_ in snapshots.all_snapshots(home)]
    if output is Format.json:
        typer.echo(json.dumps([_brief(account, current) for account in accounts], indent=1))
    elif not accounts:
        typer.echo("There is no snapshot yet. Load files, then run: clockstop refresh")
    for account in accounts if output is Format.text else ():
        mark = "*" if account.id == current else " "
        rows = f"{account.tables.get('rtt_waits', 0):,} waiting"
        typer.echo(f"{mark} {account.id:<14} as of {account.as_of.isoformat()}  built {_minute(account.built_at)}  {rows}")


@app.command("show")
def show_snapshot(snapshot_id: SnapshotArgument = None, output: FormatOption = Format.text) -> None:
    """Show what a snapshot was built from, its tables and its trusts."""
    from clockstop.store import snapshots

    home = _home()
    account = snapshots.manifest(home, snapshot_id) if snapshot_id else snapshots.current_manifest(home)
    typer.echo(account.to_json().rstrip() if output is Format.json else _account(account))


@app.command("verify")
def verify_snapshot(snapshot_id: SnapshotArgument = None) -> None:
    """Work out every file's hash again and compare it with the manifest; exit code 1 where one differs."""
    from clockstop.store import snapshots

    home = _home()
    account = snapshots.manifest(home, snapshot_id) if snapshot_id else snapshots.current_manifest(home)
    faults = snapshots.verify(home, account.id)
    for fault in faults:
        typer.echo(fault)
    if faults:
        typer.echo(f"Snapshot {account.id} is damaged: {len(faults)} faults. Restore another, or delete it and refresh.")
        raise SystemExit(1)
    typer.echo(f"Snapshot {account.id}: {len(account.files)} files are as they were published.")


@app.command("restore")
def restore_snapshot(snapshot_id: Annotated[str, typer.Argument(metavar="ID", help="The snapshot to show again.")]) -> None:
    """Let the pages show a snapshot of before. Nothing is removed, and the next refresh publishes a new one."""
    from clockstop.store import snapshots
    from clockstop.store.lock import writer

    home = _home()
    with writer(home):
        snapshots.restore(home, snapshot_id)
    typer.echo(f"Snapshot {snapshot_id} serves now.")


@app.command("prune")
def prune_snapshots(
    keep: Annotated[
        int | None, typer.Option("--keep", min=0, metavar="N", help="How many of the newest to keep; 14 if left out.")
    ] = None,
    min_age_days: Annotated[float, typer.Option("--min-age-days", min=0, help="Keep every snapshot younger than this.")] = 1.0,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
) -> None:
    """Remove old snapshots.

    Kept are the current one, the newest, those younger than a day, and the last of each calendar month. A refresh does the same.
    """
    from clockstop.store import snapshots
    from clockstop.store.lock import writer

    home = _home()
    policy = {"keep": snapshots.KEEP if keep is None else keep, "min_age": timedelta(days=min_age_days), "now": datetime.now(UTC)}
    with writer(home):
        removed = snapshots.prunable(home, **policy) if dry_run else snapshots.prune(home, **policy)
    verb = "Would remove" if dry_run else "Removed"
    typer.echo(f"{verb} {len(removed)}: {', '.join(removed)}" if removed else "Nothing to remove.")


def _home():
    from clockstop.store.home import home_from_environment

    return home_from_environment()


def _minute(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _brief(account, current: str | None) -> dict:
    return {
        "id": account.id,
        "is_current": account.id == current,
        "as_of": account.as_of.isoformat(),
        "built_at": account.built_at.isoformat(),
        "duration_seconds": account.duration_seconds,
        "tables": account.tables,
    }


def _account(account) -> str:
    built = f"built {_minute(account.built_at)} in {account.duration_seconds:.1f} s"
    by = f"by Clockstop {account.clockstop_version} (rules {account.code_version[:8]}) on {account.engine}"
    lines = [
        f"Snapshot {account.id}, as of {account.as_of.isoformat()}, {built}",
        f"{by}; previous: {account.previous or 'none'}",
        *(["The data are synthetic."] if account.is_synthetic else []),
        "Tables:",
        *(f"  {name:<26}{rows:>12,} rows" for name, rows in account.tables.items()),
        "Built from:",
    ]
    for code, trust in account.trusts.items():
        lines.append(f"  {code}  {trust.name}")
        lines += [f"    {_load(load)}" for load in trust.loads]
    return "\n".join(lines)


def _load(load) -> str:
    return f"{load.dataset:<22}{load.load_id}  {load.rows_kept:>10,} rows  {load.file_name}  sha256 {load.file_sha256[:12]}"
