"""What has validation yielded, and which corrections have not come back? Totals by flag, team and week, and a worklist."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, SEE_VALIDATORS
from clockstop.accounts.scopes import may
from clockstop.answers import organisation, validation_effect
from clockstop.answers.validation_effect import Correction
from clockstop.answers.validation_filters import DeskFilters
from clockstop.answers.validation_yield import Yield, YieldLine, progress_by_service, validation_yield
from clockstop.errors import NotAllowed
from clockstop.nhsuk.presenters import day, number, percent
from clockstop.nhsuk.templating import address, url
from clockstop.pages import exports, validation_totals
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.validation import desk_address, filters_of
from clockstop.registers.validation import reading
from clockstop.rules.validation_outcomes import BY_CODE, STATES

PERIODS = {"4": "Last 4 weeks", "13": "Last 13 weeks", "52": "Last 12 months"}
PARTS = {"flag": "By flag", "team": "By team", "validator": "By validator", "week": "By week"}
COLUMNS = (
    "Checked",
    "Changed",
    "Off the list",
    "Start moved",
    "Clock right",
    "Asked",
    "Expected",
    "Share changed",
    "Checked an hour",
)
SERVICE_COLUMNS = (
    "Service",
    "To be validated",
    "Validated, by the record",
    "Validated, with the desk",
    "Share",
    "Share with the desk",
)
CORRECTION_COLUMNS = (
    "State", "Days", "Pathway", "Clock start", "Service", "Outcome", "Day", "Other pathway", "Note", "Given by", "Team", "Given on",
    "Made up",
)  # fmt: skip


def show_validation_yield(request: HttpRequest) -> HttpResponse:
    """The yield of the trust; with `format`, one of its tables (`part`) as CSV or XLSX. Who sees no patients sees totals."""
    filters, opened = _filters(request), desk()
    is_own = request.scope.is_own(filters.trust)
    weeks = request.GET.get("weeks", "") if request.GET.get("weeks", "") in PERIODS else "13"
    outcomes = reading.outcomes(request.scope.trusts)
    since = timezone.localdate() - timedelta(weeks=int(weeks))
    found = validation_yield(request.scope, outcomes, filters.trust, since=since, team=filters.team)
    progress = progress_by_service(request.scope, opened, outcomes, filters.trust)
    names_all = may(request.user, SEE_VALIDATORS, filters.trust)
    parts = {name: _lines(request, found, name, names_all=names_all) for name in PARTS}
    services = validation_totals.services_said([_service_cells(line) for line in progress], is_own=is_own)
    if request.GET.get("format") in exports.FORMATS:
        return _export_part(request, filters, parts, services, since)
    validated = validation_effect.as_validated(request.scope, opened, outcomes, filters.trust)
    said = {
        name: validation_totals.lines_said([_said(line) for line in lines], lines, is_own=is_own) for name, lines in parts.items()
    }
    apart = {name: validation_totals.apart(rows) for name, rows in (*said.items(), ("service", services))}
    query = filters.query | {"weeks": weeks}
    return page(
        request, "pages/validation_yield.jinja", title="What has validation yielded?", filters=filters,
        crumbs=_crumbs(request, filters),
        trust=_trust(request, filters), found=found, parts=apart, is_own=is_own,
        facts=validation_totals.facts(found.whole, validated, is_own=is_own),
        effect=validation_totals.effect(validated, is_own=is_own),
        PARTS=PARTS, services=apart["service"], validated=validated, weeks=weeks, PERIODS=PERIODS,
        teams=reading.teams([filters.trust]),
        names_all=names_all, query=query, path=url("show_validation_yield"), columns={name: _heads(name) for name in PARTS},
        service_columns=[{"text": text, "is_number": place > 0} for place, text in enumerate(SERVICE_COLUMNS)],
        corrections_href=address(url("list_validation_corrections"), filters.query), may_export=_may_export(request, filters),
        may_see_trusts=organisation.tree(request.scope, opened),
    )  # fmt: skip


def list_validation_corrections(request: HttpRequest) -> HttpResponse:
    """The outcomes that change a clock, those that have not come back first; totals by service for who sees no patients."""
    filters, opened = _filters(request), desk()
    if not request.scope.has_every_patient(filters.trust):
        return _correction_totals(request, filters)
    every = validation_effect.corrections(
        request.scope, opened, reading.outcomes_for(request.scope), filters.trust, today=timezone.localdate()
    )
    state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else "not_yet"
    rows = [one for one in every if one.state == state and filters.team in ("", one.team) and filters.service in ("", one.service)]
    is_export = request.GET.get("format") in exports.FORMATS
    if is_export and not _may_export(request, filters):
        raise _no_export()
    audit.record(
        request, action=audit.EXPORTED if is_export else audit.VIEWED, what="list_validation_corrections", trust=filters.trust,
        rows=len(rows), detail=f"state={state}", shown=audit.patients_of(rows),
    )  # fmt: skip
    if is_export:
        return exports.export(
            request.GET["format"], name="validation-corrections", columns=CORRECTION_COLUMNS, rows=map(_correction_cells, rows),
            notes=_about(request, f"Corrections, {STATES[state].lower()}"),
        )  # fmt: skip
    counts = {name: sum(one.state == name for one in every) for name in STATES if name != "nothing_to_correct"}
    query = filters.query | {"state": state}
    return page(
        request, "pages/validation_corrections.jinja", title="Which corrections have not come back?",
        crumbs=_crumbs(request, filters),
        rows=rows, counts=counts, state=state, STATES=STATES, filters=filters, trust=_trust(request, filters), query=query,
        BY_CODE=BY_CODE,
        path=url("list_validation_corrections"), may_export=_may_export(request, filters), service_name=organisation.service_name,
        state_href=lambda name: address(url("list_validation_corrections"), filters.query | {"state": name}),
        row_href=lambda one: desk_address(filters, row=f"{one.patient_pathway_identifier}@{one.start_date}"),
    )  # fmt: skip


def _filters(request: HttpRequest):
    """The filters of the address, where totals may be read too; the first of the reader's trusts where it names none."""
    if request.scope.patient_trusts and not request.GET.get("trust"):
        return filters_of(request)
    filters = DeskFilters.from_query(request.GET)
    filters = filters.but(trust=filters.trust or min(request.scope.trusts, default=""))
    request.scope.require_trust(filters.trust)
    return filters


