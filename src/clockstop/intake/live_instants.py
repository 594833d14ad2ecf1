"""At which instant the extracts of a trust show its state: what live facts take for now.

Instants are London's local time, to the second. An extract says when it was taken (`clockstop load --as-at`), else it shows the
state of the instant at which it was loaded.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from clockstop.contracts import contracts
from clockstop.errors import UserError
from clockstop.intake.ledger import Receipt

ZONE = ZoneInfo("Europe/London")


def local_now() -> datetime:
    """The instant that it is, by the clocks of London."""
    return local(datetime.now(UTC))


def local(instant: datetime) -> datetime:
    """An instant of any zone by the clocks of London, without a zone; one without a zone is taken as it is."""
    found = instant if instant.tzinfo is None else instant.astimezone(ZONE).replace(tzinfo=None)
    return found.replace(microsecond=0)


def end_of(day: date) -> datetime:
    """The last second of a day."""
    return datetime.combine(day, time(23, 59, 59))


def dated_by_instants() -> set[str]:
    """The datasets that tell of the time of day: their extracts can say what holds now. Lists of wards and rounds cannot."""
    return {name for name, contract in contracts().items() if contract.column(contract.window).type == "instant"}


def shown_at(receipts: Iterable[Receipt], datasets: Iterable[str]) -> datetime | None:
    """The latest instant at which an extract of these datasets shows the state; None where none says one.

    Of datasets that do not tell of the time of day nothing is asked.
    """
    wanted = dated_by_instants() & set(datasets)
    return max((datetime.fromisoformat(one.as_at) for one in receipts if one.as_at and one.dataset in wanted), default=None)


def as_at_of(said: datetime | None, *, today: date | None) -> datetime:
    """The instant at which an extract shows the state, as somebody says it; else now, or the end of `today` where that is said.

    It may not lie ahead: of the clock, or of the day that is said to be today (a play, a delivery of before).
    """
    latest = local_now() if today is None else end_of(today)
    if said is None:
        return latest
    found = local(said)
    if found > latest:
        raise UserError(
            f"An extract cannot show the state as at {found:%Y-%m-%d %H:%M}: it is {latest:%Y-%m-%d %H:%M} now.",
            where="--as-at",
            do="Give the instant at which the extract was taken, in London's local time: --as-at 2026-11-16T14:58.",
        )
    return found
