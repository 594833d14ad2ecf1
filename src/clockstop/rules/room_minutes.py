"""The minutes of a room: open, booked and in use, overlaps counted once (OP-R13, OP-R14; planned-care.md 6.2).

Times are minutes of local time, so that 08:00 is 480 in winter and in summer. Every function but `covered` takes plain values and
Ibis values alike.
"""

from collections.abc import Iterable
from typing import Any


def clipped(start: Any, end: Any, opens: Any, closes: Any) -> tuple[Any, Any]:
    """The part of an interval that lies within the open hours; its end is before its start where there is none.

    >>> clipped(1050, 1110, 480, 1080)
    (1050, 1080)
    """
    return _greatest(start, opens), _least(end, closes)


def minutes_added(start: Any, end: Any, covered_until: Any) -> Any:
    """The minutes that an interval adds to those before it, which reach to `covered_until`; the intervals come by their start.

    >>> minutes_added(720, 780, 750), minutes_added(720, 780, None), minutes_added(720, 780, 800)
    (30, 60, 0)
    """
    if hasattr(start, "op"):
        import ibis

        begins = ibis.greatest(start, covered_until.fill_null(start))
        return ibis.greatest(end - begins, 0)
    begins = start if covered_until is None else max(start, covered_until)
    return max(end - begins, 0)


def covered(intervals: Iterable[tuple[int, int]], opens: int, closes: int) -> int:
    """The minutes that are covered by at least one interval, within the open hours.

    >>> covered([(510, 750), (720, 780), (1050, 1110)], 480, 1080)
    300
    """
    minutes, until = 0, None
    for start, end in sorted(clipped(start, end, opens, closes) for start, end in intervals):
        minutes += minutes_added(start, end, until)
        until = end if until is None else max(until, end)
    return minutes


def _greatest(one: Any, other: Any) -> Any:
    if hasattr(one, "op") or hasattr(other, "op"):
        import ibis

        return ibis.greatest(one, other)
    return max(one, other)


def _least(one: Any, other: Any) -> Any:
    if hasattr(one, "op") or hasattr(other, "op"):
        import ibis

        return ibis.least(one, other)
    return min(one, other)
