"""A trust's monthly DM01 return as today's data give it: its rows, what the checks say, and the month before."""

from dataclasses import dataclass
from datetime import date

from clockstop.answers.desk import Desk
from clockstop.answers.monthly_return import return_month
from clockstop.answers.scope import Scope
from clockstop.dates import working_days_of_month
from clockstop.errors import UnknownName
from clockstop.intake.organisation import organisation
from clockstop.rules import dm01_return
from clockstop.rules.dm01_return import Dm01Row, Finding
from clockstop.rules.rtt_return import ReturnMonth

TABLES = ("diagnostic_waits", "diagnostic_activity")


@dataclass(frozen=True, kw_only=True)
class MonthlyDm01:
    """A month's return: `rows` by commissioner and test, `tests` with the commissioners added up and the total last."""

    trust: str
    trust_name: str
    month: ReturnMonth
    rows: tuple[Dm01Row, ...]
    tests: tuple[Dm01Row, ...]
    before: tuple[Dm01Row, ...]
    findings: tuple[Finding, ...]
    working_days: int
    snapshot_id: str
    as_of: date

    @property
    def total(self) -> Dm01Row:
        """All tests added up."""
        return self.tests[-1]

    @property
    def has_errors(self) -> bool:
        """Whether a check fails for which the return would be sent back."""
        return any(one.is_error for one in self.findings)

    def activity_a_working_day(self, row: Dm01Row) -> float | None:
        """The tests done for each working day of the month; None while the month is not over."""
        return row.total_activity / self.working_days if self.month.is_over and self.working_days else None


def monthly_dm01(scope: Scope, desk: Desk, trust: str, month: str) -> MonthlyDm01:
    """The return of a month (YYYY-MM) as today's data give it, compared with the month before as they give that."""
    scope.require_trust(trust)
    name = organisation(desk.home, trust).name
    if trust not in desk.manifest.trusts or not all(desk.has(table) for table in TABLES):
        raise UnknownName(
            f"Snapshot {desk.snapshot_id} has no diagnostic requests of {trust}.",
            do="Load its diagnostic_requests and diagnostic_appointments, then run: clockstop refresh",
        )
    chosen = return_month(desk, month)
    rows, before = _rows(desk, trust, chosen), _rows(desk, trust, chosen.before())
    return MonthlyDm01(
        trust=trust,
        trust_name=name,
        month=chosen,
        rows=rows,
        tests=dm01_return.by_test(rows, chosen.last_day),
        before=dm01_return.by_test(before, chosen.before().last_day),
        findings=dm01_return.findings(rows, month_end=chosen.last_day, last_month=before),
        working_days=working_days_of_month(chosen.first_day.year, chosen.first_day.month),
        snapshot_id=desk.snapshot_id,
        as_of=desk.as_of,
    )


def _rows(desk: Desk, trust: str, month: ReturnMonth) -> tuple[Dm01Row, ...]:
    waits, activity = (desk.table(name, trusts=[trust]) for name in TABLES)
    counts = dm01_return.counted(waits, activity, first_day=month.first_day, last_day=month.last_day, census=month.census)
    return dm01_return.rows_of(desk.rows(counts).to_pylist())
