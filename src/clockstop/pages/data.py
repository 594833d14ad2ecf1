"""Is this load fit to publish? Loads, their receipts, and the rows that were set aside."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, SEE_LOADS, SEE_ROWS_SET_ASIDE
from clockstop.accounts.scopes import may
from clockstop.answers import data
from clockstop.errors import NotAllowed
from clockstop.nhsuk.presenters import instant, percent
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.context import crumbs_to, desk_of_process, filters_of, page

ROWS_A_PAGE = 25
SAMPLE_ROWS = 6
LOADS_A_PAGE = 50


def list_loads(request: HttpRequest) -> HttpResponse:
    """Every load of the reader's trusts, newest first; `trust` and `dataset` of the address narrow it."""
    filters = filters_of(request)
    dataset = request.GET.get("dataset", "")
    trusts = sorted(trust for trust in request.scope.trusts if may(request.user, SEE_LOADS, trust))
    if not trusts:
        raise NotAllowed("You may not see what was loaded.", do="Ask the person who manages accounts in the trust.")
    found = [
        one for one in data.loads(request.scope, desk_of_process(), trust=filters.trust, dataset=dataset) if one.trust in trusts
    ]
    number, last = _paged(request, len(found), LOADS_A_PAGE)
    return page(
        request,
        "pages/data_loads.jinja",
        title="What has been loaded?",
        crumbs=crumbs_to(),
        shown=found[(number - 1) * LOADS_A_PAGE : number * LOADS_A_PAGE],
        total=len(found),
        number=number,
        last=last,
        query={name: value for name, value in (("trust", filters.trust), ("dataset", dataset)) if value},
        trust_options=[("", f"All {len(trusts)}"), *((trust, trust) for trust in trusts)],
        dataset_options=[("", "All"), *data.datasets().items()],
        datasets=data.datasets(),
        share=lambda one: percent(one.rows_set_aside / one.rows_read, 2) if one.rows_read else "",
        loaded_at=lambda one: datetime.fromisoformat(one.loaded_at),
        compare_href=url("show_list_comparison") if request.scope.identified_trusts else "",
        hide_as_of=True,
    )


def show_load(request: HttpRequest, trust: str, dataset: str, load: str) -> HttpResponse:
    """A load's receipt: read = kept + set aside, why, and some of the rows."""
    _require(request, SEE_LOADS, trust, "its loads")
    found = data.load(request.scope, desk_of_process(), trust, dataset, load)
    sample = None
    if found.receipt.rows_set_aside and _sees_rows(request, trust):
        sample = data.set_aside(request.scope, desk_of_process(), trust, dataset, load, number=SAMPLE_ROWS)
        shown = audit.patients_of(sample.rows, trust)
        audit.record(request, action=audit.VIEWED, what="show_load", trust=trust, rows=len(sample.rows), shown=shown)
    most = max((reason.rows for reason in found.reasons), default=0)
    return page(
        request,
        "pages/data_load.jinja",
        title=f"Load of {found.title}: is it fit to publish?",
        crumbs=crumbs_to(("Loads", url("list_loads"))),
        load=found,
        receipt=found.receipt,
        sample=sample,
        most=most,
        sees_rows=_sees_rows(request, trust),
        may_export=may(request.user, EXPORT_PATIENTS, trust),
        loaded_at=datetime.fromisoformat(found.receipt.loaded_at),
        hide_as_of=True,
    )


def list_set_aside(request: HttpRequest, trust: str, dataset: str, load: str) -> HttpResponse:
    """The rows that a load set aside, the offending cell marked; with `format`, all of them as CSV or XLSX."""
    _require(request, SEE_ROWS_SET_ASIDE, trust, "the rows that were set aside")
    code = request.GET.get("reason", "")
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, trust, dataset, load, code)
    total = data.set_aside(request.scope, desk_of_process(), trust, dataset, load, code=code, number=0).total
    number, last = _paged(request, total, ROWS_A_PAGE)
    first = (number - 1) * ROWS_A_PAGE
    found = data.set_aside(request.scope, desk_of_process(), trust, dataset, load, code=code, first=first, number=ROWS_A_PAGE)
    shown = audit.patients_of(found.rows, trust)
    audit.record(request, action=audit.VIEWED, what="list_set_aside", trust=trust, rows=len(found.rows), detail=code, shown=shown)
    whole = data.load(request.scope, desk_of_process(), trust, dataset, load)
    here = url("show_load", trust, dataset, load)
    return page(
        request,
        "pages/data_set_aside.jinja",
        title="Which rows were set aside, and why?",
        crumbs=crumbs_to(("Loads", url("list_loads")), (f"{whole.title}, load {whole.receipt.load_id[:4]}", here)),
        load=whole,
        receipt=whole.receipt,
        found=found,
        code=code,
        number=number,
        last=last,
        may_export=may(request.user, EXPORT_PATIENTS, trust),
        hide_as_of=True,
    )


def _export(request: HttpRequest, trust: str, dataset: str, load: str, code: str) -> HttpResponse:
    _require(request, EXPORT_PATIENTS, trust, "lists of its patients outside Clockstop")
    found = data.set_aside(request.scope, desk_of_process(), trust, dataset, load, code=code)
    receipt = data.load(request.scope, desk_of_process(), trust, dataset, load).receipt
    shown = audit.patients_of(found.rows, trust)
    audit.record(request, action=audit.EXPORTED, what="list_set_aside", trust=trust, rows=len(found.rows), detail=code, shown=shown)
    rows = ((row.source_row, ", ".join(row.reasons), "; ".join(row.says), *_cells(row, found.headers)) for row in found.rows)
    about = [
        f"Rows set aside by load {receipt.load_id} of {dataset}, {trust}",
        f"From {receipt.file_name}",
        f"Taken {instant(_now())}",
    ]
    return exports.export(
        request.GET["format"],
        name=f"set-aside-{trust}-{dataset}-{receipt.load_id[:4]}",
        columns=["source_row", "reasons", "what it says", *found.headers],
        rows=rows,
        notes=about,
    )


def _cells(row: data.SetAsideRow, headers: tuple[str, ...]) -> list[str]:
    texts = {name: text for name, text, _ in row.cells}
    return [texts.get(header, "") for header in headers]


def _now():
    from django.utils import timezone

    return timezone.now()


def _sees_rows(request: HttpRequest, trust: str) -> bool:
    return request.scope.has_every_patient(trust) and may(request.user, SEE_ROWS_SET_ASIDE, trust)


def _require(request: HttpRequest, permission: str, trust: str, what: str) -> None:
    if not may(request.user, permission, trust):
        raise NotAllowed(
            f"You may not see {what}.", where=f"Trust {trust}.", do="Ask the person who manages accounts in that trust."
        )


def _paged(request: HttpRequest, total: int, rows_a_page: int) -> tuple[int, int]:
    """The page that the address asks for, within those there are, and the last."""
    last = max(1, -(-total // rows_a_page))
    asked = request.GET.get("page", "1")
    return min(max(1, int(asked) if asked.isdecimal() else 1), last), last
