"""Who may do what in a trust: its people with their roles, given and ended by those who manage them; and who has left."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from clockstop.accounts.memberships import Grant, people_of
from clockstop.accounts.models import Membership, User
from clockstop.accounts.roles import DATA_CLASSES, MANAGE_PEOPLE, ROLES
from clockstop.accounts.scopes import may
from clockstop.answers.organisation import service_name
from clockstop.errors import NotAllowed, UnknownName, UserError
from clockstop.intake.organisation import organisation
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, page
from clockstop.registers.people import actions
from clockstop.rules.treatment_functions import reported_function
from clockstop.store.home import home_from_environment

TITLE = "Who may do what?"
_TRUST_ROLES = [(one.slug, one.title) for one in ROLES.values() if not one.is_group]


class GrantForm(forms.Form):
    """A role for a person, over the trust or some of it, for ever or for a time."""

    username = forms.CharField(label="Person", max_length=150)
    role = forms.ChoiceField(label="Role", choices=_TRUST_ROLES)
    divisions = forms.CharField(label="Division", required=False)
    services = forms.CharField(label="Service", required=False)
    sites = forms.CharField(label="Site", required=False)
    data_class = forms.ChoiceField(label="Sees at most", choices=[("", "The role's own"), *DATA_CLASSES.items()], required=False)
    starts = forms.DateField(label="From", required=False)
    until = forms.DateField(label="Until the end of", required=False)
    deputises_for = forms.CharField(label="Deputy for", max_length=150, required=False)
    reason = forms.CharField(label="Why", max_length=200)

    def asked(self, request: HttpRequest, trust: str) -> Grant:
        """The membership that is asked for; of places as many as were chosen."""
        said = self.cleaned_data
        places = {name: tuple(filter(None, request.POST.getlist(name))) for name in ("divisions", "services", "sites")}
        return Grant(
            role=said["role"], trust=trust, **places, data_class=said["data_class"], starts_at=_midnight(said["starts"]),
            ends_at=_midnight(said["until"], days=1), reason=said["reason"],
            deputises_for=_person(said["deputises_for"]) if said["deputises_for"] else None,
        )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A membership as the page shows it."""

    one: Membership
    state: str
    reaches: str
    sees: str
    is_mine: bool


def list_people(request: HttpRequest, *, form: GrantForm | None = None, wrong: str = "") -> HttpResponse:
    """The people of a trust whom the reader manages, those who hold a role first, then who has left."""
    trust = _trust(request)
    now, home = timezone.now(), home_from_environment()
    declared = organisation(home, trust)
    lines = [_line(request, one, now) for one in people_of(trust)]
    holding = {line.one.user_id for line in lines if line.state != "ended"}
    codes = sorted({reported_function(code) for one in declared.divisions for code in one.services})
    return page(
        request,
        "pages/people.jinja",
        title=TITLE,
        crumbs=crumbs_to(),
        hide_as_of=True,
        status=400 if wrong or (form is not None and form.errors) else 200,
        trust=declared,
        trusts=_managed(request),
        standing=[line for line in lines if line.state != "ended"],
        left=[line for line in lines if line.state == "ended" and line.one.user_id not in holding],
        past=[line for line in lines if line.state == "ended" and line.one.user_id in holding],
        form=form,
        wrong=wrong,
        said=form.data if form is not None else {},
        roles=[one for one in ROLES.values() if not one.is_group],
        classes=DATA_CLASSES,
        services=[(code, service_name(code)) for code in codes],
    )


@require_POST
def add_membership(request: HttpRequest) -> HttpResponse:
    """Give a person a role in the trust."""
    trust = _trust(request)
    form = GrantForm(request.POST)
    if not form.is_valid():
        return list_people(request, form=form)
    try:
        user = _person(form.cleaned_data["username"])
        made = actions.grant(user=user, asked=form.asked(request, trust), by=request.user)
    except NotAllowed:
        raise
    except UserError as error:
        return list_people(request, form=form, wrong=" ".join(filter(None, (error.what, error.where, error.do))))
    messages.success(request, f"{user} is {made.get_role_display().lower()} of {trust}.")
    return HttpResponseRedirect(url("list_people", trust=trust))


@require_POST
def delete_membership(request: HttpRequest, pk: int) -> HttpResponse:
    """End a role: from this instant it allows nothing. The row stays."""
    trust = _trust(request)
    one = get_object_or_404(Membership.objects.select_related("user"), pk=pk, trust=trust)
    try:
        actions.end(membership=one, by=request.user)
    except NotAllowed:
        raise
    except UserError as error:
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, f"{one.user} is {one.get_role_display().lower()} of {trust} no more.")
    return HttpResponseRedirect(url("list_people", trust=trust))


@require_POST
def delete_person(request: HttpRequest) -> HttpResponse:
    """End all that a person holds in the trust; who holds nothing anywhere signs in no more."""
    trust = _trust(request)
    user = _person(request.POST.get("username", ""))
    if not user.memberships.filter(trust=trust).exists():
        raise UnknownName(f"{user} holds no role in {trust}.", do="Choose somebody from the list.")
    ended = actions.leave(user=user, by=request.user, trust=trust)
    after = "still holds roles elsewhere." if user.is_active else "signs in no more."
    messages.success(request, f"{user} has left {trust} ({len(ended)} ended) and {after}")
    return HttpResponseRedirect(url("list_people", trust=trust))


def _managed(request: HttpRequest) -> list[str]:
    """The trusts whose people the reader manages."""
    return sorted(trust for trust in request.scope.trusts if may(request.user, MANAGE_PEOPLE, trust))


def _trust(request: HttpRequest) -> str:
    """The trust that is asked for, or the reader's own; `NotAllowed` where they manage nobody there."""
    managed = _managed(request)
    asked = request.POST.get("trust") or request.GET.get("trust") or next(iter(managed), "")
    if asked not in managed:
        raise NotAllowed("You do not manage the people of this trust.", do="Ask an administrator of that trust.")
    return asked


def _person(username: str) -> User:
    found = User.objects.filter(username=username.strip()).first()
    if found is None:
        raise UnknownName(f"Nobody signs in as {username.strip()[:150]}.", do="Check the name, or have the account added first.")
    return found


def _midnight(day, days: int = 0) -> datetime | None:
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time())) if day else None


def _line(request: HttpRequest, one: Membership, now: datetime) -> Line:
    named = [*one.divisions, *map(service_name, one.services)]
    reaches = ", ".join(named) or ("all services" if one.sites else "the whole trust")
    sites = f" at {', '.join(one.sites)}" if one.sites else ""
    return Line(one, one.state(now), reaches + sites, DATA_CLASSES[one.seen_class].split(":")[0], one.user_id == request.user.pk)
