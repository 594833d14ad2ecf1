"""Who looked at what? The looks, searches, exports, prints, refusals, sign-ins and changes, by patient, person, action and day."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from clockstop.accounts import audit
from clockstop.accounts.access_alerts import unseen
from clockstop.accounts.models import AccessRecord, OwnNumber
from clockstop.accounts.roles import SEE_ACCESS_RECORDS
from clockstop.accounts.scopes import may
from clockstop.answers.patient_keys import first_of_patient, numbers_of_patient
from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed
from clockstop.intake.pseudonyms import is_valid
from clockstop.pages import exports
from clockstop.pages.context import crumbs_to, desk, page
from clockstop.registers.core.looks import Look, LooksAsked, as_looks, looks

ROWS_A_PAGE = 50
TITLE = "Who looked at what?"
OF_PATIENT = "Who looked at this patient?"
HEADINGS = (
    "When (UTC)", "Number", "Who", "Role", "Did", "Came of it", "What", "Trust", "Pathway", "Patients' rows", "Detail", "Reason",
    "From",
)  # fmt: skip
_FILTERS = ("person", "action", "trust", "from", "to", "pathway")


@dataclass(frozen=True)
class Person:
    """Somebody who looked at the patient: how often, when first and when last."""

    username: str
    role: str
    looks: int
    first: Look
    last: Look


def list_access_records(request: HttpRequest) -> HttpResponse:
    """The records of the trusts for which the reader answers, newest first, and everybody's own; with `format`, all as CSV or XLSX.

    A number comes by POST, so that an NHS number stands in no address; it leads to the address of one of the patient's pathways.
    """
    trusts = frozenset(trust for trust in request.scope.trusts if may(request.user, SEE_ACCESS_RECORDS, trust))
    if request.method == "POST":
        return _search(request, trusts, request.POST.get("q", "").strip())
    asked, query = _asked(request, trusts)
    if request.GET.get("format") in exports.FORMATS:
        return _export(request, asked, query)
    if query.get("pathway"):
        _record(request, audit.SEARCHED, query)
    found = as_looks(looks(asked)) if asked.patients else None
    shown = Paginator(found if found is not None else looks(asked), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return page(
        request,
        "pages/access_records.jinja",
        title=OF_PATIENT if asked.patients else TITLE,
        crumbs=crumbs_to(*([(TITLE, reverse("list_access_records"))] if asked.patients else [])),
        shown=shown,
        rows=[row if isinstance(row, Look) else as_looks([row])[0] for row in shown.object_list],
        trusts=sorted(trusts),
        people=_people(found or ()),
        asked=asked,
        query=query,
        path=reverse("list_access_records"),
        actions=AccessRecord.Action.choices,
        alerts_href=reverse("list_access_alerts") if trusts else "",
        alerts_unseen=unseen(trusts, request.user.get_username()),
        has_own_number=OwnNumber.objects.filter(username=request.user.get_username()).exists(),
        hide_as_of=True,
    )


def to_search(request: HttpRequest, trusts: frozenset[str]) -> Scope:
    """What it takes to know a patient by a number, in the trusts for which the reader answers; no row of it is shown."""
    return Scope(trusts=trusts, may_see_patients=trusts, user=request.scope.user, role=request.scope.role)


def _search(request: HttpRequest, trusts: frozenset[str], typed: str) -> HttpResponse:
    """To the records of the patient whom the number names; of a number that no snapshot knows, where it is a pathway's, too."""
    if not trusts:
        raise NotAllowed(
            "You may not search who looked at a patient.", do="Ask who answers for information governance in the trust."
        )
    hit = first_of_patient(to_search(request, trusts), desk(), typed) if typed else None
    if hit is None and typed and not is_valid(typed):
        known = AccessRecord.objects.filter(trust__in=trusts, patient_pathway_identifier=typed[:40]).values_list("trust", flat=True)
        trust = known.first() or (next(iter(trusts)) if len(trusts) == 1 else "")
        hit = (trust, typed[:40]) if trust else None
    if hit is None:
        messages.error(request, "No patient is known by that number in the trusts for which you answer.")
        return HttpResponseRedirect(reverse("list_access_records"))
    return HttpResponseRedirect(f"{reverse('list_access_records')}?{urlencode({'trust': hit[0], 'pathway': hit[1]})}")


def _asked(request: HttpRequest, trusts: frozenset[str]) -> tuple[LooksAsked, dict[str, str]]:
    """What the address asks for, and that again as it stands in an address."""
    query = {name: request.GET.get(name, "").replace("\0", "").strip() for name in _FILTERS}
    query = {name: value for name, value in query.items() if value}
    days = {name: _day(query.get(name, "")) for name in ("from", "to")}
    query = {name: value for name, value in query.items() if name not in days or days[name]}
    if query.get("action") not in (None, *AccessRecord.Action.values):
        del query["action"]
    patients: tuple[tuple[str, str], ...] = ()
    if query.get("pathway"):
        trust = query.get("trust", "")
        if trust not in trusts:
            raise NotAllowed(
                "You may not search who looked at this patient.", where=f"Trust {trust[:12]}.", do="Ask its governance lead."
            )
        numbers = numbers_of_patient(to_search(request, trusts), desk(), trust, query["pathway"])
        patients = tuple((trust, number) for number in numbers)
    asked = LooksAsked(
        trusts=trusts, reader=request.user.get_username(), person=query.get("person", ""), action=query.get("action", ""),
        trust=query.get("trust", ""), first_day=days["from"], last_day=days["to"], patients=patients,
    )  # fmt: skip
    return asked, query


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _people(found: Sequence[Look]) -> list[Person]:
    """Everybody who looked, who looked most first."""
    counted = Counter((look.username, look.role) for look in found)
    last = {(look.username, look.role): look for look in reversed(found)}
    first = {(look.username, look.role): look for look in found}
    return [Person(*key, number, first[key], last[key]) for key, number in counted.most_common()]


def _record(request: HttpRequest, action: str, query: dict[str, str], rows: int = 0) -> None:
    said = ", ".join(f"{name}={value}" for name, value in query.items() if name not in ("trust", "pathway"))
    audit.record(
        request, action=action, what="list_access_records", trust=query.get("trust", ""),
        patient_pathway_identifier=query.get("pathway", ""), rows=rows, detail=said,
    )  # fmt: skip


def _export(request: HttpRequest, asked: LooksAsked, query: dict[str, str]) -> HttpResponse:
    """Every record that is asked for; that they were taken is recorded first."""
    found = looks(asked)
    _record(request, audit.EXPORTED, query, rows=found.count())
    said = ", ".join(f"{name}={value}" for name, value in query.items()) or "none"
    notes = [TITLE, f"Filters: {said}", f"Taken by {request.user.get_username()}"]
    if asked.patients:
        notes.append(f"The patient's numbers: {', '.join(number for _trust, number in asked.patients)}")
    return exports.export(request.GET["format"], name="access-records", columns=HEADINGS, rows=_cells(found), notes=notes)


def _cells(found) -> Iterator[tuple]:
    for row in found.iterator(chunk_size=2000):
        look = Look(*row)
        yield (
            look.at.astimezone(UTC).isoformat(timespec="seconds"), look.sequence, look.username, look.role, look.did,
            look.came_of_it, look.what, look.trust, look.patient, look.rows, look.detail, look.reason, look.network_address,
        )  # fmt: skip
