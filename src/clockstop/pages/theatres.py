"""How are our theatres used? Minutes by theatre and service, and the lists of one day drawn along the hours."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.accounts import audit
from clockstop.answers import organisation, theatres
from clockstop.answers.desk import Desk
from clockstop.answers.lists import worklist_of
from clockstop.answers.theatres import DEFAULT_WEEKS, WEEKS, OfDay, TheatreFilters, Use
from clockstop.contracts.theatre_codes import SESSION_TYPES
from clockstop.nhsuk.presenters import day as in_words
from clockstop.nhsuk.presenters import number, percent
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, small_numbers, theatre_day
from clockstop.pages.context import crumbs_to, desk, page, whole_number
from clockstop.pages.lists import list_address
from clockstop.pages.worklists import no_patients

TITLE = "How are our theatres used?"
TAKEN = (
    "trust", "site", "theatre", "session_date", "theatre_session_identifier", "theatre_list_identifier", "session_type",
    "session_status", "service", "consultant", "planned_start_at", "planned_end_at", "is_plan_changed", "is_run", "dropped_because",
    "planned_minutes", "capped_minutes", "uncapped_minutes", "touch_sum_minutes", "touch_union_minutes", "late_start_minutes",
    "early_finish_minutes", "overrun_minutes", "gap_minutes", "gaps", "counted_cases", "untimed_cases", "emergency_cases",
    "cancelled_on_the_day", "cancelled_clinical", "cancelled_non_clinical", "cancelled_patient", "is_consultant_elsewhere",
)  # fmt: skip
ASIDE = (
    ("Capped utilisation", "theatre_capped_utilisation"), ("Uncapped utilisation", "theatre_uncapped_utilisation"),
    ("Sessions run", "theatre_sessions_run"), ("Late starts", "theatre_late_start_minutes"),
    ("Cancelled on the day", "theatre_cancelled_on_the_day"), ("28-day guarantee", "theatre_28_day_breaches"),
)  # fmt: skip


def list_theatre_lists(request: HttpRequest) -> HttpResponse:
    """The page as the address asks for it; with `format`, the sessions of the weeks with all their minutes as CSV or XLSX."""
    opened = desk()
    crumbs = crumbs_to(("Theatres", url("show_family", "theatres")))
    if not theatres.is_kept(opened):
        return page(request, "pages/theatres.jinja", title=TITLE, crumbs=crumbs, found=None)
    filters = _filters(request, opened)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, filters)
    names = {trust.code: trust.name for trust in organisation.tree(request.scope, opened)}
    return page(
        request,
        "pages/theatres.jinja",
        title=TITLE,
        crumbs=crumbs,
        found=True,
        place=names.get(filters.trust) or "All our trusts",
        since=theatres.first_day(opened, filters),
        whole=_uses(request, opened, filters, names, "trust"),
        by_theatre=_uses(request, opened, filters, names, "theatre"),
        by_service=_uses(request, opened, filters, names, "service"),
        selects=_selects(request, opened, filters, names),
        path=reverse("list_theatre_lists"),
        may_take=_may_take(request, filters),
        query=_query(filters),
        gaps_href=list_address(worklist_of("theatre-gaps"), **({"trust": filters.trust} if filters.trust else {})),
        measures=[
            (title, url("show_measure", slug, **({"trust": filters.trust} if filters.trust else {}))) for title, slug in ASIDE
        ],
        **_day(request, opened, filters),
    )


def _filters(request: HttpRequest, opened: Desk) -> TheatreFilters:
    asked = {name: request.GET.get(name, "").strip() for name in ("trust", "site", "theatre", "service")}
    if asked["trust"]:
        request.scope.require_trust(asked["trust"])
    reach = sorted(request.scope.trusts & opened.manifest.trusts.keys())
    if not asked["trust"] and len(reach) == 1:
        asked["trust"] = reach[0]
    weeks, kind = request.GET.get("weeks", ""), request.GET.get("session_type", "elective")
    return TheatreFilters(
        **asked,
        session_type=kind if kind in SESSION_TYPES else "",
        weeks=whole_number(weeks) if whole_number(weeks) in WEEKS else DEFAULT_WEEKS,
        day=_date(request.GET.get("date", "")),
    )


def _date(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _query(filters: TheatreFilters, **changes: str) -> dict[str, str]:
    said = {name: getattr(filters, name) for name in ("trust", "site", "theatre", "service")}
    said |= {"session_type": filters.session_type or "all", "weeks": str(filters.weeks)}
    said |= {"date": filters.day.isoformat() if filters.day else ""} | changes
    usual = {"session_type": "elective", "weeks": str(DEFAULT_WEEKS)}
    return {name: value for name, value in said.items() if value and value != usual.get(name)}


def _uses(request: HttpRequest, opened: Desk, filters: TheatreFilters, names: dict[str, str], by: str) -> list[dict]:
    """The rows of one table; where few cases were done, their number is for those who may see the trust's patients."""
    found = theatres.used_by(request.scope, opened, filters, by)
    others = [place for place, one in enumerate(found) if not request.scope.is_own(one.trust)]
    few = small_numbers.withheld_places([found[place].sums["counted_cases"] for place in others])
    hidden = {others[place] for place in few}
    return [_use(one, filters, names, by, hides_cases=place in hidden) for place, one in enumerate(found)]


