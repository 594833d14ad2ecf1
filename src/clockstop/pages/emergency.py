"""The emergency department and beds, now: who is there and how long, today so far, beds tonight by what is known, who goes home."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.accounts import audit
from clockstop.answers import beds_tonight, emergency, organisation
from clockstop.answers.beds_tonight import GoingHome, Tonight
from clockstop.answers.desk import Desk
from clockstop.answers.emergency import BANDS, Department, Today
from clockstop.answers.place import Place
from clockstop.answers.scope import Scope
from clockstop.nhsuk.presenters import count, number, percent, signed
from clockstop.nhsuk.templating import url
from clockstop.pages import care_links, emergency_drawings, exports, now, small_numbers
from clockstop.pages.clock_bars import hours_and_minutes
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.emergency_drawings import balance_words
from clockstop.rules.treatment_function_names import treatment_function_name
from clockstop.rules.treatment_functions import reported_function

TITLE = "Emergency department and beds, now"
LIVE = (*emergency.LIVE, *beds_tonight.LIVE)
MOST_DRAWN = 26


@dataclass(frozen=True)
class Asked:
    """Which place is looked at, when, by whom. `is_own`: cleared for the small numbers of all that is shown."""

    scope: Scope
    opened: Desk
    place: Place
    at: datetime

    @property
    def is_own(self) -> bool:
        """Whether the reader may see the patients of every trust that is counted."""
        trusts = {self.place.trust} if self.place.trust else self.scope.trusts & self.opened.manifest.trusts.keys()
        return all(map(self.scope.is_own, trusts))

    @property
    def here(self) -> tuple[Scope, Desk, Place]:
        """As the functions of answers take it."""
        return self.scope, self.opened, self.place

    def list_href(self, slug: str, *, group: str = "", **words: str) -> str:
        """The list behind a number, for who may see its patients."""
        return care_links.list_href(slug, group=group, **words) if self.is_own else ""

    def said(self, patients: float) -> str:
        """A count of patients, as this reader may have it."""
        return small_numbers.said(patients, is_own=self.is_own)


def show_emergency(request: HttpRequest) -> HttpResponse:
    """The board as the address asks for it; with `format`, the table that `table` names as CSV or XLSX."""
    opened = desk()
    crumbs = crumbs_to(("Emergency", url("show_family", "emergency")))
    if not emergency.is_kept(opened) and not beds_tonight.is_kept(opened):
        return page(request, "pages/emergency.jinja", title=TITLE, crumbs=crumbs, found=None)
    place = place_of(request, opened)
    live = now.board(request, opened, LIVE, trust=place.trust)
    if live.is_unchanged:
        return live.unchanged(request)
    asked = Asked(request.scope, opened, place, min((state.at for state in live.states), default=live.clock))
    if request.GET.get("format") in exports.FORMATS:
        return _export(request.GET["format"], request.GET.get("table", ""), asked)
    names = {trust.code: trust.name for trust in organisation.tree(request.scope, opened)}
    return page(
        request,
        "pages/emergency.jinja",
        title=TITLE,
        crumbs=crumbs,
        found=True,
        live=live,
        hide_as_of=True,
        where=place_words(request.scope, opened, place),
        selects=care_links.place_selects(request.scope, opened, place),
        path=reverse("show_emergency"),
        query={name: value for name, value in place.__dict__.items() if value},
        links=[
            ("How patients flow", url("show_emergency_flow", **place.__dict__)),
            ("Every ward’s beds", url("show_beds", **place.__dict__)),
        ],
        **_department(request, asked),
        **_beds(asked),
        sites=_sites(asked, names),
    )


def place_of(request: HttpRequest, opened: Desk) -> Place:
    """The place that the address names; who reads of one trust alone always means that."""
    trust, site = (request.GET.get(name, "").strip() for name in ("trust", "site"))
    if trust:
        request.scope.require_trust(trust)
    reach = sorted(request.scope.trusts & opened.manifest.trusts.keys())
    return Place(trust or (reach[0] if len(reach) == 1 else ""), site)


def place_words(scope: Scope, opened: Desk, place: Place) -> str:
    """The trust and the site in words."""
    trusts = {trust.code: trust for trust in organisation.tree(scope, opened)}
    sites = {site.code: site.name for trust in trusts.values() for site in trust.sites}
    trust = trusts[place.trust].name if place.trust in trusts else "All our trusts"
    return f"{trust}, {sites.get(place.site, place.site)}" if place.site else trust


def _department(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The department's part of the page; nothing where nobody of the place sends it."""
    if not emergency.is_sent(*asked.here):
        return {"department": None}
    found, today = emergency.department(*asked.here, asked.at), emergency.today(*asked.here)
    usual_day = emergency.usual_day(*asked.here, asked.at.date())
    bands = small_numbers.parts_said(found.bands, is_own=asked.is_own)
    few = set() if asked.is_own else small_numbers.withheld_places(today.by_hour)
    return {
        "department": found,
        "head": _head(asked, found, today) | _over_12(asked, found, bands[0]),
        "bands": list(zip(BANDS.values(), bands, strict=True)),
        "longest": _longest(request, asked, found),
        "arrivals": [
            emergency_drawings.arrivals_today(today, usual_day, asked.at, width, few=few) for width in emergency_drawings.WIDTHS
        ],
        "arrival_rows": _arrival_rows(asked, today),
        "usual_weeks": usual_day.weeks if usual_day else 0,
        "waiting": _waiting(asked),
    }


