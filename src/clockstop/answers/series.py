"""A measure over time: points with numerator and denominator, ready for a chart and its table."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import ibis
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.organisation import service_name
from clockstop.answers.scope import Scope
from clockstop.answers.shared_places import PARTS, SharedPlaces, shared_places
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.catalogue import measures
from clockstop.measures.dimensions import DIMENSIONS, UNITS, UNKNOWN, Dimension, dimensions_of
from clockstop.measures.evaluate import current, evaluate
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.fact_series import kept_cuts
from clockstop.measures.measure import Measure
from clockstop.measures.periods import Periods, Running, months_to, on_day, weeks_to
from clockstop.measures.series import WEEKS, months_in


@dataclass(frozen=True)
class Point:
    """One period of a series. `value` is a share of 0 to 1, else a number of the measure's unit; None where nothing was counted.

    `is_hidden`: suppressed for this reader (small numbers of another trust); numerator, denominator and value are then None.
    """

    period_end: date
    numerator: float | None
    denominator: float | None
    value: float | None
    is_hidden: bool = False


@dataclass(frozen=True)
class Series:
    """The points of one measure for one unit or cut value, oldest first. `key` is '' where nothing was cut."""

    measure: str
    key: str
    title: str
    points: tuple[Point, ...]

    @property
    def latest(self) -> Point | None:
        """The newest point that has a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)

    @property
    def previous(self) -> Point | None:
        """The point before the newest."""
        return self.points[-2] if len(self.points) > 1 else None


Where = Mapping[str, str]
_COUNTS = {"week": WEEKS, "month": months_in(WEEKS), "now": 1}
_PERIODS: dict[str, Callable[[date], Periods]] = {
    "week": lambda day: weeks_to(day, _COUNTS["week"]),
    "month": lambda day: months_to(day, _COUNTS["month"]),
    "now": on_day,
}
# The sums of one period: a number, or a number a band for quantiles.
Sums = tuple[float, float, dict[int, float]]


def series(
    scope: Scope, desk: Desk, measure: str, *, period_kind: str, where: Where, by: str | None = None, last: int | None = None
) -> tuple[Series, ...]:
    """The measure's series within `where`: one, or one for each value of the dimension `by`.

    `where` names units (trust, division, service, site). A measure that has no history has the one point of the as-of day,
    whatever the period. Small numbers are hidden unless the reader is cleared for every trust that they come from.
    """
    key = _key(scope, measure, period_kind, where, by)
    found = desk.kept_answer(key, lambda: many(scope, desk, [measure], period_kind=period_kind, where=where, by=by)[measure])
    return tuple(Series(one.measure, one.key, one.title, one.points[-last:]) for one in found) if last else found


def series_together(
    scope: Scope, desk: Desk, measures: Sequence[str], *, period_kind: str, where: Where, by: str | None = None
) -> dict[str, tuple[Series, ...]]:
    """The series of several measures, by slug, read together and kept, so that `series` of any of them costs nothing more."""
    found = many(scope, desk, measures, period_kind=period_kind, where=where, by=by)
    return {
        slug: desk.kept_answer(_key(scope, slug, period_kind, where, by), lambda ones=ones: ones) for slug, ones in found.items()
    }


def _key(scope: Scope, measure: str, period_kind: str, where: Where, by: str | None) -> Hashable:
    return ("series", scope.trusts, scope.clearance, measure, period_kind, tuple(sorted(where.items())), by)


def every_series(scope: Scope, desk: Desk, *, period_kind: str, where: Where) -> dict[str, tuple[Series, ...]]:
    """The whole series of every measure of the catalogue, by slug, in one query."""
    key = ("every series", scope.trusts, scope.clearance, period_kind, tuple(sorted(where.items())))
    return desk.kept_answer(key, lambda: many(scope, desk, tuple(measures()), period_kind=period_kind, where=where))


def cuts_of(desk: Desk, measure: Measure) -> tuple[Dimension, ...]:
    """What can cut the measure in this snapshot: the dimensions that its table has."""
    name = table_of(measure)
    columns = desk.kept_answer(("columns", name), lambda: frozenset(desk.table(name).columns) if desk.has(name) else frozenset())
    return tuple(one for one in dimensions_of(measure.table) if one.name in columns or one.name in UNITS)


