"""Is it noise? A measure's series as SPC charts: each point judged, the icons, and what the chart says in a sentence.

Limits are worked out from the points that are asked for and no others, so a reader can check them against the table below the
chart. Where a recalculation was accepted is an argument: registers know it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, Series, Where, series
from clockstop.answers.spc_sentences import note_of, sentence_of
from clockstop.dates import month_end
from clockstop.insight.spc import SpcResult, SpcSeries, SpcSettings, judge
from clockstop.insight.spc_conventions import COLOURS, CONVENTIONS, DEFAULT, POINT_TYPES, SPECIAL_CAUSE_TYPES, Improvement
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.measures.targets import Target, bar


@dataclass(frozen=True, kw_only=True)
class SpcPoint:
    """A point of a chart and what is said of it; `value` is None where it is missing or hidden, lines where there are none.

    `special_cause`: common_cause or the rule that it is named by; `point_type` and `colour` as insight/spc_conventions.py
    lists them, empty where there is no value.
    """

    point: Point
    mean: float | None
    upl: float | None
    lpl: float | None
    is_outside: bool
    special_cause: str
    point_type: str
    colour: str
    rebase_group: int
    target: float | None
    target_title: str
    target_kind: str

    @property
    def period_end(self) -> date:
        """The last day of the point's period."""
        return self.point.period_end

    @property
    def value(self) -> float | None:
        """The measure's value."""
        return self.point.value


@dataclass(frozen=True, kw_only=True)
class SpcChart:
    """A measure of one place as an SPC chart, oldest point first.

    `level` (national, trust) says whose targets hold; `variation` and `assurance` are icon words, empty where there is none;
    `rebases` the days from which limits were recalculated, `breaks` those of them at which the way of counting changed (8.4);
    `note` a caution that belongs on the chart, empty where there is none; `sentence` what the chart says, without figures
    (`spc_sentences.sentence_of` says it with them).
    """

    measure: str
    period_kind: str
    level: str
    series: Series
    points: tuple[SpcPoint, ...]
    improvement: Improvement
    convention: str
    has_limits: bool
    count: int
    variation: str
    assurance: str
    rebases: tuple[date, ...]
    breaks: tuple[date, ...] = ()
    note: str = ""
    sentence: str = ""

    def with_breaks(self, days: Sequence[date]) -> "SpcChart":
        """The same chart, which says from which of these days on the figures are counted in another way."""
        return replace(self, breaks=tuple(day for day in self.rebases if day in days))

    @property
    def convention_title(self) -> str:
        """The convention's name in full."""
        return CONVENTIONS[self.convention].title

    @property
    def latest(self) -> SpcPoint | None:
        """The last point that has a value, which the icons speak of."""
        return next((point for point in reversed(self.points) if point.value is not None), None)

    @property
    def is_signal(self) -> bool:
        """Whether the last point is more than noise."""
        return self.variation not in ("", "common_cause")


# The end of the period after the one that ends on a day.
_NEXT: dict[str, Callable[[date], date]] = {
    "week": lambda end: end + timedelta(days=7),
    "month": lambda end: month_end(end + timedelta(days=1)),
}
Rebases = Sequence[date] | Mapping[str, Sequence[date]]


def spc_of(
    scope: Scope,
    desk: Desk,
    measure: str,
    *,
    period_kind: str,
    where: Where,
    by: str | None = None,
    last: int | None = None,
    rebases: Rebases = (),
    convention: str = DEFAULT,
) -> tuple[SpcChart, ...]:
    """The chart of the measure within `where`, or one for each value of `by`.

    `rebases` are the days from which limits are recalculated, of all charts or by the key of each.
    """
    found = series(scope, desk, measure, period_kind=period_kind, where=where, by=by, last=last)
    days = [rebases.get(one.key, ()) if isinstance(rebases, Mapping) else rebases for one in found]
    level = "trust" if where.get("trust") or by == "trust" else "national"
    return charts_of(found, period_kind=period_kind, level=level, rebases=days, convention=convention)


def charts_of(
    found: Sequence[Series], *, period_kind: str, level: str, rebases: Sequence[Sequence[date]] = (), convention: str = DEFAULT
) -> tuple[SpcChart, ...]:
    """Any series as charts, all judged at once: `level` (national, trust) says whose targets hold, `rebases` one list a series."""
    if not found:
        return ()
    asked = _asked(found, rebases, period_kind=period_kind, level=level)
    judged = _judged(asked, convention)
    return tuple(_chart(judged, row, one) for row, one in enumerate(asked))


@dataclass(frozen=True)
class Icons:
    """What the icons of a chart say, where the chart itself is not shown."""

    variation: str
    assurance: str