def _head(asked: Asked, found: Department, today: Today) -> dict[str, Any]:
    usual = emergency.usual(*asked.here, asked.at)
    group = {"trust": asked.place.trust, "site": asked.place.site}
    hides = not asked.is_own and any(
        small_numbers.is_withheld(part, is_own=False) for part in (today.within, today.settled - today.within)
    )
    return {
        "patients": asked.said(found.patients),
        "patients_href": asked.list_href("in-department", **group),
        "same_day": asked.said(found.same_day) if found.same_day else "",
        "usual": f"{usual.low} to {usual.high}" if usual else "",
        "usual_weeks": usual.weeks if usual else 0,
        "weekday": f"{asked.at:%A}",
        "time": f"{asked.at:%H:%M}",
        "share": small_numbers.WITHHELD if hides else percent(today.share) if today.settled else "none yet",
        "share_href": care_links.measure_href("UEC-01", **group),
        "within": "" if hides or not today.settled else f"{number(today.within)} of {number(today.settled)}",
        "open": number(today.arrivals - today.settled) if asked.is_own else "",
        "arrivals": asked.said(today.arrivals),
        "reach_12": asked.said(found.reach_12),
        "until": f"{found.until:%H:%M}",
        "waiting": asked.said(found.waiting_for_bed),
        "waiting_href": asked.list_href("waiting-for-bed", **group),
    }


def _over_12(asked: Asked, found: Department, band: str) -> dict[str, str]:
    """Who is there over 12 hours; withheld where the band of them is, though they are not few, for the sake of another band."""
    group = {"trust": asked.place.trust, "site": asked.place.site}
    is_few = small_numbers.is_withheld(found.over_12, is_own=asked.is_own)
    return {
        "over_12": asked.said(found.over_12) if is_few else band,
        "over_12_href": asked.list_href("in-department", group="over_12", **group),
    }


def _longest(request: HttpRequest, asked: Asked, found: Department) -> dict[str, Any] | None:
    """The patients who are there longest, for who may see the patients of the one trust that is shown; the look is recorded."""
    trust = asked.place.trust
    if not trust or not asked.scope.sees_patients(trust):
        return None
    rows = emergency.longest(*asked.here, MOST_DRAWN)
    who, site = audit.patients_of(rows, trust), asked.place.site
    audit.record(request, action=audit.VIEWED, what="show_emergency", trust=trust, rows=len(rows), detail=site, shown=who)
    drawn = [emergency_drawings.longest_bars(rows, of=found.patients, is_narrow=is_narrow) for is_narrow in (False, True)]
    return {
        "drawn": drawn if rows else None,
        "rows": [_longest_row(row, trust) for row in rows],
        "shown": len(rows),
        "all_href": asked.list_href("in-department", **asked.place.__dict__),
    }


