"""Do the limits still fit? A proposed recalculation of a chart, accepted with its known cause or refused; and what was decided."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from clockstop.accounts.roles import DECIDE_RECALCULATIONS
from clockstop.accounts.scopes import may
from clockstop.answers.board import JUDGED_MONTHS
from clockstop.answers.desk import Desk
from clockstop.answers.spc import SpcChart, spc_of
from clockstop.answers.spc_arrays import arrays_of
from clockstop.errors import NotAllowed
from clockstop.insight.recalculation import BETTER_AFTER, LEAST_AFTER, Proposal, proposals
from clockstop.insight.spc import SpcSettings, judge
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.nhsuk.presenters import month
from clockstop.nhsuk.templating import url
from clockstop.pages.context import Filters, crumbs_to, desk, page
from clockstop.pages.review_place import Reviewed, above, named, writable
from clockstop.registers.core.locking import EditedMeanwhile
from clockstop.registers.core.place import Place
from clockstop.registers.core.placed import REASON_LENGTH
from clockstop.registers.core.writing import NotKept
from clockstop.registers.performance import actions, reading
from clockstop.registers.performance.actions import Proposed
from clockstop.registers.performance.models import DECISIONS
from clockstop.registers.performance.reading import Rebase
from clockstop.reports.figure_words import value_said
from clockstop.reports.spc_chart import spc_chart

MONTHS = JUDGED_MONTHS
BY_A_PERSON = "Put forward by a person, not by the chart"


class DecisionForm(forms.Form):
    """New limits from a month on: accepted with the change that is known, or refused with the reason."""

    from_date = forms.ChoiceField(label="From which month on")
    decision = forms.ChoiceField(
        label="Decision", choices=[("", "Choose"), *DECISIONS.items()], error_messages={"required": "Accept or refuse"}
    )
    cause = forms.CharField(
        label="The change that is known, or why it is refused",
        max_length=REASON_LENGTH,
        error_messages={"required": "Write the change that is known, or why it is refused"},
    )
    is_definition_change = forms.BooleanField(label="The way of counting changed: mark it as a break", required=False)

    def __init__(self, *args, ends: list[date], **parts) -> None:
        super().__init__(*args, **parts)
        self.fields["from_date"].choices = [(end.isoformat(), month(end)) for end in ends]


@dataclass(frozen=True, kw_only=True)
class Offered:
    """What is proposed of a chart: from which month, and why, in a sentence."""

    from_date: date
    because: str


def show_recalculation(request: HttpRequest, trust: str, measure: str) -> HttpResponse:
    """The chart as it is drawn now, what is proposed of it, and every decision."""
    opened = desk()
    return _page(request, opened, named(request, opened, trust), measure_of(measure))


@require_POST
def add_recalculation(request: HttpRequest, trust: str, measure: str) -> HttpResponse:
    """Accept or refuse new limits from a month on."""
    opened, found = desk(), measure_of(measure)
    at = writable(request, opened, trust, DECIDE_RECALCULATIONS)
    chart = _chart(request, opened, at.place, found)
    form = DecisionForm(request.POST, ends=_ends(chart))
    if not form.is_valid():
        return _page(request, opened, at, found, form=form, status=422)
    said = form.cleaned_data
    day, offer = date.fromisoformat(said["from_date"]), every_offered([(chart, found)]).get(found.slug)
    because = offer.because if offer and offer.from_date == day else BY_A_PERSON
    proposed = Proposed(
        place=at.place, measure=found.slug, period_kind="month", from_date=day, because=because, snapshot_id=opened.snapshot_id
    )
    try:
        actions.decide_recalculation(
            proposed=proposed, decision=said["decision"], cause=said["cause"], by=request.user,
            is_definition_change=said["is_definition_change"],
        )  # fmt: skip
    except (NotKept, EditedMeanwhile) as error:
        form.add_error(None, f"{error.what} {error.do}")
        return _page(request, opened, at, found, form=form, status=409 if isinstance(error, EditedMeanwhile) else 422)
    messages.success(request, f"New limits from {month(day)} are {said['decision']}. The decision is kept with your name.")
    return HttpResponseRedirect(url("show_recalculation", trust, found.slug, **at.query))


@require_POST
def delete_recalculation(request: HttpRequest, trust: str, measure: str, pk: int) -> HttpResponse:
    """Take a decision back, with the reason; it stays in the history."""
    opened, found = desk(), measure_of(measure)
    request.scope.require_trust(trust)
    if not may(request.user, DECIDE_RECALCULATIONS, trust):
        raise NotAllowed("You may not decide of this trust's charts.", do="Its managers and information team may.")
    try:
        actions.take_back_recalculation(pk=pk, trust=trust, by=request.user, because=request.POST.get("because", ""))
    except (NotKept, EditedMeanwhile) as error:
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, "The decision is taken back. It stays in the history.")
    return HttpResponseRedirect(url("show_recalculation", trust, found.slug, **named(request, opened, trust).query))


def every_offered(charts: Sequence[tuple[SpcChart, Measure]]) -> dict[str, Offered]:
    """What the charts of a place propose, by measure."""
    known = [(chart, measure) for chart, measure in charts if chart.has_limits]
    if not known:
        return {}
    series = arrays_of([chart for chart, _measure in known])
    found = proposals(series, judge(series, SpcSettings(convention=known[0][0].convention)))
    return {
        measure.slug: Offered(from_date=chart.points[one.place].period_end, because=_because(one, chart, measure))
        for one in found
        for chart, measure in [known[one.row]]
    }


@dataclass(frozen=True, kw_only=True)
class OfferedHere:
    """New limits that the chart of a measure's page proposes: from which month, why, and where they are decided of."""

    from_month: str
    because: str
    href: str


