"""One pathway explained, its source rows, and the search that leads to it."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clockstop.accounts import audit
from clockstop.accounts.roles import SEE_ACCESS_RECORDS, WRITE_NOTES
from clockstop.accounts.scopes import may
from clockstop.answers import pathways, quality, source_rows
from clockstop.answers.source_rows import SourceRow
from clockstop.contracts.codes import RTT_PERIOD_STATUS
from clockstop.nhsuk.templating import url
from clockstop.pages import stay_words, timeline_words, validation_told, visit_words
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.unplanned_care import told as unplanned_care
from clockstop.pages.worklists import no_patients
from clockstop.registers.pathway_notes import reading
from clockstop.registers.validation.reading import history as outcomes_of
from clockstop.rules.rtt import FLAGS


def show_pathway(request: HttpRequest, trust: str, pathway: str) -> HttpResponse:
    """The timeline of one pathway: the figure, what comes next, words for a caller, the drawing and the rules."""
    found = _looked_at(request, trust, pathway)
    told = unplanned_care(request.scope, desk(), trust, pathway)
    note = reading.note(request.scope, trust, pathway)
    counted, outcomes = timeline_words.last_counted(found), outcomes_of(request.scope, trust, pathway)
    context = {
        "pathway": found,
        "counted": counted,
        "other_open": [
            clock for clock in found.clocks if clock.end_date is None and clock is not counted and not clock.is_nullified
        ],
        "has_died": timeline_words.has_died(found) or (told is not None and told.has_died),
        "told": told,
        "drawing": timeline_words.drawing(found, validation_told.marks(outcomes)),
        "checked": validation_told.told(found, outcomes),
        "why_ended": timeline_words.why_ended,
        "eighteen_weeks": timeline_words.eighteen_weeks,
        "stops_at": timeline_words.stops_at,
        "flagged": quality.flags_of(request.scope, desk(), [(trust, pathway)]).get((trust, pathway), []),
        "note": note,
        "history": reading.history(request.scope, trust, pathway),
        "may_write": may(request.user, WRITE_NOTES, trust),
        "may_see_records": may(request.user, SEE_ACCESS_RECORDS, trust),
        "here": url("show_pathway", trust, pathway),
        "beside": timeline_words.running_beside(found),
        "is_several": len(found.lanes) > 1 or (bool(found.lanes) and not found.turns),
        "others": list(dict.fromkeys(lane.patient_pathway_identifier for lane in found.lanes if lane.is_other)),
        "how_it_ended": timeline_words.how_it_ended,
        "wait_in_units": timeline_words.wait_in_units,
        "limit_in_words": timeline_words.limit_in_words,
        "STATUS": RTT_PERIOD_STATUS,
        "FLAGS": FLAGS,
        **_WORDS_OF_UNPLANNED_CARE,
    }
    title, crumbs = (told.title, told.crumbs) if told else (timeline_words.question(found), _crumbs(trust))
    return page(request, "pages/pathway.jinja", title=title, crumbs=crumbs, **context)


_WORDS_OF_UNPLANNED_CARE = {
    "visit_results": visit_words.results,
    "minutes_said": visit_words.minutes_said,
    "stay_lines": stay_words.lines,
    "stay_days": stay_words.days_said,
    "COLOURS": stay_words.COLOURS,
}


def show_caller_words(request: HttpRequest, trust: str, pathway: str) -> HttpResponse:
    """The words to read to a caller as plain text; none for a patient who has died."""
    found = _looked_at(request, trust, pathway)
    told = unplanned_care(request.scope, desk(), trust, pathway)
    if timeline_words.has_died(found) or (told is not None and told.has_died):
        text = "This patient has died. Please speak with the service before you ring or write.\n"
    else:
        text = timeline_words.caller_text(found, told.sentences if told else found.summary)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def list_source_rows(request: HttpRequest, trust: str, pathway: str) -> HttpResponse:
    """Every event of the pathway with the load and the row from which it came."""
    rows = source_rows.source_rows(request.scope, desk(), trust, pathway)
    _record_look(request, "list_source_rows", trust, pathway)
    cells = [
        (
            row.event_title, row.event_date.isoformat(), row.event_sequence, row.source_dataset, row.source_load,
            _row_link(trust, row),
        )
        for row in rows
    ]  # fmt: skip
    columns = [{"text": text} for text in ("What happened", "Date", "Recorded order", "Data set", "Load", "Row of the file")]
    crumbs = (*_crumbs(trust), *crumbs_to((f"Pathway {pathway}", url("show_pathway", trust, pathway)))[1:])
    return page(
        request,
        "pages/source_rows.jinja",
        title="Where do these events come from?",
        crumbs=crumbs,
        trust=trust,
        pathway=pathway,
        columns=columns,
        rows=cells,
    )


def _row_link(trust: str, row: SourceRow) -> SafeString | str:
    """The number of the row, which leads to every number that it is in."""
    if row.source_row is None or not row.source_load:
        return ""
    href = url("show_row_lineage", trust, row.source_dataset, row.source_load, row.source_row)
    return format_html('<a href="{}">{}</a>', href, row.source_row)


def find_pathways(request: HttpRequest) -> HttpResponse:
    """The pathway that a number names, straight to its timeline; a list where it names several.

    The number comes by POST, so that an NHS number stands in no address and no log; the record of the search leaves it out too.
    """
    if not request.scope.patient_trusts:
        return no_patients(request, "find_pathways")
    text = request.POST.get("q", "").strip() if request.method == "POST" else ""
    found = pathways.find(request.scope, desk(), text) if text else ()
    if text:
        audit.record(request, action=audit.SEARCHED, what="find_pathways", rows=len(found), shown=audit.patients_of(found))
    if len(found) == 1:
        return HttpResponseRedirect(url("show_pathway", found[0].trust, found[0].patient_pathway_identifier))
    return page(request, "pages/find.jinja", title="Find a pathway", found=found, is_asked=bool(text), crumbs=crumbs_to())


def _looked_at(request: HttpRequest, trust: str, pathway: str) -> pathways.Pathway:
    """The pathway, with the look at it recorded. `NotAllowed` and `UnknownName` come from the desk."""
    request.scope.require_some_patients(trust)
    found = pathways.pathway(request.scope, desk(), trust, pathway)
    _record_look(request, "show_pathway", trust, pathway)
    return found


def _record_look(request: HttpRequest, what: str, trust: str, pathway: str) -> None:
    audit.record(request, action=audit.VIEWED, what=what, trust=trust, patient_pathway_identifier=pathway, rows=1)


def _crumbs(trust: str):
    return crumbs_to(("RTT waiting list", url("list_pathways", trust=trust)))
