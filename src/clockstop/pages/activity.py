"""Are we doing what we planned? Activity by service and point of delivery against the plan, up to the as-of day."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import activity, organisation
from clockstop.answers.activity import Against
from clockstop.answers.desk import Desk
from clockstop.dates import month_start
from clockstop.nhsuk.presenters import day as in_words
from clockstop.nhsuk.presenters import number, signed
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, small_numbers
from clockstop.pages.context import crumbs_to, desk, page

TITLE = "Are we doing what we planned?"
HEADINGS = (
    "Trust",
    "Service",
    "Point of delivery",
    "From",
    "To",
    "Done",
    "Of that without a plan",
    "Planned to date",
    "Variance",
    "Variance, share",
)


def show_activity(request: HttpRequest) -> HttpResponse:
    """Every service of a trust by point of delivery, this financial year; with `format`, the same as CSV or XLSX."""
    opened, trust = desk(), request.GET.get("trust", "").strip()
    if trust:
        request.scope.require_trust(trust)
    names = {one.code: one.name for one in organisation.tree(request.scope, opened)}
    crumbs = crumbs_to()
    if not activity.is_kept(opened):
        return page(request, "pages/activity.jinja", title=TITLE, crumbs=crumbs, rows=None)
    span = request.GET.get("span", "year")
    since = month_start(opened.as_of) if span == "month" else activity.year_start(opened.as_of)
    found = activity.against_plan(request.scope, opened, trust=trust, by_service=True, since=since)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, found, names, since)
    every = [("", "All our trusts")] if len(names) > 1 else []
    return page(
        request,
        "pages/activity.jinja",
        title=TITLE,
        crumbs=crumbs,
        rows=[line(request, one, names, with_service=True) for one in found],
        since=since,
        place=names.get(trust, "All our trusts"),
        path=reverse("show_activity"),
        query={"trust": trust, "span": span},
        selects=[
            {"name": "trust", "label": "Organisation", "options": [*every, *names.items()], "value": trust},
            {"name": "span", "label": "Time", "options": [("year", "This financial year"), ("month", "This month")], "value": span},
        ],
    )


def of_service(request: HttpRequest, opened: Desk, trust: str, service: str) -> dict | None:
    """What a service's page shows: month and year to date by point of delivery; None where there is no activity."""
    if not activity.is_kept(opened):
        return None
    found = activity.month_and_year(request.scope, opened, trust=trust, service=service)
    if not found["year"]:
        return None
    of_month = {one.point_of_delivery: one for one in found["month"]}
    nothing = {one.point_of_delivery: Against(one.trust, one.service, one.point_of_delivery, 0.0, 0.0) for one in found["year"]}
    rows = [
        {
            "month": line(request, of_month.get(one.point_of_delivery, nothing[one.point_of_delivery]), {}),
            "year": line(request, one, {}),
        }
        for one in found["year"]
    ]
    return {"rows": rows, "as_of": opened.as_of, "href": url("show_activity", trust=trust)}


def line(request: HttpRequest, one: Against, names: dict[str, str], *, with_service: bool = False) -> dict:
    """The figures in words, and two bars to one scale; what few were done is withheld from who may not see the patients."""
    is_own, most = request.scope.is_own(one.trust), max(one.planned, one.actual, 1)
    is_few = _is_few(one, is_own=is_own)
    return {
        "trust": names.get(one.trust, one.trust),
        "service": (organisation.service_name(one.service) if one.service else "Not known") if with_service else "",
        "href": url("show_service", one.trust, one.service) if with_service and one.service else "",
        "title": one.title,
        "done": small_numbers.said(round(one.actual), is_own=is_own),
        "apart": _apart(one, is_own=is_own),
        "planned": number(round(one.planned)) if one.planned else "not planned",
        "variance": signed(one.variance) if one.planned and not is_few else "",
        "share": "" if one.share is None or is_few else f"{signed(one.share * 100, 1)}%",
        "bars": (round(90 * one.planned / most, 1), 0 if is_few else round(90 * one.of_plan / most, 1)),
    }


def _is_few(one: Against, *, is_own: bool) -> bool:
    """Whether what was done, or either part of it, is too few to be told; the variance would give it away."""
    return any(small_numbers.is_withheld(round(count), is_own=is_own) for count in (one.actual, one.of_plan, one.unplanned))


def _apart(one: Against, *, is_own: bool) -> str:
    """What of it was done without a plan, in words; empty where all had one, or none."""
    if not one.unplanned or not one.planned or small_numbers.is_withheld(round(one.actual), is_own=is_own):
        return ""
    return "some without a plan" if _is_few(one, is_own=is_own) else f"{number(round(one.unplanned))} without a plan"


def _taken(one: Against, *, is_own: bool) -> tuple:
    """Done, of that without a plan, planned, variance and its share, as they leave."""
    if _is_few(one, is_own=is_own):
        done = small_numbers.FEW if small_numbers.is_withheld(one.actual, is_own=is_own) else one.actual
        return done, small_numbers.WITHHELD, round(one.planned, 2), None, None
    share = None if one.share is None else round(one.share, 4)
    return one.actual, one.unplanned, round(one.planned, 2), round(one.variance, 2) if one.planned else None, share


def _export(request: HttpRequest, opened: Desk, found: Sequence[Against], names: dict[str, str], since: object) -> HttpResponse:
    rows = (
        (
            names.get(one.trust, one.trust), organisation.service_name(one.service) if one.service else "", one.title, since,
            opened.as_of, *_taken(one, is_own=request.scope.is_own(one.trust)),
        )
        for one in found
    )  # fmt: skip
    about = (
        f"{TITLE} Up to {in_words(opened.as_of)}. Snapshot {opened.snapshot_id}.",
        "A month's plan is spread over its working days (non-elective: over all its days); FIN-20.",
        *(("Synthetic data: every trust and figure is made up.",) if opened.manifest.is_synthetic else ()),
    )
    return exports.export(request.GET["format"], name=f"activity-{opened.as_of:%Y-%m-%d}", columns=HEADINGS, rows=rows, notes=about)
