"""Are we on plan? A trust's own plan for a measure, month by month: started, edited, taken away, and beside what came."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from clockstop.accounts.roles import EDIT_TRAJECTORIES
from clockstop.accounts.scopes import may
from clockstop.answers import organisation
from clockstop.answers.series import Point, series
from clockstop.dates import month_end
from clockstop.errors import NotAllowed, UnknownName
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.measures.targets import bar
from clockstop.nhsuk.figures import figure
from clockstop.nhsuk.presenters import count, day, month
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.overtaken import again
from clockstop.pages.trajectory_forms import MonthsForm, StartForm, unit_of, written
from clockstop.registers.core.locking import EditedMeanwhile
from clockstop.registers.trajectories import actions, reading
from clockstop.registers.trajectories.actions import BadPlan, Place
from clockstop.registers.trajectories.reading import Plan
from clockstop.reports import plan_words
from clockstop.rules.targets import USUAL_TOLERANCE


def show_trajectory(request: HttpRequest, measure: str, trust: str) -> HttpResponse:
    """The plan beside what came, with its forms for those who may change it; with `format`, its months as CSV or XLSX."""
    place = _place(request, measure, trust)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, place)
    return _shown(request, place)


@require_POST
def add_trajectory(request: HttpRequest, measure: str, trust: str) -> HttpResponse:
    """Draw the plan from its baseline to its target, in place of one that stands."""
    place = _writable(request, measure, trust)
    form = StartForm(request.POST, measure=measure_of(measure))
    if not form.is_valid():
        return _shown(request, place, start=form, status=422)
    try:
        actions.start(place=place, course=form.course, by=request.user, version=form.cleaned_data["version"])
    except EditedMeanwhile as error:
        version = _standing_version(request, place)
        return _shown(
            request, place, start=_refused(StartForm(again(request.POST, version), measure=form.measure), error), status=409
        )
    except BadPlan as error:
        return _shown(request, place, start=_refused(form, error), status=422)
    messages.success(request, "The plan was drawn. Single months can be changed below.")
    return HttpResponseRedirect(_address(place))


@require_POST
def update_trajectory(request: HttpRequest, measure: str, trust: str) -> HttpResponse:
    """Change single months of the plan."""
    place = _writable(request, measure, trust)
    plan = reading.plan(request.scope, place)
    if plan is None:
        raise UnknownName("There is no plan to change.", do="Start one from the measure's page.")
    form = MonthsForm(request.POST, measure=measure_of(measure), months=plan.months)
    if not form.is_valid():
        return _shown(request, place, months=form, status=422)
    # A month that was left as it was shown keeps its unrounded value.
    shown = {end: written(measure_of(measure), value) for end, value in plan.months.items()}
    values = {end: value for end, value in form.values.items() if written(measure_of(measure), value) != shown[end]}
    try:
        actions.change_months(place=place, values=values, by=request.user, version=form.cleaned_data["version"])
    except EditedMeanwhile as error:
        standing = reading.plan(request.scope, place)
        kept = again(request.POST, standing.version if standing else 0)
        form = MonthsForm(kept, measure=form.measure, months=standing.months if standing else {})
        return _shown(request, place, months=_refused(form, error), status=409)
    except BadPlan as error:
        return _shown(request, place, months=_refused(form, error), status=422)
    messages.success(request, "The plan was changed." if values else "Nothing was changed.")
    return HttpResponseRedirect(_address(place))


@require_POST
def delete_trajectory(request: HttpRequest, measure: str, trust: str) -> HttpResponse:
    """Take the plan away."""
    place = _writable(request, measure, trust)
    seen = request.POST.get("version", "")
    try:
        actions.delete(place=place, by=request.user, version=int(seen) if seen.isdecimal() and len(seen) < 9 else None)
    except (BadPlan, EditedMeanwhile) as error:
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, "The plan was taken away. Its history is kept.")
    return HttpResponseRedirect(url("show_measure", place.measure, **_query(place)))


def _refused(form, error: BadPlan | EditedMeanwhile):
    """The form with what was typed, and why it was not saved."""
    form.is_valid()
    form.add_error(None, f"{error.what} {error.do}")
    return form


def _standing_version(request: HttpRequest, place: Place) -> int:
    standing = reading.plan(request.scope, place)
    return standing.version if standing else 0


def _place(request: HttpRequest, measure: str, trust: str) -> Place:
    """Whose plan it is, if the reader may see the trust's figures, and it has the service."""
    request.scope.require_trust(trust)
    service = request.GET.get("service", "")
    trusts = {one.code: one for one in organisation.tree(request.scope, desk())}
    if trust not in trusts:
        raise UnknownName("There is no trust of that code in this snapshot.", do="Choose one from the overview.")
    if service and service not in {one.code for one in trusts[trust].services}:
        raise UnknownName(f"{trusts[trust].name} has no service of that code.", do="Choose one from the trust's page.")
    return Place(trust=trust, measure=measure_of(measure).slug, service=service)


def _writable(request: HttpRequest, measure: str, trust: str) -> Place:
    place = _place(request, measure, trust)
    if not may(request.user, EDIT_TRAJECTORIES, trust):
        raise NotAllowed("You may not change this trust's plans.", do="Ask the person who manages accounts in the trust.")
    return place


def _query(place: Place) -> dict[str, str]:
    return {"trust": place.trust} | ({"service": place.service} if place.service else {})


def _address(place: Place, view: str = "show_trajectory") -> str:
    return url(view, place.measure, place.trust, **({"service": place.service} if place.service else {}))


def _points(request: HttpRequest, place: Place) -> tuple[Point, ...]:
    return series(request.scope, desk(), place.measure, period_kind="month", where=_query(place))[0].points


