"""Breaking the glass: a pathway of the own trust that the role does not reach, opened with a reason for an hour."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from clockstop.accounts import break_glass
from clockstop.accounts.alert_limits import limits_on
from clockstop.answers import pathways
from clockstop.answers.scope import Part
from clockstop.errors import NotAllowed
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, desk, page


def add_opened_pathway(request: HttpRequest, trust: str, pathway: str) -> HttpResponse:
    """The form that asks why; sent, it opens the pathway, records it and tells governance."""
    if not break_glass.may_break(request.user, trust):
        raise NotAllowed("You may not open a patient's pathway.", where=f"Trust {trust[:12]}.", do="Ask its governance lead.")
    error = ""
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        only = request.scope.within([trust]).with_part(Part(trust, pathways=frozenset({pathway})))
        pathways.require_known(only, desk(), trust, pathway)
        try:
            break_glass.open_pathway(request, settings.HOME, trust=trust, pathway=pathway, reason=reason)
            return HttpResponseRedirect(url("show_pathway", trust, pathway))
        except break_glass.BadReason as bad:
            error = bad.what
    return page(
        request,
        "pages/glass.jinja",
        title="Open a patient outside your own services?",
        crumbs=crumbs_to(),
        trust=trust,
        pathway=pathway,
        path=url("add_opened_pathway", trust, pathway),
        minutes=limits_on(settings.HOME, timezone.localdate()).open_minutes,
        reason=reason,
        error=error,
        status=422 if error else 200,
        hide_as_of=True,
    )


def way_in(request: HttpRequest) -> str:
    """The address of the form, where the page that was refused is a pathway's and the person may open it; else empty."""
    match = request.resolver_match
    if match is None or match.view_name not in break_glass.PAGES or not request.user.is_authenticated:
        return ""
    trust, pathway = match.kwargs["trust"], match.kwargs["pathway"]
    return url("add_opened_pathway", trust, pathway) if break_glass.may_break(request.user, trust) else ""
