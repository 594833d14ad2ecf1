"""How narratives, owners, recalculations and alerts are written. Views call these and nothing else."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from clockstop.dates import month_end
from clockstop.registers.core.actions import record_change
from clockstop.registers.core.locking import EditedMeanwhile, check_version, edited_meanwhile, one_at_a_time
from clockstop.registers.core.place import Place
from clockstop.registers.core.placed import NAME_LENGTH, REASON_LENGTH
from clockstop.registers.core.writing import NotKept, checked, place_of, sign, signed
from clockstop.registers.performance.models import (
    ACCEPTED,
    DECISIONS,
    DISMISSED,
    SEEN,
    TEXT_LENGTH,
    AlertMark,
    MeasureOwner,
    Narrative,
    NarrativeVersion,
    Recalculation,
)

NARRATIVE, OWNER, RECALCULATION, ALERT = "narrative", "measure_owner", "recalculation", "alert"
# The longest key that the audit keeps.
KEY_LENGTH = 120


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The figure that a writer saw, and in which snapshot."""

    snapshot_id: str
    numerator: float | None
    denominator: float | None
    value: float | None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What is said of a month; `revised_because` is needed where the version before went out in a pack."""

    text: str
    recovery_date: date | None = None
    revised_because: str = ""


def write_narrative(
    *, place: Place, measure: str, month: date, said: Said, figure: Figure, by, version: int, is_made_up: bool = False
) -> NarrativeVersion:
    """The new version of a month's narrative, with its audit row; the earlier ones are kept.

    `version` is the number that the writer saw (0: there was none). The same words again are no new version.
    """
    text = checked(said.text, TEXT_LENGTH, "narrative", keeps_lines=True)
    with transaction.atomic():
        narrative, before = _narrative(place, measure, month_end(month), version)
        if before is not None and (before.text, before.recovery_date) == (text, said.recovery_date):
            return before
        because = checked(said.revised_because, REASON_LENGTH, "reason", may_be_empty=not (before and before.locked_in))
        if before is not None:
            narrative.version = before.number + 1
            narrative.save()
        kept = NarrativeVersion.objects.create(
            narrative=narrative, number=narrative.version, text=text, recovery_date=said.recovery_date,
            revised_because=because, **vars(figure), is_made_up=is_made_up, **signed(by),
        )  # fmt: skip
        what = "write" if before is None else "rewrite"
        _record(place, _Change(by, what, NARRATIVE, _month_key(narrative)), before, kept)
    return kept


def lock_narratives(
    *, place: Place, month: date, pack: str, by, measures: Collection[str] | None = None
) -> tuple[NarrativeVersion, ...]:
    """The version that stands of each narrative of the month at the place and in it, locked by this pack unless one had it before.

    A locked version stays as it went out: what is written later is a new one, and says why.
    """
    pack = checked(pack, NAME_LENGTH, "pack's name")
    with transaction.atomic():
        found = Narrative.objects.select_for_update().inside(place).filter(month=month_end(month))
        if measures is not None:
            found = found.filter(measure__in=measures)
        batch = uuid.uuid4()
        return tuple(_locked(one, pack, by, batch) for one in found.order_by("division", "service", "site", "measure"))


def name_owner(*, place: Place, measure: str, owner: str, contact: str, by, version: int, is_made_up: bool = False) -> None:
    """Who answers for a measure at a place (all its measures where `measure` is empty), with its audit row; no name: nobody.

    `version` is the one that the writer saw (0: nobody was named).
    """
    owner = checked(owner, NAME_LENGTH, "owner", may_be_empty=True)
    contact = checked(contact, NAME_LENGTH, "contact", may_be_empty=True)
    with transaction.atomic(), one_at_a_time("the owner"):
        kept = MeasureOwner.objects.select_for_update().of(place).filter(measure=measure).first()
        check_version(kept, version, "the owner")
        before = kept and _values(kept)
        if (kept.owner, kept.contact) == (owner, contact) if kept else not owner:
            return
        if not owner:
            kept.delete()
        else:
            kept = kept or MeasureOwner(**vars(place), measure=measure, version=0)
            kept.owner, kept.contact, kept.version, kept.is_made_up = owner, contact, kept.version + 1, is_made_up
            sign(kept, by)
        what = "name" if before is None else "rename" if owner else "remove"
        _record(place, _Change(by, what, OWNER, f"{measure or 'every measure'} {place.key}"), before, kept if owner else None)


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """New limits that are proposed: of which chart, from which period's end, and what of the chart speaks for them."""

    place: Place
    measure: str
    period_kind: str
    from_date: date
    because: str
    snapshot_id: str

    @property
    def key(self) -> str:
        """What the audit calls it."""
        return f"{self.measure} {self.from_date:%Y-%m-%d} {self.place.key}"


def decide_recalculation(
    *, proposed: Proposed, decision: str, cause: str, by, is_definition_change: bool = False, is_made_up: bool = False
) -> Recalculation:
    """New limits accepted with the change that is known, or refused with the reason; with its audit row.

    Refused where somebody has decided already: that decision is taken back first.
    """
    if decision not in DECISIONS:
        raise NotKept("New limits are accepted or refused.", do="Choose one of the two.")
    cause = checked(cause, REASON_LENGTH, "known cause" if decision == ACCEPTED else "reason")
    with transaction.atomic(), one_at_a_time("the decision"):
        standing = _standing(proposed.place, proposed.measure, proposed.period_kind)
        before = standing.filter(from_date=proposed.from_date).first()
        if before is not None:
            raise EditedMeanwhile(
                f"{before.by_name} has {before.decision} this recalculation already.", do="Take that decision back first."
            )
        kept = Recalculation(
            **vars(proposed.place), measure=proposed.measure, period_kind=proposed.period_kind, from_date=proposed.from_date,
            proposed_because=proposed.because[:REASON_LENGTH], decision=decision, cause=cause,
            is_definition_change=is_definition_change, snapshot_id=proposed.snapshot_id, is_made_up=is_made_up,
        )  # fmt: skip
        sign(kept, by)
        _record(proposed.place, _Change(by, decision, RECALCULATION, proposed.key), None, kept)
    return kept


