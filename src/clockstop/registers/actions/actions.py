"""How actions are written: agreed, moved to another day, brought to an end; one or many at once. Views call these, nothing else."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from clockstop.registers.actions.models import (
    ENDED,
    PATHWAY_LENGTH,
    SOURCE_LENGTH,
    SOURCES,
    STATUSES,
    AgreedAction,
    MovedDue,
    WorkName,
)
from clockstop.registers.core.actions import record_change
from clockstop.registers.core.locking import EditedMeanwhile, check_version
from clockstop.registers.core.models import Change
from clockstop.registers.core.place import Place
from clockstop.registers.core.placed import NAME_LENGTH, REASON_LENGTH
from clockstop.registers.core.writing import NotKept, checked, place_of, sign, signed

ACTION = "action"
# The longest key that the audit keeps.
KEY_LENGTH = 120
# How far back a person's changes are looked through for one that is not undone yet.
UNDO_REACH = 200
TAKEN_BACK = "The change was taken back"


class NothingToUndo(NotKept):
    """The person has no change left that can be undone."""


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What is agreed: what is done, by whom, until when (that day included)."""

    text: str
    owner: str
    due: date


@dataclass(frozen=True, kw_only=True)
class Origin:
    """About which patient an action is, if about one, and of what it comes: a kind of `SOURCES`, and which of them."""

    pathway: str = ""
    source: str = ""
    source_key: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an action stands: what is given here is changed, what is None stays. A moved date says why; an end has its evidence."""

    text: str | None = None
    owner: str | None = None
    due: date | None = None
    due_because: str = ""
    status: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, kw_only=True)
class ToChange:
    """One action of many: which, and at which version it was seen (None: whatever stands)."""

    pk: int
    trust: str
    to: Standing
    version: int | None = None


def add_action(
    *,
    place: Place,
    measure: str,
    agreed: Agreed,
    by,
    agreed_on: date,
    origin: Origin | None = None,
    is_made_up: bool = False,
    batch: uuid.UUID | None = None,
) -> AgreedAction:
    """A new action, with its audit row; `measure` is what it is to move, empty for none in particular."""
    if agreed.due < agreed_on:
        raise NotKept("The action would be late when it is agreed.", do="Choose a day from today on.")
    origin = origin or Origin()
    _check_origin(origin)
    with transaction.atomic():
        kept = AgreedAction(
            **vars(place), measure=measure, text=checked(agreed.text, REASON_LENGTH, "action"),
            owner=checked(agreed.owner, NAME_LENGTH, "owner"), due=agreed.due, original_due=agreed.due, agreed_on=agreed_on,
            patient_pathway_identifier=origin.pathway, source=origin.source, source_key=origin.source_key, is_made_up=is_made_up,
        )  # fmt: skip
        sign(kept, by)
        _record(kept, _Writing(by=by, what="agree", batch=batch), None)
    return kept


def change_action(
    *, pk: int, trust: str, to: Standing, by, today: date, version: int | None, batch: uuid.UUID | None = None
) -> AgreedAction:
    """The action as changed, with its audit row; the due date first agreed stays beside it, and each move of it is kept.

    `version` is the one that the writer saw. Nothing is written where nothing changes.
    """
    with transaction.atomic():
        kept = AgreedAction.objects.select_for_update().filter(pk=pk, trust=trust).first()
        if kept is None:
            raise NotKept("There is no such action.", do="Look at the page again.")
        check_version(kept, version, "this action")
        before = _values(kept)
        _change_words(kept, to)
        moved = _move(kept, to)
        _change_status(kept, to, today)
        if _values(kept) == before:
            return kept
        kept.version += 1
        sign(kept, by)
        if moved is not None:
            _keep_move(kept, moved, " ".join(to.due_because.split()), by)
        _record(kept, _Writing(by=by, what="change", batch=batch), before)
    return kept


def change_actions(*, changes: Sequence[ToChange], by, today: date, batch: uuid.UUID | None = None) -> int:
    """How many actions were changed: all that were asked for or none, undone together."""
    batch = batch or uuid.uuid4()
    with transaction.atomic():
        for one in sorted(changes, key=lambda one: one.pk):
            change_action(pk=one.pk, trust=one.trust, to=one.to, by=by, today=today, version=one.version, batch=batch)
    return len(changes)


def last_changes(*, by) -> list[Change]:
    """The person's last change of actions that is not taken back: its audit rows. What was newly agreed is no change."""
    own = Change.objects.filter(record=ACTION, by=by)
    undone = set(own.filter(undoes__isnull=False).values_list("undoes", flat=True))
    changed = own.filter(undoes__isnull=True, before__isnull=False).order_by("-id")
    for batch in changed.values_list("batch", flat=True)[:UNDO_REACH]:
        if batch not in undone:
            return list(own.filter(batch=batch, before__isnull=False))
    raise NothingToUndo("There is nothing of yours to undo.", do="Change the action itself; its page shows what stood there.")


def undo_last(*, by) -> list[AgreedAction]:
    """The actions of the person's last change, as they were before it; only where nobody has changed one of them since."""
    with transaction.atomic():
        changes = last_changes(by=by)
        writing = _Writing(by=by, what="undo", batch=uuid.uuid4(), undoes=changes[0].batch)
        return [_undo(change, writing) for change in sorted(changes, key=pk_of)]


