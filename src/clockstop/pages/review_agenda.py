"""What a review's meeting has to agree today, and whether what it agreed before did any good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from clockstop.answers.desk import Desk
from clockstop.answers.review import MONTHS, ReviewLine
from clockstop.answers.spc import SpcChart, spc_of
from clockstop.dates import add_months
from clockstop.insight.effect import Judged, effect_of
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.presenters import month
from clockstop.nhsuk.templating import url
from clockstop.pages.recalculations import every_offered, undecided
from clockstop.pages.review_lines import ExceptionBox
from clockstop.pages.review_place import Reviewed
from clockstop.registers.actions.models import COMPLETE
from clockstop.registers.actions.reading import ShownAction
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading
from clockstop.reports import effect_words

# Actions that ended longer ago than this have had their say, and more than these fill no meeting.
MONTHS_BACK, MOST_WORKED = 12, 12


@dataclass(frozen=True, kw_only=True)
class Offer:
    """New limits that a chart proposes and nobody has decided of: the measure, from which month, where to decide."""

    title: str
    from_month: str
    href: str


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """What waits for the meeting: new limits to decide of, late actions, and exceptions that nobody has explained."""

    offers: tuple[Offer, ...]
    late: tuple[ShownAction, ...]
    unexplained: tuple[tuple[str, str], ...]

    @property
    def count(self) -> int:
        """How many things there are to agree."""
        return len(self.offers) + len(self.late) + len(self.unexplained)


@dataclass(frozen=True, kw_only=True)
class Worked:
    """An action that is done, the measure that it was to move, and what that did since."""

    action: ShownAction
    title: str
    href: str
    said: str


def agenda(
    request: HttpRequest,
    found: Reviewed,
    lines: Sequence[ReviewLine],
    boxes: Sequence[ExceptionBox],
    *,
    late: Sequence[ShownAction],
) -> Agenda:
    """What the meeting has before it; a narrative is missing only of what asks for one."""
    unexplained = [(one.line.title, f"#{one.line.slug}") for one in boxes if one.line.is_exception and one.narrative is None]
    return Agenda(offers=_offers(request, found, lines), late=tuple(late), unexplained=tuple(unexplained))


def worked(
    request: HttpRequest,
    opened: Desk,
    found: Reviewed,
    lines: Sequence[ReviewLine],
    *,
    actions: Sequence[ShownAction],
    rebases: Mapping[tuple[Place, str], tuple[date, ...]],
) -> list[Worked]:
    """The actions completed in the year before the month's end that were to move a measure, the latest first."""
    charts = {one.measure.slug: one.chart for one in lines}
    return [
        Worked(
            action=one,
            title=measure_of(one.measure).title,
            href=url("show_measure", one.measure, **one.place.where),
            said=_said(one, charts.get(one.measure) if one.place == found.place else _chart(request, opened, one, rebases), found),
        )
        for one in _done(actions, found.month)
    ]


def _done(actions: Sequence[ShownAction], end: date) -> list[ShownAction]:
    first = add_months(end.replace(day=1), 1 - MONTHS_BACK)
    done = [one for one in actions if one.status == COMPLETE and one.measure and one.ended_on and first <= one.ended_on]
    kept = [one for one in done if not measure_of(one.measure).is_current_only]
    return sorted(kept, key=lambda one: (one.ended_on, one.pk), reverse=True)[:MOST_WORKED]


def _chart(request: HttpRequest, opened: Desk, one: ShownAction, rebases: Mapping) -> SpcChart:
    """The chart of the action's own place, where that is not the review's."""
    days = rebases.get((one.place, one.measure), ())
    return spc_of(request.scope, opened, one.measure, period_kind="month", where=one.place.where, last=MONTHS, rebases=days)[0]


def _said(one: ShownAction, chart: SpcChart | None, found: Reviewed) -> str:
    """The months up to the review's; a measure without a figure for the month has no chart in the review, and nothing is said."""
    if chart is None or one.ended_on is None:
        return f"There is no figure of it for {month(found.month)}."
    points = [
        Judged(period_end=point.period_end, value=point.value, point_type=point.point_type)
        for point in chart.points
        if point.period_end <= found.month
    ]
    return effect_words.sentence(measure_of(one.measure), effect_of(points, one.ended_on))


def _offers(request: HttpRequest, found: Reviewed, lines: Sequence[ReviewLine]) -> tuple[Offer, ...]:
    offers = every_offered([(one.chart, one.measure) for one in lines])
    waiting = undecided(offers, reading.decisions(request.scope, found.place)) if offers else {}
    return tuple(
        Offer(
            title=measure_of(slug).title,
            from_month=month(one.from_date),
            href=url("show_recalculation", found.place.trust, slug, **found.query),
        )
        for slug, one in waiting.items()
    )
