"""Where are our beds? Every ward now, what is closed and why, who could go; occupancy midnight by midnight; virtual wards apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import beds, organisation
from clockstop.answers.beds import DEFAULT_WEEKS, OF_PATIENTS, WEEKS, BedFilters, Night, Together, WardNow
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.contracts.ward_codes import BED_CLOSED_REASON
from clockstop.nhsuk.presenters import day as in_words
from clockstop.nhsuk.presenters import lower_first, number, percent, short_day
from clockstop.nhsuk.templating import url
from clockstop.pages import care_links, emergency, exports, now, small_numbers
from clockstop.pages.context import crumbs_to, desk, page, whole_number
from clockstop.pages.heat_map import Cell, Column, HeatMap, Row
from clockstop.rules.bed_base import BED_GROUPS, GENERAL_AND_ACUTE

TITLE = "Where are our beds?"
# From where a ward is nearly full: 92% is the planning norm (operations.md 2.2).
BOUNDS = (0.85, 0.92, 0.97, 1.0)
EVERY_GROUP = "all"
HEADS = (
    "Trust", "Site", "Ward", "Open", "Occupied", "Empty", "Closed for infection", "Closed for staffing", "Closed for estates",
    "Reserved", "Of them escalation", "Ready and waiting", "Outliers", "7 nights or more", "14 nights or more", "21 nights or more",
    "Going home today", "Gone today", "Expected before today",
)  # fmt: skip
LISTS = {
    "ready": ("ready-not-gone", ""), "outliers": ("outliers", ""), "los_21_plus": ("over-21-days", ""),
    "going": ("expected-discharges", "to_go"), "gone": ("expected-discharges", "gone"),
}  # fmt: skip


@dataclass(frozen=True)
class _Asked:
    """What the address asks for, of which snapshot, by whom."""

    scope: Scope
    opened: Desk
    filters: BedFilters

    @property
    def is_own(self) -> bool:
        """Whether the reader may see the patients of every trust that is counted."""
        trusts = {self.filters.trust} if self.filters.trust else self.scope.trusts & self.opened.manifest.trusts.keys()
        return all(map(self.scope.is_own, trusts))

    @property
    def here(self) -> tuple[Scope, Desk, BedFilters]:
        """As the functions of answers take it."""
        return self.scope, self.opened, self.filters

    def list_href(self, slug: str, *, group: str = "", **words: str) -> str:
        """The list behind a number, for who may see its patients."""
        return care_links.list_href(slug, group=group, **words) if self.is_own else ""

    def said(self, patients: float) -> str:
        """A count of patients, as this reader may have it."""
        return small_numbers.said(patients, is_own=self.is_own)


def show_beds(request: HttpRequest) -> HttpResponse:
    """The wards as the address asks for them; with `format`, the wards or (`table=nights`) the midnights as CSV or XLSX."""
    opened = desk()
    crumbs = crumbs_to(("Beds", url("show_family", "beds")))
    if not beds.is_kept(opened):
        return page(request, "pages/beds.jinja", title=TITLE, crumbs=crumbs, found=None)
    place = emergency.place_of(request, opened)
    live = now.board(request, opened, beds.LIVE, trust=place.trust)
    if live.is_unchanged:
        return live.unchanged(request)
    asked = _Asked(request.scope, opened, _filters(request, place.trust, place.site))
    if request.GET.get("format") in exports.FORMATS:
        return _export(request.GET["format"], request.GET.get("table", ""), asked)
    wards = beds.wards(*asked.here)
    return page(
        request,
        "pages/beds.jinja",
        title=TITLE,
        crumbs=crumbs,
        found=True,
        live=live,
        hide_as_of=True,
        where=emergency.place_words(request.scope, opened, place),
        group=lower_first(BED_GROUPS.get(asked.filters.group, "All groups of beds")),
        selects=_selects(asked),
        path=reverse("show_beds"),
        query=_query(asked.filters),
        links=[
            ("The department and beds, now", url("show_emergency", **place.__dict__)),
            ("How patients flow", url("show_emergency_flow", **place.__dict__)),
        ],
        wards=_places(asked, wards),
        sums=_sums(asked, beds.together(wards)) if wards else None,
        **_nights(asked),
        virtual=_virtual(asked),
    )


def _filters(request: HttpRequest, trust: str, site: str) -> BedFilters:
    group, weeks = request.GET.get("group", ""), whole_number(request.GET.get("weeks", ""))
    known = group if group in BED_GROUPS else "" if group == EVERY_GROUP else GENERAL_AND_ACUTE
    return BedFilters(trust, site, known, weeks if weeks in WEEKS else DEFAULT_WEEKS)


def _query(filters: BedFilters) -> dict[str, str]:
    said = {"trust": filters.trust, "site": filters.site, "group": filters.group or EVERY_GROUP, "weeks": str(filters.weeks)}
    usual = {"group": GENERAL_AND_ACUTE, "weeks": str(DEFAULT_WEEKS)}
    return {name: value for name, value in said.items() if value and value != usual.get(name)}


def _selects(asked: _Asked) -> list[dict]:
    _sites, groups = beds.choices(asked.scope, asked.opened, asked.filters.trust)
    kinds = [(one, BED_GROUPS[one]) for one in BED_GROUPS if one in groups and one not in ("virtual", "no_ward")]
    return [
        *care_links.place_selects(asked.scope, asked.opened, asked.filters),
        {"name": "group", "label": "Beds", "options": [*kinds, (EVERY_GROUP, "All groups")],
         "value": asked.filters.group or EVERY_GROUP},
        {"name": "weeks", "label": "Midnights", "options": [(str(weeks), f"Last {weeks} weeks") for weeks in WEEKS],
         "value": str(asked.filters.weeks)},
    ]  # fmt: skip


def _places(asked: _Asked, wards: Sequence[WardNow]) -> list[dict[str, Any]]:
    """The wards of each site under its name, with the sums of the site."""
    names = {trust.code: trust for trust in organisation.tree(asked.scope, asked.opened)}
    titles = {site.code: site.name for trust in names.values() for site in trust.sites}
    found = []
    for trust, site in dict.fromkeys((ward.trust, ward.site) for ward in wards):
        mine = [ward for ward in wards if (ward.trust, ward.site) == (trust, site)]
        title = titles.get(site, site) or "Site not known"
        found.append(
            {
                "title": title if asked.filters.trust else f"{title}, {names[trust].name if trust in names else trust}",
                "wards": _wards(asked, mine),
                "sums": _sums(asked, beds.together(mine)),
            }
        )
    return found


def _wards(asked: _Asked, wards: Sequence[WardNow]) -> list[dict[str, Any]]:
    """The wards; of other trusts small numbers are withheld, and a second one where the sum would give one away."""
    said = {name: small_numbers.parts_said([ward.patients[name] for ward in wards], is_own=asked.is_own) for name in OF_PATIENTS}
    few = _few(asked, wards)
    return [
        _ward(asked, ward, is_few=place in few) | {"patients": {name: said[name][place] for name in OF_PATIENTS}}
        for place, ward in enumerate(wards)
    ]


def _few(asked: _Asked, wards: Sequence[WardNow]) -> set[int]:
    """The places of the wards of one site whose patients are not to be counted, by their empty beds neither."""
    return set() if asked.is_own else small_numbers.withheld_places([ward.beds["occupied"] or 0 for ward in wards])


def _ward(asked: _Asked, ward: WardNow, *, is_few: bool) -> dict[str, Any]:
    of_ward = {"trust": ward.trust, "ward_code": ward.ward_code}
    opened, occupied = ward.beds["open"], ward.beds["occupied"] or 0
    said = small_numbers.WITHHELD if is_few else number(occupied)
    return {
        "name": ward.ward_name,
        "href": care_links.ward_href(ward.trust, ward.ward_code) if asked.scope.sees_patients(ward.trust) else "",
        "occupied": f"{said} of {number(opened)}" if opened is not None else said,
        "bar": _bar(0 if is_few else occupied, opened),
        "empty": said if is_few else _empty(ward.beds["empty"]),
        "closed": number(ward.closed),
        "why": _why(ward),
        "escalation": number(ward.beds["escalation_open"] or 0) if ward.beds["escalation_open"] else "",
        "hrefs": {name: asked.list_href(slug, group=group, **of_ward) for name, (slug, group) in LISTS.items()},
    }


def _empty(beds_empty: int | None) -> str:
    """How many stand empty; a ward with more patients than open beds has none, and says by how many it is over."""
    if beds_empty is None:
        return "not known"
    return number(beds_empty) if beds_empty >= 0 else f"{number(-beds_empty)} over"


def _bar(occupied: int, opened: int | None) -> dict[str, float]:
    """The bar of a ward on a scale on which 120% is the whole width: occupied, and where full is."""
    if not opened:
        return {"width": 0, "full": 100, "over": 0}
    share = occupied / opened
    return {"width": round(min(share, 1) * 100, 1), "full": 100, "over": round(min(max(share - 1, 0), 0.2) * 100, 1)}


def _why(ward: WardNow) -> str:
    """Why beds are closed: 2 for infection, 1 for staffing."""
    parts = ((ward.beds[f"closed_{reason}"] or 0, words) for reason, words in BED_CLOSED_REASON.items())
    return ", ".join(f"{number(closed)} {lower_first(words)}" for closed, words in parts if closed)


def _sums(asked: _Asked, sums: Together) -> dict[str, Any]:
    return {
        "occupied": f"{number(sums.beds['occupied'])} of {number(sums.beds['open'])}",
        "share": percent(sums.share) if sums.share is not None else "no open bed",
        "empty": number(sums.beds["empty"]),
        "closed": number(sum(sums.beds[f"closed_{reason}"] for reason in BED_CLOSED_REASON)),
        "escalation": number(sums.beds["escalation_open"]),
        "patients": {name: asked.said(sums.patients[name]) for name in OF_PATIENTS},
        "hrefs": {
            name: asked.list_href(slug, group=group, trust=asked.filters.trust, site=asked.filters.site)
            for name, (slug, group) in LISTS.items()
        },
    }


def _nights(asked: _Asked) -> dict[str, Any]:
    """The heat map of midnights: wards of a trust, sites of all; with what each site and the whole come to over the weeks."""
    by = "ward" if asked.filters.trust else "site"
    found = beds.nights(*asked.here, by)
    return {
        "nights": _map(asked, found, by) if found else None,
        "since": min((one.day for one in found), default=None),
        "until": max((one.day for one in found), default=None),
        "totals": _totals(asked, found),
    }


def _map(asked: _Asked, found: Sequence[Night], by: str) -> HeatMap:
    days = sorted({one.day for one in found})
    by_cell = {(one.trust, one.site, one.code, one.day): one for one in found}
    places = {(one.trust, one.site, one.code): one.name for one in found}
    titles = {site.code: site.name for trust in organisation.tree(asked.scope, asked.opened) for site in trust.sites}
    ordered = sorted(places, key=lambda place: (place[0], titles.get(place[1], place[1]), places[place]))
    return HeatMap(
        caption="Occupied of available beds at midnight, per cent",
        columns=tuple(
            Column(f"{day.day}", group=f"from {short_day(_monday(day), day)}", aloud=f"{day:%A} {in_words(day)}") for day in days
        ),
        rows=tuple(
            Row(
                titles.get(place[1], place[1]) if by == "site" else places[place],
                tuple(_cell(asked, by_cell.get((*place, day))) for day in days),
                href=_row_href(asked, place, by),
            )
            for place in ordered
        ),
        bounds=BOUNDS,
        say=lambda share: number(share * 100),
    )


def _monday(day: Any) -> Any:
    return day - timedelta(days=day.weekday())


def _row_href(asked: _Asked, place: tuple[str, str, str], by: str) -> str:
    if by == "ward":
        return care_links.ward_href(place[0], place[2]) if asked.scope.sees_patients(place[0]) else ""
    return url("show_beds", **_query(replace(asked.filters, trust=place[0], site=place[1])))


def _cell(asked: _Asked, one: Night | None) -> Cell:
    """The share of a ward's night; few patients, like a ward without beds, are words."""
    if one is None or one.share is None:
        return Cell(None, instead="none")
    return Cell(None, instead="few") if small_numbers.is_withheld(one.occupied, is_own=asked.is_own) else Cell(one.share)


