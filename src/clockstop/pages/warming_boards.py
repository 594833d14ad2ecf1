"""What the boards of unplanned care ask, asked before anybody does: the department and beds now, how patients flow, every ward."""

from clockstop.answers import bed_flow, beds, beds_tonight, emergency, emergency_flow, now
from clockstop.answers.beds import BedFilters
from clockstop.answers.desk import Desk
from clockstop.answers.emergency_flow import FlowFilters
from clockstop.answers.place import Place
from clockstop.answers.scope import Scope
from clockstop.pages.emergency import LIVE

TEMPLATES = ("pages/emergency.jinja", "pages/emergency_flow.jinja", "pages/beds.jinja")


def warm_boards(scope: Scope, opened: Desk, trust: str = "") -> None:
    """Ask for the boards of one trust, or of all in reach, as their pages first do."""
    place = Place(trust)
    at = min((one.at for one in now.states(scope, opened, LIVE, trust=trust)), default=now.clock(opened))
    if emergency.is_kept(opened) and emergency.is_sent(scope, opened, place):
        emergency.department(scope, opened, place, at)
        emergency.today(scope, opened, place)
        emergency.usual(scope, opened, place, at)
        emergency.usual_day(scope, opened, place, at.date())
    if beds_tonight.is_kept(opened):
        beds_tonight.tonight(scope, opened, place, at)
        beds_tonight.going_home(scope, opened, place, at)
    if emergency_flow.is_kept(opened):
        _flow(scope, opened, FlowFilters(trust=trust))
    if beds.is_kept(opened):
        wanted = BedFilters(trust=trust)
        beds.wards(scope, opened, wanted)
        for by in ("ward", "site", "trust"):
            beds.nights(scope, opened, wanted, by)


def _flow(scope: Scope, opened: Desk, filters: FlowFilters) -> None:
    last_day = emergency_flow.last_whole_day(scope, opened)
    asked = (scope, opened, filters, last_day)
    emergency_flow.choices(scope, opened, filters.trust)
    emergency_flow.hours_of_day(*asked)
    emergency_flow.week_of_arrivals(*asked)
    emergency_flow.routes(*asked)
    emergency_flow.conversion(*asked, "")
    if bed_flow.is_kept(opened):
        bed_flow.day_of_beds(*asked)
