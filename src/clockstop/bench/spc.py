"""Limits, the four rules and the icons of every series, beside numpy's bare means and moving ranges of the same numbers.

The notes tell what the other conventions take, and `clockstop spc` for the same series from CSV to CSV (its start left out).
"""

from functools import partial
from pathlib import Path

import numpy as np

from clockstop.bench.jobs import Figures
from clockstop.bench.meter import Meter
from clockstop.insight.spc import SpcSeries, SpcSettings, judge
from clockstop.insight.spc_conventions import CONVENTIONS, DEFAULT
from clockstop.intake.arrays import days, numbers, whole
from clockstop.intake.series_file import read_series
from clockstop.reports.spc_asked import SpcAsked
from clockstop.reports.spc_points import write_spc
from clockstop.reports.spc_text import rows_of

POINTS = 36
SEED = 20261122
TIMES = 3
VALUES, SERIES = "values.npy", "series.csv"


def prepare(folder: Path, size: int) -> None:
    """Series of noise, the same every time, as numbers and as an analyst's file."""
    values = np.random.default_rng(SEED).normal(50, 5, (size, POINTS)).round(3)
    np.save(folder / VALUES, values)
    series, points = np.divmod(np.arange(values.size), POINTS)
    months = (np.datetime64("2023-10") + points).astype("datetime64[D]")
    (folder / SERIES).write_bytes(b"key,date,value\n" + rows_of([whole(series), days(months), numbers(values.reshape(-1))]))


def measure(folder: Path, size: int, meter: Meter) -> Figures:
    """Seconds of the default convention, to those of the bare sums; the other conventions are told in the notes."""
    values = np.load(folder / VALUES)
    series = SpcSeries(values=values, improvement="up", targets=np.full(values.shape, 60.0))
    meter.interleaved(partial(judge, series), partial(_bare, values), times=TIMES)
    for name in CONVENTIONS:
        if name != DEFAULT:
            meter.run(name, partial(judge, series, SpcSettings(convention=name)), watched=True)
    seconds = meter.wall("job")
    others = "; ".join(f"{name} {meter.wall(name):.3f} s" for name in CONVENTIONS if name != DEFAULT)
    meter.run("file", partial(_file, folder))
    from_file = f"clockstop spc, CSV to CSV: {meter.wall('file'):.3f} s ({meter.cpu('file'):.3f} s of processor)"
    notes = [f"{size:,} series of {POINTS} points, {DEFAULT}", meter.note(), others, from_file]
    return Figures(seconds=seconds, peak_mb=meter.peak_mb, ratio=seconds / meter.wall("floor"), notes=notes)


def _bare(values: np.ndarray) -> None:
    values.mean(axis=1)
    np.abs(np.diff(values, axis=1)).mean(axis=1)


def _file(folder: Path) -> None:
    asked = SpcAsked(settings=SpcSettings(), improvement="up", target=60.0)
    write_spc(read_series(folder / SERIES), asked, folder / "points.csv")
