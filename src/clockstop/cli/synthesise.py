"""`clockstop synthesise`: write a made-up group of four trusts, with the truth beside its extracts."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command(help="Write a made-up group of four trusts: extracts as trusts send them, mappings, and the truth beside them.")
def synthesise(
    out: Annotated[Path, typer.Option(help="The folder to write; made if it is not there.")],
    scale: Annotated[float, typer.Option(min=0.001, max=2.0, help="1 is about 250,000 open pathways and 10 million events.")] = 1.0,
    weeks: Annotated[int, typer.Option(min=20, max=520, help="How many weeks of history.")] = 130,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day, best a Sunday.")] = datetime(2026, 11, 15),  # noqa: DTZ001
) -> None:
    """Write the group and say what was written."""
    import time

    from rich.console import Console

    from clockstop.synthetic.group import Wanted
    from clockstop.synthetic.group import synthesise as write_group

    console = Console()
    began = time.monotonic()
    with console.status("Synthesising") as status:
        made = write_group(out, Wanted(scale=scale, weeks=weeks, seed=seed, until=until.date()), progress=status.update)
    for message in made.messages:
        console.print(message, highlight=False)
    rows = sum(delivery.rows for delivery in made.deliveries)
    console.print(
        f"Wrote {len(made.deliveries)} files with {rows:,} rows under {out} in {time.monotonic() - began:.0f} s. "
        "Every trust, patient and figure in them is made up.",
        highlight=False,
    )
