"""What one person, or one name, has to do: actions, next steps of patients, narratives to write, rows of the validation desk."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from clockstop.answers import pathways
from clockstop.answers.desk import Desk
from clockstop.answers.review import review
from clockstop.answers.scope import Scope
from clockstop.registers.actions import reading as action_reading
from clockstop.registers.actions.models import STATUSES
from clockstop.registers.core.place import Place
from clockstop.registers.pathway_notes.models import PathwayNote
from clockstop.registers.performance import reading as performance
from clockstop.registers.validation.claims import CLAIM_MINUTES
from clockstop.registers.validation.models import ValidationClaim
from clockstop.rules.actions import days_overdue

ACTION, STEP, NARRATIVE, CLAIM = "action", "step", "narrative", "claim"
KINDS = {ACTION: "Action", STEP: "Next step", NARRATIVE: "Narrative to write", CLAIM: "Being validated"}
# A reminder is sent from so many days before the due day.
DUE_SOON_DAYS = 3
# The narratives of so many places are looked for: each takes a review of its own.
MOST_PLACES = 8


@dataclass(frozen=True, kw_only=True)
class WorkItem:
    """One thing to do. `key` names it in forms and sheets; `version` is the one that stands, 0 where it cannot be changed here."""

    key: str
    kind: str
    what: str
    owner: str
    due: date | None
    trust: str
    status: str = ""
    evidence: str = ""
    comment: str = ""
    pathway: str = ""
    measure: str = ""
    month: date | None = None
    place: Place | None = None
    original_due: date | None = None
    version: int = 0
    is_over: bool = False
    is_made_up: bool = False

    def days_late(self, today: date) -> int:
        """By how many days it is overdue; 0 where it is not (rules/actions.py)."""
        return days_overdue(self.due, today, is_over=self.is_over) if self.due else 0

    def is_soon(self, today: date) -> bool:
        """Whether it is due today or within the days of a reminder, and not late."""
        return bool(self.due) and not self.is_over and 0 <= (self.due - today).days <= DUE_SOON_DAYS


def work_of(
    scope: Scope, desk: Desk, names: Collection[str], *, month: date, user=None, with_ended: bool = False
) -> tuple[WorkItem, ...]:
    """What those names have to do, by due day; `user` adds what the person has before them at the validation desk.

    Patients are those whom the scope may see as they are now, whoever wrote the note or action. `month` is the last whole one.
    """
    items = [
        *(of_action(one) for one in action_reading.of_people(scope, desk, names, with_ended=with_ended)),
        *_steps(scope, desk, names),
        *_narratives(scope, desk, names, month),
        *(_claims(scope, user) if user is not None else ()),
    ]
    return tuple(sorted(items, key=lambda one: (one.is_over, one.due or date.max, one.kind, one.key)))


def of_action(one: action_reading.ShownAction) -> WorkItem:
    """An action as a thing to do."""
    return WorkItem(
        key=f"{ACTION} {one.pk}", kind=ACTION, what=one.text, owner=one.owner, due=one.due, trust=one.place.trust,
        status=STATUSES[one.status], evidence=one.evidence, pathway=one.pathway, measure=one.measure, place=one.place,
        original_due=one.original_due, version=one.version, is_over=one.is_over, is_made_up=one.is_made_up,
    )  # fmt: skip


def of_note(one: PathwayNote) -> WorkItem:
    """A patient's next step as a thing to do."""
    return WorkItem(
        key=f"{STEP} {one.trust} {one.patient_pathway_identifier}", kind=STEP, what=one.next_step, owner=one.owner,
        due=one.next_step_date, trust=one.trust, comment=one.comment, pathway=one.patient_pathway_identifier, version=one.version,
    )  # fmt: skip


def item(scope: Scope, desk: Desk, key: str) -> WorkItem | None:
    """The action or next step of that key, if the scope may see it."""
    kind, _, rest = key.partition(" ")
    if kind == ACTION and rest.isdecimal() and len(rest) < 16:
        found = action_reading.action(scope, int(rest), desk)
        return found and of_action(found)
    trust, _, pathway = rest.partition(" ")
    if kind != STEP or not pathway or "\0" in key or not scope.identifies(trust):
        return None
    if not pathways.known(scope, desk, [(trust, pathway)]):
        return None
    note = PathwayNote.objects.within(scope).filter(trust=trust, patient_pathway_identifier=pathway).first()
    return note and of_note(note)


def _steps(scope: Scope, desk: Desk, names: Collection[str]) -> list[WorkItem]:
    wanted = Q()
    for name in names:
        wanted |= Q(owner__iexact=name)
    if not names:
        return []
    found = PathwayNote.objects.within(scope).filter(wanted).exclude(next_step="")
    notes = [one for one in found if scope.identifies(one.trust)]
    known = pathways.known(scope, desk, [(one.trust, one.patient_pathway_identifier) for one in notes]) if notes else set()
    return [of_note(one) for one in notes if (one.trust, one.patient_pathway_identifier) in known]


def _narratives(scope: Scope, desk: Desk, names: Collection[str], month: date) -> list[WorkItem]:
    """The exceptions of the month at the places for which one of the names answers, of which nothing is said yet."""
    wanted = {name.casefold() for name in names}
    owned = {at: one for at, one in performance.owners(scope).items() if one.name.casefold() in wanted}
    places = sorted({place for place, _measure in owned})[:MOST_PLACES]
    rebases = performance.every_rebase(scope) if places else {}
    items = []
    for place in places:
        said = performance.narratives(scope, place, month)
        days = {slug: dates for (at, slug), dates in rebases.items() if at == place}
        for line in review(scope, desk, place.where, month, rebases=days):
            slug = line.measure.slug
            owner = owned.get((place, slug)) or owned.get((place, ""))
            if owner and line.attention.is_exception and slug not in said:
                items.append(_narrative(place, line.measure, owner.name, month))
    return items


def _narrative(place: Place, measure, owner: str, month: date) -> WorkItem:
    return WorkItem(
        key=f"{NARRATIVE} {measure.slug} {month:%Y-%m} {place.key}", kind=NARRATIVE, what=measure.title, owner=owner, due=None,
        trust=place.trust, measure=measure.slug, month=month, place=place,
    )  # fmt: skip


def _claims(scope: Scope, user) -> list[WorkItem]:
    since = timezone.now() - timedelta(minutes=CLAIM_MINUTES)
    found = ValidationClaim.objects.filter(by=user, at__gte=since, trust__in=sorted(scope.patient_trusts))
    return [
        WorkItem(
            key=f"{CLAIM} {one.trust} {one.patient_pathway_identifier}", kind=CLAIM, what="Give the outcome of this clock",
            owner=one.by_name, due=None, trust=one.trust, pathway=one.patient_pathway_identifier,
        )
        for one in found
        if scope.identifies(one.trust)
    ]  # fmt: skip
