"""Data quality: the 25 flags of RTT-R51 over the lists a reader may see, one flag's pathways, and the flags of single pathways."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.quality_filters import FlagFilters
from clockstop.answers.return_apart import Apart, apart
from clockstop.answers.scope import Scope
from clockstop.answers.standing_loads import standing_loads
from clockstop.errors import UnknownName
from clockstop.intake.ledger import Receipt
from clockstop.measures.suppress import is_small
from clockstop.rules.rtt_flags import BY_SLUG, EFFECTS, FLAGS, Flag, definition_of
from clockstop.store.settings import readings

FLAGS_TABLE, COUNTS_TABLE = "rtt_flags", "rtt_flag_counts"
PLACES = ("division", "service", "site")
KEY = ("trust", "patient_pathway_identifier")
RETURN_FLAG = "return_differs"
_NOTES = "pathway_notes"
_NOTED = ("owner", "next_step", "next_step_date", "comment")


@dataclass(frozen=True, kw_only=True)
class FlagLine:
    """One flag over a part of the lists. `number` counts what bears on a list of today; None where it is hidden or not judged.

    `closed` are the flagged pathways beside, of the past. `change` is since the list before, `trend` a number a week.
    `at_door` counts the cells that intake set aside for the same fault, of the trusts whole.
    """

    flag: Flag
    definition: str
    is_judged: bool
    number: int | None
    closed: int | None
    share: float | None
    change: int | None
    trend: tuple[tuple[date, int], ...]
    at_door: int
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Every flag, the most urgent first; `open_pathways` is what the shares are of."""

    lines: tuple[FlagLine, ...]
    open_pathways: int
    as_of: date
    snapshot_id: str


@dataclass(frozen=True)
class FlagRow:
    """One flagged pathway with what was found and what people wrote on it; `days_waited` is None where no clock runs."""

    trust: str
    patient_pathway_identifier: str
    period_number: int
    local_patient_identifier: str | None
    division: str | None
    service: str | None
    site: str | None
    consultant: str | None
    start_date: date | None
    days_waited: int | None
    evidence: str
    is_current: bool
    first_seen_date: date
    owner: str | None
    next_step: str | None
    next_step_date: date | None
    comment: str | None


@dataclass(frozen=True, kw_only=True)
class FlagPage:
    """One page of a flag's pathways, and how many each service has among all that the filters leave."""

    rows: tuple[FlagRow, ...]
    total: int
    by_service: tuple[tuple[str, int], ...]
    without_owner: int
    oldest_date: date | None
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.page_size))


_COLUMNS = tuple(item.name for item in fields(FlagRow))


def flag(slug: str) -> Flag:
    """The flag of that slug or number; `UnknownName` where there is none."""
    found = BY_SLUG.get(slug) or next((one for one in FLAGS if str(one.number) == slug), None)
    if found is None:
        raise UnknownName(
            f"There is no data-quality flag {slug}.", where="RTT-R51 has 25.", do=f"Use one of: {', '.join(BY_SLUG)}."
        )
    return found


def overview(scope: Scope, desk: Desk, where: Mapping[str, str]) -> Overview:
    """Every flag over the lists of `where`, those that move the clock first, then by how many they have."""
    if where.get("trust"):
        scope.require_trust(where["trust"])
    key = ("quality", scope.trusts, scope.clearance, tuple(sorted(where.items())))
    open_pathways, lines = desk.kept_answer(key, lambda: _lines(scope, desk, where))
    # A return may be closed or published while the snapshot stands: its flag is asked for each time.
    effects = list(EFFECTS)
    every = [*lines, _return_line(scope, desk, where)]
    every.sort(key=lambda line: (effects.index(line.flag.effect), -(line.number or 0), line.flag.number))
    return Overview(lines=tuple(every), open_pathways=open_pathways, as_of=desk.as_of, snapshot_id=desk.snapshot_id)


def flag_page(scope: Scope, desk: Desk, notes: pa.Table, slug: str, filters: FlagFilters) -> FlagPage:
    """One page of a flag's pathways, of trusts whose patients the reader may see, the longest waits first."""
    desk.lend(_NOTES, notes)
    rows = _narrowed(scope, desk, desk.lent(_NOTES), slug, filters)
    counted = desk.rows(
        rows.group_by("service").aggregate(
            number=rows.count(), without_owner=rows.owner.isnull().sum(), oldest_date=rows.first_seen_date.min()
        )
    ).to_pylist()
    shown = desk.rows(_ordered(rows).limit(filters.page_size, offset=(filters.page - 1) * filters.page_size).select(*_COLUMNS))
    by_service = sorted(((row["service"] or "", row["number"]) for row in counted), key=lambda pair: (-pair[1], pair[0]))
    return FlagPage(
        rows=tuple(FlagRow(**row) for row in shown.to_pylist()),
        total=sum(row["number"] for row in counted),
        by_service=tuple(by_service),
        without_owner=sum(row["without_owner"] for row in counted),
        oldest_date=min((row["oldest_date"] for row in counted), default=None),
        page=filters.page,
        page_size=filters.page_size,
    )


