"""`clockstop bench`: how fast the jobs are that matter, each beside a floor or a peer measured in the same run."""

from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def bench(
    job: Annotated[
        str,
        typer.Argument(
            metavar="[JOB]",
            help="rtt-clocks, intake, weekly-series, refresh, spc, simulation, ptl or version; "
            "every built one where none is named.",
        ),
    ] = "",
    *,
    size: Annotated[int | None, typer.Option(min=1, help="How much; each job's own size if left out.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object: job, size, seconds, peak_mb, ratio.")] = False,
) -> None:
    """Measure a job: its seconds, the memory of its processes, and the ratio to a floor or peer of the same run.

    It makes its own data and removes them; what is stored is not touched. Seconds are by the clock on the wall.
    """
    from clockstop.bench import jobs
    from clockstop.bench.run import run
    from clockstop.errors import UserError
    from clockstop.store.home import home_from_environment

    if not job and (as_json or size):
        raise UserError("Name one job.", do="For example: clockstop bench rtt-clocks --size 1000000 --json")
    chosen = [jobs.named(job)] if job else [jobs.named(name) for name in jobs.built()]
    home, rows = home_from_environment(), []
    for one in chosen:
        wanted = size or (one.size if job else one.quick)
        figures = run(one, size=wanted, home=home, progress=lambda message: typer.echo(message, err=True))
        if as_json:
            typer.echo(_as_json(one, wanted, figures))
            return
        rows.append(_row(one, wanted, figures))
    typer.echo(_as_table(rows))


def _as_json(job, size: int, figures) -> str:
    import json

    return json.dumps(
        {
            "job": job.name,
            "size": size,
            "seconds": round(figures.seconds, 4),
            "peak_mb": round(figures.peak_mb, 1),
            "ratio": round(figures.ratio, 3),
        }
    )


def _row(job, size: int, figures) -> tuple[str, ...]:
    return (
        job.name, f"{size:,} {job.unit}".strip(), f"{figures.seconds:,.2f}", f"{figures.peak_mb:,.0f}", f"{figures.ratio:,.2f}",
        job.bar, job.against,
    )  # fmt: skip


def _as_table(rows: list[tuple[str, ...]]) -> str:
    header = ("job", "size", "seconds", "peak MB", "ratio", "must reach", "ratio is to")
    lines = [header, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if place in (2, 3, 4) else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
