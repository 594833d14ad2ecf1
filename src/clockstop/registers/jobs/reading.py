"""Jobs as others read them."""

from datetime import datetime

from django.utils import timezone

from clockstop.errors import UnknownName
from clockstop.registers.jobs.models import UNDER_WAY, WAITING, Job


def job(key: str) -> Job:
    """A job by its key; `UnknownName` where it is gone."""
    found = Job.objects.filter(key=key).first()
    if found is None:
        raise UnknownName("That job is not known any more.", do="Look at the list of jobs.")
    return found


def is_under_way(key: str) -> bool:
    """Whether the job waits or runs."""
    return Job.objects.filter(key=key, state__in=UNDER_WAY).exists()


def of_person(user, kinds: tuple[str, ...] = ()) -> list[Job]:
    """The newest jobs that the person asked for, and all of `kinds`."""
    from django.db.models import Q

    return list(Job.objects.filter(Q(owner=user) | Q(kind__in=kinds))[:50])


def waiting() -> tuple[int, int, datetime | None]:
    """How many jobs wait, how many run, and since when the first waits."""
    under_way = list(Job.objects.filter(state__in=UNDER_WAY).values_list("state", "asked_at"))
    asked = [at for state, at in under_way if state == WAITING]
    return len(asked), len(under_way) - len(asked), min(asked, default=None)


def seconds_waiting() -> float:
    """How long the first job in the queue has waited; 0 where none waits."""
    since = waiting()[2]
    return (timezone.now() - since).total_seconds() if since else 0.0