def _totals(asked: _Asked, found: Sequence[Night]) -> list[tuple[str, str, str, str]]:
    """Each site, then all together: occupied bed nights over available ones, summed before they are divided."""
    titles = {site.code: site.name for trust in organisation.tree(asked.scope, asked.opened) for site in trust.sites}
    parts = [(titles.get(site, site) or "Site not known", [one for one in found if (one.trust, one.site) == (trust, site)])
             for trust, site in sorted({(one.trust, one.site) for one in found})]  # fmt: skip
    every = [*parts, ("Together", list(found))] if len(parts) > 1 else parts
    return [
        (title, number(sum(one.occupied for one in nights)), number(sum(one.available for one in nights)), _percent(nights))
        for title, nights in every
    ]


def _percent(nights: Sequence[Night]) -> str:
    share = beds.summed(nights)
    return "no bed" if share is None else percent(share)


def _virtual(asked: _Asked) -> list[dict[str, str]]:
    """Each virtual ward with its patients and its capacity."""
    return [
        {
            "name": ward.ward_name,
            "patients": asked.said(ward.beds["occupied"] or 0),
            "capacity": number(ward.beds["open"]) if ward.beds["open"] is not None else "not known",
            "share": _share_of_virtual(asked, ward),
        }
        for ward in beds.virtual_wards(*asked.here)
    ]


