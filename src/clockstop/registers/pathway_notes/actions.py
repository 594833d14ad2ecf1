"""How a pathway note changes. Views call these and nothing else."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clockstop.errors import UserError
from clockstop.registers.core.actions import record_change
from clockstop.registers.core.locking import EditedMeanwhile, check_version
from clockstop.registers.core.models import Change
from clockstop.registers.pathway_notes.models import FIELDS, PathwayNote, TrustEdition

RECORD = "pathway_note"
# How far back a person's changes are looked through for one that is not undone yet.
UNDO_REACH = 200


class NothingToUndo(UserError):
    """The person has no change left that can be undone."""


@dataclass(frozen=True, kw_only=True)
class Writing:
    """One press of a button: who, the batch that its audit rows share, and the batch that it takes back."""

    by: Any
    batch: uuid.UUID
    undoes: uuid.UUID | None = None


def change_note(
    *, trust: str, patient_pathway_identifier: str, by, changes: dict[str, str | date | None], version: int | None = None
) -> PathwayNote:
    """The note after `changes` to some of its four fields, with its audit row; nothing is written where nothing changes.

    `version` is the version that the person saw (0: there was no note); None writes over whatever stands, as the bulk bar does.
    """
    with transaction.atomic():
        return _write(trust, patient_pathway_identifier, changes, version, Writing(by=by, batch=uuid.uuid4()))


def change_notes(*, pathways: Sequence[tuple[str, str]], by, changes: dict[str, str | date | None]) -> int:
    """The number of notes changed alike: all or none, and undone together. `pathways` are pairs of trust and pathway."""
    writing = Writing(by=by, batch=uuid.uuid4())
    with transaction.atomic():
        for trust, pathway in sorted(set(pathways)):
            _write(trust, pathway, changes, None, writing)
    return len(set(pathways))


@dataclass(frozen=True, kw_only=True)
class NoteChange:
    """What is to change of one note, which was seen at `version` (None: whatever stands)."""

    trust: str
    pathway: str
    changes: dict[str, str | date | None]
    version: int | None = None


def change_each(*, changes: Sequence[NoteChange], by, batch: uuid.UUID) -> int:
    """The number of notes changed, each in its own way: all or none, and undone together."""
    writing = Writing(by=by, batch=batch)
    with transaction.atomic():
        for one in sorted(changes, key=lambda one: (one.trust, one.pathway)):
            _write(one.trust, one.pathway, one.changes, one.version, writing)
    return len(changes)


def last_trusts(*, by) -> frozenset[str]:
    """The trusts whose notes the person's last change touched: those in which they must still be allowed to write."""
    return frozenset(change.trust for change in last_changes(by=by))


def undo_last(*, by) -> list[PathwayNote]:
    """The notes that the person's last change touched, as they were before it.

    Only a person's own change is undone, each once, and only where nobody has changed the note since.
    """
    with transaction.atomic():
        changes = last_changes(by=by)
        writing = Writing(by=by, batch=uuid.uuid4(), undoes=changes[0].batch)
        return [_undo(change, writing) for change in changes]


def _write(trust: str, pathway: str, changes: dict, version: int | None, writing: Writing) -> PathwayNote:
    assert set(changes) <= set(FIELDS), "a note has four fields"
    edition = _next_edition(trust)
    note = PathwayNote.objects.select_for_update().filter(trust=trust, patient_pathway_identifier=pathway).first()
    before = None if note is None else note.values
    check_version(note, version, "this note", who="updated_by_name", when="updated_at")
    if note is not None and all(getattr(note, name) == value for name, value in changes.items()):
        return note
    note = note or PathwayNote(trust=trust, patient_pathway_identifier=pathway, version=0)
    for name, value in changes.items():
        setattr(note, name, value)
    if not note.next_step:
        note.next_step_date = None
    note.version, note.edition, note.updated_at = note.version + 1, edition, timezone.now()
    note.updated_by, note.updated_by_name = writing.by, writing.by.get_username()
    note.save()
    record_change(
        by=writing.by,
        what="undo" if writing.undoes else "change",
        record=RECORD,
        record_key=pathway,
        trust=trust,
        before=before,
        after=note.values,
        batch=writing.batch,
        undoes=writing.undoes,
    )
    return note


def _next_edition(trust: str) -> int:
    """The trust's next number; its row stays locked until the transaction ends."""
    TrustEdition.objects.get_or_create(trust=trust)
    TrustEdition.objects.filter(trust=trust).update(number=F("number") + 1)
    return TrustEdition.objects.get(trust=trust).number


def last_changes(*, by) -> list[Change]:
    """The audit rows of the person's last change that is not taken back."""
    own = Change.objects.filter(record=RECORD, by=by)
    undone = set(own.filter(undoes__isnull=False).values_list("undoes", flat=True))
    for batch in own.filter(undoes__isnull=True).order_by("-id").values_list("batch", flat=True)[:UNDO_REACH]:
        if batch not in undone:
            return list(own.filter(batch=batch))
    raise NothingToUndo("There is nothing of yours to undo.", do="Change the note itself; its history shows what stood there.")


def _undo(change: Change, writing: Writing) -> PathwayNote:
    note = PathwayNote.objects.get(trust=change.trust, patient_pathway_identifier=change.record_key)
    if any(note.values[name] != change.after[name] for name in FIELDS):
        raise EditedMeanwhile(
            f"{note.updated_by_name} has changed this note since, so your change is not taken back.",
            do="Open the note; its history shows what stood there.",
        )
    before = change.before or dict.fromkeys(FIELDS, "")
    values = {name: before[name] for name in FIELDS}
    values["next_step_date"] = date.fromisoformat(values["next_step_date"]) if values["next_step_date"] else None
    return _write(change.trust, change.record_key, values, None, writing)
