"""Many things to do, changed by one press of a button: all of them or none, and taken back together."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from clockstop.registers.actions import actions
from clockstop.registers.actions.actions import Standing, ToChange
from clockstop.registers.actions.models import ENDED, STATUSES
from clockstop.registers.core.models import Change
from clockstop.registers.core.writing import NotKept
from clockstop.registers.pathway_notes import actions as notes
from clockstop.registers.pathway_notes.actions import NoteChange
from clockstop.registers.pathway_notes.models import OWNER_LENGTH
from clockstop.registers.work.items import ACTION, STEP, WorkItem

NotUndone = (actions.NothingToUndo, notes.NothingToUndo, notes.EditedMeanwhile)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is to be the same of all of them; empty stays as it is. `status` closes actions, and empties next steps."""

    owner: str = ""
    due: date | None = None
    because: str = ""
    status: str = ""
    evidence: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.owner or self.due or self.status)


def change_work(*, items: Sequence[WorkItem], to: Wanted, by, today: date) -> int:
    """How many things to do were changed alike, each from the version in `items`: all or none."""
    if any(one.kind not in (ACTION, STEP) for one in items):
        raise NotKept("Only actions and next steps can be changed here.", do="Open the others by their own link.")
    if to.status and to.status not in ENDED:
        raise NotKept("There is no such end.", do=f"Choose one of: {', '.join(STATUSES[one] for one in ENDED)}.")
    batch = uuid.uuid4()
    with transaction.atomic():
        actions.change_actions(changes=[_action(one, to) for one in items if one.kind == ACTION], by=by, today=today, batch=batch)
        notes.change_each(changes=[_step(one, to) for one in items if one.kind == STEP], by=by, batch=batch)
    return len(items)


def undo_work(*, by) -> int:
    """How many things to do the person's last change touched, which is taken back: actions and next steps together."""
    with transaction.atomic():
        batch, found = last_batch(by=by)
        done = 0
        if any(one.record == notes.RECORD for one in found):
            done += len(notes.undo_last(by=by))
        if any(one.record == actions.ACTION for one in found):
            done += len(actions.undo_last(by=by))
        assert done or not batch
    return done


def last_batch(*, by) -> tuple[uuid.UUID, list[Change]]:
    """The person's newest change of actions or next steps that is not taken back, with its audit rows."""
    found: list[list[Change]] = []
    for last_changes in (notes.last_changes, actions.last_changes):
        try:
            found.append(last_changes(by=by))
        except (notes.NothingToUndo, actions.NothingToUndo):
            continue
    if not found:
        raise actions.NothingToUndo(
            "There is nothing of yours to undo.", do="Open the record itself; its history shows all changes."
        )
    newest = max(found, key=lambda rows: max(row.pk for row in rows))[0].batch
    return newest, [row for rows in found for row in rows if row.batch == newest]


def _action(one: WorkItem, to: Wanted) -> ToChange:
    standing = Standing(
        owner=to.owner or None, due=to.due, due_because=to.because, status=to.status or None, evidence=to.evidence or None
    )
    return ToChange(pk=int(one.key.split()[1]), trust=one.trust, to=standing, version=one.version)


def _step(one: WorkItem, to: Wanted) -> NoteChange:
    changes: dict[str, str | date | None] = {}
    if to.owner:
        changes["owner"] = fitting(to.owner, OWNER_LENGTH, "owner of a next step")
    if to.due:
        changes["next_step_date"] = to.due
    if to.status:
        changes |= {"next_step": "", "next_step_date": None}
    return NoteChange(trust=one.trust, pathway=one.pathway, changes=changes, version=one.version)


def fitting(text: str, most: int, what: str) -> str:
    """The text, if a note holds it."""
    text = " ".join(text.split())
    if len(text) > most:
        raise NotKept(f"The {what} has {len(text):,} characters; it may have {most:,}.", do="Make it shorter.")
    return text
