"""Who looked at what: the access records of the trusts for which the reader answers."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from clockstop.accounts.models import AccessRecord
from clockstop.accounts.roles import SEE_ACCESS_RECORDS
from clockstop.accounts.scopes import may
from clockstop.pages.context import page

ROWS_A_PAGE = 50


def list_access_records(request: HttpRequest) -> HttpResponse:
    """The records of the reader's trusts, newest first; everybody sees their own."""
    trusts = [trust for trust in request.scope.trusts if may(request.user, SEE_ACCESS_RECORDS, trust)]
    records = AccessRecord.objects.filter(trust__in=trusts) | AccessRecord.objects.filter(user=request.user)
    shown = Paginator(records.order_by("-at", "-id"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return page(request, "pages/access_records.jinja", title="Who looked at what?", shown=shown, trusts=sorted(trusts))