def flag_rows(scope: Scope, desk: Desk, notes: pa.Table, slug: str, filters: FlagFilters) -> list[FlagRow]:
    """Every pathway of a flag, for what is taken away."""
    desk.lend(_NOTES, notes)
    rows = desk.rows(_ordered(_narrowed(scope, desk, desk.lent(_NOTES), slug, filters)).select(*_COLUMNS))
    return [FlagRow(**row) for row in rows.to_pylist()]


def flags_of(scope: Scope, desk: Desk, pathways: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[tuple[Flag, str]]]:
    """By trust and pathway, the flags that bear on a list of today, each with what was found; of patients who may be seen."""
    wanted = sorted(set(pathways))
    if not wanted or not desk.has(FLAGS_TABLE):
        return {}
    trusts = sorted({trust for trust, _ in wanted} & scope.patient_trusts)
    rows = scope.patients(desk.table(FLAGS_TABLE, trusts=trusts))
    rows = rows.filter(rows.is_current, rows.patient_pathway_identifier.isin([pathway for _, pathway in wanted]))
    found: dict[tuple[str, str], list[tuple[Flag, str]]] = {}
    for row in desk.rows(rows.select(*KEY, "flag", "evidence")).to_pylist():
        found.setdefault((row["trust"], row["patient_pathway_identifier"]), []).append((BY_SLUG[row["flag"]], row["evidence"]))
    return {key: sorted(flags, key=lambda pair: pair[0].number) for key, flags in found.items()}


def return_lines(scope: Scope, desk: Desk, where: Mapping[str, str]) -> tuple[Apart, ...]:
    """Flag 25: the functions of each trust's latest return beside the list, those beyond tolerance first."""
    trusts = [where["trust"]] if where.get("trust") else sorted(scope.own_trusts)
    found = [line for trust in trusts for line in apart(scope, desk, trust)]
    found = [line for line in found if not where.get("service") or line.service == where["service"]]
    return tuple(sorted(found, key=lambda line: (not line.is_apart, -line.difference, line.trust, line.service)))


def _lines(scope: Scope, desk: Desk, where: Mapping[str, str]) -> tuple[int, tuple[FlagLine, ...]]:
    open_pathways = _open(scope, desk, where)
    counts = _counts(scope, desk, where)
    door = _at_door(scope, desk, where)
    cleared = all(scope.is_own(trust) for trust in _trusts(scope, where))
    told = frozenset() if cleared else _told_by_others(scope, desk, where)
    lines = (
        _line(desk, one, counts.get(one.slug, []), open_pathways, door[one.slug], is_cleared=cleared, is_told=one.slug in told)
        for one in FLAGS[:24]
    )
    return open_pathways, tuple(lines)


def _told_by_others(scope: Scope, desk: Desk, where: Mapping[str, str]) -> frozenset[str]:
    """The flags whose number would, beside those of other addresses of the page, give away a small one (profile k5).

    Narrowed by places, that is where any part by these places of a trust not one's own is small: the parts and their total
    could be had one after another. Of several trusts together, where exactly one has a small number.
    """
    if not desk.has(COUNTS_TABLE):
        return frozenset()
    by = ["flag", "trust", *(name for name in PLACES if where.get(name))]
    rows = scope.totals(desk.table(COUNTS_TABLE))
    rows = rows.filter(rows.as_of_date == desk.as_of, rows.trust.isin(_trusts(scope, where)))
    found = rows.group_by(*by).aggregate(current=rows.current_rows.sum().cast("int64"), every=rows.rows.sum().cast("int64"))
    small = Counter(
        row["flag"]
        for row in desk.rows(found).to_pylist()
        if not scope.is_own(row["trust"]) and (is_small(row["current"], "k5") or is_small(row["every"] - row["current"], "k5"))
    )
    is_narrowed = len(by) > 2
    return frozenset(flag for flag, number in small.items() if is_narrowed or number == 1)


def _trusts(scope: Scope, where: Mapping[str, str]) -> Sequence[str]:
    return [where["trust"]] if where.get("trust") else sorted(scope.trusts)


def _open(scope: Scope, desk: Desk, where: Mapping[str, str]) -> int:
    rows = scope.totals(desk.table("rtt_waits"))
    for name in ("trust", *PLACES):
        if where.get(name):
            rows = rows.filter(rows[name] == where[name])
    return desk.rows(rows.aggregate(number=rows.count()))["number"][0].as_py()


