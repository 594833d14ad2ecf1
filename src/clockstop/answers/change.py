"""What changed between two periods and why: each part of a place with what it did to the figure, adding up to the change exactly.

Everything is worked out from what this reader may see of both periods and from nothing else: parts that are hidden in either period
stand together, as what is left of the whole, so no effect says more of them than the measure's own page does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, Series, series
from clockstop.answers.shared_places import is_few
from clockstop.errors import UnknownName
from clockstop.insight.change import AmountSplit, RatioSplit, Sides, sides, split_amount, split_ratio
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure

# Why there is no split, where there is none.
QUANTILE, HIDDEN, EMPTY, ONE_PERIOD, NO_PARTS = "quantile", "hidden", "empty", "one period", "no parts"
# What is left of the whole after all its parts, where it is no more than a rounding of sums.
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Effects:
    """What moved a figure, in its own unit: how much there was, where it lay, how well it went. A ratio is not moved by volume."""

    volume: float
    mix: float
    rate: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.volume + self.mix + self.rate


@dataclass(frozen=True, kw_only=True)
class PartChange:
    """One value of the dimension, or (`members`: their titles) those that are told of together alone, then without figures.

    `effects` are on the figure of the whole, `on_numerator` on the number of those that it counts. None: there is no split.
    """

    key: str
    title: str
    first: Point | None
    last: Point | None
    effects: Effects | None = None
    on_numerator: Effects | None = None
    members: tuple[str, ...] = ()

    @property
    def change(self) -> float | None:
        """How far the part's own figure moved."""
        return _moved(self.first, self.last)


@dataclass(frozen=True, kw_only=True)
class Change:
    """The change of a measure between two periods, split by a dimension; the parts that did most first, those together last.

    `effects` and `on_numerator` are the sums of the parts'. `why_not` says why there is no split (one of the words above);
    `has_rate` is False of a plain number, whose parts are simply more or fewer. `ends` are the periods that can be chosen.
    """

    measure: Measure
    by: str
    period_kind: str
    where: Mapping[str, str]
    first: Point | None
    last: Point | None
    parts: tuple[PartChange, ...] = ()
    effects: Effects | None = None
    on_numerator: Effects | None = None
    has_rate: bool = True
    why_not: str = ""
    ends: tuple[date, ...] = ()

    @property
    def change(self) -> float | None:
        """How far the figure moved; None where either period has none."""
        return _moved(self.first, self.last)

    @property
    def drivers(self) -> tuple[PartChange, ...]:
        """The parts that pushed the figure the way in which it went, the strongest first; those told of together are left out."""
        way = self.change or 0.0
        return tuple(one for one in self.parts if one.effects and not one.members and one.effects.total * way > 0)


def change_of(
    scope: Scope,
    desk: Desk,
    measure_slug: str,
    *,
    where: Mapping[str, str],
    by: str,
    period_kind: str,
    first: date | None = None,
    last: date | None = None,
) -> Change:
    """The change from the period that ends on `first` to that which ends on `last`: the latest, and the one before it.

    `UnknownName` where the measure has no such period. Shares, rates and means are split into mix and rate, numbers into volume,
    mix and rate where they are part of something; of medians and percentiles each part's own change is shown alone.
    """
    measure = measure_of(measure_slug)
    whole = series(scope, desk, measure_slug, period_kind=period_kind, where=where)[0].points
    chosen = _chosen(measure, whole, first, last)
    found = Change(
        measure=measure, by=by, period_kind=period_kind, where=dict(where),
        first=chosen[0] if len(chosen) > 1 else None, last=chosen[-1] if chosen else None,
        ends=tuple(point.period_end for point in whole),
    )  # fmt: skip
    if len(chosen) < 2:
        return replace(found, why_not=ONE_PERIOD)
    parts = series(scope, desk, measure_slug, period_kind=period_kind, where=where, by=by)
    return _split(found, _plain(parts, chosen[0].period_end, chosen[1].period_end))


def _split(found: Change, parts: Sequence[PartChange]) -> Change:
    why_not = _why_not(found, parts)
    if why_not:
        return replace(found, why_not=why_not, parts=_by_size(parts) if why_not == QUANTILE else ())
    shown, rest = _pooled(found, parts)
    first, last = (_sides(found, shown, place, rest) for place in (0, 1))
    has_rate = found.measure.kind != "count" or not all(np.array_equal(one.numerator, one.denominator) for one in (first, last))
    of_number = _effects(split_amount(first, last), has_rate=has_rate)
    of_value = of_number
    if found.measure.kind != "count":
        of_value = _effects(split_ratio(first, last, per=found.measure.per), has_rate=True)
    parts = [
        replace(one, effects=value, on_numerator=amount)
        for one, value, amount in zip((*shown, *rest), of_value, of_number, strict=True)
    ]
    return replace(found, parts=_by_size(parts), effects=_sum(of_value), on_numerator=_sum(of_number), has_rate=has_rate)


