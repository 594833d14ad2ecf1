"""The slots of a clinic session: which are available, and which sessions were cancelled too late (OP-R04, R05, R15).

Every function takes plain values and Ibis values alike.
"""

from typing import Any

from clockstop.rules.either import both, is_not, is_one_of
from clockstop.rules.outpatient_attendance import is_short_notice

SESSION_STATUS = {
    "held": "Held",
    "cancelled_provider": "Cancelled by the hospital",
    "cancelled_other": "Cancelled for another reason: nobody was booked, or the room was closed by others",
}
CANCELLED_BY_PROVIDER = "cancelled_provider"
_NOT_HELD = {
    "cancelled_provider", "cancelled_other", "cancelled", "provider_cancelled", "cancelled_by_provider", "not_held",
}  # fmt: skip


def is_held(status: Any) -> Any:
    """Whether a session stands: held, or still to be held. Only its slots are available.

    >>> is_held("held"), is_held(None), is_held("cancelled_provider")
    (True, True, False)
    """
    return is_not(is_one_of(status, _NOT_HELD))


def available_slots(slots: Any, blocked: Any) -> Any:
    """The slots that could be booked: those of the session without the blocked ones, never fewer than none.

    >>> available_slots(12, 2), available_slots(2, 3)
    (10, 0)
    """
    if hasattr(slots, "op"):
        import ibis

        return ibis.greatest(slots - blocked, 0)
    return max(slots - blocked, 0)


def is_short_cancellation(is_by_provider: Any, notice: Any) -> Any:
    """Whether the hospital cancelled a session with less than six weeks' notice (OP-R15).

    >>> is_short_cancellation(True, 41), is_short_cancellation(True, 42), is_short_cancellation(False, 1)
    (True, False, False)
    """
    return both(is_by_provider, is_short_notice(notice))