def _longest_row(row: dict[str, Any], trust: str) -> dict[str, Any]:
    return {
        "place": emergency_drawings.place_words(row),
        "href": url("show_pathway", trust, row["patient_pathway_identifier"]),
        "since": f"{row['clock_start_at']:%H:%M}",
        "minutes": hours_and_minutes(row["minutes_so_far"]),
        "waits": emergency_drawings.waits_words(row),
    }


def _arrival_rows(asked: Asked, today: Today) -> list[tuple[str, str, str]]:
    """The hours so far with what is usual; of other trusts the small ones are withheld."""
    usual = emergency.usual_day(*asked.here, asked.at.date())
    few = set() if asked.is_own else small_numbers.withheld_places(today.by_hour)
    return [
        (
            f"{hour:02}:00",
            "" if hour > asked.at.hour else small_numbers.WITHHELD if hour in few else number(today.by_hour[hour]),
            f"{usual.low[hour]} to {usual.high[hour]}" if usual else "not known",
        )
        for hour in emergency.HOURS
    ]


def _waiting(asked: Asked) -> list[dict[str, Any]]:
    found = emergency.waiting_for_beds(*asked.here)
    few = set() if asked.is_own else small_numbers.withheld_places([one.patients for one in found])
    group = {"trust": asked.place.trust, "site": asked.place.site}
    return [
        {
            "function": treatment_function_name(one.function) if one.function else "Specialty not known",
            "href": asked.list_href(
                "waiting-for-bed", admitting_service=reported_function(one.function) if one.function else "", **group
            ),
            "patients": small_numbers.WITHHELD if place in few else number(one.patients),
            "over_4": "" if place in few else asked.said(one.over_4),
            "over_12": "" if place in few else asked.said(one.over_12),
            "longest": hours_and_minutes(one.longest) if asked.is_own else "",
        }
        for place, one in enumerate(found)
    ]


def _beds(asked: Asked) -> dict[str, Any]:
    """Beds tonight and who goes home; nothing where nobody sends wards."""
    tonight = beds_tonight.tonight(*asked.here, asked.at) if beds_tonight.is_kept(asked.opened) else None
    if tonight is None:
        return {"tonight": None, "home": []}
    wards = beds_tonight.going_home(*asked.here, asked.at)
    no_need, patients = sum(ward.no_need for ward in wards), sum(ward.patients for ward in wards)
    return {
        "tonight": tonight,
        "balance": balance_words(tonight.balance),
        "beds_drawn": None
        if _few_tonight(asked, tonight)
        else [emergency_drawings.beds_tonight(tonight, width) for width in emergency_drawings.WIDTHS],
        "bed_rows": list(zip(_bed_rows(asked, tonight), _bed_hrefs(asked), strict=True)),
        "late": asked.said(tonight.late) if tonight.late else "",
        "late_href": asked.list_href("expected-discharges", group="late", **asked.place.__dict__),
        "occupied": f"{number(tonight.occupied)} of {number(tonight.open)}",
        "no_need": asked.said(no_need),
        "no_need_share": _share_words(asked, no_need, patients),
        "no_need_href": asked.list_href("ready-not-gone", **asked.place.__dict__),
        "home": _home_rows(asked, wards),
        "home_all": _home_sums(asked, wards),
        "is_after_17": asked.at.hour >= beds_tonight.FIVE,
    }


def _share_words(asked: Asked, part: int, whole: int) -> str:
    """The share, which few would tell of; nothing of nobody."""
    few = any(small_numbers.is_withheld(one, is_own=asked.is_own) for one in (part, whole - part))
    return "" if not whole else "a share that is withheld" if few else percent(part / whole)


