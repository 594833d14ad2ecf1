"""The loops that count clocks into cells and periods: one is added where a clock enters a count and taken away where it leaves.

The same functions run as plain Python on a few clocks and compiled by numba on many: one kernel, one meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from clockstop.rules.rtt_bands import DAYS_IN_WEEK, OPEN_BAND

# Days are counted from 1970-01-01.
NO_DAY = -2_147_483_648
NEVER = 2_147_483_647
# Below this the compiled loops would cost more to load than the plain ones take.
COMPILE_FROM = 20_000


class Calendar(NamedTuple):
    """Periods as numbers: `places[day - first]` is the place of the first period that ends on or after the day.

    The table has one day before the first period (place 0) and one after the last (how many there are). `ends` are last days.
    """

    first: int
    places: np.ndarray
    ends: np.ndarray


class Clocks(NamedTuple):
    """Clocks as days, `NO_DAY` where there is none: their starts, and one row a day since or until which a state holds."""

    starts: np.ndarray
    days: np.ndarray


class Spans(NamedTuple):
    """Spans as numbers: masks of the day columns since and until which they hold, and days waited, -1 where nothing is asked.

    `is_wait`: never of a clock whose start nobody knows.
    """

    since: np.ndarray
    until: np.ndarray
    more_than: np.ndarray
    at_most: np.ndarray
    is_wait: np.ndarray


def count_spans(clocks: Clocks, cells: np.ndarray, spans: Spans, calendar: Calendar, out: np.ndarray) -> None:
    """Add to `out[cell, span, place]` what each span gains and loses in each period; summed along, it is the census."""
    _loop(_spans, len(clocks.starts))(tuple(clocks), cells, tuple(spans), tuple(calendar), out)


def count_flows(days: np.ndarray, bits: np.ndarray, cells: np.ndarray, calendar: Calendar, out: np.ndarray) -> None:
    """Add to `out[cell, bit, place]` each clock whose day lies in the period, for each bit that it has set."""
    _loop(_flows, len(days))(days, bits, cells, tuple(calendar), out)


def count_bands(clocks: Clocks, cells: np.ndarray, calendar: Calendar, out: np.ndarray) -> None:
    """Add to `out[cell, place, band]` each clock at the end of every period from its first day to before its second.

    Cells that `out` does not have are left out, so that many can be counted in turns.
    """
    _loop(_bands, len(clocks.starts))(tuple(clocks), cells, tuple(calendar), out)


def _spans(clocks, cells, spans, calendar, out):  # type: ignore[no-untyped-def]
    starts, days = clocks
    since, until, more_than, at_most, is_wait = spans
    first, places, ends = calendar
    last, count = len(places) - 1, len(ends)
    for clock in range(len(starts)):
        start = int(starts[clock])
        for span in range(len(since)):
            if is_wait[span] and start == NO_DAY:
                continue
            begins, leaves = NO_DAY, NEVER
            for column in range(len(days)):
                if (since[span] >> column) & 1:
                    begins = max(begins, int(days[column, clock]))
                if (until[span] >> column) & 1:
                    leaves = min(leaves, int(days[column, clock]))
            if more_than[span] >= 0:
                begins = max(begins, start + int(more_than[span]) + 1)
            if at_most[span] >= 0:
                leaves = min(leaves, start + int(at_most[span]) + 1)
            if begins < leaves:
                low = places[min(max(begins - first, 0), last)]
                high = places[min(max(leaves - first, 0), last)]
                if low < high:
                    for row in range(len(cells)):
                        out[cells[row, clock], span, low] += 1
                        if high < count:
                            out[cells[row, clock], span, high] -= 1


def _flows(days, bits, cells, calendar, out):  # type: ignore[no-untyped-def]
    first, places, ends = calendar
    last, count = len(places) - 1, len(ends)
    for clock in range(len(days)):
        day = int(days[clock]) - first
        place = places[min(max(day, 0), last)]
        if day > 0 and place < count:
            for bit in range(out.shape[1]):
                if (bits[clock] >> bit) & 1:
                    for row in range(len(cells)):
                        out[cells[row, clock], bit, place] += 1


def _bands(clocks, cells, calendar, out):  # type: ignore[no-untyped-def]
    starts, days = clocks
    first, places, ends = calendar
    last = len(places) - 1
    for clock in range(len(starts)):
        start, cell = int(starts[clock]), cells[clock]
        if start != NO_DAY and 0 <= cell < len(out) and days[0, clock] < days[1, clock]:
            low = places[min(max(int(days[0, clock]) - first, 0), last)]
            high = places[min(max(int(days[1, clock]) - first, 0), last)]
            for place in range(low, high):
                # Weeks are rounded up; the first band holds 0 to 7 days, the last is open (rules/rtt_bands.py `band`).
                weeks = (int(ends[place]) - start + DAYS_IN_WEEK - 1) // DAYS_IN_WEEK
                out[cell, place, min(max(weeks, 1), OPEN_BAND)] += 1


def _loop(loop: Callable[..., None], rows: int) -> Callable[..., Any]:
    return _compiled(loop) if rows >= COMPILE_FROM else loop


@cache
def _compiled(loop: Callable[..., None]) -> Callable[..., Any]:
    """The loop as machine code; numba is loaded here and nowhere else."""
    from numba import njit

    compiled: Callable[..., Any] = njit(loop, cache=True, nogil=True)
    return compiled
