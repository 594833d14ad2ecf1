"""The monthly return: what it says, whether its checks pass, how the list flowed, and how it stands beside what was published."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, SEE_MEASURES
from clockstop.accounts.scopes import may
from clockstop.answers.desk import Desk
from clockstop.answers.reconciliation import Reconciliation, reconciliation
from clockstop.dates import add_months, month_start
from clockstop.errors import NotAllowed, UnknownName
from clockstop.nhsuk import presenters
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, small_numbers
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.return_drawings import difference_map, flow_chart
from clockstop.reports.closing import MonthAsSent, month_as_sent
from clockstop.reports.return_files import band_words, file_name
from clockstop.rules.rtt_return_rows import PART_CODES, PART_TITLES, totals
from clockstop.rules.treatment_functions import REPORTED_FUNCTIONS

MONTHS_OFFERED = 18
MOST_CHANGES = 200


def show_return(request: HttpRequest, trust: str = "") -> HttpResponse:
    """A trust's return of a month and part; with `format`, the return itself. Small figures are for those cleared only."""
    open_desk = desk()
    trusts = sorted(code for code in request.scope.trusts if may(request.user, SEE_MEASURES, code))
    trust = request.GET.get("trust", "") or trust or (trusts[0] if trusts else "")
    _require(request, SEE_MEASURES, trust, "its figures")
    month = request.GET.get("month") or _months(open_desk)[1]
    part = request.GET.get("part", "")
    part = part if part in PART_CODES else "part_2"
    answer = month_as_sent(request.scope, open_desk, trust, month)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, answer)
    beside = _beside(request, open_desk, trust, month)
    is_own = request.scope.has_every_patient(trust)
    if is_own and (answer.pathways_changed or beside):
        _record_look(request, trust, _patients_shown(answer, beside, part))
    return page(
        request,
        "pages/return.jinja",
        title="Is the monthly return right?",
        crumbs=crumbs_to((answer.today.trust_name, url("show_trust", trust))),
        answer=answer,
        found=answer.today,
        beside=beside,
        part=part,
        is_own=is_own,
        may_export=is_own and may(request.user, EXPORT_PATIENTS, trust),
        path=url("show_return", trust),
        query={"month": month, "part": part},
        trust_options=[(code, open_desk.manifest.trusts[code].name) for code in trusts],
        month_options=[(one, presenters.month(date.fromisoformat(f"{one}-01"))) for one in _months(open_desk)],
        month_words=presenters.month(answer.today.month.first_day),
        closed_on=date.fromisoformat(answer.kept.closed_at[:10]) if answer.kept else None,
        answered=_answered(answer, is_own=is_own),
        part_options=[(one, f"{PART_CODES[one].replace('_', ' ')}: {PART_TITLES[one]}") for one in PART_CODES],
        names=lambda function: REPORTED_FUNCTIONS.get(function, function),
        codes=PART_CODES,
        **_shown(open_desk, answer, beside if is_own else None, part),
        lines=_lines(answer, beside, is_own=is_own),
    )


def _record_look(request: HttpRequest, trust: str, named: Sequence[str]) -> None:
    """Write whose pathways the page names."""
    audit.record(
        request, action=audit.VIEWED, what="show_return", trust=trust, rows=len(named), shown=[(trust, one) for one in named]
    )


def _shown(open_desk: Desk, answer: MonthAsSent, beside: Reconciliation | None, part: str) -> dict:
    """What only those cleared see: the flow, the differences of the part and what explains them, what has changed since."""
    return {
        "flow": flow_chart(answer.today.flows[-1]),
        "differences": _differences(beside, part),
        "map": difference_map([one for one in beside.bands if one.part == part]) if beside else None,
        "told": [one for one in beside.explanations if one.part == part] if beside else [],
        "changes": answer.pathways_changed[:MOST_CHANGES],
    }


def _months(open_desk: Desk) -> list[str]:
    """The months that may be asked for, the newest first."""
    newest = month_start(open_desk.as_of)
    return [f"{add_months(newest, -back):%Y-%m}" for back in range(MONTHS_OFFERED)]


