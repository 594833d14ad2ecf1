"""What is written at a review: narratives, actions, owners; the register saves it, and what cannot be saved is shown again."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from clockstop.accounts.roles import WRITE_NOTES, WRITE_REVIEWS
from clockstop.accounts.scopes import may
from clockstop.answers.desk import Desk
from clockstop.answers.series import series
from clockstop.errors import NotAllowed
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.templating import url
from clockstop.pages.context import desk
from clockstop.pages.overtaken import again
from clockstop.pages.review_forms import ActionForm, AgreeForm, NarrativeForm, OwnerForm
from clockstop.pages.review_place import Reviewed, today, writable
from clockstop.pages.reviews import action_of, action_page, may_change, narrative_page, review_page
from clockstop.registers.actions import actions as agreed_actions
from clockstop.registers.actions.actions import Agreed, Origin, Standing
from clockstop.registers.actions.models import EXCEPTION, REVIEW
from clockstop.registers.core.locking import EditedMeanwhile
from clockstop.registers.core.writing import NotKept
from clockstop.registers.performance import actions, reading
from clockstop.registers.performance.actions import Figure, Said


@require_POST
def update_narrative(request: HttpRequest, trust: str, measure: str) -> HttpResponse:
    """Write what is said of a measure's month; the version before is kept."""
    opened = desk()
    found, slug = writable(request, opened, trust), measure_of(measure).slug
    form = NarrativeForm(request.POST)
    if not form.is_valid():
        return narrative_page(request, opened, found, slug, form=form, status=422)
    said = Said(
        text=form.cleaned_data["text"],
        recovery_date=form.cleaned_data["recovery"],
        revised_because=form.cleaned_data["because"],
    )
    try:
        kept = actions.write_narrative(
            place=found.place,
            measure=slug,
            month=found.month,
            said=said,
            figure=_figure(request, opened, found, slug),
            by=request.user,
            version=form.cleaned_data["version"],
        )
    except EditedMeanwhile as error:
        standing = reading.narrative(request.scope, found.place, slug, found.month)
        form = NarrativeForm(again(request.POST, standing.standing.number if standing else 0))
        return narrative_page(request, opened, found, slug, form=_refused(form, error), status=409)
    except NotKept as error:
        return narrative_page(request, opened, found, slug, form=_refused(form, error), status=422)
    messages.success(request, f"The narrative of {measure_of(slug).title} is saved as version {kept.number}.")
    return HttpResponseRedirect(f"{found.href}#{slug}")


@require_POST
def update_measure_owner(request: HttpRequest, trust: str, measure: str) -> HttpResponse:
    """Name who answers for a measure at a place; nobody where no name is written."""
    opened = desk()
    found, slug = writable(request, opened, trust), measure_of(measure).slug
    form = OwnerForm(request.POST)
    if not form.is_valid():
        return narrative_page(request, opened, found, slug, owner_form=form, status=422)
    said = form.cleaned_data
    try:
        actions.name_owner(
            place=found.place, measure=slug, owner=said["owner"], contact=said["contact"], by=request.user,
            version=said["owner_version"],
        )  # fmt: skip
    except EditedMeanwhile as error:
        standing = reading.owners(request.scope, [trust]).get((found.place, slug))
        form = OwnerForm(again(request.POST, standing.version if standing else 0, name="owner_version"))
        return narrative_page(request, opened, found, slug, owner_form=_refused(form, error), status=409)
    except NotKept as error:
        return narrative_page(request, opened, found, slug, owner_form=_refused(form, error), status=422)
    messages.success(request, "The owner is saved.")
    return HttpResponseRedirect(url("show_narrative", trust, slug, **found.query))


@require_POST
def add_review_action(request: HttpRequest, trust: str) -> HttpResponse:
    """Agree an action, against a measure or against none in particular."""
    opened = desk()
    found, slug = writable(request, opened, trust), request.POST.get("measure", "").strip()
    slug = measure_of(slug).slug if slug else ""
    form = AgreeForm(request.POST, auto_id=f"%s-{slug or 'none'}")
    if form.is_valid():
        try:
            agreed_actions.add_action(
                place=found.place, measure=slug, agreed=Agreed(**form.cleaned_data), by=request.user, agreed_on=today(opened),
                origin=Origin(source=EXCEPTION if slug else REVIEW, source_key=f"{found.month:%Y-%m}"),
            )  # fmt: skip
        except NotKept as error:
            form.add_error(None, f"{error.what} {error.do}")
    if form.errors:
        return review_page(request, opened, found, failed=(slug, form), status=422)
    messages.success(request, "The action is agreed.")
    return HttpResponseRedirect(f"{found.href}#{slug or 'actions'}")


@require_POST
def update_review_action(request: HttpRequest, trust: str, pk: int) -> HttpResponse:
    """Change an action: its words, its owner, its day (with the reason), its status (an end with its evidence)."""
    request.scope.require_trust(trust)
    if not (may(request.user, WRITE_REVIEWS, trust) or may(request.user, WRITE_NOTES, trust)):
        raise NotAllowed("You may not change this trust's actions.", do="Its managers and information team may.")
    found, form = action_of(request, trust, pk), ActionForm(request.POST)
    if not may_change(request, found):
        raise NotAllowed("You may not change this action.", do="The trust's managers and information team may.")
    if not form.is_valid():
        return action_page(request, trust, found, form=form, status=422)
    said = {name: value for name, value in form.cleaned_data.items() if name != "version"}
    try:
        agreed_actions.change_action(
            pk=pk, trust=trust, to=Standing(**said), by=request.user, today=_day(), version=form.cleaned_data["version"]
        )
    except EditedMeanwhile as error:
        standing = action_of(request, trust, pk)
        form = ActionForm(again(request.POST, standing.version))
        return action_page(request, trust, standing, form=_refused(form, error), status=409)
    except NotKept as error:
        return action_page(request, trust, action_of(request, trust, pk), form=_refused(form, error), status=422)
    messages.success(request, "The action is saved.")
    return HttpResponseRedirect(url("show_review_action", trust, pk))


def _day() -> date:
    return today(desk())


def _refused(form, error: NotKept | EditedMeanwhile):
    """The form with what was typed, and why it was not saved."""
    form.is_valid()
    form.add_error(None, f"{error.what} {error.do}")
    return form


def _figure(request: HttpRequest, opened: Desk, found: Reviewed, slug: str) -> Figure:
    """The month's figure as the writer sees it."""
    points = series(request.scope, opened, slug, period_kind="month", where=found.place.where)[0].points
    point = next((one for one in points if one.period_end == found.month), None)
    if point is None:
        raise NotKept("There is no figure of this measure for that month.", do="Choose a month that has one.")
    return Figure(snapshot_id=opened.snapshot_id, numerator=point.numerator, denominator=point.denominator, value=point.value)
