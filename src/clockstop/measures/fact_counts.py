"""Any measure of a fact, by any of its columns and any periods: rows open at a census, and rows whose day falls in a period.

Unlike a clock of RTT, which moves between counts on few days (measures/census.py), a row is set down once in each period that
counts it, and the truths are read there: so a measure may use whatever the row says. No Python decision hangs on the day up to
which periods run, so that a query of them can be written once and kept (intake/queries.py).
"""

from collections.abc import Sequence
from datetime import date
from functools import reduce

import ibis
from ibis.expr.types import DateValue, NumericValue, Table

from clockstop.measures.dimensions import UNKNOWN
from clockstop.measures.evaluate import long, sides
from clockstop.measures.measure import Measure
from clockstop.measures.minute_bands import minute_band
from clockstop.measures.periods import Running
from clockstop.measures.spans import FAR, at_census, states_of

_PLACE = "period_place"
_KEYS = ("period_kind", "period_end")
_OF_CLOCK = {"by start date": "start_date", "by end date": "end_date"}


def fact_counts(measures: Sequence[Measure], rows: Table, *, periods: Sequence[Running], by: Sequence[str]) -> list[Table]:
    """Tables of `measure, period_kind, period_end, *by, band, numerator, denominator`, to be put end to end.

    A cell of nothing has no row. A measure that has no history is counted on the day itself alone, where `periods` has it; one that
    counts by date is not counted for a single day.
    """
    found = ((group, set_down(group, rows, periods=periods, keep=by)) for group in alike(measures))
    return [counted(group, added, by=by) for group, added in found if added is not None]


def rows_behind(measure: Measure, rows: Table, *, first: date, last: date) -> Table:
    """The rows that a period from `first` to `last` counts, each with what it adds: `adds_numerator` and `adds_denominator`.

    A row that adds nothing to either is left out.
    """
    if measure.counted == "at census":
        then = at_census(rows, last).mutate(census_date=ibis.date(last))
    else:
        then = _with_wait(rows.filter(_day_of(measure, rows).between(ibis.date(first), ibis.date(last)).fill_null(False)))
    part, whole = sides(measure, then)
    found = then.mutate(adds_numerator=part.cast("float64"), adds_denominator=whole.cast("float64"))
    return found.filter((found.adds_numerator != 0) | (found.adds_denominator != 0))


def alike(measures: Sequence[Measure]) -> list[list[Measure]]:
    """The measures that are counted together, by the same rows in the same periods."""
    groups: dict[tuple[str, str, bool], list[Measure]] = {}
    for measure in measures:
        groups.setdefault((measure.counted, measure.day, measure.is_current_only), []).append(measure)
    return list(groups.values())


def set_down(group: Sequence[Measure], rows: Table, *, periods: Sequence[Running], keep: Sequence[str]) -> Table | None:
    """Each row once for every period that counts it, with what it adds to each measure and the columns to `keep`.

    None where the measures are not counted in such periods.
    """
    first = group[0]
    if first.counted != "at census":
        placed = [_by_date(rows, first, each) for each in periods if each.kind != "now"]
    else:
        placed = [_at_census(rows, each) for each in periods if each.kind == "now" or not first.is_current_only]
    if not placed:
        return None
    then = ibis.union(*placed) if len(placed) > 1 else placed[0]
    adds: dict[str, NumericValue] = {}
    for place, measure in enumerate(group):
        adds |= _added(measure, then, place)
    return then.select(*_KEYS, **{f"cell_{name}": then[name] for name in dict.fromkeys(keep)}, **adds)


def _added(measure: Measure, then: Table, place: int) -> dict[str, NumericValue]:
    """What each row adds to a measure's sides; for a quantile the band in which it counts, null where it does not."""
    part, whole = sides(measure, then)
    if measure.kind != "quantile":
        return {f"numerator_{place}": part, f"denominator_{place}": whole}
    minutes = then.bind(measure.numerator)[0]
    return {f"band_{place}": ((whole != 0) & minutes.notnull()).ifelse(minute_band(minutes), ibis.null("int64")).cast("int32")}


def counted(group: Sequence[Measure], added: Table, *, by: Sequence[str], chosen: Sequence[Measure] | None = None) -> Table:
    """What was set down, added up for the `chosen`: `measure, period_kind, period_end, *by, band, numerator, denominator`."""
    chosen = group if chosen is None else chosen
    histograms = {one.histogram: group.index(one) for one in chosen if one.kind == "quantile"}
    tables = [_histogram(name, place, added, by) for name, place in histograms.items()]
    plain = [one for one in chosen if one.kind != "quantile"]
    if plain:
        tables.append(_totals(group, added, by=by, chosen=plain))
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _histogram(name: str, place: int, added: Table, by: Sequence[str]) -> Table:
    """How many rows lie in each band: one row a band, under the name of the histogram."""
    banded = added.filter(added[f"band_{place}"].notnull())
    counts = banded.group_by(*_KEYS, *(f"cell_{one}" for one in by), band=banded[f"band_{place}"]).aggregate(
        numerator=banded.count().cast("float64")
    )
    named = {one: counts[f"cell_{one}"].cast("string").fill_null(UNKNOWN) for one in by}
    found = counts.mutate(**named, measure=ibis.literal(name), denominator=counts.numerator)
    return found.select("measure", *_KEYS, *by, "band", "numerator", "denominator")


def _totals(group: Sequence[Measure], added: Table, *, by: Sequence[str], chosen: Sequence[Measure]) -> Table:
    places = [group.index(measure) for measure in chosen]
    totals = {
        f"{side}_{new}": added[f"{side}_{place}"].sum() for new, place in enumerate(places) for side in ("numerator", "denominator")
    }
    wide = added.group_by(*_KEYS, *(f"cell_{name}" for name in by)).aggregate(**totals)
    # Only here are the cells made text: grouping by what an engine holds in few bits is several times cheaper.
    named = wide.mutate(**{name: wide[f"cell_{name}"].cast("string").fill_null(UNKNOWN) for name in by})
    return long(chosen, named, by).select("measure", *_KEYS, *by, "band", "numerator", "denominator")


def _by_date(rows: Table, measure: Measure, periods: Running) -> Table:
    """The rows whose day falls in one of the periods, each once; a wait that ended has its `days_waited`, if it does not say."""
    place = periods.place_of(_day_of(measure, rows))
    fell = rows.filter(place.between(periods.after - periods.count, periods.after - 1))
    return _with_wait(fell).mutate(period_kind=ibis.literal(periods.kind), period_end=periods.end_of(place))


def _day_of(measure: Measure, rows: Table) -> DateValue:
    return rows[measure.day or _OF_CLOCK[measure.counted]].cast("date")


def _with_wait(rows: Table) -> Table:
    if "days_waited" in rows.columns or not {"start_date", "end_date"} <= set(rows.columns):
        return rows
    return rows.mutate(days_waited=rows.end_date.delta(rows.start_date, unit="day"))


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
    then = at_census(then, then.census_date)
    return then.mutate(period_kind=ibis.literal(periods.kind), period_end=then.census_date).drop(_PLACE)


def _earliest(days: Sequence[DateValue]) -> DateValue:
    """The first of the days; null only where there is none of them."""
    known = [day.fill_null(FAR) for day in days]
    first = ibis.least(*known) if len(known) > 1 else known[0]
    return first.nullif(FAR)


def _later(one: DateValue, other: DateValue) -> DateValue:
    return ibis.greatest(one, other)
