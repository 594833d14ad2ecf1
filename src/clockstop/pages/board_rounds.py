"""The board round: all wards with who could go and who was not looked at, and one ward's patients on a tablet held in the hand."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.accounts import audit
from clockstop.accounts.roles import WRITE_NOTES
from clockstop.accounts.scopes import may
from clockstop.answers import board_rounds, organisation
from clockstop.answers.board_rounds import COUNTS, SHOWN, WardRound, is_shown
from clockstop.answers.list_query import ListRow
from clockstop.contracts.ward_codes import EXPECTATION, PATHWAY_OF_DISCHARGE
from clockstop.measures.suppress import HIDDEN, suppress_table
from clockstop.nhsuk.presenters import count, number, short_day
from clockstop.nhsuk.templating import url
from clockstop.pages import care_links, emergency, now, small_numbers, worklists
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.registers.pathway_notes import reading
from clockstop.rules.patient_days import COLOURS

TITLE = "Who can leave each ward, and who has not been looked at?"
COLUMNS = (
    ("patients", "Patients"), ("today", "Expected today"), ("gone", "Gone"), ("home", "Ready, waiting"), ("red", "Red"),
    ("green", "Green"), ("unknown", "Not assessed"), ("long", "21 nights +"),
)  # fmt: skip


def list_wards(request: HttpRequest) -> HttpResponse:
    """Every ward in numbers; a ward's name leads to its board round."""
    opened = desk()
    crumbs = crumbs_to(("Discharge", url("show_family", "discharge")))
    if not board_rounds.is_kept(opened):
        return page(request, "pages/wards.jinja", title=TITLE, crumbs=crumbs, found=None)
    place = emergency.place_of(request, opened)
    live = now.board(request, opened, board_rounds.LIVE, trust=place.trust)
    if live.is_unchanged:
        return live.unchanged(request)
    found = board_rounds.wards(request.scope, opened, place)
    return page(
        request,
        "pages/wards.jinja",
        title=TITLE,
        crumbs=crumbs,
        found=True,
        live=live,
        hide_as_of=True,
        where=emergency.place_words(request.scope, opened, place),
        selects=care_links.place_selects(request.scope, opened, place),
        path=reverse("list_wards"),
        columns=[words for _, words in COLUMNS],
        places=_places(request, opened, found),
        links=[("Where are our beds?", url("show_beds", **place.__dict__)),
               ("Ready and still here, as a list", care_links.list_href("ready-not-gone", **place.__dict__))],
    )  # fmt: skip


def _places(request: HttpRequest, opened: Any, found: tuple[WardRound, ...]) -> list[dict[str, Any]]:
    """The wards of each site under its name, with their sums."""
    trusts = {trust.code: trust for trust in organisation.tree(request.scope, opened)}
    titles = {site.code: site.name for trust in trusts.values() for site in trust.sites}
    places = []
    for trust, site in dict.fromkeys((one.ward.trust, one.ward.site) for one in found):
        mine = [one for one in found if (one.ward.trust, one.ward.site) == (trust, site)]
        title = titles.get(site, site) or "Site not known"
        places.append(
            {
                "title": title if len(trusts) == 1 else f"{title}, {trusts[trust].name if trust in trusts else trust}",
                "rows": _lines(request, trust, mine),
                "sums": [
                    small_numbers.said(sum(_numbers(one)[name] for one in mine), is_own=request.scope.is_own(trust))
                    for name, _ in COLUMNS
                ],
            }
        )
    return places


def _numbers(one: WardRound) -> dict[str, int]:
    return {**one.counts, "gone": one.ward.patients["gone"]}


