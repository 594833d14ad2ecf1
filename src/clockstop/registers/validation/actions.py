"""How an outcome is given and taken back, and how an hour at the desk goes. Views and commands call these and nothing else."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clockstop.accounts.roles import VALIDATE
from clockstop.accounts.scopes import may
from clockstop.errors import NotAllowed, UserError
from clockstop.registers.core.actions import record_change
from clockstop.registers.validation.models import (
    DESK,
    NOTE_LENGTH,
    PATHWAY_LENGTH,
    TrustOutcomes,
    ValidationHour,
    ValidationOutcome,
)
from clockstop.rules.validation_outcomes import Finding, faults

RECORD = "validation_outcome"
HOUR_MINUTES = 60
ROWS_AN_HOUR = 60
Key = tuple[str, str, date]


class WrongFinding(UserError):
    """The outcome lacks what it needs, or says what cannot be. `faults` has the sentence by field."""

    def __init__(self, found: dict[str, str], *, do: str) -> None:
        self.faults = found
        super().__init__("; ".join(found.values()) + ".", do=do)


class AnsweredMeanwhile(UserError):
    """Somebody else gave an outcome on this clock after it was shown."""


class NoOutcomeToUndo(UserError):
    """The person has no outcome left that can be taken back."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A clock as it was shown to the validator: what the outcome is about, and on what evidence it was given."""

    trust: str
    patient_pathway_identifier: str
    start_date: date
    period_number: int
    snapshot_id: str
    as_of_date: date
    days_waited: int
    evidence_signature: str
    flags: tuple[str, ...] = ()
    division: str = ""
    service: str = ""
    consultant: str = ""
    expected_chance: float | None = None
    last_outcome: int | None = None

    @property
    def key(self) -> Key:
        """The clock."""
        return (self.trust, self.patient_pathway_identifier, self.start_date)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the validator says of it."""

    code: str
    right_date: date | None = None
    other_pathway: str = ""
    note: str = ""


def require_validator(by, trust: str) -> None:
    """Raise `NotAllowed` unless the person may validate the trust's clocks."""
    if not may(by, VALIDATE, trust):
        raise NotAllowed(
            "You may not give outcomes on these clocks.",
            where=f"Trust {trust}.",
            do="Ask the person who manages accounts in the trust for the role of validation clerk.",
        )


def record_outcome(
    *,
    by,
    seen: Seen,
    said: Said,
    team: str = "",
    source: str = DESK,
    sample: str = "",
    seconds: int | None = None,
    hour: ValidationHour | None = None,
    at: datetime | None = None,
) -> ValidationOutcome:
    """The outcome, with its audit row in the same transaction. `at` is for a worksheet that is entered later than filled in.

    `AnsweredMeanwhile` where another outcome came since it was shown (`seen.last_outcome`), `WrongFinding` where something lacks.
    """
    require_validator(by, seen.trust)
    _must_be_whole(seen, said)
    with transaction.atomic():
        _next_number(seen.trust)
        _must_be_unanswered(seen, by)
        _must_keep_one(seen, said)
        outcome = ValidationOutcome.objects.create(
            **_of_seen(seen),
            code=said.code,
            right_date=said.right_date,
            other_pathway=said.other_pathway.strip(),
            note=said.note.strip(),
            seconds=seconds,
            source=source,
            sample=sample,
            team=team.strip() or (hour.team if hour else ""),
            hour=hour,
            at=at or timezone.now(),
            by=by,
            by_name=by.get_username(),
        )
        _audit(outcome, by=by, what="outcome", before=None, batch=outcome_batch(outcome))
    return outcome


def undo_last(*, by, trusts: Collection[str]) -> ValidationOutcome:
    """Take back the person's last outcome at the desk that stands, within the trusts in which they may still validate."""
    own = ValidationOutcome.objects.standing().filter(by=by, source=DESK, trust__in=sorted(trusts), is_made_up=False)
    last = own.order_by("-at", "-id").first()
    if last is None:
        raise NoOutcomeToUndo(
            "There is no outcome of yours to take back.", do="Open the clock itself: its history shows who said what."
        )
    return undo_outcome(by=by, outcome=last)


def undo_outcome(*, by, outcome: ValidationOutcome) -> ValidationOutcome:
    """Take back one outcome. The row stays, with who took it back and when."""
    require_validator(by, outcome.trust)
    with transaction.atomic():
        _next_number(outcome.trust)
        held = ValidationOutcome.objects.select_for_update().get(pk=outcome.pk)
        if held.undone_at is not None:
            raise NoOutcomeToUndo(f"{held.undone_by_name} has taken this outcome back already.", do="Give a new one if one is due.")
        before = held.values
        held.undone_at, held.undone_by, held.undone_by_name = timezone.now(), by, by.get_username()
        held.save(update_fields=["undone_at", "undone_by", "undone_by_name"])
        _audit(held, by=by, what="undo", before=before, undoes=outcome_batch(held))
    return held


