"""Any measure by any dimension and period, as sums: numerator and denominator are added before they are divided."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce

import ibis
from ibis.expr.types import DateValue, IntegerValue, Table

from clockstop.measures.dimensions import UNKNOWN
from clockstop.measures.measure import Measure
from clockstop.measures.periods import Periods
from clockstop.measures.quantiles import LAST_BAND, band
from clockstop.measures.spans import Span, at_census, span_of

# The place of a period and what a clock adds there, while sums are being made.
_PLACE = "period_place"
# A multiple of 7 beyond any wait: rounding weeks upwards works on positive numbers only.
_EVEN = 70_000


def evaluate(measures: Sequence[Measure], clocks: Table, *, periods: Periods, by: Sequence[str]) -> list[Table]:
    """Tables of `measure, period_end, *by, band, numerator, denominator`, to be put end to end; a cell of nothing has no row.

    `clocks` are rtt_clocks. `band` is null but for histograms. Measures that have no history, or read a column that `clocks`
    do not have, are left out: `current` gives those.
    """
    clocks = _with_cells(clocks, by)
    census = [measure for measure in measures if _has_history(measure, clocks)]
    flows = [measure for measure in measures if measure.counted != "at census" and periods.kind != "now"]
    sums = [measure for measure in census if measure.kind != "quantile"]
    histograms = list({measure.histogram: measure for measure in census if measure.kind == "quantile"}.values())
    tables = [_censuses(sums, clocks, periods, by)] if sums else []
    tables += [_bands(measure, clocks, periods, by) for measure in histograms]
    return tables + [_flows(group, clocks, periods, by) for group in _by_date(flows)]


def current(measures: Sequence[Measure], waits: Table, *, day: date, by: Sequence[str]) -> list[Table]:
    """The same for the census measures on the day of the list itself, `waits` being rtt_waits, whose every column they may read."""
    waits = _with_cells(with_today(waits, day), by)
    sums = [measure for measure in measures if measure.counted == "at census" and measure.kind != "quantile"]
    wide = waits.group_by(*by).aggregate(**_sums(sums, waits))
    return [_long(sums, wide.mutate(period_end=ibis.date(day)), by)] if sums else []


def with_today(waits: Table, day: date) -> Table:
    """rtt_waits with the truths that measures read: each state on `day`, `census_date` and the end of the financial year."""
    year_end = date(day.year + (day.month > 3), 3, 31)
    return at_census(waits, day).mutate(census_date=ibis.date(day), year_end_date=ibis.date(year_end))


def _has_history(measure: Measure, clocks: Table) -> bool:
    if measure.counted != "at census" or measure.is_current_only:
        return False
    needs = span_of(measure.numerator).needs | span_of(measure.denominator).needs
    return needs <= set(clocks.columns)


def _with_cells(clocks: Table, by: Sequence[str]) -> Table:
    """The rows with every dimension as text, `unknown` where it is null."""
    return clocks.mutate(**{name: clocks[name].cast("string").fill_null(UNKNOWN) for name in by})


def _by_date(measures: Iterable[Measure]) -> list[list[Measure]]:
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        groups.setdefault(measure.counted, []).append(measure)
    return list(groups.values())


def _flows(measures: Sequence[Measure], clocks: Table, periods: Periods, by: Sequence[str]) -> Table:
    """The clocks that ended (or started) in each period, those that passed to another trust before not among them."""
    day = clocks.end_date if measures[0].counted == "by end date" else clocks.start_date
    is_ours = (day < clocks.responsibility_passed_date).fill_null(True)
    is_within = day.between(ibis.date(periods.first_day()), ibis.date(periods.ends[-1]))
    counted = clocks.filter(is_ours & is_within).mutate(**{_PLACE: periods.index_of(day)})
    counted = counted.mutate(days_waited=counted.end_date.delta(counted.start_date, unit="day"))
    wide = counted.group_by(*by, _PLACE).aggregate(**_sums(measures, counted))
    return _long(measures, wide.mutate(period_end=periods.end_of(wide[_PLACE])), by)


def _censuses(measures: Sequence[Measure], clocks: Table, periods: Periods, by: Sequence[str]) -> Table:
    """A census at the end of every period, in one pass: what enters each period less what leaves it, summed along."""
    declared = {f"{part}_{place}": span for place, measure in enumerate(measures) for part, span in _spans(measure)}
    spans = list(dict.fromkeys(declared.values()))
    levels = _levels(_steps(spans, clocks, periods, by), len(spans), periods, by)
    wide = levels.select(
        *by,
        period_end=periods.end_of(levels[_PLACE]),
        **{name: levels[f"span_{spans.index(span)}"] for name, span in declared.items()},
    )
    return _long(measures, wide, by)


def _spans(measure: Measure) -> list[tuple[str, Span]]:
    whole = span_of(measure.denominator)
    part = span_of(measure.numerator)
    # A share's or count's numerator lies within its denominator; a rate's two sides stand each on its own.
    return [("numerator", part if measure.kind == "rate" else part & whole), ("denominator", whole)]


def _steps(spans: Sequence[Span], clocks: Table, periods: Periods, by: Sequence[str]) -> Table:
    """What enters each span's level in each period and what leaves it, one row a cell and period in which something moves.

    Spans that begin alike, or end alike, are counted in one grouping.
    """
    ends = {side: [getattr(span, side)(clocks) for span in spans] for side in ("begins", "ends")}
    unlike = {side: list({day.op(): day for day in days}.values()) for side, days in ends.items()}
    which = {side: [_position(unlike[side], day) for day in days] for side, days in ends.items()}
    places = clocks.select(
        *by, **{f"{side}_{n}": periods.index_of(day) for side, days in unlike.items() for n, day in enumerate(days)}
    )
    steps = []
    for side, sign in (("begins", 1), ("ends", -1)):
        for n in range(len(unlike[side])):
            sums = {}
            for number in range(len(spans)):
                is_counted = places[f"begins_{which['begins'][number]}"] < places[f"ends_{which['ends'][number]}"]
                is_here = which[side][number] == n
                sums[f"span_{number}"] = sign * is_counted.cast("int64").sum() if is_here else ibis.literal(0, "int64")
            here = places[f"{side}_{n}"]
            steps.append(places.filter(here < periods.count).group_by(*by, **{_PLACE: here}).aggregate(**sums))
    return ibis.union(*steps)


def _position(days: Sequence[DateValue], day: DateValue) -> int:
    return next(n for n, other in enumerate(days) if other.op() == day.op())


def _levels(steps: Table, count: int, periods: Periods, by: Sequence[str]) -> Table:
    """The level of each span in every period: steps summed along, and held until the next step."""
    names = [f"span_{number}" for number in range(count)]
    moves = steps.group_by(*by, _PLACE).aggregate(**{name: steps[name].sum() for name in names})
    along = ibis.window(group_by=[moves[name] for name in by], order_by=moves[_PLACE], preceding=None, following=0)
    cells = ibis.window(group_by=[moves[name] for name in by], order_by=moves[_PLACE])
    held = moves.select(
        *by,
        **{name: moves[name].sum().over(along).cast("int64") for name in names},
        from_place=moves[_PLACE],
        to_place=moves[_PLACE].lead().over(cells).fill_null(periods.count),
    )
    is_any = reduce(lambda left, right: left | right, (held[name] != 0 for name in names))
    held = held.filter(is_any)
    return held.select(*by, *names, **{_PLACE: ibis.range(held.from_place, held.to_place).unnest()})


def _bands(measure: Measure, clocks: Table, periods: Periods, by: Sequence[str]) -> Table:
    """The histogram of weeks waited at the end of every period, for the rows that the measure's denominator names."""
    span = span_of(measure.denominator)
    kept = clocks.select(
        *by,
        # Weekly censuses meet a wait every 7 days, so waits of one week of starting walk up the bands together.
        offset=_band_offset(clocks, periods),
        low=periods.index_of(span.begins(clocks)),
        high=periods.index_of(span.ends(clocks)),
    )
    counted = kept.filter(kept.low < kept.high)
    alike = counted.group_by(*by, "offset", "low", "high").aggregate(number=counted.count())
    open_then = alike.select(*by, "offset", "number", **{_PLACE: ibis.range(alike.low, alike.high).unnest()})
    banded = open_then.mutate(band=_band_then(open_then, periods), period_end=periods.end_of(open_then[_PLACE]))
    counts = banded.group_by(*by, "period_end", "band").aggregate(numerator=banded.number.sum().cast("float64"))
    return counts.select(
        measure=ibis.literal(measure.histogram),
        period_end=counts.period_end,
        **{name: counts[name] for name in by},
        band=counts.band.cast("int32"),
        numerator=counts.numerator,
        denominator=counts.numerator,
    )


