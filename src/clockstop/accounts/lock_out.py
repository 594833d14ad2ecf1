"""Who has tried too often waits: django-axes, counted in the database, so that every worker counts the same.

Wrong passwords, wrong codes of a second factor and wrong recovery codes count together. What is said to a person who is locked out
is the same whether the account exists or not, and looks at no password.
"""

from collections.abc import Sequence
from datetime import timedelta

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.contrib.auth.signals import user_login_failed
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from clockstop.accounts.models import User

LASTS = timedelta(minutes=15)
# How many failures within `LASTS` lock whom out. A trust's staff share one address behind its firewall, so an address alone bears
# many; a name alone is locked late, since anybody could lock a colleague out by it.
LIMITS: dict[tuple[str, ...], int] = {("username", "ip_address"): 5, ("username",): 20, ("ip_address",): 100}
LOCKED_OUT = (
    f"There were too many wrong tries. Wait {int(LASTS.total_seconds() // 60)} minutes and try again, or ask whoever looks after "
    "the accounts of your trust to unlock yours."
)


class LockOut(AxesDatabaseHandler):
    """Counts by name and address together, by name, and by address, each with a limit of its own."""

    def get_failures(self, request: HttpRequest, credentials: dict | None = None) -> int:
        """How many of the limits are reached; django-axes locks from one on."""
        found = zip(self.get_user_attempts(request, credentials), LIMITS.values(), strict=True)
        return sum((attempts.aggregate(all=Sum("failures_since_start"))["all"] or 0) >= limit for attempts, limit in found)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict | None = None) -> int:
        """Forget the failures of this person at this address: a sign-in clears neither an address nor tries from elsewhere."""
        return self.filter_user_attempts(request, credentials)[0].delete()[0]


def parameters(request: HttpRequest, credentials: dict | None = None) -> list[list[str]]:
    """What is counted by, in the order of `LIMITS`; django-axes asks for it."""
    return [list(names) for names in LIMITS]


def counted_name(request: HttpRequest, credentials: dict | None = None) -> str:
    """The name under which a failure is kept: an account's, or a hash of anything else, which may be a password gone astray."""
    typed = str((credentials or {}).get("username") or request.POST.get("username") or "").replace("\0", "")[:150]
    if User.objects.filter(username=typed).exists():
        return typed
    return f"unknown-{salted_hmac('clockstop.lock_out', typed).hexdigest()[:24]}"


def is_locked_out(request: HttpRequest, username: str) -> bool:
    """Whether the person may not try now."""
    return not AxesProxyHandler.is_allowed(request, {"username": username})


def count_failure(request: HttpRequest, username: str) -> None:
    """Count a wrong code, or a wrong password typed by somebody who is signed in."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def unlock(username: str) -> int:
    """Let the person try again at once; how many failures were forgotten."""
    failures = AccessAttempt.objects.filter(username=username)
    found = failures.aggregate(all=Sum("failures_since_start"))["all"] or 0
    failures.delete()
    return found


def locked_names() -> Sequence[tuple[str, int]]:
    """The names that are locked everywhere or at one address, with their failures; the newest first."""
    recent = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - LASTS)
    each = recent.values("username", "ip_address").annotate(all=Sum("failures_since_start"), last=Max("attempt_time"))
    total: dict[str, int] = {}
    locked: list[str] = []
    for row in each.order_by("-last"):
        total[row["username"]] = total.get(row["username"], 0) + row["all"]
        if row["all"] >= LIMITS["username", "ip_address"] or total[row["username"]] >= LIMITS["username",]:
            locked.append(row["username"])
    return [(name, total[name]) for name in dict.fromkeys(locked)]
