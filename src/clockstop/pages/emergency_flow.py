"""How do patients flow through the emergency department? Arrivals to departures by hour, time to each stage, who is admitted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import bed_flow, emergency, emergency_flow, organisation
from clockstop.answers.bed_flow import DEMAND, DayOfBeds
from clockstop.answers.desk import Desk
from clockstop.answers.emergency_flow import (
    CUTS,
    DEFAULT_WEEKS,
    KIND_TITLES,
    ROUTES,
    STAGES,
    WEEKS,
    FlowFilters,
    HourOfDay,
    RouteTimes,
)
from clockstop.answers.place import Place
from clockstop.answers.scope import Scope
from clockstop.contracts.emergency_codes import DEPARTMENT_TYPE
from clockstop.measures.dimensions import WEEKDAYS
from clockstop.nhsuk.presenters import day as in_words
from clockstop.nhsuk.presenters import number, percent, signed
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, flow_drawings, small_numbers
from clockstop.pages.clock_bars import hours_and_minutes
from clockstop.pages.context import crumbs_to, desk, page, whole_number
from clockstop.pages.heat_map import Cell, Column, HeatMap, Row, bounds_of
from clockstop.pages.small_numbers import WITHHELD

BED_HEADS = ("From", *DEMAND.values(), "Freed", "Freed less asked for since midnight")
TITLE = "How do patients flow through the emergency department?"
MODES = {"": "All", emergency_flow.AMBULANCE: "By ambulance", emergency_flow.OTHERWISE: "Otherwise"}


@dataclass(frozen=True)
class _Asked:
    """What the address asks for, of which snapshot, by whom."""

    scope: Scope
    opened: Desk
    filters: FlowFilters
    last_day: date

    @property
    def is_own(self) -> bool:
        """Whether the reader is cleared for the small numbers of what is shown."""
        return bool(self.filters.trust) and self.scope.is_own(self.filters.trust)

    @property
    def is_sent(self) -> bool:
        """Whether a trust of what is shown sends attendances: where none does, nobody knows who came, and 0 would be a lie."""
        return emergency.is_sent(self.scope, self.opened, Place(self.filters.trust, ""))

    @property
    def place(self) -> tuple[Scope, Desk, FlowFilters, date]:
        """As the functions of answers take it."""
        return self.scope, self.opened, self.filters, self.last_day


@dataclass(frozen=True)
class Taken:
    """A table of the page as it leaves: its headings and rows."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def show_emergency_flow(request: HttpRequest) -> HttpResponse:
    """The page as the address asks for it; with `format`, the table that `table` names as CSV or XLSX."""
    opened = desk()
    crumbs = crumbs_to(("Emergency", url("show_family", "emergency")))
    if not emergency_flow.is_kept(opened):
        return page(request, "pages/emergency_flow.jinja", title=TITLE, crumbs=crumbs, found=None)
    asked = _Asked(request.scope, opened, _filters(request, opened), emergency_flow.last_whole_day(request.scope, opened))
    if request.GET.get("format") in exports.FORMATS:
        return _export(request.GET["format"], request.GET.get("table", ""), asked)
    names = {trust.code: trust.name for trust in organisation.tree(request.scope, opened)}
    hours = emergency_flow.hours_of_day(*asked.place)
    found = any(hour.arrivals for hour in hours)
    return page(
        request,
        "pages/emergency_flow.jinja",
        title=TITLE,
        crumbs=crumbs,
        found=found,
        is_sent=found or asked.is_sent,
        place=names.get(asked.filters.trust) or "All our trusts",
        since=asked.filters.first_day(asked.last_day),
        last_day=asked.last_day,
        selects=_selects(request, opened, asked.filters, names),
        path=reverse("show_emergency_flow"),
        query=_query(asked.filters),
        links=_links(asked.filters),
        **(_parts(asked, hours) if found else {}),
    )


def _parts(asked: _Asked, hours: Sequence[HourOfDay]) -> dict[str, Any]:
    """The drawings, each for a screen and for a phone, with their tables."""
    routes = emergency_flow.routes(*asked.place)
    drawn = _drawn(routes, is_own=asked.is_own)
    return {
        "summary": _summary(hours),
        "arrivals": [flow_drawings.arrivals_and_departures(hours, width) for width in flow_drawings.WIDTHS],
        "occupancy": [flow_drawings.occupancy(hours, width) for width in flow_drawings.WIDTHS],
        "hour_rows": _hour_rows(hours, is_own=asked.is_own),
        "week": _week(asked),
        "stages": [flow_drawings.stages_of(drawn, width) for width in flow_drawings.STAGE_WIDTHS],
        "stage_names": list(STAGES.values()),
        "route_rows": _route_rows(routes, is_own=asked.is_own),
        "converted": _converted(asked),
        **_beds(asked),
    }