def _shown(
    request: HttpRequest, place: Place, *, start: StartForm | None = None, months: MonthsForm | None = None, status: int = 200
) -> HttpResponse:
    measure, plan, points = measure_of(place.measure), reading.plan(request.scope, place), _points(request, place)
    may_edit = may(request.user, EDIT_TRAJECTORIES, place.trust)
    if may_edit:
        start = start or StartForm(initial=_initial(measure, plan, points), measure=measure)
        months = months or (MonthsForm(initial={"version": plan.version}, measure=measure, months=plan.months) if plan else None)
    service = organisation.service_name(place.service) if place.service else "the whole trust"
    return page(
        request,
        "pages/trajectory.jinja",
        status=status,
        title="Are we on plan?",
        crumbs=crumbs_to(
            ("Measures", url("list_measures", **_query(place))),
            (measure.title, url("show_measure", measure.slug, **_query(place))),
        ),
        lead=f"{measure.title}, {desk().manifest.trusts[place.trust].name}, {service}",
        plan=plan,
        finding=_finding(measure, plan, points) if plan else "",
        lines=[_row(measure, line, months) for line in plan_words.lines(measure, plan, points)] if plan else [],
        start=start if may_edit else None,
        months=months if may_edit else None,
        unit=unit_of(measure),
        is_overtaken=status == 409,
        plan_goes=_goes(measure, plan) if plan else "",
        history=[_past(measure, change) for change in reading.history(request.scope, place)],
        addresses={f"{verb}_trajectory": _address(place, f"{verb}_trajectory") for verb in ("show", "add", "update", "delete")},
    )


def _initial(measure: Measure, plan: Plan | None, points: tuple[Point, ...]) -> dict:
    """A plan as it stands; else from the latest month that was counted to this year's bar at the end of March."""
    if plan is not None:
        return {
            "baseline": written(measure, plan.baseline), "baseline_month": f"{plan.baseline_month:%Y-%m}",
            "target": written(measure, plan.target), "target_month": f"{plan.target_month:%Y-%m}",
            "tolerance": written(measure, plan.tolerance), "spread": "equal", "version": plan.version,
        }  # fmt: skip
    latest = next((point for point in reversed(points) if point.value is not None), None)
    first = latest.period_end if latest else month_end(desk().as_of)
    last = date(first.year + (first.month >= 3), 3, 31)
    target = bar(measure.slug, level="trust", on=last)
    baseline = latest.value if latest else None
    return {
        "baseline": written(measure, baseline), "baseline_month": f"{first:%Y-%m}",
        "target": written(measure, target.required(baseline) if target else None), "target_month": f"{last:%Y-%m}",
        "tolerance": written(measure, USUAL_TOLERANCE if measure.kind == "share" else 0.0), "spread": "equal", "version": 0,
    }  # fmt: skip


def _finding(measure: Measure, plan: Plan, points: tuple[Point, ...]) -> str:
    """In how many of the months that were counted the figure was on plan or within tolerance (PLN-01)."""
    counted = [line for line in plan_words.lines(measure, plan, points) if line.standing]
    held = sum(line.standing != "off plan" for line in counted)
    return f"On plan or within tolerance in {held} of {count(len(counted), 'month')} counted so far." if counted else ""


def _goes(measure: Measure, plan: Plan) -> str:
    first, last = (figure(measure.kind, value, measure.unit) for value in (plan.baseline, plan.target))
    return f"from {first} in {month(plan.baseline_month)} to {last} in {month(plan.target_month)}"


def _row(measure: Measure, line: plan_words.PlanLine, months: MonthsForm | None) -> dict:
    """A month as the template shows it."""
    actual = (
        "small number" if line.is_hidden else figure(measure.kind, line.actual, measure.unit) if line.actual is not None else ""
    )
    return {
        "month": month(line.end), "plan": figure(measure.kind, line.plan, measure.unit), "actual": actual,
        "gap": plan_words.signed_gap(measure, line), "standing": line.standing or "",
        "field": months.of(line.end) if months and line.end in _months_of(months) else None,
    }  # fmt: skip


def _months_of(months: MonthsForm) -> set[date]:
    return {date.fromisoformat(name.removeprefix("month_")) for name in months.fields if name.startswith("month_")}


def _past(measure: Measure, change: reading.PastChange) -> dict:
    def value(found: float | None) -> str:
        return "nothing" if found is None else figure(measure.kind, found, measure.unit)

    moved = [(month(end), value(before), value(after)) for end, before, after in change.months]
    return {"at": change.at, "by": change.by, "what": change.what, "months": moved}


def _export(request: HttpRequest, place: Place) -> HttpResponse:
    measure, plan = measure_of(place.measure), reading.plan(request.scope, place)
    columns = ["measure", "trust", "service", "month", "plan", "actual", "gap", "standing", "is_withheld"]
    found = plan_words.lines(measure, plan, _points(request, place)) if plan else []
    rows = (
        (measure.slug, place.trust, place.service, line.end, line.plan, line.actual, line.gap, line.standing, line.is_hidden)
        for line in found
    )
    opened = desk()
    notes = [
        f"Plan for: {measure.title}",
        f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}. A gap below 0 is behind the plan; 100% is written as 1.",
        *(
            [f"Plan as last changed by {plan.updated_by} on {day(plan.updated_at.date())}; tolerance {plan.tolerance:g}"]
            if plan
            else []
        ),
        *(["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []),
    ]
    name = f"plan-{measure.slug}-{place.trust}-{opened.as_of:%Y-%m-%d}"
    return exports.export(request.GET["format"], name=name, columns=columns, rows=rows, notes=notes)
