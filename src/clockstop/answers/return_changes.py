"""What has changed since a month was closed: each pathway that joined, left or moved within a part, and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from clockstop.answers.desk import Desk
from clockstop.answers.monthly_return import listed
from clockstop.answers.scope import Scope
from clockstop.rules.rtt_return import ReturnMonth
from clockstop.store import frozen_returns
from clockstop.store.frozen_returns import FrozenReturn

JOINED, LEFT, MOVED = "joined", "left", "moved"
_CLOCK = ("start_date", "end_date", "end_status", "is_nullified", "responsibility_passed_date")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a pathway stands in a part: function, commissioner, week band (None where the part has none), start and end."""

    treatment_function: str
    commissioner: str
    band: int | None
    start_date: date | None
    end_date: date | None


@dataclass(frozen=True, kw_only=True)
class PathwayChange:
    """A pathway whose place in a part is another today than in the return that was closed."""

    part: str
    patient_pathway_identifier: str
    period_number: int
    kind: str
    then: Place | None
    now: Place | None
    why: str


@dataclass(frozen=True, kw_only=True)
class FigureChange:
    """A figure of the return that is another today: a part, function and week band (None for Part 3 and unknown starts)."""

    part: str
    treatment_function: str
    band: int | None
    then: int
    now: int


def changes(scope: Scope, desk: Desk, trust: str, month: ReturnMonth, kept: FrozenReturn) -> list[PathwayChange]:
    """Every pathway that joined, left or moved since the month was closed, by part. Patient-level: the scope must reach it."""
    scope.require_patients(trust)
    then = _places(frozen_returns.pathways(desk.home, kept))
    now = _places(listed(scope, desk, trust, month))
    differ = [key for key in {*then, *now} if then.get(key) != now.get(key)]
    clocks = _clocks(desk, trust, {key[1] for key in differ})
    found = [_change(key, then.get(key), now.get(key), clocks.get(key[1:]), month) for key in differ]
    return sorted(found, key=lambda one: (one.part, one.kind, one.patient_pathway_identifier, one.period_number))


def figure_changes(found: Iterable[PathwayChange], then: pa.Table, now: pa.Table) -> list[FigureChange]:
    """The figures that the changes touch, by part, function and band, as they were and as they are."""
    touched = {
        (one.part, place.treatment_function, place.band) for one in found for place in (one.then, one.now) if place is not None
    }
    before, after = _figures(then), _figures(now)
    rows = [
        FigureChange(part=key[0], treatment_function=key[1], band=key[2], then=before[key], now=after[key])
        for key in touched
        if before[key] != after[key]
    ]
    return sorted(rows, key=lambda one: (one.part, one.treatment_function, one.band or 0))


def _figures(listed_rows: pa.Table) -> Counter:
    names = ("part", "treatment_function", "band")
    return Counter(zip(*(listed_rows[name].to_pylist() for name in names), strict=True))


def _places(rows: pa.Table) -> dict[tuple[str, str, int], Place]:
    names = ("part", "patient_pathway_identifier", "period_number", "treatment_function", "commissioner", "band", "start_date",
             "end_date")  # fmt: skip
    found = {}
    for part, pathway, period, function, commissioner, band, start, end in zip(
        *(rows[name].to_pylist() for name in names), strict=True
    ):
        ended = end if part in ("part_1a", "part_1b") else None
        found[(part, pathway, period)] = Place(
            treatment_function=function, commissioner=commissioner, band=band, start_date=start, end_date=ended
        )
    return found


def _clocks(desk: Desk, trust: str, pathways: set[str]) -> dict[tuple[str, int], dict]:
    """Today's clocks of these pathways."""
    desk.lend("changed_pathways", pa.table({"pathway": pa.array(sorted(pathways), pa.string())}))
    clocks = desk.table("rtt_clocks", trusts=[trust])
    wanted = desk.lent("changed_pathways")
    rows = clocks.semi_join(wanted, clocks.patient_pathway_identifier == wanted.pathway)
    rows = rows.select("patient_pathway_identifier", rows.period_number.cast("int32").name("period_number"), *_CLOCK)
    return {(row["patient_pathway_identifier"], row["period_number"]): row for row in desk.rows(rows).to_pylist()}


def _change(key, then: Place | None, now: Place | None, clock: dict | None, month: ReturnMonth) -> PathwayChange:
    kind = JOINED if then is None else LEFT if now is None else MOVED
    part, pathway, period = key
    why = _why_moved(then, now) if then is not None and now is not None else _why(kind, part, then or now, clock, month)
    return PathwayChange(
        part=part, patient_pathway_identifier=pathway, period_number=period, kind=kind, then=then, now=now, why=why
    )


def _why_moved(then: Place, now: Place) -> str:
    moved = [
        (then.start_date != now.start_date, f"start moved from {_day(then.start_date)} to {_day(now.start_date)}"),
        (then.end_date != now.end_date, f"stop moved from {_day(then.end_date)} to {_day(now.end_date)}"),
        (then.treatment_function != now.treatment_function,
         f"function changed from {then.treatment_function} to {now.treatment_function}"),
        (then.commissioner != now.commissioner,
         f"commissioner changed from {then.commissioner or 'blank'} to {now.commissioner or 'blank'}"),
    ]  # fmt: skip
    return "; ".join(says for is_so, says in moved if is_so) or "the week band changed"


def _why(kind: str, part: str, place: Place | None, clock: dict | None, month: ReturnMonth) -> str:
    if clock is None:
        return "the period is no longer in the data" if kind == LEFT else "a stop with no clock before it is known now"
    end, passed = clock["end_date"], clock["responsibility_passed_date"]
    if clock["is_nullified"]:
        return f"nullified on {_day(end)}, known now"
    if passed is not None and passed <= month.census:
        return f"responsibility passed on {_day(passed)}, known now"
    if part in ("part_2", "part_2a"):
        return _why_open(kind, part, clock, month)
    if part == "part_3":
        return f"starts on {_day(clock['start_date'])}, as known now"
    stopped = f"stopped on {_day(end)} with {clock['end_status']}" if end else "is still open"
    return f"{stopped}, as known now"


def _why_open(kind: str, part: str, clock: dict, month: ReturnMonth) -> str:
    end = clock["end_date"]
    if kind == LEFT and end is not None and end <= month.census:
        return f"stopped on {_day(end)} with {clock['end_status']}, known now"
    if part == "part_2a":
        return "the decision to admit no longer stands" if kind == LEFT else "a decision to admit is known now"
    if kind == LEFT:
        return f"starts on {_day(clock['start_date'])}, as known now"
    return f"started on {_day(clock['start_date'])} and open at the month's end, as known now"


def _day(day: date | None) -> str:
    return day.isoformat() if day else "unknown"


def rows_of(found: Iterable[PathwayChange]) -> list[dict]:
    """The changes as plain rows for a file or a page."""
    return [
        {
            "part": one.part,
            "patient_pathway_identifier": one.patient_pathway_identifier,
            "period_number": one.period_number,
            "change": one.kind,
            **_shown(one.then, "then"),
            **_shown(one.now, "now"),
            "why": one.why,
        }
        for one in found
    ]


def _shown(place: Place | None, when: str) -> dict:
    names = ("treatment_function", "commissioner", "band")
    return {f"{name}_{when}": getattr(place, name) if place else None for name in names}
