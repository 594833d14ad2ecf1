"""What a kite mark is made of that the data say: the loads behind a measure, the rules that bear on it, and how it is counted.

Who signed a figure and who audited it is written by people (registers/data_quality, registers/validation): pages add it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from clockstop.answers.desk import Desk
from clockstop.answers.now import STANDING, datasets_behind
from clockstop.answers.scope import Scope
from clockstop.answers.standing_loads import standing_loads
from clockstop.contracts import contracts
from clockstop.dates import month_end
from clockstop.insight.kite_evidence import Audit, Evidence, Feed, Method, Tally
from clockstop.insight.kite_mark import Mark, mark, mark_from
from clockstop.intake.ledger import Receipt
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.catalogue import measures
from clockstop.measures.measure import Measure
from clockstop.rules.quality import QualityRule, moved_facts, quality_rules
from clockstop.rules.readings import Readings
from clockstop.rules.rule_sentences import RULES
from clockstop.store import frozen_marks, frozen_returns
from clockstop.store.settings import readings

COUNTS_TABLE = "quality_counts"
# A load of changes, or of a whole table, tells of every day up to the instant that it shows.
_EVER = ".."
RTT_EVENTS, RTT_RECORDS = "rtt_events", frozenset({"referrals", "appointments", "waiting_list_entries", "spells"})
# Columns by which a measure is cut; it is counted alike where they are empty.
CUT_COLUMNS = frozenset(
    {"sex", "ethnic_category", "index_of_multiple_deprivation_decile", "neighbourhood", "referring_practice", "commissioner"}
)


def evidence(scope: Scope, desk: Desk, measure: str, trust: str, month: date) -> Evidence:
    """All that the data say of a measure's month in one trust; nobody's signature, and no audit."""
    scope.require_trust(trust)
    last = month_end(month)
    found = desk.kept_answer(("kite marks", trust, last), dict)
    if measure not in found:
        found[measure] = _evidence(desk, measure_of(measure), trust, last)
    return found[measure]


@dataclass(frozen=True)
class Closing:
    """What closing a month's RTT return left of its figures: the marks that were frozen, by measure, and the checks as an audit."""

    marks: Mapping[str, Mapping[str, Any]]
    audits: tuple[Audit, ...]

    def mark(self, measure: str) -> Mark | None:
        """The frozen mark of a measure; None where the month was not closed."""
        return mark_from(self.marks[measure]) if measure in self.marks else None


def closing(scope: Scope, desk: Desk, trust: str, month: date) -> Closing:
    """How the month was closed; asked for each time, since a month may be closed while a snapshot stands."""
    scope.require_trust(trust)
    closed = frozen_returns.frozen(desk.home, trust, f"{month:%Y-%m}")
    marks = frozen_marks.frozen(desk.home, trust, month)
    if closed is None or not closed.checks:
        return Closing(marks, ())
    said = f"{closed.closed_by} closed the return, and its checks were run"
    on = datetime.fromisoformat(closed.closed_at).date()
    audit = Audit(what=said, on=on, checked=len(closed.checks), wrong=len(closed.failed_checks), counts_people=False)
    return Closing(marks, (audit,))


def marks_of_return(scope: Scope, desk: Desk, trust: str, month: date) -> list[Mark]:
    """The marks of every RTT measure as they stand now, to be kept with the month when its return is closed."""
    chosen = readings(desk.home)
    return [mark(evidence(scope, desk, one.slug, trust, month), chosen) for one in measures().values() if one.is_of_clocks]


def rules_bearing_on(measure: Measure) -> tuple[QualityRule, ...]:
    """The rules whose failures bear on a measure's figures."""
    return tuple(rule for rule in quality_rules().values() if measure.table in _moved(rule.name) and rule.column not in CUT_COLUMNS)


@cache
def _datasets_of(table: str) -> frozenset[str]:
    return frozenset(datasets_behind([table]))


@cache
def _moved(rule: str) -> frozenset[str]:
    return frozenset(moved_facts(quality_rules()[rule]))


def _evidence(desk: Desk, measure: Measure, trust: str, month: date) -> Evidence:
    feeds = _feeds(desk, trust, month)
    wanted = _sent_one_way(_datasets_of(measure.table), {name for name, feed in feeds.items() if feed.is_sent})
    return Evidence(
        measure=measure.slug,
        trust=trust,
        month=month,
        as_of=desk.as_of,
        feeds=tuple(feeds[name] for name in sorted(wanted)),
        tallies=_tallies(desk, measure, trust, month),
        signature=None,
        method=_method(desk, measure),
    )


def _sent_one_way(wanted: frozenset[str], sent: set[str]) -> frozenset[str]:
    """RTT comes as events, or as the records that events are made of: the way that a trust does not use is not missing."""
    if RTT_EVENTS not in wanted:
        return wanted
    by_events = RTT_EVENTS in sent
    by_records = bool(RTT_RECORDS & sent)
    unused = RTT_RECORDS if by_events and not by_records else frozenset()
    return wanted - unused - (frozenset() if by_events else {RTT_EVENTS})


