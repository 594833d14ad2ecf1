"""Which looks should governance look at? The alerts among the access records of a trust, and who has seen them."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from clockstop.accounts import access_alerts
from clockstop.accounts.alert_limits import limits_on
from clockstop.accounts.models import AccessAlert, OwnNumber
from clockstop.accounts.roles import SEE_ACCESS_RECORDS
from clockstop.accounts.scopes import may
from clockstop.answers.patient_keys import numbers_of_people
from clockstop.errors import NotAllowed, UnknownName
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, desk, page

TITLE = "Which looks should governance look at?"
MOST_SETTLED = 100


def list_access_alerts(request: HttpRequest) -> HttpResponse:
    """The alerts of the trusts for which the reader answers, those that nobody has seen first."""
    trusts = trusts_answered_for(request)
    if not trusts:
        raise NotAllowed("You may not see these alerts.", do="Ask who answers for information governance in the trust.")
    raise_alerts()
    alerts = AccessAlert.objects.filter(trust__in=trusts).prefetch_related("seen")
    waiting = list(alerts.filter(seen=None))
    return page(
        request,
        "pages/access_alerts.jinja",
        title=TITLE,
        crumbs=crumbs_to(("Who looked at what?", url("list_access_records"))),
        waiting=waiting,
        settled=alerts.exclude(seen=None).distinct()[:MOST_SETTLED],
        limits=limits_on(settings.HOME, timezone.localdate()),
        trusts=sorted(trusts),
        left=access_alerts.left(),
        me=request.user.get_username(),
        hide_as_of=True,
    )


@require_POST
def update_access_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an alert as seen, with what was found; nobody settles an alert about themselves."""
    alert = get_object_or_404(AccessAlert, pk=pk, trust__in=trusts_answered_for(request))
    if alert.username == request.user.get_username():
        raise NotAllowed("You may not settle an alert about yourself.", do="Ask another governance lead of the trust.")
    access_alerts.see(alert=alert, by=request.user, finding=" ".join(request.POST.get("finding", "").split()))
    return HttpResponseRedirect(url("list_access_alerts"))


@require_POST
def update_own_number(request: HttpRequest) -> HttpResponse:
    """Keep the hash of the person's own NHS number, or forget it."""
    name = request.user.get_username()
    try:
        access_alerts.give_own_number(settings.HOME, username=name, nhs_number=request.POST.get("own_number", ""), by=request.user)
        messages.success(request, "Kept, as a keyed hash." if request.POST.get("own_number", "").strip() else "Forgotten.")
    except UnknownName as error:
        messages.error(request, f"{error.what} {error.do}")
    return HttpResponseRedirect(url("list_access_records"))


def trusts_answered_for(request: HttpRequest) -> frozenset[str]:
    """The trusts whose access records the reader may see."""
    return frozenset(trust for trust in request.scope.trusts if may(request.user, SEE_ACCESS_RECORDS, trust))


def raise_alerts() -> None:
    """Look through what was recorded since the last time."""
    given = dict(OwnNumber.objects.values_list("username", "nhs_number_pseudonym"))
    access_alerts.raise_alerts(settings.HOME, own=numbers_of_people(desk(), given) if given else {})
