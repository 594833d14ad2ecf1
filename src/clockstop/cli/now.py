"""`clockstop now`: the state of now between two refreshes, built from what is loaded, or shown with its age."""

import json
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def now(
    trust: Annotated[
        list[str] | None, typer.Option("--trust", metavar="CODE", help="Of this trust alone; may be repeated. Else of all.")
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Build nothing: say how old each trust's state is, and why.")] = False,
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", help="How long to wait for a load or refresh that is running.", min=0)
    ] = 60,
    format: Annotated[str, typer.Option(help="text or json.")] = "text",
) -> None:
    """Build who is here now from what is loaded: the live facts alone, in seconds, whole or not at all.

    Boards and lists of now show it at once. Measures and their series stay those of the last refresh. Run it after each load of an
    extract of the day (docs/now.md); where nothing has come since, the state stands and grows older.
    """
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    if not show:
        from clockstop.intake.now import build_now

        built = build_now(home, trust, wait_seconds=wait)
        if format == "json":
            return typer.echo(json.dumps([_as_dict(one) for one in built], indent=1))
        return typer.echo("\n".join(_built_in_words(one) for one in built))
    shown = _shown(home, trust)
    if format == "json":
        return typer.echo(json.dumps([_state_as_dict(one) for one in shown], indent=1))
    return typer.echo("\n".join(_shown_in_words(one) for one in shown) or "No trust sends what a state of now is made of.")


def _as_dict(built) -> dict:
    state = built.state
    if state is None:
        return {"trust": built.trust, "state": None, "is_new": False}
    tables = {name: {"rows": table.rows, "at": table.at.isoformat()} for name, table in state.tables.items()}
    return {
        "trust": built.trust, "state": state.id, "is_new": built.is_new, "at": state.at.isoformat(),
        "built_at": state.built_at.isoformat(), "seconds": state.seconds, "snapshot": state.snapshot_id, "tables": tables,
        "extracts": state.extracts,
    }  # fmt: skip


def _built_in_words(built) -> str:
    if built.state is None:
        return f"{built.trust}  sends nothing of now: no emergency department, no wards."
    rows = ", ".join(f"{table.rows:,} {name}" for name, table in built.state.tables.items())
    says = f"built in {built.state.seconds:.1f} s" if built.is_new else "nothing has come since it was built"
    return f"{built.trust}  as at {built.state.at:%Y-%m-%d %H:%M}, {says}: {rows}"


def _shown(home, trusts: list[str] | None):
    """The states that pages show, as somebody who reads every trust sees them."""
    from clockstop.answers.desk import Desk
    from clockstop.answers.now import states
    from clockstop.answers.scope import Scope
    from clockstop.intake.now_rows import live_facts

    desk = Desk(home).refreshed()
    every = frozenset(desk.manifest.trusts)
    scope = Scope(trusts=every & set(trusts) if trusts else every, may_see_patients=frozenset(), user="operator", role="")
    return states(scope, desk, tuple(live_facts()))


def _state_as_dict(state) -> dict:
    from dataclasses import asdict

    return json.loads(json.dumps(asdict(state), default=lambda value: value.isoformat()))


def _shown_in_words(state) -> str:
    says = "a state of now" if state.is_between else "the snapshot: no state of now is newer (clockstop now builds one)"
    stale = ", STALE" if state.is_stale else ""
    lines = [f"{state.trust}  {state.name}: as at {state.at:%Y-%m-%d %H:%M}, {state.minutes_old} minutes old{stale}; {says}"]
    lines += [
        f"        {one.dataset:<24} as at {one.at:%Y-%m-%d %H:%M}, {one.minutes_old} minutes old{', STALE' if one.is_stale else ''}"
        for one in state.extracts
    ]
    return "\n".join(lines)
