"""How was the month? A division's performance review on one page; what is said of a measure; an action with its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse

from clockstop.accounts import audit
from clockstop.accounts.roles import WRITE_NOTES, WRITE_REVIEWS
from clockstop.accounts.scopes import may
from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.answers.review import ReviewLine, months_of, review
from clockstop.dates import add_months, month_end
from clockstop.errors import UnknownName
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.presenters import month
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.alert_words import told_of
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.review_address import review_href
from clockstop.pages.review_agenda import agenda, worked
from clockstop.pages.review_forms import ActionForm, AgreeForm, NarrativeForm, OwnerForm
from clockstop.pages.review_lines import (
    COLUMN_TITLES,
    ROW_TITLES,
    ShownLine,
    boxes,
    icon,
    is_revised,
    lead,
    links_of,
    matrix,
    month_words,
    shown_lines,
)
from clockstop.pages.review_place import Reviewed, above, actions_of, division_of, named, owner_in, reviewed, today
from clockstop.registers.actions import reading as action_reading
from clockstop.registers.actions.models import SOURCES, STATUSES
from clockstop.registers.actions.reading import ShownAction
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading
from clockstop.registers.performance.reading import Owner
from clockstop.registers.trajectories import reading as trajectories
from clockstop.registers.trajectories.reading import Plan

MOST_MONTHS = 24


def list_reviews(request: HttpRequest) -> HttpResponse:
    """Every division of the reader's trusts, with its late actions and its narratives of the month."""
    opened = desk()
    trusts = organisation.tree(request.scope, opened)
    return page(
        request,
        "pages/reviews.jinja",
        title="How was the month?",
        crumbs=crumbs_to(),
        trusts=[(trust, _places(request, opened, trust)) for trust in trusts],
    )


def show_trust_review(request: HttpRequest, trust: str) -> HttpResponse:
    """The review of a whole trust."""
    return show_review(request, trust, "")


def show_review(request: HttpRequest, trust: str, division: str) -> HttpResponse:
    """The review of a division: all its measures, the exceptions, the actions; with `format`, its measures as CSV or XLSX."""
    opened = desk()
    found = reviewed(request, opened, trust, division)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, found)
    return review_page(request, opened, found)


def show_service_review(request: HttpRequest, trust: str, service: str) -> HttpResponse:
    """The same of a service, with its own narratives, owners and actions."""
    opened = desk()
    found = reviewed(request, opened, trust, "", service=service)
    return _export(request, opened, found) if request.GET.get("format") in exports.FORMATS else review_page(request, opened, found)


def review_page(
    request: HttpRequest, opened: Desk, found: Reviewed, *, failed: tuple[str, object] | None = None, status: int = 200
) -> HttpResponse:
    """The page of a review; `failed` is a measure's slug and the form that could not be saved, shown with what was typed."""
    day = today(opened)
    gathered = _gathered(request, opened, found)
    actions = actions_of(request.scope, found, today=day)
    may_write = may(request.user, WRITE_REVIEWS, found.place.trust)
    shown_boxes = _boxes(request, opened, found, gathered.exceptions, actions=actions)
    return page(
        request,
        "pages/review.jinja",
        status=status,
        title=f"{found.title}: how was {month_words(found.month)}?",
        crumbs=crumbs_to(("Reviews", url("list_reviews")), *above(found)),
        found=found,
        where_said=found.where_said,
        services=_services(found),
        month_said=month(found.month),
        path=review_href(found.place),
        query={"month": f"{found.month:%Y-%m}"},
        selects=[_months(request, opened, found)],
        **_judged(gathered.shown),
        boxes=shown_boxes,
        **_meeting(request, opened, found, gathered, boxes=shown_boxes, actions=actions),
        alerts=told_of(request, opened, found.place, found.month),
        **_parted(actions, day),
        punctual=action_reading.punctuality(actions, day),
        statuses=STATUSES,
        service_name=organisation.service_name,
        day=day,
        measure_title=lambda slug: measure_of(slug).title if slug else "",
        may_write=may_write,
        forms={"narrative": NarrativeForm, "agree": AgreeForm} if may_write else {},
        failed=failed,
        convention=gathered.convention,
        owner=owner_in(gathered.owners, found, ""),
        packs=url("list_packs", trust=found.place.trust, division=found.inside, month=f"{found.month:%Y-%m}"),
    )


