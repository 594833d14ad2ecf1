"""The validation desk: the open clocks of a trust by what an hour of checking them gains, without those that are answered."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.quality import FLAGS_TABLE
from clockstop.answers.scope import Scope
from clockstop.answers.validation_evidence import signatures
from clockstop.answers.validation_filters import DeskFilters
from clockstop.insight.validation_gain import Expected, change_rates, expected_changes, learned_seconds, ranked, reasons_of
from clockstop.insight.validation_rates import Beta
from clockstop.rules import rtt_validation
from clockstop.rules.validation_outcomes import VALIDATES, is_due_again
from clockstop.store.settings import readings

ClockKey = tuple[str, str, date]
KEY = ("trust", "patient_pathway_identifier", "start_date")
RATES_OF_DAYS = 365
# Why a clock that was answered is here again.
AGAIN = {"evidence": "the evidence has changed since", "time": "it is due again", "asked": "the service has not answered"}
_SHOWN = (
    *KEY, "period_number", "days_waited", "division", "service", "consultant", "local_patient_identifier",
    "last_pas_validation_date",
)  # fmt: skip
_FLAGS = pa.list_(pa.string())


@dataclass(frozen=True, kw_only=True)
class DeskRow:
    """One clock to check. `reason` is the flag for which it is here, `found` what that says; `again` why it is here again.

    `chance` that a check changes the clock, `gain` in pathways put right a minute, `last_outcome` the number of the one that stood.
    """

    trust: str
    patient_pathway_identifier: str
    start_date: date
    period_number: int
    days_waited: int
    division: str | None
    service: str | None
    consultant: str | None
    local_patient_identifier: str | None
    last_pas_validation_date: date | None
    slugs: tuple[str, ...]
    texts: tuple[str, ...]
    is_due: bool
    reason: str
    chance: float
    minutes: float
    gain: float
    last_outcome: int | None = None
    again: str = ""

    @property
    def key(self) -> ClockKey:
        """The clock."""
        return (self.trust, self.patient_pathway_identifier, self.start_date)

    @property
    def found(self) -> str:
        """What the flag for which it is here says."""
        return dict(zip(self.slugs, self.texts, strict=True)).get(self.reason, "")


@dataclass(frozen=True, kw_only=True)
class DeskList:
    """The clocks that the filters leave, most gain first, as a table; and by flag how often a check has changed the clock."""

    rows: pa.Table
    rates: Mapping[str, Beta]
    answered: int

    def taken(self, number: int, *, start: int = 0) -> list[DeskRow]:
        """So many of them, from a place on."""
        return [_row(row) for row in self.rows.slice(start, number).to_pylist()]

    def expected(self, number: int) -> Expected:
        """How many clocks a check of the first so many will change."""
        return expected_changes(self.rows.slice(0, number), self.rates)


def worklist(scope: Scope, desk: Desk, outcomes: pa.Table, filters: DeskFilters, *, now: datetime) -> DeskList:
    """The ranked list of a trust whose patients the reader may see; `outcomes` as registers.validation gives them.

    While nobody gives an outcome the very same list comes back.
    """
    scope.require_identity(filters.trust)
    asked = filters.but(team="")
    key = ("validation desk", scope.clearance, asked, now.date())
    return desk.kept_beside(outcomes, ("validation", scope.clearance), key, lambda: _asked(scope, desk, outcomes, asked, now))


def open_clock(scope: Scope, desk: Desk, outcomes: pa.Table, key: ClockKey, *, now: datetime) -> DeskRow | None:
    """One open clock as the desk shows it, answered or not; None where none such runs."""
    trust, pathway, start = key
    scope.require_identity(trust)
    rates, _times = _learned(scope, desk, outcomes, trust, now)
    rows = _clocks(scope, desk, trust)
    is_it = pc.and_(
        pc.equal(rows["patient_pathway_identifier"], pathway), pc.equal(rows["start_date"], pa.scalar(start, pa.date32()))
    )
    rows = _with_answers(scope, desk, rows.filter(is_it), outcomes, now)
    found = ranked(rows, rates, reading=readings(desk.home).validation_seconds, learned=_times).to_pylist()
    return _row(found[0]) if found else None


def services_and_consultants(scope: Scope, desk: Desk, trust: str) -> tuple[list[str], list[str]]:
    """The services and the consultants of the trust's open clocks, by code."""
    scope.require_identity(trust)
    rows = _clocks(scope, desk, trust)
    return tuple(sorted(code for code in pc.unique(rows[name]).to_pylist() if code) for name in ("service", "consultant"))


