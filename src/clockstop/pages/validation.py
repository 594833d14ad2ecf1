"""Which pathways should I check this hour? The validation desk: ranked rows, the evidence on one, and an outcome by one key."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from clockstop.accounts import audit
from clockstop.accounts.roles import VALIDATE
from clockstop.accounts.scopes import scope_of
from clockstop.answers import organisation, validation_desk
from clockstop.answers.pathways import BOOKING_TITLES, known
from clockstop.answers.validation_desk import AGAIN, ClockKey, DeskRow
from clockstop.answers.validation_evidence import evidence
from clockstop.answers.validation_filters import MENDERS, DeskFilters
from clockstop.contracts.codes import RTT_PERIOD_STATUS
from clockstop.errors import UnknownName
from clockstop.nhsuk.templating import address
from clockstop.pages import validation_drawings, validation_words
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.timeline_words import SHORT_WORDS
from clockstop.pages.validation_board import Board, board
from clockstop.pages.validation_forms import ClockForm, HourForm, OutcomeForm, shown_now
from clockstop.pages.worklists import no_patients
from clockstop.registers.validation import actions, claims, reading
from clockstop.registers.validation.actions import ROWS_AN_HOUR, Said, Seen
from clockstop.rules.rtt_bands import breach_date
from clockstop.rules.rtt_flags import BY_SLUG, FLAGS, definition_of
from clockstop.rules.validation_outcomes import BY_CODE, OUTCOMES
from clockstop.store.settings import readings

TITLE = "Which pathways should I check this hour?"
MOST_ON_PAPER = 200


def show_validation(request: HttpRequest) -> HttpResponse:
    """The desk. `row` in the address is the clock to look at; else it is the next that nobody else has before them."""
    if not request.scope.patient_trusts:
        return no_patients(request, "show_validation")
    return _shown(request, filters_of(request), _chosen(request, request.GET.get("row", "")))


def show_validation_worksheet(request: HttpRequest) -> HttpResponse:
    """The rows of an hour on paper, with room for the outcomes. Who works through it enters them at the desk afterwards."""
    if not request.scope.patient_trusts:
        return no_patients(request, "show_validation_worksheet")
    filters, opened = filters_of(request), desk()
    listed = validation_desk.worklist(request.scope, opened, reading.outcomes_for(request.scope), filters, now=timezone.now())
    wanted = request.GET.get("rows", "")
    rows = listed.taken(min(int(wanted), MOST_ON_PAPER) if wanted.isdecimal() and len(wanted) < 5 else ROWS_AN_HOUR)
    _record(request, "show_validation_worksheet", filters, rows)
    crumbs = crumbs_to(("Validation", desk_address(filters)))
    return page(
        request, "pages/validation_worksheet.jinja", title="Validation worksheet", crumbs=crumbs, rows=rows, filters=filters,
        OUTCOMES=OUTCOMES, trust=_trust(request, filters), **_words(),
    )  # fmt: skip


@require_POST
def add_validation_outcome(request: HttpRequest) -> HttpResponse:
    """Give an outcome on the clock that was shown, and go on with the next row."""
    form, filters = OutcomeForm(request.POST), filters_of(request)
    if not form.is_valid() and not form.wrong:
        raise UnknownName("This outcome names no clock.", do="Open the desk again and give the outcome there.")
    trust, pathway, start = form.key
    request.scope.require_identity(trust)
    actions.require_validator(request.user, trust)
    if form.wrong:
        return _shown(request, filters, form.key, form=form, wrong=form.wrong)
    opened = desk()
    writes = scope_of(request.user, to=VALIDATE)
    row = validation_desk.open_clock(writes, opened, reading.outcomes_for(request.scope), form.key, now=timezone.now())
    if row is None:
        messages.error(request, f"Nothing was kept: the clock of pathway {pathway} from {start:%d %B %Y} is on the list no more.")
        return _go_on(filters)
    found = evidence(request.scope, opened, (trust, pathway), start)
    if found.signature != form.cleaned_data["signature"]:
        messages.error(request, f"Nothing was kept: the records of pathway {pathway} have changed since you opened it. Look again.")
        return _go_on(filters, row=row_name(form.key))
    try:
        _keep(request, form, row, filters)
    except actions.WrongFinding as wrong:
        return _shown(request, filters, form.key, form=form, wrong=wrong.faults)
    except actions.AnsweredMeanwhile as error:
        messages.error(request, f"{error.what} {error.do}")
    return _go_on(filters)


@require_POST
def skip_validation_row(request: HttpRequest) -> HttpResponse:
    """Put the row aside for the rest of the hour."""
    form, filters = ClockForm(request.POST), filters_of(request)
    if form.is_valid():
        trust = form.cleaned_data["trust"]
        request.scope.require_identity(trust)
        actions.require_validator(request.user, trust)
        actions.skip(hour=_hour(request, filters), key=form.key)
        claims.release(by=request.user, trust=trust)
    return _go_on(filters)


@require_POST
def undo_validation_outcome(request: HttpRequest) -> HttpResponse:
    """Take the person's own last outcome back, and open its row again."""
    filters = filters_of(request)
    try:
        undone = actions.undo_last(by=request.user, trusts=[filters.trust])
    except actions.NoOutcomeToUndo as error:
        messages.error(request, f"{error.what} {error.do}")
        return _go_on(filters)
    messages.success(request, f"Taken back: {undone.get_code_display()}, pathway {undone.patient_pathway_identifier}.")
    return _go_on(filters, row=row_name(undone.key))


