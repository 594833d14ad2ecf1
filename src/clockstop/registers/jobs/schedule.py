"""When the data are to be refreshed by themselves, as `[schedule]` of settings.toml says; and what is due."""

import uuid
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError

from clockstop.errors import UnreadableFile
from clockstop.registers.jobs import actions
from clockstop.registers.jobs.models import Job
from clockstop.store.home import Home
from clockstop.store.settings import schedule as schedule_of

REFRESH = "refresh"
TITLE = "Refresh of the data"
LONDON = ZoneInfo("Europe/London")


def times(home: Home) -> list[time]:
    """The times of day, London's, at which a refresh begins; none where nothing is set."""
    try:
        return sorted({time.fromisoformat(one) for one in schedule_of(home)})
    except (ValueError, TypeError):
        raise UnreadableFile(
            "A time of the schedule cannot be read.",
            where=f"[schedule] in {home.settings_file}",
            do='Give times of day in quotes, such as refresh = ["05:30", "12:30"].',
        ) from None


def last_due(at: list[time], now: datetime) -> datetime | None:
    """The newest instant at or before `now` at which a refresh was due; None without a schedule."""
    here = now.astimezone(LONDON)
    found = [_on(day, one) for day in (here.date(), here.date() - timedelta(days=1)) for one in at]
    return max((one for one in found if one <= now), default=None)


def next_due(at: list[time], now: datetime) -> datetime | None:
    """The next instant at which a refresh is due."""
    here = now.astimezone(LONDON)
    found = [_on(day, one) for day in (here.date(), here.date() + timedelta(days=1)) for one in at]
    return min((one for one in found if one > now), default=None)


def ask_for_what_is_due(home: Home, now: datetime) -> Job | None:
    """The refresh that is due and was not asked for yet, now in the queue; None where none is.

    After a time in which nothing ran there is one refresh, however many were missed.
    """
    due = last_due(times(home), now)
    if due is None or Job.objects.filter(kind=REFRESH, asked_at__gte=due).exists():
        return None
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"{REFRESH} {due.isoformat()}").hex  # one for that instant, whichever worker asks first
    try:
        return actions.ask(kind=REFRESH, title=TITLE, asked={"due": due.isoformat()}, by=None, key=key)
    except IntegrityError:
        return None


def _on(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON)
