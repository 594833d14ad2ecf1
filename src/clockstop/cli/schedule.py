"""`clockstop schedule`: when the data are refreshed by themselves, and what has come of it."""

import json
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def schedule(
    run_due: Annotated[
        bool, typer.Option("--run-due", help="Ask for the refresh that is due, if one is; for cron. A worker does it.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show the times of the scheduled refresh, the next, and the last five.

    Times of day, London's, stand in settings.toml: [schedule] and below it refresh = ["05:30", "12:30"]. A worker looks every
    twenty seconds; after a time in which none ran there is one refresh, however many were missed.
    """
    from clockstop.cli.serve import prepare_database
    from clockstop.store.home import home_from_environment

    prepare_database()
    from django.utils import timezone

    from clockstop.registers.jobs import places
    from clockstop.registers.jobs import schedule as scheduled
    from clockstop.registers.jobs.models import Job

    home, now = home_from_environment(), timezone.now()
    if run_due:
        job = scheduled.ask_for_what_is_due(home, now)
        return typer.echo("A refresh is in the queue." if job else "Nothing is due.")
    times = scheduled.times(home)
    found = {
        "times": [f"{one:%H:%M}" for one in times],
        "next": _text(scheduled.next_due(times, now)),
        "is_worker_there": places.is_worker_there(home),
        "last": [
            {"asked_at": _text(one.asked_at), "state": one.state, "says": one.doing}
            for one in Job.objects.filter(kind=scheduled.REFRESH)[:5]
        ],
    }
    return typer.echo(json.dumps(found, indent=1) if as_json else _in_words(found))


def _text(instant) -> str:
    return instant.isoformat(timespec="minutes") if instant else ""


def _in_words(found: dict) -> str:
    lines = [
        f"Refreshes begin at {', '.join(found['times'])}; the next at {found['next']}."
        if found["times"]
        else 'No refresh is scheduled. Write into settings.toml: [schedule] and below it refresh = ["05:30"]'
    ]
    if not found["is_worker_there"]:
        lines.append("No worker is running, so nothing would be done: start one with clockstop worker.")
    lines += [f"  {one['asked_at']}  {one['state']:<8}{one['says']}" for one in found["last"]]
    return "\n".join(lines)
