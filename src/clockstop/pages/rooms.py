"""Which rooms stand empty? A heat map of locations by weekday and half-day: in use, and booked beside it; the rooms of one cell."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import organisation, rooms
from clockstop.answers.desk import Desk
from clockstop.answers.lists import worklist_of
from clockstop.answers.rooms import DEFAULT_WEEKS, WEEKS, HalfDay, RoomFilters
from clockstop.contracts.outpatient_codes import ROOM_TYPE
from clockstop.measures.dimensions import WEEKDAYS
from clockstop.nhsuk.presenters import count, day, lower_first, number, percent
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.context import crumbs_to, desk, page, whole_number
from clockstop.pages.heat_map import Cell, Column, HeatMap, Row
from clockstop.pages.lists import list_address
from clockstop.rules.rooms import HALVES

TITLE = "Which rooms stand empty?"
BOUNDS = (0.4, 0.6, 0.75, 0.9)
SHORT = {HALVES[0]: "am", HALVES[1]: "pm"}
HEADINGS = (
    "Trust", "Location", "Weekday", "Half-day", "Rooms", "Room half-days open", "Of them not used at all", "Open minutes",
    "Booked minutes", "Minutes in use", "Booked, share", "In use, share",
)  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """The half-day that the reader opened."""

    trust: str
    location: str
    weekday: int
    half_day: str

    @property
    def words(self) -> str:
        """Elm suite, Wednesday afternoon."""
        return f"{self.location}, {WEEKDAYS[str(self.weekday)]} {lower_first(self.half_day)}"


def show_rooms(request: HttpRequest) -> HttpResponse:
    """The heat map as the address asks for it; with `format`, its figures as CSV or XLSX."""
    opened = desk()
    filters, crumbs = _filters(request, opened), crumbs_to(("Outpatients", url("show_family", "outpatients")))
    if not rooms.is_kept(opened):
        return page(request, "pages/rooms.jinja", title=TITLE, crumbs=crumbs, found=None)
    found = rooms.half_days(request.scope, opened, filters)
    names = {trust.code: trust.name for trust in organisation.tree(request.scope, opened)}
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, found, filters, names)
    chosen = _chosen(request, found)
    query = _query(filters)
    return page(
        request,
        "pages/rooms.jinja",
        title=TITLE,
        crumbs=crumbs,
        place=names.get(filters.trust) or count(len(names), "trust"),
        found=found,
        since=rooms.first_day(opened, filters),
        totals=_totals(found, filters),
        used=_map(found, filters, names, chosen, "used"),
        booked=_map(found, filters, names, chosen, "booked"),
        chosen=chosen,
        in_chosen=_in_chosen(request, opened, filters, chosen),
        sessions_href=_list_href(filters, chosen) if chosen else "",
        selects=_selects(request, opened, filters, names),
        path=reverse("show_rooms"),
        query=query,
        clinics_href=url("show_clinics", **({"trust": filters.trust} if filters.trust else {})),
        measures=[(title, url("show_measure", slug, **({"trust": filters.trust} if filters.trust else {}))) for title, slug in (
            ("Room time in use", "room_utilisation"), ("Room time booked", "room_allocation"))],
    )  # fmt: skip


def _filters(request: HttpRequest, opened: Desk) -> RoomFilters:
    asked = {name: request.GET.get(name, "").strip() for name in ("trust", "site", "room_type")}
    if asked["trust"]:
        request.scope.require_trust(asked["trust"])
    reach = sorted(request.scope.trusts & opened.manifest.trusts.keys())
    if not asked["trust"] and len(reach) == 1:
        asked["trust"] = reach[0]
    weeks = whole_number(request.GET.get("weeks", ""))
    return RoomFilters(**asked, weeks=weeks if weeks in WEEKS else DEFAULT_WEEKS)


def _query(filters: RoomFilters) -> dict[str, str]:
    said = {name: str(value) for name, value in filters.__dict__.items() if value}
    return {name: value for name, value in said.items() if value != str(getattr(RoomFilters, name))}


def _chosen(request: HttpRequest, found: Sequence[HalfDay]) -> Chosen | None:
    """The half-day that the address names, if there is one; it names trust and location by `at`."""
    trust, _, location = request.GET.get("at", "").partition(":")
    weekday = whole_number(request.GET.get("weekday", ""))
    chosen = Chosen(trust, location, weekday, request.GET.get("half_day", ""))
    is_there = any((one.trust, one.location, one.weekday, one.half_day) == tuple(chosen.__dict__.values()) for one in found)
    return chosen if is_there else None


def _map(found: Sequence[HalfDay], filters: RoomFilters, names: dict[str, str], chosen: Chosen | None, what: str) -> HeatMap:
    by_cell = {(one.trust, one.location, one.weekday, one.half_day): one for one in found}
    days = sorted({one.weekday for one in found})
    columns = [(weekday, half) for weekday in days for half in HALVES]
    places = list(dict.fromkeys((one.trust, one.location) for one in found))
    words = {"used": "Share of the open minutes in which rooms were in use", "booked": "Share of the open minutes that were booked"}
    return HeatMap(
        caption=f"{words[what]}, by location, weekday and half-day",
        columns=tuple(
            Column(SHORT[half], group=WEEKDAYS[str(weekday)], aloud=f"{WEEKDAYS[str(weekday)]} {lower_first(half)}")
            for weekday, half in columns
        ),
        rows=tuple(
            Row(
                _row_words(found, place, names if len(names) > 1 and not filters.trust else {}),
                tuple(_cell(by_cell.get((*place, *column)), filters, chosen, what) for column in columns),
            )
            for place in places
        ),
        bounds=BOUNDS,
        say=lambda share: percent(share, 0),
    )


def _row_words(found: Sequence[HalfDay], place: tuple[str, str], names: dict[str, str]) -> str:
    most = max(one.rooms for one in found if (one.trust, one.location) == place)
    said = f"{place[1]}, {count(most, 'room')}"
    return f"{said}; {names[place[0]]}" if place[0] in names else said


def _cell(one: HalfDay | None, filters: RoomFilters, chosen: Chosen | None, what: str) -> Cell:
    if one is None:
        return Cell(None, instead="closed")
    mine = Chosen(one.trust, one.location, one.weekday, one.half_day)
    at = {"at": f"{one.trust}:{one.location}", "weekday": str(one.weekday), "half_day": one.half_day}
    return Cell(getattr(one, what), href=url("show_rooms", **_query(filters), **at) + "#rooms", is_chosen=mine == chosen)


def _in_chosen(request: HttpRequest, opened: Desk, filters: RoomFilters, chosen: Chosen | None) -> list[dict]:
    if chosen is None:
        return []
    found = rooms.rooms_of(request.scope, opened, filters, **chosen.__dict__)
    return [
        {
            "room": one.room_name or one.room_identifier,
            "identifier": one.room_identifier,
            "clinics": one.clinics or "Nobody",
            "held": f"{one.days_used} of {count(one.days, 'day')}",
            "booked": percent(one.booked_minutes / one.open_minutes, 0) if one.open_minutes else "",
            "used": one.used,
            "said": percent(one.used, 0),
            "href": f"{_list_href(filters, chosen)}&room_identifier={one.room_identifier}",
        }
        for one in found
    ]


def _list_href(filters: RoomFilters, chosen: Chosen) -> str:
    """The room sessions behind a cell, on the list of rooms by half-day."""
    return list_address(
        worklist_of("room_sessions"),
        trust=chosen.trust, location=chosen.location, weekday=str(chosen.weekday), half_day=chosen.half_day,
        **({"room_type": filters.room_type} if filters.room_type else {}),
    )  # fmt: skip


def _totals(found: Iterable[HalfDay], filters: RoomFilters) -> dict:
    """The sentence above the map: how many half-days stood empty, when most, and how much was booked and not used."""
    found = list(found)
    half_days, empty = sum(one.half_days for one in found), sum(one.empty for one in found)
    opened = sum(one.open_minutes for one in found)
    when: dict[tuple[int, str], int] = {}
    for one in found:
        when[one.weekday, one.half_day] = when.get((one.weekday, one.half_day), 0) + one.empty
    worst = max(when, key=lambda key: when[key], default=None)
    trust = {"trust": filters.trust} if filters.trust else {}
    return {
        "half_days": number(half_days),
        "empty": number(empty),
        "empty_share": percent(empty / half_days, 0) if half_days else "",
        "empty_href": list_address(worklist_of("room_sessions"), group="empty", **trust),
        "worst": f"{WEEKDAYS[str(worst[0])]} {lower_first(worst[1])}s" if worst and empty else "",
        "worst_share": percent(when[worst] / empty, 0) if worst and empty else "",
        "used": percent(sum(one.used_minutes for one in found) / opened, 0) if opened else "",
        "booked": percent(sum(one.booked_minutes for one in found) / opened, 0) if opened else "",
    }


def _selects(request: HttpRequest, opened: Desk, filters: RoomFilters, names: dict[str, str]) -> list[dict]:
    known = rooms.choices(request.scope, opened, filters)
    sites = {site.code: site.name for trust in organisation.tree(request.scope, opened) for site in trust.sites}
    every = [("", "All our trusts")] if len(names) > 1 else []
    asked = (
        ("trust", "Organisation", [*every, *names.items()], filters.trust),
        ("site", "Site", [("", "All sites"), *((code, sites.get(code, code)) for code in known.sites)], filters.site),
        ("room_type", "Kind of room", [("", "All kinds"), *((kind, ROOM_TYPE.get(kind, kind)) for kind in known.room_types)],
         filters.room_type),
        ("weeks", "Weeks", [(str(weeks), f"Last {weeks} weeks") for weeks in WEEKS], str(filters.weeks)),
    )  # fmt: skip
    return [{"name": name, "label": label, "options": options, "value": value} for name, label, options, value in asked]


def _export(
    request: HttpRequest, opened: Desk, found: Sequence[HalfDay], filters: RoomFilters, names: dict[str, str]
) -> HttpResponse:
    rows = (
        (
            names.get(one.trust, one.trust), one.location, WEEKDAYS[str(one.weekday)], one.half_day, one.rooms, one.half_days,
            one.empty, one.open_minutes, one.booked_minutes, one.used_minutes, _rounded(one.booked), _rounded(one.used),
        )
        for one in found
    )  # fmt: skip
    about = (
        f"{TITLE} From {day(rooms.first_day(opened, filters))} to {day(opened.as_of)}.",
        f"Snapshot {opened.snapshot_id}. Overlaps in one room count once, within its open hours (OP-R13, OP-R14).",
        *(("Synthetic data: every trust, room and figure is made up.",) if opened.manifest.is_synthetic else ()),
    )
    return exports.export(request.GET["format"], name=f"rooms-{opened.as_of:%Y-%m-%d}", columns=HEADINGS, rows=rows, notes=about)


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
