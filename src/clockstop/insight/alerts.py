"""When a measure turns: what is new of its latest point, told once, in the period in which it came.

A chart is judged with its latest point and without it: what differs is the turn. A measure that goes on being worse does not turn
again, so nobody is told every night; and the same figures give the same turns, whoever asks and however often.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from clockstop.insight.spc import SpcResult, SpcSeries, SpcSettings, judge
from clockstop.insight.spc_conventions import ASSURANCES, RULES, SPECIAL_CAUSE_TYPES, VARIATIONS
from clockstop.insight.spc_rules import Whole

Kind = Literal["variation", "special_cause", "assurance", "off_plan", "standard"]
# Operations.md 8.5: so many months in a row off the trajectory are told.
MONTHS_OFF_PLAN = 2
_OUTSIDE = SPECIAL_CAUSE_TYPES.index(RULES[0])


@dataclass(frozen=True)
class Turn:
    """What turned: which icon, or what the figure is held against; the words before and now."""

    kind: Kind
    was: str
    now: str

    @property
    def is_for_the_worse(self) -> bool:
        """Whether it asks for somebody's attention: worse, or sure to miss."""
        return self.now.startswith("concerning") or self.now in {"fail", "missed", "off plan"}


def chart_turns(series: SpcSeries, settings: SpcSettings | None = None) -> list[tuple[Turn, ...]]:
    """The turns of each series at its last point: of its variation (or a point outside the limits), and of its assurance.

    >>> values = np.array([[50.0, 52, 48, 51, 49, 50, 52, 48, 51, 49, 50, 52, 48, 51, 80]])
    >>> chart_turns(SpcSeries(values=values, improvement="down"))
    [(Turn(kind='variation', was='common_cause', now='concerning_high'),)]
    """
    now = judge(series, settings)
    last = _last_valid(now)
    rows = np.arange(len(last))
    values = series.values.copy()
    values[rows[last >= 0], last[last >= 0]] = np.nan
    before = judge(replace(series, values=values), settings)
    return [_turns(row, int(last[row]), now, before) if last[row] >= 0 else () for row in rows.tolist()]


def plan_turn(standings: Sequence[str | None]) -> Turn | None:
    """The turn of a figure that is off its plan for the second month in a row; the third and later months are no turn.

    >>> plan_turn(["on plan", "off plan", "off plan"])
    Turn(kind='off_plan', was='on plan', now='off plan')
    >>> plan_turn(["off plan", "off plan", "off plan"]), plan_turn(["off plan"]), plan_turn([None, "off plan", "on plan"])
    (None, None, None)
    """
    run = 0
    for standing in reversed(standings):
        if standing != "off plan":
            break
        run += 1
    if run != MONTHS_OFF_PLAN:
        return None
    was = standings[-1 - run] if len(standings) > run else None
    return Turn("off_plan", was or "", "off plan")


def standard_turn(met: Sequence[bool | None]) -> Turn | None:
    """The turn of a figure that misses a standard which it met the last time that it was counted.

    >>> standard_turn([True, None, False]), standard_turn([False, False]), standard_turn([False])
    (Turn(kind='standard', was='met', now='missed'), None, None)
    """
    known = [one for one in met if one is not None]
    is_new = len(known) > 1 and met[-1] is False and known[-2]
    return Turn("standard", "met", "missed") if is_new else None


def _last_valid(result: SpcResult) -> Whole:
    """The place of each series' last point that counts; -1 where there is none."""
    width = result.is_valid.shape[1]
    last = width - 1 - np.argmax(result.is_valid[:, ::-1], axis=1)
    return np.where(result.is_valid.any(axis=1), last, -1)


def _turns(row: int, last: int, now: SpcResult, before: SpcResult) -> tuple[Turn, ...]:
    """The turns of one series; none where the chart without its last point had no limits to judge it by."""
    if not (now.has_limits[row] and before.has_limits[row]):
        return ()
    found = [_icon_turn("variation", VARIATIONS, now.variation[row], before.variation[row])]
    if found == [None] and now.special_cause[row][last] == _OUTSIDE and not _was_outside(row, last, now):
        found = [Turn("special_cause", VARIATIONS[before.variation[row]], VARIATIONS[now.variation[row]])]
    found.append(_icon_turn("assurance", ASSURANCES, now.assurance[row], before.assurance[row]))
    return tuple(one for one in found if one is not None)


def _icon_turn(kind: Kind, words: Sequence[str], now: int, before: int) -> Turn | None:
    """The turn of an icon; an icon that came or went for want of points or of a target is none."""
    return Turn(kind, words[before], words[now]) if now != before and words[now] and words[before] else None


def _was_outside(row: int, last: int, now: SpcResult) -> bool:
    """Whether the point before the last one that counts lay outside the limits too."""
    earlier = np.flatnonzero(now.is_valid[row][:last])
    return bool(len(earlier)) and bool(now.is_outside[row][earlier[-1]])