def _meeting(request: HttpRequest, opened: Desk, found: Reviewed, gathered: "_Gathered", *, boxes, actions: Sequence[ShownAction]):
    """What there is to agree today, and what the measures of the actions that are done did since."""
    late = [one for one in actions if one.is_overdue(today(opened))]
    rebases = reading.every_rebase(request.scope)
    return {
        "agenda": agenda(request, found, gathered.lines, boxes, late=late),
        "worked": worked(request, opened, found, gathered.lines, actions=actions, rebases=rebases),
    }


def _judged(shown: Sequence[ShownLine]) -> dict[str, object]:
    """The measures in the matrix of icons, those that no icon judges, and the sentence over them."""
    columns, rows = matrix(shown)
    return {
        "lead": lead(shown),
        "columns": columns,
        "rows": rows,
        "row_titles": ROW_TITLES,
        "column_titles": COLUMN_TITLES,
        "icon": icon,
        "unjudged": [line for line in shown if not line.row],
    }


def _boxes(request: HttpRequest, opened: Desk, found: Reviewed, exceptions: Sequence[ShownLine], *, actions: Sequence[ShownAction]):
    """The box of each exception, with what is said of it this month and was said last month."""
    last_month = month_end(add_months(found.month.replace(day=1), -1))
    return boxes(
        request,
        opened,
        found,
        exceptions,
        narratives=reading.narratives(request.scope, found.place, found.month),
        before=reading.narratives(request.scope, found.place, last_month),
        actions=[one for one in actions if not one.is_over],
    )


def _parted(actions: Sequence[ShownAction], day: date) -> dict[str, list[ShownAction]]:
    """The actions that are late, those that are open and not late, and those that are over."""
    return {
        "late": [one for one in actions if one.is_overdue(day)],
        "others": [one for one in actions if not one.is_overdue(day) and not one.is_over],
        "over": [one for one in actions if one.is_over],
    }


def show_narrative(request: HttpRequest, trust: str, measure: str) -> HttpResponse:
    """What is said of a measure's month at a place: every version, who answers for it, and the actions that are to move it."""
    opened = desk()
    return narrative_page(request, opened, named(request, opened, trust), measure)


def narrative_page(
    request: HttpRequest, opened: Desk, found: Reviewed, slug: str, *, form=None, owner_form=None, status: int = 200
) -> HttpResponse:
    """The page of a narrative; a form that could not be saved is shown with what was typed beside what stands."""
    measure = measure_of(slug)
    gathered = _gathered(request, opened, found)
    line = next((one for one in gathered.lines if one.measure.slug == slug), None)
    shown = next((one for one in gathered.shown if one.slug == slug), None)
    narrative = reading.narrative(request.scope, found.place, slug, found.month)
    may_write = may(request.user, WRITE_REVIEWS, found.place.trust)
    exact = gathered.owners.get((found.place, slug))
    return page(
        request,
        "pages/narrative.jinja",
        status=status,
        title=f"Why was it so? {measure.title}",
        crumbs=crumbs_to(("Reviews", url("list_reviews")), *above(found), (f"{found.title}, {month(found.month)}", found.href)),
        found=found,
        measure=measure,
        month_said=month(found.month),
        line=shown,
        sentence=line.chart.sentence if line else "",
        narrative=narrative,
        is_revised=bool(line and is_revised(narrative, line)),
        links=links_of(found, slug)[:3],
        is_overtaken=status == 409,
        form=(form or _narrative_form(narrative)) if may_write and line else None,
        owner=owner_in(gathered.owners, found, slug),
        owner_form=(owner_form or _owner_form(exact)) if may_write else None,
        actions=action_reading.agreed_actions(request.scope, found.place, today=today(opened), measure=slug),
        day=today(opened),
        statuses=STATUSES,
        service_name=organisation.service_name,
    )


