"""A trust's monthly return: its rows from today's data, the checks, the flow of each function, and the month before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import Table

from clockstop.answers import return_sources
from clockstop.answers.desk import Desk
from clockstop.answers.return_sources import DATA, FROZEN, Source
from clockstop.answers.scope import Scope
from clockstop.errors import UnknownName, UserError
from clockstop.intake.organisation import organisation
from clockstop.rules import rtt_return
from clockstop.rules.rtt_checks import Flow, flow_reading, unexplained
from clockstop.rules.rtt_return import ReturnMonth
from clockstop.rules.rtt_return_checks import ERROR, Checked, Context, check_return, failures, is_valid_commissioner
from clockstop.rules.rtt_return_rows import NOT_ENGLISH, ReturnRow, number, return_rows, single_count, totals
from clockstop.rules.treatment_functions import REPORTED_FUNCTIONS, TOTAL_FUNCTION
from clockstop.store import frozen_returns
from clockstop.store.settings import readings

TABLES = ("rtt_clocks", "rtt_events", "rtt_list_entries", "rtt_pathways")
# Where the remainder is more than so great a share of the month's starts, it is pointed out. Our choice: S9 gives no number.
UNUSUAL_SHARE = 0.10
UNUSUAL_COUNT = 5


@dataclass(frozen=True, kw_only=True)
class FunctionFlow:
    """One function's flow of the month (RTT-R49); the total function's is the trust's."""

    treatment_function: str
    flow: Flow

    @property
    def unexplained(self) -> int:
        return int(unexplained(self.flow))

    @property
    def reading(self) -> str:
        """balanced, unreported_removals or unreported_starts."""
        return flow_reading(self.unexplained)

    @property
    def is_unusual(self) -> bool:
        """Whether the remainder is large beside the month's starts."""
        return abs(self.unexplained) >= max(UNUSUAL_COUNT, UNUSUAL_SHARE * self.flow.starts)


