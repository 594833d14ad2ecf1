"""The bounds of the other waiting lists, tests and cancer: what doubtful records can make of a headline when they are removed.

No sample is drawn of these lists yet, so there are bounds and no interval.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import ibis
import numpy as np
from ibis.expr.types import Table

from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.insight.standard_range import Range, Resolved, Standard
from clockstop.measures.catalogue import measure as measure_of
from clockstop.measures.dimensions import UNITS, UNKNOWN
from clockstop.measures.fact_counts import rows_behind
from clockstop.measures.measure import Measure
from clockstop.measures.suppress import is_small


@dataclass(frozen=True)
class Doubt:
    """Which rules of data quality speak against a row of a list: their dataset, and the column that names the record."""

    dataset: str
    record: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Bounded:
    """The bounds of a measure at a place, and how many rows there each rule speaks against; a row may stand under several."""

    range: Range
    listed: int
    doubtful: int
    by_rule: tuple[tuple[str, int], ...]


# Rules whose record, put right, leaves the list or stands on it once: a request that is done, removed, dead or a second one.
DOUBTS = {
    "diagnostic_waits": Doubt(
        "diagnostic_requests", "diagnostic_wait_identifier",
        ("done_and_open", "reported_without_test", "requested_twice", "open_after_death", "content_twice"),
    ),
    "cancer_waits": Doubt("cancer_records", "cancer_record_identifier", ("open_after_death", "after_death", "content_twice")),
}  # fmt: skip
MEASURES = (
    "diagnostics_six_weeks_or_more_share", "diagnostics_waiting_list", "diagnostics_over_6_weeks", "diagnostics_over_13_weeks",
    "diagnostics_over_13_weeks_share", "cancer_ptl", "cancer_62_day_backlog", "cancer_62_day_backlog_share",
    "cancer_over_104_waiting",
)  # fmt: skip
# Two bands: what counts, and the rest of the list.
_EDGE = 0


def bounds(scope: Scope, desk: Desk, measure: str, where: Mapping[str, str]) -> Bounded | None:
    """What removals can make of the measure; None where the snapshot lacks list or rules, or the numbers are withheld."""
    if where.get("trust"):
        scope.require_trust(where["trust"])
    declared = measure_of(measure)
    if measure not in MEASURES or not (desk.has(declared.table) and desk.has("quality_issues")):
        return None
    trusts = frozenset([where["trust"]]) if where.get("trust") else scope.trusts
    key = ("bounds", measure, trusts, tuple(sorted(where.items())))
    found = desk.kept_answer(key, lambda: _bounds(desk, declared, trusts, where))
    is_own = trusts <= scope.own_trusts
    numbers = (found.doubtful, found.range.counted if declared.kind == "count" else found.listed)
    if is_own:
        return found
    # A rule may speak against few: how many each does is for those who may see the patients.
    return None if any(is_small(round(one or 0), "k5") for one in numbers) else replace(found, by_rule=())


def _bounds(desk: Desk, measure: Measure, trusts: frozenset[str], where: Mapping[str, str]) -> Bounded:
    wanted = {unit: name for unit, name in where.items() if unit in UNITS}
    cells = (cell for cell in desk.kept_answer(("bounds", measure.slug), lambda: _cells(desk, measure)) if cell["trust"] in trusts)
    return _counted(measure, [cell for cell in cells if wanted.items() <= cell.items()], DOUBTS[measure.table])


def _cells(desk: Desk, measure: Measure) -> list[dict]:
    """How many rows of the list each place has, counted or not, by the rules that speak against them: all places in one query."""
    doubt = DOUBTS[measure.table]
    rows = desk.table(measure.table)
    held = {unit: rows[unit].cast("string").fill_null(UNKNOWN) if unit in rows.columns else ibis.literal(UNKNOWN) for unit in UNITS}
    listed = rows_behind(measure, rows.mutate(**held), first=desk.as_of, last=desk.as_of).rename(record=doubt.record)
    joined = listed.left_join(_doubted(desk, doubt), ["trust", "record"])
    inside = (joined.adds_numerator > 0).name("inside")
    return desk.rows(joined.group_by(*UNITS, inside, "rules").aggregate(number=joined.count())).to_pylist()


def _doubted(desk: Desk, doubt: Doubt) -> Table:
    """Each record that a rule speaks against, once, with the rules in one text."""
    issues = desk.table("quality_issues")
    issues = issues.filter((issues.dataset == doubt.dataset) & issues.rule.isin(doubt.rules) & ~issues.is_at_door)
    named = issues.select("trust", "record", "rule").distinct()
    return named.group_by("trust", "record").aggregate(rules=named.rule.group_concat(" ", order_by=named.rule))


def _counted(measure: Measure, grouped: list[dict], doubt: Doubt) -> Bounded:
    counted, doubtful = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    by_rule = dict.fromkeys(doubt.rules, 0)
    for row in grouped:
        band = 0 if row["inside"] else 1
        counted[band] += row["number"]
        if row["rules"]:
            doubtful[band] += row["number"]
            for rule in row["rules"].split():
                by_rule[rule] += row["number"]
    held = Resolved(edges=(_EDGE,), counted=counted, doubtful=doubtful, validated=counted, drawn=None, unknown=doubtful, level=0.9)
    standard = Standard(is_share=measure.kind == "share", edge=_EDGE)
    found = tuple((rule, number) for rule, number in by_rule.items() if number)
    return Bounded(held.of(standard), int(counted.sum()), int(doubtful.sum()), found)
