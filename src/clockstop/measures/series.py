"""The table `series` of a snapshot: every measure of RTT, week and month, by unit and by each cut that is kept.

This is the form as expressions, which any engine runs. A refresh counts with measures/tally.py, which gives the same rows.
"""

from collections.abc import Sequence
from datetime import date

import ibis
from ibis.expr.types import Table

from clockstop.measures.catalogue import clock_measures
from clockstop.measures.dimensions import CUT_UNITS, STORED_CUTS, UNITS, UNKNOWN
from clockstop.measures.evaluate import current, evaluate
from clockstop.measures.measure import Measure
from clockstop.measures.periods import Periods, months_to, on_day, weeks_to

WEEKS = 130
CUT = ("cut", "cut_value")


def series_of(clocks: Table, *, as_of: date, weeks: int = WEEKS, waits: Table | None = None) -> list[Table]:
    """Tables of the columns of `series`, to be put end to end; every one comes from `clocks` (rtt_clocks) or `waits` (rtt_waits).

    By unit: every week that ended on a Sunday and every month, to `as_of`. By cut: every month. Both: the day `as_of`
    itself, of the kind `now`, with the measures that have no history where `waits` are given.
    """
    kinds = (weeks_to(as_of, weeks), months_to(as_of, months_in(weeks)), on_day(as_of))
    every = clock_measures()
    # All measures by every cut would be many times the rest; the others are worked out when asked for.
    headlines = tuple(measure for measure in every if is_kept_by_cut(measure))
    tables = _of(every, clocks, waits, kinds, by=UNITS)
    stacked_waits = None if waits is None else _stacked(waits)
    tables += _of(headlines, _stacked(clocks), stacked_waits, kinds[1:], by=(*CUT_UNITS, *CUT))
    return [as_stored(table) for table in tables]


def is_kept_by_cut(measure: Measure) -> bool:
    """Whether every refresh keeps the measure's series by cuts too."""
    return measure.is_headline and measure.kind != "quantile"


def months_in(weeks: int) -> int:
    """The whole months that so many weeks hold."""
    return max(1, weeks * 12 // 52)


def _of(
    kept: Sequence[Measure], clocks: Table, waits: Table | None, periods: Sequence[Periods], *, by: Sequence[str]
) -> list[Table]:
    tables = evaluate(kept, clocks, periods=periods, by=by)
    if waits is not None:
        only_now = [measure for measure in kept if measure.is_current_only]
        tables += current(only_now, waits, day=periods[-1].first_end, by=by)
    return tables


def _stacked(rows: Table) -> Table:
    """Every row once for each cut that is kept, so that all cuts are counted in one query."""
    pairs = [
        ibis.struct({"cut": ibis.literal(cut), "cut_value": rows[cut].cast("string").fill_null(UNKNOWN)}) for cut in STORED_CUTS
    ]
    stacked = rows.mutate(pair=ibis.array(pairs).unnest())
    return stacked.mutate(cut=stacked.pair["cut"], cut_value=stacked.pair["cut_value"]).drop("pair")


def as_stored(table: Table) -> Table:
    """The counts in the columns of `series`, whether they are by unit or by cut."""
    empty = ibis.literal("")
    has_cut = "cut" in table.columns
    return table.select(
        measure=table.measure,
        period_kind=table.period_kind,
        period_end=table.period_end,
        trust=table.trust,
        division=table.division,
        service=table.service,
        site=empty if has_cut else table.site,
        cut=table.cut if has_cut else empty,
        cut_value=table.cut_value if has_cut else empty,
        band=table.band,
        numerator=table.numerator,
        denominator=table.denominator,
    )
