"""Closing a month: the return is kept as it was sent, and from then on shown beside what today's data say."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from clockstop import __version__
from clockstop.answers import kite_marks, monthly_return, return_changes, return_sources
from clockstop.answers.desk import Desk
from clockstop.answers.monthly_return import MonthlyReturn
from clockstop.answers.return_changes import FigureChange, PathwayChange
from clockstop.answers.scope import Scope
from clockstop.errors import UserError
from clockstop.reports.return_files import XLSX, return_csv, write_return
from clockstop.rules.rtt_return_checks import CHECKS, ERROR
from clockstop.rules.rtt_return_rows import Names, ReturnRow
from clockstop.store import frozen_marks, frozen_returns
from clockstop.store.frozen_returns import FrozenReturn
from clockstop.store.lock import writer


@dataclass(frozen=True, kw_only=True)
class MonthAsSent:
    """A month's return: as it was closed where it was, else as today's data give it; and today's beside it."""

    today: MonthlyReturn
    rows: tuple[ReturnRow, ...]
    names: Names
    kept: FrozenReturn | None = None
    kept_file: Path | None = None
    figures_changed: tuple[FigureChange, ...] = ()
    pathways_changed: tuple[PathwayChange, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether a check fails, or failed at the close, for which the return is sent back."""
        if self.kept is None:
            return self.today.has_errors
        return any(CHECKS[name].kind == ERROR for name in self.kept.failed_checks if name in CHECKS)

    def write(self, file: Path) -> None:
        """Write the return: byte for byte as it was sent where it was closed and CSV is asked for."""
        write_return(file, self.rows, self.names)
        if self.kept_file is not None and file.suffix.lower() != XLSX:
            file.write_bytes(self.kept_file.read_bytes())


def month_as_sent(
    scope: Scope, desk: Desk, trust: str, month: str, *, revision: int | None = None, today: bool = False
) -> MonthAsSent:
    """The return of a month with today's figures beside it; `today` passes over what was closed."""
    found = monthly_return.monthly_return(scope, desk, trust, month)
    names = return_sources.names(desk.home, trust)
    kept = None if today else frozen_returns.frozen(desk.home, trust, found.month.name, revision)
    if kept is None:
        if revision is not None and not today:
            raise UserError(f"{month} of {trust} is not closed, so it has no revision {revision}.", do="Leave --revision out.")
        return MonthAsSent(today=found, rows=found.rows, names=names)
    source = return_sources.closed(desk.home, trust, found.month.name, kept.number)
    assert source is not None, "the receipt was found"
    changed, figures = (), ()
    if scope.has_every_patient(trust):
        changed = return_changes.changes(scope, desk, trust, found.month, kept)
        now = monthly_return.listed(scope, desk, trust, found.month)
        figures = return_changes.figure_changes(changed, frozen_returns.pathways(desk.home, kept), now)
    return MonthAsSent(
        today=found,
        rows=source.rows,
        names=names,
        kept=kept,
        kept_file=frozen_returns.return_file(desk.home, kept),
        figures_changed=tuple(figures),
        pathways_changed=tuple(changed),
    )


def close_month(scope: Scope, desk: Desk, trust: str, month: str, *, by: str, reason: str = "") -> FrozenReturn:
    """Keep today's return of a month as the one that was sent.

    `by` must be said; `reason` too where a check fails, or where the month was closed before: that makes a further revision.
    """
    scope.require_patients(trust)
    if not by.strip():
        raise UserError("Who closes the month is not said.", do="Give --by NAME.")
    with writer(desk.home):
        found = monthly_return.monthly_return(scope, desk, trust, month)
        earlier = frozen_returns.revisions(desk.home, trust, found.month.name)
        _refuse(found, earlier, reason)
        rows = monthly_return.listed(scope, desk, trust, found.month)
        receipt = _receipt(desk, found, number=len(earlier) + 1, by=by.strip(), reason=reason.strip())
        content = return_csv(found.rows, return_sources.names(desk.home, trust)).encode("utf-8")
        kept = frozen_returns.keep(desk.home, receipt, content=content, listed=_in_order(rows))
        marks = kite_marks.marks_of_return(scope, desk, trust, found.month.last_day)
        frozen_marks.keep(desk.home, trust, kept.month, kept.number, [one.as_dict() for one in marks])
        return kept


def _refuse(found: MonthlyReturn, earlier: list[FrozenReturn], reason: str) -> None:
    if not found.month.is_over:
        raise UserError(
            f"{found.month.name} is not over in the data, so it cannot be closed.",
            where=f"Snapshot {found.snapshot_id} is as of {found.as_of.isoformat()}.",
            do="Load files that reach the month's end, refresh, and close it then.",
        )
    if not any(row.total for row in found.rows):
        raise UserError(
            f"The data have nothing in {found.month.name}, so there is no return to close.",
            where=f"Snapshot {found.snapshot_id} of {found.trust}.",
            do="Choose a month that the loaded files reach.",
        )
    failed = [one.check.title for one in found.checks if not one.is_passed]
    if failed and not reason.strip():
        raise UserError(
            "A check fails, and no reason is given.", where="; ".join(failed) + ".",
            do="Put it right, or close it with --reason TEXT.",
        )  # fmt: skip
    if earlier and not reason.strip():
        last = earlier[-1]
        raise UserError(
            f"{found.month.name} of {found.trust} was closed by {last.closed_by} on {last.closed_at[:10]}.",
            where=f"It has {len(earlier)} revision{'s' if len(earlier) > 1 else ''}; none is ever changed.",
            do="To close it again as a further revision, give --reason TEXT.",
        )


def _receipt(desk: Desk, found: MonthlyReturn, *, number: int, by: str, reason: str) -> FrozenReturn:
    manifest = desk.manifest
    return FrozenReturn(
        trust=found.trust,
        month=found.month.name,
        number=number,
        closed_at=datetime.now(UTC).isoformat(timespec="seconds"),
        closed_by=by,
        reason=reason,
        snapshot_id=found.snapshot_id,
        as_of=found.as_of.isoformat(),
        clockstop_version=__version__,
        code_version=manifest.code_version,
        return_sha256="",
        pathways_sha256="",
        totals=found.totals,
        failed_checks=tuple(one.check.name for one in found.checks if not one.is_passed),
        checks=tuple({"check": one.check.name, "is_passed": one.is_passed, "findings": len(one.findings)} for one in found.checks),
        flows=tuple(
            {"treatment_function": one.treatment_function, **vars(one.flow), "unexplained": one.unexplained} for one in found.flows
        ),
        readings=dict(manifest.readings),
    )


def _in_order(rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in ("part", "patient_pathway_identifier", "period_number")])
