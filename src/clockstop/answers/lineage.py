"""Where a number comes from: its measure, the snapshot's tables and files, and the loads behind them, each with its hash."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clockstop.answers.desk import Desk
from clockstop.answers.measure_rows import RowsAsked, measure_rows, period_end_of
from clockstop.answers.now import datasets_behind
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, series
from clockstop.answers.standing_loads import standing_loads
from clockstop.contracts import contracts
from clockstop.errors import UnknownName
from clockstop.intake.ledger import Receipt
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.dimensions import UNITS
from clockstop.measures.measure import Measure
from clockstop.rules import facts
from clockstop.store.manifest import SnapshotFile


@dataclass(frozen=True, kw_only=True)
class TableBehind:
    """A table that the number is made of, straight or through another; `files` are those of the trusts asked for."""

    name: str
    title: str
    is_counted: bool
    files: tuple[SnapshotFile, ...]

    @property
    def rows(self) -> int:
        """How many rows the files hold."""
        return sum(file.rows for file in self.files)


@dataclass(frozen=True, kw_only=True)
class DatasetBehind:
    """A dataset that the tables are made of: the loads that stood when the snapshot was built, oldest first."""

    name: str
    title: str
    loads: tuple[Receipt, ...]
    is_sent: bool


@dataclass(frozen=True, kw_only=True)
class NumberLineage:
    """A number with all that it was made of.

    `point` is the figure as pages show it to this reader. `counted` are numerator and denominator added up again from the rows
    themselves; None where the reader may not see them, or where the figure is read from bands.
    """

    measure: Measure
    asked: RowsAsked
    point: Point
    counted: tuple[float, float] | None
    tables: tuple[TableBehind, ...]
    datasets: tuple[DatasetBehind, ...]

    @property
    def agrees(self) -> bool | None:
        """Whether the rows add up to the figure; None where they were not counted."""
        if self.counted is None or self.point.is_hidden or self.point.denominator is None:
            return None
        figures = (self.point.numerator or 0.0, self.point.denominator)
        return all(abs(one - other) < 1e-6 for one, other in zip(figures, self.counted, strict=True))


def latest_period(scope: Scope, desk: Desk, measure: str, kind: str, where: dict[str, str]) -> date:
    """The end of the last period in which the measure has a figure; that of the snapshot's day where it has none."""
    units = {name: value for name, value in where.items() if name in UNITS}
    found = [one.latest for one in series(scope, desk, measure, period_kind=kind, where=units) if one.latest]
    return max((one.period_end for one in found), default=period_end_of(kind, desk.as_of))


def number_lineage(scope: Scope, desk: Desk, measure: str, asked: RowsAsked) -> NumberLineage:
    """What a figure was made of, within the trusts that the reader may see; `UnknownName` where there is no such figure."""
    found, where = measure_of(measure), dict(asked.where)
    if where.get("trust"):
        scope.require_trust(where["trust"])
    point = _point(scope, desk, found, asked)
    if point is None:
        raise UnknownName(
            f"{found.title} has no figure then.",
            where=f"{asked.period_kind} to {asked.period_end}, snapshot {desk.snapshot_id} of {desk.as_of}.",
            do="Ask for a period that the measure's page shows.",
        )
    trusts = [where["trust"]] if where.get("trust") else sorted(scope.trusts & set(desk.manifest.trusts))
    behind = _tables_of(found)
    return NumberLineage(
        measure=found,
        asked=asked,
        point=point,
        counted=_counted(scope, desk, found, asked, trusts),
        tables=tuple(_table(desk, name, trusts, is_counted=name == behind[0]) for name in behind if desk.has(name)),
        datasets=tuple(_dataset(desk, name, trusts) for name in sorted(datasets_behind([found.table]))),
    )


def _point(scope: Scope, desk: Desk, measure: Measure, asked: RowsAsked) -> Point | None:
    """The figure of the places asked for, cut by the one dimension beside them; None where there is none, or of more cuts."""
    units = {name: value for name, value in asked.where if name in UNITS}
    cuts = [(name, value) for name, value in asked.where if name not in UNITS]
    if len(cuts) > 1:
        return None
    by, key = cuts[0] if cuts else (None, "")
    kind = "now" if measure.is_current_only else asked.period_kind
    found = series(scope, desk, measure.slug, period_kind=kind, where=units, by=by)
    points = (each for one in found if one.key == key for each in one.points)
    return next((each for each in points if each.period_end == asked.period_end), None)


def _tables_of(measure: Measure) -> list[str]:
    """The table that is counted, then those that it is made of."""
    if measure.is_of_clocks:
        first = "rtt_waits" if measure.is_current_only else "rtt_clocks"
        return [first, *(["rtt_clocks"] if measure.is_current_only else []), "rtt_events", "rtt_pathways"]
    found, open_ = [], [measure.table]
    known = facts()
    while open_:
        name = open_.pop(0)
        if name not in found:
            found.append(name)
            open_ += [one for one in (known[name].needs if name in known else ()) if one not in contracts()]
    return found


def _counted(scope: Scope, desk: Desk, measure: Measure, asked: RowsAsked, trusts: Iterable[str]) -> tuple[float, float] | None:
    if measure.kind == "quantile" or not set(trusts) <= scope.own_trusts or not desk.has(measure.table):
        return None
    if measure.is_current_only and asked.period_end != desk.as_of:
        return None
    sides = []
    for side in ("numerator", "denominator"):
        page = measure_rows(scope, desk, measure, RowsAsked(asked.period_kind, asked.period_end, asked.where, side))
        sides.append(page.numerator if side == "numerator" else page.denominator)
    return sides[0], sides[1]


def _table(desk: Desk, name: str, trusts: list[str], *, is_counted: bool) -> TableBehind:
    known = facts()
    return TableBehind(
        name=name,
        title=known[name].title if name in known else name.replace("_", " ").replace("rtt", "RTT"),
        is_counted=is_counted,
        files=tuple(file for file in desk.manifest.files if file.table == name and file.trust in trusts),
    )


def _dataset(desk: Desk, name: str, trusts: list[str]) -> DatasetBehind:
    receipts = tuple(one for trust in trusts for one in standing_loads(desk, trust)[name])
    return DatasetBehind(name=name, title=contracts()[name].title, loads=receipts, is_sent=bool(receipts))
