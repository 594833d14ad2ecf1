"""Can this figure be trusted? The kite mark of a measure's month, dimension by dimension, and who signed it as right."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from clockstop.accounts.roles import SIGN_OFF
from clockstop.accounts.scopes import may
from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.dates import add_months, month_end
from clockstop.errors import NotAllowed, UnknownName
from clockstop.insight.kite_mark import DIMENSIONS, Answer
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.measure import Measure
from clockstop.nhsuk.presenters import month as month_said
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages import measure_words as words
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.kite_marks import Marks, ShownMark, figure_of
from clockstop.registers.data_quality import actions, reading
from clockstop.registers.data_quality.actions import BadAnswer, Signed

MONTHS_SHOWN = 13
TAGS = {"met": "green", "partly met": "yellow", "not met": "orange", "not known": "grey"}
HEADINGS = ("Measure", "Trust", "Month", "Dimension", "Grade", "Why", "Frozen")


def show_kite_mark(request: HttpRequest, measure: str) -> HttpResponse:
    """The mark of a measure's month: of one trust with its sentences, of several each trust's; with `format`, taken away."""
    opened, found = desk(), measure_of(measure)
    trust, month = _asked(request, opened)
    marks = Marks(request, opened)
    trusts = [one for one in organisation.tree(request.scope, opened) if trust in ("", one.code)]
    if not trusts:
        request.scope.require_trust(trust)
        raise UnknownName("There is no trust of that code in this snapshot.", do="Choose one from the overview.")
    shown = [(one, marks.shown(found.slug, one.code, month)) for one in trusts]
    if request.GET.get("format") in exports.FORMATS:
        return _export(request.GET["format"], opened, found, month, shown)
    only = shown[0] if len(shown) == 1 else None
    where = {"trust": only[0].code} if only else {}
    return page(
        request,
        "pages/kite_mark.jinja",
        title=f"Can this figure be trusted? {found.title}",
        crumbs=crumbs_to(("Measures", url("list_measures", **where)), (found.title, url("show_measure", found.slug, **where))),
        measure=found,
        month=month,
        month_said=month_said(month),
        path=url("show_kite_mark", found.slug),
        query={"month": f"{month:%Y-%m}", **where},
        selects=_selects(request, opened, trust, month),
        dimensions=DIMENSIONS,
        tags=TAGS,
        shown=shown,
        only=only,
        link=_link,
        **(_of_one(request, opened, found, month, only) if only else {}),
    )


@require_POST
def add_sign_off(request: HttpRequest, measure: str, trust: str, month: str) -> HttpResponse:
    """Sign the month's figure as right, with the mark as it stands."""
    found, last, opened = _signable(request, measure, trust, month)
    point = figure_of(request.scope, opened, found.slug, trust, last)
    signed = Signed(
        trust=trust,
        measure=found.slug,
        month=last,
        numerator=point.numerator if point else None,
        denominator=point.denominator if point else None,
        value=point.value if point else None,
        mark=Marks(request, opened).shown(found.slug, trust, last).now.as_dict(),
        snapshot_id=opened.snapshot_id,
    )
    try:
        actions.sign(signed=signed, as_of=opened.as_of, by=request.user, note=request.POST.get("note", ""))
    except BadAnswer as error:
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, f"You signed {month_said(last)} as right. Its kite mark is kept as it stands.")
    return HttpResponseRedirect(url("show_kite_mark", found.slug, trust=trust, month=f"{last:%Y-%m}"))


@require_POST
def delete_sign_off(request: HttpRequest, measure: str, trust: str, month: str) -> HttpResponse:
    """Take the month's signature back."""
    found, last, _ = _signable(request, measure, trust, month)
    try:
        actions.take_back(trust=trust, measure=found.slug, month=last, by=request.user)
    except BadAnswer as error:
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, f"The signature of {month_said(last)} was taken back. Its history is kept.")
    return HttpResponseRedirect(url("show_kite_mark", found.slug, trust=trust, month=f"{last:%Y-%m}"))


def _signable(request: HttpRequest, measure: str, trust: str, month: str) -> tuple[Measure, date, Desk]:
    request.scope.require_trust(trust)
    if not may(request.user, SIGN_OFF, trust):
        raise NotAllowed(
            "You may not sign figures of this trust.", where=f"Trust {trust}.", do="Its managers and information team may."
        )
    opened = desk()
    return measure_of(measure), _month(month, opened), opened