def _band_offset(clocks: Table, periods: Periods) -> IntegerValue:
    days = ibis.date(periods.first_end).delta(clocks.start_date, unit="day")
    if periods.kind == "week":
        return ((days + 6 + _EVEN) // 7 - _EVEN // 7).cast("int32")
    return days.cast("int32")


def _band_then(waits: Table, periods: Periods) -> IntegerValue:
    if periods.kind == "week":
        return ibis.least(ibis.greatest(waits.offset + waits[_PLACE], 1), LAST_BAND)
    since_first = periods.end_of(waits[_PLACE]).delta(ibis.date(periods.first_end), unit="day")
    return band(waits.offset + since_first)


def _sums(measures: Sequence[Measure], rows: Table) -> dict[str, IntegerValue]:
    """For each measure, the rows of its denominator and, among them, those of its numerator."""
    sums = {}
    for place, measure in enumerate(measures):
        whole = measure.denominator.resolve(rows).fill_null(False)
        part = measure.numerator.resolve(rows).fill_null(False)
        sums[f"numerator_{place}"] = (part if measure.kind == "rate" else part & whole).cast("int64").sum()
        sums[f"denominator_{place}"] = whole.cast("int64").sum()
    return sums


def _long(measures: Sequence[Measure], wide: Table, by: Sequence[str]) -> Table:
    """One row a measure from one column a measure, cells of nothing left out."""
    parts = [
        ibis.struct(
            {
                "measure": ibis.literal(measure.slug),
                "numerator": wide[f"numerator_{place}"].cast("float64"),
                "denominator": wide[f"denominator_{place}"].cast("float64"),
            }
        )
        for place, measure in enumerate(measures)
    ]
    rows = wide.select("period_end", *by, part=ibis.array(parts).unnest())
    rows = rows.select(
        measure=rows.part["measure"],
        period_end=rows.period_end,
        **{name: rows[name] for name in by},
        band=ibis.null("int32"),
        numerator=rows.part["numerator"],
        denominator=rows.part["denominator"],
    )
    return rows.filter((rows.numerator > 0) | (rows.denominator > 0))
