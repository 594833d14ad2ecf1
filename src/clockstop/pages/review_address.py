"""Where the review of a place is."""

from datetime import date

from clockstop.nhsuk.templating import url
from clockstop.registers.core.place import Place


def review_href(place: Place, month: date | None = None) -> str:
    """The page of a place's review: of the latest month where none is named."""
    said = {"month": f"{month:%Y-%m}"} if month else {}
    if place.service:
        return url("show_service_review", place.trust, place.service, **said)
    if place.division:
        return url("show_review", place.trust, place.division, **said)
    return url("show_trust_review", place.trust, **said)
