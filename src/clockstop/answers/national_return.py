"""A trust's national return of a period as today's data give it: rows, checks, the flow of its list, and the records behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers import closed_returns
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.errors import UnknownName, UserError
from clockstop.intake.organisation import organisation
from clockstop.intake.published import shipped
from clockstop.rules.national_return import (
    ERROR,
    Checkable,
    Checked,
    Counted,
    FlowOf,
    NationalReturn,
    Place,
    ReturnRow,
    checked,
    cut_of,
    failures,
    pairs_of,
)
from clockstop.rules.national_returns import national_return
from clockstop.rules.return_period import ReturnPeriod, last_day_of_period, period_ending
from clockstop.store.settings import readings

TODAY, CLOSED = "as the data say now", "as it was closed"
MEMBER = ("record", "patient_pathway_identifier", "key")


@dataclass(frozen=True, kw_only=True)
class MadeReturn:
    """A return of a period. `before` are the last period's rows, from where `before_title` says."""

    declared: NationalReturn
    trust: str
    trust_name: str
    period: ReturnPeriod
    counted: Counted
    rows: tuple[ReturnRow, ...]
    before: tuple[ReturnRow, ...]
    before_title: str
    flows: tuple[FlowOf, ...]
    checks: tuple[Checked, ...]
    snapshot_id: str
    as_of: date

    @property
    def has_errors(self) -> bool:
        """Whether a check fails for which the return would be sent back."""
        return failures(self.checks)[ERROR] > 0

    def of_sheet(self, name: str) -> tuple[ReturnRow, ...]:
        """The rows of a sheet."""
        return tuple(row for row in self.rows if row.sheet == name)


def period_named(declared: NationalReturn, text: str, *, as_of: date) -> ReturnPeriod:
    """The period of a return that was typed: a month, of a quarter its last, of a week any day of it."""
    is_week = declared.period == "week"
    try:
        day = date.fromisoformat(text if is_week else f"{text}-01")
    except ValueError:
        shape = "a day, such as 2026-10-25" if is_week else "a month, such as 2026-10"
        raise UserError(f"{text} is no {declared.period}.", do=f"Write it as {shape}.") from None
    last = last_day_of_period(declared.period, day)
    period = period_ending(declared.period, last, as_of=as_of)
    if declared.period == "quarter" and (last.year, last.month) != (day.year, day.month):
        raise UserError(
            f"{text} is not the last month of a quarter.", where=f"It lies in {period.title}.", do=f"Write {period.name}."
        )
    if period.first_day > as_of:
        raise UserError(
            f"{period.title} has not begun in the data.", where=f"They are as of {as_of.isoformat()}.",
            do="Choose an earlier one, or load newer files and refresh.",
        )  # fmt: skip
    return period


def made_return(scope: Scope, desk: Desk, slug: str, trust: str, period: str) -> MadeReturn:
    """The return as today's data give it, checked against last time's: as it was closed, else as the data say now.

    One whose rows are patients is for those cleared for the trust's patients alone.
    """
    declared = national_return(slug)
    scope.require_trust(trust)
    if declared.is_of_records:
        scope.require_patients(trust)
    require_tables(desk, declared, trust)
    chosen = period_named(declared, period, as_of=desk.as_of)
    return desk.kept_answer(
        ("national return", slug, trust, chosen, readings(desk.home), closed_returns.closings(desk.home, trust, slug)),
        lambda: _made(desk, declared, trust, chosen),
    )


def has_tables(desk: Desk, declared: NationalReturn, trust: str) -> bool:
    """Whether the snapshot has what the return is made of, for that trust."""
    known = desk.manifest.trusts.get(trust)
    return known is not None and all(known.rows.get(name, 0) for name in declared.needs[:1]) and all(map(desk.has, declared.needs))


def require_tables(desk: Desk, declared: NationalReturn, trust: str) -> None:
    """`UnknownName` where the snapshot has not what the return is made of."""
    organisation(desk.home, trust)
    if not has_tables(desk, declared, trust):
        raise UnknownName(
            f"Snapshot {desk.snapshot_id} has nothing of {trust} for the {declared.name} return.",
            do=f"Load {', '.join(declared.datasets) or 'its records'}, then run: clockstop refresh",
        )


def _made(desk: Desk, declared: NationalReturn, trust: str, period: ReturnPeriod) -> MadeReturn:
    counted = counted_of(desk, declared, trust, period)
    rows = tuple(declared.layout(counted))
    before, title = last_time(desk, declared, trust, period.before())
    flows = _flows(desk, declared, trust, counted, before)
    found = Checkable(declared=declared, rows=rows, period=period, org_code=trust, before=before, flows=flows, counted=counted)
    return MadeReturn(
        declared=declared, trust=trust, trust_name=organisation(desk.home, trust).name, period=period, counted=counted, rows=rows,
        before=before, before_title=title, flows=flows, checks=checked(found), snapshot_id=desk.snapshot_id, as_of=desk.as_of,
    )  # fmt: skip


def last_time(desk: Desk, declared: NationalReturn, trust: str, period: ReturnPeriod) -> tuple[tuple[ReturnRow, ...], str]:
    """The rows of the period before and where they are from: as they were closed here, else as today's data say."""
    kept = closed_returns.closed(desk.home, declared, trust, period)
    if kept is not None:
        return closed_returns.rows_as_sent(desk.home, declared, kept, period), CLOSED
    return tuple(declared.layout(counted_of(desk, declared, trust, period))), TODAY


