"""The week's open rows beside the waiting list of that day and beside the month's return: the three tell of the same patients."""

from dataclasses import dataclass

from clockstop.answers import monthly_return
from clockstop.answers.desk import Desk
from clockstop.answers.national_return import MadeReturn, made_return
from clockstop.answers.scope import Scope
from clockstop.rules import rtt_return
from clockstop.rules.rtt_return import ReturnMonth, month_of
from clockstop.rules.rtt_return_rows import totals
from clockstop.rules.wlmds_columns import OPEN
from clockstop.store import snapshots

SLUG = "wlmds"
STEPS = {
    "opening": "On the list at the month's end", "starts": "Clock starts", "transfers_in": "Transferred in", "stops": "Clock stops",
    "transfers_out": "Transferred out", "nullified": "Nullified",
}  # fmt: skip
_PERIODS = "week_periods"
_LEAVE = ("stops", "transfers_out", "nullified")


@dataclass(frozen=True, kw_only=True)
class WeekBeside:
    """The open rows of a week, and what they stand beside.

    `list_snapshot` is the snapshot of the week's last day, empty where none is kept; pathways of one side alone are named. The
    month is the last that had ended by then, `month_title` says where its list is from; `steps` lead from it to the week's, signed.
    """

    made: MadeReturn
    open_rows: int
    list_snapshot: str
    on_list: int
    only_in_rows: tuple[str, ...]
    only_on_list: tuple[str, ...]
    month: str
    month_title: str
    month_list: int
    steps: dict[str, int]

    @property
    def unexplained(self) -> int:
        """How many more stand in the rows than the month's list and the steps from it make."""
        return self.open_rows - self.month_list - sum(self.steps.values())

    @property
    def agrees(self) -> bool:
        """Whether rows, list and return tell of the same."""
        return not (self.only_in_rows or self.only_on_list or self.unexplained)


def week_beside(scope: Scope, desk: Desk, trust: str, week: str) -> WeekBeside:
    """The week's open rows beside the list and the return. For those cleared for the trust's patients."""
    scope.require_patients(trust)
    made = made_return(scope, desk, SLUG, trust, week)
    rows = {(row["patient_pathway_identifier"], row["referral_to_treatment_period_start_date"]) for row in made.counted.records
            if row["key"] == OPEN}  # fmt: skip
    snapshot = _snapshot_of(desk, made)
    listed = _list(desk, snapshot, trust) if snapshot else set()
    month = month_of(made.period.last_day, as_of=desk.as_of)
    before = monthly_return.last_month(desk, trust, month)
    return WeekBeside(
        made=made,
        open_rows=len(rows),
        list_snapshot=snapshot,
        on_list=len(listed),
        only_in_rows=tuple(sorted(pathway for pathway, _start in rows - listed)) if snapshot else (),
        only_on_list=tuple(sorted(pathway for pathway, _start in listed - rows)) if snapshot else (),
        month=month.before().name,
        month_title=before.title,
        month_list=int(totals(before.rows).get("part_2", 0)),
        steps=_steps(desk, made, trust, month),
    )


def _snapshot_of(desk: Desk, made: MadeReturn) -> str:
    """The snapshot of the week's last day: this one where it is of that day, else the last that is kept; nothing where none is."""
    if desk.as_of == made.period.census:
        return desk.snapshot_id
    every = [snapshots.manifest(desk.home, one) for one in snapshots.all_snapshots(desk.home)]
    fits = [one for one in every if one.as_of == made.period.census and made.trust in one.trusts and "rtt_waits" in one.tables]
    return max(fits, key=lambda one: one.built_at).id if fits else ""


def _list(desk: Desk, snapshot: str, trust: str) -> set[tuple[str, object]]:
    """The pathways that wait on the list of a snapshot, with their clock starts."""
    then = desk if snapshot == desk.snapshot_id else Desk(desk.home, snapshot_id=snapshot).refreshed()
    waits = then.table("rtt_waits", trusts=[trust])
    found = then.rows(waits.filter(waits.is_waiting).select("patient_pathway_identifier", "start_date"))
    return set(zip(found["patient_pathway_identifier"].to_pylist(), found["start_date"].to_pylist(), strict=True))


def _steps(desk: Desk, made: MadeReturn, trust: str, month: ReturnMonth) -> dict[str, int]:
    """What came onto the list and left it from the month's end to the week's, as the data say now."""
    window = ReturnMonth(first_day=month.first_day, last_day=made.period.last_day, census=made.period.census)
    return desk.kept_answer(("steps of a week", trust, window), lambda: _worked_out(desk, trust, window))


def _worked_out(desk: Desk, trust: str, window: ReturnMonth) -> dict[str, int]:
    clocks, events, entries = (desk.table(name, trusts=[trust]) for name in ("rtt_clocks", "rtt_events", "rtt_list_entries"))
    # The periods are worked out first: one query of all would take seconds to write.
    desk.lend(_PERIODS, desk.rows(rtt_return.prepared(clocks, events, entries, month=window)))
    flows = rtt_return.flows_of(desk.lent(_PERIODS), month=window)
    names = [name for name in STEPS if name != "opening"]
    sums = desk.rows(flows.aggregate(**{name: flows[name].sum() for name in names})).to_pylist()[0]
    return {name: int(sums[name] or 0) * (-1 if name in _LEAVE else 1) for name in names}
