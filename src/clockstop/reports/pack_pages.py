"""The pages of a pack: one a measure, one an exception, and the appendix of definitions."""

from collections.abc import Sequence

from clockstop.answers.series import Point
from clockstop.answers.spc import SpcChart, SpcPoint
from clockstop.answers.spc_sentences import sentence_of
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.measures.targets import targets_of
from clockstop.nhsuk.presenters import day
from clockstop.registers.actions.models import STATUSES
from clockstop.registers.actions.reading import ShownAction
from clockstop.registers.performance.reading import ShownNarrative
from clockstop.reports import figure_words as words
from clockstop.reports import plan_words
from clockstop.reports.pack import ActionLine, Definition, ExceptionPage, KpiRow, MeasurePage, PackPoint, Section
from clockstop.reports.pack_beside import benchmark_said, change_said, chart_of
from clockstop.reports.pack_measure import Gathered, line_said, number_address

WHY = {
    "first": "It is getting worse and, as it runs, will miss its target.",
    "redesign": "As it runs, it will miss its target: waiting does not help, the way of working has to change.",
    "concern": "It is getting worse, and that is more than chance.",
    "watch": "It is getting better, but as it runs will still miss its target: watch it.",
}
_FIRST = ("first", "concern", "redesign", "watch")


def measure_page(gathered: Gathered, row: KpiRow) -> MeasurePage:
    """The page of a measure."""
    measure, chart = measure_of(row.slug), gathered.charts[row.slug]
    sections = (
        _section("What the chart says", _chart_said(gathered, measure, chart)),
        _section("Commentary", _narrative(gathered.written.narratives.get(row.slug), chart.points[-1].point)),
        _section("Standard", _standard(gathered, measure, chart.points[-1].point)),
        _section("Trajectory", _plan(gathered, measure, chart)),
        _section("Benchmark", benchmark_said(gathered, measure)),
        _section("Data quality", (f"Kite mark: {row.quality_said}.",) if row.quality_said else ()),
    )
    return MeasurePage(
        slug=row.slug,
        chart=chart_of(gathered, row),
        sections=tuple(one for one in sections if one.paragraphs),
        points=tuple(_point(one) for one in chart.points),
    )


def exceptions(gathered: Gathered, rows: Sequence[KpiRow]) -> tuple[ExceptionPage, ...]:
    """The measures that the rules call out, what needs looking at first in front (operations.md 8.3 and 8.5)."""
    called = sorted((row for row in rows if row.attention), key=lambda row: _FIRST.index(row.attention))
    return tuple(_exception(gathered, row) for row in called)


def definitions(gathered: Gathered, rows: Sequence[KpiRow]) -> tuple[Definition, ...]:
    """How each measure of the pack is counted."""
    return tuple(_definition(gathered, row) for row in rows)


def _section(title: str, paragraphs: Sequence[str]) -> Section:
    return Section(title=title, paragraphs=tuple(one for one in paragraphs if one))


def _chart_said(gathered: Gathered, measure: Measure, chart: SpcChart) -> list[str]:
    """What the chart says with its figures, its caution, and why the figure moved."""
    if chart.points[-1].value is None:
        return [f"{words.said(measure, chart.points[-1].point)[:1].upper()}{words.said(measure, chart.points[-1].point)[1:]}."]
    said = sentence_of(chart, lambda value: line_said(measure, value))
    return [said, chart.note, *change_said(gathered, measure)]


def _point(found: SpcPoint) -> PackPoint:
    point = found.point
    return PackPoint(
        period_end=point.period_end,
        numerator=point.numerator,
        denominator=point.denominator,
        value=point.value,
        is_hidden=point.is_hidden,
        mean=found.mean,
        lpl=found.lpl,
        upl=found.upl,
        point_type=found.point_type,
    )


def _narrative(found: ShownNarrative | None, point: Point) -> list[str]:
    """The owner's words, with who wrote them and whether the figure has changed since."""
    if found is None:
        return []
    said = found.standing
    lines = [line for line in said.text.splitlines() if line]
    if said.recovery_date:
        lines.append(f"Recovery is expected by {day(said.recovery_date)}.")
    lines.append(f"Written by {said.by} on {day(said.at.date())}, version {said.number}.")
    if said.is_revised(numerator=point.numerator, denominator=point.denominator, value=point.value):
        lines.append("Revised: the figure has changed since this was written.")
    return lines


def _standard(gathered: Gathered, measure: Measure, point: Point) -> list[str]:
    found = targets_of(measure.slug, level=gathered.level, on=point.period_end)
    said = []
    for one in found:
        gap = words.against_bar(measure, point, one)
        stands = f": {gap}" if gap else ""
        said.append(f"{one.title} {words.value_said(measure, one.value)}{stands}.")
    return said


def _plan(gathered: Gathered, measure: Measure, chart: SpcChart) -> list[str]:
    """The trust's own plan for the month; and whether it has been missed twice running (operations.md 8.5)."""
    plan = gathered.written.plans.get(measure.slug)
    lines = [plan_words.at(measure, plan, one.point) for one in chart.points[-2:]] if plan else []
    if not lines or lines[-1] is None or plan is None:
        return []
    said = plan_words.said(measure, lines[-1])
    found = [f"{said[:1].upper()}{said[1:]}."]
    if len(lines) > 1 and all(line is not None and line.standing == "off plan" for line in lines):
        found.append("Off plan two months running.")
    last = max(plan.months)
    found.append(f"The plan reaches {words.value_said(measure, plan.months[last])} in {last:%B %Y}.")
    return found


def _exception(gathered: Gathered, row: KpiRow) -> ExceptionPage:
    chart = gathered.charts[row.slug]
    narrative = gathered.written.narratives.get(row.slug)
    cause = _narrative(narrative, chart.points[-1].point) or ["Nobody has written of it for this month."]
    measure = measure_of(row.slug)
    recovery = _plan(gathered, measure, chart)
    sections = (
        _section("What the chart says", _chart_said(gathered, measure, chart)),
        _section("Cause and recovery", cause),
        _section("Trajectory", recovery),
    )
    return ExceptionPage(
        slug=row.slug,
        why=WHY[row.attention],
        sections=tuple(one for one in sections if one.paragraphs),
        actions=tuple(_action(gathered, one) for one in gathered.written.actions_of(row.slug)),
    )


def _action(gathered: Gathered, found: ShownAction) -> ActionLine:
    late = found.days_late(gathered.desk.as_of)
    state = STATUSES[found.status] + (f", {late} {'day' if late == 1 else 'days'} late" if late else "")
    within = "" if found.place == gathered.written.place else found.place.division
    return ActionLine(what=f"{found.text} ({within})" if within else found.text, owner=found.owner, due=day(found.due), state=state)


def _definition(gathered: Gathered, row: KpiRow) -> Definition:
    measure = measure_of(row.slug)
    on = row.period_end or gathered.month
    targets = targets_of(row.slug, level=gathered.level, on=on)
    return Definition(
        slug=row.slug,
        title=row.title,
        definition=measure.definition,
        counted=f"{words.when_counted(measure)}, from {words.counted_from(measure)}.",
        source=measure.source,
        rules=", ".join(measure.rules),
        targets="; ".join(f"{one.title} {words.value_said(measure, one.value)} ({one.source})" for one in targets),
        href=row.href or number_address(gathered, measure, Point(on, None, None, None)),
    )