@dataclass(frozen=True, kw_only=True)
class MonthlyReturn:
    """A month's return as today's data give it. `last_month` is what it was compared with, and the flow's opening."""

    trust: str
    trust_name: str
    month: ReturnMonth
    rows: tuple[ReturnRow, ...]
    checks: tuple[Checked, ...]
    flows: tuple[FunctionFlow, ...]
    last_month: Source
    snapshot_id: str
    as_of: date
    notes: tuple[str, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """Each part's pathways; nought for a part without any."""
        found = totals(self.rows)
        return {part: found.get(part, 0) for part in rtt_return.PARTS}

    @property
    def has_errors(self) -> bool:
        """Whether a check fails for which the return would be sent back."""
        return failures(self.checks)[ERROR] > 0


def return_month(desk: Desk, month: str) -> ReturnMonth:
    """The month that was typed as YYYY-MM; an error where it is none, or begins after the data end."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise UserError(f"{month} is no month.", do="Write it as 2026-10.") from None
    if first > desk.as_of:
        raise UserError(
            f"{month} has not begun in the data.",
            where=f"Snapshot {desk.snapshot_id} is as of {desk.as_of.isoformat()}.",
            do="Choose an earlier month, or load newer files and refresh.",
        )
    return rtt_return.month_of(first, as_of=desk.as_of)


def monthly_return(scope: Scope, desk: Desk, trust: str, month: str) -> MonthlyReturn:
    """The return as today's data give it, checked against the month before: as closed, else as published, else as data say now."""
    scope.require_trust(trust)
    name = organisation(desk.home, trust).name
    if trust not in desk.manifest.trusts:
        raise UnknownName(f"Snapshot {desk.snapshot_id} has nothing of {trust}.", do="Load its files, then run: clockstop refresh")
    chosen = return_month(desk, month)
    rows = _rows(desk, trust, chosen)
    before = last_month(desk, trust, chosen)
    context = Context(provider=trust, month=chosen.name, last_month=before.rows, expects_every_part=False)
    return MonthlyReturn(
        trust=trust,
        trust_name=name,
        month=chosen,
        rows=rows,
        checks=check_return(rows, context),
        flows=_flows(desk, trust, chosen, before),
        last_month=before,
        snapshot_id=desk.snapshot_id,
        as_of=desk.as_of,
        notes=tuple(_notes(desk, trust, chosen)),
    )


def listed(scope: Scope, desk: Desk, trust: str, month: ReturnMonth) -> pa.Table:
    """The pathways behind each part, one row a pathway and part (`rtt_return.LISTED`)."""
    scope.require_patients(trust)
    return _listed(desk, trust, month)


def last_month(desk: Desk, trust: str, month: ReturnMonth) -> Source:
    """The return of the month before: as it was closed here, else as it was published, else as the data give it now."""
    before = month.before()
    found = return_sources.closed(desk.home, trust, before.name) or return_sources.published(desk.home, trust, before.name)
    return found or Source(kind=DATA, title="as the data say now", rows=_rows(desk, trust, before))


def _tables(desk: Desk, trust: str) -> list:
    return [desk.table(name, trusts=[trust]) for name in TABLES]


@dataclass(frozen=True)
class _Prepared:
    """A month's periods and unknown starts, worked out of the snapshot once, for the questions that follow."""

    periods: Table
    unknown: Table


def _prepared(desk: Desk, trust: str, month: ReturnMonth) -> _Prepared:
    clocks, events, entries, pathways = (desk.table(name, trusts=[trust]) for name in TABLES)
    found = {
        "return_periods": rtt_return.prepared(clocks, events, entries, month=month),
        "return_unknown": rtt_return.unknown_starts(clocks, events, pathways, month=month),
    }
    for name, table in found.items():
        desk.lend(name, desk.rows(table))
    return _Prepared(*(desk.lent(name) for name in found))


def _parts(desk: Desk, trust: str, month: ReturnMonth, prepared: _Prepared) -> Table:
    host, _ = host_commissioner(desk, trust)
    return rtt_return.parts_of(prepared.periods, prepared.unknown, month=month, readings=readings(desk.home), host=host)


def _listed(desk: Desk, trust: str, month: ReturnMonth) -> pa.Table:
    return desk.rows(_parts(desk, trust, month, _prepared(desk, trust, month)))


def host_commissioner(desk: Desk, trust: str) -> tuple[str, int]:
    """The commissioner under whom those without one are returned, the trust's most frequent, and how many periods have none."""

    def work_out() -> tuple[str, int]:
        clocks = desk.table("rtt_clocks", trusts=[trust])
        rows = desk.rows(clocks.group_by("commissioner").aggregate(periods=clocks.count())).to_pylist()
        valid = [row for row in rows if is_valid_commissioner(row["commissioner"] or "", provider=trust)]
        english = sorted(
            ((row["periods"], row["commissioner"]) for row in valid if row["commissioner"] != NOT_ENGLISH), reverse=True
        )
        none = sum(row["periods"] for row in rows if not row["commissioner"])
        return (english[0][1] if english else ""), none

    return desk.kept_answer(("host commissioner", trust), work_out)


def _worked_out(desk: Desk, trust: str, month: ReturnMonth) -> tuple[tuple[ReturnRow, ...], dict[str, Flow]]:
    """The rows and the flows of a month, worked out once in each snapshot."""

    def work_out() -> tuple[tuple[ReturnRow, ...], dict[str, Flow]]:
        prepared = _prepared(desk, trust, month)
        figures = desk.rows(rtt_return.figures(_parts(desk, trust, month, prepared))).to_pylist()
        flows = desk.rows(rtt_return.flows_of(prepared.periods, month=month)).to_pylist()
        by_function = {row["treatment_function"]: Flow(**{name: row[name] for name in rtt_return.FLOWS}) for row in flows}
        return tuple(return_rows(figures, provider=trust, month=month.name)), by_function

    return desk.kept_answer(("monthly return", trust, month, readings(desk.home)), work_out)


def _rows(desk: Desk, trust: str, month: ReturnMonth) -> tuple[ReturnRow, ...]:
    return _worked_out(desk, trust, month)[0]


def _flows(desk: Desk, trust: str, month: ReturnMonth, before: Source) -> tuple[FunctionFlow, ...]:
    """The flow of each function and of the trust, opened with the month before as it was sent where that is known."""
    flows = dict(_worked_out(desk, trust, month)[1])
    if before.kind == FROZEN:
        flows = _opened_with_list(desk, trust, month, flows)
    elif before.kind != DATA:
        flows = _opened_with_figures(flows, before.rows)
    in_order = [function for function in REPORTED_FUNCTIONS if function in flows]
    every = [FunctionFlow(treatment_function=function, flow=flows[function]) for function in in_order]
    return (*every, FunctionFlow(treatment_function=TOTAL_FUNCTION, flow=_added(flows.values())))


def _added(flows) -> Flow:
    rows = list(flows)
    return Flow(**{name: sum(getattr(row, name) for row in rows) for name in rtt_return.FLOWS})


def _opened_with_figures(flows: Mapping[str, Flow], rows: Sequence[ReturnRow]) -> dict[str, Flow]:
    """The flows with the published Part 2 of the month before as their opening."""
    opening: dict[str, float] = {}
    for row in rows:
        if row.part == "part_2" and not row.is_total:
            opening[row.treatment_function] = opening.get(row.treatment_function, 0) + number(row.total)
    none = Flow(opening=0, closing=0)
    return {function: replace(flows.get(function, none), opening=opening.get(function, 0)) for function in {*flows, *opening}}


def _opened_with_list(desk: Desk, trust: str, month: ReturnMonth, flows: Mapping[str, Flow]) -> dict[str, Flow]:
    """The flows opened with the list that was closed: what has left it since by validation, come back, or changed function."""
    before = month.before()
    kept = frozen_returns.frozen(desk.home, trust, before.name)
    assert kept is not None, "the caller found it"
    then = _functions(frozen_returns.pathways(desk.home, kept))
    now = _functions(_listed(desk, trust, before))
    moves = {
        "opening": _counts(then.values()),
        "validation_removals": _counts(function for key, function in then.items() if key not in now),
        "reinstated": _counts(function for key, function in now.items() if key not in then),
        "went": _counts(function for key, function in then.items() if key in now and now[key] != function),
        "came": _counts(now[key] for key, function in then.items() if key in now and now[key] != function),
    }
    none = Flow(opening=0, closing=0)
    return {
        function: replace(
            (flow := flows.get(function, none)),
            opening=moves["opening"].get(function, 0),
            validation_removals=moves["validation_removals"].get(function, 0),
            reinstated=moves["reinstated"].get(function, 0),
            function_changes=flow.function_changes + moves["came"].get(function, 0) - moves["went"].get(function, 0),
        )
        for function in {*flows, *moves["opening"], *moves["came"]}
    }


def _functions(listed: pa.Table) -> dict[tuple[str, int], str]:
    """The function under which each period of Part 2 stands."""
    waiting = listed.filter(pc.equal(listed["part"], "part_2"))
    keys = zip(waiting["patient_pathway_identifier"].to_pylist(), waiting["period_number"].to_pylist(), strict=True)
    return dict(zip(keys, waiting["treatment_function"].to_pylist(), strict=True))


def _counts(functions) -> dict[str, int]:
    found: dict[str, int] = {}
    for function in functions:
        found[function] = found.get(function, 0) + 1
    return found


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _notes(desk: Desk, trust: str, month: ReturnMonth):
    """What a reader of the return should know of its data."""
    if not month.is_over:
        yield f"Provisional: the data end on {_words(desk.as_of)}, before the month does; its list is counted on that day."
    elif desk.as_of < month.deadline:
        yield f"The data end on {_words(desk.as_of)}; what is known by {_words(month.deadline)} may still be used."
    host, without = host_commissioner(desk, trust)
    if host and without:
        yield f"Pathways without a commissioner are returned under {host}, the trust's most frequent, as its host."
    if not desk.manifest.trusts[trust].rows.get("rtt_list_entries", 0):
        yield "No elective admission list is loaded, so Part 2A, which counts its decisions, holds nobody."


def without_nonc(rows: Sequence[ReturnRow]) -> dict[str, int]:
    """Each part's pathways of English commissioners."""
    return totals([row for row in rows if row.commissioner != NOT_ENGLISH])


def unknown_starts(rows: Sequence[ReturnRow]) -> dict[str, int]:
    """Each completed part's pathways with an unknown start (RTT-R47)."""
    found: dict[str, int] = {}
    for row in single_count(rows):
        if row.unknown is not None:
            found[row.part] = found.get(row.part, 0) + int(number(row.unknown))
    return found