def _lines(request: HttpRequest, trust: str, wards: list[WardRound]) -> list[dict[str, Any]]:
    """The wards of a site; of other trusts small numbers are withheld, and a second one where the sum would give one away."""
    is_own = request.scope.is_own(trust)
    said = [small_numbers.parts_said([_numbers(one)[name] for one in wards], is_own=is_own) for name, _ in COLUMNS]
    if not is_own:
        # Who has a colour and who has none are all the patients of the ward, so that a row has a sum as well.
        colours = suppress_table([[one.counts[name] for name in COLOURS] for one in wards], "k5")
        first = next(place for place, (name, _) in enumerate(COLUMNS) if name == next(iter(COLOURS)))
        said[first : first + len(COLOURS)] = [
            [small_numbers.WITHHELD if value == HIDDEN else number(value) for value in column]
            for column in zip(*colours, strict=True)
        ]
    return [_line(request, one, [column[place] for column in said]) for place, one in enumerate(wards)]


def _line(request: HttpRequest, one: WardRound, numbers: list[str]) -> dict[str, Any]:
    opened = one.ward.beds["open"]
    return {
        "name": one.ward.ward_name,
        "href": url("show_ward", one.ward.trust, one.ward.ward_code) if request.scope.sees_patients(one.ward.trust) else "",
        "beds": number(opened) if opened is not None else "not known",
        "numbers": numbers,
        "is_unseen": bool(one.counts["patients"]) and not one.seen,
    }


def show_ward(request: HttpRequest, trust: str, ward: str) -> HttpResponse:
    """The patients of one ward, one row each; for those alone who may see the trust's patients, and each look is recorded."""
    opened = desk()
    if not request.scope.patient_trusts:
        return worklists.no_patients(request, "show_ward")
    request.scope.require_some_patients(trust)
    live = now.board(request, opened, board_rounds.LIVE, trust=trust)
    if live.is_unchanged:
        return live.unchanged(request)
    found = board_rounds.ward(request.scope, opened, trust, ward)
    rows = board_rounds.patients(request.scope, opened, reading.notes_for(request.scope), trust, ward)
    shown = request.GET.get("show", "") if request.GET.get("show") in SHOWN else ""
    chosen = [row for row in rows if is_shown(row.values, shown)]
    said = f"{ward} {shown}".strip()
    shown_patients = audit.patients_of(chosen)
    audit.record(request, action=audit.VIEWED, what="show_ward", trust=trust, rows=len(chosen), detail=said, shown=shown_patients)
    today = live.states[0].at.date() if live.states else opened.as_of
    return page(
        request,
        "pages/ward.jinja",
        title=f"{found.ward.ward_name}: who can go home?",
        crumbs=crumbs_to(("Wards", url("list_wards", trust=trust))),
        live=live,
        hide_as_of=True,
        ward=found.ward,
        summary=_summary(found, board_rounds.gone_today(request.scope, opened, trust, ward)),
        shows=_shows(trust, ward, shown, rows),
        shown=shown,
        is_empty=not rows,
        rows=[_patient(row, today) for row in chosen],
        today=today,
        here=_address(trust, ward, shown),
        wards=_others(request, opened, trust),
        may_write=may(request.user, WRITE_NOTES, trust),
    )


def _address(trust: str, ward: str, shown: str) -> str:
    return url("show_ward", trust, ward, **({"show": shown} if shown else {}))


def _shows(trust: str, ward: str, shown: str, rows: tuple[ListRow, ...]) -> list[dict[str, Any]]:
    """The filters of the round, each with its number."""
    numbers = {one: sum(is_shown(row.values, one) for row in rows) for one in SHOWN}
    return [
        {"text": f"{words}: {number(numbers[one])}", "href": _address(trust, ward, one), "is_current": one == shown}
        for one, words in SHOWN.items()
    ]


def _summary(found: WardRound, gone: int) -> str:
    """The ward in a sentence."""
    counts, opened = found.counts, found.ward.beds["open"]
    of_open = f" on {count(opened, 'open bed')}" if opened is not None else ""
    seen = f"{number(found.seen)} of {number(counts['patients'])} assessed today"
    are, have = "is" if counts["today"] == 1 else "are", "has" if gone == 1 else "have"
    going = f"{number(counts['home'])} could go home, {number(counts['today'])} {are} expected to leave today"
    going += f", {number(gone)} {have} left"
    colours = f"{number(counts['red'])} red, {number(counts['green'])} green"
    return f"{count(counts['patients'], 'patient')}{of_open}. {going}. {seen}: {colours}."


