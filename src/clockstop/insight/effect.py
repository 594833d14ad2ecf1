"""Did it work? What a measure did since a day on which something was done, by the points of its chart.

A chart shows what happened, never why: nothing here says that the one made the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from clockstop.dates import month_start

# So many months before are the level that was; so many months after are a run by the rule of a shift (operations.md 8.1).
MONTHS_BEFORE, ENOUGH_AFTER = 12, 7
Turn = Literal["", "better", "worse", "moved"]
_TURNS: dict[str, Turn] = {
    "special_cause_improvement": "better",
    "special_cause_concern": "worse",
    "special_cause_neutral_high": "moved",
    "special_cause_neutral_low": "moved",
}


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A month of a chart: its last day, its value (None where it is missing or withheld), and what the chart calls the point."""

    period_end: date
    value: float | None
    point_type: str


@dataclass(frozen=True, kw_only=True)
class Effect:
    """The mean of the months before and since, how many those are, and the first signal since.

    `was_so_before`: the chart gave the same signal in the last month before already, so that it did not begin since.
    """

    before: float | None
    after: float | None
    months_before: int
    months_after: int
    turn: Turn = ""
    since: date | None = None
    was_so_before: bool = False

    @property
    def is_too_early(self) -> bool:
        """Whether fewer months have passed than a run needs, and no signal says it sooner."""
        return self.months_after < ENOUGH_AFTER and not self.turn


def effect_of(points: Sequence[Judged], done: date) -> Effect:
    """What the months after that of `done` say beside those before it; the month of `done` itself is neither.

    >>> level = [Judged(period_end=date(2026, month, 28), value=4.0, point_type="common_cause") for month in (1, 2)]
    >>> effect_of(level, date(2026, 2, 10))
    Effect(before=4.0, after=None, months_before=1, months_after=0, turn='', since=None, was_so_before=False)
    """
    first, known = month_start(done), [point for point in points if point.value is not None]
    before = [point for point in known if point.period_end < first][-MONTHS_BEFORE:]
    after = [point for point in known if month_start(point.period_end) > first]
    # What the chart says now decides; where the last month is no signal, the latest that there was since.
    signal = next((point for point in reversed(after) if point.point_type in _TURNS), None)
    turn: Turn = _TURNS[signal.point_type] if signal else ""
    since = next((point.period_end for point in after if _TURNS.get(point.point_type, "") == turn), None) if turn else None
    last = before[-1].point_type if before else ""
    return Effect(
        before=_mean(before),
        after=_mean(after),
        months_before=len(before),
        months_after=len(after),
        turn=turn,
        since=since,
        was_so_before=bool(turn) and _TURNS.get(last, "") == turn,
    )


def _mean(points: Sequence[Judged]) -> float | None:
    values = [point.value for point in points if point.value is not None]
    return sum(values) / len(values) if values else None
