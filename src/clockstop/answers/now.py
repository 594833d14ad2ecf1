"""How old what is shown is: the state of now of each trust, the extracts behind a page, and what time it is.

A state is as old as the instant that its newest extract shows (`clockstop load --as-at`). Times are London's, without a zone.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.contracts import contracts
from clockstop.rules import facts
from clockstop.rules.fact import Fact
from clockstop.rules.local_time import minute_of
from clockstop.rules.readings import Readings
from clockstop.store.manifest import SnapshotLoad
from clockstop.store.settings import readings

ZONE = ZoneInfo("Europe/London")
# What holds until somebody changes it: an extract of months ago may say all that there is to say.
STANDING = frozenset({"activity_plans", "clinic_templates", "rooms", "wards"})
# Where rows are rare, an extract of today may end days ago: rows that come by chance leave one gap in 150 of five times the mean.
GAPS = 5


@dataclass(frozen=True, kw_only=True)
class ExtractAge:
    """The newest extract of one dataset behind a live table."""

    dataset: str
    title: str
    at: datetime
    minutes_old: int
    is_stale: bool


@dataclass(frozen=True, kw_only=True)
class TrustState:
    """How old a trust's live tables are: `at` is the oldest of those asked for. `is_between`: a state of now, not the snapshot."""

    trust: str
    name: str
    at: datetime
    minutes_old: int
    is_stale: bool
    is_between: bool
    extracts: tuple[ExtractAge, ...]


@dataclass(frozen=True, kw_only=True)
class OldExtract:
    """A dataset whose newest extract ends well before the day of the page; `usual_days` is how far apart its extracts lie."""

    trust: str
    name: str
    dataset: str
    title: str
    last_date: date
    days_behind: int
    usual_days: int | None


def clock(desk: Desk) -> datetime:
    """What time it is by the clocks of London; in a play of made-up days that of the play, and of made-up data else their last.

    Made-up data do not grow old: without a play it is the end of their as-of day, or the instant of a later state of now.
    """
    played = _played(desk)
    if played is not None:
        return played
    if not desk.manifest.is_synthetic:
        return datetime.now(ZONE).replace(tzinfo=None, microsecond=0)
    shown = (at for one in desk.shown.values() for at in one.at.values())
    return max([datetime.combine(desk.as_of, time(23, 59, 59)), *shown])


def _played(desk: Desk) -> datetime | None:
    """The clock of a play: it runs at the play's pace up to its next step. None where nobody plays."""
    try:
        said = json.loads(desk.home.play_clock_file.read_text("utf-8"))
        passed = datetime.now(UTC) - datetime.fromisoformat(said["set_at"])
        now = datetime.fromisoformat(said["now"]) + passed * said["pace"]
        return min(now, datetime.fromisoformat(said["until"])).replace(microsecond=0)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def states(scope: Scope, desk: Desk, tables: Collection[str], *, trust: str = "") -> tuple[TrustState, ...]:
    """How old the live tables are, for each trust in reach (or one of them) that has any of them."""
    now, limit = clock(desk), _readings(desk).board_stale_minutes
    reach = sorted(scope.trusts & desk.shown.keys() & ({trust} if trust else scope.trusts))
    found = (_state(desk, one, tables, now, limit) for one in reach)
    return tuple(state for state in found if state is not None)


def behind(scope: Scope, desk: Desk, tables: Collection[str], *, trust: str = "") -> tuple[OldExtract, ...]:
    """The datasets behind these tables whose newest extract lies well before the snapshot's day, those furthest behind first.

    Well before is more than the reading `extract_stale_days`, and than what is usual: one and a half of the time between two of its
    extracts, five of that between two of its rows. Live tables say how old they are in minutes, and are not among these.
    """
    reach = scope.trusts & desk.manifest.trusts.keys() & ({trust} if trust else scope.trusts)
    key = ("old extracts", tuple(sorted(tables)), tuple(sorted(reach)))
    return desk.kept_answer(key, lambda: _behind(desk, tables, reach))