def show_review_action(request: HttpRequest, trust: str, pk: int) -> HttpResponse:
    """One action with each move of its date."""
    request.scope.require_trust(trust)
    return action_page(request, trust, action_of(request, trust, pk))


def action_page(request: HttpRequest, trust: str, found: ShownAction, *, form=None, status: int = 200) -> HttpResponse:
    """The page of an action; a form that could not be saved is shown with what was typed."""
    if found.pathway:
        audit.record(
            request, action=audit.VIEWED, what="show_review_action", trust=trust, patient_pathway_identifier=found.pathway, rows=1
        )
    names = ("text", "owner", "due", "status", "evidence", "version")
    initial = {name: getattr(found, name) for name in names}
    place = reviewed(request, desk(), trust, found.place.division, service=found.place.service)
    return page(
        request,
        "pages/review_action.jinja",
        status=status,
        title="What was agreed, and is it done?",
        crumbs=crumbs_to(("Reviews", url("list_reviews")), *above(place), (place.title, place.href)),
        action=found,
        is_overtaken=status == 409,
        place=place,
        statuses=STATUSES,
        measure=measure_of(found.measure) if found.measure else None,
        day=today(desk()),
        sources=SOURCES,
        history=action_reading.history(found),
        form=(form or ActionForm(initial=initial)) if may_change(request, found) else None,
    )


def may_change(request: HttpRequest, found: ShownAction) -> bool:
    """Whether the reader may change an action: one about a patient as a note on that patient, others as a review."""
    return may(request.user, WRITE_NOTES if found.pathway else WRITE_REVIEWS, found.place.trust)


def action_of(request: HttpRequest, trust: str, pk: int) -> ShownAction:
    """The action of that trust, if the reader may see it."""
    found = action_reading.action(request.scope, pk, desk())
    if found is None or found.place.trust != trust:
        raise UnknownName("There is no such action.", do="Look at the review again.")
    return found


@dataclass(frozen=True, kw_only=True)
class _Gathered:
    """The lines of a review, as answered and in words."""

    lines: tuple[ReviewLine, ...]
    shown: tuple[ShownLine, ...]
    owners: Mapping[tuple[Place, str], Owner]

    @property
    def exceptions(self) -> list[tuple[ReviewLine, ShownLine]]:
        """Those that ask for a narrative, and those off their plan."""
        by_slug = {one.measure.slug: one for one in self.lines}
        return [(by_slug[one.slug], one) for one in self.shown if one.is_exception or one.is_off_plan]

    @property
    def convention(self) -> str:
        """The convention that drew the charts."""
        return self.lines[0].chart.convention if self.lines else ""


def _gathered(request: HttpRequest, opened: Desk, found: Reviewed) -> _Gathered:
    owners = reading.owners(request.scope, [found.place.trust])
    lines = review(request.scope, opened, found.place.where, found.month, rebases=_rebases(request, found.place))
    shown = shown_lines(request, opened, found, lines, owners=owners, plans=_plans(request, found.place))
    return _Gathered(lines=lines, shown=shown, owners=owners)


def _rebases(request: HttpRequest, place: Place) -> dict[str, tuple[date, ...]]:
    return {slug: days for (at, slug), days in reading.every_rebase(request.scope).items() if at == place}


def _plans(request: HttpRequest, place: Place) -> dict[str, Plan]:
    """The plans of the place by measure: trusts and services have them, divisions do not."""
    if place.division:
        return {}
    every = trajectories.plans(request.scope)
    return {at.measure: plan for at, plan in every.items() if (at.trust, at.service) == (place.trust, place.service)}


