"""Actions as values for pages, packs and digests. The scope comes first everywhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from clockstop.answers import pathways
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.registers.actions.actions import ACTION
from clockstop.registers.actions.models import COMPLETE, ENDED, STATUSES, AgreedAction, WorkName
from clockstop.registers.core.models import Change
from clockstop.registers.core.place import Place
from clockstop.registers.core.writing import place_of
from clockstop.rules.actions import days_overdue

# The fields of which a history speaks.
FIELD_WORDS = {"text": "What is done", "owner": "Owner", "due": "Due", "status": "Status", "evidence": "Evidence"}


@dataclass(frozen=True, kw_only=True)
class Move:
    """A due date that was moved."""

    was: date
    due: date
    because: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ShownAction:
    """An action as it stands. The due day itself is not late (operations.md 6.4); an action that has ended is never late."""

    pk: int
    place: Place
    measure: str
    text: str
    owner: str
    due: date
    original_due: date
    status: str
    evidence: str
    agreed_on: date
    ended_on: date | None
    version: int
    pathway: str = ""
    source: str = ""
    source_key: str = ""
    is_made_up: bool
    by: str
    at: datetime
    moves: tuple[Move, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be done any more."""
        return self.status in ENDED

    def days_late(self, today: date) -> int:
        """By how many days it is overdue; 0 where it is not."""
        return days_overdue(self.due, today, is_over=self.is_over)

    def is_overdue(self, today: date) -> bool:
        """Whether its due day has passed and it is not over."""
        return self.days_late(today) > 0

    @property
    def slip_days(self) -> int:
        """How much later than first agreed it was completed, or is due now; below 0 where earlier."""
        return ((self.ended_on or self.due) - self.original_due).days


@dataclass(frozen=True)
class Punctuality:
    """GOV-30: of the actions completed, and of those late, how many were on time; and by how many days they slipped on average."""

    on_time: int
    concluded: int
    late: int
    mean_slip_days: float | None


def agreed_actions(
    scope: Scope, place: Place, *, today: date, measure: str | None = None, open_only: bool = False
) -> tuple[ShownAction, ...]:
    """The actions of this place and of what lies in it: the latest overdue first, then by due day, those that are over last.

    Those about a patient are not among them: reviews and packs are read by people who may see none.
    """
    found = AgreedAction.objects.within(scope).inside(place).about_no_patient().prefetch_related("moves")
    if measure is not None:
        found = found.filter(measure=measure)
    if open_only:
        found = found.exclude(status__in=ENDED)
    shown = [_action(one) for one in found]
    return tuple(sorted(shown, key=lambda one: (one.is_over, -one.days_late(today), one.due, one.pk)))


def of_people(scope: Scope, desk: Desk, names: Collection[str] | None, *, with_ended: bool = False) -> tuple[ShownAction, ...]:
    """The actions whose owner is one of these names (None: anybody), by due day; about patients, those whom the scope may see."""
    found = AgreedAction.objects.within(scope).prefetch_related("moves")
    if not with_ended:
        found = found.exclude(status__in=ENDED)
    if names is not None:
        wanted = {name.casefold() for name in names}
        found = [one for one in found if one.owner.casefold() in wanted]
    return visible(scope, desk, [_action(one) for one in found])


def about(scope: Scope, desk: Desk, trust: str, pathway: str) -> tuple[ShownAction, ...]:
    """The actions about one patient whom the scope may see."""
    found = AgreedAction.objects.within(scope).filter(trust=trust, patient_pathway_identifier=pathway).prefetch_related("moves")
    return visible(scope, desk, [_action(one) for one in found]) if pathway else ()


def action(scope: Scope, pk: int, desk: Desk | None = None) -> ShownAction | None:
    """One action within the scope; one about a patient only where `desk` says that the scope may see that patient."""
    found = AgreedAction.objects.within(scope).filter(pk=pk).prefetch_related("moves").first()
    if found is None:
        return None
    return next(iter(visible(scope, desk, [_action(found)])), None)


def visible(scope: Scope, desk: Desk | None, actions: Sequence[ShownAction]) -> tuple[ShownAction, ...]:
    """Those about no patient, and about patients whom the scope sees as they are at this instant, whoever wrote them when."""
    named = {(one.place.trust, one.pathway) for one in actions if one.pathway and scope.identifies(one.place.trust)}
    known = pathways.known(scope, desk, sorted(named)) if named and desk is not None else set()
    return tuple(one for one in actions if not one.pathway or (one.place.trust, one.pathway) in known)


def names_of(user) -> frozenset[str]:
    """The names under which a person is an owner: their own, and those that they gave themselves."""
    own = {user.get_username(), user.get_full_name()}
    return frozenset(name for name in own | set(WorkName.objects.filter(user=user).values_list("name", flat=True)) if name)


def work_names(user) -> tuple[str, ...]:
    """The names that the person gave themselves."""
    return tuple(WorkName.objects.filter(user=user).order_by("name").values_list("name", flat=True))


@dataclass(frozen=True)
class PastChange:
    """One change of an action: who, when, what, and each field with what stood before and after."""

    at: datetime
    by: str
    what: str
    fields: tuple[tuple[str, str, str], ...]


def history(action: ShownAction) -> list[PastChange]:
    """What happened to an action that the reader may see, the newest first."""
    found = Change.objects.filter(record=ACTION, trust=action.place.trust, record_key__startswith=f"{action.pk} ")
    return [_past(one) for one in found]


def punctuality(actions: Sequence[ShownAction], today: date) -> Punctuality:
    """How punctual actions are: completed by the day that was agreed last; what was stopped does not count."""
    completed = [one for one in actions if one.status == COMPLETE]
    on_time = sum(one.ended_on is not None and one.ended_on <= one.due for one in completed)
    late = sum(one.is_overdue(today) for one in actions)
    slips = [one.slip_days for one in completed]
    return Punctuality(on_time, len(completed) + late, late, sum(slips) / len(slips) if slips else None)


def _past(change: Change) -> PastChange:
    before, after = change.before or {}, change.after or {}
    pairs = ((name, title, before.get(name, ""), after.get(name, "")) for name, title in FIELD_WORDS.items())
    told = ((title, _said(name, old), _said(name, new)) for name, title, old, new in pairs if old != new)
    return PastChange(change.at, change.by_name, change.what, tuple(told))


def _said(name: str, value: str) -> str:
    if name == "status":
        return STATUSES.get(value, value)
    return f"{date.fromisoformat(value):%d/%m/%Y}" if value and name == "due" else value


def _action(one: AgreedAction) -> ShownAction:
    names = ("pk", "measure", "text", "owner", "due", "original_due", "status", "evidence", "agreed_on", "ended_on", "version")
    moves = tuple(Move(was=move.was, due=move.due, because=move.because, by=move.by_name, at=move.at) for move in one.moves.all())
    return ShownAction(
        **{name: getattr(one, name) for name in names}, place=place_of(one), is_made_up=one.is_made_up, by=one.by_name,
        pathway=one.patient_pathway_identifier, source=one.source, source_key=one.source_key,
        at=one.at, moves=moves,
    )  # fmt: skip