def datasets_behind(tables: Iterable[str]) -> set[str]:
    """The datasets that tables are made of: those that a fact needs, itself or through others; of RTT's tables all of RTT's."""
    known, found, open_ = facts(), set(), list(tables)
    while open_:
        name = open_.pop()
        if name.startswith("rtt_") and name not in contracts():
            found |= {"referrals", "appointments", "waiting_list_entries", "spells", "rtt_events"}
        elif name in known:
            open_ += known[name].needs
        elif name in contracts():
            found.add(name)
    return found


def _state(desk: Desk, trust: str, tables: Collection[str], now: datetime, limit: int) -> TrustState | None:
    shown, said = desk.shown[trust], desk.manifest.trusts[trust]
    ats = [shown.at[name] for name in tables if name in shown.at]
    if not ats:
        return None
    at, wanted = min(ats), datasets_behind(name for name in tables if name in shown.at)
    extracts = (_age(dataset, one, now, limit) for dataset, one in sorted(shown.extracts.items()) if dataset in wanted)
    old = minutes_between(at, now)
    return TrustState(
        trust=trust,
        name=said.name,
        at=at,
        minutes_old=old,
        is_stale=old > limit,
        is_between=bool(shown.state_id),
        extracts=tuple(extracts),
    )


def _age(dataset: str, at: datetime, now: datetime, limit: int) -> ExtractAge:
    old = minutes_between(at, now)
    title = contracts()[dataset].title
    return ExtractAge(dataset=dataset, title=title, at=at, minutes_old=old, is_stale=old > limit)


def minutes_between(at: datetime, now: datetime) -> int:
    """The whole minutes that have passed between two local times, also where the clocks changed; never negative."""
    return max(0, int(minute_of(now.replace(second=0)) - minute_of(at.replace(second=0))))


def _behind(desk: Desk, tables: Collection[str], reach: Collection[str]) -> tuple[OldExtract, ...]:
    known = facts()
    still = [name for name in tables if not (isinstance(fact := known.get(name), Fact) and fact.is_live)]
    wanted, few = datasets_behind(still) - STANDING, _readings(desk).extract_stale_days
    found = (_old(desk, trust, dataset, few) for trust in sorted(reach) for dataset in sorted(wanted))
    return tuple(sorted((one for one in found if one), key=lambda one: (-one.days_behind, one.trust, one.dataset)))


def _old(desk: Desk, trust: str, dataset: str, few: int) -> OldExtract | None:
    said = desk.manifest.trusts[trust]
    loads = [load for load in said.loads if load.dataset == dataset]
    days = sorted({day for load in loads if (day := _last_day(load)) is not None})
    if not days:
        return None
    usual = round(median((later - earlier).days for earlier, later in pairwise(days))) if days[1:] else None
    behind_by = (desk.as_of - days[-1]).days
    if behind_by <= max(few, (usual or 0) * 3 // 2, GAPS * _days_between_rows(loads)):
        return None
    return OldExtract(
        trust=trust,
        name=said.name,
        dataset=dataset,
        title=contracts()[dataset].title,
        last_date=days[-1],
        days_behind=behind_by,
        usual_days=usual,
    )


def _last_day(load: SnapshotLoad) -> date | None:
    """The last day of which an extract tells: that of its rows, and no later than when it was taken (bookings lie ahead)."""
    rows = date.fromisoformat(load.dates_last) if load.dates_last else None
    taken = datetime.fromisoformat(load.as_at).date() if load.as_at else None
    return min((day for day in (rows, taken) if day), default=None)


def _days_between_rows(loads: Collection[SnapshotLoad]) -> float:
    """How far apart the rows of the largest extract lie on average."""
    dated = [load for load in loads if load.dates_first and load.dates_last and load.rows_kept]
    largest = max(dated, key=lambda load: load.rows_kept, default=None)
    if largest is None:
        return 0
    return (date.fromisoformat(largest.dates_last) - date.fromisoformat(largest.dates_first)).days / largest.rows_kept


def _readings(desk: Desk) -> Readings:
    return desk.kept_answer("readings in force", lambda: readings(desk.home))