def _services(found: Reviewed) -> list[tuple[str, str]]:
    """The reviews of a division's services, by name."""
    divisions = [one for one in found.trust.divisions if one.name == found.place.division]
    places = [(one.name, Place(trust=found.place.trust, service=one.code)) for division in divisions for one in division.services]
    return [(name, review_href(place, found.month)) for name, place in sorted(places)]


def _months(request: HttpRequest, opened: Desk, found: Reviewed) -> dict:
    ends = months_of(request.scope, opened, found.place.where)[:MOST_MONTHS]
    ends = ends if found.month in ends else (*ends, found.month)
    options = [(f"{end:%Y-%m}", month(end)) for end in ends]
    return {"name": "month", "label": "Month", "options": options, "value": f"{found.month:%Y-%m}"}


def _places(request: HttpRequest, opened: Desk, trust: organisation.Trust) -> list[dict]:
    """The trust as a whole, then its divisions, each with what is late and who answers for it."""
    day = today(opened)
    actions = action_reading.agreed_actions(request.scope, Place(trust=trust.code), today=day)
    owners = reading.owners(request.scope, [trust.code])
    names = ["", *(one.name for one in trust.divisions if one.name != "unknown")]

    def division_in(at: Place) -> str:
        return at.division or division_of(trust, at.service)

    places = [Place(trust=trust.code, division=name) for name in names]
    return [
        {
            "title": organisation.division_name(place.division) if place.division else "Whole trust",
            "href": review_href(place),
            "open": sum(not one.is_over for one in actions if place.division in ("", division_in(one.place))),
            "late": sum(one.is_overdue(day) for one in actions if place.division in ("", division_in(one.place))),
            "owner": reading.owner_of(owners, place, ""),
        }
        for place in places
    ]


def _narrative_form(narrative) -> NarrativeForm:
    standing = narrative.standing if narrative else None
    return NarrativeForm(
        initial={
            "text": standing.text if standing else "",
            "recovery": f"{standing.recovery_date:%Y-%m}" if standing and standing.recovery_date else "",
            "version": standing.number if standing else 0,
        }
    )


def _owner_form(owner: Owner | None) -> OwnerForm:
    known = {"owner": owner.name, "contact": owner.contact, "owner_version": owner.version} if owner else {"owner_version": 0}
    return OwnerForm(initial=known)


def _export(request: HttpRequest, opened: Desk, found: Reviewed) -> HttpResponse:
    columns = [
        "measure", "title", "month", "numerator", "denominator", "value", "plan", "variation", "assurance", "is_exception",
        "is_off_plan", "owner", "narrative", "kite_mark",
    ]  # fmt: skip
    gathered = _gathered(request, opened, found)
    said = reading.narratives(request.scope, found.place, found.month)
    by_slug = {one.measure.slug: one for one in gathered.lines}
    rows = (
        (
            one.slug, one.title, f"{found.month:%Y-%m}", by_slug[one.slug].point.numerator, by_slug[one.slug].point.denominator,
            by_slug[one.slug].point.value, one.plan, one.variation, one.assurance, one.is_exception, one.is_off_plan,
            one.owner.name if one.owner else "", said[one.slug].standing.text if one.slug in said else "",
            one.quality.text if one.quality else "",
        )
        for one in gathered.shown
    )  # fmt: skip
    notes = [
        f"Review of {found.trust.name}, {found.title}, {month(found.month)}",
        f"Snapshot {opened.snapshot_id}; SPC rules: {gathered.convention}; 100% is written as 1",
        *(["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []),
    ]
    name = "-".join(("review", *filter(None, (found.place.trust, found.place.service, f"{found.month:%Y-%m}"))))
    return exports.export(request.GET["format"], name=name, columns=columns, rows=rows, notes=notes)
