"""A national return beside what was published for the trust: every figure that differs, and how far our own records explain it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers import closed_returns
from clockstop.answers.desk import Desk
from clockstop.answers.national_return import (
    MadeReturn,
    counted_of,
    figures_of_groups,
    made_return,
    members_of,
    period_named,
    require_tables,
    tables_of,
)
from clockstop.answers.scope import Scope
from clockstop.errors import UnknownName
from clockstop.intake.published.figure_reading import MonthRevision, month_table, revisions_of
from clockstop.rules.national_return import Cell, Counted, NationalReturn, Reason, ReturnRow, cell_cut, cut_of, pairs_of
from clockstop.rules.national_return_checks import is_near, is_number
from clockstop.rules.national_returns import national_return
from clockstop.rules.return_differences import Told, explained
from clockstop.rules.return_period import ReturnPeriod
from clockstop.store import snapshots
from clockstop.store.settings import readings

SINCE_CLOSED = Reason(
    slug="since_closed", says="changed in our records since the return was closed", 
    do="Send a correction, if the collection takes one.",
    is_certain=True,
)  # fmt: skip
SINCE_DUE = Reason(
    slug="since_due", says="changed in our records since the snapshot on which the return was due",
    do="Close each return when it is sent, so that what was sent is known.", is_certain=True,
)  # fmt: skip
FLAGGED = Reason(
    slug="flagged", says="records of ours that fail a rule of data quality: perhaps left out of what was published",
    do="Mend the records at fault, or take them off the list.",
)  # fmt: skip
# What stands beside a row that was not published, where rows of nought are not.
NOUGHT = {"value": 0.0, "text": "", "sheet": "no row", "source_row": None}
OF_EVERY_RETURN = (SINCE_CLOSED, SINCE_DUE, FLAGGED)


@dataclass(frozen=True, kw_only=True)
class FigureBeside:
    """One figure: ours, what was published (None where a mark stands: `text`), in which cell, and what explains the difference.

    `whole` is the kind of figure that both are: a count, or an average. `reasons` are parts of published less ours.
    """

    key: str
    cut: str
    sheet: str
    row: str
    column: str
    ours: float
    published: float | None
    text: str
    place: str
    reasons: Mapping[str, float]

    @property
    def difference(self) -> float:
        """Published less ours; nought where nothing is published."""
        return 0.0 if self.published is None else self.published - self.ours

    @property
    def unexplained(self) -> float:
        """What of the difference no reason explains."""
        return self.difference - sum(self.reasons.values())


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """A return beside what was published: its figures, the reasons as far as they fit, and which file was taken."""

    made: MadeReturn
    title: str
    revision: MonthRevision
    figures: tuple[FigureBeside, ...]
    told: tuple[Told, ...]

    @cached_property
    def differing(self) -> tuple[FigureBeside, ...]:
        """The figures that differ."""
        return tuple(one for one in self.figures if _is_apart(one))

    @property
    def reasons(self) -> dict[str, Reason]:
        """Every reason that may be told, by its slug."""
        return {one.slug: one for one in (*OF_EVERY_RETURN, *self.made.declared.reasons)}

    def headline(self) -> tuple[FigureBeside, ...]:
        """The figures of the trust as a whole."""
        return tuple(one for one in self.figures if one.cut == "" or one.row == self.figures[0].row)


def reconciliation(scope: Scope, desk: Desk, slug: str, trust: str, period: str, *, number: int | None = None) -> Reconciled:
    """The return beside the published one; `UnknownName` where none is loaded. For those cleared for the trust's patients."""
    scope.require_patients(trust)
    made = made_return(scope, desk, slug, trust, period)
    declared = made.declared
    if not declared.published:
        raise UnknownName(f"The {declared.name} return is not published by provider.", do="There is nothing to set it beside.")
    published = _table(desk, declared, trust, made.period, number)
    if not published.num_rows:
        raise UnknownName(
            f"No published {declared.name} figures of {trust} for {made.period.title} are loaded.",
            where=str(desk.home.published),
            do="Load the file: clockstop published load FILE",
        )
    known = {one.number: one for one in revisions_of(desk.home, declared.published, made.period.name)}
    rows = published.to_pylist()
    revision = known[rows[0]["revision"]]
    key = ("national reconciliation", slug, trust, made.period, revision.number, revision.kept.file_sha256, readings(desk.home),
           closed_returns.closings(desk.home, trust, slug))  # fmt: skip
    return desk.kept_answer(key, lambda: _worked_out(desk, made, rows, revision))


def figures_apart(scope: Scope, desk: Desk, slug: str, trust: str, period: str) -> tuple[int, int] | None:
    """How many figures differ from what was published, of how many that were; None where nothing was. No reason is asked for."""
    scope.require_patients(trust)
    declared = national_return(slug)
    require_tables(desk, declared, trust)
    chosen = period_named(declared, period, as_of=desk.as_of)
    published = _table(desk, declared, trust, chosen, None)
    if not published.num_rows:
        return None
    rows = tuple(declared.layout(counted_of(desk, declared, trust, chosen)))
    beside = _beside(declared, rows, {(row["key"], row["cut"]): row for row in published.to_pylist()})
    return sum(_is_apart(one) for one in beside), len(beside)


