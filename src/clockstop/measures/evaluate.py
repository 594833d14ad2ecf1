"""Any measure by any dimension and period, as sums: numerator and denominator are added before they are divided."""

from collections.abc import Iterable, Sequence
from datetime import date

import ibis
from ibis import Deferred
from ibis.expr.types import BooleanValue, DateValue, IntegerValue, NumericValue, Table

from clockstop.measures.census import CELL, PLACE, censuses
from clockstop.measures.dimensions import UNKNOWN
from clockstop.measures.measure import Counted, Measure, Side
from clockstop.measures.periods import Periods
from clockstop.measures.spans import at_census, span_of
from clockstop.rules.rtt_bands import OPEN_BAND, band

# A multiple of 7 beyond any wait in days: weeks are rounded up on positive numbers only.
_EVEN = 70_000


def evaluate(measures: Sequence[Measure], clocks: Table, *, periods: Sequence[Periods], by: Sequence[str]) -> list[Table]:
    """Tables of `measure, period_kind, period_end, *by, band, numerator, denominator`, to be put end to end.

    `clocks` are rtt_clocks. A cell of nothing has no row. `band` is null but for histograms. Measures that have no history, or
    read a column that `clocks` do not have, are left out: `current` gives those.
    """
    clocks, cells = _in_cells(clocks, by)
    census = [measure for measure in measures if has_history(measure, clocks)]
    counted = [measure for measure in census if measure.kind != "quantile"]
    histograms = {measure.histogram: measure for measure in census if measure.kind == "quantile"}
    tables = [long(counted, censuses(counted, clocks, periods), (CELL,))] if counted else []
    whole = [each for each in periods if each.kind != "now"]
    for group in _by_date([measure for measure in measures if measure.counted != "at census"]):
        tables += [long(group, _flows(group, clocks, each), (CELL,)) for each in whole]
    tables += [_bands(measure, clocks, each) for measure in histograms.values() for each in periods]
    return [_named(table, cells, by) for table in tables]


def current(measures: Sequence[Measure], waits: Table, *, day: date, by: Sequence[str]) -> list[Table]:
    """The same for census measures on the day of the list itself, `waits` being rtt_waits, whose every column they may read."""
    counted = [measure for measure in measures if measure.counted == "at census" and measure.kind != "quantile"]
    if not counted:
        return []
    waits, cells = _in_cells(with_today(waits, day), by)
    wide = waits.group_by(CELL).aggregate(**sums(counted, waits))
    wide = wide.mutate(period_kind=ibis.literal("now"), period_end=ibis.date(day))
    return [_named(long(counted, wide, (CELL,)), cells, by)]


def with_today(waits: Table, day: date) -> Table:
    """The rows of any fact with what measures read: each state on `day`, `census_date` and the end of the financial year."""
    today = ibis.date(day)
    year_end = ibis.date(today.year() + (today.month() > 3).cast("int32"), 3, 31)
    return at_census(waits, day).mutate(census_date=today, year_end_date=year_end)


def truth_of(rows: Table, truth: Side) -> BooleanValue:
    """The declared truth about each row; false where it cannot be known."""
    return rows.bind(truth)[0].fill_null(False)


def has_history(measure: Measure, clocks: Table) -> bool:
    """Whether `clocks` can tell the measure at any census, not only on the day of the list."""
    if measure.counted != "at census" or measure.is_current_only:
        return False
    assert isinstance(measure.numerator, Deferred), f"{measure.slug} has a history"
    assert isinstance(measure.denominator, Deferred), f"{measure.slug} has a history"
    return span_of(measure.numerator).needs | span_of(measure.denominator).needs <= set(clocks.columns)


def _in_cells(rows: Table, by: Sequence[str]) -> tuple[Table, Table]:
    """The rows with the number of their cell, and the cells: each combination of dimensions, as text, once.

    Counting by one number is several times cheaper than by four texts.
    """
    named = rows.mutate(**{f"cell_{name}": rows[name].cast("string").fill_null(UNKNOWN) for name in by})
    names = [f"cell_{name}" for name in by]
    cells = named.select(*names).distinct()
    cells = cells.mutate(**{CELL: ibis.row_number().over(order_by=[cells[name] for name in names]).cast("int32")})
    joined = named.inner_join(cells, names).drop(*names)
    return joined, cells.rename({name: f"cell_{name}" for name in by})


def _named(table: Table, cells: Table, by: Sequence[str]) -> Table:
    rows = table.inner_join(cells, CELL)
    return rows.select("measure", "period_kind", "period_end", *by, "band", "numerator", "denominator")


def _by_date(measures: Iterable[Measure]) -> list[list[Measure]]:
    groups: dict[str, list[Measure]] = {}
    for measure in measures:
        groups.setdefault(measure.counted, []).append(measure)
    return list(groups.values())


