"""What checking has yielded: by flag, team, validator and week; and how far each service is with RTT-R50."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pyarrow as pa

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.validation_effect import is_fresh, latest_by_clock, waits_with_results
from clockstop.insight.validation_gain import LONGEST_SECONDS, SHORTEST_SECONDS, reasons_of
from clockstop.insight.validation_rates import urgency
from clockstop.rules.rtt_flags import BY_SLUG
from clockstop.rules.validation_outcomes import CHANGES, MOVES_START, REMOVES, VALIDATES

UNFLAGGED_TITLE = "No flag"
NO_TEAM = "No team named"


@dataclass(frozen=True, kw_only=True)
class YieldLine:
    """What the checks of one flag, team, validator or week came to. `hours` are those of the `timed` checks alone."""

    key: str
    title: str
    checked: int = 0
    removed: int = 0
    moved: int = 0
    right: int = 0
    asked: int = 0
    expected: float = 0.0
    timed: int = 0
    timed_changed: int = 0
    hours: float = 0.0

    @property
    def changed(self) -> int:
        """How many clocks, or places on the list, were found wrong."""
        return self.removed + self.moved

    @property
    def share(self) -> float | None:
        """The share of the checks that settled something in which the clock was wrong."""
        return self.changed / self.checked if self.checked else None

    @property
    def checked_an_hour(self) -> float | None:
        """Timed checks an hour."""
        return self.timed / self.hours if self.hours else None

    @property
    def changed_an_hour(self) -> float | None:
        """Clocks found wrong an hour of timed checks."""
        return self.timed_changed / self.hours if self.hours else None


@dataclass(frozen=True, kw_only=True)
class Yield:
    """The yield of a trust since a day, whole and by its parts."""

    since: date
    whole: YieldLine
    by_flag: tuple[YieldLine, ...]
    by_team: tuple[YieldLine, ...]
    by_validator: tuple[YieldLine, ...]
    by_week: tuple[YieldLine, ...]


@dataclass(frozen=True, kw_only=True)
class ServiceProgress:
    """A service's long waiters under RTT-R50: how many are to be validated, and were, by the record and with the desk."""

    service: str
    in_scope: int
    in_time: int
    in_time_with_desk: int

    @property
    def share(self) -> float | None:
        """The share by the record."""
        return self.in_time / self.in_scope if self.in_scope else None

    @property
    def share_with_desk(self) -> float | None:
        """The share with what the desk has validated beside it."""
        return self.in_time_with_desk / self.in_scope if self.in_scope else None


def validation_yield(scope: Scope, outcomes: pa.Table, trust: str, *, since: date, team: str = "", source: str = "") -> Yield:
    """The yield of the trust's standing outcomes given since that day. Every outcome counts, also one given again on a clock.

    It is made of totals, so `outcomes` may be those of every trust whose totals the scope may read.
    """
    scope.require_trust(trust)
    rows = [
        row | {"reason": reason}
        for row, reason in zip(outcomes.to_pylist(), reasons_of(outcomes["flags"]), strict=True)
        if row["trust"] == trust and row["at"].date() >= since and team in ("", row["team"]) and source in ("", row["source"])
    ]
    return Yield(
        since=since,
        whole=_line("", "All checks", rows),
        by_flag=_grouped(rows, lambda row: row["reason"], _flag_title, order=lambda line: urgency(line.key)),
        by_team=_grouped(
            rows, lambda row: row["team"] or "", lambda key: key or NO_TEAM, order=lambda line: (-line.checked, line.key)
        ),
        by_validator=_grouped(rows, lambda row: row["by_name"], str, order=lambda line: (-line.checked, line.key)),
        by_week=_grouped(rows, lambda row: _monday(row["at"]).isoformat(), _week_title, order=lambda line: line.key),
    )


def progress_by_service(scope: Scope, desk: Desk, outcomes: pa.Table, trust: str) -> tuple[ServiceProgress, ...]:
    """Each service's progress with RTT-R50, the most left to validate first."""
    scope.require_trust(trust)
    last = latest_by_clock(outcomes, trust)
    counts: dict[str, list[int]] = {}
    for row in waits_with_results(scope, desk, trust):
        if row["result"] in ("validated", "not_validated"):
            found = counts.setdefault(row["service"] or "", [0, 0, 0])
            is_in_time = row["result"] == "validated"
            key = (row["trust"], row["patient_pathway_identifier"], row["start_date"])
            found[0] += 1
            found[1] += is_in_time
            found[2] += is_in_time or is_fresh(last.get(key), desk.as_of)
    lines = [
        ServiceProgress(service=service, in_scope=scoped, in_time=in_time, in_time_with_desk=with_desk)
        for service, (scoped, in_time, with_desk) in counts.items()
    ]
    return tuple(sorted(lines, key=lambda line: (line.in_time_with_desk - line.in_scope, line.service)))


def _grouped(
    rows: list[dict[str, Any]],
    key_of: Callable[[Mapping[str, Any]], str],
    title_of: Callable[[str], str],
    *,
    order: Callable[[YieldLine], Any],
) -> tuple[YieldLine, ...]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(key_of(row), []).append(row)
    return tuple(sorted((_line(key, title_of(key), own) for key, own in groups.items()), key=order))


def _line(key: str, title: str, rows: list[dict[str, Any]]) -> YieldLine:
    codes = [row["code"] for row in rows]
    settled = [row for row in rows if row["code"] in VALIDATES]
    timed = [row for row in rows if row["seconds"] is not None and SHORTEST_SECONDS <= row["seconds"] <= LONGEST_SECONDS]
    return YieldLine(
        key=key,
        title=title,
        checked=len(settled),
        removed=sum(code in REMOVES for code in codes),
        moved=sum(code in MOVES_START for code in codes),
        right=sum(code == "clock_right" for code in codes),
        asked=len(rows) - len(settled),
        expected=sum(row["expected_chance"] or 0.0 for row in settled),
        timed=len(timed),
        timed_changed=sum(row["code"] in CHANGES for row in timed),
        hours=sum(row["seconds"] for row in timed) / 3600,
    )


def _flag_title(slug: str) -> str:
    return BY_SLUG[slug].name if slug in BY_SLUG else UNFLAGGED_TITLE


def _week_title(key: str) -> str:
    monday = date.fromisoformat(key)
    return f"Week of {monday.day} {monday:%B %Y}"


def _monday(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())
