"""What stands beside a measure in a pack: its chart, why it changed, and how others do."""

import json
from collections.abc import Mapping

from clockstop.answers.benchmark import benchmark_of
from clockstop.answers.change import change_of
from clockstop.dates import add_months, month_end, month_start
from clockstop.errors import UnknownName
from clockstop.measures.measure import Measure
from clockstop.measures.published_as import published_as
from clockstop.reports.benchmark_words import finding, month_said, notes
from clockstop.reports.change_words import why
from clockstop.reports.pack import KpiRow, PackChart
from clockstop.reports.pack_measure import Gathered
from clockstop.reports.sentences import plain
from clockstop.reports.spc_chart import drawn_by, limits_said, spc_chart

WIDTH, HEIGHT = 900, 330
# How the note begins that says that our figures are of another month than those they are compared with.
OTHER_MONTH = "Ours are of"


def chart_of(gathered: Gathered, row: KpiRow) -> PackChart | None:
    """The SPC chart of a measure with the trust's own plan; None where there is but one month."""
    chart = gathered.charts[row.slug]
    if len(chart.points) < 2:
        return None
    plan = gathered.written.plans.get(row.slug)
    spec = spc_chart(chart, plan=tuple(plan.months.items()) if plan else (), width=WIDTH, height=HEIGHT)
    range_said = limits_said(chart)
    expected = f" Expected range {range_said}." if range_said else ""
    alt = f"{row.when}: {row.value_said}.{expected} {chart.sentence} {drawn_by(chart)}"
    return PackChart(spec=json.dumps(spec, separators=(",", ":")), title=f"{row.title}, by month", alt=alt)


def change_said(gathered: Gathered, measure: Measure) -> tuple[str, ...]:
    """Why the figure moved since the month before, in sentences; nothing where there is no split of it."""
    by = level_below(gathered.where)
    first = month_end(add_months(month_start(gathered.month), -1))
    try:
        change = change_of(
            gathered.scope, gathered.desk, measure.slug, where=gathered.where, by=by, period_kind="month", first=first,
            last=gathered.month,
        )  # fmt: skip
    except UnknownName:  # nothing was counted in the month before
        return ()
    return tuple(plain(one) for one in why(change, gathered.scope)) if change.first is not None else ()


def benchmark_said(gathered: Gathered, measure: Measure) -> tuple[str, ...]:
    """Where the trust stands in England, or the trusts of the group beside each other; nothing of a division or without others."""
    if "division" in gathered.where or ("trust" in gathered.where and not published_as(measure.slug)):
        return ()
    found = benchmark_of(gathered.scope, gathered.desk, measure.slug, trust=gathered.where.get("trust", ""))
    if not found.is_published and len(found.ours) < 2:
        return ()
    of = (f"Published figures of {month_said(found.month)}: {found.source}.",) if found.is_published else ()
    apart = [one for one in notes(found) if one.startswith(OTHER_MONTH)]
    return (*finding(found), *of, *apart)


def level_below(where: Mapping[str, str]) -> str:
    """By what a change is split: the level below the place."""
    if "trust" not in where:
        return "trust"
    return "service" if "division" in where else "division"
