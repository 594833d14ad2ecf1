"""Where are days lost on the cancer pathway? Each step by tumour site, beside the days it may take."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.answers import cancer_steps, organisation
from clockstop.answers.cancer_steps import ALL_SITES, OUTCOMES, Step, StepFilters, Steps
from clockstop.answers.desk import Desk
from clockstop.nhsuk.presenters import count, day, lower_first, number
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, small_numbers
from clockstop.pages.context import crumbs_to, desk, page, whole_number
from clockstop.rules.cancer_routes import ROUTES
from clockstop.rules.cancer_sites import SITES
from clockstop.rules.cancer_stages import STEPS

TITLE = "Where are days lost on the cancer pathway?"
WEEKS = (12, 26, 52)
OUTCOME_TITLES = {"treated": "Treated", "ruled_out": "Cancer ruled out", "waiting": "Waiting today"}
BAR_WIDTH = 260
COLOURS = ("#003087", "#005eb8", "#4d94d0", "#8cbbe6", "#c8dff2")
HEADINGS = ("Tumour site", "Step", "Pathways", "Median days", "Mean days", "Days allowed", "Mean days lost")


def show_cancer_steps(request: HttpRequest) -> HttpResponse:
    """The steps as the address asks for them; with `format`, all of them as CSV or XLSX."""
    opened = desk()
    filters, crumbs = _filters(request, opened), crumbs_to(("Cancer", url("show_family", "cancer")))
    if not cancer_steps.is_kept(opened):
        return page(request, "pages/cancer_steps.jinja", title=TITLE, crumbs=crumbs, found=None)
    found = cancer_steps.steps(request.scope, opened, filters)
    trusts = organisation.tree(request.scope, opened)
    names = {trust.code: trust.name for trust in trusts}
    is_own = bool(filters.trust) and request.scope.is_own(filters.trust)
    hidden = set() if is_own else withheld(found)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, found, filters, hidden)
    return page(
        request,
        "pages/cancer_steps.jinja",
        title=TITLE,
        crumbs=crumbs,
        place=names.get(filters.trust) or count(len(names), "trust"),
        found=found,
        since=cancer_steps.first_day(opened, filters),
        filters=filters,
        heads=[(title, found.allowed[step], colour) for (step, title), colour in zip(STEPS.items(), COLOURS, strict=True)],
        rows=[_row(site, steps, _scale(found), hidden) for site, steps in found.by_site.items()],
        answered=_answered(found, filters),
        selects=_selects(filters, trusts),
        path=reverse("show_cancer_steps"),
        query={name: str(value) for name, value in filters.__dict__.items() if value and value != getattr(StepFilters, name)},
        list_href=url("show_worklist", "cancer", **({"trust": filters.trust} if filters.trust else {})),
    )


def _filters(request: HttpRequest, opened: Desk) -> StepFilters:
    trust, route, outcome, weeks = (request.GET.get(name, "").strip() for name in ("trust", "route", "outcome", "weeks"))
    if trust:
        request.scope.require_trust(trust)
    reach = sorted(request.scope.trusts & opened.manifest.trusts.keys())
    return StepFilters(
        trust=trust or (reach[0] if len(reach) == 1 else ""),
        route=route if route in ROUTES else "",
        outcome=outcome if outcome in OUTCOMES else StepFilters.outcome,
        weeks=whole_number(weeks) if whole_number(weeks) in WEEKS else StepFilters.weeks,
    )


def _answered(found: Steps, filters: StepFilters) -> str:
    """What the page's question comes to: the step at which most days are lost."""
    worst = found.worst
    if worst is None or worst.mean_days_lost <= 0 or small_numbers.is_withheld(worst.pathways, is_own=False):
        return ""
    over = f"{worst.mean_days_lost:.1f} days beyond the {found.allowed[worst.step]} allowed"
    said = f"Most days are lost at {lower_first(STEPS[worst.step])}: {worst.mean_days:.1f} days on average, {over}."
    return said if filters.outcome != "waiting" else f"{said} Of those who wait today, the step they stand in is not over yet."


