"""The table `series` of a snapshot: every measure, week and month, by unit and by each cut that is kept."""

from datetime import date

import ibis
from ibis.expr.types import Table

from clockstop.measures.catalogue import measures
from clockstop.measures.dimensions import CUT_UNITS, STORED_CUTS, UNITS
from clockstop.measures.evaluate import current, evaluate
from clockstop.measures.periods import Periods, months_to, on_day, weeks_to

WEEKS = 130


def series_of(clocks: Table, *, as_of: date, weeks: int = WEEKS, waits: Table | None = None) -> list[Table]:
    """Tables of the columns of `series`, to be put end to end; every one comes from `clocks` (rtt_clocks) or `waits` (rtt_waits).

    By unit: every week that ended on a Sunday and every month, to `as_of`. By cut: every month. Under the kind `now`: the
    day `as_of` itself, with the measures that have no history, where `waits` are given.
    """
    whole = (weeks_to(as_of, weeks), months_to(as_of, months_in(weeks)))
    tables = [table for periods in whole for table in _by_unit(clocks, periods)]
    for cut in STORED_CUTS:
        tables += _by_cut(clocks, whole[1], cut)
        tables += _by_cut_now(waits, as_of, cut)
    return tables + _by_unit(clocks, on_day(as_of)) + _by_unit_now(waits, as_of)


def months_in(weeks: int) -> int:
    """The whole months that so many weeks hold."""
    return weeks * 12 // 52


def _by_unit(clocks: Table, periods: Periods) -> list[Table]:
    tables = evaluate(tuple(measures().values()), clocks, periods=periods, by=UNITS)
    return [_as_stored(table, periods.kind, cut="") for table in tables]


def _by_cut(clocks: Table, periods: Periods, cut: str) -> list[Table]:
    # Histograms by cut would be most of the table; quantiles by cut are worked out when asked for.
    kept = tuple(measure for measure in measures().values() if measure.kind != "quantile")
    tables = evaluate(kept, clocks, periods=periods, by=(*CUT_UNITS, cut))
    return [_as_stored(table, periods.kind, cut=cut) for table in tables]


def _by_unit_now(waits: Table | None, as_of: date) -> list[Table]:
    only_now = [measure for measure in measures().values() if measure.is_current_only]
    tables = [] if waits is None else current(only_now, waits, day=as_of, by=UNITS)
    return [_as_stored(table, "now", cut="") for table in tables]


def _by_cut_now(waits: Table | None, as_of: date, cut: str) -> list[Table]:
    only_now = [measure for measure in measures().values() if measure.is_current_only]
    tables = [] if waits is None else current(only_now, waits, day=as_of, by=(*CUT_UNITS, cut))
    return [_as_stored(table, "now", cut=cut) for table in tables]


def _as_stored(table: Table, kind: str, *, cut: str) -> Table:
    return table.select(
        measure=table.measure,
        period_kind=ibis.literal(kind),
        period_end=table.period_end,
        trust=table.trust,
        division=table.division,
        service=table.service,
        site=table.site if not cut else ibis.literal(""),
        cut=ibis.literal(cut),
        cut_value=table[cut] if cut else ibis.literal(""),
        band=table.band,
        numerator=table.numerator,
        denominator=table.denominator,
    )