def _feeds(desk: Desk, trust: str, month: date) -> dict[str, Feed]:
    """Of every dataset what the trust's loads in this snapshot say of the month."""
    return desk.kept_answer(
        ("feeds", trust, month),
        lambda: {name: _feed(name, loads, month, _is_made_up(desk)) for name, loads in standing_loads(desk, trust).items()},
    )


def _is_made_up(desk: Desk) -> bool:
    return desk.manifest.is_synthetic


def _feed(dataset: str, loads: Sequence[Receipt], month: date, is_made_up: bool) -> Feed:
    title = contracts()[dataset].title
    if not loads:
        return Feed(dataset=dataset, title=title, is_sent=False)
    came = [(_shows(one), _came(one, is_made_up)) for one in loads]
    return Feed(
        dataset=dataset,
        title=title,
        is_standing=dataset in STANDING,
        covered=tuple(span for one in loads if (span := _covered(one)) is not None),
        known_on=min((at for shows, at in came if shows is not None and shows >= month), default=None),
        first_on=min(at for _, at in came),
        newest=max((shows for shows, _ in came if shows is not None), default=None),
        read=sum(one.rows_read for one in loads),
        refused=sum(one.rows_set_aside for one in loads),
    )


def _shows(one: Receipt) -> date | None:
    """The day whose state an extract shows: the instant that it was told, else the last day of its rows."""
    if one.as_at:
        return datetime.fromisoformat(one.as_at).date()
    return date.fromisoformat(one.dates_last) if one.dates_last else None


def _came(one: Receipt, is_made_up: bool) -> date:
    """The day on which a load came. Made-up data are built at once, and would all be late: the day that they show counts."""
    loaded = datetime.fromisoformat(one.loaded_at).date()
    return (_shows(one) or loaded) if is_made_up else loaded


def _covered(one: Receipt) -> tuple[date, date] | None:
    """The days of which a load tells; its last is the day that it shows, but where a window was declared."""
    first = one.window_first or one.dates_first
    if first is None:
        return None
    ends = [date.fromisoformat(end) for end in (one.window_last, one.dates_last) if end]
    shows = _shows(one)
    is_declared = one.delivery == "full" and one.declared_window != _EVER
    if is_declared or shows is None:
        return date.fromisoformat(first), max(ends)
    return date.fromisoformat(first), max(*ends, shows) if ends else shows


def _tallies(desk: Desk, measure: Measure, trust: str, month: date) -> tuple[Tally, ...] | None:
    if not desk.has(COUNTS_TABLE):
        return None
    counted = desk.kept_answer(("quality by rule", trust), lambda: _counted(desk, trust))
    return tuple(
        Tally(rule=rule.name, title=rule.title, kind=rule.kind, judged=judged, failed=failed, unit=rule.unit)
        for rule in rules_bearing_on(measure)
        for judged, failed in [counted.get((rule.name, f"{month:%Y-%m}"), (0, 0))]
    )


def _counted(desk: Desk, trust: str) -> dict[tuple[str, str], tuple[int, int]]:
    """By rule and month: judged and failed, of the whole trust."""
    rows = desk.table(COUNTS_TABLE)
    rows = rows.filter(rows.trust == trust, rows.judged.notnull(), rows.month.notnull())
    found = rows.group_by("dataset", "rule", "month").aggregate(judged=rows.judged.sum(), failed=rows.failed.sum())
    return {
        (f"{row['dataset']}.{row['rule']}", row["month"]): (int(row["judged"]), int(row["failed"] or 0))
        for row in desk.rows(found).to_pylist()
    }


def _method(desk: Desk, measure: Measure) -> Method:
    return Method(
        rules=measure.rules,
        unworded=tuple(rule for rule in measure.rules if rule not in RULES),
        changed_readings=desk.kept_answer("changed readings", lambda: changed_readings(desk.manifest.readings)),
    )


def changed_readings(chosen: Mapping[str, str]) -> tuple[str, ...]:
    """The readings that a snapshot was built with and that are not the usual ones; those of the kite mark itself count nothing."""
    usual = {
        one.name: str(one.default) for one in fields(Readings) if not one.name.startswith("kite_") and one.name != "holds_from"
    }
    return tuple(name.replace("_", " ") for name, value in usual.items() if chosen.get(name, value) != value)


def with_people(found: Mark, live: Mark) -> Mark:
    """A mark that was frozen, with what people have said since: signature and audits are dated by themselves."""
    said = {one.dimension: one for one in live.answers if one.dimension in ("sign_off", "audit")}
    return replace(found, answers=tuple(said.get(one.dimension, one) for one in found.answers))