def _scale(found: Steps) -> float:
    """The days that fill the bar: the longest pathway, its steps put end to end."""
    return max((sum(one.mean_days for one in steps.values()) for steps in found.by_site.values()), default=1.0) or 1.0


def withheld(found: Steps) -> set[tuple[str, str]]:
    """The tumour sites and steps that are not for those who may not see patients: few took them, or they would tell of a few."""
    hidden = set()
    for step in STEPS:
        taken = {site: steps[step].pathways for site, steps in found.by_site.items() if step in steps}
        every, sites = taken.pop(ALL_SITES, 0), list(taken)
        hidden |= {(sites[place], step) for place in small_numbers.withheld_places(list(taken.values()))}
        hidden |= {(ALL_SITES, step)} if small_numbers.is_withheld(every, is_own=False) else set()
    return hidden


def _row(site: str, steps: dict[str, Step], scale: float, hidden: set[tuple[str, str]]) -> dict:
    """A tumour site as the table shows it."""
    cells, bars, place = [], [], 0.0
    for step, colour in zip(STEPS, COLOURS, strict=True):
        one = steps.get(step)
        if one is None or (site, step) in hidden:
            cells.append({"median": "none" if one is None else small_numbers.WITHHELD, "mean": "", "lost": ""})
            continue
        cells.append(
            {"median": number(round(one.median_days)), "mean": f"{one.mean_days:.1f}", "lost": f"{one.mean_days_lost:.1f}"}
        )
        width = BAR_WIDTH * one.mean_days / scale
        bars.append({"x": round(place, 1), "width": round(width, 1), "colour": colour})
        place += width
    pathways = max((one.pathways for one in steps.values()), default=0)
    hides = any((site, one.step) in hidden for one in steps.values() if one.pathways == pathways)
    return {"site": SITES.get(site, site) if site != ALL_SITES else "All sites", "is_all": site == ALL_SITES, "cells": cells,
            "bars": bars, "pathways": small_numbers.WITHHELD if hides else number(pathways)}  # fmt: skip


def _selects(filters: StepFilters, trusts: Sequence[organisation.Trust]) -> list[dict]:
    every = [("", "All our trusts")] if len(trusts) > 1 else []
    asked = (
        ("trust", "Organisation", [*every, *((one.code, one.name) for one in trusts)], filters.trust),
        (
            "route",
            "Route",
            [("", "All routes"), *((code, title) for code, title in ROUTES.items() if code != "other")],
            filters.route,
        ),
        ("outcome", "Patients", list(OUTCOME_TITLES.items()), filters.outcome),
        ("weeks", "Weeks", [(str(weeks), f"Last {weeks} weeks") for weeks in WEEKS], str(filters.weeks)),
    )
    return [{"name": name, "label": label, "options": options, "value": value} for name, label, options, value in asked]


def _export(request: HttpRequest, opened: Desk, found: Steps, filters: StepFilters, hidden: set[tuple[str, str]]) -> HttpResponse:
    rows = []
    for site, steps in found.by_site.items():
        for one in steps.values():
            title = SITES.get(site, site) if site != ALL_SITES else "All sites"
            if (site, one.step) in hidden:
                rows.append((title, STEPS[one.step], small_numbers.WITHHELD, "", "", found.allowed[one.step], ""))
                continue
            figures = (
                one.pathways,
                one.median_days,
                round(one.mean_days, 2),
                found.allowed[one.step],
                round(one.mean_days_lost, 2),
            )
            rows.append((title, STEPS[one.step], *figures))
    about = (
        f"{TITLE} {OUTCOME_TITLES[filters.outcome]}, from {day(cancer_steps.first_day(opened, filters))} to {day(opened.as_of)}.",
        f"Snapshot {opened.snapshot_id}. Days lost are those beyond what the settings allow for a step (docs/rules/cancer.md).",
        *(("Synthetic data: every trust, patient and figure is made up.",) if opened.manifest.is_synthetic else ()),
    )
    name = f"cancer-steps-{opened.as_of:%Y-%m-%d}"
    return exports.export(request.GET["format"], name=name, columns=HEADINGS, rows=rows, notes=about)