def _correction_totals(request: HttpRequest, filters) -> HttpResponse:
    """How many corrections have come back, by service, for who reads figures alone."""
    if request.GET.get("format") in exports.FORMATS:
        raise _no_export()
    outcomes = reading.outcomes(request.scope.trusts)
    found = validation_effect.corrections_by_service(request.scope, desk(), outcomes, filters.trust, today=timezone.localdate())
    return page(
        request, "pages/validation_correction_totals.jinja", title="Which corrections have not come back?",
        crumbs=_crumbs(request, filters),
        trust=_trust(request, filters), filters=filters, STATES=STATES,
        rows=validation_totals.corrections_said({organisation.service_name(code): counts for code, counts in found.items()}),
        trusts=organisation.tree(request.scope, desk()), path=url("list_validation_corrections"),
    )  # fmt: skip


def _lines(request: HttpRequest, found: Yield, part: str, *, names_all: bool) -> Sequence[YieldLine]:
    """The lines of a part; by validator only one's own, where others' names are not for the reader."""
    lines = getattr(found, f"by_{part}")
    own = request.user.get_username()
    return lines if names_all or part != "validator" else tuple(line for line in lines if line.key == own)


def _said(line: YieldLine) -> list[str]:
    """The line's cells in words; the share is the ninth."""
    cells = [_cell_said(value) for value in _cells(line)[1:]]
    cells[7] = percent(line.share)
    return [line.title, *cells]


def _cells(line: YieldLine) -> tuple[Any, ...]:
    return (
        line.title, line.checked, line.changed, line.removed, line.moved, line.right, line.asked, round(line.expected, 1),
        line.share, line.checked_an_hour, line.changed_an_hour,
    )  # fmt: skip


def _cell_said(value: Any) -> str:
    return number(value) if isinstance(value, int) else "not known" if value is None else number(value, 1)


def _service_cells(line) -> list[Any]:
    name = organisation.service_name(line.service)
    return [name, line.in_scope, line.in_time, line.in_time_with_desk, percent(line.share), percent(line.share_with_desk)]


def _correction_cells(one: Correction) -> tuple[Any, ...]:
    return (
        STATES[one.state], one.days, one.patient_pathway_identifier, one.start_date, organisation.service_name(one.service),
        BY_CODE[one.code].title, one.right_date, one.other_pathway, one.note, one.by_name, one.team, one.at.date(), one.is_made_up,
    )  # fmt: skip


def _heads(part: str) -> list[dict]:
    name = "Checked under" if part == "flag" else part.capitalize()
    return [{"text": name}, *({"text": text, "is_number": True} for text in (*COLUMNS, "Changed an hour"))]


def _export_part(request: HttpRequest, filters, parts: dict, services: list, since) -> HttpResponse:
    """One table as a file; it leaves the trust, so it needs the permission that lists of patients need."""
    if not _may_export(request, filters):
        raise _no_export()
    part = request.GET.get("part", "flag")
    audit.record(request, action=audit.EXPORTED, what="show_validation_yield", trust=filters.trust, detail=f"part={part}")
    about = _about(request, f"Validation since {day(since)}")
    if part == "service":
        return exports.export(
            request.GET["format"], name="validation-by-service", columns=SERVICE_COLUMNS, rows=services, notes=about
        )
    part = part if part in PARTS else "flag"
    columns = (part.capitalize(), *COLUMNS, "Changed an hour")
    rows = [_cells(line) for line in parts[part]]
    return exports.export(request.GET["format"], name=f"validation-by-{part}", columns=columns, rows=rows, notes=about)


def _about(request: HttpRequest, what: str) -> list[str]:
    opened = desk()
    synthetic = ["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []
    return [
        what,
        f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}",
        f"Taken by {request.user.get_username()}",
        *synthetic,
    ]


def _may_export(request: HttpRequest, filters) -> bool:
    return may(request.user, EXPORT_PATIENTS, filters.trust)


def _no_export() -> NotAllowed:
    return NotAllowed("You may not take lists out of Clockstop.", do="Ask the person who manages accounts in the trust.")


def _crumbs(request: HttpRequest, filters):
    """The desk stands above the yield for those who may open it."""
    return crumbs_to(*([("Validation", desk_address(filters))] if request.scope.is_own(filters.trust) else []))


def _trust(request: HttpRequest, filters):
    return next(one for one in organisation.tree(request.scope, desk()) if one.code == filters.trust)
