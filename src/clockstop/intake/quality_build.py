"""What the rules of one dataset find in the rows that hold and in those set aside: the records that fail, and the counts."""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from functools import partial

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import BooleanValue, Table, Value

from clockstop.contracts import contracts
from clockstop.intake import quality_feed
from clockstop.intake.quality_asked import DIVISIONS, PEOPLE, ROWS, SEEN, Asked
from clockstop.intake.quality_counts import BY, counted, counts, not_judged
from clockstop.intake.quality_door import at_the_door
from clockstop.intake.quality_rows import DESCRIBED, DESCRIPTION, described, description, parent_of
from clockstop.rules.quality import TODAY, FeedTest, FoundTest, MarkTest, QualityRule, RowTest, rules_of_dataset

# Of one rule so many records are kept, the latest; all are counted.
MOST_ISSUES = 20_000
FOUND = pa.schema({"rule": pa.string(), "record": pa.string(), "evidence": pa.string()})
_KINDS = {"date": pa.date32(), "int64": pa.int64()}
ISSUES = pa.schema(
    {"dataset": pa.string(), "rule": pa.string(), "kind": pa.string(),
     **{name: _KINDS.get(kind, pa.string()) for name, kind in DESCRIPTION.items()},
     "evidence": pa.string(), "is_current": pa.bool_(), "is_at_door": pa.bool_()}
)  # fmt: skip
FOUND_ROWS = f"{SEEN}_found"
TOO_LITTLE = "Too little has come for it to be judged."


def issues_and_counts(asked: Asked, dataset: str) -> tuple[pa.Table, pa.Table]:
    """The two tables of a dataset of which rows were sent."""
    rows = _described(asked, dataset)
    reasons = {rule.slug: asked.why_not(rule) for rule in rules_of_dataset(dataset)}
    rules = [rule for rule in rules_of_dataset(dataset) if reasons[rule.slug] is None]
    (groups,) = asked.ask(f"quality_groups_{dataset}", partial(_groups, dataset), shape=tuple(reasons), rows=rows)
    failing = _not_screened(asked, dataset, [rule for rule in rules if _may_fail(rule, groups)], rows)
    found = _found(asked, dataset, failing)
    door = _still_at_the_door(asked, dataset, rules)
    of_feed, feed_counts = _of_the_feed(asked, dataset, rules)
    of_rows = pa.concat_tables([found, door])
    kinds = {rule.slug: rule.kind for rule in rules}
    judged = {rule.slug: rule.slug if _is_judged_in_part(rule) else "rows" for rule in rules if not isinstance(rule.test, FeedTest)}
    table = counted(pa.concat_tables([counts(groups, of_rows, judged), feed_counts]), dataset, kinds)
    bare = [not_judged(rule, why) for rule in rules_of_dataset(dataset) if (why := reasons[rule.slug]) is not None]
    silent = {rule.slug for rule in rules if isinstance(rule.test, FeedTest)} - set(table["rule"].unique().to_pylist())
    bare += [not_judged(rule, TOO_LITTLE) for rule in rules if rule.slug in silent]
    issues = pa.concat_tables([of_rows, _as_issues(of_feed, is_at_door=False)])
    return _told(issues, dataset, kinds, asked.work.as_of), pa.concat_tables([table, *bare])


def _of_the_feed(asked: Asked, dataset: str, rules: Sequence[QualityRule]) -> tuple[pa.Table, pa.Table]:
    """What the rules of feeds find in the days, weeks and files of the dataset."""
    rows = asked.rows_of(quality_feed.columns(dataset))
    found = asked.ask(f"quality_feed_{dataset}", partial(quality_feed.queries, dataset), rows=rows)
    receipts = asked.inputs.receipts_of(dataset)
    of_feed = [rule for rule in rules if isinstance(rule.test, FeedTest)]
    return quality_feed.judged(of_feed, quality_feed.feed(dataset, found, receipts, asked.work.as_of))