def _asked(scope: Scope, desk: Desk, outcomes: pa.Table, filters: DeskFilters, now: datetime) -> DeskList:
    rates, times = _learned(scope, desk, outcomes, filters.trust, now)
    rows = _clocks(scope, desk, filters.trust)
    for name in ("service", "consultant"):
        if wanted := getattr(filters, name):
            rows = rows.filter(pc.fill_null(pc.equal(rows[name], wanted), False))
    if filters.due:
        rows = rows.filter(rows["is_due"])
    if filters.slugs:
        rows = rows.take(pa.array(_flagged(rows, filters.slugs), pa.int64()))
    rows = _with_answers(scope, desk, rows, outcomes, now)
    answered = pc.sum(rows["is_answered"]).as_py() or 0
    rows = rows.filter(pc.invert(rows["is_answered"]))
    found = ranked(rows, rates, reading=readings(desk.home).validation_seconds, learned=times)
    return DeskList(rows=found, rates=rates, answered=int(answered))


def _clocks(scope: Scope, desk: Desk, trust: str) -> pa.Table:
    """The trust's open clocks with their flags, as this snapshot has them."""
    return desk.kept_answer(("validation clocks", trust, scope.clearance), lambda: _read_clocks(scope, desk, trust))


def _read_clocks(scope: Scope, desk: Desk, trust: str) -> pa.Table:
    waits = scope.patients(desk.table("rtt_waits", trusts=[trust]))
    waits = waits.filter(waits.start_date.notnull()).mutate(census_date=ibis.date(desk.as_of))
    is_due = rtt_validation.result_of(waits).isin(["not_validated", "dq"])
    rows = waits.select(*_SHOWN, is_due=is_due)
    if not desk.has(FLAGS_TABLE):
        none = pa.array([[]] * (found := desk.rows(rows)).num_rows, _FLAGS)
        return found.append_column("slugs", none).append_column("texts", none)
    joined = rows.left_join(_flags(scope, desk, rows, trust), ("patient_pathway_identifier", "period_number"))
    found = desk.rows(joined.select(*rows.columns, "slugs", "texts").order_by("patient_pathway_identifier", "period_number"))
    for name in ("slugs", "texts"):
        whole = pa.array([one or [] for one in found[name].to_pylist()], _FLAGS)
        found = found.set_column(found.column_names.index(name), name, whole)
    return found


def _flags(scope: Scope, desk: Desk, waits: Table, trust: str) -> Table:
    """By pathway and period, the flags that bear on it today, with what was found; in the order of their names."""
    flags = scope.patients(desk.table(FLAGS_TABLE, trusts=[trust]))
    flags = flags.filter(flags.is_current).select("patient_pathway_identifier", "flag", "evidence", of_period=flags.period_number)
    of_clock = waits.select("patient_pathway_identifier", "period_number").inner_join(flags, "patient_pathway_identifier")
    of_clock = of_clock.filter(of_clock.of_period.isnull() | (of_clock.of_period == of_clock.period_number))
    return of_clock.group_by("patient_pathway_identifier", "period_number").aggregate(
        slugs=of_clock.flag.collect(order_by=of_clock.flag), texts=of_clock.evidence.fill_null("").collect(order_by=of_clock.flag)
    )


def _flagged(rows: pa.Table, slugs: Collection[str]) -> list[int]:
    flat, parents = pc.list_flatten(rows["slugs"]), pc.list_parent_indices(rows["slugs"])
    wanted = pc.is_in(flat, pa.array(sorted(slugs)))
    return sorted(set(parents.filter(wanted).to_pylist()))


