"""What validation has come to: the list as validated beside the list as it is, and the corrections that have not come back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import ibis
import numpy as np
import pyarrow as pa

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.validation_desk import DeskList
from clockstop.insight.validation_gain import HourWorth, hour_worth
from clockstop.rules import rtt_validation
from clockstop.rules.rtt_bands import is_over_weeks, is_within_weeks
from clockstop.rules.validation_outcomes import CHANGES, VALIDATES, is_off_the_list, start_as_validated, state_of

_KEY = ("trust", "patient_pathway_identifier", "start_date")


@dataclass(frozen=True)
class Figures:
    """A list in figures."""

    waiting: int
    within_18: int
    over_52: int
    over_65: int

    @property
    def share(self) -> float | None:
        """The share within 18 weeks."""
        return self.within_18 / self.waiting if self.waiting else None


@dataclass(frozen=True, kw_only=True)
class AsValidated:
    """The list as counted, and with every standing outcome carried out; `carried` outcomes have not come back yet.

    `in_scope` long waiters are to be validated within 12 weeks (RTT-R50): `in_time` were by the record, or also by the desk.
    """

    counted: Figures
    validated: Figures
    carried: int
    in_scope: int
    in_time: int
    in_time_with_desk: int


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One outcome that changes a clock, and whether the change has come back. `days` since it was given."""

    outcome: int
    trust: str
    patient_pathway_identifier: str
    start_date: date
    code: str
    right_date: date | None
    other_pathway: str | None
    note: str | None
    service: str | None
    by_name: str
    team: str | None
    at: datetime
    days: int
    state: str
    is_made_up: bool


def as_validated(scope: Scope, desk: Desk, outcomes: pa.Table, trust: str, *, service: str = "") -> AsValidated:
    """The trust's list, or one service's, as counted and as validated. The measures themselves are never changed by an outcome."""
    scope.require_trust(trust)
    rows = waits_with_results(scope, desk, trust)
    if service:
        rows = [row for row in rows if row["service"] == service]
    last = latest_by_clock(outcomes, trust)
    days, after, carried = [row["days_waited"] for row in rows], [], 0
    for row in rows:
        found = last.get(tuple(row[name] for name in _KEY))
        code = found["code"] if found else ""
        carried += code in CHANGES
        if not is_off_the_list(code):
            right = start_as_validated(code, row["start_date"], found["right_date"] if found else None)
            after.append((desk.as_of - right).days)
    scoped = [row for row in rows if row["result"] in ("validated", "not_validated")]
    in_time = sum(row["result"] == "validated" for row in scoped)
    with_desk = sum(row["result"] == "validated" or is_fresh(last.get(tuple(row[n] for n in _KEY)), desk.as_of) for row in scoped)
    return AsValidated(
        counted=_figures(days), validated=_figures(after), carried=carried, in_scope=len(scoped), in_time=in_time,
        in_time_with_desk=with_desk,
    )  # fmt: skip


def corrections(scope: Scope, desk: Desk, outcomes: pa.Table, trust: str, *, today: date) -> list[Correction]:
    """Every standing outcome that changes a clock of the trust, those that have not come back first, the oldest first."""
    scope.require_patients(trust)
    return _corrections(scope, desk, outcomes, trust, today)


def corrections_by_service(scope: Scope, desk: Desk, outcomes: pa.Table, trust: str, *, today: date) -> dict[str, dict[str, int]]:
    """How many corrections of each service are in each of `STATES`: totals, and no row of a patient."""
    scope.require_trust(trust)
    found: dict[str, dict[str, int]] = {}
    for one in _corrections(scope, desk, outcomes, trust, today):
        counts = found.setdefault(one.service or "", {})
        counts[one.state] = counts.get(one.state, 0) + 1
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].get("not_yet", 0), pair[0])))


def _corrections(scope: Scope, desk: Desk, outcomes: pa.Table, trust: str, today: date) -> list[Correction]:
    starts = _open_starts(scope, desk, trust)
    found = []
    for key, row in latest_by_clock(outcomes, trust).items():
        if row["code"] in CHANGES:
            state = state_beside(row["code"], row["start_date"], row["right_date"], starts.get(key[1], ()))
            days = max((today - row["at"].date()).days, 0)
            named = {name: row[name] for name in Correction.__dataclass_fields__ if name in row}
            found.append(Correction(**named, state=state, days=days))
    order = {"not_yet": 0, "changed_otherwise": 1, "come_through": 2}
    return sorted(found, key=lambda one: (order[one.state], one.at, one.patient_pathway_identifier))


def worth_of_hour(scope: Scope, desk: Desk, listed: DeskList, trust: str, number: int) -> HourWorth:
    """What checking the first so many rows makes of the trust's list."""
    rows = waits_with_results(scope, desk, trust)
    days = np.array([row["days_waited"] for row in rows], dtype=np.int64)
    return hour_worth(listed.rows.slice(0, number), listed.rates, days_waited=days)


def waits_with_results(scope: Scope, desk: Desk, trust: str) -> list[dict[str, Any]]:
    """The trust's open clocks, with what RTT-R50 says of each."""

    def read() -> list[dict[str, Any]]:
        waits = scope.totals(desk.table("rtt_waits", trusts=[trust])).mutate(census_date=ibis.date(desk.as_of))
        waits = waits.filter(waits.start_date.notnull())
        return desk.rows(waits.select(*_KEY, "days_waited", "service", result=rtt_validation.result_of(waits))).to_pylist()

    return desk.kept_answer(("validation waits", trust), read)


def latest_by_clock(outcomes: pa.Table, trust: str) -> Mapping[tuple, dict[str, Any]]:
    """By clock its last outcome."""
    return {tuple(row[name] for name in _KEY): row for row in outcomes.to_pylist() if row["trust"] == trust}


def is_fresh(outcome: dict[str, Any] | None, as_of: date) -> bool:
    """Whether the desk validated the clock within 12 weeks of the list's day, or since."""
    if outcome is None or outcome["code"] not in VALIDATES:
        return False
    return (as_of - outcome["at"].date()).days < rtt_validation.VALID_FOR_DAYS


def state_beside(code: str, start_date: date, right_date: date | None, open_starts: Collection[date]) -> str:
    """One of `STATES`: whether the outcome has come back, where clocks of its pathway run that started on these days.

    >>> state_beside("stop_treated", date(2026, 1, 5), date(2026, 3, 2), [date(2026, 1, 5), date(2026, 4, 1)])
    'not_yet'
    """
    now = start_date if start_date in open_starts else max(open_starts, default=None)
    return state_of(code, start_date, right_date, now)


def _open_starts(scope: Scope, desk: Desk, trust: str) -> Mapping[str, Collection[date]]:
    found: dict[str, list[date]] = {}
    for row in waits_with_results(scope, desk, trust):
        found.setdefault(row["patient_pathway_identifier"], []).append(row["start_date"])
    return found


def _figures(days: list[int]) -> Figures:
    waited = np.array(days, dtype=np.int64)
    return Figures(
        len(days),
        int(is_within_weeks(waited, 18).sum()),
        int(is_over_weeks(waited, 52).sum()),
        int(is_over_weeks(waited, 65).sum()),
    )
