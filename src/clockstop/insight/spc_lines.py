"""The mean and the limits of every section of many series at once.

Limits stand 2.66 mean moving ranges from the mean (3 / 1.128, the constant of two neighbours); a moving range never reaches
over a recalculation, and joins the neighbours of a point that is missing or ghosted.
"""

from dataclasses import dataclass

import numpy as np

from clockstop.insight.spc_conventions import Convention
from clockstop.insight.spc_rules import Floats, Truths, Whole

LIMIT = 2.66
SCREEN = 3.267  # the upper limit of a moving range, in mean moving ranges
GEOMETRIC_MIDDLE = 0.693  # the median of what is geometric, in means


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where each place of a series stands: `parts` are the stretches that have lines of their own and end runs, `groups` the
    recalculations that are shown, `is_counted` the points from which lines are drawn, `borrowed` the places whose lines are
    those of the part before (after a baseline).
    """

    is_valid: Truths
    parts: Whole
    groups: Whole
    is_counted: Truths
    borrowed: Truths


def layout(values: Floats, ghosts: Truths, sections: Whole, *, convention: Convention, fix_after: int | None) -> Layout:
    """The parts of each series as the convention lays out its recalculations and its baseline of `fix_after` points."""
    is_valid = ~np.isnan(values) & ~ghosts
    nowhere = np.zeros(values.shape, dtype=np.bool_)
    if fix_after is None:
        return Layout(is_valid=is_valid, parts=sections, groups=sections, is_counted=is_valid, borrowed=nowhere)
    rank: Whole = np.cumsum(is_valid, axis=1, dtype=np.int64)
    if convention.baseline == "whole":
        whole = np.zeros_like(sections)
        return Layout(is_valid=is_valid, parts=whole, groups=whole, is_counted=is_valid & (rank <= fix_after), borrowed=nowhere)
    if convention.baseline == "each_section":
        is_counted = is_valid & (_rank_in_section(rank, is_valid, sections) <= fix_after)
        return Layout(is_valid=is_valid, parts=sections, groups=sections, is_counted=is_counted, borrowed=nowhere)
    return _until_recalculated(is_valid, rank, sections, fix_after)


def _rank_in_section(rank: Whole, is_valid: Truths, sections: Whole) -> Whole:
    """How many valid points of its own section stand up to and at each place."""
    is_start = np.ones(sections.shape, dtype=np.bool_)
    is_start[:, 1:] = sections[:, 1:] != sections[:, :-1]
    before = np.where(is_start, rank - is_valid, 0)
    found: Whole = rank - np.maximum.accumulate(before, axis=1)
    return found


def _until_recalculated(is_valid: Truths, rank: Whole, sections: Whole, fix_after: int) -> Layout:
    """The baseline is part 0; what follows borrows its lines until the next recalculation.

    A series that is shorter than its baseline has none yet. A recalculation within the baseline counts for nothing.
    """
    is_after = np.zeros(is_valid.shape, dtype=np.bool_)
    is_after[:, 1:] = rank[:, :-1] >= fix_after
    has_baseline = rank[:, -1:] >= fix_after
    at_end = np.max(np.where(is_after, -1, sections), axis=1, keepdims=True)
    since = np.where(is_after, sections - at_end, 0)
    groups = np.where(has_baseline, since, sections)
    parts = np.where(has_baseline, np.where(is_after, 1 + since, 0), sections)
    return Layout(
        is_valid=is_valid, parts=parts, groups=groups, is_counted=is_valid, borrowed=has_baseline & is_after & (since == 0)
    )


@dataclass(frozen=True, kw_only=True)
class Lines:
    """For each series and part, flat: the mean and the mean moving range; `width` parts a series."""

    width: int
    mean: Floats
    moving_range: Floats

    def at(self, parts: Whole, borrowed: Truths) -> Whole:
        """For each place, which of the lines are its own."""
        rows = np.arange(parts.shape[0])[:, None] * self.width
        found: Whole = rows + np.where(borrowed, 0, parts)
        return found


def lines(values: Floats, parts: Whole, is_counted: Truths, *, is_screened: bool, is_mean_screened: bool) -> Lines:
    """The lines of each part, from points that stand close together (no missing or ghosted one between).

    Screened, moving ranges of 3.267 mean moving ranges or more leave the limits once; not where none or only zeros would
    be left, as of a series that hardly ever changes.
    """
    rows, columns = values.shape
    width = int(parts.max(initial=0)) + 1
    at = np.arange(rows)[:, None] * width + parts
    size = rows * width
    moves = np.full((rows, columns), np.nan)
    if columns > 1:
        is_pair = is_counted[:, 1:] & is_counted[:, :-1] & (parts[:, 1:] == parts[:, :-1])
        moves[:, 1:] = np.where(is_pair, np.abs(values[:, 1:] - values[:, :-1]), np.nan)
    has_move = ~np.isnan(moves)
    moving_range = _means(at, moves, has_move, size)
    is_in = is_counted
    if is_screened:
        is_kept = has_move & (moves < SCREEN * moving_range[at])
        screened = _means(at, moves, is_kept, size)
        is_used = np.nan_to_num(screened) > 0
        if is_mean_screened:
            is_in = is_counted & (~has_move | is_kept | ~is_used[at])
        moving_range = np.where(is_used, screened, moving_range)
    return Lines(width=width, mean=_means(at, values, is_in, size), moving_range=moving_range)


def weighted_lines(values: Floats, parts: Whole, is_counted: Truths, *, weights: Floats) -> Lines:
    """The mean of each part where each point counts as much as its weight: shares and rates, by their denominators."""
    width = int(parts.max(initial=0)) + 1
    at = (np.arange(len(values))[:, None] * width + parts)[is_counted]
    size = len(values) * width
    with np.errstate(invalid="ignore", divide="ignore"):
        sums = np.bincount(at, (values * weights)[is_counted], minlength=size)
        mean: Floats = sums / np.bincount(at, weights[is_counted], minlength=size)
    return Lines(width=width, mean=mean, moving_range=np.full(size, np.nan))


def limits(chart: str, mean: Floats, moving_range: Floats, denominators: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """The middle, how far the limits reach from it, and the limits as they are shown.

    A share or rate has no limit below none (a share none above all); of what is geometric there is no lower one.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        if chart == "p":
            reach = 3 * np.sqrt(mean * (1 - mean) / denominators)
            return mean, reach, np.maximum(mean - reach, 0), np.minimum(mean + reach, 1)
        if chart == "u":
            reach = 3 * np.sqrt(mean / denominators)
            return mean, reach, np.maximum(mean - reach, 0), mean + reach
        if chart == "g":
            middle = GEOMETRIC_MIDDLE * mean
            reach = mean + 3 * np.sqrt(mean * (mean + 1)) - middle
            return middle, reach, np.full(mean.shape, np.nan), middle + reach
    reach = LIMIT * moving_range
    return mean, reach, mean - reach, mean + reach


def _means(at: Whole, values: Floats, is_in: Truths, size: int) -> Floats:
    """The mean of the values of each group; not known (NaN) of a group without one.

    The mean of what is left over is added, so that the mean of equal values is that value.
    """
    places, taken = at[is_in], values[is_in]
    counts = np.bincount(places, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        first = np.bincount(places, taken, minlength=size) / counts
        found: Floats = first + np.bincount(places, taken - first[places], minlength=size) / counts
    return found
