"""What has turned: for each trust and each of its divisions, the headline measures that are not as they were a month before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from clockstop.answers.board import JUDGED_MONTHS
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, Series, many
from clockstop.answers.spc import SpcChart, charts_of
from clockstop.answers.spc_arrays import arrays_of
from clockstop.insight.alerts import Turn, chart_turns, plan_turn, standard_turn
from clockstop.measures.catalogue import monthly_headlines
from clockstop.measures.dimensions import UNKNOWN
from clockstop.measures.targets import bar
from clockstop.rules.targets import Improvement, standing

# Where a chart has new sections: trust, division (empty for the whole trust) and measure.
Chart = tuple[str, str, str]


@dataclass(frozen=True)
class PlanRun:
    """What is planned for the end of each month, and how far behind is still within tolerance."""

    months: tuple[tuple[date, float], ...]
    tolerance: float


@dataclass(frozen=True)
class Written:
    """What people wrote that bears on a turn: days from which charts have new limits, and the plans of whole trusts' measures."""

    rebases: Mapping[Chart, tuple[date, ...]] = field(default_factory=dict)
    plans: Mapping[tuple[str, str], PlanRun] = field(default_factory=dict)

    def of(self, trust: str) -> "Written":
        """What bears on one trust."""
        return Written(
            {chart: days for chart, days in self.rebases.items() if chart[0] == trust},
            {place: plan for place, plan in self.plans.items() if place[0] == trust},
        )


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A measure that turned in the month that ended on `period_end`; `division` is empty where it is the whole trust's.

    All that turned of it in that month is one alert: the chart's icons first, then its plan and its standard.
    """

    trust: str
    division: str
    measure: str
    period_end: date
    turns: tuple[Turn, ...]
    point: Point
    previous: Point | None

    @property
    def kind(self) -> str:
        """The kind of its first turn, by which it is known."""
        return self.turns[0].kind

    @property
    def is_for_the_worse(self) -> bool:
        """Whether any of it asks for somebody's attention."""
        return any(turn.is_for_the_worse for turn in self.turns)

    @property
    def where(self) -> dict[str, str]:
        """The place, as the functions of answers take it."""
        return {"trust": self.trust} | ({"division": self.division} if self.division else {})


def alerts(scope: Scope, desk: Desk, written: Written, *, trusts: Iterable[str] | None = None) -> tuple[Alert, ...]:
    """What turned in the latest month of each of these trusts (of all in reach), for the worse first.

    Worked out once a snapshot as long as nobody writes what bears on it; small numbers of other trusts have no turn.
    """
    chosen = scope.trusts if trusts is None else scope.trusts & set(trusts)
    codes = sorted(chosen & desk.manifest.trusts.keys())
    found = [one for code in codes for one in _of_trust(scope, desk, written.of(code), code)]
    return tuple(sorted(found, key=lambda one: (one.trust, one.division, not one.is_for_the_worse)))


def alerts_known(scope: Scope, desk: Desk) -> tuple[Alert, ...] | None:
    """The same without working anything out, as it was found last in this process; None where it has not been found yet."""
    kept = _kept(desk)
    keys = [(code, scope.is_own(code)) for code in sorted(scope.trusts & desk.manifest.trusts.keys())]
    return tuple(one for key in keys for one in kept[key][1]) if all(key in kept for key in keys) else None


def turned_with(found: Sequence[Series], where: Sequence[Mapping[str, str]], written: Written) -> list[tuple[Turn, ...]]:
    """What turned at the last point of each series of a place: its chart, its plan and its standard."""
    days = [written.rebases.get(_chart(one, at), ()) for one, at in zip(found, where, strict=True)]
    charts = charts_of(found, period_kind="month", level="trust", rebases=days)
    return [
        (*turns, *_held_against(chart, written.plans.get((at["trust"], chart.measure)) if len(at) == 1 else None))
        for chart, at, turns in zip(charts, where, chart_turns(arrays_of(charts)) if charts else (), strict=True)
    ]


def _kept(desk: Desk) -> dict[tuple[str, bool], tuple[Written, tuple[Alert, ...]]]:
    kept: dict[tuple[str, bool], tuple[Written, tuple[Alert, ...]]] = desk.kept_answer("alerts", dict)
    return kept


def _of_trust(scope: Scope, desk: Desk, written: Written, trust: str) -> tuple[Alert, ...]:
    kept, key = _kept(desk), (trust, scope.is_own(trust))
    if key not in kept or kept[key][0] != written:
        kept[key] = (written, _worked_out(scope, desk, written, trust))
    return kept[key][1]


def _worked_out(scope: Scope, desk: Desk, written: Written, trust: str) -> tuple[Alert, ...]:
    own = scope.within({trust})
    series, places = [], []
    for by in (None, "division"):
        found = many(own, desk, monthly_headlines(), period_kind="month", where={"trust": trust}, by=by)
        for one in (one for parts in found.values() for one in parts if one.points and one.key != UNKNOWN):
            series.append(Series(one.measure, one.key, one.title, one.points[-JUDGED_MONTHS:]))
            places.append({"trust": trust} | ({"division": one.key} if by else {}))
    turned = turned_with(series, places, written)
    newest = max((one.points[-1].period_end for one in series), default=None)
    return tuple(
        _alert(one, at, turns)
        for one, at, turns in zip(series, places, turned, strict=True)
        if turns and one.points[-1].period_end == newest and one.points[-1].value is not None
    )


def _alert(one: Series, at: Mapping[str, str], turns: tuple[Turn, ...]) -> Alert:
    latest = one.points[-1]
    return Alert(
        trust=at["trust"], division=at.get("division", ""), measure=one.measure, period_end=latest.period_end, turns=turns,
        point=latest, previous=one.previous,
    )  # fmt: skip


def _chart(one: Series, at: Mapping[str, str]) -> Chart:
    return (at["trust"], at.get("division", ""), one.measure)


def _held_against(chart: SpcChart, plan: PlanRun | None) -> tuple[Turn, ...]:
    """The turns of a figure against its plan and against its bar."""
    planned = dict(plan.months) if plan else {}
    improvement: Improvement = "down" if chart.improvement == "down" else "up"

    def against_plan(point: Point) -> str | None:
        if plan is None or point.value is None or point.period_end not in planned:
            return None
        return standing(point.value, planned[point.period_end], improvement=improvement, tolerance=plan.tolerance)

    found = (
        plan_turn([against_plan(point) for point in chart.series.points]),
        standard_turn([_is_met(chart.measure, point) for point in chart.series.points]),
    )
    return tuple(turn for turn in found if turn is not None)


def _is_met(slug: str, point: Point) -> bool | None:
    target = bar(slug, level="trust", on=point.period_end)
    return None if target is None or point.value is None else target.is_met_by(point.value)
