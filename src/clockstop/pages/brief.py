"""What is there to say of this service this week? The brief that writes itself, on one screen, and as a file to take away."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.accounts import audit
from clockstop.answers import organisation
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.overview import trust_of
from clockstop.reports.brief import Brief, brief_of, heading
from clockstop.reports.brief_files import action_said, written

TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
}


def show_brief(request: HttpRequest, trust: str, service: str = "") -> HttpResponse:
    """The brief of a service, or of the whole trust; with `format`, as a file without patients."""
    opened = desk()
    found = trust_of(request, opened, trust)
    brief = brief_of(request.scope, opened, trust=trust, service=service, week=_week(request))
    if request.GET.get("format") in TYPES:
        return _file(brief, request.GET["format"])
    if brief.has_patients and brief.waits:
        detail = f"{service or 'all services'}, week to {brief.week}"
        shown = [(trust, row.pathway) for row in brief.waits.rows]
        audit.record(request, action=audit.VIEWED, what="show_brief", trust=trust, rows=len(shown), detail=detail, shown=shown)
    services = [("", "The whole trust"), *((one.code, one.name) for one in found.services)]
    return page(
        request,
        "pages/brief.jinja",
        title=heading(brief),
        crumbs=crumbs_to(*_crumbs(found, brief)),
        brief=brief,
        path=reverse("show_brief_of", args=[trust, service]) if service else reverse("show_brief", args=[trust]),
        query={"week": brief.week.isoformat()},
        places=[(name, url("show_brief_of", trust, code) if code else url("show_brief", trust)) for code, name in services],
        action_said=action_said,
    )


def _week(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return None


def _crumbs(trust: organisation.Trust, brief: Brief) -> list[tuple[str, str]]:
    steps = [(trust.name, url("show_trust", trust.code))]
    return [*steps, (brief.title, url("show_service", trust.code, brief.service))] if brief.service else steps


def _file(brief: Brief, format_: str) -> HttpResponse:
    response = HttpResponse(written(brief, format_), content_type=TYPES[format_])
    name = f"brief-{brief.trust}-{brief.service or 'all'}-{brief.week.isoformat()}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{"txt" if format_ == "text" else format_}"'
    return response
