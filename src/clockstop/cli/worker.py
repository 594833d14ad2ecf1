"""`clockstop worker`: does the long jobs that people and the schedule ask for."""

from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def worker(
    jobs: Annotated[int, typer.Option(help="How many jobs are done at once.", min=1, max=16)] = 2,
    batch: Annotated[bool, typer.Option("--batch", help="End when nothing waits any more.")] = False,
    beside: Annotated[int, typer.Option(help="End with this process; `clockstop serve` gives its own number.", min=0)] = 0,
) -> None:
    """Do long jobs (packs, refreshes) until stopped with Ctrl-C; each in a process of its own.

    Kill it at any moment: jobs wait in the database, and what was being done is taken up again by the next worker, or marked as
    failed where three were killed over it. It also asks for the refreshes of the schedule (`clockstop schedule`).
    """
    from clockstop.cli.serve import prepare_database
    from clockstop.store.home import home_from_environment

    prepare_database()
    from clockstop.registers.jobs.worker import run

    run(home_from_environment(), at_once=jobs, beside=beside, is_batch=batch)