def offered_at(request: HttpRequest, measure: Measure, filters: Filters, chart: SpcChart) -> OfferedHere | None:
    """What the chart of a measure's page proposes and nobody has decided of; only months of a trust's place have decisions."""
    if not filters.trust or filters.period != "month" or measure.is_current_only:
        return None
    place = Place.of(filters.where)
    offer = undecided(every_offered([(chart, measure)]), reading.decisions(request.scope, place, measure=measure.slug)).get(
        measure.slug
    )
    if offer is None:
        return None
    where = {name: value for name, value in place.where.items() if name != "trust"}
    return OfferedHere(
        from_month=month(offer.from_date), because=offer.because, href=url("show_recalculation", place.trust, measure.slug, **where)
    )


def undecided(offers: Mapping[str, Offered], decided: Iterable[Rebase]) -> dict[str, Offered]:
    """Those that nobody has refused: a refused proposal stays away until its decision is taken back."""
    settled = {(one.measure, one.from_date) for one in decided if not one.undone_by}
    return {slug: one for slug, one in offers.items() if (slug, one.from_date) not in settled}


def _because(one: Proposal, chart: SpcChart, measure: Measure) -> str:
    side = "above" if one.after > one.before else "below"
    enough = "" if one.is_well_founded else f" {BETTER_AFTER} are better than {one.points}."
    return (
        f"Each of the {one.points} months from {month(chart.points[one.place].period_end)} on is {side} the average: "
        f"{value_said(measure, one.after)} on average, {value_said(measure, one.before)} before.{enough}"
    )


def _page(
    request: HttpRequest, opened: Desk, at: Reviewed, measure: Measure, *, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    chart = _chart(request, opened, at.place, measure)
    decided = reading.decisions(request.scope, at.place, measure=measure.slug)
    offer = undecided(every_offered([(chart, measure)]), decided).get(measure.slug)
    ends = _ends(chart)
    may_decide = may(request.user, DECIDE_RECALCULATIONS, at.place.trust) and bool(ends)
    first = offer.from_date.isoformat() if offer else ""
    return page(
        request,
        "pages/recalculation.jinja",
        status=status,
        title=f"Do the limits still fit? {measure.title}",
        crumbs=crumbs_to(("Reviews", url("list_reviews")), *above(at), (f"{at.title}, {month(at.month)}", at.href)),
        found=at,
        measure=measure,
        chart=chart,
        drawn=spc_chart(chart) if len(chart.points) > 1 else None,
        offer=offer,
        decided=decided,
        decisions=DECISIONS,
        month_said=month,
        form=(form or DecisionForm(initial={"from_date": first}, ends=ends)) if may_decide else None,
        may_decide=may_decide,
        least=LEAST_AFTER,
        better=BETTER_AFTER,
    )


def _ends(chart: SpcChart) -> list[date]:
    """The months from which new limits may start: all but the first, the newest first."""
    return [point.period_end for point in reversed(chart.points[1:])]


def _chart(request: HttpRequest, opened: Desk, place: Place, measure: Measure) -> SpcChart:
    days = reading.rebases_of(request.scope, measure.slug, place.where)
    breaks = reading.breaks_of(request.scope, place.where).get(measure.slug, ())
    found = spc_of(request.scope, opened, measure.slug, period_kind="month", where=place.where, last=MONTHS, rebases=days)
    return found[0].with_breaks(breaks)