def _share_of_virtual(asked: _Asked, ward: WardNow) -> str:
    """How full it is; few patients could be worked out from it."""
    occupied, opened = ward.beds["occupied"] or 0, ward.beds["open"]
    if small_numbers.is_withheld(occupied, is_own=asked.is_own):
        return small_numbers.WITHHELD
    return percent(occupied / opened, 0) if opened else "not known"


def _export(format_: str, table: str, asked: _Asked) -> HttpResponse:
    about = (
        f"{TITLE} {emergency.place_words(asked.scope, asked.opened, emergency.Place(asked.filters.trust, asked.filters.site))}.",
        f"Snapshot {asked.opened.snapshot_id}. Occupied of open and staffed beds; sums are divided, never shares (FLO-01).",
        *(("Synthetic data: every trust, ward and figure is made up.",) if asked.opened.manifest.is_synthetic else ()),
    )
    if table == "nights":
        found = beds.nights(*asked.here, "ward")
        heads = ("Trust", "Site", "Ward", "Midnight that ends", "Occupied", "Available")
        rows = [(one.trust, one.site, one.name, one.day, asked.said(one.occupied), one.available) for one in found]
        return exports.export(format_, name=f"bed-nights-{asked.opened.as_of:%Y-%m-%d}", columns=heads, rows=rows, notes=about)
    wards = beds.wards(*asked.here)
    by_site = [
        [ward for ward in wards if (ward.trust, ward.site) == one] for one in dict.fromkeys((w.trust, w.site) for w in wards)
    ]
    rows = [_taken(asked, ward, is_few=place in _few(asked, mine)) for mine in by_site for place, ward in enumerate(mine)]
    return exports.export(format_, name=f"wards-{asked.opened.as_of:%Y-%m-%d}", columns=HEADS, rows=rows, notes=about)


def _taken(asked: _Asked, ward: WardNow, *, is_few: bool) -> tuple[Any, ...]:
    named = ("open", "occupied", "empty", "closed_infection", "closed_staffing", "closed_estates", "reserved", "escalation_open")
    of_patients = ("ready", "outliers", "los_7_plus", "los_14_plus", "los_21_plus", "going", "gone", "late")
    held = [small_numbers.WITHHELD if is_few and name in ("occupied", "empty") else ward.beds[name] for name in named]
    return (ward.trust, ward.site, ward.ward_name, *held, *(asked.said(ward.patients[name]) for name in of_patients))
