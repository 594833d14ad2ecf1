"""Which records fail this rule, and where do they come from? Definition, trend, causes, and the records to work through."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, WRITE_NOTES
from clockstop.accounts.scopes import may, scope_of
from clockstop.answers import data_quality as quality
from clockstop.answers import data_quality_causes, data_quality_rows, organisation
from clockstop.answers.data_quality_causes import CUTS, MOST_PLACES, STAFF_AND_FILES
from clockstop.answers.data_quality_rows import RecordFilters, RecordPage, Written
from clockstop.answers.desk import Desk
from clockstop.answers.series import Point
from clockstop.contracts import contracts
from clockstop.dates import month_end
from clockstop.errors import NotAllowed
from clockstop.insight.root_cause import Cause
from clockstop.nhsuk.presenters import count, day, month
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.charts import Run, run_chart
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.cut_bars import BarScale
from clockstop.pages.data_quality import count_said, share_said
from clockstop.pages.notes import back_to
from clockstop.registers.data_quality import actions
from clockstop.registers.data_quality import reading as answered
from clockstop.registers.data_quality.actions import BadAnswer, Said
from clockstop.registers.data_quality.models import STATES
from clockstop.registers.pathway_notes import reading
from clockstop.rules.quality import QualityRule

MOST_AT_ONCE = 250
# What a cause narrows the records to; the form keeps it.
KEPT = ("division", "service", "site", "source_place", "consultant", "source_load")
# Below this the axis needs a place after the point.
SMALL_SHARE = 0.05
HEADINGS = (
    "Trust", "Record", "Hospital number", "Pathway", "Division", "Service code", "Service", "Site", "Place", "Consultant", "Day",
    "What was found", "Load", "Row", "Current", "Set aside at the door", "Owner", "Next step", "Next step by", "Comment", "Answer",
    "Why", "Answered by",
)  # fmt: skip


def show_quality_rule(request: HttpRequest, rule: str) -> HttpResponse:
    """One rule: what it means, how it went, where failures come from, and for those who see patients the records."""
    one, opened = quality.rule_of(rule), desk()
    filters = RecordFilters.from_query(request.GET)
    if filters.trust:
        request.scope.require_trust(filters.trust)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, opened, one, filters)
    trusts = quality.trusts_of(request.scope, opened, filters.trust)
    line = quality.rule_line(request.scope, opened, one, trusts)
    shown = _records(request, opened, one, filters)
    causes = data_quality_causes.causes(request.scope, opened, one, filters.trust)
    where = {"trust": filters.trust} if filters.trust else {}
    title = contracts()[one.dataset].title
    return page(
        request,
        "pages/data_quality_rule.jinja",
        title=one.title,
        crumbs=crumbs_to(
            ("Data quality", url("list_data_quality", **where)), (title, url("show_quality_dataset", one.dataset, **where))
        ),
        rule=one,
        dataset_title=title,
        line=line,
        place=_place(request, opened, filters.trust),
        causes=causes,
        cause_tables=[table for cause in causes.found if (table := _cause_table(cause, one, filters))["rows"]],
        chart=_chart(one, line),
        twins=[(month(month_end_of(text)), found) for text, found in reversed(line.months)],
        count_said=count_said,
        share_said=share_said,
        **_context(request, opened, one, filters, shown),
    )


@require_POST
def update_quality_records(request: HttpRequest, rule: str) -> HttpResponse:
    """Say of the chosen records that they are fixed at source, or right as they are: all of them or none."""
    one = quality.rule_of(rule)
    # A NUL stands in no record, and the engine takes none.
    chosen = [text.replace("\0", "").partition(":")[::2] for text in request.POST.getlist("record")][: MOST_AT_ONCE + 1]
    try:
        if len(chosen) > MOST_AT_ONCE:
            raise BadAnswer(f"At most {MOST_AT_ONCE} records can be answered at once.", do="Take them in parts.")
        said = Said(state=request.POST.get("state", ""), note=request.POST.get("note", ""))
        if not chosen:
            raise BadAnswer("No record was chosen.", do="Tick the rows first.")
        changed = sum(_answer(request, one, trust, chosen, said) for trust in sorted({trust for trust, _ in chosen}))
    except BadAnswer as error:
        messages.error(request, f"Nothing was changed: {error.what} {error.do}")
    else:
        messages.success(request, f"{count(changed, 'record')}: {STATES[said.state].lower()}.")
    return HttpResponseRedirect(back_to(request))


@require_POST
def undo_quality_records(request: HttpRequest) -> HttpResponse:
    """Take the reader's own last answers back."""
    try:
        for trust in actions.last_trusts(by=request.user):
            _require_writer(request, trust)
        number = actions.undo_answers(by=request.user)
    except BadAnswer as error:
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, f"Your last answer was taken back on {count(number, 'record')}.")
    return HttpResponseRedirect(back_to(request))


