"""A month's return beside what was published for the trust: every figure that differs, and how far the data explain it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.answers import monthly_return, return_sources
from clockstop.answers.desk import Desk
from clockstop.answers.monthly_return import MonthlyReturn
from clockstop.answers.return_sources import Source
from clockstop.answers.scope import Scope
from clockstop.errors import UnknownName
from clockstop.rules import rtt_return
from clockstop.rules.rtt_bands import band
from clockstop.rules.rtt_return_differences import (
    NO_BAND,
    OTHER_COMMISSIONER,
    OTHER_FUNCTION,
    UNKNOWN_BAND,
    WITHOUT_NONC,
    Cell,
    Move,
    by_band,
    by_function,
    cells,
    moves,
)  # fmt: skip
from clockstop.store import frozen_returns

# How long before the month's end a stop may lie that was perhaps not yet known when the return was sent.
LATE_DAYS = 92
MOST_PATHWAYS = 50


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What explains so many pathways of a part and function's difference; `pathways` names those that it may be, where data allow.

    `is_certain`: the data show it, rather than fit it.
    """

    part: str
    treatment_function: str
    kind: str
    count: int
    says: str
    is_certain: bool = False
    pathways: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """Ours (today's data) beside the published return, by band, by function, and the explanations."""

    ours: MonthlyReturn
    published_title: str
    bands: tuple[Cell, ...]
    functions: tuple[Cell, ...]
    explanations: tuple[Explanation, ...]

    @property
    def totals(self) -> dict[str, tuple[int, int]]:
        """Each part's pathways, ours and published."""
        found: dict[str, tuple[int, int]] = dict.fromkeys(rtt_return.PARTS, (0, 0))
        for one in self.functions:
            ours, theirs = found[one.part]
            found[one.part] = (ours + one.ours, theirs + one.theirs)
        return found


def reconciliation(scope: Scope, desk: Desk, trust: str, month: str) -> Reconciliation:
    """The month's return beside the published one; `UnknownName` where none is loaded. Pathways are named to those cleared only."""
    ours = monthly_return.monthly_return(scope, desk, trust, month)
    published = return_sources.published(desk.home, trust, ours.month.name)
    if published is None:
        raise UnknownName(
            f"No published return of {trust} for {month} is loaded.",
            where=str(desk.home.published),
            do="Load it: clockstop published load FILE (the full extract of the month).",
        )
    kept = frozen_returns.frozen(desk.home, trust, ours.month.name)
    is_own = scope.has_every_patient(trust)
    key = ("reconciliation", trust, ours.month, published.title, kept.number if kept else 0, is_own)
    return desk.kept_answer(key, lambda: _worked_out(scope, desk, ours, published, is_own))


def _worked_out(scope: Scope, desk: Desk, ours: MonthlyReturn, published: Source, is_own: bool) -> Reconciliation:
    found = cells(ours.rows, published.rows)
    moved, left = moves(found)
    told = [_of_move(move) for move in moved]
    if is_own:
        told += _of_pathways(scope, desk, ours, by_band(left))
    return Reconciliation(
        ours=ours,
        published_title=published.title,
        bands=tuple(one for one in by_band(found) if one.ours or one.theirs),
        functions=tuple(by_function(found)),
        explanations=tuple(told),
    )


def _of_move(move: Move) -> Explanation:
    weeks = _weeks(move.first_band, move.last_band)
    says = {
        OTHER_FUNCTION: f"{move.pathways:,} that we have under {move.ours} were published under {move.theirs}{weeks}, in the same "
                        "weeks and of the same commissioners.",
        OTHER_COMMISSIONER: f"{move.pathways:,} that we have of commissioner {move.ours or 'blank'} were published of "
                            f"{move.theirs or 'blank'}{weeks}, in the same weeks and functions.",
        WITHOUT_NONC: f"{move.pathways:,} of ours have no English commissioner (NONC); the published return has none of these.",
    }[move.kind]  # fmt: skip
    function = move.ours if move.kind == OTHER_FUNCTION else ""
    return Explanation(part=move.part, treatment_function=function, kind=move.kind, count=move.pathways, says=says)


def _weeks(first: int, last: int) -> str:
    if last == NO_BAND:
        return ""
    return f", in week band {last}" if first == last else f", in week bands {max(first, 1)} to {last}"


@dataclass(frozen=True, kw_only=True)
class _Lists:
    """The pathways that may explain a figure: today's, those sent (where the month is closed), and those that stopped late."""

    today: pa.Table
    sent: pa.Table | None
    late: pa.Table


def _of_pathways(scope: Scope, desk: Desk, ours: MonthlyReturn, found: Sequence[Cell]) -> list[Explanation]:
    """What our own pathways say of each part and function that differs."""
    sent = frozen_returns.frozen(desk.home, ours.trust, ours.month.name)
    lists = _Lists(
        today=monthly_return.listed(scope, desk, ours.trust, ours.month),
        sent=frozen_returns.pathways(desk.home, sent) if sent else None,
        late=_late_stops(desk, ours),
    )
    differ: dict[tuple[str, str], list[Cell]] = defaultdict(list)
    for one in found:
        if one.difference:
            differ[one.part, one.treatment_function].append(one)
    told = []
    for (part, function), group in differ.items():
        told += _unknown(part, function, group)
        told += _more_of_ours(part, function, group, lists)
        told += _fewer_of_ours(part, function, group, lists)
    return told


