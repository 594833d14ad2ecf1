"""To whom a shared cancer pathway counts: CWT-R16 and R17, on plain values and Ibis values alike.

Source: National cancer breach allocation guidance (2016). A transfer is in time by day 38; the treating trust then has 24 days.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clockstop.rules.cancer_standards import D62, WITHIN_DAYS
from clockstop.rules.either import choose, greatest

TRANSFER_BY_DAY = 38
TREAT_WITHIN_DAYS = 24


@dataclass(frozen=True)
class Share:
    """What of one treated patient counts to a trust: how much was treated, and how much of that in breach."""

    treated: Any
    breach: Any


@dataclass(frozen=True, kw_only=True)
class Shared:
    """The net days of a shared pathway, and both sides' shares."""

    transfer_day: Any
    transfer_to_treatment: Any
    total: Any
    referring: Share
    treating: Share


def allocation(*, transfer_day: Any, transfer_to_treatment: Any, late_in_time_is_shared: bool = False) -> Shared:
    """The shares by the five rows of CWT-R17; both legs in net days, counted from day 0 of the 62 days.

    `late_in_time_is_shared` is the reading of the row of which the guidance is unsure: transfer after day 38, treated in time.

    >>> allocation(transfer_day=43, transfer_to_treatment=23).referring
    Share(treated=1.0, breach=1.0)
    """
    total = greatest(transfer_day, 0) + greatest(transfer_to_treatment, 0)
    is_breach = total > WITHIN_DAYS[D62]
    is_late = transfer_day > TRANSFER_BY_DAY
    is_slow = transfer_to_treatment > TREAT_WITHIN_DAYS
    # In time: halves, unless the transfer was late. A breach: whoever was late has it whole; both late, halves; only the treating
    # trust where the transfer was in time.
    late_in_time = 0.5 if late_in_time_is_shared else 0.0
    referring_in_time = choose(is_late, late_in_time, 0.5)
    referring_breach = choose(is_late, choose(is_slow, 0.5, 1.0), 0.0)
    referring = choose(is_breach, referring_breach, referring_in_time)
    breach = choose(is_breach, 1.0, 0.0)
    return Shared(
        transfer_day=transfer_day,
        transfer_to_treatment=transfer_to_treatment,
        total=total,
        referring=Share(referring, referring * breach),
        treating=Share(1.0 - referring, (1.0 - referring) * breach),
    )


def row(shared: Shared) -> str:
    """Which row of CWT-R17 holds, in words for people (plain values only)."""
    late, slow = shared.transfer_day > TRANSFER_BY_DAY, shared.transfer_to_treatment > TREAT_WITHIN_DAYS
    if shared.total <= WITHIN_DAYS[D62]:
        return "late transfer, treated in time" if late else "in time, shared"
    if not late:
        return "transferred in time, the treating trust's breach"
    return "late transfer and slow treatment, shared breach" if slow else "late transfer, the referring trust's breach"


def split(referring: Share, referrers: Sequence[str], weights: Mapping[str, float] | None = None) -> dict[str, Share]:
    """The referring side's share by trust, where several had the patient before the transfer to the treating one.

    Local policy splits it; without `weights` it is split evenly.

    >>> split(Share(0.5, 0.5), ["RAA", "RBB"])["RBB"]
    Share(treated=0.25, breach=0.25)
    """
    given = {name: float((weights or {}).get(name, 0.0 if weights else 1.0)) for name in dict.fromkeys(referrers)}
    whole = sum(given.values()) or 1.0
    return {name: Share(referring.treated * part / whole, referring.breach * part / whole) for name, part in given.items()}
