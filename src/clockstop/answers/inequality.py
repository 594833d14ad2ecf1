"""Whether a measure is the same for everybody: one period by deprivation, ethnicity, age or sex, its gaps, and who is not known.

Where a reader is not cleared for a trust, what is hidden of a group is what the measure's own series hide of it
(answers/shared_places.py), so that no page gives another's away; and such readers see whole trusts only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import ibis
from ibis.expr.types import IntegerValue, Table

from clockstop.answers.desk import Desk
from clockstop.answers.inequality_groups import Counted, Group, group_of, plan_of
from clockstop.answers.scope import Scope
from clockstop.answers.series import series, table_of
from clockstop.answers.shared_places import HiddenValues, shared_places
from clockstop.dates import month_start
from clockstop.errors import UnknownName
from clockstop.insight.inequality import LONGEST, UNKNOWN, share_gap, wait_gap
from clockstop.insight.intervals import Interval
from clockstop.intake.catchment import catchment
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.dimensions import DIMENSIONS, Dimension
from clockstop.measures.fact_counts import rows_behind
from clockstop.measures.measure import Measure
from clockstop.rules.deprivation import LEAST_DEPRIVED, MOST_DEPRIVED
from clockstop.rules.rtt_bands import band

CUTS = ("deprivation_quintile", "ethnic_category", "age_band", "sex")
# The column of a fact that says how long each of its rows waited, and in what.
_WAITS = {"minutes_in_department": "minutes", "handover_minutes": "minutes", "days_waited": "days"}


@dataclass(frozen=True, kw_only=True)
class Inequality:
    """A measure of one period by the groups of one cut. `gap`s are of the most deprived fifth less the least deprived one.

    `unknown_share` is the share of people whose group nobody knows: a figure of data quality. `wait_unit` is empty where the
    fact has no waits. `why_none` says why nothing is shown.
    """

    measure: Measure
    cut: Dimension
    period_end: date | None
    period_ends: tuple[date, ...]
    whole: Group | None
    groups: tuple[Group, ...]
    codes: tuple[Group, ...]
    gap: Interval | None
    median_gap: Interval | None
    longest_gap: Interval | None
    unknown_share: float | None
    wait_unit: str
    has_catchment: bool
    is_suppressed: bool
    why_none: str = ""


def inequality_of(
    scope: Scope, desk: Desk, slug: str, *, by: str = CUTS[0], trust: str = "", service: str = "", month: str = ""
) -> Inequality:
    """The measure by the groups of `by`, in the month asked for or the last that is over; `UnknownName` where there is none."""
    if trust:
        scope.require_trust(trust)
    if by not in CUTS:
        raise UnknownName(f"There is no cut by {by} here.", do=f"Choose one of: {', '.join(CUTS)}.")
    measure = measure_of(slug)
    where = {name: value for name, value in (("trust", trust), ("service", service)) if value}
    found = series(scope, desk, slug, period_kind="month", where=where)[0]
    ends = tuple(point.period_end for point in found.points if measure.is_current_only or point.period_end <= desk.as_of)
    trusts = frozenset({trust}) if trust else scope.trusts
    why = _why_none(scope, desk, measure, by, trusts=trusts, service=service, ends=ends)
    if why:
        return _nothing(measure, by, ends, why)
    end = next((end for end in ends if f"{end:%Y-%m}" == month), None)
    if month and end is None:
        raise UnknownName(f"There are no figures of {month}.", do=f"Choose a month from {ends[0]:%Y-%m} to {ends[-1]:%Y-%m}.")
    end = end or ends[-1]
    if any(point.is_hidden for point in found.points if point.period_end == end):
        return _nothing(measure, by, ends, "This figure is withheld for its small number, and so is every part of it.", end=end)
    return _inequality(scope, desk, measure, by, trusts=trusts, where=where, end=end, ends=ends)


def _why_none(
    scope: Scope, desk: Desk, measure: Measure, by: str, *, trusts: frozenset[str], service: str, ends: Sequence[date]
) -> str:
    if not measure.counts_people or measure.kind == "rate":
        return "This measure does not count people one by one, so it cannot be cut by who they are."
    if not ends:
        return "Nothing has been counted here yet."
    if by not in desk.table(table_of(measure)).columns:
        return f"The records of this measure do not say {DIMENSIONS[by].title.lower()}."
    if service and not trusts <= scope.own_trusts:
        return "Of trusts that are not your own such tables are shown for all services together: several would give people away."
    return ""


def _nothing(measure: Measure, by: str, ends: tuple[date, ...], why: str, *, end: date | None = None) -> Inequality:
    end = end or (ends[-1] if ends else None)
    return Inequality(
        measure=measure, cut=DIMENSIONS[by], period_end=end, period_ends=ends, whole=None, groups=(), codes=(), gap=None,
        median_gap=None, longest_gap=None, unknown_share=None, wait_unit="", has_catchment=False, is_suppressed=False, why_none=why,
    )  # fmt: skip


def _inequality(
    scope: Scope,
    desk: Desk,
    measure: Measure,
    by: str,
    *,
    trusts: frozenset[str],
    where: dict[str, str],
    end: date,
    ends: tuple[date, ...],
) -> Inequality:
    counted, wait_unit = _counted(scope, desk, measure, by, where=where, end=end)
    uncleared = frozenset(desk.manifest.trusts) - scope.own_trusts
    plan = plan_of(by, sorted({key for _, key in counted.cells}))
    mine = sorted(trusts)
    hidden = _hidden(desk, measure, by, counted, uncleared=uncleared, mine=mine, end=end)
    people = _catchment(desk, mine, by)
    whole = group_of(measure, counted, mine, keys=plan.every, key="", title="Everybody", is_unknown=False)
    make = _maker(measure, counted, mine, whole, people=people)
    groups = tuple(make(key, title, keys, key in hidden.groups) for key, title, keys in plan.groups)
    codes = tuple(make(key, title, (key,), key in hidden.values) for key, title in plan.codes)
    pair = _ends_of(groups) if by == "deprivation_quintile" else None
    unknown = next((one for one in groups if one.is_unknown), None)
    return Inequality(
        measure=measure,
        cut=DIMENSIONS[by],
        period_end=end,
        period_ends=ends,
        whole=whole,
        groups=groups,
        codes=codes,
        gap=_gap(*pair) if pair else None,
        median_gap=wait_gap(pair[0].waits, pair[1].waits) if pair else None,
        longest_gap=wait_gap(pair[0].waits, pair[1].waits, LONGEST) if pair else None,
        unknown_share=_unknown_share(unknown, whole),
        wait_unit=wait_unit,
        has_catchment=bool(people),
        is_suppressed=not uncleared.isdisjoint(mine),
    )


def _ends_of(groups: tuple[Group, ...]) -> tuple[Group, Group] | None:
    """The most and the least deprived; None where either has nobody."""
    known = {one.key: one for one in groups}
    most, least = known.get(MOST_DEPRIVED), known.get(LEAST_DEPRIVED)
    return (most, least) if most and least else None


def _gap(most: Group, least: Group) -> Interval | None:
    """The gap of two groups' shares; None where either is hidden or is no share."""
    if most.interval is None or least.interval is None:
        return None
    return share_gap((most.numerator or 0, most.denominator or 0), (least.numerator or 0, least.denominator or 0))