def _unknown(part: str, function: str, group: Iterable[Cell]) -> list[Explanation]:
    difference = sum(one.difference for one in group if one.band == UNKNOWN_BAND)
    if not difference:
        return []
    says = f"{abs(difference):,} {'more' if difference > 0 else 'fewer'} of ours have an unknown start."
    return [Explanation(part=part, treatment_function=function, kind="unknown_start", count=difference, says=says, is_certain=True)]


def _more_of_ours(part: str, function: str, group: Iterable[Cell], lists: _Lists) -> list[Explanation]:
    """The figures of which we have more: known only since the return was sent, or somewhere among these pathways."""
    more = {one.band: one.difference for one in group if one.difference > 0 and one.band != UNKNOWN_BAND}
    if not more:
        return []
    count = sum(more.values())
    own = _in_cells(lists.today, part, function, more)
    if lists.sent is not None:
        since = sorted(own - _in_cells(lists.sent, part, function, more))
        if since:
            return [Explanation(part=part, treatment_function=function, kind="known_since", count=min(len(since), count),
                                says=f"{len(since):,} have come into these bands since the return was closed.", is_certain=True,
                                pathways=tuple(since[:MOST_PATHWAYS]))]  # fmt: skip
    says = f"{count:,} more of ours{_bands(more)}: among {len(own):,} pathways there."
    return [Explanation(part=part, treatment_function=function, kind="more_of_ours", count=count, says=says,
                        pathways=tuple(sorted(own)[:MOST_PATHWAYS]))]  # fmt: skip


def _fewer_of_ours(part: str, function: str, group: Iterable[Cell], lists: _Lists) -> list[Explanation]:
    """The figures of which we have fewer: gone since the return was sent, or stopped late, or returned without a record here."""
    fewer = {one.band: -one.difference for one in group if one.difference < 0 and one.band != UNKNOWN_BAND}
    if not fewer:
        return []
    count = sum(fewer.values())
    if lists.sent is not None:
        gone = sorted(_in_cells(lists.sent, part, function, fewer) - _in_cells(lists.today, part, function, fewer))
        if gone:
            return [Explanation(part=part, treatment_function=function, kind="gone_since", count=min(len(gone), count),
                                says=f"{len(gone):,} have left these bands since the return was closed.", is_certain=True,
                                pathways=tuple(gone[:MOST_PATHWAYS]))]  # fmt: skip
    candidates = _in_cells(lists.late, part, function, fewer)
    if candidates:
        says = (f"{count:,} fewer of ours{_bands(fewer)}: {len(candidates):,} pathways would stand there, had their stop or "
                "nullification not been known.")  # fmt: skip
        return [Explanation(part=part, treatment_function=function, kind="stopped_late", count=min(count, len(candidates)),
                            says=says, pathways=tuple(sorted(candidates)[:MOST_PATHWAYS]))]  # fmt: skip
    says = f"{count:,} fewer of ours{_bands(fewer)}: no record here tells of them."
    return [Explanation(part=part, treatment_function=function, kind="fewer_of_ours", count=count, says=says)]


def _bands(found: Iterable[int]) -> str:
    weeks = [number for number in found if number > 0]
    return _weeks(min(weeks), max(weeks)) if weeks else ""


def _in_cells(listed: pa.Table, part: str, function: str, bands: Iterable[int]) -> set[str]:
    """The pathways of a part and function in these bands."""
    wanted = pc.and_(pc.equal(listed["part"], part), pc.equal(listed["treatment_function"], function))
    rows = listed.filter(wanted)
    weeks = pc.fill_null(rows["band"], NO_BAND)
    chosen = rows.filter(pc.is_in(weeks, value_set=pa.array(list(bands), weeks.type)))
    return set(chosen["patient_pathway_identifier"].to_pylist())


def _late_stops(desk: Desk, ours: MonthlyReturn) -> pa.Table:
    """Where pathways would stand in Parts 2 and 3 had their stop, or nullification, not been known yet."""
    month = ours.month
    clocks = desk.table("rtt_clocks", trusts=[ours.trust])
    first = month.census - timedelta(days=LATE_DAYS)
    names = ("patient_pathway_identifier", "service", "start_date", "end_date", "is_nullified")
    rows = desk.rows(clocks.filter(clocks.start_date <= month.census, clocks.end_date.between(first, month.census)).select(*names))
    made = []
    for row in rows.to_pylist():
        place = {"patient_pathway_identifier": row["patient_pathway_identifier"], "treatment_function": row["service"]}
        made.append({**place, "part": "part_2", "band": band((month.census - row["start_date"]).days)})
        if row["is_nullified"] and row["start_date"] >= month.first_day:
            made.append({**place, "part": "part_3", "band": None})
    schema = pa.schema([(name, pa.string()) for name in ("patient_pathway_identifier", "treatment_function", "part")])
    return pa.Table.from_pylist(made, schema=schema.append(pa.field("band", pa.int64())))