def month_end_of(text: str) -> date:
    """The last day of a month written YYYY-MM."""
    return month_end(date.fromisoformat(f"{text}-01"))


def _answer(request: HttpRequest, one: QualityRule, trust: str, chosen: list, said: Said) -> int:
    _require_writer(request, trust)
    mine = [record for theirs, record in chosen if theirs == trust]
    known = data_quality_rows.known_records(scope_of(request.user, to=WRITE_NOTES), desk(), one, trust, mine)
    return actions.answer(trust=trust, rule=one.name, records=known, said=said, by=request.user)


def _require_writer(request: HttpRequest, trust: str) -> None:
    request.scope.require_identity(trust)
    if not may(request.user, WRITE_NOTES, trust):
        raise NotAllowed("You may not answer records of this trust.", where=f"Trust {trust}.", do="Its managers and analysts may.")


def _written(request: HttpRequest, one: QualityRule) -> Written:
    return Written(notes=reading.notes_for(request.scope), answers=answered.answers_for(request.scope, one.name))


def _records(request: HttpRequest, opened: Desk, one: QualityRule, filters: RecordFilters) -> RecordPage | None:
    """The page of records, the look recorded; None for those who see no patients, or of a snapshot without rules."""
    sees = bool(request.scope.patient_trusts) and (not filters.trust or request.scope.sees_patients(filters.trust))
    if not sees or not opened.has(quality.ISSUES_TABLE):
        return None
    shown = data_quality_rows.record_page(request.scope, opened, _written(request, one), one, filters)
    audit.record(
        request, action=audit.VIEWED, what="show_quality_rule", trust=filters.trust, rows=len(shown.rows), detail=one.name,
        shown=audit.patients_of(shown.rows),
    )  # fmt: skip
    return shown


def _context(request: HttpRequest, opened: Desk, one: QualityRule, filters: RecordFilters, shown: RecordPage | None) -> dict:
    path, query = url("show_quality_rule", one.name), filters.to_query()
    writers = [trust for trust in request.scope.patient_trusts if may(request.user, WRITE_NOTES, trust)]
    return {
        "filters": filters,
        "shown": shown,
        "path": path,
        "query": query,
        "page_query": {name: value for name, value in query.items() if name != "page"},
        "here": url("show_quality_rule", one.name, **query),
        "selects": _selects(request, opened, filters),
        "kept": {name: value for name, value in query.items() if name in KEPT},
        "names": _service_names(request, opened),
        "states": STATES,
        "place_word": data_quality_causes.place_words(one.dataset)[0].capitalize(),
        "may_write": bool(writers),
        "may_export": shown is not None and _may_export(request, filters),
        "answer_path": url("update_quality_records", one.name),
        "undo_path": url("undo_quality_records"),
        "narrowed": _narrowed(filters, _service_names(request, opened)),
        "wide": url("show_quality_rule", one.name, **({"trust": filters.trust} if filters.trust else {})),
    }  # fmt: skip


def _narrowed(filters: RecordFilters, names: dict[str, str]) -> list[str]:
    """What the records are narrowed to beyond the form's own filters, in words."""
    said = (filters.division, names.get(filters.service, filters.service), filters.site, filters.source_place, filters.consultant)
    return [words for words in (*said, f"load {filters.source_load[:4]}" if filters.source_load else "") if words]


def _selects(request: HttpRequest, opened: Desk, filters: RecordFilters) -> list[dict]:
    trusts = organisation.tree(request.scope, opened)
    owners = [("", "Anyone"), ("-", "Nobody yet"), *((owner, owner) for owner in reading.owners(request.scope))]
    states = [("", "To be answered"), *STATES.items(), (data_quality_rows.ANY, "All")]
    past = [("", "Current"), ("yes", "Of the past too")]
    found = [_select("trust", "Organisation", [("", "All our trusts"), *((one.code, one.name) for one in trusts)], filters.trust)]
    if not request.scope.patient_trusts:
        return found
    return [
        *found,
        _select("state", "Answer", states, filters.state),
        _select("owner", "Owner", owners, filters.owner),
        _select("past", "Records", past, "yes" if filters.past else ""),
    ]


