"""`request.scope`: what the person who asks may see."""

from django.utils.functional import SimpleLazyObject

from clockstop.accounts.scopes import scope_of
from clockstop.answers.scope import Scope

NOBODY = Scope(trusts=frozenset(), may_see_patients=frozenset(), user="", role="")


def scope(get_response):
    """Give each request its scope; it is worked out only where a view reads it."""

    def respond(request):
        request.scope = SimpleLazyObject(lambda: scope_of(request.user) if request.user.is_authenticated else NOBODY)
        return get_response(request)

    return respond
