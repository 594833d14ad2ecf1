"""Owner, next step and comment of a pathway: in the row, on a page of its own, for many at once, and undone."""

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from clockstop.accounts.roles import WRITE_NOTES
from clockstop.accounts.scopes import may, scope_of
from clockstop.answers import pathways
from clockstop.errors import NotAllowed, UnknownName
from clockstop.nhsuk.presenters import count
from clockstop.nhsuk.templating import url
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.pages.note_forms import CELLS, BulkForm, NoteForm
from clockstop.pages.overtaken import again
from clockstop.pages.review_forms import AgreeForm
from clockstop.pages.review_place import today
from clockstop.registers.actions import actions as agreed_actions
from clockstop.registers.actions import reading as action_reading
from clockstop.registers.actions.actions import Agreed, Origin
from clockstop.registers.actions.models import STATUSES
from clockstop.registers.core.place import Place
from clockstop.registers.core.writing import NotKept
from clockstop.registers.pathway_notes import actions, reading
from clockstop.registers.pathway_notes.models import FIELDS, PathwayNote

MOST_AT_ONCE = 250
# Two forms of the page have an owner each.
ACTION_IDS = "action_%s"


def update_note(request: HttpRequest, trust: str, pathway: str) -> HttpResponse:
    """The form of a note, or of one of its cells; saved, the cell as it now stands, or the page from which the reader came."""
    _require_writer(request, trust)
    pathways.require_known(scope_of(request.user, to=WRITE_NOTES), desk(), trust, pathway)
    cell = request.GET.get("field", "") if request.GET.get("field") in CELLS else ""
    note = reading.note(request.scope, trust, pathway) or PathwayNote(trust=trust, patient_pathway_identifier=pathway, version=0)
    if request.method == "POST":
        return _save(request, note, cell)
    if "shown" in request.GET and request.htmx:
        return _cell(request, note, cell)
    return _form(request, note, NoteForm(initial=_initial(note), cell=cell), cell)


@require_POST
def add_pathway_action(request: HttpRequest, trust: str, pathway: str) -> HttpResponse:
    """Agree an action about one patient; what cannot be kept is shown again with what was typed."""
    _require_writer(request, trust)
    pathways.require_known(scope_of(request.user, to=WRITE_NOTES), desk(), trust, pathway)
    form = AgreeForm(request.POST, auto_id=ACTION_IDS)
    if form.is_valid():
        try:
            agreed_actions.add_action(
                place=Place(trust=trust), measure="", agreed=Agreed(**form.cleaned_data), by=request.user,
                agreed_on=today(desk()), origin=Origin(pathway=pathway),
            )  # fmt: skip
        except NotKept as error:
            form.add_error(None, f"{error.what} {error.do}")
    if form.errors:
        note = reading.note(request.scope, trust, pathway) or PathwayNote(
            trust=trust, patient_pathway_identifier=pathway, version=0
        )
        return _form(request, note, NoteForm(initial=_initial(note)), "", agree=form)
    messages.success(request, "The action is agreed. It stands on the page My work of its owner.")
    return HttpResponseRedirect(url("update_note", trust, pathway))


@require_POST
def update_notes(request: HttpRequest) -> HttpResponse:
    """Write the same on every chosen pathway: all of them or none."""
    chosen = [_parted(text) for text in request.POST.getlist("pathway")][: MOST_AT_ONCE + 1]
    form = BulkForm(request.POST)
    if not chosen:
        messages.error(request, "Nothing was changed: no pathway was chosen. Tick the rows first.")
    elif len(chosen) > MOST_AT_ONCE:
        messages.error(request, f"Nothing was changed: at most {MOST_AT_ONCE} pathways can be changed at once.")
    elif not form.is_valid() or not form.changes:
        messages.error(request, "Nothing was changed: write an owner, a next step or a comment first.")
    else:
        for trust in {trust for trust, _ in chosen}:
            _require_writer(request, trust)
        _require_known(request, chosen)
        number = actions.change_notes(pathways=chosen, by=request.user, changes=form.changes)
        messages.success(request, f"{count(number, 'pathway')} changed.")
    return HttpResponseRedirect(back_to(request))