def _select(name: str, label: str, options: Iterable[tuple[str, str]], value: str) -> dict:
    options = list(options)
    known = options if value in {one for one, _ in options} else [*options, (value, value)]
    return {"name": name, "label": label, "options": known, "value": value}


def _cause_table(cause: Cause, rule: QualityRule, filters: RecordFilters) -> dict[str, Any]:
    """The places of a cut, most failures first, each with a link that narrows the records to it."""
    one, many = (
        data_quality_causes.place_words(rule.dataset) if cause.cut == "source_place" else (CUTS | STAFF_AND_FILES)[cause.cut]
    )
    shown = [place for place in cause.places if place.place.failed][:MOST_PLACES]
    bars = BarScale.of([float(place.place.failed) for place in shown], None, is_share=False)

    def href(key: str) -> str:
        trust, _, value = key.partition("|")
        return url("show_quality_rule", rule.name, **filters.but(**{"trust": trust, cause.cut: value, "past": True}).to_query())

    return {
        "cut": cause.cut,
        "title": f"By {one}",
        "one": one.capitalize(),
        "rows": [(place, href(place.place.key), bars.bar(float(place.place.failed))) for place in shown],
        "more": len([place for place in cause.places if place.place.failed]) - len(shown),
        "many": many,
        "has_rates": any(place.rate is not None for place in shown),
        "few": {place.place.key for place in cause.few},
    }


def _chart(rule: QualityRule, line: quality.RuleLine) -> dict | None:
    """The share that fails month by month; None where fewer than two months are known."""
    points = [Point(month_end_of(text), None, None, found.share) for text, found in line.months]
    if sum(point.value is not None for point in points) < 2:
        return None
    return run_chart(
        Run(
            title=f"{rule.title}, share of the month’s records",
            kind="share" if max(point.value or 0.0 for point in points) > SMALL_SHARE else "small share",
            period="month",
            points=points,
            said=[share_said(found) for _, found in line.months],
            average=None,
            average_said="",
            targets=(),
        )
    )


def _place(request: HttpRequest, opened: Desk, trust: str) -> str:
    names = {one.code: one.name for one in organisation.tree(request.scope, opened)}
    return names.get(trust, trust) or "All our trusts"


def _service_names(request: HttpRequest, opened: Desk) -> dict[str, str]:
    return {service.code: service.name for trust in organisation.tree(request.scope, opened) for service in trust.services}


def _may_export(request: HttpRequest, filters: RecordFilters) -> bool:
    trusts = [filters.trust] if filters.trust else request.scope.patient_trusts
    return all(may(request.user, EXPORT_PATIENTS, trust) for trust in trusts)


def _export(request: HttpRequest, opened: Desk, one: QualityRule, filters: RecordFilters) -> HttpResponse:
    """The records as filtered. The record of the export is written before the first row leaves."""
    if not request.scope.patient_trusts or not _may_export(request, filters):
        raise NotAllowed(
            "You may not take lists of patients out of Clockstop.", do="Ask the person who manages accounts in the trust."
        )
    rows = data_quality_rows.records(request.scope, opened, _written(request, one), one, filters)
    audit.record(
        request, action=audit.EXPORTED, what="show_quality_rule", trust=filters.trust, rows=len(rows), detail=one.name,
        shown=audit.patients_of(rows),
    )  # fmt: skip
    names = _service_names(request, opened)
    cells = (
        (
            row.trust, row.record, row.local_patient_identifier, row.patient_pathway_identifier, row.division, row.service,
            names.get(row.service or "", row.service), row.site, row.source_place, row.consultant, row.day, row.evidence,
            row.source_load, row.source_row, row.is_current, row.is_at_door, row.owner, row.next_step, row.next_step_date,
            row.comment, STATES.get(row.state or "", ""), row.state_note, row.answered_by,
        )
        for row in rows
    )  # fmt: skip
    synthetic = ["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []
    about = [
        f"Data-quality rule {one.name}: {one.title}",
        one.definition,
        f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}",
        f"Taken by {request.user.get_username()}",
        *synthetic,
    ]
    name = f"data-quality-{one.name.replace('.', '-')}-{opened.as_of:%Y-%m-%d}"
    return exports.export(request.GET["format"], name=name, columns=HEADINGS, rows=cells, notes=about)