@require_POST
def start_validation_hour(request: HttpRequest) -> HttpResponse:
    """Begin an hour, or end the one that is under way."""
    form, filters = HourForm(request.POST), filters_of(request)
    if form.is_valid():
        trust = form.cleaned_data["trust"]
        request.scope.require_identity(trust)
        actions.require_validator(request.user, trust)
        filters = filters.but(trust=trust, team=form.cleaned_data["team"])
        if "end" in request.POST:
            actions.end_hour(by=request.user, trust=trust)
        else:
            _begin(request, filters, form.cleaned_data["target"] or ROWS_AN_HOUR)
    return _go_on(filters)


def filters_of(request: HttpRequest) -> DeskFilters:
    """The filters of the address, which forms bring along too; the first of the reader's trusts where it names none."""
    filters = DeskFilters.from_query(request.GET)
    if not filters.trust:
        named = request.POST.get("trust", "")
        filters = filters.but(trust=named or min(request.scope.patient_trusts, default=""))
    request.scope.require_identity(filters.trust)
    return filters


def desk_address(filters: DeskFilters, **more: str) -> str:
    """The address of the desk with these filters."""
    return address(reverse("show_validation"), filters.query | more)


def row_name(key: ClockKey) -> str:
    """A clock as the address names it."""
    return f"{key[1]}@{key[2]}"


def _chosen(request: HttpRequest, named: str) -> ClockKey | None:
    pathway, _, start = named.rpartition("@")
    try:
        return (filters_of(request).trust, pathway[:40].replace("\0", ""), date.fromisoformat(start)) if pathway else None
    except ValueError:
        return None


def _shown(
    request: HttpRequest,
    filters: DeskFilters,
    chosen: ClockKey | None,
    *,
    form: OutcomeForm | None = None,
    wrong: dict | None = None,
) -> HttpResponse:
    opened = desk()
    found = board(request, opened, filters, chosen)
    if chosen and found.row is None:
        messages.error(request, f"No clock of pathway {chosen[1]} from {chosen[2]:%d %B %Y} is on the list.")
        found = board(request, opened, filters, None)
    _record(request, "show_validation", filters, found.rows)
    if found.row:
        pathway = found.row.patient_pathway_identifier
        audit.record(
            request, action=audit.VIEWED, what="show_validation", trust=filters.trust, patient_pathway_identifier=pathway, rows=1
        )
    status = 422 if wrong and not request.htmx else 200
    response = page(
        request, "pages/validation.jinja", title=TITLE, status=status, crumbs=crumbs_to(), **_context(request, opened, found),
        typed=form.data if form else {}, wrong=wrong or {},
    )  # fmt: skip
    if request.htmx and request.method == "GET":
        response["HX-Replace-Url"] = desk_address(filters, row=row_name(chosen)) if chosen else desk_address(filters)
    return response


