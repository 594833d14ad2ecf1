"""The measures of a review as the page shows them: the matrix, and what is said of each exception."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from markupsafe import Markup

from clockstop.answers.change import change_of
from clockstop.answers.desk import Desk
from clockstop.answers.review import ReviewLine
from clockstop.answers.spc_sentences import assurance_said, sentence_of, variation_said
from clockstop.errors import UserError
from clockstop.insight.attention import COLUMNS, ROWS
from clockstop.nhsuk.figures import moved
from clockstop.nhsuk.presenters import month
from clockstop.nhsuk.sparklines import sparkline
from clockstop.nhsuk.templating import url
from clockstop.pages.kite_marks import Badge, Marks
from clockstop.pages.review_place import Reviewed, owner_in
from clockstop.registers.actions.reading import ShownAction
from clockstop.registers.performance.reading import Owner, ShownNarrative
from clockstop.registers.trajectories.reading import Plan
from clockstop.reports import change_words, plan_words, spc_icons
from clockstop.reports.figure_words import said, value_said
from clockstop.reports.sentences import Sentence

SPARK_MONTHS = 18
ROW_TITLES = {"improving": "Getting better", "common_cause": "No real change", "concerning": "Getting worse", "neutral": "Moved"}
COLUMN_TITLES = {
    "pass": "Will meet the standard",
    "hit_and_miss": "Hit or miss",
    "fail": "Will miss the standard",
    "": "No standard",
}


@dataclass(frozen=True, kw_only=True)
class ShownLine:
    """A measure of the review in words."""

    slug: str
    title: str
    value: str
    move: str
    href: str
    rank: int
    row: str
    column: str
    advice: str
    is_exception: bool
    is_off_plan: bool
    plan: str
    plan_said: str
    bar: str
    variation: str
    assurance: str
    icons: tuple[Markup, Markup]
    spark: Markup
    quality: Badge | None
    owner: Owner | None


@dataclass(frozen=True, kw_only=True)
class MatrixCell:
    """Where a row of the matrix meets a column."""

    column: str
    lines: tuple[ShownLine, ...]
    is_alarm: bool


@dataclass(frozen=True, kw_only=True)
class ExceptionBox:
    """An exception with all that is said of it."""

    line: ShownLine
    sentence: str
    driver: tuple[Sentence, ...]
    narrative: ShownNarrative | None
    is_revised: bool
    before: ShownNarrative | None
    actions: tuple[ShownAction, ...]
    links: tuple[tuple[str, str], ...]


def shown_lines(
    request: HttpRequest,
    opened: Desk,
    reviewed: Reviewed,
    lines: Sequence[ReviewLine],
    *,
    owners: Mapping,
    plans: Mapping[str, Plan],
) -> tuple[ShownLine, ...]:
    """Every line in words, the exceptions first, then what is off its plan."""
    marks = Marks(request, opened)
    shown = [_line(marks, reviewed, one, owners, plans.get(one.measure.slug)) for one in lines]
    return tuple(sorted(shown, key=lambda line: (not line.is_exception, not line.is_off_plan, line.rank)))


def matrix(lines: Sequence[ShownLine]) -> tuple[list[str], list[tuple[str, tuple[MatrixCell, ...]]]]:
    """The columns, and each row with its cells; what moved though neither way is better has a row only where there is such."""
    judged = [line for line in lines if line.row]
    rows = [*ROWS, *(["neutral"] if any(line.row == "neutral" for line in judged) else [])]
    columns = [*COLUMNS, *([""] if any(not line.column for line in judged) else [])]

    def cell(row: str, column: str) -> MatrixCell:
        found = tuple(line for line in judged if (line.row, line.column) == (row, column))
        return MatrixCell(column=column, lines=found, is_alarm=(row, column) == ("concerning", "fail") and bool(found))

    return columns, [(row, tuple(cell(row, column) for column in columns)) for row in rows]


def boxes(
    request: HttpRequest,
    opened: Desk,
    reviewed: Reviewed,
    pairs: Sequence[tuple[ReviewLine, ShownLine]],
    *,
    narratives: Mapping[str, ShownNarrative],
    before: Mapping[str, ShownNarrative],
    actions: Sequence[ShownAction],
) -> list[ExceptionBox]:
    """One box an exception; `before` is what was said of it the month before, to begin with."""
    return [
        ExceptionBox(
            line=shown,
            sentence=sentence_of(line.chart, lambda value, measure=line.measure: value_said(measure, value)),
            driver=_driver(request, opened, reviewed, line),
            narrative=narratives.get(shown.slug),
            is_revised=is_revised(narratives.get(shown.slug), line),
            before=before.get(shown.slug),
            actions=tuple(one for one in actions if one.measure == shown.slug),
            links=links_of(reviewed, shown.slug),
        )
        for line, shown in pairs
    ]


def is_revised(narrative: ShownNarrative | None, line: ReviewLine) -> bool:
    """Whether the figure is another one than the narrative's writer saw."""
    if narrative is None:
        return False
    point = line.point
    return narrative.standing.is_revised(numerator=point.numerator, denominator=point.denominator, value=point.value)


