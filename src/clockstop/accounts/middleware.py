"""`request.scope`: what the person who asks may see."""

from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from clockstop.accounts import break_glass
from clockstop.accounts.asking import asked_by
from clockstop.accounts.roles import EXPORT_PATIENTS, SEE_PATIENTS
from clockstop.accounts.scopes import scope_of
from clockstop.answers.scope import Scope

NOBODY = Scope(trusts=frozenset(), may_see_patients=frozenset(), user="", role="")


def scope(get_response):
    """Give each request its scope; it is worked out only where a view reads it."""

    def respond(request):
        request.scope = SimpleLazyObject(lambda: _scope(request))
        with asked_by(request):
            return get_response(request)

    return respond


def _scope(request) -> Scope:
    """The person's scope; on the pages of a pathway that stands open to them (accounts/break_glass.py), with it."""
    if not request.user.is_authenticated:
        return NOBODY
    found, match = scope_of(request.user, to=purpose(request)), request.resolver_match
    if match is None or match.view_name not in break_glass.PAGES:
        return found
    return break_glass.widened(found, request.user, **match.kwargs, now=timezone.now())


def purpose(request) -> str:
    """What patients' rows are asked for: to be taken away, where a file or the API is asked for; else to be seen."""
    return EXPORT_PATIENTS if request.GET.get("format") or request.path.startswith("/api/") else SEE_PATIENTS
