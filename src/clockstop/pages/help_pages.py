"""Help, definitions and the accessibility statement: short, and open to everybody who has reached the site."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from clockstop.pages.context import page


@login_not_required
def show_help(request: HttpRequest) -> HttpResponse:
    """How to read the pages, and where to turn."""
    return page(request, "pages/help.jinja", title="Help", hide_as_of=True)


@login_not_required
def show_definitions(request: HttpRequest) -> HttpResponse:
    """The words on the pages, each with the rule behind it."""
    return page(request, "pages/definitions.jinja", title="Definitions", hide_as_of=True)


@login_not_required
def show_accessibility_statement(request: HttpRequest) -> HttpResponse:
    """What has been checked, and what has not."""
    return page(request, "pages/accessibility.jinja", title="Accessibility statement", hide_as_of=True)