def _is_apart(one: FigureBeside) -> bool:
    return one.published is not None and not is_near(one.ours, one.published)


def _table(desk: Desk, declared: NationalReturn, trust: str, period: ReturnPeriod, number: int | None) -> pa.Table:
    return month_table(desk.home, declared.published, period.name, number=number, level="provider", org_code=trust)


def _worked_out(desk: Desk, made: MadeReturn, rows: list[dict], revision: MonthRevision) -> Reconciled:
    theirs = {(row["key"], row["cut"]): row for row in rows}
    beside = _beside(made.declared, made.rows, theirs)
    differences = {(one.key, one.cut): one.difference for one in beside}
    wanted = _reasons(desk, made)
    told = explained(differences, wanted, row_of={(one.key, one.cut): one.row for one in beside})
    parts: dict[tuple[str, str], dict[str, float]] = {}
    for one in told:
        for place, amount in one.amounts.items():
            parts.setdefault(place, {})[one.reason] = amount
    figures = tuple(_with_reasons(one, parts.get((one.key, one.cut), {})) for one in beside)
    return Reconciled(
        made=made, title=f"{revision.title}, {revision.kept.file_name}", revision=revision, figures=figures, told=told
    )  # fmt: skip


def _with_reasons(one: FigureBeside, reasons: dict[str, float]) -> FigureBeside:
    return FigureBeside(**{**vars(one), "reasons": reasons})


def _beside(declared: NationalReturn, rows: Sequence[ReturnRow], theirs: Mapping[tuple[str, str], dict]) -> list[FigureBeside]:
    """Each figure of the return that was published too, in the order of its rows; a figure stands once."""
    found: dict[tuple[str, str], FigureBeside] = {}
    keys = {key for key, _cut in theirs}
    for row in (*rows, *_only_published(declared, rows, theirs)):
        sheet = declared.sheet(row.sheet)
        for column, cell in zip(sheet.columns, row.cells, strict=True):
            place = (column.key, cell_cut(row, column))
            if sheet.is_published and column.is_figure and column.kind != "share" and place not in found:
                beside = _published(declared, place, theirs, keys)
                if beside is not None:
                    found[place] = _figure(place, (sheet.name, row.title or "The trust", column.name), cell, beside)
    return list(found.values())


def _published(
    declared: NationalReturn, place: tuple[str, str], theirs: Mapping[tuple[str, str], dict], keys: set[str]
) -> dict | None:
    """What was published of a figure; nought where rows of nobody are left out, None where nothing is said of it."""
    there = declared.place_published(*place)
    return theirs.get(there) or (NOUGHT if declared.leaves_noughts_out and there[0] in keys else None)


def _only_published(declared: NationalReturn, rows: Sequence[ReturnRow], theirs: Mapping[tuple[str, str], dict]) -> list[ReturnRow]:
    """Rows of nought for what was published alone, of a return that leaves such rows out."""
    if declared.row_published is None:
        return []
    own = {declared.place_published(column.key, cell_cut(row, column))
           for row in rows for column in declared.sheet(row.sheet).columns if column.is_figure}  # fmt: skip
    places = dict.fromkeys(place for place in theirs if place not in own)
    found = {row.cut: row for place in places if (row := declared.row_published(*place)) is not None}
    return list(found.values())


def _figure(place: tuple[str, str], where: tuple[str, str, str], ours: Cell, theirs: dict) -> FigureBeside:
    sheet, row, column = where
    return FigureBeside(
        key=place[0],
        cut=place[1],
        sheet=sheet,
        row=row,
        column=column,
        ours=float(ours) if is_number(ours) else 0.0,  # type: ignore[arg-type]
        published=theirs["value"],
        text=theirs["text"] or "",
        place=", ".join([*filter(None, [theirs["sheet"]]), *([f"row {theirs['source_row']}"] if theirs["source_row"] else [])]),
        reasons={},
    )


def _reasons(desk: Desk, made: MadeReturn) -> dict[str, dict[tuple[str, str], float]]:
    """What each reason would add to each figure, at every cut that the return has rows of."""
    found: dict[str, dict[tuple[str, str], float]] = {}
    then = _as_known_then(desk, made)
    if then is not None:
        slug, figures = then
        keys = {*figures, *made.counted.figures}
        found[slug] = {place: figures.get(place, 0.0) - made.counted.figures.get(place, 0.0) for place in keys}
    for slug, figures in _candidate_figures(desk, made).items():
        found[slug] = figures
    return {slug: _at_rows(made, figures) for slug, figures in found.items()}


