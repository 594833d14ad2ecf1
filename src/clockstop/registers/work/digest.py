"""Reminders by e-mail: what of a person's work is late or due within three days. No mail says anything of a patient."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.mail import EmailMessage

from clockstop.accounts.models import User
from clockstop.accounts.scopes import scope_of
from clockstop.answers.desk import Desk
from clockstop.registers.actions import reading
from clockstop.registers.work import items
from clockstop.registers.work.items import WorkItem

# Numbers so long could be a hospital or NHS number that somebody wrote into an action.
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){5,}")
LEFT_OUT = "(number left out)"


@dataclass(frozen=True, kw_only=True)
class Digest:
    """What one person is reminded of."""

    username: str
    address: str
    late: tuple[WorkItem, ...]
    soon: tuple[WorkItem, ...]

    @property
    def subject(self) -> str:
        """The mail's subject: how many, and nothing of what."""
        return f"Clockstop: {len(self.late)} late, {len(self.soon)} due within {items.DUE_SOON_DAYS} days"

    def text(self, today: date, site: str) -> str:
        """The mail: actions by their words, long numbers left out of them; what is about patients only by how many there are."""
        parts = [*_part("Late", self.late, today), *_part(f"Due within {items.DUE_SOON_DAYS} days", self.soon, today)]
        where = f"{site.rstrip('/')}/my-work" if site else "My work, in Clockstop."
        return "\n".join([*parts, f"Look at them: {where}", ""])


def digests(desk: Desk, *, today: date, month: date) -> list[Digest]:
    """The digest of each person who has something late or due soon; of who has no address too, for printing."""
    found = []
    for user in User.objects.filter(is_active=True).order_by("username"):
        scope = scope_of(user, desk.home)
        if not scope.trusts:
            continue
        work = items.work_of(scope, desk, reading.names_of(user), month=month)
        late = tuple(one for one in work if one.days_late(today))
        soon = tuple(one for one in work if one.is_soon(today))
        if late or soon:
            found.append(Digest(username=user.get_username(), address=user.email, late=late, soon=soon))
    return found


def send(found: Sequence[Digest], *, today: date, site: str) -> int:
    """How many mails were sent: one to each person who has an address."""
    sent = 0
    for one in found:
        if one.address:
            sent += EmailMessage(one.subject, one.text(today, site), to=[one.address]).send()
    return sent


def _part(title: str, work: Sequence[WorkItem], today: date) -> list[str]:
    if not work:
        return []
    plain = [one for one in work if not one.pathway]
    about = len(work) - len(plain)
    lines = [f"{title}: {len(work)}"]
    lines += [f"- {_LONG_NUMBER.sub(LEFT_OUT, one.what)} ({_when(one, today)})" for one in plain]
    lines += [f"- {about} about patients, which no e-mail names"] if about else []
    return [*lines, ""]


def _when(one: WorkItem, today: date) -> str:
    late = one.days_late(today)
    said = f", {late} day{'s' if late != 1 else ''} late" if late else ""
    return f"{one.trust}, due {one.due:%d/%m/%Y}{said}"
