"""Pages for what goes wrong: what happened, what it means, what to do."""

from django.http import HttpRequest, HttpResponse

from clockstop.accounts import audit
from clockstop.errors import Busy, NotAllowed, UnknownName, UserError
from clockstop.pages.context import page, stamp
from clockstop.pages.glass import way_in


def user_errors(get_response):
    """Middleware: a `UserError` that a view raises becomes a page with the same three parts."""

    class Respond:
        def __call__(self, request: HttpRequest) -> HttpResponse:
            return get_response(request)

        def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
            return error_page(request, exception) if isinstance(exception, UserError) else None

    return Respond()


def error_page(request: HttpRequest, error: UserError) -> HttpResponse:
    """The page of an error on purpose. Before the first refresh every page is the one that says how to load."""
    if isinstance(error, NotAllowed):
        try:
            return _refused(request, error)
        except audit.NotRecorded as not_recorded:
            error = not_recorded
    if isinstance(error, UnknownName) and stamp() is None:
        return page(request, "pages/errors/nothing_loaded.jinja", title="Nothing has been loaded yet", status=503)
    status = 404 if isinstance(error, UnknownName) else 503 if isinstance(error, Busy) else 400
    way = way_in(request) if isinstance(error, UnknownName) else ""
    return page(request, "pages/errors/error.jinja", title=error.what, error=error, way_in=way, status=status)


def _refused(request: HttpRequest, error: NotAllowed) -> HttpResponse:
    match = request.resolver_match
    trust = str(match.kwargs.get("trust", "") if match else "")[:12]
    audit.record(request, action=audit.REFUSED, what=match.view_name if match else "", trust=trust)
    return page(request, "pages/errors/permission_denied.jinja", title=error.what, error=error, way_in=way_in(request), status=403)


def bad_request(request, exception=None):
    """What was sent could not be read (400)."""
    return page(request, "pages/errors/bad_request.jinja", title="This address cannot be read", status=400)


def permission_denied(request, exception=None):
    """No permission (403)."""
    return page(request, "pages/errors/permission_denied.jinja", title="You may not see this page", status=403)


def page_not_found(request, exception=None):
    """No such page (404)."""
    return page(request, "pages/errors/page_not_found.jinja", title="There is no such page", status=404)


def csrf_failure(request, reason=""):
    """A form without its token: usually a page left open over a sign-out (403)."""
    return page(request, "pages/errors/csrf_failure.jinja", title="This form is out of date", status=403)


def server_error(request):
    """A fault of ours (500). Leans on nothing that may itself be broken: no database, no snapshot."""
    from django.template.loader import get_template

    body = get_template("pages/errors/server_error.jinja").template.render(title="Something went wrong on our side")
    return HttpResponse(body, status=500)
