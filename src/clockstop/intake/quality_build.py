"""What the rules of one dataset find in the rows that hold and in those set aside: the records that fail, and the counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import BooleanValue, Table

from clockstop.contracts import contracts
from clockstop.intake import quality_feed
from clockstop.intake.bucket_build import Work
from clockstop.intake.fact_build import Given, facts_of
from clockstop.intake.inputs import TrustInputs
from clockstop.intake.pathways import division_table
from clockstop.intake.quality_counts import BY, counted, counts, not_judged
from clockstop.intake.quality_door import at_the_door
from clockstop.intake.quality_rows import DESCRIPTION, described, description, parent_of
from clockstop.intake.queries import results, written
from clockstop.rules import facts
from clockstop.rules.quality import TODAY, FeedTest, FoundTest, QualityRule, RowTest, rules_of_dataset
from clockstop.rules.quality_persons import TABLES

# Of one rule so many records are kept, the latest; all are counted.
MOST_ISSUES = 20_000
FOUND = pa.schema({"rule": pa.string(), "record": pa.string(), "evidence": pa.string()})
_KINDS = {"date": pa.date32(), "int64": pa.int64()}
ISSUES = pa.schema(
    {"dataset": pa.string(), "rule": pa.string(), "kind": pa.string(),
     **{name: _KINDS.get(kind, pa.string()) for name, kind in DESCRIPTION.items()},
     "evidence": pa.string(), "is_current": pa.bool_(), "is_at_door": pa.bool_()}
)  # fmt: skip
ROWS = "quality_rows"
TOO_LITTLE = "Too little has come for it to be judged."


@dataclass
class Asked:
    """One trust's tables as the rules of data quality are given them, each made once."""

    work: Work
    inputs: TrustInputs
    given: Given
    made: dict[str, Table | pa.Table] = field(default_factory=dict)
    filled: dict[str, bool] = field(default_factory=dict)

    def table(self, name: str) -> Table | pa.Table:
        """A dataset, a fact, or a table of persons made of several datasets."""
        if name not in TABLES:
            return self.given.table(name)
        if name not in self.made:
            tables = {need: self.given.table(need) for need in TABLES[name].needs}
            self.made[name] = self.ask(name, partial(_made, name), **tables)[0]
        return self.made[name]

    def ask(self, name: str, build: object, **tables: Table | pa.Table) -> list[pa.Table]:
        """The rows of a query that is kept from one refresh to the next."""
        return results(self.work.engine, name, build, as_of=self.work.as_of, kept_in=self.work.queries, **tables)

    def why_not(self, rule: QualityRule) -> str | None:
        """Why the rule cannot be judged of what the trust sends; None where it can."""
        if isinstance(rule.test, FoundTest):
            built = {fact.name for fact in facts_of(self.inputs)}
            for name in rule.test.tables:
                if name in facts() and name not in built:
                    return f"It needs {name}, which is made of what the trust does not send."
        for need in rule.needs:
            if not self._is_sent(need):
                return f"The trust has sent no {need}." if "." not in need else f"Nothing stands in {need}."
        return None

    def _is_sent(self, need: str) -> bool:
        dataset, _, column = need.partition(".")
        if dataset in contracts() and not self.inputs.receipts_of(dataset):
            return False
        if not column:
            return True
        if dataset not in self.filled:
            (row,) = self.ask(f"quality_filled_{dataset}", partial(_filled, dataset), rows=self.table(dataset))
            self.filled |= {f"{dataset}.{name}": bool(row[name][0].as_py()) for name in row.column_names}
            self.filled[dataset] = True
        return self.filled[need]


def issues_and_counts(asked: Asked, dataset: str) -> tuple[pa.Table, pa.Table]:
    """The two tables of a dataset of which rows were sent."""
    rows = _described(asked, dataset)
    reasons = {rule.slug: asked.why_not(rule) for rule in rules_of_dataset(dataset)}
    rules = [rule for rule in rules_of_dataset(dataset) if reasons[rule.slug] is None]
    found = _found(asked, dataset, rules, rows)
    door = _still_at_the_door(asked, dataset, rules, rows)
    of_feed, feed_counts = _of_the_feed(asked, dataset, rules, rows)
    of_rows = pa.concat_tables([_kept(asked, dataset, rows, found), door])
    kinds = {rule.slug: rule.kind for rule in rules}
    (groups,) = asked.ask(f"quality_groups_{dataset}", partial(_groups, dataset), rows=rows)
    judged = {rule.slug: rule.slug if _is_judged_in_part(rule) else "rows" for rule in rules if not isinstance(rule.test, FeedTest)}
    table = counted(pd.concat([counts(groups, of_rows, judged), feed_counts], ignore_index=True), dataset, kinds)
    bare = [not_judged(rule, why) for rule in rules_of_dataset(dataset) if (why := reasons[rule.slug]) is not None]
    silent = {rule.slug for rule in rules if isinstance(rule.test, FeedTest)} - set(table["rule"].unique().to_pylist())
    bare += [not_judged(rule, TOO_LITTLE) for rule in rules if rule.slug in silent]
    issues = pa.concat_tables([of_rows, _as_issues(of_feed, is_at_door=False)])
    return _told(issues, dataset, kinds, asked.work.as_of), pa.concat_tables([table, *bare])