@require_POST
def undo_note(request: HttpRequest) -> HttpResponse:
    """Take the reader's own last change back."""
    try:
        for trust in actions.last_trusts(by=request.user):
            _require_writer(request, trust)
        notes = actions.undo_last(by=request.user)
    except (actions.NothingToUndo, actions.EditedMeanwhile) as error:
        messages.error(request, f"{error.what} {error.do}")
    else:
        messages.success(request, f"Your last change was taken back on {count(len(notes), 'pathway')}.")
    return HttpResponseRedirect(back_to(request))


def back_to(request: HttpRequest) -> str:
    """The page of this site from which the reader came; the list where none is named."""
    wanted = request.POST.get("back") or request.GET.get("back") or ""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours else reverse("list_pathways")


def _save(request: HttpRequest, note: PathwayNote, cell: str) -> HttpResponse:
    form = NoteForm(request.POST, cell=cell)
    if not form.is_valid():
        return _form(request, note, form, cell)
    try:
        saved = actions.change_note(
            trust=note.trust,
            patient_pathway_identifier=note.patient_pathway_identifier,
            by=request.user,
            changes=form.changes,
            version=form.cleaned_data["version"],
        )
    except actions.EditedMeanwhile as error:
        kept = NoteForm(again(request.POST, note.version), cell=cell)
        kept.is_valid()
        kept.add_error(None, f"{error.what} {error.do}")
        return _form(request, note, kept, cell, conflict=note)
    if request.htmx:
        response = _cell(request, saved, cell)
        response["HX-Trigger"] = json.dumps({"clockstop:said": f"Saved for pathway {saved.patient_pathway_identifier}"})
        return response
    messages.success(request, f"The note on pathway {saved.patient_pathway_identifier} was saved.")
    return HttpResponseRedirect(back_to(request))


def _form(
    request: HttpRequest,
    note: PathwayNote,
    form: NoteForm,
    cell: str,
    *,
    conflict: PathwayNote | None = None,
    agree: AgreeForm | None = None,
) -> HttpResponse:
    pathway = note.patient_pathway_identifier
    context = {
        "form": form,
        "note": note,
        "cell": cell,
        "conflict": conflict,
        "back": back_to(request),
        "owners": reading.owners(request.scope),
    }
    if request.htmx and cell:
        return render(request, "pages/notes/cell_form.jinja", context)
    crumbs = crumbs_to(
        ("RTT waiting list", url("list_pathways", trust=note.trust)),
        (f"Pathway {pathway}", url("show_pathway", note.trust, pathway)),
    )
    history = reading.history(request.scope, note.trust, pathway)
    status = 409 if conflict else 422 if form.errors or agree is not None else 200
    context |= {
        "agree": agree or AgreeForm(auto_id=ACTION_IDS),
        "actions": action_reading.about(request.scope, desk(), note.trust, pathway),
        "day": today(desk()),
        "statuses": STATUSES,
    }
    return page(
        request, "pages/notes/note.jinja", title="What is the next step?", crumbs=crumbs, status=status, history=history, **context
    )


def _cell(request: HttpRequest, note: PathwayNote, cell: str) -> HttpResponse:
    return render(request, "pages/notes/cell.jinja", {"note": note, "cell": cell, "back": back_to(request)})


def _initial(note: PathwayNote) -> dict:
    return {name: getattr(note, name) for name in (*FIELDS, "version")}


def _require_writer(request: HttpRequest, trust: str) -> None:
    request.scope.require_identity(trust)
    if not may(request.user, WRITE_NOTES, trust):
        raise NotAllowed("You may not write notes on these patients.", do="Ask the person who manages accounts in the trust.")


def _require_known(request: HttpRequest, chosen: list[tuple[str, str]]) -> None:
    """Every chosen pathway is one that the reader may see; otherwise nothing is changed."""
    known = pathways.known(scope_of(request.user, to=WRITE_NOTES), desk(), chosen)
    if len(known) < len(set(chosen)):
        raise UnknownName("One of the chosen pathways is not on the list any more.", do="Load the list again and choose anew.")


def _parted(text: str) -> tuple[str, str]:
    trust, _, pathway = text.partition(":")
    return trust, pathway