def place(desk: Desk, trust: str) -> Place:
    """What the trust and those above it are called."""
    known = shipped.organisations().get(trust, {})
    return Place(
        org_code=trust,
        org_name=known.get("name") or organisation(desk.home, trust).name,
        region_code=known.get("region_code", ""),
        region_name=known.get("region_name", ""),
        parent_code=known.get("icb_code", ""),
        parent_name=known.get("icb_name", ""),
    )


def tables_of(desk: Desk, declared: NationalReturn, trust: str) -> dict[str, Table]:
    """The tables that a return is made of."""
    wanted = [*declared.needs, *(name for name in declared.wants if desk.has(name))]
    return {name: desk.table(name, trusts=[trust]) for name in wanted}


def members_of(desk: Desk, declared: NationalReturn, trust: str, period: ReturnPeriod) -> Table:
    """A row a record and figure that counts it; to be asked for its rows before those of another period are."""
    tables, chosen = tables_of(desk, declared, trust), readings(desk.home)
    try:
        for work_out in declared.first:
            for name, table in work_out(tables, period, chosen).items():
                desk.lend(name, desk.rows(table))
                tables[name] = desk.lent(name)
        return declared.members(tables, period, chosen)
    except AttributeError as error:
        raise UnknownName(
            f"Snapshot {desk.snapshot_id} was built before the {declared.name} return was made as it is now.", where=str(error),
            do="Run: clockstop refresh",
        ) from error  # fmt: skip


def counted_of(desk: Desk, declared: NationalReturn, trust: str, period: ReturnPeriod) -> Counted:
    """The figures of a period as today's data give them, worked out once in each snapshot."""

    def work_out() -> Counted:
        members = members_of(desk, declared, trust, period)
        if declared.is_of_records:
            return Counted(period, place(desk, trust), {}, tuple(desk.rows(members).to_pylist()))
        return Counted(period, place(desk, trust), summed(desk, declared, members))

    return desk.kept_answer(("counted return", declared.slug, trust, period, readings(desk.home)), work_out)


def summed(desk: Desk, declared: NationalReturn, members: Table) -> dict[tuple[str, str], float]:
    """The members' figures by key and cut."""
    named = {name: members[name].fill_null("") for name in declared.cuts}
    rows = desk.rows(members.mutate(**named).group_by("key", *declared.cuts).agg(value=members.adds.sum()))
    return figures_of_groups(declared, rows)


def figures_of_groups(declared: NationalReturn, rows: pa.Table) -> dict[tuple[str, str], float]:
    """Rows of `key`, the cuts and `value` as figures by key and cut."""
    return {(row["key"], cut_of({name: row[name] for name in declared.cuts})): float(row["value"] or 0) for row in rows.to_pylist()}


def records_behind(scope: Scope, desk: Desk, made: MadeReturn, *, key: str, cut: str = "", most: int | None = None) -> pa.Table:
    """The records that a figure counts, with what each adds. Patient-level: the scope must reach the trust's patients."""
    scope.require_patients(made.trust)
    members = members_of(desk, made.declared, made.trust, made.period)
    chosen = members.filter(
        members.key == key, *[members[name].fill_null("") == value for name, value in _known(made, cut).items()]
    )
    rows = chosen.order_by("patient_pathway_identifier", "record")
    return desk.rows(rows if most is None else rows.limit(most))


def number_behind(desk: Desk, made: MadeReturn, *, key: str, cut: str = "") -> int:
    """How many records a figure counts."""
    members = members_of(desk, made.declared, made.trust, made.period)
    chosen = members.filter(
        members.key == key, *[members[name].fill_null("") == value for name, value in _known(made, cut).items()]
    )
    return int(desk.rows(chosen.aggregate(number=chosen.count()))["number"][0].as_py())


def _known(made: MadeReturn, cut: str) -> Mapping[str, str]:
    pairs = pairs_of(cut)
    unknown = sorted(pairs.keys() - set(made.declared.cuts))
    if unknown:
        raise UnknownName(
            f"The {made.declared.name} return is not cut by {', '.join(unknown)}.", do="Open the figure from its page."
        )
    return pairs


def _flows(desk: Desk, declared: NationalReturn, trust: str, counted: Counted, before: tuple[ReturnRow, ...]) -> tuple[FlowOf, ...]:
    """The list's way from last time's return to this one's; where that was closed or published, it opens the flow."""
    if declared.flow is None:
        return ()
    period = counted.period
    rows = desk.rows(declared.flow(tables_of(desk, declared, trust), period, readings(desk.home))).to_pylist()
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["cut"], {})[row["step"]] = int(row["number"])
    opening, titles = _openings(declared, before)
    told = []
    for cut in sorted({*found, *opening}, key=_by_number):
        steps = {step: found.get(cut, {}).get(step, 0) for step in declared.flow_steps}
        first = next(iter(declared.flow_steps))
        steps[first] = opening.get(cut, steps[first])
        closing = int(counted.value(declared.flow_key, cut))
        told.append(FlowOf(cut=cut, title=titles.get(cut, cut), steps=steps, closing=closing))
    return tuple(told)


def _openings(declared: NationalReturn, before: tuple[ReturnRow, ...]) -> tuple[dict[str, int], dict[str, str]]:
    """Last time's list by cut, and the rows' titles."""
    sheet = declared.main
    place_of_list = next(place for place, one in enumerate(sheet.columns) if one.key == declared.flow_key)
    rows = [row for row in before if row.sheet == sheet.name and row.cut]
    return {row.cut: int(row.cells[place_of_list] or 0) for row in rows}, {row.cut: row.title for row in rows}  # type: ignore[arg-type]


def _by_number(cut: str) -> tuple:
    return tuple((len(value), value) for value in pairs_of(cut).values())
