"""Where do clinics lose their slots? Each clinic's template beside what was held, booked and attended."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import clinics, organisation
from clockstop.answers.clinics import Clinic, ClinicFilters
from clockstop.answers.desk import Desk
from clockstop.answers.lists import worklist_of
from clockstop.nhsuk.presenters import count, day, number, percent
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, small_numbers
from clockstop.pages.context import crumbs_to, desk, page, whole_number
from clockstop.pages.lists import list_address

TITLE = "Where do clinics lose their slots?"
WEEKS = (4, 12, 26, 52)
SHOWN = 60
HEADINGS = (
    "Trust", "Clinic", "Service", "Sessions scheduled", "Sessions held", "Cancelled by the hospital under 6 weeks",
    "Slots in the template", "Slots available", "Slots blocked", "Slots booked", "Slots attended", "Booked, share",
    "Attended, share",
)  # fmt: skip


def show_clinics(request: HttpRequest) -> HttpResponse:
    """The clinics as the address asks for them, those that lose most first; with `format`, all of them as CSV or XLSX."""
    opened = desk()
    filters, crumbs = _filters(request, opened), crumbs_to(("Outpatients", url("show_family", "outpatients")))
    if not clinics.is_kept(opened):
        return page(request, "pages/clinics.jinja", title=TITLE, crumbs=crumbs, found=None)
    found = clinics.clinics(request.scope, opened, filters)
    hidden = _withheld(request, found)
    trusts = organisation.tree(request.scope, opened)
    names = {trust.code: trust.name for trust in trusts}
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, found, filters, names=names, hidden=hidden)
    query = {name: str(value) for name, value in filters.__dict__.items() if value and value != getattr(ClinicFilters, name)}
    return page(
        request,
        "pages/clinics.jinja",
        title=TITLE,
        crumbs=crumbs,
        place=names.get(filters.trust) or count(len(names), "trust"),
        found=found,
        since=clinics.first_day(opened, filters),
        totals=_totals(found),
        rows=[
            _row(one, names if not filters.trust and len(names) > 1 else {}, hidden, is_own=request.scope.is_own(one.trust))
            for one in found[:SHOWN]
        ],
        more=len(found) - SHOWN,
        selects=_selects(filters, trusts),
        path=reverse("show_clinics"),
        query=query,
        rooms_href=url("show_rooms", **({"trust": filters.trust} if filters.trust else {})),
    )


def _filters(request: HttpRequest, opened: Desk) -> ClinicFilters:
    trust, service = (request.GET.get(name, "").strip() for name in ("trust", "service"))
    if trust:
        request.scope.require_trust(trust)
    reach = sorted(request.scope.trusts & opened.manifest.trusts.keys())
    weeks = request.GET.get("weeks", "")
    return ClinicFilters(
        trust=trust or (reach[0] if len(reach) == 1 else ""),
        service=service,
        weeks=whole_number(weeks) if whole_number(weeks) in WEEKS else ClinicFilters.weeks,
    )


def _withheld(request: HttpRequest, found: Sequence[Clinic]) -> set[tuple[str, str]]:
    """The clinics, of trusts whose patients the reader may not see, whose patients booked or seen are few."""
    others = [one for one in found if not request.scope.is_own(one.trust)]
    few = small_numbers.withheld_places([one.slots_booked for one in others])
    few |= small_numbers.withheld_places([one.slots_attended for one in others])
    return {(others[place].trust, others[place].clinic) for place in few}


def _row(one: Clinic, names: dict[str, str], hidden: set[tuple[str, str]], *, is_own: bool) -> dict:
    """A clinic as the table and its bars show it, with the way to its sessions for who may see single ones.

    The bars share one scale: the template or what was more.
    """
    hides = (one.trust, one.clinic) in hidden
    most = max(one.template_slots, one.slots_available, one.slots_booked, 1)
    return {
        "clinic": one.clinic,
        "service": organisation.service_name(one.service),
        "trust": names.get(one.trust, ""),
        "href": list_address(worklist_of("clinic_sessions"), trust=one.trust, clinic=one.clinic, group="past") if is_own else "",
        "held": f"{number(one.sessions_held)} of {number(one.sessions)}",
        "cancelled_late": number(one.cancelled_late),
        "template": number(one.template_slots),
        "available": number(one.slots_available),
        "blocked": number(one.slots_blocked),
        "attended": small_numbers.WITHHELD if hides else number(one.slots_attended),
        "booked_share": "none held" if one.booked is None else "" if hides else percent(one.booked, 0),
        "attended_share": "" if hides or one.attended is None else percent(one.attended, 0),
        "bars": [
            round(90 * value / most, 1) for value in (one.template_slots, one.slots_available, 0 if hides else one.slots_attended)
        ],
    }


def _used(one: Clinic) -> tuple:
    """Slots booked and attended, and their shares."""
    shares = (None if share is None else round(share, 4) for share in (one.booked, one.attended))
    return (one.slots_booked, one.slots_attended, *shares)


def _totals(found: Sequence[Clinic]) -> dict[str, str]:
    template, available = sum(one.template_slots for one in found), sum(one.slots_available for one in found)
    booked, attended = sum(one.slots_booked for one in found), sum(one.slots_attended for one in found)
    blocked = sum(one.slots_blocked for one in found)
    return {
        "template": number(template),
        "available": number(available),
        "attended": number(attended),
        "booked_share": percent(booked / available, 0) if available else "",
        "blocked": number(blocked),
        "blocked_too": percent(booked / (available + blocked), 0) if available + blocked else "",
        "late": number(sum(one.cancelled_late for one in found)),
    }


def _selects(filters: ClinicFilters, trusts: Sequence[organisation.Trust]) -> list[dict]:
    here = [trust for trust in trusts if not filters.trust or trust.code == filters.trust]
    services = sorted({(one.code, one.name) for trust in here for one in trust.services}, key=lambda pair: pair[1])
    every = [("", "All our trusts")] if len(trusts) > 1 else []
    asked = (
        ("trust", "Organisation", [*every, *((one.code, one.name) for one in trusts)], filters.trust),
        ("service", "Service", [("", "All services"), *services], filters.service),
        ("weeks", "Weeks", [(str(weeks), f"Last {weeks} weeks") for weeks in WEEKS], str(filters.weeks)),
    )
    return [{"name": name, "label": label, "options": options, "value": value} for name, label, options, value in asked]


def _export(
    request: HttpRequest, opened: Desk, found: Sequence[Clinic], filters: ClinicFilters, *,
    names: dict[str, str], hidden: set[tuple[str, str]],
) -> HttpResponse:  # fmt: skip
    rows = (
        (
            names.get(one.trust, one.trust), one.clinic, organisation.service_name(one.service), one.sessions, one.sessions_held,
            one.cancelled_late, one.template_slots, one.slots_available, one.slots_blocked,
            *((small_numbers.WITHHELD,) * 4 if (one.trust, one.clinic) in hidden else _used(one)),
        )
        for one in found
    )  # fmt: skip
    about = (
        f"{TITLE} From {day(clinics.first_day(opened, filters))} to {day(opened.as_of)}.",
        f"Snapshot {opened.snapshot_id}. Slots available are those of sessions held, without the blocked ones (OP-R04, OP-R05).",
        *(("Synthetic data: every trust, clinic and figure is made up.",) if opened.manifest.is_synthetic else ()),
    )
    return exports.export(request.GET["format"], name=f"clinics-{opened.as_of:%Y-%m-%d}", columns=HEADINGS, rows=rows, notes=about)
