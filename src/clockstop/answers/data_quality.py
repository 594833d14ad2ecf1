"""Data quality of every dataset: rule by rule how many records were judged and how many fail, over months, trusts and places.

Read from `quality_counts`, which sums to the same by any place; single records are in data_quality_rows, causes in
data_quality_causes. Small numbers are for those cleared for the trust: of others a count of 1 to 4 is not said, nor its share.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.contracts import contracts
from clockstop.dates import add_months
from clockstop.errors import UnknownName
from clockstop.measures.suppress import is_share_hidden
from clockstop.rules.quality import KINDS, QualityRule, quality_rules, rules_of_dataset

COUNTS_TABLE, ISSUES_TABLE = "quality_counts", "quality_issues"
PLACES = ("division", "service", "site", "source_place")
# A year and the month that runs.
MONTHS = 13
# A record of this month or the last is what can still be mended in time: the rules call it current.
CURRENT_MONTHS = 2


@dataclass(frozen=True)
class Count:
    """Of so many judged so many fail; of those so many at the door (None: too few to be said). `is_hidden`: nothing is said."""

    judged: int = 0
    failed: int = 0
    at_door: int | None = 0
    is_hidden: bool = False

    @property
    def share(self) -> float | None:
        """The share that fails; None where none was judged, or it is not said."""
        return self.failed / self.judged if self.judged and not self.is_hidden else None

    def plus(self, other: "Count") -> "Count":
        """Both together; what is hidden stays so."""
        at_door = (self.at_door or 0) + (other.at_door or 0)
        return Count(self.judged + other.judged, self.failed + other.failed, at_door, self.is_hidden or other.is_hidden)


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """One rule of a dataset: what fails among current records, each month's count, and why it is not judged where it is not.

    `undated` are records without a day.
    """

    rule: QualityRule
    current: Count
    months: tuple[tuple[str, Count], ...]
    undated: Count
    not_judged: tuple[str, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Whether any record was judged in these months."""
        return bool(self.current.judged or self.undated.judged or any(count.judged for _, count in self.months))

    @property
    def change(self) -> float | None:
        """By how much the share of the last whole month differs from that of the month before."""
        known = [count.share for _, count in self.months[:-1]]
        return known[-1] - known[-2] if len(known) > 1 and known[-1] is not None and known[-2] is not None else None


