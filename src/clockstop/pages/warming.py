"""The first page made before anybody asks for it: templates compiled, snapshot open, the group's overview worked out."""

from django.template.loader import get_template

from clockstop.answers import board
from clockstop.answers.scope import Scope
from clockstop.errors import UserError
from clockstop.pages.context import desk
from clockstop.pages.overview import england_of

_TEMPLATES = ("accounts/sign_in.jinja", "pages/overview.jinja", "pages/board_grid.jinja", "clockstop/macros.jinja")


def warm_pages() -> None:
    """Compile the first templates, open the desk and answer the overview; before the first refresh only the first can be done."""
    for name in _TEMPLATES:
        get_template(name)
    try:
        opened = desk()
        opened.warm_up()
        everyone = Scope(trusts=frozenset(opened.manifest.trusts), may_see_patients=frozenset(), user="", role="")
        for slug in board.overview(everyone, opened, {}).measures:
            england_of(opened, slug)
    except UserError:
        return
