"""Does the list that a trust has say the same as Clockstop? Upload it, see row by row what differs and why."""

from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS
from clockstop.accounts.scopes import may
from clockstop.answers.list_comparison import SET_ASIDE, compare
from clockstop.errors import NotAllowed, UserError
from clockstop.nhsuk.templating import url
from clockstop.pages import exports, kept_comparisons
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.list_comparison_form import SUFFIXES, ListForm
from clockstop.pages.worklists import no_patients
from clockstop.rules.list_comparison import RESULTS, SAME

ROWS_A_PAGE = 25
# Beside the results themselves an address may name these.
DIFFERING, EVERY = "differing", "all"


def show_list_comparison(request: HttpRequest) -> HttpResponse:
    """The form, and below it the list that was compared in this session; `result` narrows it, `format` takes it away."""
    if not request.scope.identified_trusts:
        return no_patients(request, "show_list_comparison")
    kept = kept_comparisons.kept(request)
    asked = request.GET.get("result", "")
    result = asked if asked in (*RESULTS, SET_ASIDE, EVERY) else DIFFERING
    if kept is not None and request.GET.get("format") in exports.FORMATS:
        return _export(request, kept, result)
    return _shown(request, ListForm(trusts=_trusts(request)), kept, result)


@require_POST
def add_list_comparison(request: HttpRequest) -> HttpResponse:
    """Compare the list that was sent; what cannot be read is said beside the form, and nothing of it is kept."""
    if not request.scope.identified_trusts:
        return no_patients(request, "add_list_comparison")
    form = ListForm(request.POST, request.FILES, trusts=_trusts(request), is_too_large=_is_too_large(request))
    if not form.is_valid():
        return _shown(request, form, None, DIFFERING, status=422)
    sent = form.cleaned_data["ptl"]
    try:
        listed = kept_comparisons.read_upload(sent.name, sent.read())
        found = compare(
            request.scope, desk(), listed, org=form.cleaned_data["trust"] or None, as_of=form.cleaned_data["as_of"],
            section=form.cleaned_data["section"] or None,
        )  # fmt: skip
    except NotAllowed:
        raise
    except UserError as error:
        form.add_error("ptl", " ".join(part for part in (error.what, error.where, error.do) if part))
        return _shown(request, form, None, DIFFERING, status=422)
    for trust in found.trusts:
        audit.record(request, action=audit.VIEWED, what="add_list_comparison", trust=trust, rows=found.rows_read)
    kept_comparisons.keep(request, found)
    return HttpResponseRedirect(reverse("show_list_comparison"))


@require_POST
def delete_list_comparison(request: HttpRequest) -> HttpResponse:
    """Forget the list that was compared in this session."""
    kept_comparisons.forget(request)
    return HttpResponseRedirect(reverse("show_list_comparison"))


def _shown(
    request: HttpRequest, form: ListForm, kept: kept_comparisons.Kept | None, result: str, *, status: int = 200
) -> HttpResponse:
    context = _of_kept(request, kept, result) if kept is not None else {}
    return page(
        request,
        "pages/list_comparison.jinja",
        title="Does your list say the same?",
        status=status,
        crumbs=crumbs_to(("Loads", url("list_loads"))),
        form=form,
        suffixes=SUFFIXES,
        most=settings.FILE_UPLOAD_MAX_MEMORY_SIZE // 2**20,
        **context,
    )


def _of_kept(request: HttpRequest, kept: kept_comparisons.Kept, result: str) -> dict:
    """What the page shows of the compared list: counts, and the rows of the chosen result."""
    rows = _rows_of(kept.rows, result)
    asked = request.GET.get("page", "1")
    last = max(1, -(-rows.num_rows // ROWS_A_PAGE))
    number = min(max(1, int(asked) if asked.isdecimal() and len(asked) < 7 else 1), last)
    shown = rows.slice((number - 1) * ROWS_A_PAGE, ROWS_A_PAGE).to_pylist()
    for trust in kept.summary["trusts"]:
        patients = audit.patients_of(({**row, "trust": trust} for row in shown), trust)
        audit.record(
            request, action=audit.VIEWED, what="show_list_comparison", trust=trust, rows=len(shown), detail=result, shown=patients
        )
    counts = {**kept.summary["counts"], SET_ASIDE: kept.summary["rows_set_aside"]}
    return {
        "compared": kept.summary | {"as_of": date.fromisoformat(kept.summary["as_of"])},
        "shown": shown, "total": rows.num_rows, "number": number, "last": last, "result": result,
        "counts": {name: count for name, count in counts.items() if count or name == SAME},
        "differing": sum(count for name, count in counts.items() if name != SAME),
        "RESULTS": RESULTS, "may_export": all(may(request.user, EXPORT_PATIENTS, trust) for trust in kept.summary["trusts"]),
        "hide_as_of": True,
    }  # fmt: skip


def _rows_of(rows: pa.Table, result: str) -> pa.Table:
    """The rows of one result, or of all that differ, or every row."""
    if result == EVERY:
        return rows
    if result in (*RESULTS, SET_ASIDE):
        return rows.filter(pc.equal(rows["result"], result))
    return rows.filter(pc.not_equal(rows["result"], SAME))


def _export(request: HttpRequest, kept: kept_comparisons.Kept, result: str) -> HttpResponse:
    """The rows of the chosen result, taken away."""
    rows = _rows_of(kept.rows, result)
    for trust in kept.summary["trusts"]:
        if not may(request.user, EXPORT_PATIENTS, trust):
            raise NotAllowed(
                "You may not take lists of patients out of Clockstop.", where=f"Trust {trust}.",
                do="Ask the person who manages accounts in that trust.",
            )  # fmt: skip
        patients = [(trust, one) for one in rows["patient_pathway_identifier"].to_pylist()]
        audit.record(
            request, action=audit.EXPORTED, what="show_list_comparison", trust=trust, rows=rows.num_rows, detail=result,
            shown=patients,
        )  # fmt: skip
    summary = kept.summary
    about = [
        f"{summary['file']} compared at {summary['as_of']} with snapshot {summary['snapshot']}",
        f"{summary['rows_read']:,} rows read = {summary['rows_compared']:,} compared + {summary['rows_set_aside']:,} set aside",
        *(f"{name}: {count:,}" for name, count in summary["counts"].items()),
    ]
    name = f"compared-{'-'.join(summary['trusts'])}-{summary['as_of']}"
    lines = (tuple(row.values()) for batch in rows.to_batches(max_chunksize=5_000) for row in batch.to_pylist())
    return exports.export(request.GET["format"], name=name, columns=rows.column_names, rows=lines, notes=about)


def _trusts(request: HttpRequest) -> list[str]:
    return sorted(request.scope.identified_trusts & desk().manifest.trusts.keys())


def _is_too_large(request: HttpRequest) -> bool:
    """Whether the upload was dropped for its size: it then comes without its file."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not request.FILES and length.isdecimal() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