def _of_the_feed(asked: Asked, dataset: str, rules: Sequence[QualityRule], rows: Table) -> tuple[pa.Table, pd.DataFrame]:
    """What the rules of feeds find in the days, weeks and files of the dataset."""
    found = asked.ask(f"quality_feed_{dataset}", partial(quality_feed.queries, dataset), rows=rows)
    receipts = asked.inputs.receipts_of(dataset)
    of_feed = [rule for rule in rules if isinstance(rule.test, FeedTest)]
    return quality_feed.judged(of_feed, quality_feed.feed(dataset, found, receipts, asked.work.as_of))


def _described(asked: Asked, dataset: str) -> Table:
    """The rows that hold, under one name, with what is known of each."""
    parent = parent_of(contracts()[dataset])
    tables = {
        "rows": asked.table(dataset), "people": asked.table("rtt_pathways"), "divisions": division_table(asked.inputs.organisation),
        **({} if parent is None else {"parent": asked.table(parent[1])}),
    }  # fmt: skip
    build = partial(_description, dataset)
    engine, work = asked.work.engine, asked.work
    (sql,) = written(engine, f"quality_rows_{dataset}", build, as_of=work.as_of, kept_in=work.queries, **tables)
    engine.hold(ROWS, sql)
    return engine.named(ROWS, schema=engine.schema(ROWS))


def _description(dataset: str, *, rows: Table, as_of: date, **others: Table) -> Sequence[Table]:
    return [described(rows, contracts()[dataset], as_of=as_of, **others)]


def _made(name: str, *, as_of: date, **tables: Table) -> Sequence[Table]:
    return [TABLES[name].build(**tables)]


def _filled(dataset: str, *, rows: Table, as_of: date) -> Sequence[Table]:
    """Of each column, whether anything stands in it."""
    names = [name for name in rows.columns if name not in ("source_load", "source_row")]
    return [rows.aggregate(**{name: rows[name].count() > 0 for name in names})]


def _found(asked: Asked, dataset: str, rules: Sequence[QualityRule], rows: Table) -> pa.Table:
    """The records that fail each of the rules, with what was found."""
    parts = [FOUND.empty_table(), *_of_single_rows(asked, dataset, rules, rows)]
    for rule in rules:
        if isinstance(rule.test, FoundTest):
            tables = {name: asked.table(name) for name in rule.test.tables}
            (one,) = asked.ask(f"quality_{rule.name}", partial(_found_test, rule), rows=rows, **tables)
            parts.append(one.cast(FOUND))
    return pa.concat_tables(parts)


def _of_single_rows(asked: Asked, dataset: str, rules: Sequence[QualityRule], rows: Table) -> Iterator[pa.Table]:
    """The rows that fail tests of single rows: all tests in one pass, then the evidence of those that some row fails."""
    tests = {rule.slug: rule for rule in rules if isinstance(rule.test, RowTest)}
    if not tests:
        return
    (numbers,) = asked.ask(f"quality_tests_{dataset}", partial(_failures, dataset), rows=rows)
    for slug, rule in tests.items():
        if numbers[slug][0].as_py():
            (one,) = asked.ask(f"quality_{rule.name}", partial(_evidence, rule), rows=rows)
            yield one.cast(FOUND)


def _failures(dataset: str, *, rows: Table, as_of: date) -> Sequence[Table]:
    """How many rows fail each test of single rows."""
    rules = [rule for rule in rules_of_dataset(dataset) if isinstance(rule.test, RowTest)]
    failed = rows.select(**{rule.slug: _fails(rule, rows) for rule in rules})
    return [failed.aggregate(**{rule.slug: failed[rule.slug].cast("int64").sum().cast("int64") for rule in rules})]