def name_oneself(*, by, names: Sequence[str]) -> None:
    """The names under which a person is named as owner, beside their own, with the audit row."""
    wanted = sorted({checked(name, NAME_LENGTH, "name") for name in names if name.strip()})
    with transaction.atomic():
        before = sorted(WorkName.objects.filter(user=by).values_list("name", flat=True))
        if wanted == before:
            return
        WorkName.objects.filter(user=by).exclude(name__in=wanted).delete()
        WorkName.objects.bulk_create(WorkName(user=by, name=name) for name in wanted if name not in before)
        record_change(
            by=by, what="name", record="work_names", record_key=by.get_username(), before={"names": before}, after={"names": wanted}
        )


def pk_of(change: Change) -> int:
    """Of which action an audit row speaks."""
    return int(change.record_key.split()[0])


@dataclass(frozen=True, kw_only=True)
class _Writing:
    by: Any
    what: str
    batch: uuid.UUID | None = None
    undoes: uuid.UUID | None = None


def _check_origin(origin: Origin) -> None:
    if origin.source and origin.source not in SOURCES:
        raise NotKept("There is no such origin of an action.", do=f"Choose one of: {', '.join(SOURCES)}.")
    assert bool(origin.source) == bool(origin.source_key), "an origin says which"
    assert len(origin.source_key) <= SOURCE_LENGTH, "the key of an origin is short"
    assert len(origin.pathway) <= PATHWAY_LENGTH, "the caller has looked the pathway up"


def _change_words(kept: AgreedAction, to: Standing) -> None:
    if to.text is not None:
        kept.text = checked(to.text, REASON_LENGTH, "action")
    if to.owner is not None:
        kept.owner = checked(to.owner, NAME_LENGTH, "owner")
    if to.evidence is not None:
        kept.evidence = checked(to.evidence, REASON_LENGTH, "evidence", may_be_empty=True)


def _move(kept: AgreedAction, to: Standing) -> date | None:
    """The due date as it was, where it is another one now."""
    if to.due is None or to.due == kept.due:
        return None
    if to.due < kept.agreed_on:
        raise NotKept("The action would be due before it was agreed.", do="Choose a later day.")
    checked(to.due_because, REASON_LENGTH, "reason why the date moves")
    was, kept.due = kept.due, to.due
    return was


def _keep_move(kept: AgreedAction, was: date, because: str, by) -> None:
    author = {name: value for name, value in signed(by).items() if name != "by"}
    MovedDue.objects.create(action=kept, was=was, due=kept.due, because=because, **author)


def _change_status(kept: AgreedAction, to: Standing, today: date) -> None:
    """An action ends today; one that is taken up again has no end."""
    if to.status is not None and to.status not in STATUSES:
        raise NotKept("There is no such status.", do=f"Choose one of: {', '.join(STATUSES.values())}.")
    status = to.status or kept.status
    if status in ENDED:
        checked(kept.evidence, REASON_LENGTH, "evidence (what shows that it is done, or why it was stopped)")
        kept.ended_on = kept.ended_on or today
    else:
        kept.ended_on = None
    kept.status = status


def _undo(change: Change, writing: _Writing) -> AgreedAction:
    kept = AgreedAction.objects.select_for_update().filter(pk=pk_of(change), trust=change.trust).first()
    if kept is None or _values(kept) != change.after:
        who = kept.by_name if kept else "Somebody"
        raise EditedMeanwhile(
            f"{who} has changed one of these actions since, so nothing is taken back.",
            do="Open the action; its history shows what stood there.",
        )
    was, before = kept.due, _values(kept)
    for name in ("text", "owner", "status", "evidence"):
        setattr(kept, name, change.before[name])
    kept.due = date.fromisoformat(change.before["due"])
    kept.ended_on = date.fromisoformat(change.before["ended_on"]) if change.before["ended_on"] else None
    kept.version += 1
    sign(kept, writing.by)
    if kept.due != was:
        _keep_move(kept, was, TAKEN_BACK, writing.by)
    _record(kept, writing, before)
    return kept


def _values(kept: AgreedAction) -> dict[str, str]:
    """The action as the audit keeps it."""
    days = {name: getattr(kept, name).isoformat() for name in ("due", "original_due")}
    words = {name: getattr(kept, name) for name in ("measure", "text", "owner", "status", "evidence")}
    about = {name: getattr(kept, name) for name in ("patient_pathway_identifier", "source", "source_key") if getattr(kept, name)}
    return words | days | about | {"ended_on": kept.ended_on.isoformat() if kept.ended_on else ""}


def _record(kept: AgreedAction, writing: _Writing, before: dict | None) -> None:
    key = f"{kept.pk} {place_of(kept).key}"[:KEY_LENGTH]
    record_change(
        by=writing.by, what=writing.what, record=ACTION, record_key=key, trust=kept.trust, before=before, after=_values(kept),
        batch=writing.batch, undoes=writing.undoes,
    )  # fmt: skip
