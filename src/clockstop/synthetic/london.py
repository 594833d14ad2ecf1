"""Minutes by Greenwich, in which the made-up group counts, and what London's clocks say of them, which its files tell."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.synthetic.organisations import FileForm

Minutes = NDArray[np.int64]
NO_MINUTE = 2**40  # a minute that never comes
MINUTES_A_DAY = 1_440
SUMMER_MINUTES = 60
ZONE = "Europe/London"
_YEARS = range(1990, 2080)


def _changes() -> Minutes:
    """When the clocks change, by Greenwich: forward and back in turn, at 01:00 of the last Sunday of March and of October."""
    found = []
    for year in _YEARS:
        for following in (f"{year}-04-01", f"{year}-11-01"):
            last = int(np.datetime64(following, "D").astype(int)) - 1
            found.append((last - (last + 4) % 7) * MINUTES_A_DAY + 60)
    return np.array(found, dtype=np.int64)


CHANGES = _changes()


def summer_minutes(minutes: Minutes) -> Minutes:
    """60 where summer time holds, else 0."""
    return (np.searchsorted(CHANGES, minutes, side="right") % 2) * SUMMER_MINUTES


def on_the_wall(minutes: Minutes) -> Minutes:
    """Minutes by Greenwich as minutes by the clock on the wall.

    >>> on_the_wall(np.array([29_716_380])) - 29_716_380
    array([60])
    """
    return minutes + summer_minutes(minutes)


def by_greenwich(wall: Minutes, *, is_second: NDArray[np.bool_] | None = None) -> Minutes:
    """Minutes on the wall as minutes by Greenwich; a time that came twice is its first coming, or its second where `is_second`.

    A time that never came is read as if the clocks had not yet gone on.
    """
    first = wall - SUMMER_MINUTES
    is_summer = summer_minutes(first) > 0
    again = is_summer & (summer_minutes(wall) == 0) & (np.zeros(len(wall), bool) if is_second is None else is_second)
    return np.where(is_summer & ~again, first, wall)


def wall_days(minutes: Minutes) -> NDArray[np.int32]:
    """The civil day of each minute by Greenwich."""
    return (on_the_wall(minutes) // MINUTES_A_DAY).astype(np.int32)


def is_ambiguous(minutes: Minutes) -> NDArray[np.bool_]:
    """Whether the clock on the wall shows that time twice."""
    wall = on_the_wall(minutes)
    first = wall - SUMMER_MINUTES
    return (summer_minutes(first) > 0) & (summer_minutes(wall) == 0) & (minutes < NO_MINUTE)


def told(minutes: Minutes, form: FileForm) -> pa.Array:
    """The instants as a trust tells them: CSV of the warehouse and Parquet with their zone, the others as on the wall."""
    is_there = minutes < NO_MINUTE
    held = np.where(is_there, minutes, 0)
    if form in ("csv", "parquet"):
        zoned = pa.array(held * 60, mask=~is_there).cast(pa.timestamp("s")).cast(pa.timestamp("s", "UTC"))
        local = zoned.cast(pa.timestamp("s", ZONE))
        return local if form == "parquet" else pc.strftime(local, format="%Y-%m-%dT%H:%M%z")
    return pa.array(on_the_wall(held) * 60, mask=~is_there).cast(pa.timestamp("s"))
