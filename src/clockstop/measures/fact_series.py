"""The rows of `series` that one fact table gives: every measure of it, week and month, by unit and by each cut that is kept."""

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr.types import Table

from clockstop.measures.catalogue import measures_of
from clockstop.measures.dimensions import CUT_UNITS, STORED_CUTS, UNITS, UNKNOWN
from clockstop.measures.fact_counts import alike, counted, set_down
from clockstop.measures.measure import Measure
from clockstop.measures.periods import Running
from clockstop.measures.series import WEEKS, as_stored, is_kept_by_cut, months_in


def fact_series_of(table: str, rows: Table, *, as_of: date, weeks: int = WEEKS) -> list[Table]:
    """Tables of the columns of `series`, to be put end to end: every measure of the fact `table` over its `rows`."""
    return series_of_measures(measures_of(table), rows, as_of=as_of, weeks=weeks)


def series_of_measures(kept: Sequence[Measure], rows: Table, *, as_of: date, weeks: int) -> list[Table]:
    """The same of these measures.

    By unit: every week that ended on a Sunday, every month, and the day `as_of` itself of the kind `now`. By cut: months and the
    day; headline measures by the cuts that are kept, any measure by those that it declares. `as_of` only stands in expressions.
    """
    rows = _with_units(rows)
    by_week = (Running("week", as_of, weeks),)
    others = (Running("month", as_of, months_in(weeks)), Running("now", as_of, 1))
    tables = []
    for group in alike(kept):
        weekly = set_down(group, rows, periods=by_week, keep=UNITS)
        if weekly is not None:
            tables.append(as_stored(counted(group, weekly, by=UNITS)))
        tables.append(_by_unit_and_cut(group, rows, others))
    return tables


def kept_cuts(measure: Measure) -> tuple[str, ...]:
    """The cuts by which a refresh keeps the measure's months."""
    return tuple(dict.fromkeys((*(STORED_CUTS if is_kept_by_cut(measure) else ()), *measure.cuts)))


def _by_unit_and_cut(group: Sequence[Measure], rows: Table, periods: Sequence[Running]) -> Table:
    """The counts by unit, then by each cut that the rows have: one query, in which each row is set down once."""
    cuts = [cut for cut in dict.fromkeys(cut for measure in group for cut in kept_cuts(measure)) if cut in rows.columns]
    added = set_down(group, rows, periods=periods, keep=(*UNITS, *cuts))
    assert added is not None, "a month or a day counts every measure"
    parts = [as_stored(counted(group, added, by=UNITS))]
    for cut in cuts:
        chosen = [measure for measure in group if cut in kept_cuts(measure)]
        by_cut = counted(group, added, by=(*CUT_UNITS, cut), chosen=chosen)
        parts.append(as_stored(by_cut.mutate(cut=ibis.literal(cut), cut_value=by_cut[cut])))
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def _with_units(rows: Table) -> Table:
    """The rows with every unit, not known where the fact does not say."""
    missing = [name for name in UNITS if name not in rows.columns]
    return rows.mutate(**{name: ibis.literal(UNKNOWN) for name in missing}) if missing else rows
