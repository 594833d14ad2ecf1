"""`clockstop rtt clocks`: the RTT clock alone, on a file of canonical events. `rtt compare` stands in its own file."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from clockstop.cli._rtt_compare import compare
from clockstop.cli._rtt_flags import list_flags, score_flags
from clockstop.cli._rtt_return import check_file, make_return, reconcile

app = typer.Typer(no_args_is_help=True, help="Run the RTT clock on a file of events; compare a list with our clocks.")
app.command("compare")(compare)
app.command("flags")(list_flags)
app.command("score-flags")(score_flags)
app.command("return")(make_return)
app.command("check-return")(check_file)
app.command("reconcile")(reconcile)


@app.command("clocks")
def write_clocks(
    events: Annotated[Path, typer.Option("--events", metavar="FILE", help="Canonical events, CSV or Parquet, in any order.")],
    census: Annotated[
        datetime, typer.Option("--census", metavar="DATE", formats=["%Y-%m-%d"], help="The day at whose end waits are counted.")
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="Where the periods go; Parquet where the name ends in .parquet, else CSV.")
    ],
) -> None:
    """Write one row a clock period.

    Needs only patient_pathway_identifier, event_date, event_sequence and event_type; all else is optional. Rows that cannot be read
    are counted and kept in OUT.set_aside.csv with every reason. CLOCKSTOP_ENGINE=spark folds them on Spark: the same rows.
    """
    from clockstop.store.home import chosen_engine, home_from_environment

    engine = chosen_engine()
    if engine in {"", "duckdb"}:
        _do_without_pandas()
    from clockstop.intake.event_file import write_clocks as write
    from clockstop.store.settings import readings

    chosen = readings(home_from_environment())
    outcome = write(events=events, census=census.date(), out=out, readings=chosen, engine=engine)
    typer.echo(f"{outcome.rows_read:,} events read, {outcome.rows_kept:,} kept, {outcome.rows_set_aside:,} set aside.")
    for reason, number in sorted(outcome.reasons.items(), key=lambda item: (-item[1], item[0])):
        typer.echo(f"  {number:>8,}  {reason}")
    if outcome.set_aside_file:
        typer.echo(f"The rows set aside, with every reason: {outcome.set_aside_file}")
    typer.echo(f"{outcome.periods:,} clock periods as of {census.date().isoformat()}: {out}")


class _NoPandas:
    """A finder of modules that says that there is no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("hidden while pyarrow looks for it", name=name)


def _do_without_pandas() -> None:
    """Let pyarrow find no pandas in this process, which has no use for it: it would import it, half a second, to look at a number.

    Others find it as ever: it is hidden only while pyarrow looks, which it does once.
    """
    import pyarrow

    sys.meta_path.insert(0, _NoPandas)  # type: ignore[arg-type]
    try:
        pyarrow.scalar(0)
    finally:
        sys.meta_path.remove(_NoPandas)  # type: ignore[arg-type]
