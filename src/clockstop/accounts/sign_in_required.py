"""The door: every page asks for a sign-in that lasts, and for what a person still owes before anything else."""

from urllib.parse import quote

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from clockstop.accounts import kept_text, sessions
from clockstop.accounts.first_steps import OPEN_TO_ALL, owed_page

_WHY = "sign_in_ended"


class SignInRequired(LoginRequiredMiddleware):
    """Every page asks for a sign-in unless its view says otherwise; a live filter is sent there as a whole page."""

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        """None where the page may answer; else the way to the sign-in page, or to what is owed first."""
        if request.user.is_authenticated:
            why = sessions.over(request)
            if why:
                _end(request, why, is_kept=request.resolver_match.view_name not in OPEN_TO_ALL)
            else:
                sessions.touch(request)
                page = owed_page(request)
                if page and request.resolver_match.view_name not in OPEN_TO_ALL:
                    return _whole_page(request, reverse(page))
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:
        """The way to the sign-in page, with the page to come back to: that from which a form was sent, else the one asked for."""
        if request.method in ("GET", "HEAD") and not request.htmx:
            return super().handle_no_permission(request, view_func)
        back = request.path if request.method in ("GET", "HEAD") else _page_of(request)
        where = reverse("sign_in")
        return _whole_page(request, f"{where}?next={quote(back)}" if back else where)


def ended_because(request: HttpRequest) -> str:
    """Why the last sign-in at this browser ended, said once; empty where it did not run out."""
    return request.session.pop(_WHY, "")


def _end(request: HttpRequest, why: str, *, is_kept: bool) -> None:
    """End the session, and keep what was being sent for the person to send again; never a password or a code."""
    kept = kept_text.kept_from(request, request.user.pk) if is_kept else None
    sessions.close(request.session.session_key, why)
    logout(request)
    request.session[_WHY] = why
    kept_text.keep(request, kept)


def _whole_page(request: HttpRequest, where: str) -> HttpResponse:
    return HttpResponseClientRedirect(where) if request.htmx else HttpResponseRedirect(where)


def _page_of(request: HttpRequest) -> str:
    """The page of this site on which the form stood; empty where the browser does not say."""
    said = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}):
        return ""
    return "/" + said.split("://", 1)[-1].partition("/")[2] if "://" in said else said