def _described(asked: Asked, dataset: str) -> Table:
    """The rows that hold, under one name, with what is known of each."""
    parent = parent_of(contracts()[dataset])
    names = (dataset, PEOPLE, DIVISIONS, *(() if parent is None else (parent[1],)))
    tables = {name: asked.table(name) for name in names}
    engine = asked.work.engine
    engine.hold(ROWS, asked.text(f"quality_rows_{dataset}", partial(_description, dataset), **tables))
    asked.rows = engine.schema(ROWS)
    return asked.rows_of()


def _description(dataset: str, *, as_of: date, **tables: Table) -> Sequence[Table]:
    contract = contracts()[dataset]
    parent = parent_of(contract)
    above = {} if parent is None else {"parent": tables[parent[1]]}
    return [described(tables[dataset], contract, as_of=as_of, people=tables[PEOPLE], divisions=tables[DIVISIONS], **above)]


def _may_fail(rule: QualityRule, groups: pa.Table) -> bool:
    """Whether the rule is to be asked for the records that fail: of tests of single rows only where some row is known to fail."""
    if isinstance(rule.test, RowTest):
        return bool(pc.sum(groups[_failed_column(rule)]).as_py())
    return isinstance(rule.test, FoundTest)


def _not_screened(asked: Asked, dataset: str, rules: Sequence[QualityRule], rows: Table) -> list[QualityRule]:
    """The rules without those whose screens say that none fails."""
    screened = [rule for rule in rules if isinstance(rule.test, FoundTest) and rule.test.screen is not None]
    if not screened:
        return list(rules)
    name, shape = f"quality_screens_{dataset}", tuple(rule.slug for rule in screened)
    (told,) = asked.ask(name, partial(screens, screened), shape=shape, rows=rows)
    passed = {rule.slug for rule in screened if not told[rule.slug][0].as_py()}
    return [rule for rule in rules if rule.slug not in passed]


def screens(screened: Sequence[QualityRule], *, rows: Table, as_of: date) -> Sequence[Table]:
    """One row, of no rows too: a count beside them makes an aggregate of screens that are numbers by themselves."""
    return [rows.aggregate(rows=rows.count(), **{rule.slug: rule.test.screen(rows) for rule in screened})]  # type: ignore[union-attr, misc]


def _found(asked: Asked, dataset: str, rules: Sequence[QualityRule]) -> pa.Table:
    """The records that fail each of the rules, with what was found, place and person: one query for all rules."""
    if not rules:
        return ISSUES.empty_table()
    engine = asked.work.engine
    engine.hold(FOUND_ROWS, " UNION ALL ".join(f"({query})" for query in _queries(asked, dataset, rules)))
    found = engine.named(FOUND_ROWS, schema=FOUND)
    (told,) = asked.ask("quality_told", _joined, rows=asked.rows_of(DESCRIBED), found=found)
    return _as_issues(told, is_at_door=False)


def _queries(asked: Asked, dataset: str, rules: Sequence[QualityRule]) -> Iterator[str]:
    """The queries that give the records that fail the rules: one a rule, of marks of one fact one for all."""
    marked: dict[Callable[..., Table], list[QualityRule]] = {}
    for rule in rules:
        if isinstance(rule.test, MarkTest):
            marked.setdefault(rule.test.marked, []).append(rule)
            continue
        build, tables = _evidence, {}
        if isinstance(rule.test, FoundTest):
            build, tables = _found_test, {name: asked.table(name) for name in rule.test.tables}
        name, shape = f"quality_{rule.slug}", _what_it_asks(rule)
        yield asked.text(name, partial(build, rule), shape=shape, rows=asked.rows_of(_reads(rule)), **tables)
    for found, of_marks in marked.items():
        tables = {name: asked.table(name) for name in of_marks[0].test.tables}  # type: ignore[union-attr]
        shape = tuple(rule.slug for rule in of_marks)
        name = f"quality_{dataset}_{found.__name__}"
        yield asked.text(name, partial(_marked, of_marks), shape=shape, rows=asked.rows_of(("record",)), **tables)


