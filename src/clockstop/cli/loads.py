"""clockstop loads: what was loaded, the rows set aside, and taking a wrong load out."""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, help="List, show and withdraw loads.")
_TRUST = Annotated[str, typer.Argument(help="ODS code of the trust.")]
_DATASET = Annotated[str, typer.Argument(help="The dataset.")]
_LOAD = Annotated[str, typer.Argument(help="The load's id, or its number alone.")]
_FORMAT = Annotated[str, typer.Option(help="text or json.")]


@app.command("list")
def list_loads(
    trust: Annotated[str | None, typer.Option(help="Of this trust only.")] = None,
    dataset: Annotated[str | None, typer.Option(help="Of this dataset only.")] = None,
    format: _FORMAT = "text",
) -> None:
    """List every load, the withdrawn among them."""
    from clockstop.intake.ledger import loads
    from clockstop.store.home import home_from_environment

    found = loads(home_from_environment(), trust, dataset)
    if format == "json":
        print(json.dumps([one.as_dict() for one in found], indent=1))
        return
    if not found:
        print("Nothing has been loaded yet: `clockstop load FILE --trust CODE --dataset NAME`.")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for name in ("Trust", "Dataset", "Load", "File", "Read", "Kept", "Set aside", ""):
        justify = "right" if name in ("Read", "Kept", "Set aside") else "left"
        table.add_column(name, justify=justify, overflow="fold")
    for one in found:
        state = "withdrawn" if one.is_withdrawn else ""
        numbers = (f"{number:,}" for number in (one.rows_read, one.rows_kept, one.rows_set_aside))
        table.add_row(one.trust, one.dataset, one.load_id, one.file_name, *numbers, state)
    Console(highlight=False).print(table)


@app.command()
def show(
    trust: _TRUST,
    dataset: _DATASET,
    load: _LOAD,
    *,
    set_aside: Annotated[bool, typer.Option("--set-aside", help="The rows set aside, with their reasons, as CSV.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the CSV to this file instead of the terminal.")] = None,
    format: _FORMAT = "text",
) -> None:
    """Show a load's receipt, or the rows that it set aside."""
    from clockstop.cli._receipt import print_receipt
    from clockstop.intake.ledger import receipt
    from clockstop.store.home import home_from_environment

    home = home_from_environment()
    one = receipt(home, trust, dataset, load)
    if set_aside or out:
        _write_set_aside(home, one, out)
    elif format == "json":
        print(json.dumps(one.as_dict(), indent=1))
    else:
        print_receipt(one)


@app.command()
def withdraw(
    trust: _TRUST,
    dataset: _DATASET,
    load: _LOAD,
    *,
    reason: Annotated[str, typer.Option(help="Why; it stands on the receipt.")],
    format: _FORMAT = "text",
) -> None:
    """Take a wrong load out; the rows that it had replaced come back with the next refresh."""
    import getpass

    from clockstop.intake.load import withdraw as take_out
    from clockstop.store.home import home_from_environment

    one = take_out(home_from_environment(), trust=trust, dataset=dataset, load_id=load, reason=reason, by=getpass.getuser())
    if format == "json":
        print(json.dumps(one.as_dict(), indent=1))
    else:
        print(f"Load {one.load_id} of {dataset} for {trust} is withdrawn: its {one.rows_kept:,} rows no longer count.")
        print("Run `clockstop refresh` to make the pages show it.")


def _write_set_aside(home, one, out: Path | None) -> None:
    import io
    import sys

    from clockstop.intake.set_aside import set_aside_rows, write_csv

    rows = set_aside_rows(home, one)
    if out is None:
        write_csv(rows, sys.stdout)
        return
    text = io.StringIO(newline="")
    write_csv(rows, text)
    partial = out.with_name(f".partial-{out.name}")
    # The mark in front tells Excel that it is UTF-8.
    partial.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    partial.replace(out)
    print(f"{len(rows):,} rows set aside, with their reasons: {out}")
