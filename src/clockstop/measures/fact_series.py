"""The rows of `series` that one fact table gives: every measure of it, week and month, by unit and by each cut that is kept."""

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
from ibis.expr.types import Table

from clockstop.measures.catalogue import measures_of
from clockstop.measures.dimensions import CUT_UNITS, STORED_CUTS, UNITS, UNKNOWN
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.measure import Measure
from clockstop.measures.periods import Running
from clockstop.measures.series import CUT, WEEKS, as_stored, is_kept_by_cut, months_in, stacked


def fact_series_of(table: str, rows: Table, *, as_of: date, weeks: int = WEEKS) -> list[Table]:
    """Tables of the columns of `series`, to be put end to end: every measure of the fact `table` over its `rows`."""
    return series_of_measures(measures_of(table), rows, as_of=as_of, weeks=weeks)


def series_of_measures(kept: Sequence[Measure], rows: Table, *, as_of: date, weeks: int) -> list[Table]:
    """The same of these measures.

    By unit: every week that ended on a Sunday, every month, and the day `as_of` itself of the kind `now`. By cut: months and the
    day; headline measures by the cuts that are kept, any measure by those that it declares. `as_of` only stands in expressions.
    """
    rows = _with_units(rows)
    kinds = (Running("week", as_of, weeks), Running("month", as_of, months_in(weeks)), Running("now", as_of, 1))
    tables = fact_counts(kept, rows, periods=kinds, by=UNITS)
    for cuts, alike in _by_cuts(kept, rows).items():
        tables += fact_counts(alike, stacked(rows, cuts), periods=kinds[1:], by=(*CUT_UNITS, *CUT))
    return [as_stored(each) for each in tables]


def kept_cuts(measure: Measure) -> tuple[str, ...]:
    """The cuts by which a refresh keeps the measure's months."""
    standing = STORED_CUTS if is_kept_by_cut(measure) else ()
    return tuple(dict.fromkeys((*standing, *measure.cuts)))


def _by_cuts(kept: Sequence[Measure], rows: Table) -> Mapping[tuple[str, ...], list[Measure]]:
    """The measures that are cut alike, by those of their cuts that the rows have."""
    groups: dict[tuple[str, ...], list[Measure]] = {}
    for measure in kept:
        cuts = tuple(cut for cut in kept_cuts(measure) if cut in rows.columns)
        if cuts:
            groups.setdefault(cuts, []).append(measure)
    return groups


def _with_units(rows: Table) -> Table:
    """The rows with every unit, not known where the fact does not say."""
    missing = [name for name in UNITS if name not in rows.columns]
    return rows.mutate(**{name: ibis.literal(UNKNOWN) for name in missing}) if missing else rows