def _asked(request: HttpRequest, opened: Desk) -> tuple[str, date]:
    """The trust and month of the address: the last month that is over where it names none."""
    trust, text = request.GET.get("trust", "").strip(), request.GET.get("month", "").strip()
    if trust:
        request.scope.require_trust(trust)
    return trust, _month(text, opened) if text else _last_month(opened)


def _last_month(opened: Desk) -> date:
    last = month_end(opened.as_of)
    return last if last == opened.as_of else month_end(add_months(opened.as_of.replace(day=1), -1))


def _month(text: str, opened: Desk) -> date:
    try:
        found = month_end(date.fromisoformat(f"{text[:7]}-01"))
    except ValueError:
        raise UnknownName(f"{text} is no month.", do="Write it as YYYY-MM.") from None
    if found > month_end(opened.as_of):
        raise UnknownName(f"{text} lies ahead of the data.", do=f"Choose {opened.as_of:%Y-%m} or a month before.")
    return found


def _of_one(request: HttpRequest, opened: Desk, measure: Measure, month: date, only: tuple) -> dict:
    """What the page says more where it is of one trust: the figure, its signature, and the marks of the months before."""
    trust, mark = only
    marks = Marks(request, opened)
    point = figure_of(request.scope, opened, measure.slug, trust.code, month)
    months = [month_end(add_months(month.replace(day=1), -back)) for back in range(MONTHS_SHOWN)]
    return {
        "trust": trust,
        "mark": mark,
        "value": words.said(measure, point),
        "months": [(one, month_said(one), marks.shown(measure.slug, trust.code, one)) for one in months],
        "history": reading.history(request.scope, trust.code, measure.slug, month),
        "may_sign": may(request.user, SIGN_OFF, trust.code) and month <= opened.as_of,
        "sign_path": url("add_sign_off", measure.slug, trust.code, f"{month:%Y-%m}"),
        "unsign_path": url("delete_sign_off", measure.slug, trust.code, f"{month:%Y-%m}"),
    }


def _selects(request: HttpRequest, opened: Desk, trust: str, month: date) -> list[dict]:
    trusts = organisation.tree(request.scope, opened)
    every = [("", "All our trusts")] if len(trusts) > 1 else []
    ends = [month_end(add_months(opened.as_of.replace(day=1), -back)) for back in range(2 * MONTHS_SHOWN)]
    ends = ends if month in ends else [*ends, month]
    return [
        {
            "name": "trust",
            "label": "Organisation",
            "options": [*every, *((one.code, one.name) for one in trusts)],
            "value": trust,
        },
        {
            "name": "month",
            "label": "Month",
            "options": [(f"{end:%Y-%m}", month_said(end)) for end in ends],
            "value": f"{month:%Y-%m}",
        },
    ]


def _link(answer: Answer, trust: str) -> tuple[str, str]:
    """Where the rows behind an answer are, with the words of the link; empty where there are none."""
    kind, _, name = answer.about.partition(":")
    if kind == "rule":
        return "See the records", url("show_quality_rule", name, trust=trust)
    if kind == "dataset":
        return "See the dataset", url("show_quality_dataset", name, trust=trust)
    return "", ""


def _export(format_: str, opened: Desk, measure: Measure, month: date, shown: list) -> HttpResponse:
    rows = (
        (measure.slug, trust.code, f"{month:%Y-%m}", DIMENSIONS[answer.dimension].title, answer.grade, answer.why, mark.frozen_by)
        for trust, mark in shown
        for answer in mark.mark.answers
    )
    synthetic = ["Synthetic data: every trust, patient and figure is made up."] if opened.manifest.is_synthetic else []
    about = [f"Kite mark of {measure.title}, {month_said(month)}", f"Snapshot {opened.snapshot_id}", *synthetic]
    name = f"kite-mark-{measure.slug}-{month:%Y-%m}"
    return exports.export(format_, name=name, columns=HEADINGS, rows=rows, notes=about)


def summary(mark: ShownMark) -> str:
    """The mark in a sentence."""
    answers = [answer for answer in mark.mark.answers if answer.grade == "not met"]
    failing = ", ".join(DIMENSIONS[answer.dimension].title.lower() for answer in answers)
    return f"{mark.mark.words.capitalize()}" + (f"; not met: {failing}." if failing else ".")
