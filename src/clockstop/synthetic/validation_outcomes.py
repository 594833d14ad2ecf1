"""What made-up validators have found of the made-up group's clocks: by the planted truth, for the demonstration alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.validation_desk import DeskRow, worklist
from clockstop.answers.validation_evidence import signatures
from clockstop.answers.validation_filters import DeskFilters
from clockstop.rules.validation_likely import STOPS_BY_STATUS
from clockstop.synthetic.scoring import SECOND

# Who they are: the team, and how much longer or shorter than usual a check takes them.
VALIDATORS = {
    "validator A (made up)": ("Central validation", 0.8),
    "validator B (made up)": ("Central validation", 1.1),
    "validator C (made up)": ("Service administrators", 1.5),
}
# Of rows that are likely wrong most are still to be checked, so that the desk has something to show; of the others few were.
LIKELY = 0.25
LIKELY_SHARE, OTHER_SHARE, MOST_OTHERS = 0.4, 0.06, 30
WEEKS = 14
ASKED_SHARE = 0.05
SEED = 6


@dataclass(frozen=True, kw_only=True)
class MadeUp:
    """One made-up outcome: the row that was looked at, what was found, by whom, when, and how long it took."""

    row: DeskRow
    code: str
    right_date: date | None
    other_pathway: str
    signature: str
    snapshot_id: str
    as_of: date
    by_name: str
    team: str
    seconds: int
    at: datetime


@dataclass(frozen=True)
class TruePeriod:
    """A clock as it is meant."""

    start: date
    end: date | None
    status: str
    is_nullified: bool


def made_up(desk: Desk, trust: str, truth: Path, *, outcomes) -> list[MadeUp]:
    """The outcomes on a share of a trust's clocks as the snapshot has them; `outcomes` is the register's empty table."""
    scope = Scope(trusts=frozenset({trust}), may_see_patients=frozenset({trust}), user="synthetic", role="")
    last = datetime.combine(desk.as_of, datetime.min.time(), UTC) + timedelta(hours=12)
    listed = worklist(scope, desk, outcomes, DeskFilters(trust=trust), now=last)
    rng = np.random.default_rng(SEED + sum(map(ord, f"{trust}{desk.snapshot_id}")))
    rows = _chosen(listed.taken(listed.rows.num_rows), rng)
    told = signatures(scope, desk, {row.key[:2] for row in rows})
    periods = true_periods(truth / trust / "periods.parquet")
    return [
        one
        for row in rows
        if (one := _found(row, periods.get(row.patient_pathway_identifier, ()), told[row.key[:2]], desk, rng)) is not None
    ]


def true_periods(file: Path) -> dict[str, tuple[TruePeriod, ...]]:
    """By pathway its clocks as meant, in order."""
    columns = ["patient_pathway_identifier", "start_date", "end_date", "end_status", "is_nullified"]
    found: dict[str, list[TruePeriod]] = {}
    for row in pq.read_table(file, columns=columns).to_pylist():
        period = TruePeriod(row["start_date"], row["end_date"], row["end_status"] or "", bool(row["is_nullified"]))
        found.setdefault(row["patient_pathway_identifier"], []).append(period)
    return {pathway: tuple(periods) for pathway, periods in found.items()}


def finding(pathway: str, start_date: date, periods: Sequence[TruePeriod], on: date) -> tuple[str, date | None, str]:
    """What a careful validator finds on that day: the code, its day, and the other pathway.

    >>> finding("AAA-D7", date(2026, 1, 5), (), date(2026, 3, 2))
    ('duplicate', None, 'AAA-7')
    """
    if not periods:
        return "duplicate", None, pathway.replace(*SECOND)
    own = next((period for period in periods if period.start == start_date), None)
    running = next((period for period in periods if period.start <= on and (period.end is None or period.end > on)), None)
    if own is None and running is not None:
        return "start_wrong", running.start, ""
    stopped = own or periods[-1]
    if stopped.end is None or stopped.end > on or stopped.end < start_date:
        return "clock_right", None, ""
    code = "stop_no_treatment" if stopped.is_nullified else STOPS_BY_STATUS.get(stopped.status, "stop_no_treatment")
    return code, stopped.end, ""


def _chosen(rows: list[DeskRow], rng: np.random.Generator) -> list[DeskRow]:
    """A share of the rows: of those likely wrong, and of the others."""
    is_likely = np.array([row.chance >= LIKELY for row in rows], dtype=bool)
    likely, others = np.flatnonzero(is_likely), np.flatnonzero(~is_likely)
    places = np.concatenate(
        [
            rng.choice(likely, size=round(len(likely) * LIKELY_SHARE), replace=False),
            rng.choice(others, size=min(MOST_OTHERS, round(len(others) * OTHER_SHARE)), replace=False),
        ]
    )
    return [rows[place] for place in sorted(places.astype(int).tolist())]


def _found(row: DeskRow, periods: Sequence[TruePeriod], signature: str, desk: Desk, rng: np.random.Generator) -> MadeUp | None:
    on = max(row.start_date, desk.as_of - timedelta(days=int(rng.integers(1, WEEKS * 7))))
    if not periods and SECOND[0] not in row.patient_pathway_identifier:
        return None
    code, day, other = finding(row.patient_pathway_identifier, row.start_date, periods, desk.as_of)
    if rng.random() < ASKED_SHARE:
        code, day, other = "ask_service", None, ""
    name = list(VALIDATORS)[int(rng.integers(len(VALIDATORS)))]
    team, slower = VALIDATORS[name]
    on = max(on, day) if day and code != "start_wrong" else on
    at = datetime.combine(on, datetime.min.time(), UTC) + timedelta(minutes=int(rng.integers(9 * 60, 16 * 60)))
    return MadeUp(
        row=row, code=code, right_date=day, other_pathway=other, signature=signature, snapshot_id=desk.snapshot_id,
        as_of=desk.as_of, by_name=name, team=team, seconds=max(8, int(row.minutes * 60 * slower * rng.lognormal(0, 0.4))), at=at,
    )  # fmt: skip