def _use(one: Use, filters: TheatreFilters, names: dict[str, str], by: str, *, hides_cases: bool) -> dict:
    titles = {"service": organisation.service_name(one.name), "trust": names.get(one.trust, one.trust)}
    chosen = {"trust": one.trust} | ({} if by == "trust" else {by: one.name})
    of_trust = "" if filters.trust or by == "trust" else names.get(one.trust, one.trust)
    return {
        "name": titles.get(by) or one.name or "Not known",
        "second": ", ".join(word for word in (one.site, of_trust) if word),
        "href": url("list_theatre_lists", **_query(filters, **chosen)),
        "run": f"{number(one.run)} of {number(one.sessions)}",
        "planned": number(round(one.sums["run_minutes"])),
        "capped_minutes": number(round(one.sums["capped_minutes"])),
        "capped": _percent(one.capped),
        "bar": min(one.capped or 0, 1) * 90,
        "uncapped": _percent(one.uncapped),
        "cases": small_numbers.WITHHELD if hides_cases else number(round(one.sums["counted_cases"])),
        "per_session": "" if hides_cases else _tenths(one.cases_a_session),
        "late": _tenths(one.mean("late_start_minutes")),
        "late_share": _percent(one.late / one.run if one.run else None),
        "early": _tenths(one.mean("early_finish_minutes")),
        "over": _tenths(one.mean("overrun_minutes")),
    }


def _percent(share: float | None) -> str:
    return "none" if share is None else percent(share)


def _tenths(value: float | None) -> str:
    return "none" if value is None else f"{value:.1f}"


def _day(request: HttpRequest, opened: Desk, filters: TheatreFilters) -> dict:
    """The lists of the day, for one trust; the day is the last with lists where the address names none."""
    if not filters.trust or not request.scope.sees_patients(filters.trust):
        return {"drawn": None, "is_other": bool(filters.trust)}
    shown = filters.day or theatres.last_day_with_lists(request.scope, opened, filters)
    if shown is None:
        return {"drawn": None}
    of_day = TheatreFilters(**{**filters.__dict__, "day": shown})
    lists = theatres.lists_of_day(request.scope, opened, of_day)
    cases = sum(len(one.cases) for one in lists)
    audit.record(
        request, action=audit.VIEWED, what="list_theatre_lists", trust=filters.trust, rows=cases, detail=shown.isoformat(),
        shown=audit.patients_of(case for one in lists for case in one.cases),
    )  # fmt: skip
    title = f"Theatre lists of {in_words(shown)}"
    return {
        "drawn": theatre_day.drawing_of(lists, title) if lists else None,
        "day": shown,
        "day_title": title,
        "sessions": [_session(one, filters.trust) for one in lists],
        "before_href": url("list_theatre_lists", **_query(of_day, date=_step(shown, -1))),
        "after_href": url("list_theatre_lists", **_query(of_day, date=_step(shown, 1))),
    }


