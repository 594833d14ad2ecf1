"""Closing a national return: it is kept as it was sent, and from then on shown beside what today's data say, as RTT's is."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from clockstop import __version__
from clockstop.answers import closed_returns
from clockstop.answers.desk import Desk
from clockstop.answers.national_return import MadeReturn, made_return, members_of
from clockstop.answers.scope import Scope
from clockstop.errors import UserError
from clockstop.reports.national_return_files import return_values, sheet_csv
from clockstop.rules.national_return import ERROR, Cell, NationalReturn, ReturnRow, pairs_of
from clockstop.store import frozen_returns
from clockstop.store.frozen_returns import FrozenReturn, sheet_name
from clockstop.store.lock import writer


@dataclass(frozen=True, kw_only=True)
class FigureSince:
    """A figure that is another today than when the return was closed."""

    sheet: str
    row: str
    column: str
    then: Cell
    now: Cell


@dataclass(frozen=True, kw_only=True)
class ReturnAsSent:
    """A return: as it was closed where it was, else as today's data give it; and today's beside it."""

    today: MadeReturn
    rows: tuple[ReturnRow, ...]
    kept: FrozenReturn | None = None
    files: dict[str, Path] | None = None
    changed: tuple[FigureSince, ...] = ()

    @property
    def has_errors(self) -> bool:
        """Whether a check fails, or failed at the close, for which the return is sent back."""
        if self.kept is None:
            return self.today.has_errors
        return any(one["kind"] == ERROR and not one["is_passed"] for one in self.kept.checks)

    def values(self) -> dict[str, Any]:
        """The whole answer for a program."""
        return {
            **return_values(self.today, self.rows),
            "closed": asdict(self.kept) if self.kept else None,
            "changed_since": [asdict(one) for one in self.changed],
        }

    def as_json(self) -> str:
        return json.dumps(self.values(), indent=1, ensure_ascii=False, default=str)


def return_as_sent(
    scope: Scope, desk: Desk, slug: str, trust: str, period: str, *, revision: int | None = None, today: bool = False
) -> ReturnAsSent:
    """The return of a period with today's figures beside it; `today` passes over what was closed."""
    found = made_return(scope, desk, slug, trust, period)
    kept = None if today else closed_returns.closed(desk.home, found.declared, trust, found.period, revision)
    if kept is None:
        if revision is not None and not today:
            raise UserError(f"{period} of {trust} is not closed, so it has no revision {revision}.", do="Leave --revision out.")
        return ReturnAsSent(today=found, rows=found.rows)
    rows = _titled(closed_returns.rows_as_sent(desk.home, found.declared, kept, found.period), found.rows)
    return ReturnAsSent(
        today=found,
        rows=rows,
        kept=kept,
        files=closed_returns.files(desk.home, found.declared, kept),
        changed=tuple(_changed(found, rows)),
    )


def _titled(sent: Sequence[ReturnRow], now: Sequence[ReturnRow]) -> tuple[ReturnRow, ...]:
    """The rows as sent under the titles of today's, which a file does not hold; one that is gone under the words of its cut."""
    known = {(row.sheet, row.cut): row.title for row in now}
    titles = (known.get((row.sheet, row.cut)) or row.title or ", ".join(filter(None, pairs_of(row.cut).values())) for row in sent)
    return tuple(replace(row, title=title) for row, title in zip(sent, titles, strict=True))


def _changed(found: MadeReturn, sent: tuple[ReturnRow, ...]) -> list[FigureSince]:
    """The figures that today's data say otherwise."""
    then = {(row.sheet, row.cut): row for row in sent}
    now = {(row.sheet, row.cut): row for row in found.rows}
    told = []
    for key in [*now, *(key for key in then if key not in now)]:
        sheet, row = found.declared.sheet(key[0]), now.get(key) or then[key]
        for place, column in enumerate(sheet.columns):
            before, after = (one[key].cells[place] if key in one else None for one in (then, now))
            if column.is_figure and not found.declared.is_of_records and (before or 0) != (after or 0):
                told.append(FigureSince(sheet=sheet.name, row=row.title or row.cut, column=column.name, then=before, now=after))
    return told


