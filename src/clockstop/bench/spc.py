"""Limits, the four rules and the icons of every series, beside numpy's bare means and moving ranges of the same numbers."""

from functools import partial
from pathlib import Path

import numpy as np

from clockstop.bench.jobs import Figures
from clockstop.bench.meter import Meter
from clockstop.insight.spc import SpcSeries, SpcSettings, judge
from clockstop.insight.spc_conventions import CONVENTIONS, DEFAULT

POINTS = 36
SEED = 20261122
TIMES = 3
VALUES = "values.npy"


def prepare(folder: Path, size: int) -> None:
    """Series of noise, the same every time."""
    np.save(folder / VALUES, np.random.default_rng(SEED).normal(50, 5, (size, POINTS)))


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
    notes = [f"{size:,} series of {POINTS} points, {DEFAULT}", meter.note(), others]
    return Figures(seconds=seconds, peak_mb=meter.peak_mb, ratio=seconds / meter.wall("floor"), notes=notes)


def _bare(values: np.ndarray) -> None:
    values.mean(axis=1)
    np.abs(np.diff(values, axis=1)).mean(axis=1)