def _answered(answer: MonthAsSent, *, is_own: bool) -> str:
    """What the page's question comes to: how many checks want something, and what the flow leaves unexplained."""
    failing = [one for one in answer.today.checks if not one.is_passed]
    errors = sum(one.check.kind != "query" for one in failing)
    said = [f"All {len(answer.today.checks)} central checks pass."] if not failing else []
    if errors:
        said.append(f"It would be sent back: {presenters.count(errors, 'check fails', 'checks fail')}.")
    if len(failing) > errors:
        said.append(f"{presenters.count(len(failing) - errors, 'unusual figure', 'unusual figures')} to be explained.")
    unexplained = int(answer.today.flows[-1].unexplained)
    if is_own and unexplained:
        way = "left the list" if unexplained > 0 else "came onto the list"
        said.append(f"{presenters.count(abs(unexplained), 'pathway', 'pathways')} {way} and no start, stop or transfer says why.")
    return " ".join(said)


def _beside(request: HttpRequest, open_desk: Desk, trust: str, month: str) -> Reconciliation | None:
    """The published return beside ours; None where none is loaded."""
    try:
        return reconciliation(request.scope, open_desk, trust, month)
    except UnknownName:
        return None


def _lines(answer: MonthAsSent, beside: Reconciliation | None, *, is_own: bool) -> list[dict]:
    """One line a part: as sent, today, last month, published. The trust's own small figures only for those cleared."""
    now, before = answer.today.totals, totals(answer.today.last_month.rows)
    published = beside.totals if beside else {}
    return [
        {
            "part": part,
            "title": f"{PART_CODES[part].replace('_', ' ')}: {PART_TITLES[part]}",
            "sent": _figure(answer.kept.totals.get(part, 0), is_own=is_own) if answer.kept else None,
            "today": _figure(now[part], is_own=is_own),
            "before": _figure(before.get(part, 0), is_own=is_own),
            "published": presenters.number(published[part][1]) if part in published else "",
            "difference": _difference(now[part], published.get(part), is_own=is_own),
        }
        for part in PART_CODES
    ]


def _figure(count: int, *, is_own: bool) -> str:
    """A part's count in words; the parts have no total in common, so hiding the small one is enough."""
    return small_numbers.said(count, is_own=is_own)


def _difference(now: int, published: tuple[int, int] | None, *, is_own: bool) -> str:
    """Today's count less the published one; nothing where it would give away a count that is not shown."""
    if published is None or small_numbers.is_withheld(now, is_own=is_own):
        return ""
    return presenters.signed(now - published[1])


def _differences(beside: Reconciliation | None, part: str) -> list[dict]:
    """The functions of a part that differ, with the bands in which they do."""
    if beside is None:
        return []
    bands: dict[str, list[str]] = {}
    for one in beside.bands:
        if one.part == part and one.difference and one.band >= 0:
            bands.setdefault(one.treatment_function, []).append(f"{band_words(one.band)} {one.difference:+d}")
    return [
        {"cell": one, "bands": ", ".join(bands.get(one.treatment_function, []))}
        for one in beside.functions
        if one.part == part and (one.difference or one.treatment_function in bands)
    ]


def _patients_shown(answer: MonthAsSent, beside: Reconciliation | None, part: str) -> list[str]:
    told = [one for one in beside.explanations if one.part == part] if beside else []
    named = [pathway for one in told for pathway in one.pathways]
    return named + [one.patient_pathway_identifier for one in answer.pathways_changed[:MOST_CHANGES]]


def _export(request: HttpRequest, answer: MonthAsSent) -> HttpResponse:
    """The return as a file: its counts are small, so it is for those cleared."""
    trust = answer.today.trust
    if not request.scope.has_every_patient(trust):
        raise NotAllowed("You may not take the return away.", where=f"Trust {trust}.", do="Ask the trust's information team.")
    _require(request, EXPORT_PATIENTS, trust, "its return outside Clockstop")
    name = file_name(trust, answer.today.month.name, f".{request.GET['format']}")
    audit.record(request, action=audit.EXPORTED, what="show_return", trust=trust, rows=len(answer.rows), detail=name)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        answer.write(file)
        return FileResponse(file.open("rb"), as_attachment=True, filename=name)


def _require(request: HttpRequest, permission: str, trust: str, what: str) -> None:
    if not trust or not may(request.user, permission, trust):
        raise NotAllowed(
            f"You may not see {what}.", where=f"Trust {trust}.", do="Ask the person who manages accounts in that trust."
        )
