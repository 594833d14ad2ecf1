"""How months are signed as right and failed records answered. Views call these and nothing else."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from clockstop.dates import month_end
from clockstop.errors import UserError
from clockstop.registers.core.actions import record_change
from clockstop.registers.core.models import Change
from clockstop.registers.data_quality.models import NOTE_LENGTH, STATES, RecordAnswer, SignOff

SIGN_OFF, ANSWER = "sign_off", "quality_answer"
# The longest key that the audit keeps.
KEY_LENGTH = 120


class BadAnswer(UserError):
    """What was asked cannot be kept."""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """The figure that is signed: whose, which measure and month, its two numbers and value, and its kite mark as JSON."""

    trust: str
    measure: str
    month: date
    numerator: float | None
    denominator: float | None
    value: float | None
    mark: Mapping[str, Any]
    snapshot_id: str

    @property
    def key(self) -> str:
        """What the audit calls it."""
        return f"{self.measure} {month_end(self.month):%Y-%m}"


def sign(*, signed: Signed, as_of: date, by, note: str = "") -> SignOff:
    """The month signed as right, with its audit row; refused while the month runs, and where it is signed already."""
    month = month_end(signed.month)
    if month > as_of:
        raise BadAnswer("The month is not over in the data, so nobody can sign it.", do="Sign it when its last day is in.")
    if signed.value is None:
        raise BadAnswer("Nothing was counted in this month, so there is nothing to sign.", do="Choose a month with a figure.")
    with transaction.atomic():
        found = SignOff.objects.select_for_update().standing()
        before = found.filter(trust=signed.trust, measure=signed.measure, month=month).first()
        if before is not None:
            raise BadAnswer(f"{before.by_name} has signed this month already.", do="Take that signature back first.")
        values = {name: value for name, value in vars(signed).items() if name != "month"}
        kept = SignOff.objects.create(
            **values, month=month, note=_checked(note), at=timezone.now(), by=by, by_name=by.get_username()
        )
        record_change(
            by=by, what="sign", record=SIGN_OFF, record_key=signed.key, trust=signed.trust, before=None, after=_values(kept)
        )
    return kept


def take_back(*, trust: str, measure: str, month: date, by) -> SignOff:
    """The month's signature taken back, with its audit row; by anybody who may sign, since the figure is the trust's."""
    with transaction.atomic():
        standing = SignOff.objects.select_for_update().standing()
        found = standing.filter(trust=trust, measure=measure, month=month_end(month)).first()
        if found is None:
            raise BadAnswer("Nobody has signed this month.", do="Look at its page again.")
        before = _values(found)
        found.undone_at, found.undone_by_name = timezone.now(), by.get_username()
        found.save()
        key = f"{measure} {month_end(month):%Y-%m}"
        record_change(by=by, what="take back", record=SIGN_OFF, record_key=key, trust=trust, before=before, after=None)
    return found


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said of a record, and why."""

    state: str
    note: str = ""


def answer(*, trust: str, rule: str, records: Sequence[str], said: Said, by) -> int:
    """What is said of the chosen records that fail a rule, the same of all, one audit row a record; how many were changed."""
    if said.state not in STATES:
        raise BadAnswer("A record is fixed at source, or accepted as right.", do="Choose one of the two.")
    if not records:
        raise BadAnswer("No record was chosen.", do="Tick the rows first.")
    kept, batch = Said(state=said.state, note=_checked(said.note)), uuid.uuid4()
    with transaction.atomic():
        found = RecordAnswer.objects.select_for_update().filter(trust=trust, rule=rule, record__in=records)
        known = {one.record: one for one in found}
        rows = [known.get(record) or RecordAnswer(trust=trust, rule=rule, record=record) for record in dict.fromkeys(records)]
        return sum(_answer(row, kept, by, batch) for row in rows)


def undo_answers(*, by) -> int:
    """The person's own last answers taken back together: each record has again what it had before; how many they were."""
    last = _last(by)
    if last is None:
        raise BadAnswer("There is nothing of yours to take back.", do="Answers of others are theirs to take back.")
    with transaction.atomic():
        changes = list(Change.objects.filter(batch=last.batch, record=ANSWER))
        batch = uuid.uuid4()
        for change in changes:
            _restore(change, by, batch)
    return len(changes)


def last_trusts(*, by) -> set[str]:
    """The trusts of what the person would take back."""
    last = _last(by)
    return {last.trust} if last else set()


def _last(by) -> Change | None:
    undone = Change.objects.filter(by=by, record=ANSWER, undoes__isnull=False).values("undoes")
    return Change.objects.filter(by=by, record=ANSWER, undoes__isnull=True).exclude(batch__in=undone).first()


def _answer(kept: RecordAnswer, said: Said, by, batch: uuid.UUID) -> bool:
    before = _said(kept) if kept.pk else None
    if before is not None and (kept.state, kept.note) == (said.state, said.note):
        return False
    kept.state, kept.note, kept.at, kept.by, kept.by_name = said.state, said.note, timezone.now(), by, by.get_username()
    kept.save()
    _record(kept, by, before=before, after=_said(kept), batch=batch)
    return True


def _restore(change: Change, by, batch: uuid.UUID) -> None:
    rule, _, record = change.after["key"].partition(" ")
    found = RecordAnswer.objects.select_for_update().filter(trust=change.trust, rule=rule, record=record).first()
    if found is None or _said(found) != change.after:
        raise BadAnswer("Somebody has answered one of these records since.", do="Look at the list again; nothing was taken back.")
    before = _said(found)
    if change.before is None:
        found.delete()
    else:
        found.state, found.note, found.by_name = change.before["state"], change.before["note"], change.before["by"]
        found.at, found.by = timezone.now(), None
        found.save()
    _record(found, by, before=before, after=change.before, batch=batch, undoes=change.batch)


def _record(kept: RecordAnswer, by, *, before, after, batch: uuid.UUID, undoes: uuid.UUID | None = None) -> None:
    record_change(
        by=by,
        what="take back" if undoes else "answer",
        record=ANSWER,
        record_key=f"{kept.rule} {kept.record}"[:KEY_LENGTH],
        trust=kept.trust,
        before=before,
        after=after,
        batch=batch,
        undoes=undoes,
    )


def _said(kept: RecordAnswer) -> dict[str, str]:
    return {"key": f"{kept.rule} {kept.record}", "state": kept.state, "note": kept.note, "by": kept.by_name}


def _values(kept: SignOff) -> dict[str, Any]:
    names = ("numerator", "denominator", "value", "note", "snapshot_id", "by_name")
    return {name: getattr(kept, name) for name in names} | {"month": kept.month.isoformat()}


def _checked(note: str) -> str:
    note = " ".join(note.split())
    if len(note) > NOTE_LENGTH:
        raise BadAnswer(f"A note has at most {NOTE_LENGTH} characters.", do="Make it shorter.")
    return note