@dataclass(frozen=True, kw_only=True)
class DatasetLine:
    """A dataset in the overview: by trust and kind the worst rule's count, what is open now, and the share month by month."""

    dataset: str
    title: str
    worst: Mapping[tuple[str, str], tuple[str, Count]]
    open_now: int | None
    trend: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Every dataset of which anything was judged. `open_now`: failed current records, None where that is not said."""

    lines: tuple[DatasetLine, ...]
    trusts: tuple[tuple[str, str], ...]
    open_now: int | None
    is_counted: bool


def rule_of(name: str) -> QualityRule:
    """The rule of that name (`dataset.slug`); `UnknownName` where there is none."""
    found = quality_rules().get(name)
    if found is None:
        raise UnknownName(
            f"There is no data-quality rule {name}.", where="The rules of Clockstop.", do="Choose one from its dataset."
        )
    return found


def months_of(desk: Desk) -> tuple[str, ...]:
    """The months that are shown, the oldest first; the last is the one that runs."""
    return _months_to(desk.as_of)


@lru_cache(maxsize=8)
def _months_to(day: date) -> tuple[str, ...]:
    return tuple(f"{add_months(day.replace(day=1), back - MONTHS + 1):%Y-%m}" for back in range(MONTHS))


def overview(scope: Scope, desk: Desk, trust: str = "") -> Overview:
    """Every dataset by kind of rule, trust by trust, the worst rule of each."""
    trusts = _trusts(scope, desk, trust)
    return desk.kept_answer(("quality overview", trusts, scope.clearance), lambda: _overview(scope, desk, trusts))


def _overview(scope: Scope, desk: Desk, trusts: tuple[str, ...]) -> Overview:
    counts = _counts(desk)
    judged = {key[:2] for key in counts or ()}
    lines = [line for dataset in contracts() if (line := _dataset_line(scope, desk, dataset, trusts, judged)) is not None]
    told = [line.open_now for line in lines]
    return Overview(
        lines=tuple(lines),
        trusts=tuple((code, desk.manifest.trusts[code].name) for code in trusts),
        open_now=None if any(number is None for number in told) else sum(number or 0 for number in told),
        is_counted=counts is not None,
    )


def rule_lines(scope: Scope, desk: Desk, dataset: str, trust: str = "") -> tuple[RuleLine, ...]:
    """The rules of a dataset, those that fail most often first, those that could not be judged last."""
    if dataset not in contracts():
        raise UnknownName(f"There is no dataset {dataset}.", do="Choose one from the data-quality page.")
    trusts = _trusts(scope, desk, trust)
    lines = [rule_line(scope, desk, rule, trusts) for rule in rules_of_dataset(dataset)]
    return tuple(sorted(lines, key=lambda line: (not line.is_judged, -(line.current.share or 0.0), line.rule.slug)))


def rule_line(scope: Scope, desk: Desk, rule: QualityRule, trusts: Sequence[str]) -> RuleLine:
    """One rule over these trusts together."""
    counts = _counts(desk) or {}
    months = months_of(desk)
    each = [(month, _together(scope, [(trust, _at(counts, trust, rule, month)) for trust in trusts])) for month in months]
    parts = {month: None for trust in trusts for month in _current(desk, counts, trust, rule)}
    now = [_together(scope, [(trust, _at(counts, trust, rule, month)) for trust in trusts]) for month in parts]
    return RuleLine(
        rule=rule,
        # Hidden where a month of it is, which would be the rest of the others.
        current=_sum(now),
        months=tuple(each),
        undated=_together(scope, [(trust, _at(counts, trust, rule, "")) for trust in trusts]),
        not_judged=tuple(sorted({said for trust in trusts if (said := _why_not(desk).get((trust, rule.name)))})),
    )


def open_issues(scope: Scope, desk: Desk, trust: str = "") -> int | None:
    """INF-01: the current records that fail a rule; None where the snapshot has no rules, or a number too small to be said."""
    found = overview(scope, desk, trust)
    return found.open_now if found.is_counted else None


def trusts_of(scope: Scope, desk: Desk, trust: str = "") -> tuple[str, ...]:
    """The trusts that are asked for, within the scope."""
    return _trusts(scope, desk, trust)


def _trusts(scope: Scope, desk: Desk, trust: str) -> tuple[str, ...]:
    if trust:
        scope.require_trust(trust)
    return tuple(code for code in sorted(desk.manifest.trusts) if code in scope.trusts and trust in ("", code))


def _dataset_line(scope: Scope, desk: Desk, dataset: str, trusts: Sequence[str], judged: Collection) -> DatasetLine | None:
    rules = rules_of_dataset(dataset)
    lines = {
        (trust, rule.name): rule_line(scope, desk, rule, [trust])
        for trust in trusts
        for rule in rules
        if (trust, rule.name) in judged
    }
    if not any(line.is_judged for line in lines.values()):
        return None
    worst: dict[tuple[str, str], tuple[str, Count]] = {}
    for trust in trusts:
        for kind in KINDS:
            known = [lines[trust, rule.name] for rule in rules if rule.kind == kind and (trust, rule.name) in lines]
            found = [line for line in known if line.current.judged]
            if found:
                top = max(found, key=lambda line: (_real_share(line.current), line.rule.name))
                worst[trust, kind] = (top.rule.name, top.current)
    counts = [line.current for line in lines.values()]
    return DatasetLine(
        dataset=dataset,
        title=contracts()[dataset].title,
        worst=worst,
        open_now=None if any(count.is_hidden for count in counts) else sum(count.failed for count in counts),
        trend=tuple((month, _trend(list(lines.values()), place)) for place, month in enumerate(months_of(desk))),
    )


def _trend(lines: Sequence[RuleLine], place: int) -> float | None:
    """The share of all judgements of a month that fail."""
    counts = [line.months[place][1] for line in lines]
    judged = sum(count.judged for count in counts)
    return None if not judged or any(count.is_hidden for count in counts) else sum(count.failed for count in counts) / judged


def _real_share(count: Count) -> float:
    return count.failed / count.judged if count.judged else 0.0


def _together(scope: Scope, counts: Sequence[tuple[str, Count]]) -> Count:
    """The counts of several trusts as one; hidden where a trust that the reader is not cleared for has few."""
    whole = _sum(count for _, count in counts)
    is_hidden = any(
        count.judged and not scope.is_own(trust) and count.failed and is_share_hidden(count.failed, count.judged, "k5")
        for trust, count in counts
    )
    tells_of_few = any(
        count.at_door and not scope.is_own(trust) and is_share_hidden(count.at_door, count.failed, "k5") for trust, count in counts
    )
    return Count(whole.judged, whole.failed, None if tells_of_few else whole.at_door, is_hidden)


def _sum(counts) -> Count:
    found = Count()
    for count in counts:
        found = found.plus(count)
    return found


def _current(desk: Desk, counts: Mapping, trust: str, rule: QualityRule) -> tuple[str, ...]:
    """The months whose records are current: this one, the last one and those ahead, and records without a day."""
    shown = months_of(desk)[-CURRENT_MONTHS:]
    ahead = counts.get(("months ahead", trust, rule.name), ())
    return (*shown, *ahead, "")


def _at(counts: Mapping, trust: str, rule: QualityRule, month: str) -> Count:
    return counts.get((trust, rule.name, month), Count())


def _counts(desk: Desk) -> dict | None:
    """By trust, rule and month ('' for records without a day) the count; the months ahead of each rule. None: no such table."""
    if not desk.has(COUNTS_TABLE):
        return None
    return desk.kept_answer("quality counts", lambda: _read(desk))


def _read(desk: Desk) -> dict:
    rows = desk.table(COUNTS_TABLE)
    shown = months_of(desk)
    rows = rows.filter(rows.judged.notnull(), rows.month.isnull() | (rows.month >= shown[0]))
    found = rows.group_by("trust", "dataset", "rule", "month").aggregate(
        judged=rows.judged.sum(), failed=rows.failed.sum(), at_door=rows.at_door.sum()
    )
    counts: dict = {}
    ahead: dict[tuple[str, str, str], list[str]] = {}
    for row in desk.rows(found).to_pylist():
        name, month = f"{row['dataset']}.{row['rule']}", row["month"] or ""
        counts[row["trust"], name, month] = Count(int(row["judged"]), int(row["failed"] or 0), int(row["at_door"] or 0))
        if month > shown[-1]:
            ahead.setdefault(("months ahead", row["trust"], name), []).append(month)
    return counts | ahead


def _why_not(desk: Desk) -> dict[tuple[str, str], str]:
    """By trust and rule, why it could not be judged."""

    def found() -> dict[tuple[str, str], str]:
        if not desk.has(COUNTS_TABLE):
            return {}
        rows: Table = desk.table(COUNTS_TABLE)
        rows = rows.filter(rows.why_not_judged.notnull()).select("trust", "dataset", "rule", "why_not_judged")
        return {
            (row["trust"], f"{row['dataset']}.{row['rule']}"): row["why_not_judged"]
            for row in desk.rows(rows.distinct()).to_pylist()
        }

    return desk.kept_answer("quality not judged", found)
