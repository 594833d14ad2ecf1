"""Is it noise? XmR charts of any number of series at once: lines, rules, colours and icons (Making Data Count).

Which rules count, and where they end, the convention decides (insight/spc_conventions.py; docs/spc.md tells them apart). A
missing point (no value) is skipped by every rule; a ghosted one is too, and leaves mean, limits, counts and icons.
Source: NHS England, Making Data Count; operations.md section 8.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from clockstop.insight import spc_signals as signs
from clockstop.insight.spc_conventions import (
    ASSURANCES,
    COLOURS,
    DEFAULT,
    DIRECTIONS,
    POINT_TYPES,
    SPECIAL_CAUSE_TYPES,
    VARIATIONS,
    Convention,
    Improvement,
    convention,
)
from clockstop.insight.spc_lines import Layout, Lines, layout, limits, lines, weighted_lines
from clockstop.insight.spc_rules import Floats, Signs, Truths, Whole, nearness

# How many series are worked out together: what fits the processor's cache.
BLOCK = 2048


@dataclass(frozen=True, kw_only=True)
class SpcSettings:
    """How the charts are drawn; None leaves it to the convention.

    `points`: how many in a row make a shift or a trend. `fix_after`: lines are fixed after so many points. `conflict`: the
    side that wins where a point is both (a setting of `mdc-sql`; elsewhere improvement wins). `least_points`: with fewer there
    are no limits and no icons. `chart`: xmr, or g, p or u (insight/spc_rare.py, which also draws t).
    """

    chart: Literal["xmr", "g", "p", "u"] = "xmr"
    convention: str = DEFAULT
    points: int | None = None
    fix_after: int | None = None
    is_screened: bool | None = None
    least_points: int | None = None
    conflict: Literal["improvement", "concern"] = "improvement"


@dataclass(frozen=True, kw_only=True, eq=False)
class SpcSeries:
    """Series one below another: rows are series, columns their points, oldest first.

    `values` is NaN where a point is missing and after a shorter series' end. `sections` counts recalculations from 0, each
    beginning at its first point. `targets` are dated as the points are (NaN: none). `improvement` is one word for all series
    or one a series. `denominators` are those of the shares and rates of P and U charts, whose values are divided already.
    """

    values: Floats
    improvement: Improvement | Sequence[Improvement]
    ghosts: Truths | None = None
    sections: Whole | None = None
    targets: Floats | None = None
    denominators: Floats | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class SpcResult:
    """What the charts say: arrays laid out as the series came, and one figure a series.

    A place holds the number of a word: `special_cause` of SPECIAL_CAUSE_TYPES, `point_type` of POINT_TYPES and COLOURS,
    `variation` of VARIATIONS, `assurance` of ASSURANCES. Lines that are not known are NaN. `special_cause` and `point_type`
    are 0 (common cause) at missing and ghosted points, of which `is_valid` tells.
    """

    convention: str
    is_valid: Truths
    mean: Floats
    upl: Floats
    lpl: Floats
    moving_range: Floats
    is_outside: Truths
    special_cause: Signs
    direction: Signs
    point_type: Signs
    rebase_group: Whole
    counts: Whole
    has_limits: Truths
    variation: Signs
    assurance: Signs

    def special_cause_words(self, row: int = 0) -> list[str]:
        """The rule that each point of a series is named by."""
        return [SPECIAL_CAUSE_TYPES[code] for code in self.special_cause[row]]

    def point_words(self, row: int = 0) -> list[str]:
        """What each point of a series is."""
        return [POINT_TYPES[code] for code in self.point_type[row]]

    def colours(self, row: int = 0) -> list[str]:
        """The colour of each point of a series."""
        return [COLOURS[code] for code in self.point_type[row]]

    def variation_word(self, row: int = 0) -> str:
        """The variation icon of a series; empty where there is none."""
        return VARIATIONS[self.variation[row]]

    def assurance_word(self, row: int = 0) -> str:
        """The assurance icon of a series; empty where there is none."""
        return ASSURANCES[self.assurance[row]]


def judge(series: SpcSeries, settings: SpcSettings | None = None) -> SpcResult:
    """Every point and icon of the series.

    >>> values = np.array([[10.0, 14.0] * 4 + [20.0, 16.0, 20.0, 16.0, 20.0, 16.0]])
    >>> found = judge(SpcSeries(values=values, improvement="up"))
    >>> found.colours()[:2], found.variation_word()
    (['orange', 'orange'], 'improving_high')
    """
    settings = settings or SpcSettings()
    drawn = convention(settings.convention)
    better = _better(series.improvement, len(series.values))
    blocks = [
        _judged(drawn, settings, _block(series, at), better[at])
        for at in (slice(start, start + BLOCK) for start in range(0, max(len(series.values), 1), BLOCK))
    ]
    return blocks[0] if len(blocks) == 1 else _joined(blocks)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Block:
    """Some of the series, with all that may be left out."""

    values: Floats
    ghosts: Truths
    sections: Whole
    targets: Floats
    denominators: Floats


def _block(series: SpcSeries, at: slice) -> _Block:
    values = series.values[at]
    return _Block(
        values=values,
        ghosts=np.zeros(values.shape, dtype=np.bool_) if series.ghosts is None else series.ghosts[at],
        sections=np.zeros(values.shape, dtype=np.int64) if series.sections is None else series.sections[at],
        targets=np.full(values.shape, np.nan) if series.targets is None else series.targets[at],
        denominators=np.ones(values.shape) if series.denominators is None else series.denominators[at],
    )


def _better(improvement: Improvement | Sequence[Improvement], rows: int) -> Signs:
    words = [improvement] * rows if isinstance(improvement, str) else list(improvement)
    return np.array([DIRECTIONS[word] for word in words], dtype=np.int8).reshape(rows, 1)


def _joined(blocks: Sequence[SpcResult]) -> SpcResult:
    joined = {
        one.name: np.concatenate([getattr(block, one.name) for block in blocks])
        for one in fields(SpcResult)
        if one.name != "convention"
    }
    return SpcResult(convention=blocks[0].convention, **joined)


def _judged(drawn: Convention, settings: SpcSettings, block: _Block, better: Signs) -> SpcResult:
    """One block: lines, then the rules on points drawn together, and everything laid out as it came."""
    laid = layout(block.values, block.ghosts, block.sections, convention=drawn, fix_after=settings.fix_after)
    order = _order(laid.is_valid)
    own = _lines(drawn, settings, block, laid, order)
    at = own.at(laid.parts, laid.borrowed)
    mean, reach, lpl, upl = limits(settings.chart, own.mean[at], own.moving_range[at], block.denominators)
    counts = laid.is_valid.sum(axis=1)
    has_limits = counts >= max(drawn.least_points if settings.least_points is None else settings.least_points, 2)
    close = _drawn_together(block, laid, order, mean=mean, reach=reach, has_zone=settings.chart != "g")
    broken = signs.signals(close, drawn, points=settings.points or drawn.points).where(has_limits[:, None])
    rule, direction = _named(drawn, settings, broken, close, better)
    back = None if order is None else np.argsort(order, axis=1, kind="stable")
    rule, direction, is_outside = (_close(one, back) for one in (rule, direction, broken.is_outside))
    kind, last = signs.point_type(rule, direction, better), _last(laid.is_valid)
    icons = signs.variation(_at(kind, last), _at(direction, last))
    lpl, upl = (np.where(has_limits[:, None], line, np.nan) for line in (lpl, upl))
    target, low, high = (_at(one, last) for one in (block.targets, lpl, upl))
    return SpcResult(
        convention=drawn.name,
        is_valid=laid.is_valid,
        mean=mean,
        upl=upl,
        lpl=lpl,
        moving_range=own.moving_range[at],
        is_outside=is_outside,
        special_cause=rule,
        direction=direction,
        point_type=kind,
        rebase_group=laid.groups,
        counts=counts,
        has_limits=has_limits,
        variation=np.where(has_limits, icons, 0).astype(np.int8),
        assurance=signs.assurance(target, low, high, better[:, 0], is_on_limit_outside=drawn.is_target_on_limit_outside),
    )


def _drawn_together(
    block: _Block, laid: Layout, order: Whole | None, *, mean: Floats, reach: Floats, has_zone: bool
) -> signs.Close:
    values = np.where(laid.is_valid, block.values, np.nan)
    lowest, highest = (edge.reduce(values, axis=1, keepdims=True) for edge in (np.fmin, np.fmax))
    return signs.Close(
        values=_close(values, order),
        parts=_close(laid.parts, order),
        mean=_close(mean, order),
        reach=_close(reach, order),
        nearness=nearness(lowest, highest),
        has_zone=has_zone,
    )


def _lines(drawn: Convention, settings: SpcSettings, block: _Block, laid: Layout, order: Whole | None) -> Lines:
    values, parts, is_counted = (_close(one, order) for one in (block.values, laid.parts, laid.is_counted))
    if settings.chart in ("p", "u"):
        return weighted_lines(values, parts, is_counted, weights=_close(block.denominators, order))
    is_screened = drawn.is_screened if settings.is_screened is None else settings.is_screened
    return lines(values, parts, is_counted, is_screened=is_screened, is_mean_screened=drawn.is_mean_screened)


def _named(
    drawn: Convention, settings: SpcSettings, broken: signs.Signals, close: signs.Close, better: Signs
) -> tuple[Signs, Signs]:
    if drawn.is_named_rule_alone:
        return signs.named_alone(broken, close)
    does_concern_win = settings.conflict == "concern" and drawn.is_conflict_set
    return signs.named(broken, better, does_concern_win=does_concern_win)


def _order(is_valid: Truths) -> Whole | None:
    """For each series the places of its valid points first; None where they stand so already."""
    if bool((is_valid[:, 1:] <= is_valid[:, :-1]).all()):
        return None
    return np.argsort(~is_valid, axis=1, kind="stable")


def _close(places: NDArray[Any], order: Whole | None) -> NDArray[Any]:
    """The places in that order."""
    return places if order is None else np.take_along_axis(places, order, axis=1)


def _last(is_valid: Truths) -> Whole:
    """The place of each series' last valid point; 0 where it has none."""
    found: Whole = np.where(is_valid.any(axis=1), is_valid.shape[1] - 1 - np.argmax(is_valid[:, ::-1], axis=1), 0)
    return found


def _at(places: NDArray[Any], last: Whole) -> NDArray[Any]:
    return np.take_along_axis(places, last[:, None], axis=1)[:, 0]