def start_hour(
    *, by, trust: str, target: int = ROWS_AN_HOUR, team: str = "", filters: str = "", expected: tuple[int, int] | None = None
) -> ValidationHour:
    """A new hour of the person in the trust; the one that was under way ends."""
    require_validator(by, trust)
    low, high = expected or (None, None)
    with transaction.atomic():
        end_hour(by=by, trust=trust)
        return ValidationHour.objects.create(
            trust=trust, by=by, by_name=by.get_username(), team=team.strip(), target=max(1, min(target, 500)),
            filters=filters[:300], expected_low=low, expected_high=high, started_at=timezone.now(),
        )  # fmt: skip


def end_hour(*, by, trust: str) -> None:
    """End the person's hour in the trust, if one is under way."""
    ValidationHour.objects.filter(by=by, trust=trust, ended_at__isnull=True).update(ended_at=timezone.now())


def skip(*, hour: ValidationHour, key: Key) -> None:
    """Put a clock aside for the rest of the hour: it goes to the end of the list."""
    text = [key[0], key[1], str(key[2])]
    with transaction.atomic():
        held = ValidationHour.objects.select_for_update().get(pk=hour.pk)
        if text not in held.skipped:
            held.skipped = [*held.skipped, text]
            held.save(update_fields=["skipped"])


@transaction.atomic
def add_made_up(outcomes: Sequence[ValidationOutcome], *, by) -> int:
    """Keep made-up outcomes of a demonstration, each labelled so; none where there are some already. One audit row a trust."""
    trusts = sorted({one.trust for one in outcomes})
    if not outcomes or ValidationOutcome.objects.filter(is_made_up=True, trust__in=trusts).exists():
        return 0
    assert all(one.is_made_up for one in outcomes), "made-up outcomes say that they are"
    ValidationOutcome.objects.bulk_create(outcomes, batch_size=500)
    for trust in trusts:
        _next_number(trust)
        number = sum(one.trust == trust for one in outcomes)
        record_change(by=by, what="made up", record=RECORD, record_key="", trust=trust, before=None, after={"outcomes": number})
    return len(outcomes)


def hour_under_way(by, trust: str) -> ValidationHour | None:
    """The person's hour in the trust that has neither ended nor run out."""
    since = timezone.now() - timedelta(minutes=HOUR_MINUTES)
    return ValidationHour.objects.filter(by=by, trust=trust, ended_at__isnull=True, started_at__gt=since).first()


def outcome_batch(outcome: ValidationOutcome) -> uuid.UUID:
    """The batch of an outcome's audit row, by which the row that takes it back names it."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{RECORD}:{outcome.pk}")


def _must_be_whole(seen: Seen, said: Said) -> None:
    """Raise `WrongFinding` where something is missing or cannot be."""
    finding = Finding(
        code=said.code,
        pathway=seen.patient_pathway_identifier,
        start_date=seen.start_date,
        right_date=said.right_date,
        other_pathway=said.other_pathway,
    )
    found = faults(finding, today=timezone.localdate())
    if len(said.note.strip()) > NOTE_LENGTH:
        found["note"] = f"A note holds {NOTE_LENGTH} characters at most"
    if len(said.other_pathway.strip()) > PATHWAY_LENGTH:
        found["other_pathway"] = f"A pathway has {PATHWAY_LENGTH} characters at most"
    if found:
        raise WrongFinding(found, do="Put it right and give the outcome again.")


def _must_keep_one(seen: Seen, said: Said) -> None:
    """Raise `WrongFinding` where the pathway that is to stay was itself closed as the duplicate of this one: both would go."""
    if said.code != "duplicate":
        return
    others = ValidationOutcome.objects.standing().filter(trust=seen.trust, patient_pathway_identifier=said.other_pathway.strip())
    last = others.first()
    if last and last.code == "duplicate" and last.other_pathway == seen.patient_pathway_identifier:
        says = f"{last.by_name} has found that pathway to be the duplicate of this one: one must stay"
        raise WrongFinding({"other_pathway": says}, do="Take that outcome back, or give this one another outcome.")


def _of_seen(seen: Seen) -> dict:
    values = {name: getattr(seen, name) for name in Seen.__dataclass_fields__ if name != "last_outcome"}
    return values | {"flags": list(seen.flags)}


def _must_be_unanswered(seen: Seen, by) -> None:
    trust, pathway, start = seen.key
    last = ValidationOutcome.objects.standing().filter(trust=trust, patient_pathway_identifier=pathway, start_date=start).first()
    if last is None or last.pk == seen.last_outcome:
        return
    who = "You have" if last.by_id == by.pk else f"{last.by_name} has"
    raise AnsweredMeanwhile(
        f"{who} given an outcome on pathway {pathway} since it was shown: {last.get_code_display()}.",
        do="Go on with the next row, or open this one again to give another outcome.",
    )


def _next_number(trust: str) -> None:
    """Raise the trust's number; its row stays locked until the transaction ends, so a trust's outcomes come one after another."""
    TrustOutcomes.objects.get_or_create(trust=trust)
    TrustOutcomes.objects.filter(trust=trust).update(number=F("number") + 1)


def _audit(outcome: ValidationOutcome, *, by, what: str, before: dict | None, **batches) -> None:
    record_change(
        by=by, what=what, record=RECORD, record_key=outcome.patient_pathway_identifier, trust=outcome.trust, before=before,
        after=outcome.values, **batches,
    )  # fmt: skip