def _others(request: HttpRequest, opened: Any, trust: str) -> list[dict[str, str]]:
    """The other wards of the trust, to go from one to the next."""
    every = board_rounds.wards(request.scope, opened, emergency.Place(trust))
    return [
        {"name": one.ward.ward_name, "href": url("show_ward", trust, one.ward.ward_code), "code": one.ward.ward_code}
        for one in every
        if one.counts["patients"]
    ]


def _patient(row: ListRow, today: Any) -> dict[str, Any]:
    """A patient's row in words."""
    said = row.values
    return {
        "note": row,
        "pathway": row.patient_pathway_identifier,
        "trust": row.trust,
        "number": row.local_patient_identifier or row.patient_pathway_identifier,
        "href": url("show_pathway", row.trust, row.patient_pathway_identifier) if row.patient_pathway_identifier else "",
        "place": "Lounge" if said["is_in_lounge"] else said["bed"] or "no bed said",
        "bay": "" if said["is_in_lounge"] else said["bay"] or "",
        "nights": number(said["nights"]),
        "is_long": bool(said["is_long_stay"]),
        "service": organisation.service_name(said["service"]) if said["service"] else "",
        "is_guest": bool(said["is_outlier"]),
        "marks": _marks(said),
        "expected": _expected(said, today),
        "criteria": _criteria(said, today),
        "colour": COLOURS.get(said["colour"], said["colour"]),
        "colour_kind": said["colour"],
        "waits": _waits(said),
        "pathway_words": PATHWAY_OF_DISCHARGE.get(said["pathway_of_discharge"] or "", ""),
        "action": said["action"] or "",
        "action_by": said["action_owner"] or "",
        "action_old": "" if said["is_seen_today"] or not said["round_date"] else f"of {short_day(said['round_date'], today)}",
    }


def _marks(said: dict[str, Any]) -> str:
    words = (("is_outlier", "outlier"), ("is_isolation", "isolation"), ("is_boarded", "extra bed"))
    return ", ".join(word for name, word in words if said[name])


def _expected(said: dict[str, Any], today: Any) -> tuple[str, str]:
    """The expected day, and how sure it is or how long it has passed."""
    day = said["estimated_discharge_date"]
    sure = EXPECTATION.get(said["expectation"] or "", "")
    if day is None:
        return ("Not set", sure)
    if said["is_late"]:
        return (short_day(day, today), f"passed {count(-said['days_to_expected'], 'day')} ago")
    return ("Today" if day == today else short_day(day, today), sure)


def _criteria(said: dict[str, Any], today: Any) -> tuple[str, str]:
    """Whether the patient needs to be in hospital as last judged, and since when they are ready."""
    meets = said["meets_criteria_to_reside"]
    words = "Not judged" if meets is None else "Met" if meets else "Not met"
    if said["discharge_ready_date"] is not None:
        since = f"{short_day(said['discharge_ready_date'], today)}, {count(said['days_ready'], 'day')}"
        return (words, f"ready since {since if said['days_ready'] else 'today'}")
    is_old = meets is not None and said["judged_date"] != today
    return (words, f"judged {short_day(said['judged_date'], today)}" if is_old else "")


def _waits(said: dict[str, Any]) -> str:
    """What the patient waits for, or why they need to be here."""
    if said["can_go_home"]:
        return said["delay_reason"] or said["red_reason"] or "No reason said"
    words = said["red_reason"] or said["reason_to_reside"] or ""
    return words[:1].upper() + words[1:]


assert set(COUNTS) >= {name for name, _ in COLUMNS} - {"gone"}, "a column of the wards counts what nobody counts"