def _as_known_then(desk: Desk, made: MadeReturn) -> tuple[str, dict[tuple[str, str], float]] | None:
    """The figures as the return was closed, else as a snapshot of around its due date said; None where neither is there."""
    declared, period = made.declared, made.period
    kept = closed_returns.closed(desk.home, declared, made.trust, period)
    if kept is not None:
        return SINCE_CLOSED.slug, _grouped(declared, closed_returns.records_as_sent(desk.home, kept))
    earlier = snapshot_when_due(desk, made)
    if earlier is None or earlier == desk.snapshot_id:
        return None
    old = Desk(desk.home, snapshot_id=earlier).refreshed()
    return SINCE_DUE.slug, dict(counted_of(old, declared, made.trust, period).figures)


def snapshot_when_due(desk: Desk, made: MadeReturn) -> str | None:
    """The last snapshot by as-of day between the period's end and the return's due date; None where there is none."""
    first, last = made.period.last_day, made.declared.due(made.period)
    every = [snapshots.manifest(desk.home, one) for one in snapshots.all_snapshots(desk.home)]
    fits = [one for one in every if first <= one.as_of <= last and made.trust in one.trusts]
    fits = [one for one in fits if all(name in one.tables for name in made.declared.needs)]
    return max(fits, key=lambda one: (one.as_of, one.built_at)).id if fits else None


def _grouped(declared: NationalReturn, records: pa.Table) -> dict[tuple[str, str], float]:
    """The figures of kept members."""
    groups = records.group_by(["key", *declared.cuts]).aggregate([("adds", "sum")]).rename_columns(["key", *declared.cuts, "value"])
    return figures_of_groups(declared, groups)


def candidates_of(desk: Desk, declared: NationalReturn, trust: str, period: ReturnPeriod) -> Table | None:
    """The records of every reason, signed; None where the return declares none and no rule of data quality says anything."""
    found = []
    if declared.candidates is not None:
        found.append(declared.candidates(tables_of(desk, declared, trust), period, readings(desk.home)))
    flagged = _flagged(desk, declared, trust, period)
    if flagged is not None:
        found.append(flagged.select(*found[0].columns) if found else flagged)
    return ibis.union(*found) if len(found) > 1 else found[0] if found else None


def _flagged(desk: Desk, declared: NationalReturn, trust: str, period: ReturnPeriod) -> Table | None:
    """Our members that fail a rule of data quality, as taken away from what was published."""
    if not desk.has("quality_issues") or not declared.datasets:
        return None
    issues = desk.table("quality_issues", trusts=[trust])
    records = issues.filter(issues.dataset.isin(declared.datasets)).select(failed="record").distinct()
    members = members_of(desk, declared, trust, period)
    failing = members.semi_join(records, members.record == records.failed)
    return failing.mutate(adds=-failing.adds, reason=ibis.literal(FLAGGED.slug))


def _candidate_figures(desk: Desk, made: MadeReturn) -> dict[str, dict[tuple[str, str], float]]:
    rows = candidates_of(desk, made.declared, made.trust, made.period)
    if rows is None:
        return {}
    cuts = made.declared.cuts
    grouped = rows.mutate(**{name: rows[name].fill_null("") for name in cuts}).group_by("reason", "key", *cuts)
    found: dict[str, dict[tuple[str, str], float]] = {}
    for row in desk.rows(grouped.agg(value=rows.adds.sum())).to_pylist():
        place = (row["key"], cut_of({name: row[name] for name in cuts}))
        found.setdefault(row["reason"], {})[place] = float(row["value"])
    return found


def _at_rows(made: MadeReturn, figures: Mapping[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    """Figures at the finest cut, summed at the cuts that the rows have; an average's over the nights that ours has."""
    found: dict[tuple[str, str], float] = {}
    counted = Counted(made.period, made.counted.place, figures)
    for row in made.rows:
        sheet = made.declared.sheet(row.sheet)
        for column in sheet.columns if sheet.is_published else ():
            if column.is_figure and column.kind != "share":
                cut = cut_of({**pairs_of(row.cut), **pairs_of(column.cut)})
                whole = made.counted.value(column.over, "") if column.over else 1.0
                found[column.key, cut] = counted.value(column.key, cut) / whole if whole else 0.0
    return found


def records_of_reason(scope: Scope, desk: Desk, made: MadeReturn, *, reason: str, cut: str = "", most: int = 500) -> pa.Table:
    """The records of a reason, of those that a declaration names. Patient-level: the scope must reach the trust's patients."""
    scope.require_patients(made.trust)
    rows = candidates_of(desk, made.declared, made.trust, made.period)
    if rows is None:
        raise UnknownName("No reason has records here.", do="Choose another return.")
    pairs = pairs_of(cut)
    chosen = rows.filter(rows.reason == reason, *[rows[name].fill_null("") == value for name, value in pairs.items()])
    return desk.rows(chosen.order_by("patient_pathway_identifier", "record", "key").limit(most))
