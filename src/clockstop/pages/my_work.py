"""What have I to do? Actions, next steps, narratives, validation rows: found, changed many at once, out and in again."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from clockstop.accounts import audit
from clockstop.accounts.roles import EXPORT_PATIENTS, WRITE_NOTES, WRITE_REVIEWS
from clockstop.accounts.scopes import may, scope_of
from clockstop.answers import pathways
from clockstop.answers.desk import Desk
from clockstop.errors import NotAllowed, UserError
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.presenters import count
from clockstop.nhsuk.templating import url
from clockstop.pages import exports
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.notes import back_to
from clockstop.pages.review_address import review_href
from clockstop.pages.review_forms import DayField
from clockstop.pages.review_place import last_month, today
from clockstop.registers.actions import actions, reading
from clockstop.registers.actions.models import ENDED, STATUSES
from clockstop.registers.core.locking import EditedMeanwhile
from clockstop.registers.core.placed import NAME_LENGTH, REASON_LENGTH
from clockstop.registers.core.writing import NotKept
from clockstop.registers.work import changing, items, sheet
from clockstop.registers.work.changing import Wanted
from clockstop.registers.work.items import ACTION, CLAIM, KINDS, NARRATIVE, STEP, WorkItem

SORTS = {"due": "Due day", "owner": "Owner", "kind": "Kind"}
WINDOWS = {"": "Any day", "late": "Late", "soon": f"Due within {items.DUE_SOON_DAYS} days", "undated": "No day"}
MOST_AT_ONCE, SHOWN = 250, 300


class BulkWorkForm(forms.Form):
    """What is to be the same of every ticked row; what is left empty stays as it is."""

    owner = forms.CharField(label="Owner", max_length=NAME_LENGTH, required=False)
    due = DayField(label="Due", required=False)
    because = forms.CharField(label="Why the day moves", max_length=REASON_LENGTH, required=False)
    status = forms.ChoiceField(
        label="Close as", choices=[("", "Leave open"), *((one, STATUSES[one]) for one in ENDED)], required=False
    )
    evidence = forms.CharField(label="Evidence", max_length=REASON_LENGTH, required=False)


@dataclass(frozen=True)
class Asked:
    """The filters of the address."""

    owner: str = ""
    kind: str = ""
    window: str = ""
    trust: str = ""
    text: str = ""
    ended: str = ""
    sort: str = "due"

    @property
    def query(self) -> dict[str, str]:
        """Those that differ from their defaults."""
        return {name: value for name, value in vars(self).items() if value and value != getattr(Asked, name)}

    def leaves(self, one: WorkItem, day) -> bool:
        """Whether the filters leave the thing."""
        said = " ".join((one.what, one.owner, one.comment, one.evidence, one.pathway, one.measure)).casefold()
        windows = {"": True, "late": one.days_late(day) > 0, "soon": one.is_soon(day), "undated": one.due is None}
        return (
            (not self.kind or one.kind == self.kind)
            and (not self.trust or one.trust == self.trust)
            and all(word in said for word in self.text.casefold().split())
            and windows[self.window]
        )


@require_safe
def show_my_work(request: HttpRequest) -> HttpResponse:
    """One's own work by due day, or that of the owner whom the address names; with `format`, as a sheet that may come back."""
    if request.GET.get("format") in exports.FORMATS:
        return _export(request)
    return _page(request)


@require_POST
def update_my_work(request: HttpRequest) -> HttpResponse:
    """Give every ticked row the same owner or day, or close it: all of them or none."""
    opened, form = desk(), BulkWorkForm(request.POST)
    chosen = dict.fromkeys(request.POST.getlist("item"))
    if not chosen or len(chosen) > MOST_AT_ONCE:
        messages.error(request, f"Nothing was changed: tick the rows first, {MOST_AT_ONCE} at most.")
        return HttpResponseRedirect(_back(request))
    wanted = Wanted(**form.cleaned_data) if form.is_valid() else None
    if wanted is None or wanted.is_empty:
        problems = " ".join(text for each in form.errors.values() for text in each)
        messages.error(request, f"Nothing was changed. {problems or 'Write an owner or a day, or choose how to close them.'}")
        return HttpResponseRedirect(_back(request))
    found = []
    for key in chosen:
        seen, _, name = key.partition(":")
        one = _writable(request, opened, name)
        found.append(_as_seen(one, seen))
    try:
        number = changing.change_work(items=found, to=wanted, by=request.user, today=today(opened))
    except (NotKept, EditedMeanwhile) as error:
        messages.error(request, f"Nothing was changed. {error.what} {error.do}")
    else:
        messages.success(request, f"{count(number, 'record')} changed. You can undo it.")
    return HttpResponseRedirect(_back(request))


