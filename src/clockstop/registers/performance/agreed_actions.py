"""How the actions of a review are written: agreed, moved to another day, brought to an end."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from clockstop.registers.core.actions import record_change
from clockstop.registers.performance.actions import (
    KEY_LENGTH,
    BadReview,
    check_version,
    checked,
    place_of,
    sign,
    signed,
)
from clockstop.registers.performance.models import ENDED, NAME_LENGTH, REASON_LENGTH, STATUSES, AgreedAction, MovedDue
from clockstop.registers.performance.place import Place

ACTION = "action"


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """What is agreed: what is done, by whom, until when (that day included)."""

    text: str
    owner: str
    due: date


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an action stands: what is given here is changed, what is None stays. A moved date says why; an end has its evidence."""

    text: str | None = None
    owner: str | None = None
    due: date | None = None
    due_because: str = ""
    status: str | None = None
    evidence: str | None = None


def add_action(*, place: Place, measure: str, agreed: Agreed, by, agreed_on: date, is_made_up: bool = False) -> AgreedAction:
    """A new action, with its audit row; `measure` is what it is to move, empty for none in particular."""
    if agreed.due < agreed_on:
        raise BadReview("The action would be late when it is agreed.", do="Choose a day from today on.")
    with transaction.atomic():
        kept = AgreedAction(
            **vars(place), measure=measure, text=checked(agreed.text, REASON_LENGTH, "action"),
            owner=checked(agreed.owner, NAME_LENGTH, "owner"), due=agreed.due, original_due=agreed.due, agreed_on=agreed_on,
            is_made_up=is_made_up,
        )  # fmt: skip
        sign(kept, by)
        _record(kept, by, "agree", None)
    return kept


def change_action(*, pk: int, trust: str, to: Standing, by, today: date, version: int) -> AgreedAction:
    """The action as changed, with its audit row; the due date first agreed stays beside it, and each move of it is kept.

    `version` is the one that the writer saw. Nothing is written where nothing changes.
    """
    with transaction.atomic():
        kept = AgreedAction.objects.select_for_update().filter(pk=pk, trust=trust).first()
        if kept is None:
            raise BadReview("There is no such action.", do="Look at the review again.")
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
            author = {name: value for name, value in signed(by).items() if name != "by"}
            MovedDue.objects.create(action=kept, was=moved, due=kept.due, because=" ".join(to.due_because.split()), **author)
        _record(kept, by, "change", before)
    return kept


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
        raise BadReview("The action would be due before it was agreed.", do="Choose a later day.")
    checked(to.due_because, REASON_LENGTH, "reason why the date moves")
    was, kept.due = kept.due, to.due
    return was


def _change_status(kept: AgreedAction, to: Standing, today: date) -> None:
    """An action ends today; one that is taken up again has no end."""
    if to.status is not None and to.status not in STATUSES:
        raise BadReview("There is no such status.", do=f"Choose one of: {', '.join(STATUSES.values())}.")
    status = to.status or kept.status
    if status in ENDED:
        checked(kept.evidence, REASON_LENGTH, "evidence (what shows that it is done, or why it was stopped)")
        kept.ended_on = kept.ended_on or today
    else:
        kept.ended_on = None
    kept.status = status


def _values(kept: AgreedAction) -> dict[str, str]:
    """The action as the audit keeps it."""
    days = {name: getattr(kept, name).isoformat() for name in ("due", "original_due")}
    words = {name: getattr(kept, name) for name in ("measure", "text", "owner", "status", "evidence")}
    return words | days | {"ended_on": kept.ended_on.isoformat() if kept.ended_on else ""}


def _record(kept: AgreedAction, by, what: str, before: dict | None) -> None:
    key = f"{kept.pk} {place_of(kept).key}"[:KEY_LENGTH]
    record_change(by=by, what=what, record=ACTION, record_key=key, trust=kept.trust, before=before, after=_values(kept))
