"""Where are we? The group, a trust, a division and a service."""

from django.http import HttpRequest, HttpResponse

from clockstop.pages.context import filters_of, page


def show_overview(request: HttpRequest) -> HttpResponse:
    """The headline measures of every trust within the reader's scope."""
    return page(request, "pages/overview.jinja", title="Where are we?", filters=filters_of(request))