def _context(request: HttpRequest, opened, found: Board) -> dict:
    trust = _trust(request, found.filters)
    services, consultants = validation_desk.services_and_consultants(request.scope, opened, found.filters.trust)
    row, names = found.row, {service.code: service.name for service in trust.services}
    rate = found.listed.rates.get(row.reason) if row else None
    return {
        "board": found,
        "filters": found.filters,
        "trust": trust,
        "trusts": [one for one in organisation.tree(request.scope, opened) if one.may_see_patients],
        "services": [(code, names.get(code, code)) for code in services],
        "consultants": consultants,
        "teams": reading.teams([found.filters.trust]),
        "MENDERS": MENDERS,
        "FLAGS": FLAGS,
        "query": urlencode(found.filters.query),
        "row_href": lambda one: desk_address(found.filters, row=row_name(one.key)),
        "pace": validation_drawings.pace,
        "corrected": validation_drawings.corrected,
        "question": validation_words.question(row, found.found) if row else "",
        "like_this": validation_words.in_so_many(rate) if row else ("", ""),
        "breach": breach_date(row.start_date) if row else None,
        "definition": definition_of(BY_SLUG[row.reason], readings(opened.home)) if row and row.reason in BY_SLUG else "",
        "OUTCOMES": OUTCOMES,
        "BY_CODE": BY_CODE,
        "shown_at": shown_now(),
        **_words(),
    }


def _words() -> dict:
    return {
        "why": validation_words.why,
        "with_days": validation_words.with_days,
        "service_name": organisation.service_name,
        "STATUS": RTT_PERIOD_STATUS,
        "FLAG": BY_SLUG,
        "AGAIN": AGAIN,
        "event_words": lambda event: SHORT_WORDS.get(event or "", (BOOKING_TITLES.get(event or "", event or ""),))[0],
    }


def _trust(request: HttpRequest, filters: DeskFilters):
    return next(one for one in organisation.tree(request.scope, desk()) if one.code == filters.trust)


def _keep(request: HttpRequest, form: OutcomeForm, row: DeskRow, filters: DeskFilters) -> None:
    said, opened = form.cleaned_data, desk()
    seen = Seen(
        **{name: getattr(row, name) for name in ("trust", "patient_pathway_identifier", "start_date", "period_number")},
        days_waited=row.days_waited,
        **{name: getattr(row, name) or "" for name in ("division", "service", "consultant")},
        snapshot_id=opened.snapshot_id, as_of_date=opened.as_of, evidence_signature=said["signature"], flags=row.slugs,
        expected_chance=row.chance, last_outcome=said["last_outcome"],
    )  # fmt: skip
    outcome = BY_CODE.get(said["code"])
    other = said["other_pathway"].strip() if said["code"] == "duplicate" else ""
    if other and not known(request.scope, opened, [(row.trust, other)]):
        says = f"{opened.manifest.trusts[row.trust].name} has no pathway {other}"
        raise actions.WrongFinding({"other_pathway": says}, do="Check its number.")
    dated = outcome is not None and outcome.effect in ("removes", "moves_start") and outcome.code != "duplicate"
    actions.record_outcome(
        by=request.user,
        seen=seen,
        said=Said(
            code=said["code"],
            right_date=form.said_date if dated else None,
            other_pathway=other,
            note=said["note"],
        ),
        team=filters.team,
        seconds=form.seconds,
        hour=_hour(request, filters),
    )


def _hour(request: HttpRequest, filters: DeskFilters):
    """The hour under way; the first outcome or skip begins one."""
    return actions.hour_under_way(request.user, filters.trust) or _begin(request, filters, ROWS_AN_HOUR)


def _begin(request: HttpRequest, filters: DeskFilters, target: int):
    listed = validation_desk.worklist(request.scope, desk(), reading.outcomes_for(request.scope), filters, now=timezone.now())
    expected = listed.expected(target)
    return actions.start_hour(
        by=request.user, trust=filters.trust, target=target, team=filters.team, filters=urlencode(filters.query),
        expected=(expected.low, expected.high),
    )  # fmt: skip


def _go_on(filters: DeskFilters, **more: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(desk_address(filters, **more))


def _record(request: HttpRequest, what: str, filters: DeskFilters, rows: Sequence[DeskRow]) -> None:
    said = ", ".join(f"{name}={value}" for name, value in filters.query.items() if name != "trust")
    shown = audit.patients_of(rows)
    audit.record(request, action=audit.VIEWED, what=what, trust=filters.trust, rows=len(rows), detail=said, shown=shown)
