"""The rules of an SPC chart on many series at once: arrays of one row a series, whose points stand close together.

Each function marks points; none looks at a date. `sections` never fall along a row, and places after a series' last point hold
no value (NaN), lie on neither side and break every run.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
Whole = NDArray[np.int64]
Signs = NDArray[np.int8]

# Decimals differ from what they say in their last binary digits, by this part of the largest value at most, and sums of them by
# this part of the distance from the smallest to the largest.
_OF_LARGEST, _OF_SPREAD = 5e-16, 1e-13


def nearness(lowest: Floats, highest: Floats) -> Floats:
    """How near two sums of values between these are where they say the same.

    >>> float(nearness(np.array(2.0), np.array(2.0)))
    1e-15
    """
    found: Floats = _OF_LARGEST * np.fmax(np.abs(lowest), np.abs(highest)) + _OF_SPREAD * (highest - lowest)
    return found


def sides(values: Floats, line: Floats, nearness: Floats) -> Signs:
    """1 above the line, -1 below it, 0 on it or where either is not known.

    >>> sides(np.array([[3.0, 2.0, np.nan]]), np.array([[2.0, 2.0, 2.0]]), np.array([[1e-12]])).tolist()
    [[1, 0, 0]]
    """
    gaps = values - line
    return (gaps > nearness).astype(np.int8) - (gaps < -nearness).astype(np.int8)


def steps(values: Floats) -> Signs:
    """1 where a point is higher than the one before it, -1 where lower, 0 where equal and for the first."""
    found = np.zeros(values.shape, dtype=np.int8)
    if values.shape[1] > 1:
        before, after = values[:, :-1], values[:, 1:]
        found[:, 1:] = (after > before).astype(np.int8) - (after < before).astype(np.int8)
    return found


def shift(is_on_side: Truths, sections: Whole, *, points: int, crosses: bool) -> Truths:
    """Every point of a run of at least `points` on one side of the mean.

    >>> marked = shift(np.array([[True, True, True, False]]), np.zeros((1, 4), int), points=3, crosses=True)
    >>> marked.tolist()
    [[True, True, True, False]]
    """
    return _marked(_starts(is_on_side, sections, length=points, crosses=crosses), is_on_side.shape, length=points)


def trend(is_step: Truths, sections: Whole, *, points: int, crosses: bool) -> Truths:
    """Every point of a run of at least `points` that each go the same way: one strict step fewer than points.

    `is_step` is true of a point that goes that way from the one before it.
    """
    starts = _starts(is_step[:, 1:], sections[:, 1:], length=points - 1, crosses=True)
    if not crosses:
        width = starts.shape[1]
        starts &= sections[:, :width] == sections[:, points - 1 : points - 1 + width]
    return _marked(starts, is_step.shape, length=points)


def two_of_three(is_zone: Truths, is_on_side: Truths, sections: Whole, *, crosses: bool) -> Truths:
    """The points of the outer zone of which two or three stand among three in a row, all three on one side of the mean."""
    starts = _starts(is_on_side, sections, length=3, crosses=crosses)
    width = starts.shape[1]
    if width:
        counted = is_zone.astype(np.int8)
        starts &= counted[:, :width] + counted[:, 1 : 1 + width] + counted[:, 2 : 2 + width] >= 2
    return _marked(starts, is_zone.shape, length=3) & is_zone


def _starts(is_true: Truths, sections: Whole, *, length: int, crosses: bool) -> Truths:
    """Where a stretch of `length` true places begins, within one section unless it may cross."""
    width = max(is_true.shape[1] - length + 1, 0)
    found = is_true[:, :width].copy()
    for place in range(1, length if width else 0):
        found &= is_true[:, place : place + width]
    if not crosses and width:
        found &= sections[:, :width] == sections[:, length - 1 : length - 1 + width]
    return found


def _marked(starts: Truths, shape: tuple[int, ...], *, length: int) -> Truths:
    """Every place of the stretches that begin at `starts`."""
    found = np.zeros(shape, dtype=np.bool_)
    width = starts.shape[1]
    for place in range(length if width else 0):
        found[:, place : place + width] |= starts
    return found