def _flows(measures: Sequence[Measure], clocks: Table, periods: Periods) -> Table:
    """The clocks that ended (or started) in each period, those that passed to another trust before not among them."""
    clocks = clocks.mutate(flow_day=flow_day(clocks, measures[0].counted))
    counted = clocks.filter(clocks.flow_day.between(ibis.date(periods.first_day()), ibis.date(periods.ends[-1])))
    counted = with_days_run(counted.mutate(**{PLACE: periods.index_of(counted.flow_day)}))
    wide = counted.group_by(CELL, PLACE).aggregate(**sums(measures, counted))
    return wide.mutate(period_kind=ibis.literal(periods.kind), period_end=periods.end_of(wide[PLACE]))


def flow_day(clocks: Table, counted: Counted) -> DateValue:
    """The day on which each clock ended (or started); null where it had passed to another trust by then."""
    day = clocks.end_date if counted == "by end date" else clocks.start_date
    is_ours = (day < clocks.responsibility_passed_date).fill_null(True)
    return is_ours.ifelse(day, ibis.null("date"))


def with_days_run(clocks: Table) -> Table:
    """The clocks with the days that each ran until it stopped, which flows call `days_waited` too."""
    return clocks.mutate(days_waited=clocks.end_date.delta(clocks.start_date, unit="day"))


def sums(measures: Sequence[Measure], rows: Table) -> dict[str, NumericValue]:
    """For each measure, the rows of its denominator (or their amounts) and, among them, those of its numerator."""
    found = {}
    for place, measure in enumerate(measures):
        part, whole = sides(measure, rows)
        found[f"numerator_{place}"] = part.sum()
        found[f"denominator_{place}"] = whole.sum()
    return found


def sides(measure: Measure, rows: Table) -> tuple[NumericValue, NumericValue]:
    """What each row adds to the numerator and to the denominator; what cannot be known adds nothing.

    The numerator lies within the rows of the denominator, but for a rate, and where the denominator is an amount.
    """
    part, whole = (rows.bind(side)[0] for side in (measure.numerator, measure.denominator))
    is_within = whole.type().is_boolean() and measure.kind != "rate"
    number = _number(part)
    if is_within:
        within = whole.fill_null(False)
        number = _number(part.fill_null(False) & within) if part.type().is_boolean() else within.ifelse(number, 0.0)
    if not measure.weight:
        return number, _number(whole)
    weight = rows[measure.weight].cast("float64").fill_null(0.0)
    return number * weight, _number(whole) * weight


def _number(side: ibis.Value) -> NumericValue:
    if side.type().is_boolean():
        return side.fill_null(False).cast("int64")
    return side.cast("float64").fill_null(0.0)


def _bands(measure: Measure, clocks: Table, periods: Periods) -> Table:
    """The histogram of weeks waited at the end of every period, for the rows that the measure's denominator names."""
    assert isinstance(measure.denominator, Deferred), f"{measure.slug} has a history"
    span = span_of(measure.denominator)
    clocks = clocks.filter(clocks.start_date.notnull())
    kept = clocks.select(
        CELL,
        # Weekly censuses meet a wait every 7 days, so waits that began in one week walk up the bands together.
        offset=_band_offset(clocks, periods),
        low=periods.index_of(span.begins(clocks)),
        high=periods.index_of(span.ends(clocks)),
    )
    counted = kept.filter(kept.low < kept.high)
    alike = counted.group_by(CELL, "offset", "low", "high").aggregate(number=counted.count())
    open_then = alike.select(CELL, "offset", "number", **{PLACE: ibis.range(alike.low, alike.high).unnest()})
    banded = open_then.mutate(band=_band_then(open_then, periods).cast("int32"))
    counts = banded.group_by(CELL, PLACE, "band").aggregate(numerator=banded.number.sum().cast("float64"))
    return counts.select(
        CELL,
        "band",
        "numerator",
        measure=ibis.literal(measure.histogram),
        period_kind=ibis.literal(periods.kind),
        period_end=periods.end_of(counts[PLACE]),
        denominator=counts.numerator,
    )


def _band_offset(clocks: Table, periods: Periods) -> IntegerValue:
    days = ibis.date(periods.first_end).delta(clocks.start_date, unit="day")
    if periods.kind == "week":
        return ((days + 6 + _EVEN) // 7 - _EVEN // 7).cast("int32")
    return days.cast("int32")


def _band_then(waits: Table, periods: Periods) -> IntegerValue:
    if periods.kind == "week":
        return ibis.least(ibis.greatest(waits.offset + waits[PLACE], 1), OPEN_BAND)
    since_first = periods.end_of(waits[PLACE]).delta(ibis.date(periods.first_end), unit="day")
    return band(waits.offset + since_first)


def long(measures: Sequence[Measure], wide: Table, keys: Sequence[str]) -> Table:
    """One row a measure from one column a measure, beside the keys of its cell; cells of nothing left out."""
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
    rows = wide.select("period_kind", "period_end", *keys, part=ibis.array(parts).unnest())
    rows = rows.select(
        "period_kind",
        "period_end",
        *keys,
        measure=rows.part["measure"],
        band=ibis.null("int32"),
        numerator=rows.part["numerator"],
        denominator=rows.part["denominator"],
    )
    return rows.filter((rows.numerator != 0) | (rows.denominator != 0))