def _reads(rule: QualityRule) -> tuple[str, ...]:
    """The columns of the rows that the rule looks at; none where it does not say."""
    reads = rule.test.reads  # type: ignore[union-attr]
    return tuple(dict.fromkeys(("record", TODAY, *reads))) if reads else ()


def _what_it_asks(rule: QualityRule) -> Hashable:
    """What is the same where the rule of another dataset asks the same of columns of the same names."""
    found = rule.test.found if isinstance(rule.test, FoundTest) else None
    arguments = found.args if isinstance(found, partial) else ()
    is_plain = all(
        isinstance(one, str) or (isinstance(one, tuple) and all(isinstance(part, str) for part in one)) for one in arguments
    )
    function = found.func if isinstance(found, partial) else found
    if function is None or not is_plain or not _reads(rule):
        return rule.dataset
    return function.__module__, function.__qualname__, arguments


def _evidence(rule: QualityRule, *, rows: Table, as_of: date) -> Sequence[Table]:
    assert isinstance(rule.test, RowTest)
    failed = rows.mutate(is_failed=_fails(rule, rows))
    failed = failed.filter(failed.is_failed)
    return [_as_found(rule, failed.record, rule.test.evidence(failed).fill_null(""), failed)]


def _marked(rules: Sequence[QualityRule], *, rows: Table, as_of: date, **tables: Table) -> Sequence[Table]:
    slugs = {rule.test.mark: rule.slug for rule in rules}  # type: ignore[union-attr]
    found = rules[0].test.marked(rows, **tables, today=ibis.literal(as_of))  # type: ignore[union-attr]
    found = found.filter(found.mark.isin(sorted(slugs)))
    found = found.mutate(rule=found.mark.cases(*sorted(slugs.items()))).group_by("rule", "record")
    return [
        found.aggregate(evidence=lambda one: one.evidence.min()).select(*FOUND.names).cast(dict.fromkeys(FOUND.names, "string"))
    ]


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
    return [_as_found(rule, one.record, one.evidence, one)]


def _as_found(rule: QualityRule, record: Value, evidence: Value, rows: Table) -> Table:
    return rows.select(rule=ibis.literal(rule.slug), record=record.cast("string"), evidence=evidence.cast("string"))


def _joined(*, rows: Table, found: Table, as_of: date) -> Sequence[Table]:
    said = description(rows)
    return [found.inner_join(said, "record").select("rule", "evidence", *said.columns)]


def _still_at_the_door(asked: Asked, dataset: str, rules: Sequence[QualityRule]) -> pa.Table:
    """The rows set aside that no later load has brought in order."""
    door = at_the_door(asked.work.home, asked.inputs.receipts_of(dataset), rules)
    if door.num_rows:
        (door,) = asked.ask("quality_door", _unmended, rows=asked.rows_of(("record", "source_load")), door=door)
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


def _failed_column(rule: QualityRule) -> str:
    return f"failed_{rule.slug}"


def _groups(dataset: str, *, rows: Table, as_of: date) -> Sequence[Table]:
    """How many rows of each month and place there are, and how many of them each rule judges or a test of single rows fails.

    What a rule judges is told only of those that do not judge all.
    """
    tests: dict[str, BooleanValue] = {}
    for rule in rules_of_dataset(dataset):
        if _is_judged_in_part(rule):
            tests[rule.slug] = rule.test.judged(rows, rows[TODAY])  # type: ignore[union-attr, misc]
        if isinstance(rule.test, RowTest):
            tests[_failed_column(rule)] = _fails(rule, rows)
    told = rows.select(*BY, **{name: value.fill_null(False).cast("int64") for name, value in tests.items()})
    return [told.group_by(*BY).aggregate(rows=told.count(), **{name: told[name].sum().cast("int64") for name in tests})]


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