@require_POST
def undo_my_work(request: HttpRequest) -> HttpResponse:
    """Take the reader's own last change of actions and next steps back."""
    try:
        _batch, found = changing.last_batch(by=request.user)
        for one in found:
            _require_writer(request, one.trust, is_about_patient=_is_about_patient(one))
        number = changing.undo_work(by=request.user)
    except (NotKept, UserError) as error:
        if isinstance(error, NotAllowed):
            raise
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, f"Your last change was taken back on {count(number, 'record')}.")
    return HttpResponseRedirect(_back(request))


@require_POST
def add_work_sheet(request: HttpRequest) -> HttpResponse:
    """Take the sheet that went out and came back changed: whole, or not at all, with each refused row named."""
    sent = request.FILES.get("sheet")
    if sent is None or Path(sent.name).suffix.lower() not in (".csv", ".xlsx") or sent.size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
        messages.error(request, "Nothing was changed: choose the sheet, a .csv or .xlsx file that was taken from this page.")
        return HttpResponseRedirect(_back(request))
    opened = desk()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"sheet{Path(sent.name).suffix.lower()}"
        file.write_bytes(sent.read())
        try:
            rows = sheet.read_sheet(file)
            number = sheet.take_sheet(
                rows, find=lambda key: _writable_or_none(request, opened, key), by=request.user, today=today(opened)
            )
        except sheet.Refused as refused:
            return _page(request, refused=refused, status=422)
        except NotAllowed:
            raise
        except UserError as error:
            messages.error(request, f"Nothing was changed. {error.what} {error.do}")
            return HttpResponseRedirect(_back(request))
    messages.success(request, f"The sheet was taken: {count(number, 'record')} changed, the others stand as they were.")
    return HttpResponseRedirect(_back(request))


@require_POST
def update_work_names(request: HttpRequest) -> HttpResponse:
    """Say under which names, beside one's own, work is one's own: a team, a post."""
    names = request.POST.get("names", "").replace("\r", "").replace(";", "\n").split("\n")[:20]
    try:
        actions.name_oneself(by=request.user, names=names)
    except NotKept as error:
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, "The names are saved.")
    return HttpResponseRedirect(_back(request))


def _page(request: HttpRequest, *, refused: sheet.Refused | None = None, status: int = 200) -> HttpResponse:
    opened, asked = desk(), _asked(request)
    day = today(opened)
    found = _found(request, opened, asked)
    shown = [one for one in found if asked.leaves(one, day)]
    patients = [(one.trust, one.pathway) for one in shown[:SHOWN] if one.pathway]
    if patients:
        audit.record(request, action=audit.VIEWED, what="show_my_work", rows=len(patients), shown=patients)
    writers = {trust: _may(request, trust) for trust in request.scope.trusts}
    return page(
        request,
        "pages/my_work.jinja",
        status=status,
        title="What have I to do?",
        crumbs=crumbs_to(),
        asked=asked,
        day=day,
        rows=[(one, _href(one), _may_write(one, writers)) for one in shown[:SHOWN]],
        total=len(shown),
        late=sum(one.days_late(day) > 0 for one in shown),
        soon=sum(one.is_soon(day) for one in shown),
        kinds=KINDS,
        measure_title=lambda slug: measure_of(slug).title if slug else "",
        selects=_selects(request, opened, asked),
        form=BulkWorkForm(),
        names="; ".join(reading.work_names(request.user)),
        own_names="; ".join(sorted(reading.names_of(request.user))),
        may_write=any(_may_write(one, writers) for one in shown),
        refused=refused,
        here=url("show_my_work", **asked.query),
    )


def _export(request: HttpRequest) -> HttpResponse:
    """The sheet; rows about patients only of trusts whose patients the reader may take out, recorded."""
    opened, asked = desk(), _asked(request)
    day = today(opened)
    found = [one for one in _found(request, opened, asked) if asked.leaves(one, day)]
    allowed = scope_of(request.user, to=EXPORT_PATIENTS)
    pairs = {(one.trust, one.pathway) for one in found if one.pathway and may(request.user, EXPORT_PATIENTS, one.trust)}
    known = pathways.known(allowed, opened, sorted(pairs)) if pairs else frozenset()
    kept = [one for one in found if not one.pathway or (one.trust, one.pathway) in known]
    if known:
        shown = [(one.trust, one.pathway) for one in kept if one.pathway]
        audit.record(request, action=audit.EXPORTED, what="show_my_work", rows=len(shown), shown=shown)
    notes = [
        f"Work of {asked.owner or request.user.get_username()}, {day:%d/%m/%Y}, snapshot {opened.snapshot_id}",
        "Change what, owner, due, status, evidence (of a next step: comment) and send the sheet back on the page My work.",
        "A moved due day of an action needs its reason in why_moved. Leave id and version as they are.",
        *(
            [f"{len(found) - len(kept)} rows about patients are left out: you may not take them out."]
            if len(kept) < len(found)
            else []
        ),
    ]
    return exports.export(
        request.GET["format"], name=f"my-work-{day:%Y-%m-%d}", columns=sheet.COLUMNS, rows=sheet.rows_of(kept), notes=notes
    )


