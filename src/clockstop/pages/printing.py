"""A page with patients says that it was printed: what the browser tells before it prints is recorded like the look itself."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from clockstop.accounts import audit
from clockstop.accounts.models import AccessRecord, ShownPatients

_SALT = "clockstop.printed"
_LONGEST_DAY = 12 * 3600


def looks_token(request: HttpRequest) -> str:
    """What names the looks of this answer, for the page to send back when it is printed; empty where it shows no patient."""
    looks = [one.pk for one in getattr(request, "access_records", ()) if one.action in (audit.VIEWED, audit.SEARCHED)]
    return signing.dumps([request.user.pk, looks], salt=_SALT) if looks else ""


@require_POST
def add_print(request: HttpRequest) -> HttpResponse:
    """Record that the person printed, or was about to print, what these looks showed."""
    try:
        user, looks = signing.loads(request.POST.get("look", ""), salt=_SALT, max_age=_LONGEST_DAY)
    except signing.BadSignature:
        return HttpResponse(status=400)
    if user != request.user.pk:
        return HttpResponse(status=403)
    for look in AccessRecord.objects.filter(pk__in=looks):
        shown = ShownPatients.objects.filter(record=look).first()
        audit.record_again(request, look, action=audit.PRINTED, keys=bytes(shown.keys) if shown else b"")
    return HttpResponse(status=204)