def close_return(
    scope: Scope, desk: Desk, slug: str, trust: str, period: str, *, by: str, reason: str = "", status: str = ""
) -> FrozenReturn:
    """Keep today's return of a period as the one that was sent.

    `by` must be said; `reason` too where a check fails, or where the period was closed before: that makes a further revision. Of a
    return that is sent provisional and then final, `status` says which this is; the first is provisional unless it says otherwise.
    """
    scope.require_patients(trust)
    if not by.strip():
        raise UserError("Who closes the return is not said.", do="Give --by NAME.")
    with writer(desk.home):
        found = made_return(scope, desk, slug, trust, period)
        earlier = frozen_returns.revisions(desk.home, trust, found.period.name, slug=slug)
        status = closing_status(found.declared, status, earlier)
        _refuse(found, earlier, reason, is_next=bool(earlier) and status != earlier[-1].status)
        first, *others = found.declared.sheets
        receipt = _receipt(desk, found, number=len(earlier) + 1, by=by.strip(), reason=reason.strip(), status=status)
        return frozen_returns.keep(
            desk.home,
            receipt,
            content=sheet_csv(first, found.rows).encode("utf-8"),
            listed=_listed(desk, found),
            sheets={sheet_name(place): sheet_csv(sheet, found.rows).encode("utf-8") for place, sheet in enumerate(others, start=2)},
        )


def _listed(desk: Desk, found: MadeReturn) -> pa.Table:
    rows = desk.rows(members_of(desk, found.declared, found.trust, found.period))
    return rows.sort_by([(name, "ascending") for name in ("key", "record")])


def closing_status(declared: NationalReturn, status: str, earlier: Sequence[FrozenReturn]) -> str:
    """What this closing is: as asked for, else the first that the period may be; final does not become provisional again."""
    known = declared.statuses
    if status and status not in known:
        only = f"It may be {' or '.join(known)}." if known else "Its periods are sent once."
        raise UserError(f"A closing of {declared.name} is not {status}.", where=only, do="Leave --as out, or name one of these.")
    last = earlier[-1].status if earlier else ""
    if not status and known:
        status = last or known[0]
    if status and last and known.index(status) < known.index(last):
        raise UserError(f"The period was closed as {last}.", do=f"Close it again as {last}, with --reason TEXT.")
    return status


def _refuse(found: MadeReturn, earlier: list[FrozenReturn], reason: str, *, is_next: bool = False) -> None:
    if not found.period.is_over:
        raise UserError(
            f"{found.period.title} is not over in the data, so it cannot be closed.",
            where=f"Snapshot {found.snapshot_id} is as of {found.as_of.isoformat()}.",
            do="Load files that reach its end, refresh, and close it then.",
        )
    failed = [one.check.title for one in found.checks if not one.is_passed]
    if failed and not reason.strip():
        raise UserError(
            "A check fails, and no reason is given.", where="; ".join(failed) + ".",
            do="Put it right, or close it with --reason TEXT.",
        )  # fmt: skip
    if earlier and not is_next and not reason.strip():
        last = earlier[-1]
        raise UserError(
            f"{found.period.title} of {found.trust} was closed by {last.closed_by} on {last.closed_at[:10]}.",
            where=f"It has {len(earlier)} revision{'s' if len(earlier) > 1 else ''}; none is ever changed.",
            do="To close it again as a further revision, give --reason TEXT.",
        )


def _receipt(desk: Desk, found: MadeReturn, *, number: int, by: str, reason: str, status: str) -> FrozenReturn:
    manifest = desk.manifest
    keys = found.declared.keys if not found.declared.is_of_records else ()
    return FrozenReturn(
        slug=found.declared.slug,
        status=status,
        trust=found.trust,
        month=found.period.name,
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
        totals={key: found.counted.value(key) for key in keys},
        failed_checks=tuple(one.check.slug for one in found.checks if not one.is_passed),
        checks=tuple(
            {"check": one.check.slug, "kind": one.check.kind, "is_passed": one.is_passed, "findings": len(one.findings)}
            for one in found.checks
        ),
        flows=tuple({"cut": one.cut, **one.steps, "closing": one.closing, "unexplained": one.unexplained} for one in found.flows),
        readings=dict(manifest.readings),
    )
