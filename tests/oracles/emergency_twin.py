"""A visit to the emergency department worked out slowly: local times tried against the calendar, minutes counted one by one."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ORDER = ("arrived", "handed_over", "came", "assessed", "seen", "ready", "decided", "concluded", "left")
# What must not lie before what.
BEFORE = {
    "handed_over": ["arrived"],
    "came": ["arrived"],
    "assessed": ["came"],
    "seen": ["came", "assessed"],
    "ready": ["came"],
    "decided": ["came"],
    "concluded": ["came", "seen"],
    "left": ["handed_over", "came", "assessed", "seen", "ready", "decided", "concluded"],
}


def local(minute):
    """The wall clock of London at a minute by Greenwich."""
    return (EPOCH + timedelta(minutes=minute)).astimezone(LONDON).replace(tzinfo=None)


def candidates(wall):
    """Every minute by Greenwich at which London's clocks showed this."""
    wall = wall.replace(second=0)
    as_greenwich = int((wall.replace(tzinfo=UTC) - EPOCH).total_seconds()) // 60
    return [minute for minute in (as_greenwich - 60, as_greenwich) if local(minute) == wall]


def read(times, offsets):
    """The minute of each time, and the flags."""
    possible, flags, found = {}, set(), {}
    for name in ORDER:
        if times.get(name) is None:
            continue
        wall = times[name].replace(second=0)
        as_greenwich = int((wall.replace(tzinfo=UTC) - EPOCH).total_seconds()) // 60
        if offsets.get(name) is not None:
            possible[name] = [as_greenwich - offsets[name]]
            continue
        possible[name] = candidates(wall) or [as_greenwich]
        if not candidates(wall):
            flags.add("DQ_NONEXISTENT_LOCAL_TIME")
        if len(possible[name]) > 1:
            flags.add("DQ_AMBIGUOUS_LOCAL_TIME")
    for name, minutes in possible.items():
        fits = [
            minute
            for minute in minutes
            if all(found[other] <= minute for other in BEFORE.get(name, []) if other in found)
            and all(max(possible[other]) >= minute for other in possible if name in BEFORE.get(other, []))
        ]
        if len(minutes) > 1 and not fits:
            flags.add("DQ_SEQUENCE")
        found[name] = (fits or minutes)[0] if len(minutes) > 1 else minutes[0]
    return found, flags


def counted(first, last):
    """The minutes from one to the other, counted."""
    number = 0
    while first < last:
        first, number = first + 1, number + 1
    return number


def visit(times, offsets, *, by_ambulance, outcome, waits_for):
    """The visit's clock and what is counted of it."""
    at, flags = read(times, offsets)
    if by_ambulance:
        handed_over = max(at["handed_over"], at["arrived"]) if "handed_over" in at else at["arrived"] + 15
        start, on_site = min(handed_over, at["arrived"] + 15), at["arrived"]
    else:
        assessed = at.get("assessed")
        start = min(at["came"], assessed) if assessed is not None and at["came"] - assessed <= 720 else at["came"]
        on_site = start
    end = _end(at, start, outcome, waits_for)
    minutes = None if end is None or end < on_site else counted(start, end)
    decided = None if at.get("decided") is None else max(at["decided"], start)
    waited = outcome == "admitted" and end is not None and decided is not None and end >= decided
    from_decision = counted(decided, end) if waited else None
    return {
        "clock_start_minute": start,
        "clock_end_minute": end,
        "minutes_in_department": minutes,
        "is_within_4_hours": minutes is not None and minutes <= 240,
        "is_over_12_hours_from_arrival": minutes is not None and minutes > 720,
        "minutes_from_decision": from_decision,
        "is_over_12_hours_from_decision": from_decision is not None and from_decision > 720,
        "minutes_to_assessment": counted(start, at["assessed"]) if "assessed" in at else None,
        "minutes_to_treatment": counted(start, at["seen"]) if "seen" in at else None,
        "reporting_date": local(start).date(),
        "clock_start_at": local(start),
        "flags": flags,
    }


def _end(at, start, outcome, waits_for):
    left, concluded = at.get("left"), at.get("concluded")
    if concluded is not None and concluded < start:
        concluded = None
    if outcome in ("discharged", "died") and waits_for not in ("hospital_transport", "social_care"):
        known = [one for one in (concluded, left) if one is not None]
        return min(known) if known else None
    if outcome.startswith("left_"):
        return left if left is not None else concluded
    return left
