"""Which rules the points of a chart break, which of them a point is named by, and what the icons say of it."""

from dataclasses import dataclass

import numpy as np

from clockstop.insight import spc_rules as rules
from clockstop.insight.spc_conventions import ASSURANCES, COMMON_CAUSE, RULES, VARIATIONS, Convention
from clockstop.insight.spc_rules import Floats, Signs, Truths, Whole

_COMMON = VARIATIONS.index(COMMON_CAUSE)
_FIRST_ICON = VARIATIONS.index("improving_high")
_PASS, _FAIL, _HIT_AND_MISS = (ASSURANCES.index(word) for word in ("pass", "fail", "hit_and_miss"))


@dataclass(frozen=True, kw_only=True, eq=False)
class Close:
    """The valid points of each series drawn together to its beginning; NaN behind them. `reach` is from mean to limit."""

    values: Floats
    parts: Whole
    mean: Floats
    reach: Floats
    nearness: Floats
    has_zone: bool = True


@dataclass(frozen=True, kw_only=True, eq=False)
class Signals:
    """The points that break each rule, upwards and downwards, in the order of RULES."""

    high: tuple[Truths, ...]
    low: tuple[Truths, ...]

    @property
    def is_outside(self) -> Truths:
        """The points beyond a limit."""
        found: Truths = self.high[0] | self.low[0]
        return found

    def where(self, is_judged: Truths) -> "Signals":
        """The signals of the series that are judged at all."""
        return Signals(high=tuple(one & is_judged for one in self.high), low=tuple(one & is_judged for one in self.low))


def signals(close: Close, drawn: Convention, *, points: int) -> Signals:
    """Every rule on every point."""
    gaps = np.abs(close.values - close.mean)
    is_beyond = gaps > close.reach + close.nearness
    is_zone = (gaps > close.reach * 2 / 3 + close.nearness) & ~is_beyond & close.has_zone
    side, step = rules.sides(close.values, close.mean, close.nearness), rules.steps(close.values)

    def one_way(way: int) -> tuple[Truths, ...]:
        is_side = side == way
        zone = is_zone & is_side
        return (
            is_beyond & is_side,
            rules.trend(step == way, close.parts, points=points, crosses="trend" in drawn.crossing),
            rules.two_of_three(zone, is_side, close.parts, crosses="two_of_three" in drawn.crossing),
            rules.shift(is_side, close.parts, points=points, crosses="shift" in drawn.crossing),
        )

    return Signals(high=one_way(1), low=one_way(-1))


def named(found: Signals, better: Signs, *, does_concern_win: bool) -> tuple[Signs, Signs]:
    """The rule (1 the first of RULES; 0 none) and the direction (1 up, -1 down) that each point is shown with.

    Where rules point both ways, the side that is better wins, or the other where concern wins; of a measure of which neither
    is better, up. The point is named by the first rule of the side that won.
    """
    is_high, is_low = (np.logical_or.reduce(one) for one in (found.high, found.low))
    wins_high = better < 0 if does_concern_win else better >= 0
    wins_high = wins_high | (better == 0)
    goes_high = is_high & (~is_low | wins_high)
    rule = np.zeros(is_high.shape, dtype=np.int8)
    for place in range(len(RULES), 0, -1):
        np.copyto(rule, place, where=np.where(goes_high, found.high[place - 1], found.low[place - 1]))
    direction = np.where(goes_high, 1, np.where(is_low, -1, 0)).astype(np.int8)
    return rule, direction


def named_alone(found: Signals, close: Close) -> tuple[Signs, Signs]:
    """The same where a point goes the way of its first rule alone.

    A point that ends one trend and begins another goes the way of the next step, as the R package has it.
    """
    rule = np.zeros(close.values.shape, dtype=np.int8)
    direction = np.zeros(close.values.shape, dtype=np.int8)
    for place in range(len(RULES), 0, -1):
        high, low = found.high[place - 1], found.low[place - 1]
        np.copyto(rule, place, where=high | low)
        way = _trend_way(high | low, close) if RULES[place - 1] == "trend" else high.astype(np.int8) - low.astype(np.int8)
        np.copyto(direction, way, where=high | low)
    return rule, direction


def _trend_way(is_trend: Truths, close: Close) -> Signs:
    """The step to the next point where that is of a trend and of the same section too, else the step from the last."""
    step = rules.steps(close.values)
    ahead = np.zeros_like(step)
    is_ahead = np.zeros(step.shape, dtype=np.bool_)
    ahead[:, :-1] = step[:, 1:]
    is_ahead[:, :-1] = is_trend[:, 1:] & (close.parts[:, 1:] == close.parts[:, :-1])
    found: Signs = np.where(np.where(is_ahead, ahead, step) == 1, 1, -1).astype(np.int8)
    return found


def point_type(rule: Signs, direction: Signs, better: Signs) -> Signs:
    """The number in POINT_TYPES: common cause, improvement, concern, neutral high, neutral low."""
    good_or_bad = np.where(direction == better, 1, 2)
    neither = np.where(direction > 0, 3, 4)
    return np.where(rule == 0, 0, np.where(better == 0, neither, good_or_bad)).astype(np.int8)


def variation(kind: Signs, direction: Signs) -> Signs:
    """The number in VARIATIONS of points of that type and direction."""
    pairs = np.minimum(kind, 3) - 1
    return np.where(kind == 0, _COMMON, _FIRST_ICON + 2 * pairs + (direction < 0)).astype(np.int8)


def assurance(target: Floats, lpl: Floats, upl: Floats, better: Signs, *, is_on_limit_outside: bool) -> Signs:
    """The number in ASSURANCES: what the limits promise of the target; 0 without a target, limits or a better side.

    >>> up, two = np.array([1, 1], dtype=np.int8), np.array([2.0, 2.0])
    >>> assurance(np.array([2.0, 1.0]), two, two + 1, up, is_on_limit_outside=True).tolist()
    [1, 1]
    >>> assurance(np.array([2.0, 1.0]), two, two + 1, up, is_on_limit_outside=False).tolist()
    [3, 1]
    """
    nearness = rules.nearness(np.fmin(lpl, target), np.fmax(upl, target))
    edge = nearness if is_on_limit_outside else -nearness
    is_below, is_above = target < lpl + edge, target > upl - edge
    is_pass = np.where(better > 0, is_below, is_above)
    is_fail = np.where(better > 0, is_above, is_below)
    found = np.where(is_pass, _PASS, np.where(is_fail, _FAIL, _HIT_AND_MISS))
    is_known = ~np.isnan(target) & ~np.isnan(lpl) & ~np.isnan(upl) & (better != 0)
    return np.where(is_known, found, 0).astype(np.int8)