def many(
    scope: Scope, desk: Desk, measures: Sequence[str], *, period_kind: str, where: Where, by: str | None = None
) -> dict[str, tuple[Series, ...]]:
    """The series of several measures, by slug, those that are stored in one query."""
    assert by is None or by in DIMENSIONS, f"{by} is not a dimension"
    if where.get("trust"):
        scope.require_trust(where["trust"])
    asked = _Asked(scope, desk, period_kind, where, by)
    chosen = [measure_of(slug) for slug in measures]
    stored = _stored(asked, [one for one in chosen if asked.is_stored(one)])
    rows = {one.slug: stored[one.slug] if one.slug in stored else _worked_out(asked, one) for one in chosen}
    shared = asked.shared(chosen)
    return {one.slug: _series(asked, one, rows[one.slug], shared.get(one.slug)) for one in chosen}


@dataclass(frozen=True)
class _Asked:
    """A question: by whom, of which snapshot, over which periods, within what, and split by what."""

    scope: Scope
    desk: Desk
    period_kind: str
    where: Where
    by: str | None

    @property
    def cut(self) -> str:
        """The cut that is not a unit; empty where there is none."""
        return self.by if self.by is not None and self.by not in UNITS else ""

    def is_stored(self, measure: Measure) -> bool:
        """Whether the snapshot's own series hold it: every measure by unit, and by the cuts that are kept of it."""
        if not self.cut:
            return True
        is_kept = self.cut in kept_cuts(measure) and "site" not in self.where
        return is_kept and (self.period_kind in ("month", "now") or measure.is_current_only)

    def shared(self, chosen: Sequence[Measure]) -> dict[str, SharedPlaces]:
        """What is hidden of each measure; nothing is where the reader is cleared for every trust that is asked for."""
        trusts = {self.where["trust"]} if self.where.get("trust") else self.scope.trusts
        if trusts <= self.scope.own_trusts or self.scope.holds(self.where):
            return {}
        uncleared = frozenset(self.desk.manifest.trusts) - self.scope.own_trusts
        is_placed = self.by in PARTS or any(self.where.get(part) for part in PARTS)
        placed = frozenset(trusts) if is_placed and not self.cut else frozenset()
        return shared_places(self.desk, chosen, period_kind=self.period_kind, uncleared=uncleared, placed=placed)


class _Sums:
    """Numerators, denominators and bands summed by key and period."""

    def __init__(self) -> None:
        self._at: dict[tuple[Hashable, date], Sums] = {}

    def add(self, key: Hashable, row: dict) -> None:
        """Add one row of sums."""
        numerator, denominator, bands = self.at(key, row["period_end"])
        if row["band"] is not None:
            bands = bands | {row["band"]: bands.get(row["band"], 0.0) + row["numerator"]}
        self._at[key, row["period_end"]] = (numerator + row["numerator"], denominator + row["denominator"], bands)

    def at(self, key: Hashable, end: date) -> Sums:
        """The sums of a key in a period; nothing where no row came."""
        return self._at.get((key, end), (0.0, 0.0, {}))


def _stored(asked: _Asked, measures: Sequence[Measure]) -> dict[str, list[dict]]:
    """The rows of each measure from the snapshot's own series, in one query."""
    kinds = {one.histogram or one.slug: "now" if one.is_current_only else asked.period_kind for one in measures}
    table = asked.scope.totals(asked.desk.table("series")).filter(lambda series: series.cut == asked.cut)
    is_asked = [
        table.measure.isin(sorted(slug for slug, one in kinds.items() if one == kind)) & (table.period_kind == kind)
        for kind in sorted(set(kinds.values()))
    ]
    if not is_asked:
        return {}
    table = table.filter(reduce(lambda left, right: left | right, is_asked))
    for name, value in asked.where.items():
        table = table.filter(table[name] == value)
    found: dict[str, list[dict]] = {}
    for row in asked.desk.rows(_summed(table, "cut_value" if asked.cut else asked.by)).to_pylist():
        found.setdefault(row["measure"], []).append(row)
    return {one.slug: found.get(one.histogram or one.slug, []) for one in measures}


def _worked_out(asked: _Asked, measure: Measure) -> list[dict]:
    """The sums counted afresh from the measure's own fact; nothing where the snapshot lacks the fact or the fact the dimension."""
    desk, name = asked.desk, table_of(measure)
    if not desk.has(name):
        return []
    rows = asked.scope.totals(desk.table(name))
    if asked.by is not None and asked.by not in rows.columns:
        return []
    for unit, value in asked.where.items():
        held = rows[unit].cast("string").fill_null(UNKNOWN) if unit in rows.columns else ibis.literal(UNKNOWN)
        rows = rows.filter(held == value)
    dimensions = tuple(dict.fromkeys(("trust", *([asked.by] if asked.by else []))))
    tables = _counts(asked, measure, rows, dimensions)
    return [row for table in tables for row in desk.rows(_summed(table, asked.by)).to_pylist()]


