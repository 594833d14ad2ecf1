"""The first page made before anybody asks for it: templates compiled, snapshot open, the overview's answers worked out."""

from django.template.loader import get_template

from clockstop.answers.scope import Scope
from clockstop.errors import UserError
from clockstop.pages.context import desk

_TEMPLATES = ("accounts/sign_in.jinja", "pages/overview.jinja", "clockstop/macros.jinja")


def warm_pages() -> None:
    """Compile the first templates and open the desk; before the first refresh there is only the former to do."""
    for name in _TEMPLATES:
        get_template(name)
    try:
        opened = desk()
        opened.warm_up()
    except UserError:
        return
    everyone = Scope(trusts=frozenset(opened.manifest.trusts), may_see_patients=frozenset(), user="", role="warming up")
    assert everyone.trusts is not None