def take_back_recalculation(*, pk: int, trust: str, by, because: str) -> Recalculation:
    """A decision taken back, with the reason and its audit row: the proposal is open again, the decision stays in the history."""
    because = checked(because, REASON_LENGTH, "reason")
    with transaction.atomic():
        found = Recalculation.objects.select_for_update().filter(pk=pk, trust=trust, undone_at__isnull=True).first()
        if found is None:
            raise EditedMeanwhile("That decision does not stand any more.", do="Look at the page again.")
        before = _values(found)
        found.undone_at, found.undone_by_name, found.undone_because = timezone.now(), by.get_username(), because
        found.save()
        place = place_of(found)
        _record(place, _Change(by, "take back", RECALCULATION, f"{found.measure} {found.from_date} {place.key}"), before, None)
    return found


@dataclass(frozen=True, kw_only=True, order=True)
class AlertKey:
    """By what an alert is known: what turned, where, how, and in the period that ended when."""

    place: Place
    measure: str
    kind: str
    period_end: date

    @property
    def values(self) -> dict[str, Any]:
        """Its columns."""
        return vars(self.place) | {"measure": self.measure, "kind": self.kind, "period_end": self.period_end}


def see_alerts(*, keys: Iterable[AlertKey], by) -> int:
    """Mark alerts as seen by this person, one audit row each; how many were not before."""
    batch = uuid.uuid4()
    return sum(_mark(key, by, SEEN, "", batch) for key in keys)


def dismiss_alert(*, key: AlertKey, by, note: str) -> None:
    """Dismiss an alert for everybody, with the reason and its audit row."""
    note = checked(note, REASON_LENGTH, "reason")
    with transaction.atomic():
        before = AlertMark.objects.select_for_update().filter(**key.values, state=DISMISSED).first()
        if before is not None:
            raise EditedMeanwhile(f"{before.by_name} has dismissed this alert already.", do="Look at the alerts again.")
        _mark(key, by, DISMISSED, note, uuid.uuid4())


def _narrative(place: Place, measure: str, month: date, version: int) -> tuple[Narrative, NarrativeVersion | None]:
    """The narrative, locked against other writers, and the version that stands; the narrative is new where there was none."""
    every = Narrative.objects.select_for_update().of(place).filter(measure=measure, month=month)
    narrative = every.first()
    standing = narrative and narrative.versions.first()
    if version != (standing.number if standing else 0):
        raise edited_meanwhile(standing.by_name if standing else "Somebody", "this narrative", standing and standing.at)
    if narrative is None:
        with one_at_a_time("this narrative"), transaction.atomic():
            narrative = Narrative.objects.create(**vars(place), measure=measure, month=month)
    return narrative, standing


def _locked(narrative: Narrative, pack: str, by, batch: uuid.UUID) -> NarrativeVersion:
    version = narrative.versions.first()
    if not version.locked_in:
        before = _values(version)
        version.locked_in, version.locked_at = pack, timezone.now()
        version.save()
        _record(place_of(narrative), _Change(by, "lock", NARRATIVE, _month_key(narrative), batch), before, version)
    return version


def _standing(place: Place, measure: str, period_kind: str):
    every = Recalculation.objects.select_for_update().of(place)
    return every.filter(measure=measure, period_kind=period_kind, undone_at__isnull=True)


def _mark(key: AlertKey, by, state: str, note: str, batch: uuid.UUID) -> bool:
    """Mark one alert; false where this person had marked it so before."""
    with transaction.atomic():
        kept, is_new = AlertMark.objects.get_or_create(
            **key.values, state=state, by_name=by.get_username(), defaults={"note": note, "at": timezone.now(), "by": by}
        )
        if is_new:
            name = f"{key.measure} {key.kind} {key.period_end} {key.place.key}"
            _record(key.place, _Change(by, state, ALERT, name, batch), None, kept)
    return is_new


def _month_key(narrative: Narrative) -> str:
    return f"{narrative.measure} {narrative.month:%Y-%m} {place_of(narrative).key}"


@dataclass(frozen=True)
class _Change:
    """Who does what to which record."""

    by: Any
    what: str
    record: str
    key: str
    batch: uuid.UUID | None = None


def _record(place: Place, change: _Change, before, after) -> None:
    record_change(
        by=change.by, what=change.what, record=change.record, record_key=change.key[:KEY_LENGTH], trust=place.trust,
        before=_values(before), after=_values(after), batch=change.batch,
    )  # fmt: skip


_LEFT_OUT = ("id", "by", "narrative", "at", "locked_at", "undone_at")


def _values(kept: models.Model | dict | None) -> dict[str, Any] | None:
    """A record as the audit keeps it: what was written, and by whom."""
    if kept is None or isinstance(kept, dict):
        return kept
    found = {field.name: getattr(kept, field.name) for field in kept._meta.fields if field.name not in _LEFT_OUT}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in found.items()}