def links_of(reviewed: Reviewed, slug: str) -> tuple[tuple[str, str], ...]:
    """Where everything behind a measure of the review is."""
    where = reviewed.place.where
    return (
        ("Chart", url("show_measure", slug, **where)),
        ("What changed", url("show_change", slug, **where)),
        ("New limits", url("show_recalculation", reviewed.place.trust, slug, **reviewed.query)),
        ("Narrative, owner and versions", url("show_narrative", reviewed.place.trust, slug, **reviewed.query)),
    )


def lead(lines: Sequence[ShownLine]) -> list[tuple[str, str]]:
    """What the month comes to: how many measures are worse, will miss, are off plan; each number leads to them."""
    worse = [line for line in lines if line.row == "concerning"]
    missing = [line for line in lines if line.column == "fail"]
    off = [line for line in lines if line.is_off_plan]
    better = [line for line in lines if line.row == "improving"]
    parts = [("Of ", ""), (f"{len(lines)} measures", "#all"), (", ", ""), (f"{len(worse)}", "#exceptions" if worse else "")]
    parts += [(f" {'is' if len(worse) == 1 else 'are'} getting worse, ", ""), (f"{len(missing)}", "#exceptions" if missing else "")]
    parts += [(" will miss the standard as things run, and ", ""), (f"{len(better)}", "#all" if better else "")]
    parts += [(f" {'is' if len(better) == 1 else 'are'} getting better.", "")]
    if off:
        parts += [(" ", ""), (f"{len(off)}", "#exceptions"), (f" {'is' if len(off) == 1 else 'are'} off plan.", "")]
    return parts


def _line(marks: Marks, reviewed: Reviewed, line: ReviewLine, owners: Mapping, plan: Plan | None) -> ShownLine:
    measure, chart, point = line.measure, line.chart, line.point
    target, planned = chart.points[-1].target, plan_words.at(measure, plan, point)
    previous = line.previous.value if line.previous else None
    title = chart.points[-1].target_title
    value, move = said(measure, point), moved(measure.kind, point.value, previous, measure.unit)
    return ShownLine(
        slug=measure.slug,
        title=measure.title,
        value=value,
        move=move if previous != point.value else "",
        href=url("show_measure", measure.slug, **reviewed.place.where),
        rank=line.attention.rank,
        row=line.attention.row,
        column=line.attention.column,
        advice=line.attention.advice,
        is_exception=line.attention.is_exception,
        is_off_plan=bool(planned and planned.standing == "off plan"),
        plan=value_said(measure, planned.plan) if planned else "",
        plan_said=f"{plan_words.signed_gap(measure, planned)}, {planned.standing}" if planned and planned.standing else "",
        bar=f"{title} {value_said(measure, target)}" if target is not None else "",
        variation=variation_said(chart.variation),
        assurance=assurance_said(chart.assurance, title or "target"),
        icons=(icon(chart.variation), icon(chart.assurance)),
        spark=_spark(line, f"{measure.title}, {min(SPARK_MONTHS, len(chart.points))} months to {value}"),
        quality=marks.badge(measure.slug, [reviewed.place.trust], point.period_end),
        owner=owner_in(owners, reviewed, measure.slug),
    )


def icon(word: str, *, size: int = 20) -> Markup:
    """The drawing of an icon word, of variation or of assurance."""
    drawn = spc_icons.assurance_icon(word, size=size) if word in COLUMNS else spc_icons.variation_icon(word, size=size)
    return Markup(drawn)  # noqa: S704 drawings of ours


def _spark(line: ReviewLine, label: str) -> Markup:
    points = line.chart.points[-SPARK_MONTHS:]
    last = points[-1]
    band = (last.lpl, last.upl) if last.lpl is not None and last.upl is not None else None
    return sparkline([point.value for point in points], label=label, line=last.mean, band=band)


def _driver(request: HttpRequest, opened: Desk, reviewed: Reviewed, line: ReviewLine) -> tuple[Sentence, ...]:
    """What is behind the move of the month, by service; nothing where it cannot be split."""
    by = "site" if reviewed.place.service else "service"
    points = line.chart.points
    if len(points) < 2 or line.measure.is_current_only:
        return ()
    try:
        change = change_of(
            request.scope, opened, line.measure.slug, where=reviewed.place.where, by=by, period_kind="month",
            first=points[-2].period_end, last=points[-1].period_end,
        )  # fmt: skip
    except UserError:
        return ()
    return change_words.why(change, request.scope)


def month_words(end: date) -> str:
    """The month as a heading says it: October."""
    return month(end).split(" ", maxsplit=1)[0]