def _why_not(found: Change, parts: Sequence[PartChange]) -> str:
    ends = (found.first, found.last)
    if any(one is None or one.is_hidden for one in ends):
        return HIDDEN
    if found.measure.kind == "quantile":
        return QUANTILE
    if any(one is None or one.value is None for one in ends):
        return EMPTY
    return "" if parts else NO_PARTS


def _chosen(measure: Measure, points: Sequence[Point], first: date | None, last: date | None) -> list[Point]:
    """The two periods, the earlier one first; fewer where the measure has fewer."""
    by_end = {point.period_end: point for point in points}
    for end in (first, last):
        if end is not None and end not in by_end:
            raise UnknownName(f"{measure.title} has no figure of a period that ends on {end}.", do="Ask for one on its page.")
    ends = sorted(by_end)
    last = last or next((end for end in reversed(ends) if first is None or end > first), None)
    if last is None:
        return []
    first = first or max((end for end in ends if end < last), default=None)
    return [by_end[end] for end in sorted({first, last} - {None})]


def _plain(parts: Sequence[Series], first: date, last: date) -> list[PartChange]:
    """Every part with its two figures; those that nothing was counted of in either period are left out."""
    found = []
    for one in parts:
        at = {point.period_end: point for point in one.points}
        both = at.get(first), at.get(last)
        if any(point and (point.is_hidden or point.numerator or point.denominator) for point in both):
            found.append(PartChange(key=one.key, title=one.title, first=both[0], last=both[1]))
    return found


def _pooled(found: Change, parts: Sequence[PartChange]) -> tuple[list[PartChange], list[PartChange]]:
    """The parts that are told of singly, and one for all others: those that are hidden in either period, taken together.

    A part that would stand there alone is joined by the next smallest, and so on until they tell of no few people. What no part
    holds at all is a rest of its own.
    """
    shown = sorted((one for one in parts if not _is_hidden(one)), key=_people)
    together = [one for one in parts if _is_hidden(one)]
    if together:
        while shown and (len(together) < 2 or any(_is_few(found, shown, place) for place in (0, 1))):
            together.append(shown.pop(0))
    is_whole = all(abs(side) < _ROUNDING for place in (0, 1) for side in _rest(found, shown, place))
    if not together and is_whole:
        return shown, []
    titles = tuple(sorted(one.title for one in together))
    return shown, [PartChange(key="", title="Small numbers, together" if together else "In none of these", first=None, last=None,
                              members=titles or ("",))]  # fmt: skip


def _is_few(found: Change, shown: Sequence[PartChange], place: int) -> bool:
    """Whether what those that are shown leave of a period would tell of few people."""
    return found.measure.counts_people and is_few(found.measure, *_rest(found, shown, place))


def _rest(found: Change, shown: Sequence[PartChange], place: int) -> tuple[float, float]:
    whole = (found.first, found.last)[place]
    parts = [_amounts((one.first, one.last)[place]) for one in shown]
    above, below = _amounts(whole)
    return above - sum(one[0] for one in parts), below - sum(one[1] for one in parts)


def _sides(found: Change, shown: Sequence[PartChange], place: int, rest: Sequence[PartChange]) -> Sides:
    amounts = [_amounts((one.first, one.last)[place]) for one in shown]
    amounts += [_rest(found, shown, place)] if rest else []
    return sides([one[0] for one in amounts], [one[1] for one in amounts])


def _effects(split: AmountSplit | RatioSplit, *, has_rate: bool) -> list[Effects]:
    """What each part did; of a plain number all is volume."""
    if isinstance(split, RatioSplit):
        columns = (np.zeros(split.mix.shape), split.mix, split.rate)
    elif has_rate:
        columns = (split.volume, split.mix, split.rate)
    else:
        columns = (split.change, np.zeros(split.change.shape), np.zeros(split.change.shape))
    # Adding nought makes a plain nought of a negative one.
    return [Effects(*row) for row in (np.stack(columns, axis=1) + 0.0).tolist()]


def _sum(effects: Sequence[Effects]) -> Effects:
    return Effects(sum(one.volume for one in effects), sum(one.mix for one in effects), sum(one.rate for one in effects))


def _by_size(parts: Sequence[PartChange]) -> tuple[PartChange, ...]:
    """The parts that did most first; where there is no split, those that moved most; those told of together last."""

    def size(one: PartChange) -> tuple[bool, float, str]:
        moved = one.effects.total if one.effects else one.change or 0.0
        return bool(one.members), -abs(moved), one.title

    return tuple(sorted(parts, key=size))


def _is_hidden(part: PartChange) -> bool:
    return any(point is None or point.is_hidden for point in (part.first, part.last))


def _people(part: PartChange) -> tuple[float, str]:
    """The size of a part, by which the next smallest is chosen."""
    return sum(max(_amounts(point)) for point in (part.first, part.last)), part.key


def _amounts(point: Point | None) -> tuple[float, float]:
    return (point.numerator or 0.0, point.denominator or 0.0) if point else (0.0, 0.0)


def _moved(first: Point | None, last: Point | None) -> float | None:
    if first is None or last is None or first.value is None or last.value is None:
        return None
    return last.value - first.value
