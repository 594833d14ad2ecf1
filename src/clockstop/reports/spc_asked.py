"""An analyst's series judged as asked: an entry a point, in the order of the file, and an entry a series."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

import numpy as np

from clockstop.errors import UserError
from clockstop.insight.spc import SpcResult, SpcSeries, SpcSettings, judge
from clockstop.insight.spc_conventions import Improvement
from clockstop.insight.spc_rare import Chart, judge_days_between
from clockstop.intake.series_file import SeriesFile

# What of a result belongs to a series, not to a point.
_OF_SERIES = ("counts", "has_limits", "variation", "assurance")


@dataclass(frozen=True, kw_only=True)
class SpcAsked:
    """How an analyst wants the charts drawn."""

    settings: SpcSettings
    improvement: Improvement
    chart: Chart = "xmr"
    target: float | None = None
    rebases: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True, eq=False)
class Judged:
    """The values as they were drawn, their targets, and what the rules say: `said` holds SpcResult's parts by name."""

    values: np.ndarray
    targets: np.ndarray
    sections: np.ndarray
    said: dict[str, np.ndarray]


def judged(found: SeriesFile, asked: SpcAsked) -> Judged:
    """Every series. Those of about the same length are judged together, so that a long one does not make all wide."""
    if asked.chart in ("t", "g") and (asked.target is not None or "target" in found.columns):
        raise UserError(
            f"A {asked.chart.upper()} chart has no target.",
            do="Leave out --target and the column target: there is no standard for the time between events.",
        )
    values, sections, targets = _values(found, asked), _sections(found, asked), _targets(found, asked)
    _must_be_possible(found, asked.chart, values)
    sizes = {False: len(values), True: len(found.keys)}
    said: dict[str, np.ndarray] = {}
    for grid in _grids(found):
        series = SpcSeries(
            values=grid.laid(values, np.nan),
            improvement=asked.improvement,
            ghosts=grid.laid(found.ghosts, False),
            sections=grid.laid(sections, 0),
            targets=grid.laid(targets, np.nan),
            denominators=grid.laid(found.denominators, np.nan),
        )
        answer = judge_days_between(series, asked.settings) if asked.chart == "t" else judge(series, asked.settings)
        for name in (one.name for one in fields(SpcResult) if one.name != "convention"):
            part, is_of_series = getattr(answer, name), name in _OF_SERIES
            into = said.setdefault(name, np.zeros(sizes[is_of_series], dtype=part.dtype))
            into[grid.rows if is_of_series else grid.mine] = part if is_of_series else grid.flat(part)
    return Judged(values=values, targets=targets, sections=sections, said=said)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Grid:
    """Where the points `mine` stand in a grid of a row a series; `at` is None where they fill it, one row after another."""

    shape: tuple[int, int]
    rows: np.ndarray | slice
    mine: np.ndarray | slice
    at: tuple[np.ndarray, np.ndarray] | None = None

    def laid(self, column: np.ndarray, rest: float) -> np.ndarray:
        """The column's points in the grid, and `rest` after the end of shorter series."""
        if self.at is None:
            return column[self.mine].reshape(self.shape)
        grid = np.full(self.shape, rest, dtype=column.dtype)
        grid[self.at] = column[self.mine]
        return grid

    def flat(self, grid: np.ndarray) -> np.ndarray:
        """The points of such a grid, as they stand in the column."""
        return grid.reshape(-1) if self.at is None else grid[self.at]


def _grids(found: SeriesFile) -> Iterator[_Grid]:
    """The series of about the same length together; all as they stand where they are equally long."""
    counts = found.counts
    if counts.min() == counts.max():
        yield _Grid(shape=(len(counts), int(counts[0])), rows=slice(None), mine=slice(None))
        return
    widths = np.ceil(np.log2(counts)).astype(int)
    place = np.arange(len(found.series)) - found.starts[found.series]
    for width in np.unique(widths):
        rows, mine = np.flatnonzero(widths == width), np.flatnonzero(widths[found.series] == width)
        at = np.searchsorted(rows, found.series[mine]), place[mine]
        yield _Grid(shape=(len(rows), int(counts[rows].max())), rows=rows, mine=mine, at=at)


def _values(found: SeriesFile, asked: SpcAsked) -> np.ndarray:
    """What is drawn: of T charts the days since the event before, of P and U charts the share or rate, else the value."""
    if asked.chart == "t":
        days = np.full(len(found.days), np.nan)
        days[1:] = (found.days[1:] - found.days[:-1]).astype("timedelta64[D]").astype(float)
        days[found.starts] = np.nan
        return days
    if asked.chart in ("p", "u"):
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(found.values / found.denominators)
    return found.values


def _must_be_possible(found: SeriesFile, chart: Chart, values: np.ndarray) -> None:
    """Raise for the first share above 1, or share, rate or count below 0: such limits would be roots of what is negative."""
    if chart not in ("p", "u", "g"):
        return
    is_wrong = (values < 0) | ((values > 1) & (chart == "p"))
    if is_wrong.any():
        place = int(np.flatnonzero(is_wrong)[0])
        key = found.keys[found.series[place]]
        raise UserError(
            f"The value of {found.days[place]}{f' of the series {key!r}' if key else ''} cannot stand on a {chart.upper()} chart.",
            where=f"It is {values[place]:g}; expected: 0 {'to 1, the value over its denominator' if chart == 'p' else 'or more'}.",
            do="Correct the file, or choose another --chart.",
        )


def _sections(found: SeriesFile, asked: SpcAsked) -> np.ndarray:
    """For each point how many recalculations have begun in its series; one at its first point or before is none."""
    starts = np.array(sorted(asked.rebases), dtype="datetime64[D]")
    begun = np.searchsorted(starts, found.days, side="right")
    return begun - begun[found.starts][found.series]


def _targets(found: SeriesFile, asked: SpcAsked) -> np.ndarray:
    """The file's own targets, and the one asked for where it has none."""
    if asked.target is None:
        return found.targets
    return np.where(np.isnan(found.targets), asked.target, found.targets)
