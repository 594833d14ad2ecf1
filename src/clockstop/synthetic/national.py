"""The national shape to which the made-up group is calibrated, as one declared table: national_rtt_january_2026.csv.

Source: NHS England, Referral to Treatment waiting times, full extract of January 2026 (published March 2026), England
without commissioner NONC. Contains public sector information licensed under the Open Government Licence v3.0.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

WEEKS_IN_MONTH = 31 / 7
# Open pathways are counted in the published bands, summed between these numbers of weeks; the last is "over 104".
BAND_EDGES = (0, 1, 2, 3, 4, 13, 18, 26, 39, 52, 57, 65, 78, 104, 110)
# What the whole of England showed in that month; the calibration is tested against it.
ENGLAND_WITHIN_18_WEEKS = 0.6143
ENGLAND_OVER_52_WEEKS = 0.0187
ENGLAND_MEDIAN_WEEKS = 13.62


@dataclass(frozen=True)
class NationalFunction:
    """A reported treatment function in a month; `waiting` is its open pathways by band."""

    starts: int
    admitted: int
    non_admitted: int
    decided_to_admit: int
    waiting: tuple[int, ...]

    @property
    def open(self) -> int:
        return sum(self.waiting)

    @property
    def mean_weeks(self) -> float:
        """The mean length of a clock: open pathways over starts a week (Little's law)."""
        return self.open / (self.starts / WEEKS_IN_MONTH)


def _declared() -> dict[str, NationalFunction]:
    with (Path(__file__).parent / "national_rtt_january_2026.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.reader(table))[1:]
    return {
        name: NationalFunction(*(int(count) for count in counts[:4]), waiting=tuple(int(count) for count in counts[4:]))
        for name, *counts in rows
    }


NATIONAL = _declared()


def survival(function: NationalFunction) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weeks, and the share of clocks that still run after each: from 1 at 0 weeks down to 0.

    In a steady list the open pathways of a given age are the starts of that week times this share. The published counts are
    noisy (Christmas), so neighbours that would rise are pooled.
    """
    edges = np.array(BAND_EDGES, dtype=float)
    widths = np.diff(edges)
    share = np.array(function.waiting) / widths / (function.starts / WEEKS_IN_MONTH)
    share = _never_rising(share, widths)
    middles = (edges[:-1] + edges[1:]) / 2
    weeks = np.concatenate([[0.0], middles, edges[-1:]])
    return weeks, np.concatenate([[1.0], np.minimum(share, 0.995), [0.0]])


def _never_rising(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The nearest values that never rise (pool adjacent violators)."""
    pools: list[list[float]] = []
    for value, weight in zip(values, weights, strict=True):
        pools.append([value, weight, 1])
        while len(pools) > 1 and pools[-2][0] < pools[-1][0]:
            second, first = pools.pop(), pools.pop()
            weight_of_both = first[1] + second[1]
            pools.append([(first[0] * first[1] + second[0] * second[1]) / weight_of_both, weight_of_both, first[2] + second[2]])
    return np.concatenate([np.full(int(count), value) for value, _, count in pools])