def _unknown_share(unknown: Group | None, whole: Group) -> float | None:
    if unknown is None:
        return 0.0 if whole.denominator else None
    return None if unknown.is_hidden or not whole.denominator else (unknown.denominator or 0) / whole.denominator


def _maker(
    measure: Measure,
    counted: Counted,
    mine: Sequence[str],
    whole: Group,
    *,
    people: dict[str, float],
) -> Callable[[str, str, Sequence[str], bool], Group]:
    total = sum(people.values())

    def make(key: str, title: str, keys: Sequence[str], is_hidden: bool) -> Group:
        living = sum(people.get(one, 0.0) for one in keys) / total if total and key != UNKNOWN else None
        return group_of(
            measure,
            counted,
            mine,
            keys=keys,
            key=key,
            title=title,
            is_unknown=key == UNKNOWN,
            whole=whole,
            is_hidden=is_hidden,
            of_catchment=living,
        )

    return make


def _hidden(
    desk: Desk, measure: Measure, by: str, counted: Counted, *, uncleared: frozenset[str], mine: Sequence[str], end: date
) -> HiddenValues:
    """The values and groups that are hidden on the page of these trusts: those that are hidden of any of them."""
    if uncleared.isdisjoint(mine):
        return HiddenValues()
    shared = shared_places(desk, [measure], period_kind="month", uncleared=uncleared)[measure.slug]
    each = [shared.hidden_values(trust, by, counted.of_trust(trust), end) for trust in mine]
    return HiddenValues(
        values=frozenset().union(*(one.values for one in each)), groups=frozenset().union(*(one.groups for one in each))
    )


def _catchment(desk: Desk, trusts: Sequence[str], by: str) -> dict[str, float]:
    """The people of each value in the catchments of all these trusts; empty where any of them says nothing."""
    each = [catchment(desk.home, trust, by) for trust in trusts]
    if not all(each):
        return {}
    return {value: sum(one.get(value, 0.0) for one in each) for value in {value for one in each for value in one}}


def _counted(scope: Scope, desk: Desk, measure: Measure, by: str, *, where: dict[str, str], end: date) -> tuple[Counted, str]:
    """What every trust of the scope has by value of the cut, with the lengths of the waits; and in what these are."""
    kept = {name: value for name, value in where.items() if name != "trust"}
    key = ("inequality", scope.trusts, measure.slug, by, tuple(sorted(kept.items())), end)
    rows = scope.totals(desk.table(table_of(measure)))
    for name, value in kept.items():
        rows = rows.filter(rows[name] == value)
    return desk.kept_answer(key, lambda: _count(desk, measure, rows, by=by, end=end))


def _count(desk: Desk, measure: Measure, rows: Table, *, by: str, end: date) -> tuple[Counted, str]:
    behind = rows_behind(measure, rows, first=month_start(end), last=end)
    column = next((name for name in _WAITS if name in behind.columns), "")
    unit = "weeks" if measure.is_of_clocks and column else _WAITS.get(column, "")
    behind = behind.mutate(group=behind[by].cast("string").fill_null(UNKNOWN), wait=_wait(measure, behind, column))
    summed = behind.group_by("trust", "group", "wait").aggregate(
        numerator=behind.adds_numerator.sum(), denominator=behind.adds_denominator.sum(), rows=behind.count()
    )
    return Counted.of(desk.rows(summed).to_pylist(), is_banded=unit == "weeks"), unit


def _wait(measure: Measure, behind: Table, column: str) -> IntegerValue:
    """How long each row waited: the band of weeks, days or minutes; null where its fact says nothing of it."""
    if not column:
        return ibis.null("int64")
    return (band(behind[column]) if measure.is_of_clocks else behind[column]).cast("int64")