def _beds(asked: _Asked) -> dict[str, Any]:
    """Beds asked for and freed by the hour; nothing where nobody sends spells."""
    if not bed_flow.is_kept(asked.opened):
        return {"beds": None}
    day = bed_flow.day_of_beds(*asked.place)
    if not day.freed and not day.asked:
        return {"beds": None}
    worst = min(day.gaps)
    return {
        "beds": [flow_drawings.beds_by_hour(day, width) for width in flow_drawings.WIDTHS],
        "gaps": [flow_drawings.gap_through_the_day(day, width) for width in flow_drawings.WIDTHS],
        "bed_rows": _bed_rows(day, is_own=asked.is_own),
        "bed_heads": BED_HEADS,
        "bed_summary": {
            "asked": number(day.asked, 1),
            "freed": number(day.freed, 1),
            "worst": number(-worst, 1) if worst < 0 else "",
            "worst_at": f"{(day.gaps.index(worst) + 1) % 24:02}:00",
        },
    }


def _bed_rows(day: DayOfBeds, *, is_own: bool) -> list[tuple[str, ...]]:
    """The hours with who asked for beds, those freed and the gap so far: means of a day, the few of other trusts withheld."""
    whose = {who: [one.asked[who] for one in day.hours] for who in DEMAND} | {"freed": [one.freed for one in day.hours]}
    few = {who: set() if is_own else small_numbers.withheld_places(values) for who, values in whose.items()}
    return [
        (
            f"{one.hour:02}:00",
            *(WITHHELD if place in few[who] else number(values[place] / day.days, 1) for who, values in whose.items()),
            signed(gap, 1),
        )
        for place, (one, gap) in enumerate(zip(day.hours, day.gaps, strict=True))
    ]


def _filters(request: HttpRequest, opened: Desk) -> FlowFilters:
    asked = {name: request.GET.get(name, "").strip() for name in ("trust", "site", "department")}
    if asked["trust"]:
        request.scope.require_trust(asked["trust"])
    reach = sorted(request.scope.trusts & opened.manifest.trusts.keys())
    if not asked["trust"] and len(reach) == 1:
        asked["trust"] = reach[0]
    weeks, weekday = whole_number(request.GET.get("weeks", "")), whole_number(request.GET.get("weekday", ""))
    return FlowFilters(
        **asked, weeks=weeks if weeks in WEEKS else DEFAULT_WEEKS, weekday=weekday if weekday in emergency_flow.WEEKDAYS else 0
    )


def _query(filters: FlowFilters) -> dict[str, str]:
    said = {name: str(value) for name, value in filters.__dict__.items() if value}
    return {name: value for name, value in said.items() if value != str(getattr(FlowFilters, name))}


def _summary(hours: Sequence[HourOfDay]) -> dict[str, str]:
    """The finding: how many a day, the busiest hour, when the department is fullest and when emptiest."""
    if not any(hour.arrivals for hour in hours):
        return {}
    busiest, fullest = max(hours, key=lambda one: one.arrivals), max(hours, key=lambda one: one.occupancy)
    emptiest = min(hours, key=lambda one: one.occupancy)
    return {
        "arrivals": number(sum(one.mean_arrivals for one in hours)),
        "busiest": f"{busiest.hour:02}:00",
        "busiest_arrivals": number(busiest.mean_arrivals, 1),
        "fullest": f"{fullest.hour:02}:00",
        "fullest_patients": number(fullest.occupancy),
        "emptiest": f"{emptiest.hour:02}:00",
        "emptiest_patients": number(emptiest.occupancy),
        "days": number(hours[0].days),
    }


def _hour_rows(hours: Sequence[HourOfDay], *, is_own: bool) -> list[tuple[str, str, str, str]]:
    """The table beside the drawing; hours in which few came or went are withheld from who is not cleared for the trust."""
    came, went = (
        set() if is_own else small_numbers.withheld_places([getattr(one, what) for one in hours])
        for what in ("arrivals", "departures")
    )
    return [
        (
            f"{one.hour:02}:00",
            WITHHELD if place in came else number(one.mean_arrivals, 1),
            WITHHELD if place in went else number(one.mean_departures, 1),
            number(one.occupancy, 1),
        )
        for place, one in enumerate(hours)
    ]