def _few_tonight(asked: Asked, tonight: Tonight) -> set[int]:
    """Which of those who go, are to be admitted and are to come in are too few to be told: two at least, since the sum is told."""
    return set() if asked.is_own else small_numbers.withheld_places([tonight.going, tonight.decided, tonight.elective])


def _bed_rows(asked: Asked, tonight: Tonight) -> list[tuple[str, str]]:
    """The sum in words: what is empty, what comes and goes with its sign, what is left."""
    (empty, *between, known) = _bed_amounts(asked, tonight)
    moves = [(words, amount if isinstance(amount, str) else signed(amount)) for words, amount in between]
    return [(empty[0], number(tonight.empty)), *moves, (known[0], balance_words(tonight.balance))]


def _bed_amounts(asked: Asked, tonight: Tonight) -> list[tuple[str, int | str]]:
    """The sum as numbers, as they leave; what is too few to be told is withheld."""
    amounts, few = (tonight.going, -tonight.decided, -tonight.elective), _few_tonight(asked, tonight)
    going, decided, elective = (small_numbers.WITHHELD if place in few else amount for place, amount in enumerate(amounts))
    parts = (tonight.definite, tonight.likely)
    is_split = 0 not in few and not any(small_numbers.is_withheld(one, is_own=asked.is_own) for one in parts)
    split = f": {count(tonight.definite, 'definite', 'definite')}, {number(tonight.likely)} likely" if is_split else ""
    return [
        ("Empty now", tonight.empty),
        (f"Going home today{split}", going),
        ("Decided to admit in the emergency department, no bed yet", decided),
        ("Elective patients still to come in for a night", elective),
        ("Known so far", tonight.balance),
    ]


def _bed_hrefs(asked: Asked) -> list[str]:
    """Where each amount of the sum leads."""
    place = asked.place.__dict__
    going = asked.list_href("expected-discharges", group="to_go", **place)
    return [url("show_beds", **place), going, asked.list_href("waiting-for-bed", **place), "", ""]


def _home_rows(asked: Asked, wards: Sequence[GoingHome]) -> list[dict[str, Any]]:
    """The wards; of other trusts small numbers are withheld, and a second one where the total would give one away."""
    counted = ("expected", "gone", "after_17", "no_need")
    said = {name: small_numbers.parts_said([getattr(ward, name) for ward in wards], is_own=asked.is_own) for name in counted}
    return [_home_row(asked, ward) | {name: said[name][place] for name in counted} for place, ward in enumerate(wards)]


def _home_row(asked: Asked, ward: GoingHome) -> dict[str, Any]:
    of_ward = {"trust": ward.trust, "ward_code": ward.ward_code}
    return {
        "name": ward.ward_name,
        "href": care_links.ward_href(ward.trust, ward.ward_code) if asked.scope.sees_patients(ward.trust) else "",
        "used": f"{number(ward.occupied)} of {number(ward.open)}" if ward.open is not None else number(ward.occupied),
        "expected_href": asked.list_href("expected-discharges", **of_ward),
        "gone_href": asked.list_href("expected-discharges", group="gone", **of_ward),
        "gone_bar": ward.gone if asked.is_own else 0,
        "expected_bar": ward.expected if asked.is_own else 0,
        "usually": percent(ward.usually_after_17, 0) if ward.usually_after_17 is not None else "not known",
        "no_need_href": asked.list_href("ready-not-gone", **of_ward),
    }


def _home_sums(asked: Asked, wards: Sequence[GoingHome]) -> dict[str, str]:
    sums = {name: asked.said(sum(getattr(ward, name) for ward in wards)) for name in ("expected", "gone", "after_17", "no_need")}
    occupied, opened = sum(ward.occupied for ward in wards), sum(ward.open or 0 for ward in wards)
    return sums | {"used": f"{number(occupied)} of {number(opened)}"}