def _step(day: date, by: int) -> str:
    """The weekday before or after."""
    day += timedelta(days=by)
    while day.weekday() > 4:
        day += timedelta(days=by)
    return day.isoformat()


def _session(one: OfDay, trust: str) -> dict:
    row = one.row
    return {
        "name": row["theatre"],
        "service": organisation.service_name(row["service"]) if row["service"] else "Service not known",
        "consultant": row["consultant"] or "",
        "said": _sum_of(row),
        "is_plan_changed": row["is_plan_changed"],
        "parts": [
            {"part": part, "href": url("show_pathway", trust, part.pathway) if part.pathway else ""}
            for part in theatre_day.parts_of(one)
        ],
        "not_drawn": theatre_day.not_drawn(one),
    }


def _sum_of(row: dict) -> str:
    """The sum in words, as it can be done by hand."""
    if not row["is_run"]:
        return "Not run: " + {"cancelled": "cancelled", "no_operation": "nobody was operated"}.get(
            row["dropped_because"] or "", "no operation yet"
        )
    planned, used = row["run_minutes"], row["capped_minutes"]
    every = row["uncapped_minutes"]
    return (
        f"{number(round(used))} of {number(round(planned))} planned minutes in touch time: {percent(used / planned)}; "
        f"with what lies outside the plan {number(round(every))}: {percent(every / planned)}"
    )


def _selects(request: HttpRequest, opened: Desk, filters: TheatreFilters, names: dict[str, str]) -> list[dict]:
    known = theatres.choices(request.scope, opened, filters)
    sites = {site.code: site.name for trust in organisation.tree(request.scope, opened) for site in trust.sites}
    every = [("", "All our trusts")] if len(names) > 1 else []
    services = sorted({row["service"] for row in known if row["service"]})
    rooms = sorted({row["theatre"] for row in known if row["theatre"]}, key=lambda name: (len(name), name))
    asked = (
        ("trust", "Organisation", [*every, *names.items()], filters.trust),
        ("site", "Site", [("", "All sites"), *((code, sites.get(code, code)) for code in sorted({row["site"] for row in known if
          row["site"]}))], filters.site),
        ("theatre", "Theatre", [("", "All theatres"), *((name, name) for name in rooms)], filters.theatre),
        ("service", "Service", [("", "All services"), *((one, organisation.service_name(one)) for one in services)],
         filters.service),
        ("session_type", "Type of session", [*SESSION_TYPES.items(), ("all", "All types")], filters.session_type or "all"),
        ("weeks", "Weeks", [(str(weeks), f"Last {weeks} weeks") for weeks in WEEKS], str(filters.weeks)),
    )  # fmt: skip
    return [{"name": name, "label": label, "options": options, "value": value} for name, label, options, value in asked]


def _may_take(request: HttpRequest, filters: TheatreFilters) -> bool:
    """Whether single sessions are for this reader: each tells of few people."""
    return request.scope.sees_patients(filters.trust) if filters.trust else bool(request.scope.patient_trusts)


def _export(request: HttpRequest, opened: Desk, filters: TheatreFilters) -> HttpResponse:
    if not _may_take(request, filters):
        return no_patients(request, "list_theatre_lists", noun="session")
    rows = theatres.sessions_of(request.scope, opened, filters)
    about = (
        f"{TITLE} Sessions from {in_words(theatres.first_day(opened, filters))} to {in_words(opened.as_of)}.",
        f"Snapshot {opened.snapshot_id}. Utilisation: sum capped_minutes and planned_minutes of the sessions run, then divide "
        "(TH-R01, TH-R07).",
        *(("Synthetic data: every trust, theatre and figure is made up.",) if opened.manifest.is_synthetic else ()),
    )
    return exports.export(
        request.GET["format"],
        name=f"theatre-sessions-{opened.as_of:%Y-%m-%d}",
        columns=TAKEN,
        rows=([row[name] for name in TAKEN] for row in rows),
        notes=about,
    )
