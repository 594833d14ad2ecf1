"""A day of the demonstration's group played forward: extracts of every few minutes, loaded, and the state of now built of them.

The clock of the play lies in `now/clock.json`, which nothing else writes; pages tell by it how old what they show is. It runs at
the play's pace between two steps, and stands still when the play does.
"""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day

from clockstop.errors import UserError

_LENGTH = re.compile(r"(\d{1,5})\s*(s|m|h)", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the play: up to when, what was loaded, what each trust's state shows, and how long it all took."""

    at: datetime
    files: int
    rows: int
    said: tuple[str, ...]
    seconds: float


def length_of(words: str) -> timedelta:
    """A length of time as it is typed.

    >>> length_of("10m"), length_of("90 s")
    (datetime.timedelta(seconds=600), datetime.timedelta(seconds=90))
    """
    found = _LENGTH.fullmatch(words.strip())
    if not found or not int(found[1]):
        raise UserError(f"{words!r} is no length of time.", do="Write it as 60s, 10m or 1h.")
    return timedelta(**{_UNITS[found[2].lower()]: int(found[1])})


def hour_of(words: str) -> time_of_day:
    """A time of day as it is typed."""
    try:
        return time_of_day.fromisoformat(words.strip())
    except ValueError:
        raise UserError(f"{words!r} is no time of day.", do="Write it as 08:00.") from None


def reached(home) -> datetime | None:
    """Up to when the play has come; None where none was begun."""
    try:
        return datetime.fromisoformat(json.loads(home.play_clock_file.read_text("utf-8"))["now"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def steps_of(
    home,
    *,
    trusts: Sequence[str],
    step: timedelta,
    every: timedelta,
    start: time_of_day,
    wait: Callable[[float], object] = time.sleep,
    is_stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """Play on to the end of the day, a step after the other, each `every` so long; the first goes from midnight to `start`.

    It goes on where it was, and ends before the next load once it is stopped. A step that was stopped half way is played again: its
    files hold whole rows, and change nothing twice.
    """
    from clockstop.synthetic import live

    folder = home.demo / "extracts"
    must_have_days(home, trusts)
    since = reached(home) or live.begins(folder)
    end = min(datetime.combine(since.date() + timedelta(days=1), time_of_day()), live.ends(folder))
    begun = datetime.combine(since.date(), start)
    pace = step / every
    while since < end and not is_stopped():
        began = time.monotonic()
        at = min(begun if since < begun and since.time() == time_of_day() else since + step, end)
        step_taken = _step(home, trusts, since=since, at=at, is_stopped=is_stopped)
        if step_taken is None:
            return
        yield step_taken
        set_clock(home, at, pace=pace, until=min(at + step, end))
        since = at
        if since < end:
            wait(max(0.0, every.total_seconds() - (time.monotonic() - began)))


def must_have_days(home, trusts: Sequence[str]) -> None:
    """Raise where no days to come were drawn for one of the trusts."""
    from clockstop.synthetic.deliveries import DRAWN, LIVE

    folder = home.demo / "extracts"
    for trust in trusts:
        if not (folder / trust / LIVE / DRAWN).is_dir():
            raise UserError(
                f"No day to come was drawn for {trust}: the demonstration was made by an older version.",
                where=str(folder),
                do="Make it anew: give CLOCKSTOP_HOME another folder, or remove this one, and run `clockstop demo --live`.",
            )


def _step(home, trusts: Sequence[str], *, since: datetime, at: datetime, is_stopped: Callable[[], bool]) -> Step | None:
    from clockstop.intake.load import load_file
    from clockstop.intake.now import build_now
    from clockstop.synthetic.live import play

    began, files, rows = time.monotonic(), 0, 0
    for trust in trusts:
        sent = set()
        for one in play(home.demo / "extracts", trust, since=since, at=at):
            if is_stopped():
                return None
            load_file(
                home, file=one.file, trust=trust, dataset=one.dataset, mapping=one.mapping, delivery=one.delivery,
                today=at.date(), as_at=one.as_at,
            )  # fmt: skip
            sent.add(one.dataset)
            files, rows = files + 1, rows + one.rows
        _nothing_new(home, trust, sent, at)
    if is_stopped():
        return None
    built = build_now(home, trusts)
    said = tuple(f"{one.trust} as at {one.state.at:%H:%M}" for one in built if one.state)
    return Step(at=at, files=files, rows=rows, said=said, seconds=round(time.monotonic() - began, 1))


def _nothing_new(home, trust: str, sent: set[str], at: datetime) -> None:
    """Keep of the other live datasets that they were sent too, and held nothing new."""
    from clockstop.intake.load import still_shows
    from clockstop.intake.now_rows import live_datasets

    for dataset in sorted(live_datasets() - sent):
        still_shows(home, trust=trust, dataset=dataset, as_at=at)


def set_clock(home, now: datetime, *, pace: float = 0.0, until: datetime | None = None) -> None:
    """Say what time it is in the play: it runs at its pace up to the next step, or stands."""
    from clockstop.intake.ledger import write_whole

    said = {"now": now.isoformat(), "set_at": datetime.now(UTC).isoformat(), "pace": pace, "until": (until or now).isoformat()}
    write_whole(home.play_clock_file, json.dumps(said).encode())


def forget(home) -> int:
    """Take the play out of the store, so that it can begin again, and say how many loads that were.

    Only what the play loaded goes: loads of the demonstration's own trusts that show what lies after its last delivery.
    """
    from clockstop.intake import ledger
    from clockstop.store.lock import writer
    from clockstop.synthetic import live

    begins, trusts = live.begins(home.demo / "extracts").isoformat(), _trusts(home)
    with writer(home, wait_seconds=60):
        for one in _played_since(home, trusts, begins):
            (ledger.folder(home, one) / ledger.CAME_AGAIN).unlink(missing_ok=True)
        gone = _played_since(home, trusts, begins)
        for one in gone:
            place = ledger.folder(home, one)
            hidden = place.with_name(f"{ledger.PARTIAL}{place.name}")
            place.rename(hidden)
            shutil.rmtree(hidden)
        shutil.rmtree(home.states, ignore_errors=True)
    return len(gone)


def _played_since(home, trusts: set[str], begins: str) -> list:
    """The loads that show an instant of the play: its own, and those that came again, unchanged, while it ran."""
    from clockstop.intake import ledger

    return [one for one in ledger.loads(home) if one.trust in trusts and one.as_at and one.as_at >= begins]


def _trusts(home) -> set[str]:
    return set(json.loads((home.demo / "extracts" / "manifest.json").read_text("utf-8"))["trusts"])