def _sites(asked: Asked, names: dict[str, str]) -> list[dict[str, Any]]:
    """Each trust and site in one line, where there are several."""
    if asked.place.site:
        return []
    titles = {site.code: site.name for trust in organisation.tree(asked.scope, asked.opened) for site in trust.sites}
    found = sorted(emergency.by_place(*asked.here)) if emergency.is_kept(asked.opened) else []
    return _told_apart(asked, [_site(asked, Place(*one), names, titles) for one in found]) if len(found) > 1 else []


def _told_apart(asked: Asked, sites: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The lines of the sites, whose sums stand above: where one number of a column is small, the next is withheld too."""
    for name in ("patients", "over_4", "over_12", "waiting"):
        few = set() if asked.is_own else small_numbers.withheld_places([site["counts"][name] for site in sites])
        for place in few:
            if not small_numbers.is_withheld(sites[place]["counts"][name], is_own=False):
                sites[place][name] = small_numbers.WITHHELD
    return sites


def _site(asked: Asked, place: Place, names: dict[str, str], titles: dict[str, str]) -> dict[str, Any]:
    mine = Asked(asked.scope, asked.opened, place, asked.at)
    found = emergency.department(*mine.here, asked.at)
    tonight = beds_tonight.tonight(*mine.here, asked.at)
    counts = {
        "patients": found.patients,
        "over_4": sum(found.bands[:3]),
        "over_12": found.over_12,
        "waiting": found.waiting_for_bed,
    }
    return {
        "name": titles.get(place.site, place.site) or "Site not known",
        "trust": "" if asked.place.trust else names.get(place.trust, place.trust),
        "href": url("show_emergency", **place.__dict__),
        "counts": counts,
        **{name: mine.said(patients) for name, patients in counts.items()},
        "beds": balance_words(tonight.balance) if tonight else "not known",
    }


def _export(format_: str, table: str, asked: Asked) -> HttpResponse:
    columns, rows = _taken(table, asked)
    about = (
        f"{TITLE}, {place_words(*asked.here)}, at {asked.at:%d %B %Y, %H:%M}.",
        f"Snapshot {asked.opened.snapshot_id}. Only what is known at that time is counted: nothing is forecast.",
        *(("Synthetic data: every trust, patient and figure is made up.",) if asked.opened.manifest.is_synthetic else ()),
    )
    return exports.export(
        format_, name=f"emergency-{table or 'bands'}-{asked.at:%Y-%m-%d-%H%M}", columns=columns, rows=rows, notes=about
    )


def _taken(table: str, asked: Asked) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The headings and rows of a table that is taken away; none of them tells of single patients."""
    if table == "tonight" and (tonight := beds_tonight.tonight(*asked.here, asked.at)):
        return ("Beds tonight", "Beds"), _bed_amounts(asked, tonight)
    if table == "home":
        names = ("name", "used", "expected", "gone", "after_17", "usually", "no_need")
        heads = ("Ward", "Beds used", "Expected", "Gone", "Later than 17:00", "Usually later than 17:00", "No need of a bed")
        wards = beds_tonight.going_home(*asked.here, asked.at)
        return heads, [tuple(row[name] for name in names) for row in _home_rows(asked, wards)]
    if table == "waiting":
        names = ("function", "patients", "over_4", "over_12", "longest")
        heads = ("Specialty", "Waiting for a bed", "Over 4 hours", "Over 12 hours", "Longest")
        return heads, [tuple(row[name] for name in names) for row in _waiting(asked)]
    if table == "arrivals":
        return ("From", "Arrivals", "Usual"), _known(asked, _arrival_rows(asked, emergency.today(*asked.here)))
    parts = small_numbers.parts_said(emergency.department(*asked.here, asked.at).bands, is_own=asked.is_own)
    return ("Time in the department", "Patients"), _known(asked, list(zip(BANDS.values(), parts, strict=True)))


def _known(asked: Asked, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows, without their noughts where nobody of the place sends attendances."""
    return list(rows) if emergency.is_sent(*asked.here) else exports.not_known(rows)