def _week(asked: _Asked) -> HeatMap:
    """Arrivals by weekday and hour: the mean of a day."""
    filters = asked.filters
    found = emergency_flow.week_of_arrivals(asked.scope, asked.opened, replace(filters, weekday=0), asked.last_day)
    means = {place: patients / filters.weeks for place, patients in found.items()}
    few = {place for place, patients in found.items() if small_numbers.is_withheld(patients, is_own=asked.is_own)}
    return HeatMap(
        caption="Arrivals by weekday and hour, mean of a day",
        columns=tuple(Column(f"{hour:02}", aloud=f"{hour:02}:00 to {hour + 1:02}:00") for hour in emergency_flow.HOURS),
        rows=tuple(
            Row(
                WEEKDAYS[str(weekday)],
                tuple(_cell(means.get((weekday, hour), 0.0), (weekday, hour) in few) for hour in emergency_flow.HOURS),
                href=url("show_emergency_flow", **(_query(filters) | {"weekday": str(weekday)})),
            )
            for weekday in emergency_flow.WEEKDAYS
        ),
        bounds=bounds_of(sorted(means.values())),
        say=lambda mean: number(mean, 1),
    )


def _cell(mean: float, is_few: bool) -> Cell:
    return Cell(None, instead="few") if is_few else Cell(mean)


def _drawn(routes: Sequence[RouteTimes], *, is_own: bool) -> list[RouteTimes]:
    """The routes that are drawn: admitted and discharged by mode, the others whole; none of few patients to who is not cleared."""
    halves = {("admitted", mode) for mode in MODES if mode} | {("discharged", mode) for mode in MODES if mode}
    wanted = [*sorted(halves), ("transferred", ""), ("sdec", ""), ("left", "")]
    few = _few_of(routes, is_own=is_own)
    by_place = {(one.route, one.mode): one for one in routes}
    return [by_place[place] for place in wanted if place in by_place and place not in few]


def _few_of(routes: Sequence[RouteTimes], *, is_own: bool) -> set[tuple[str, str]]:
    """The routes and modes that are withheld: of few patients, and those by which a sum would give these away."""
    if is_own:
        return set()
    wholes = [one for one in routes if not one.mode]
    few = {(wholes[place].route, "") for place in small_numbers.withheld_places([one.patients for one in wholes])}
    for route in ROUTES:
        halves = [one for one in routes if one.route == route and one.mode]
        hidden = small_numbers.withheld_places([one.patients for one in halves])
        few |= {(route, one.mode) for place, one in enumerate(halves) if place in hidden or (route, "") in few}
    return few


def _route_rows(routes: Sequence[RouteTimes], *, is_own: bool) -> list[dict[str, Any]]:
    whole = sum(one.patients for one in routes if not one.mode)
    few = _few_of(routes, is_own=is_own)
    return [_route_row(one, whole, is_few=(one.route, one.mode) in few, is_own=is_own) for one in routes]


def _route_row(one: RouteTimes, whole: int, *, is_few: bool, is_own: bool) -> dict[str, Any]:
    few_words = small_numbers.FEW if small_numbers.is_withheld(one.patients, is_own=is_own) else WITHHELD
    said = [] if is_few else [[_time(value) for value in (stage.median, stage.upper, stage.tail)] for stage in one.stages]
    return {
        "route": ROUTES[one.route],
        "mode": MODES[one.mode],
        "is_part": bool(one.mode),
        "patients": few_words if is_few else number(one.patients),
        "share": "" if is_few or not whole else percent(one.patients / whole),
        "within": "" if is_few else _part(one.within_4_hours, one.patients, is_own=is_own),
        "over": "" if is_few else _part(one.over_12_hours, one.patients, is_own=is_own),
        "stages": said or [["", "", ""]] * len(STAGES),
    }


def _part(part: int, whole: int, *, is_own: bool) -> str:
    """The share, unless few are in it or few are not."""
    few = any(small_numbers.is_withheld(count, is_own=is_own) for count in (part, whole - part))
    return WITHHELD if few else percent(part / whole)


def _time(minutes: float | None) -> str:
    return "none" if minutes is None else hours_and_minutes(int(minutes + 0.5))


def _converted(asked: _Asked) -> list[dict[str, Any]]:
    """The tables of who is admitted: the whole first, then each cut."""
    parts = [(title, _conversion_rows(asked, by)) for by, title in {"": "All", **CUTS}.items()]
    return [{"title": title, "rows": rows} for title, rows in parts if rows]


def _conversion_rows(asked: _Asked, by: str) -> list[dict[str, Any]]:
    """The kinds of a cut, whose sums stand above: where one is withheld a second is too."""
    found = emergency_flow.conversion(*asked.place, by)
    sides = ([one.attendances for one in found], [one.admitted for one in found], [one.attendances - one.admitted for one in found])
    came, admitted, others = (set() if asked.is_own else small_numbers.withheld_places(counts) for counts in sides)
    return [
        _conversion_row(by, one, is_few=place in came, hides=place in came | admitted | others) for place, one in enumerate(found)
    ]


