"""Any measure of a fact, by any of its columns and any periods: rows open at a census, and rows whose day falls in a period.

Unlike a clock of RTT, which moves between counts on few days (measures/census.py), a row is set down once in each period that
counts it, and the truths are read there: so a measure may use whatever the row says. No Python decision hangs on the day up to
which periods run, so that a query of them can be written once and kept (intake/queries.py).
"""

from collections.abc import Sequence
from functools import reduce

import ibis
from ibis.expr.types import DateValue, Table

from clockstop.measures.dimensions import UNKNOWN
from clockstop.measures.evaluate import long, sums
from clockstop.measures.measure import Measure
from clockstop.measures.periods import Running
from clockstop.measures.spans import FAR, states_of

_PLACE = "period_place"
_KEYS = ("period_kind", "period_end")
_OF_CLOCK = {"by start date": "start_date", "by end date": "end_date"}


def fact_counts(measures: Sequence[Measure], rows: Table, *, periods: Sequence[Running], by: Sequence[str]) -> list[Table]:
    """Tables of `measure, period_kind, period_end, *by, band, numerator, denominator`, to be put end to end.

    A cell of nothing has no row. A measure that has no history is counted on the day itself alone, where `periods` has it; one that
    counts by date is not counted for a single day.
    """
    cells = {name: f"cell_{name}" for name in by}
    rows = rows.mutate(**{cell: rows[name].cast("string").fill_null(UNKNOWN) for name, cell in cells.items()})
    whole = [each for each in periods if each.kind != "now"]
    tables = []
    for group in _alike(measures):
        if group[0].counted != "at census":
            set_down = [_by_date(rows, group[0], each) for each in whole]
        else:
            set_down = [_at_census(rows, each) for each in (_today(periods) if group[0].is_current_only else periods)]
        if set_down:
            counted = ibis.union(*set_down) if len(set_down) > 1 else set_down[0]
            wide = counted.group_by(*_KEYS, *cells.values()).aggregate(**sums(group, counted))
            rows_of = long(group, wide.rename(cells), by)
            tables.append(rows_of.select("measure", *_KEYS, *by, "band", "numerator", "denominator"))
    return tables


def _today(periods: Sequence[Running]) -> list[Running]:
    return [each for each in periods if each.kind == "now"]


def _alike(measures: Sequence[Measure]) -> list[list[Measure]]:
    """The measures that are counted by one query, together."""
    groups: dict[tuple[str, str, bool], list[Measure]] = {}
    for measure in measures:
        assert measure.kind != "quantile", f"{measure.slug}: only RTT keeps bands"
        groups.setdefault((measure.counted, measure.day, measure.is_current_only), []).append(measure)
    return list(groups.values())


def _by_date(rows: Table, measure: Measure, periods: Running) -> Table:
    """The rows whose day falls in one of the periods, each once; a wait that ended has its `days_waited`, if it does not say."""
    day = rows[measure.day or _OF_CLOCK[measure.counted]].cast("date")
    place = periods.place_of(day)
    fell = rows.filter(place.between(periods.after - periods.count, periods.after - 1))
    if "days_waited" not in rows.columns and {"start_date", "end_date"} <= set(rows.columns):
        fell = fell.mutate(days_waited=fell.end_date.delta(fell.start_date, unit="day"))
    return fell.mutate(period_kind=ibis.literal(periods.kind), period_end=periods.end_of(place))


def _at_census(rows: Table, periods: Running) -> Table:
    """Each row once for every census at which one of its states holds, with `census_date`, `days_waited` and its states then."""
    states = states_of(rows)
    assert states, "a census needs a start_date or due_date, and an end_date"
    begins = _earliest([state.since(rows) for state in states.values()])
    ends = reduce(_later, (state.until(rows) for state in states.values()))
    first = ibis.greatest(periods.place_of(begins), periods.after - periods.count)
    last = ibis.least(periods.place_of(ends), periods.after)
    placed = rows.mutate(first_place=first, last_place=last)
    placed = placed.filter((placed.first_place < placed.last_place).fill_null(False))
    each = placed.mutate(**{_PLACE: ibis.range(placed.first_place, placed.last_place).unnest()})
    then = each.drop("first_place", "last_place").mutate(census_date=periods.end_of(each[_PLACE]))
    truths = {
        name: ((state.since(then) <= then.census_date) & (then.census_date < state.until(then))).fill_null(False)
        for name, state in states.items()
    }
    waited = {"days_waited": then.census_date.delta(then.start_date, unit="day")} if "start_date" in rows.columns else {}
    then = then.mutate(**truths, **waited, period_kind=ibis.literal(periods.kind), period_end=then.census_date)
    return then.drop(_PLACE)


def _earliest(days: Sequence[DateValue]) -> DateValue:
    """The first of the days; null only where there is none of them."""
    known = [day.fill_null(FAR) for day in days]
    first = ibis.least(*known) if len(known) > 1 else known[0]
    return first.nullif(FAR)


def _later(one: DateValue, other: DateValue) -> DateValue:
    return ibis.greatest(one, other)