def table_of(measure: Measure) -> str:
    """The table that a measure is counted from: of RTT's the clocks, or the list where it has no history."""
    if not measure.is_of_clocks:
        return measure.table
    return "rtt_waits" if measure.is_current_only else "rtt_clocks"


def _counts(asked: _Asked, measure: Measure, rows: Table, by: Sequence[str]) -> list[Table]:
    day, kind = asked.desk.as_of, asked.period_kind
    if not measure.is_of_clocks:
        kind = "now" if measure.is_current_only else kind
        return fact_counts([measure], rows, periods=[Running(kind, day, _COUNTS[kind])], by=by)
    if measure.is_current_only:
        return current([measure], rows, day=day, by=by)
    return evaluate([measure], rows, periods=[_PERIODS[kind](day)], by=by)


def _summed(table: Table, by: str | None) -> Table:
    """`measure, period_end, key, band, trust` with numerator and denominator summed; divided only afterwards."""
    table = table.mutate(key=table[by] if by else ibis.literal(""))
    return table.group_by("measure", "period_end", "key", "band", "trust").aggregate(
        numerator=table.numerator.sum(), denominator=table.denominator.sum()
    )


def _series(asked: _Asked, measure: Measure, rows: Sequence[dict], shared: SharedPlaces | None) -> tuple[Series, ...]:
    ends = sorted({row["period_end"] for row in rows})
    sums = _Sums()
    for row in rows:
        sums.add(row["key"], row)
    keys = sorted({row["key"] for row in rows} | ({""} if asked.by is None else set()))
    hidden = _hidden(asked, measure, rows, shared) if shared is not None else set()
    names = {code: trust.name for code, trust in asked.desk.manifest.trusts.items()}
    return tuple(
        Series(
            measure=measure.slug,
            key=key,
            title=_title(asked.by, key, names) if asked.by else measure.title,
            points=tuple(_point(measure, end, sums.at(key, end), is_hidden=(key, end) in hidden) for end in ends),
        )
        for key in keys
    )


def _hidden(asked: _Asked, measure: Measure, rows: Sequence[dict], shared: SharedPlaces) -> set[tuple[str, date]]:
    """The keys and periods whose numbers this reader may not see, of whatever trusts they are the sum."""
    trusts: dict[tuple[str, date], set[str]] = {}
    for row in rows:
        trusts.setdefault((row["key"], row["period_end"]), set()).add(row["trust"])
    where = {name: value for name, value in asked.where.items() if name in PARTS and value}
    if asked.cut:
        return _hidden_of_cut(asked, measure, rows, shared, is_finer=bool(where))
    found = set()
    for (key, end), those in trusts.items():
        parts = where | ({asked.by: key} if asked.by in PARTS else {})
        is_one = bool(asked.where.get("trust")) or asked.by == "trust"
        if shared.is_hidden(sorted(those if is_one else asked.scope.trusts), parts, end):
            found.add((key, end))
    return found


def _hidden_of_cut(
    asked: _Asked, measure: Measure, rows: Sequence[dict], shared: SharedPlaces, *, is_finer: bool
) -> set[tuple[str, date]]:
    """Of a cut: a value that is hidden in any trust; all that there is of a cut within a place of a trust, which is not shared."""
    cells: dict[tuple[str, date], dict[str, tuple[float, float]]] = {}
    for row in rows:
        if row["trust"] not in asked.scope.own_trusts:
            values = cells.setdefault((row["trust"], row["period_end"]), {})
            numerator, denominator = values.get(row["key"], (0.0, 0.0))
            values[row["key"]] = numerator + row["numerator"], denominator + row["denominator"]
    found: set[tuple[str, date]] = set()
    for (trust, end), values in cells.items():
        if is_finer:
            hidden = frozenset(key for key, sums in values.items() if measure.counts_people and any(sums))
        else:
            hidden = shared.hidden_values(trust, asked.cut, values, end).values
        found |= {(key, end) for key in hidden}
    return found


def _title(by: str, key: str, names: Mapping[str, str]) -> str:
    if by == "service":
        return service_name(key)
    return names.get(key, key) if by == "trust" else DIMENSIONS[by].title_of(key)


def _point(measure: Measure, end: date, sums: Sums, *, is_hidden: bool) -> Point:
    numerator, denominator, bands = sums
    if is_hidden:
        return Point(end, None, None, None, is_hidden=True)
    value = measure.value_of_bands(bands) if measure.kind == "quantile" else measure.value(numerator, denominator)
    return Point(end, numerator, denominator, value)