def _with_answers(scope: Scope, desk: Desk, rows: pa.Table, outcomes: pa.Table, now: datetime) -> pa.Table:
    """The rows with `is_answered`, `last_outcome` and `again`: what was answered comes back when time or new evidence brings it."""
    places = {key: place for place, key in enumerate(zip(*(rows[name].to_pylist() for name in KEY), strict=True))}
    last: dict[int, dict[str, Any]] = {}
    for outcome in outcomes.to_pylist():
        place = places.get(tuple(outcome[name] for name in KEY))
        if place is not None:
            last[place] = outcome
    changed = _changed(scope, desk, last.values())
    again = {place: _why_again(outcome, changed, now) for place, outcome in last.items()}
    number = rows.num_rows
    return (
        rows.append_column("is_answered", pa.array([place in last and not again[place] for place in range(number)], pa.bool_()))
        .append_column(
            "last_outcome", pa.array([last[place]["outcome"] if place in last else None for place in range(number)], pa.int64())
        )
        .append_column("again", pa.array([again.get(place, "") for place in range(number)], pa.string()))
    )


def _changed(scope: Scope, desk: Desk, outcomes: Collection[dict[str, Any]]) -> set[int]:
    """The outcomes whose evidence is another now. Within one snapshot it cannot be."""
    older = [one for one in outcomes if one["snapshot_id"] != desk.snapshot_id]
    now = signatures(scope, desk, {(one["trust"], one["patient_pathway_identifier"]) for one in older})
    return {one["outcome"] for one in older if now[one["trust"], one["patient_pathway_identifier"]] != one["evidence_signature"]}


def _why_again(outcome: dict[str, Any], changed: Collection[int], now: datetime) -> str:
    if outcome["outcome"] in changed:
        return "evidence"
    is_due = is_due_again(outcome["code"], outcome["start_date"], outcome["at"].date(), now.date())
    return ("time" if outcome["code"] in VALIDATES else "asked") if is_due else ""


def _learned(scope: Scope, desk: Desk, outcomes: pa.Table, trust: str, now: datetime) -> tuple[dict[str, Beta], dict[str, float]]:
    """By flag how often checks of the last year changed the clock in the trust, and the seconds that they took."""

    def work_out() -> tuple[dict[str, Beta], dict[str, float]]:
        since = pa.scalar(now - timedelta(days=RATES_OF_DAYS), outcomes["at"].type)
        recent = outcomes.filter(pc.and_(pc.equal(outcomes["trust"], trust), pc.greater_equal(outcomes["at"], since)))
        checked = one_each(recent)
        flagged = checked.select(["trust", "patient_pathway_identifier"]).append_column("flag", _reason_column(checked))
        timed = pa.table({"seconds": recent["seconds"], "flag": _reason_column(recent)})
        return change_rates(checked, flagged), learned_seconds(timed)

    return desk.kept_beside(outcomes, ("validation", scope.clearance), ("learned", trust, now.date()), work_out)


def one_each(outcomes: pa.Table) -> pa.Table:
    """Of each pathway its last outcome that settled something, so that a pathway counts once in a rate."""
    settled = outcomes.filter(pc.is_in(outcomes["code"], pa.array(sorted(VALIDATES))))
    keys = zip(settled["trust"].to_pylist(), settled["patient_pathway_identifier"].to_pylist(), strict=True)
    return settled.take(pa.array(sorted({key: place for place, key in enumerate(keys)}.values()), pa.int64()))


def _reason_column(outcomes: pa.Table) -> pa.Array:
    """Of each outcome the flag under which it counts; `unflagged` where none stood."""
    return pa.array(reasons_of(outcomes["flags"]), pa.string())


def _row(row: dict[str, Any]) -> DeskRow:
    named = {name: row[name] for name in DeskRow.__dataclass_fields__ if name in row}
    return DeskRow(**named | {"slugs": tuple(row["slugs"]), "texts": tuple(row["texts"])})
