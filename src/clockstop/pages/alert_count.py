"""How many alerts wait for a reader, for the frame of every page: known or not said, never waited for."""

from clockstop.answers.alerts import Alert, alerts_known
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.registers.core.place import Place
from clockstop.registers.performance import reading
from clockstop.registers.performance.actions import AlertKey


def unseen(scope: Scope, opened: Desk) -> int:
    """How many alerts this reader has not seen and nobody has dismissed; 0 before they were worked out in this process."""
    known = alerts_known(scope, opened)
    if not known:
        return 0
    settled = reading.settled(scope, scope.user)
    return sum(key_of(one) not in settled for one in known)


def key_of(alert: Alert) -> AlertKey:
    """By what the register knows an alert."""
    return AlertKey(place=Place.of(alert.where), measure=alert.measure, kind=alert.kind, period_end=alert.period_end)