def _evidence(rule: QualityRule, *, rows: Table, as_of: date) -> Sequence[Table]:
    assert isinstance(rule.test, RowTest)
    failed = rows.mutate(is_failed=_fails(rule, rows))
    failed = failed.filter(failed.is_failed)
    return [failed.select(rule=ibis.literal(rule.slug), record="record", evidence=rule.test.evidence(failed).fill_null(""))]


def _fails(rule: QualityRule, rows: Table) -> BooleanValue:
    assert isinstance(rule.test, RowTest)
    failed = rule.test.failed(rows, rows[TODAY])
    if rule.test.judged is not None:
        failed = failed & rule.test.judged(rows, rows[TODAY])
    return failed.fill_null(False)


def _found_test(rule: QualityRule, *, rows: Table, as_of: date, **tables: Table) -> Sequence[Table]:
    assert isinstance(rule.test, FoundTest)
    found = rule.test.found(rows, **tables, today=ibis.literal(as_of))
    one = found.group_by("record").aggregate(evidence=found.evidence.min())
    return [one.select(rule=ibis.literal(rule.slug), record=one.record, evidence=one.evidence)]


def _kept(asked: Asked, dataset: str, rows: Table, found: pa.Table) -> pa.Table:
    """The records that fail, with place and person."""
    (told,) = asked.ask(f"quality_told_{dataset}", _joined, rows=rows, found=found)
    return _as_issues(told, is_at_door=False)


def _joined(*, rows: Table, found: Table, as_of: date) -> Sequence[Table]:
    said = description(rows)
    return [found.inner_join(said, "record").select("rule", "evidence", *said.columns)]


def _still_at_the_door(asked: Asked, dataset: str, rules: Sequence[QualityRule], rows: Table) -> pa.Table:
    """The rows set aside that no later load has brought in order."""
    door = at_the_door(asked.work.home, asked.inputs.receipts_of(dataset), rules)
    if door.num_rows:
        (door,) = asked.ask(f"quality_door_{dataset}", _unmended, rows=rows, door=door)
    return _as_issues(door, is_at_door=True)


def _unmended(*, rows: Table, door: Table, as_of: date) -> Sequence[Table]:
    later = rows.select("record", mended_by="source_load")
    found = door.left_join(later, "record")
    is_mended = (found.mended_by > found.source_load).fill_null(False)
    return [found.filter(~is_mended).select(*door.columns).distinct()]


def _as_issues(found: pa.Table, *, is_at_door: bool) -> pa.Table:
    columns = []
    for one in ISSUES:
        if one.name == "is_at_door":
            columns.append(pa.repeat(pa.scalar(is_at_door), found.num_rows))
        elif one.name in found.column_names:
            columns.append(found[one.name].cast(one.type))
        else:
            columns.append(pa.nulls(found.num_rows, one.type))
    return pa.table(columns, schema=ISSUES)


def _is_judged_in_part(rule: QualityRule) -> bool:
    return isinstance(rule.test, (RowTest, FoundTest)) and rule.test.judged is not None


def _groups(dataset: str, *, rows: Table, as_of: date) -> Sequence[Table]:
    """How many rows of each month and place there are, and how many of them each rule judges that does not judge all."""
    judged = {
        rule.slug: rule.test.judged(rows, rows[TODAY]).fill_null(False).cast("int64").sum().cast("int64")  # type: ignore[union-attr, misc]
        for rule in rules_of_dataset(dataset)
        if _is_judged_in_part(rule)
    }
    return [rows.group_by(*BY).aggregate(rows=rows.count(), **judged)]


def _told(issues: pa.Table, dataset: str, kinds: dict[str, str], as_of: date) -> pa.Table:
    """The issues to be kept: named, the latest of each rule alone where there are too many, in order."""
    first = (as_of.replace(day=1) - date.resolution).replace(day=1)
    rules = issues["rule"].to_pylist()
    is_current = pc.fill_null(pc.greater_equal(issues["day"], pa.scalar(first)), True)
    named = {
        "dataset": pa.repeat(pa.scalar(dataset), len(rules)), "kind": pa.array([kinds[rule] for rule in rules], pa.string()),
        "is_current": is_current,
    }  # fmt: skip
    for name, values in named.items():
        issues = issues.set_column(issues.column_names.index(name), name, values)
    issues = issues.cast(ISSUES).sort_by([("rule", "ascending"), ("day", "descending"), ("record", "ascending")])
    if len(rules) <= MOST_ISSUES:
        return issues
    _, first_of, number = np.unique(issues["rule"].to_numpy(zero_copy_only=False), return_index=True, return_counts=True)
    place = np.arange(len(rules)) - np.repeat(first_of, number)
    return issues.filter(pa.array(place < MOST_ISSUES))