def _conversion_row(by: str, one: emergency_flow.Converted, *, is_few: bool, hides: bool) -> dict[str, Any]:
    return {
        "kind": KIND_TITLES[by].get(one.kind, one.kind),
        "attendances": WITHHELD if is_few else number(one.attendances),
        "admitted": WITHHELD if hides else number(one.admitted),
        "share": "" if hides or one.share is None else percent(one.share),
        "bar": 0 if hides or one.share is None else one.share * 120,
    }


def _selects(request: HttpRequest, opened: Desk, filters: FlowFilters, names: dict[str, str]) -> list[dict]:
    sites, kinds = emergency_flow.choices(request.scope, opened, filters.trust)
    titles = {site.code: site.name for trust in organisation.tree(request.scope, opened) for site in trust.sites}
    every = [("", "All our trusts")] if len(names) > 1 else []
    asked = (
        ("trust", "Organisation", [*every, *names.items()], filters.trust),
        ("site", "Site", [("", "All sites"), *((code, titles.get(code, code)) for code in sites)], filters.site),
        ("department", "Department", [("", "All kinds"), *((kind, _kind_of(kind)) for kind in kinds)], filters.department),
        ("weekday", "Day", [("", "Every day"), *WEEKDAYS.items()], str(filters.weekday or "")),
        ("weeks", "Weeks", [(str(weeks), f"Last {weeks} weeks") for weeks in WEEKS], str(filters.weeks)),
    )  # fmt: skip
    return [{"name": name, "label": label, "options": options, "value": value} for name, label, options, value in asked]


def _kind_of(department: str) -> str:
    """Type 1; Same day emergency care."""
    return DEPARTMENT_TYPE.get(department, department).partition(":")[0]


def _links(filters: FlowFilters) -> list[tuple[str, str]]:
    chosen = {"trust": filters.trust, "site": filters.site}
    return [("The department and beds, now", url("show_emergency", **chosen)), ("Every ward’s beds", url("show_beds", **chosen))]


def _export(format_: str, table: str, asked: _Asked) -> HttpResponse:
    taken = _taken(table, asked)
    about = (
        f"{TITLE} From {in_words(asked.filters.first_day(asked.last_day))} to {in_words(asked.last_day)}.",
        f"Snapshot {asked.opened.snapshot_id}. Hours are London's; arrivals, departures and patients are means of a day.",
        *(("Synthetic data: every trust, patient and figure is made up.",) if asked.opened.manifest.is_synthetic else ()),
    )
    name = f"{taken.name}-{asked.last_day:%Y-%m-%d}"
    return exports.export(format_, name=name, columns=taken.columns, rows=taken.rows, notes=about)


def _taken(table: str, asked: _Asked) -> Taken:
    if table == "routes":
        return _routes_taken(_route_rows(emergency_flow.routes(*asked.place), is_own=asked.is_own))
    if table == "week":
        heads, rows = _week(asked).table()
        return Taken("emergency-week", ("Weekday", *heads[1:]), _known(asked, rows))
    if table == "beds" and bed_flow.is_kept(asked.opened):
        return Taken("bed-demand", BED_HEADS, _bed_rows(bed_flow.day_of_beds(*asked.place), is_own=asked.is_own))
    if table == "conversion":
        return _conversion_taken(_converted(asked))
    hours = _hour_rows(emergency_flow.hours_of_day(*asked.place), is_own=asked.is_own)
    return Taken("emergency-hours", ("Hour", "Arrivals", "Departures", "In the department"), _known(asked, hours))


def _known(asked: _Asked, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """The rows, without their noughts where nobody sends attendances."""
    return [tuple(row) for row in rows] if asked.is_sent else exports.not_known(rows)


def _routes_taken(rows: Sequence[dict[str, Any]]) -> Taken:
    times = [f"{stage}, {what}" for stage in STAGES.values() for what in ("median", "75th centile", "95th centile")]
    columns = ("Route", "Came", "Patients", "Share", "Within 4 hours", "Over 12 hours", *times)
    taken = [
        (row["route"], row["mode"], row["patients"], row["share"], row["within"], row["over"],
         *(value for stage in row["stages"] for value in stage))
        for row in rows
    ]  # fmt: skip
    return Taken("emergency-routes", columns, taken)


def _conversion_taken(tables: Sequence[dict[str, Any]]) -> Taken:
    rows = [
        (table["title"], row["kind"], row["attendances"], row["admitted"], row["share"])
        for table in tables
        for row in table["rows"]
    ]
    return Taken("emergency-conversion", ("Cut", "Kind", "Attendances of type 1", "Admitted", "Share"), rows)
