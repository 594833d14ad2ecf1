"""Of which place and month a review is, as its address says it, and who may write there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from clockstop.accounts.roles import WRITE_REVIEWS
from clockstop.accounts.scopes import may
from clockstop.answers import now, organisation
from clockstop.answers.desk import Desk
from clockstop.answers.organisation import Trust
from clockstop.answers.scope import Scope
from clockstop.dates import add_months, month_end
from clockstop.errors import NotAllowed, UnknownName
from clockstop.pages.overview import trust_of
from clockstop.pages.review_address import review_href
from clockstop.registers.actions import reading as action_reading
from clockstop.registers.actions.reading import ShownAction
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading
from clockstop.registers.performance.reading import Owner


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """A review's trust, place and month (its last day)."""

    trust: Trust
    place: Place
    month: date

    @property
    def title(self) -> str:
        """The division's name, else the trust's; of a service its own."""
        if self.place.service:
            return organisation.service_name(self.place.service)
        return organisation.division_name(self.place.division) if self.place.division else self.trust.name

    @property
    def inside(self) -> str:
        """The division that it is of: its own, or of a service the one that runs it; empty of a whole trust."""
        return self.place.division or division_of(self.trust, self.place.service)

    @property
    def where_said(self) -> str:
        """The place in words, the trust first."""
        if self.place.service:
            within = f", {organisation.division_name(self.inside)} division" if self.inside else ""
            return f"{self.trust.name}{within}, {self.title}"
        return f"{self.trust.name}, {self.title} division" if self.place.division else f"{self.trust.name}, whole trust"

    @property
    def href(self) -> str:
        """The review's page."""
        return review_href(self.place, self.month)

    @property
    def query(self) -> dict[str, str]:
        """What the addresses of its writing pages say beside the trust."""
        parts = {name: value for name, value in self.place.where.items() if name != "trust"}
        return parts | {"month": f"{self.month:%Y-%m}"}


def above(found: Reviewed) -> tuple[tuple[str, str], ...]:
    """The reviews in which this one lies: the trust's, and of a service its division's."""
    whole = Place(trust=found.place.trust)
    if found.place == whole:
        return ()
    steps = [(found.trust.name, review_href(whole, found.month))]
    if found.place.service and found.inside:
        division = Place(trust=found.place.trust, division=found.inside)
        steps.append((organisation.division_name(found.inside), review_href(division, found.month)))
    return tuple(steps)


def division_of(trust: Trust, service: str) -> str:
    """The name of the division that runs the service; empty where none does."""
    return next((one.name for one in trust.divisions if service in {each.code for each in one.services}), "")


def actions_of(scope: Scope, found: Reviewed, *, today: date) -> tuple[ShownAction, ...]:
    """The actions of the place and of what lies in it: in a division, those of its services too."""
    if not found.place.division:
        return action_reading.agreed_actions(scope, found.place, today=today)
    every = action_reading.agreed_actions(scope, Place(trust=found.place.trust), today=today)
    return tuple(one for one in every if found.place.division in (one.place.division, division_of(found.trust, one.place.service)))


def owner_in(owners: Mapping[tuple[Place, str], Owner], found: Reviewed, measure: str) -> Owner | None:
    """Who answers for the measure there; of a service for which nobody is named, who answers for its division."""
    place = found.place
    if place.service and not any((place, what) in owners for what in (measure, "")):
        place = Place(trust=place.trust, division=found.inside)
    return reading.owner_of(owners, place, measure)


def reviewed(request: HttpRequest, opened: Desk, trust: str, division: str, *, service: str = "") -> Reviewed:
    """The review that an address names, if the reader may see the trust's figures and it has the division."""
    found = trust_of(request, opened, trust)
    if division and division not in {one.name for one in found.divisions}:
        raise UnknownName(f"{found.name} has no division of that name.", do="Choose one from the list of reviews.")
    if service and service not in {one.code for one in found.services}:
        raise UnknownName(f"{found.name} has no service of that code.", do="Choose one from the trust's page.")
    asked = (request.POST if request.method == "POST" else request.GET).get("month", "").strip()
    return Reviewed(trust=found, place=Place(trust=trust, division=division, service=service), month=month_of(asked, opened))


def named(request: HttpRequest, opened: Desk, trust: str) -> Reviewed:
    """The same of a page that is written to, whose address or form names the division and service."""
    said = request.POST if request.method == "POST" else request.GET
    return reviewed(request, opened, trust, said.get("division", "").strip(), service=said.get("service", "").strip())


def writable(request: HttpRequest, opened: Desk, trust: str, permission: str = WRITE_REVIEWS) -> Reviewed:
    """The same, if the reader may write there."""
    found = named(request, opened, trust)
    if not may(request.user, permission, trust):
        raise NotAllowed(
            "You may not write to this trust's reviews.",
            where=f"Trust {trust}.",
            do="Its managers and information team may; ask the person who manages accounts there.",
        )
    return found


def month_of(text: str, opened: Desk) -> date:
    """The last day of the month that an address names, YYYY-MM; the last whole month of the data where it names none."""
    latest = last_month(opened)
    if not text:
        return latest
    try:
        found = month_end(date.fromisoformat(f"{text[:7]}-01"))
        add_months(found, -1)  # the page asks for the month before
    except ValueError:
        raise UnknownName(f"{text} is no month.", do="Write it as YYYY-MM.") from None
    if found > latest:
        raise UnknownName(f"{text} is not over in the data.", do=f"Choose {latest:%Y-%m} or a month before.")
    return found


def last_month(opened: Desk) -> date:
    """The last whole month of the data."""
    last = month_end(opened.as_of)
    return last if last == opened.as_of else month_end(add_months(opened.as_of.replace(day=1), -1))


def today(opened: Desk) -> date:
    """The day by which actions are late: of made-up data that of the data."""
    return now.clock(opened).date()
