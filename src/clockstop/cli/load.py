"""clockstop load: a file into the store, with a receipt."""

import json
import sys
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def load(
    file: Annotated[Path, typer.Argument(help="CSV, gzip CSV, Parquet or XLSX; recognised by its content.")],
    *,
    trust: Annotated[str, typer.Option(help="ODS code of the trust that sent it.")],
    dataset: Annotated[str, typer.Option(help="What it holds: referrals, cancer_records, theatre_cases (all: analyst's guide).")],
    mapping: Annotated[
        Path | None, typer.Option(help="Mapping file (docs/mapping.md); kept as the trust's own if the load succeeds.")
    ] = None,
    delivery: Annotated[str | None, typer.Option(help="full or changes; else what the mapping says, else changes.")] = None,
    window_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day that a full delivery speaks for.")
    ] = None,
    window_to: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day that a full delivery speaks for.")
    ] = None,
    as_at: Annotated[
        str | None,
        typer.Option(metavar="INSTANT", help="When the extract was taken, London's time: 2026-11-16T14:58. Now if left out."),
    ] = None,
    format: Annotated[str, typer.Option(help="text or json.")] = "text",
) -> None:
    """Load a file: check its rows, keep the good, set the others aside with every reason, and print a receipt."""
    from clockstop.intake.load import load_file
    from clockstop.store.home import home_from_environment

    with _progress(file.name) as progress:
        receipt = load_file(
            home_from_environment(),
            file=file,
            trust=trust,
            dataset=dataset,
            mapping=mapping,
            delivery=delivery,
            as_at=_instant(as_at),
            window=(window_from.date() if window_from else None, window_to.date() if window_to else None),
            progress=progress,
        )
    _print(receipt, format)


def _print(receipt, form: str) -> None:
    if form == "json":
        print(json.dumps(receipt.as_dict(), indent=1))
        return
    from clockstop.cli._receipt import print_receipt

    print_receipt(receipt)


def _instant(words: str | None) -> datetime | None:
    from clockstop.errors import UserError

    try:
        return None if words is None else datetime.fromisoformat(words)
    except ValueError:
        raise UserError(
            f"{words!r} is no instant.", where="--as-at", do="Write it as 2026-11-16T14:58, or with its zone as 2026-11-16T14:58Z."
        ) from None


@contextmanager
def _progress(name: str):
    """Tell the person at a terminal how far it is; tell a log nothing."""
    if not sys.stderr.isatty():
        yield lambda step, rows: None
        return
    from rich.console import Console

    with Console(stderr=True).status(f"Reading {name}") as status:
        yield lambda step, rows: status.update(f"{step.capitalize()} {name}" + (f": {rows:,} rows" if rows else ""))