def icons_of(
    found: Sequence[Series], *, period_kind: str, level: str, rebases: Sequence[Sequence[date]] = (), convention: str = DEFAULT
) -> tuple[Icons, ...]:
    """What the icons of `charts_of` say, without the points: for pages of many figures."""
    if not found:
        return ()
    judged = _judged(_asked(found, rebases, period_kind=period_kind, level=level), convention)
    return tuple(Icons(judged.variation_word(row), judged.assurance_word(row)) for row in range(len(found)))


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One series with what it is drawn against."""

    measure: Measure
    series: Series
    bars: Sequence[Target | None]
    days: Sequence[date]
    period_kind: str
    level: str


def _asked(found: Sequence[Series], rebases: Sequence[Sequence[date]], *, period_kind: str, level: str) -> list[_Asked]:
    asked = []
    for one, days in zip(found, list(rebases) or [()] * len(found), strict=True):
        whole, measure = _whole(one, period_kind), measure_of(one.measure)
        bars = _bars(whole, level)
        asked.append(_Asked(measure=measure, series=whole, bars=bars, days=days, period_kind=period_kind, level=level))
    return asked


def _judged(asked: Sequence[_Asked], convention: str) -> SpcResult:
    width = max(1, *(len(one.series.points) for one in asked))
    series = SpcSeries(
        values=_padded([[point.value for point in one.series.points] for one in asked], width),
        improvement=[one.measure.improvement for one in asked],
        sections=np.array([_sections(one.series, one.days, width) for one in asked]),
        targets=_padded([[bar.value if bar else None for bar in one.bars] for one in asked], width),
    )
    return judge(series, SpcSettings(convention=convention))


def _whole(one: Series, period_kind: str) -> Series:
    """The series with a point without a value for each period of which there is none, so that it is drawn as a gap."""
    if period_kind not in _NEXT or len(one.points) < 2:
        return one
    points = [one.points[0]]
    for point in one.points[1:]:
        end = _NEXT[period_kind](points[-1].period_end)
        while end < point.period_end:
            points.append(Point(end, None, None, None))
            end = _NEXT[period_kind](end)
        points.append(point)
    return replace(one, points=tuple(points))


def _bars(one: Series, level: str) -> list[Target | None]:
    """What each point is shown against: its own day's target, else the standard."""
    return [bar(one.measure, level=level, on=point.period_end) for point in one.points]


def _padded(rows: Sequence[Sequence[float | None]], width: int) -> np.ndarray:
    values = np.full((len(rows), width), np.nan)
    for place, row in enumerate(rows):
        values[place, : len(row)] = [np.nan if value is None else value for value in row]
    return values


def _sections(one: Series, days: Sequence[date], width: int) -> list[int]:
    """For each point how many recalculations have begun: a section begins with the first period that ends on its day or later."""
    ends = [point.period_end for point in one.points]
    starts = sorted(day for day in days if ends and ends[0] < day)
    counted = [sum(day <= end for day in starts) for end in ends]
    return counted + [counted[-1] if counted else 0] * (width - len(counted))


def _chart(judged: SpcResult, row: int, asked: _Asked) -> SpcChart:
    measure, one, days = asked.measure, asked.series, asked.days
    points = tuple(_point(judged, row, place, point, asked.bars[place]) for place, point in enumerate(one.points))
    chart = SpcChart(
        measure=measure.slug,
        period_kind=asked.period_kind,
        level=asked.level,
        series=one,
        points=points,
        improvement=measure.improvement,
        convention=judged.convention,
        has_limits=bool(judged.has_limits[row]),
        count=int(judged.counts[row]),
        variation=judged.variation_word(row),
        assurance=judged.assurance_word(row),
        rebases=tuple(sorted(day for day in days if points and points[0].period_end < day <= points[-1].period_end)),
        note=note_of(measure),
    )
    return replace(chart, sentence=sentence_of(chart))


def _point(judged: SpcResult, row: int, place: int, point: Point, target: Target | None) -> SpcPoint:
    is_valid = bool(judged.is_valid[row, place])
    kind = judged.point_type[row, place]
    return SpcPoint(
        point=point,
        mean=_known(judged.mean[row, place]),
        upl=_known(judged.upl[row, place]),
        lpl=_known(judged.lpl[row, place]),
        is_outside=bool(judged.is_outside[row, place]),
        special_cause=SPECIAL_CAUSE_TYPES[judged.special_cause[row, place]] if is_valid else "",
        point_type=POINT_TYPES[kind] if is_valid else "",
        colour=COLOURS[kind] if is_valid else "",
        rebase_group=int(judged.rebase_group[row, place]),
        target=target.value if target else None,
        target_title=target.title if target else "",
        target_kind=target.kind if target else "",
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