def _counts(scope: Scope, desk: Desk, where: Mapping[str, str]) -> dict[str, list[dict]]:
    """By flag, its counts a list, oldest first. A flag is judged where one of the trusts can be."""
    if not desk.has(COUNTS_TABLE):
        return {}
    rows = scope.totals(desk.table(COUNTS_TABLE))
    if where.get("trust"):
        rows = rows.filter(rows.trust == where["trust"])
    is_here = ibis.literal(True)
    for name in PLACES:
        if where.get(name):
            is_here = is_here & (rows[name] == where[name]).fill_null(False)
    rows = rows.mutate(current=is_here.ifelse(rows.current_rows, 0), every=is_here.ifelse(rows.rows, 0))
    # The row of nothing of each flag says whether it could be judged; a place's own rows only say that it was.
    is_told = (rows.rows == 0) & rows.division.isnull() & rows.service.isnull()
    found = rows.group_by("flag", "as_of_date").aggregate(
        current=rows.current.sum().cast("int64"), every=rows.every.sum().cast("int64"), is_judged=(is_told & rows.is_judged).any()
    )
    answers: dict[str, list[dict]] = {}
    for row in desk.rows(found.order_by("flag", "as_of_date")).to_pylist():
        answers.setdefault(row["flag"], []).append(row)
    return answers


def _line(desk: Desk, one: Flag, counts: list[dict], whole: int, at_door: int, *, is_cleared: bool, is_told: bool) -> FlagLine:
    latest = counts[-1] if counts and counts[-1]["as_of_date"] == desk.as_of else None
    is_judged = bool(latest and latest["is_judged"])
    number = latest["current"] if latest else 0
    is_small_here = is_judged and (is_small(number, "k5") or is_small(latest["every"] - number, "k5"))
    is_hidden = is_judged and not is_cleared and (is_small_here or is_told)
    shown = is_judged and not is_hidden
    known = [row for row in counts if row["is_judged"]]
    return FlagLine(
        flag=one,
        definition=definition_of(one, readings(desk.home)),
        is_judged=is_judged,
        number=number if shown else None,
        closed=latest["every"] - number if latest and shown else None,
        share=number / whole if shown and whole else None,
        change=number - known[-2]["current"] if shown and len(known) > 1 and is_cleared else None,
        trend=tuple((row["as_of_date"], row["current"]) for row in known) if shown and is_cleared else (),
        at_door=at_door if is_cleared or not is_small(at_door, "k5") else 0,
        is_hidden=is_hidden,
    )


def _return_line(scope: Scope, desk: Desk, where: Mapping[str, str]) -> FlagLine:
    """Flag 25 counts functions, not pathways, of trusts for whose small numbers the reader is cleared."""
    one = BY_SLUG[RETURN_FLAG]
    lines = return_lines(scope, desk, where) if not where.get("division") and not where.get("site") else ()
    return FlagLine(
        flag=one, definition=definition_of(one, readings(desk.home)), is_judged=bool(lines),
        number=sum(line.is_apart for line in lines) if lines else None, closed=None, share=None, change=None, trend=(), at_door=0,
    )  # fmt: skip


def _at_door(scope: Scope, desk: Desk, where: Mapping[str, str]) -> Counter[str]:
    """By flag, the cells that the loads of this snapshot set aside for the same fault; nobody knows the service of such a row."""
    counts: Counter[str] = Counter()
    if any(where.get(name) for name in PLACES):
        return counts
    for trust in _trusts(scope, where):
        for receipts in standing_loads(desk, trust).values():
            for one in receipts:
                counts.update(_door_of(one))
    return counts


def _door_of(one: Receipt) -> Counter[str]:
    found: Counter[str] = Counter()
    for fault in one.faults:
        for each in FLAGS:
            if any(_is_meant(one.dataset, fault, reason) for reason in each.reasons):
                found[each.slug] += fault["rows"]
    return found


def _is_meant(dataset: str, fault: Mapping, reason: tuple[str, str, str]) -> bool:
    return all(not wanted or wanted == got for wanted, got in zip(reason, (dataset, fault["column"], fault["code"]), strict=True))


def _narrowed(scope: Scope, desk: Desk, notes: Table, slug: str, filters: FlagFilters) -> Table:
    rows = scope.patients(desk.table(FLAGS_TABLE))
    rows = rows.filter(rows.flag == slug)
    if not filters.closed:
        rows = rows.filter(rows.is_current)
    for name in ("trust", *PLACES, "consultant"):
        if getattr(filters, name):
            rows = rows.filter(rows[name] == getattr(filters, name))
    rows = rows.left_join(notes.select(*KEY, *_NOTED), KEY).drop(*(f"{name}_right" for name in KEY))
    rows = rows.mutate(owner=rows.owner.nullif(""), next_step=rows.next_step.nullif(""))
    if filters.noted is not None:
        rows = rows.filter(rows.next_step.notnull() == filters.noted)
    if filters.owner:
        rows = rows.filter(rows.owner.isnull() if filters.owner == "-" else rows.owner == filters.owner)
    return rows


def _ordered(rows: Table) -> Table:
    return rows.order_by(rows.days_waited.desc(nulls_first=False), rows.first_seen_date, *(rows[name] for name in KEY))
