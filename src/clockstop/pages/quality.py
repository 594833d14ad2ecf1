"""Which records are in doubt? The 25 data-quality flags, and one flag's definition and worklist."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, WRITE_NOTES
from clockstop.accounts.scopes import may
from clockstop.answers import organisation, quality
from clockstop.answers.desk import Desk
from clockstop.answers.quality_filters import FlagFilters
from clockstop.errors import NotAllowed
from clockstop.nhsuk.presenters import day
from clockstop.nhsuk.sparklines import sparkline
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.context import Filters, crumbs_to, desk, filters_of, page
from clockstop.pages.cut_bars import BarScale
from clockstop.registers.pathway_notes import reading
from clockstop.rules.rtt_flags import EFFECTS, FLAGS, definition_of
from clockstop.rules.rule_sentences import RULES
from clockstop.store.settings import readings
from clockstop.synthetic.flag_scores import SCORED_ON, scores_by_flag

TITLE = "Which records are in doubt?"
COUNT_HEADINGS = (
    "Number", "Flag", "Name", "Judged", "Pathways", "Of the past", "Share of open pathways", "Change", "Set aside at the door",
    "Effect", "Who usually mends it", "Definition",
)  # fmt: skip
ROW_HEADINGS = (
    "Trust", "Hospital number", "Pathway", "Division", "Service code", "Service", "Site", "Consultant", "Clock started",
    "Days waited", "What was found", "On a list of today", "Flagged since", "Owner", "Next step", "Next step by", "Comment",
)  # fmt: skip
RETURN_HEADINGS = (
    "Trust", "Service code", "Service", "Month end", "Return", "On our list", "In the return", "Over 52 weeks on our list",
    "Over 52 weeks in the return", "Beyond tolerance",
)  # fmt: skip


def list_flags(request: HttpRequest) -> HttpResponse:
    """Every flag with its count, those first that can move the clock; with `format`, as CSV or XLSX."""
    opened = desk()
    filters = filters_of(request)
    found = quality.overview(request.scope, opened, filters.where)
    if request.GET.get("format") in exports.FORMATS:
        rows = (_count_cells(line) for line in found.lines)
        return exports.export(
            request.GET["format"],
            name=_name(opened, "flags"),
            columns=COUNT_HEADINGS,
            rows=rows,
            notes=_about(request, opened, TITLE),
        )
    most = BarScale.of([float(line.number) for line in found.lines if line.number], None, is_share=False)
    groups = [(effect, words, [line for line in found.lines if line.flag.effect == effect]) for effect, words in EFFECTS.items()]
    return page(
        request,
        "pages/flag_list.jinja",
        title=TITLE,
        crumbs=crumbs_to(),
        filters=filters,
        found=found,
        groups=groups,
        place=_place(request, opened, filters),
        path=reverse("list_flags"),
        selects=_selects(request, opened, filters),
        bar=most.bar,
        spark=_spark,
        link=lambda line: url("show_flag", line.flag.slug, **filters.where),
    )


def show_flag(request: HttpRequest, flag: str) -> HttpResponse:
    """One flag: what it means, how well it is found, and for those who see patients its worklist."""
    one, opened = quality.flag(flag), desk()
    filters = FlagFilters.from_query(request.GET)
    if filters.trust:
        request.scope.require_trust(filters.trust)
    where = {name: getattr(filters, name) for name in ("trust", "division", "service", "site") if getattr(filters, name)}
    is_return = one.slug == quality.RETURN_FLAG
    if request.GET.get("format") in exports.FORMATS:
        return _export_return(request, opened, where) if is_return else _export(request, opened, one, filters)
    line = next(line for line in quality.overview(request.scope, opened, where).lines if line.flag is one)
    sees = bool(request.scope.patient_trusts) and (not filters.trust or request.scope.sees_patients(filters.trust))
    shown = (
        quality.flag_page(request.scope, opened, reading.notes_for(request.scope), one.slug, filters)
        if sees and not is_return
        else None
    )
    if shown is not None:
        audit.record(
            request, action=audit.VIEWED, what="show_flag", trust=filters.trust, rows=len(shown.rows), detail=one.slug,
            shown=audit.patients_of(shown.rows),
        )  # fmt: skip
    return page(
        request,
        "pages/flag.jinja",
        title=one.title,
        crumbs=crumbs_to(("Data quality", url("list_flags", **where))),
        **_context(request, opened, filters, line, shown),
        returns=quality.return_lines(request.scope, opened, where) if is_return else (),
    )


def _context(request: HttpRequest, opened: Desk, filters: FlagFilters, line: quality.FlagLine, shown: Any) -> dict:
    one = line.flag
    path = reverse("show_flag", args=[one.slug])
    query = filters.to_query()
    largest = [float(number) for _, number in shown.by_service] if shown else []
    place = Filters(trust=filters.trust, division=filters.division, service=filters.service, site=filters.site)
    return {
        "flag": one,
        "line": line,
        "definition": definition_of(one, readings(opened.home)),
        "effect": EFFECTS[one.effect],
        "rules": [RULES[rule] for rule in one.rules if rule in RULES],
        "score": scores_by_flag().get(one.slug),
        "scored_on": SCORED_ON,
        "filters": filters,
        "shown": shown,
        "path": path,
        "query": query,
        "here": f"{path}?{urlencode(query)}" if query else path,
        "place": _place(request, opened, place),
        "selects": [*_selects(request, opened, place, sees_all=False), *_worklist_selects(request, filters)],
        "kept": {"site": filters.site} if filters.site else {},
        "names": _names(request, opened),
        "bar": BarScale.of(largest, None, is_share=False).bar,
        "spark": _spark(line),
        "may_write": any(may(request.user, WRITE_NOTES, trust) for trust in request.scope.patient_trusts),
        "may_export": shown is not None and _may_export(request, filters),
        "others": [other for other in FLAGS if other.effect == one.effect and other is not one],
        "service_href": lambda service: f"{path}?{urlencode(filters.but(service=service).to_query())}",
        "page_query": {name: value for name, value in query.items() if name != "page"},
    }


def _selects(request: HttpRequest, opened: Desk, filters: Filters, *, sees_all: bool = True) -> list[dict]:
    trusts = organisation.tree(request.scope, opened)
    if not sees_all:
        trusts = tuple(trust for trust in trusts if trust.may_see_patients) or trusts
    here = [trust for trust in trusts if not filters.trust or trust.code == filters.trust]
    services = sorted({(service.code, service.name) for trust in here for service in trust.services}, key=lambda pair: pair[1])
    divisions = sorted({division.name for trust in here for division in trust.divisions})
    named = [(name, organisation.division_name(name)) for name in divisions]
    return [
        _select("trust", "Organisation", [("", "All our trusts"), *((one.code, one.name) for one in trusts)], filters.trust),
        _select("division", "Division", [("", "All divisions"), *named], filters.division),
        _select("service", "Service", [("", "All services"), *services], filters.service),
    ]


def _worklist_selects(request: HttpRequest, filters: FlagFilters) -> list[dict]:
    owners = [("", "Anyone"), ("-", "Nobody yet"), *((owner, owner) for owner in reading.owners(request.scope))]
    noted = {None: "", True: "yes", False: "no"}[filters.noted]
    return [
        _select("owner", "Owner", owners, filters.owner),
        _select("noted", "Next step written", [("", "Either"), ("yes", "Yes"), ("no", "No")], noted),
        _select("closed", "Pathways", [("", "On a list of today"), ("yes", "Of the past too")], "yes" if filters.closed else ""),
    ]


def _select(name: str, label: str, options: Iterable[tuple[str, str]], value: str) -> dict:
    options = list(options)
    known = options if value in {one for one, _ in options} else [*options, (value, value)]
    return {"name": name, "label": label, "options": known, "value": value}


def _place(request: HttpRequest, opened: Desk, filters: Filters) -> str:
    trusts = {trust.code: trust.name for trust in organisation.tree(request.scope, opened)}
    parts = [trusts.get(filters.trust, filters.trust) or "All our trusts"]
    parts += [organisation.division_name(filters.division)] if filters.division else []
    parts += [_names(request, opened).get(filters.service, filters.service)] if filters.service else []
    return ", ".join(parts)


def _names(request: HttpRequest, opened: Desk) -> dict[str, str]:
    return {service.code: service.name for trust in organisation.tree(request.scope, opened) for service in trust.services}


def _spark(line: quality.FlagLine) -> Any:
    numbers = [number for _, number in line.trend]
    if len(numbers) < 2:
        return ""
    return sparkline(numbers, label=f"{line.flag.name}: {numbers[0]:,} to {numbers[-1]:,} since {day(line.trend[0][0])}")


def _may_export(request: HttpRequest, filters: FlagFilters) -> bool:
    trusts = [filters.trust] if filters.trust else request.scope.patient_trusts
    return all(may(request.user, EXPORT_PATIENTS, trust) for trust in trusts)


def _export(request: HttpRequest, opened: Desk, one: quality.Flag, filters: FlagFilters) -> HttpResponse:
    """The worklist as filtered. The record of the export is written before the first row leaves."""
    if not request.scope.patient_trusts or not _may_export(request, filters):
        raise NotAllowed(
            "You may not take lists of patients out of Clockstop.", do="Ask the person who manages accounts in the trust."
        )
    rows = quality.flag_rows(request.scope, opened, reading.notes_for(request.scope), one.slug, filters)
    shown = audit.patients_of(rows)
    audit.record(
        request, action=audit.EXPORTED, what="show_flag", trust=filters.trust, rows=len(rows), detail=one.slug, shown=shown
    )
    names = _names(request, opened)
    cells = (
        (
            row.trust, row.local_patient_identifier, row.patient_pathway_identifier, row.division, row.service,
            names.get(row.service or "", row.service), row.site, row.consultant, row.start_date, row.days_waited, row.evidence,
            row.is_current, row.first_seen_date, row.owner, row.next_step, row.next_step_date, row.comment,
        )
        for row in rows
    )  # fmt: skip
    about = _about(request, opened, f"Data-quality flag {one.title}", definition_of(one, readings(opened.home)))
    return exports.export(request.GET["format"], name=_name(opened, one.slug), columns=ROW_HEADINGS, rows=cells, notes=about)


def _export_return(request: HttpRequest, opened: Desk, where: dict[str, str]) -> HttpResponse:
    names = _names(request, opened)
    cells = (
        (line.trust, line.service, names.get(line.service, line.service), line.month_end, line.source, line.ours, line.returned,
         line.ours_over_52, line.returned_over_52, line.is_apart)
        for line in quality.return_lines(request.scope, opened, where)
    )  # fmt: skip
    about = _about(request, opened, "List and monthly return")
    return exports.export(
        request.GET["format"], name=_name(opened, quality.RETURN_FLAG), columns=RETURN_HEADINGS, rows=cells, notes=about
    )


def _count_cells(line: quality.FlagLine) -> tuple[Any, ...]:
    judged = "yes" if line.is_judged else f"cannot be judged: needs {line.flag.needs}"
    number = "withheld" if line.is_hidden else line.number
    return (
        line.flag.number, line.flag.slug, line.flag.name, judged, number, line.closed, line.share, line.change, line.at_door,
        line.flag.effect, line.flag.owner, line.definition,
    )  # fmt: skip


def _about(request: HttpRequest, opened: Desk, *what: str) -> list[str]:
    synthetic = ["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []
    stamp = f"Data to {day(opened.as_of)}, snapshot {opened.snapshot_id}"
    return [*what, stamp, f"Taken by {request.user.get_username()}", *synthetic]


def _name(opened: Desk, what: str) -> str:
    return f"data-quality-{what.replace('_', '-')}-{opened.as_of:%Y-%m-%d}"