def _asked(request: HttpRequest) -> Asked:
    named = {name: request.GET.get(name, "").replace("\0", "").strip()[:120] for name in vars(Asked())}
    named["window"] = named["window"] if named["window"] in WINDOWS else ""
    named["kind"] = named["kind"] if named["kind"] in KINDS else ""
    named["sort"] = named["sort"] if named["sort"] in SORTS else "due"
    return Asked(**named)


def _found(request: HttpRequest, opened: Desk, asked: Asked) -> list[WorkItem]:
    names = {asked.owner} if asked.owner else reading.names_of(request.user)
    user = None if asked.owner else request.user
    found = items.work_of(request.scope, opened, names, month=last_month(opened), user=user, with_ended=asked.ended == "yes")
    return sorted(found, key=lambda one: getattr(one, asked.sort).casefold()) if asked.sort != "due" else list(found)


def _selects(request: HttpRequest, opened: Desk, asked: Asked) -> list[dict]:
    trusts = [(code, opened.manifest.trusts[code].name) for code in sorted(request.scope.trusts & opened.manifest.trusts.keys())]
    chosen = [
        ("kind", "What", [("", "Everything"), *KINDS.items()], asked.kind),
        ("window", "Due", list(WINDOWS.items()), asked.window),
        ("trust", "Trust", [("", "All"), *trusts], asked.trust),
        ("ended", "Ended", [("", "Leave out"), ("yes", "Show too")], asked.ended),
        ("sort", "Sorted by", list(SORTS.items()), asked.sort),
    ]
    return [{"name": name, "label": label, "options": options, "value": value} for name, label, options, value in chosen]


def _href(one: WorkItem) -> str:
    if one.kind == ACTION:
        return url("show_review_action", one.trust, int(one.key.split()[1]))
    if one.kind == STEP:
        return url("update_note", one.trust, one.pathway, back=url("show_my_work"))
    if one.kind == NARRATIVE:
        where = {name: value for name, value in one.place.where.items() if name != "trust"}
        return url("show_narrative", one.trust, one.measure, **where, month=f"{one.month:%Y-%m}")
    return url("show_validation", trust=one.trust) if one.kind == CLAIM else review_href(one.place)


def _may(request: HttpRequest, trust: str) -> tuple[bool, bool]:
    """Whether the reader may change what is of a trust's figures, and what is about its patients."""
    notes = may(request.user, WRITE_NOTES, trust) and request.scope.identifies(trust)
    return may(request.user, WRITE_REVIEWS, trust), notes


def _may_write(one: WorkItem, writers: dict[str, tuple[bool, bool]]) -> bool:
    return one.kind in (ACTION, STEP) and writers.get(one.trust, (False, False))[bool(one.pathway)]


def _writable(request: HttpRequest, opened: Desk, key: str) -> WorkItem:
    """The record of that key, if the reader may change it; otherwise nothing at all is changed."""
    found = _writable_or_none(request, opened, key)
    if found is None:
        raise NotAllowed("You may not change one of the chosen records, or it is not there.", do="Load the page and choose anew.")
    return found


def _writable_or_none(request: HttpRequest, opened: Desk, key: str) -> WorkItem | None:
    found = items.item(request.scope, opened, key)
    if found is None or not _may_write(found, {found.trust: _may(request, found.trust)}):
        return None
    if found.pathway and not pathways.known(scope_of(request.user, to=WRITE_NOTES), opened, [(found.trust, found.pathway)]):
        return None
    return found


def _require_writer(request: HttpRequest, trust: str, *, is_about_patient: bool) -> None:
    if not _may(request, trust)[is_about_patient]:
        raise NotAllowed("You may not write in that trust any more.", do="Ask the person who manages its accounts.")


def _is_about_patient(change) -> bool:
    return change.record != actions.ACTION or bool((change.after or {}).get("patient_pathway_identifier"))


def _as_seen(one: WorkItem, seen: str) -> WorkItem:
    """The record at the version that the page showed, so that a change in between is told and not overwritten."""
    return replace(one, version=int(seen) if seen.isdecimal() and len(seen) < 9 else -1)


def _back(request: HttpRequest) -> str:
    return back_to(request) if request.POST.get("back") else url("show_my_work")
