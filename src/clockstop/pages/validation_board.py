"""What stands on the validation desk for one person: their hour, the ranked rows, and the row before them with its evidence."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest
from django.utils import timezone

from clockstop.accounts.roles import VALIDATE
from clockstop.accounts.scopes import may
from clockstop.answers import validation_desk, validation_effect
from clockstop.answers.desk import Desk
from clockstop.answers.validation_desk import ClockKey, DeskList, DeskRow
from clockstop.answers.validation_evidence import Evidence, evidence
from clockstop.answers.validation_filters import DeskFilters
from clockstop.insight.validation_gain import HourWorth
from clockstop.registers.validation import claims, reading
from clockstop.registers.validation.actions import HOUR_MINUTES, ROWS_AN_HOUR, hour_under_way
from clockstop.registers.validation.models import ValidationHour, ValidationOutcome

ROWS_SHOWN = 13
# How many rows another person may take between our look at the list and our claim.
TRIES = 8


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How the hour stands. `hour` is None before one is begun; `is_over` when the last one has run its time."""

    hour: ValidationHour | None
    target: int
    checked: int
    corrected: int
    minutes: int
    is_over: bool = False

    @property
    def minutes_left(self) -> int:
        """Minutes of the hour that are left."""
        return max(HOUR_MINUTES - self.minutes, 0)

    @property
    def rows_left(self) -> int:
        """Rows of the hour that are left; the whole target before one is begun."""
        return max(self.target - self.checked, 0)


@dataclass(frozen=True, kw_only=True)
class Board:
    """The desk. `holder` is who has the chosen row before them already, `taken` the rows that others have, by clock."""

    filters: DeskFilters
    progress: Progress
    listed: DeskList
    rows: tuple[DeskRow, ...]
    skipped: frozenset[ClockKey]
    taken: dict[ClockKey, str]
    row: DeskRow | None
    found: Evidence | None
    holder: str
    may_validate: bool
    last: ValidationOutcome | None
    before: ValidationOutcome | None
    worth: HourWorth


def board(request: HttpRequest, opened: Desk, filters: DeskFilters, chosen: ClockKey | None) -> Board:
    """The desk as it stands now. Whoever may validate claims the row that is put before them."""
    now, user, scope = timezone.now(), request.user, request.scope
    outcomes = reading.outcomes_for(scope)
    listed = validation_desk.worklist(scope, opened, outcomes, filters, now=now)
    progress = progress_of(user, filters.trust, now)
    taken = claims.claimed(by=user, trusts=[filters.trust])
    skipped = _skipped(progress.hour)
    rows = _in_turn(listed, skipped)
    may_validate = may(user, VALIDATE, filters.trust)
    if chosen:
        row = validation_desk.open_clock(scope, opened, outcomes, chosen, now=now)
        holder = claims.claim(by=user, key=chosen) if row and may_validate else taken.get(chosen, "")
    else:
        row, holder = _next(rows, skipped, taken, user if may_validate else None), ""
    following = [one.key[:2] for one in rows]
    return Board(
        filters=filters,
        progress=progress,
        listed=listed,
        rows=tuple(rows[:ROWS_SHOWN]),
        skipped=skipped,
        taken=taken,
        row=row,
        found=evidence(scope, opened, row.key[:2], row.start_date, following=following) if row else None,
        holder=holder,
        may_validate=may_validate,
        last=_last(user, filters.trust),
        before=ValidationOutcome.objects.within(scope).filter(pk=row.last_outcome).first() if row and row.last_outcome else None,
        worth=validation_effect.worth_of_hour(scope, opened, listed, filters.trust, progress.rows_left),
    )


def progress_of(user, trust: str, now: datetime) -> Progress:
    """The person's hour in the trust that is under way, or the one that has just run out."""
    hour = hour_under_way(user, trust)
    is_over = False
    if hour is None:
        hour = ValidationHour.objects.filter(by=user, trust=trust, ended_at__isnull=True).first()
        is_over = hour is not None
    if hour is None:
        return Progress(hour=None, target=ROWS_AN_HOUR, checked=0, corrected=0, minutes=0)
    given = list(hour.outcomes.standing())
    return Progress(
        hour=hour,
        target=hour.target,
        checked=len(given),
        corrected=sum(one.is_change for one in given),
        minutes=int((now - hour.started_at).total_seconds() // 60),
        is_over=is_over,
    )


def _skipped(hour: ValidationHour | None) -> frozenset[ClockKey]:
    return frozenset((trust, pathway, date.fromisoformat(start)) for trust, pathway, start in hour.skipped) if hour else frozenset()


def _in_turn(listed: DeskList, skipped: frozenset[ClockKey]) -> list[DeskRow]:
    """The next rows, most gain first; those put aside in this hour come after all others."""
    rows = listed.taken(ROWS_SHOWN + TRIES + len(skipped))
    return [row for row in rows if row.key not in skipped] + [row for row in rows if row.key in skipped]


def _next(rows: list[DeskRow], skipped: frozenset[ClockKey], taken: dict[ClockKey, str], user) -> DeskRow | None:
    """The first row that nobody else has before them, claimed for the person where they may validate."""
    free = [row for row in rows if row.key not in taken]
    for row in sorted(free, key=lambda row: row.key in skipped):
        if user is None or not claims.claim(by=user, key=row.key):
            return row
    return None


def _last(user, trust: str) -> ValidationOutcome | None:
    """The outcome that Z would take back."""
    own = ValidationOutcome.objects.standing().filter(by=user, trust=trust, source="desk", is_made_up=False)
    return own.order_by("-at", "-id").first()
