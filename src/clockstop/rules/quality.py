"""What a data-quality rule is: which records it judges, which of them fail, what to do about it and who does.

A rule is of one dataset and one of five kinds. Rules that every dataset has are made of its contract (quality_of_contracts.py);
the others are declared by name (`RULES` of the modules named below). RTT's 25 flags (rtt_flags.py) stand beside them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any, Literal

from ibis.expr.types import BooleanValue, StringValue, Table

Kind = Literal["completeness", "validity", "timeliness", "uniqueness", "consistency"]
KINDS: dict[Kind, str] = {
    "completeness": "What every record should say is there.",
    "validity": "What stands there can be true: a code of the list, a day that a hospital can have seen.",
    "timeliness": "It came when it was due, without a hole.",
    "uniqueness": "One thing is recorded once, and one person has one number.",
    "consistency": "Records agree with each other, within a dataset and between datasets.",
}
# Who usually mends it; RTT's flags (rtt_flags.py) use the same words.
ADMINISTRATION, SERVICE, INFORMATION, CLINICAL = (
    "Patient administration", "Service management", "Information team", "Clinical team",
)  # fmt: skip
WARDS, EMERGENCY, THEATRES, SYSTEMS = "Ward clerks and site team", "Emergency department", "Theatre management", "System suppliers"
Unit = Literal["records", "days", "files"]
# The as-of day, as an expression.
Today = Any
# The column in which the rows that tests are given have it too.
TODAY = "today"


@dataclass(frozen=True, kw_only=True)
class RowTest:
    """A test of single rows of the dataset, with place, person and `day` beside its own columns (intake/quality_rows.py).

    `judged` says which rows could fail (none left out where None), `failed` which do, `evidence` what was found. Each is given the
    rows and the as-of day as an expression. `reads` names all columns that they look at, where they are few: what is asked of few
    columns is written out sooner.
    """

    failed: Callable[[Table, "Today"], BooleanValue]
    evidence: Callable[[Table], StringValue]
    judged: Callable[[Table, "Today"], BooleanValue] | None = None
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FoundTest:
    """A test that looks beyond one row: `found(rows, **tables, today=)` gives `record` and `evidence` of the rows that fail.

    `tables` names the datasets and facts that it is given beside the dataset's own rows; one that was not sent is an empty table.
    `reads` names all columns of the rows that `found` looks at beside `record`, where they are few. `screen(rows)` is one truth of
    all rows, cheaper to ask: where it is false, none fails.
    """

    found: Callable[..., Table]
    tables: tuple[str, ...] = ()
    judged: Callable[[Table, "Today"], BooleanValue] | None = None
    reads: tuple[str, ...] = ()
    screen: Callable[[Table], BooleanValue] | None = None


@dataclass(frozen=True, kw_only=True)
class MarkTest(FoundTest):
    """A test that a fact has made: `marked(rows, **tables, today=)` gives `record`, `evidence` and `mark` of all its marks at once.

    The rules of a dataset with the same `marked` are asked together.
    """

    marked: Callable[..., Table]
    mark: str


def by_mark(marked: Callable[..., Table], mark: str, *tables: str) -> MarkTest:
    """The test of one mark among those that `marked` finds."""

    def found(rows: Table, *, today: Today, **tables: Table) -> Table:
        every = marked(rows, today=today, **tables)
        return every.filter(every.mark == mark).select("record", "evidence")

    return MarkTest(found=found, marked=marked, mark=mark, tables=tables, reads=("record",))


@dataclass(frozen=True, kw_only=True)
class FeedTest:
    """A test of the dataset's days or files as they came, in plain Python (quality_feeds.py): `of` names it there."""

    of: str


Test = RowTest | FoundTest | FeedTest


@dataclass(frozen=True, kw_only=True)
class QualityRule:
    """One rule of one dataset.

    `needs` names what the trust must send for it to be judged: a dataset, or `dataset.column` with something in it. `reasons` are
    the (code, column) under which a load sets rows aside for the same fault: they fail at the door. `moves` names the facts whose
    measures a failure bears on; where it is empty, all that are made of the dataset.
    """

    slug: str
    dataset: str
    kind: Kind
    title: str
    definition: str
    what_to_do: str
    who_mends: str
    test: Test | None = None
    column: str = ""
    needs: tuple[str, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    moves: tuple[str, ...] = ()
    planted_as: tuple[str, ...] = ()
    unit: Unit = "records"

    @property
    def name(self) -> str:
        """What names the rule among all: its dataset and its slug."""
        return f"{self.dataset}.{self.slug}"


# Each module has `RULES`, or makes them of the contracts with `rules_of(contract)`.
RULE_MODULES: tuple[str, ...] = (
    "quality_of_contracts", "quality_of_links", "quality_of_people", "quality_of_planned", "quality_of_unplanned",
    "quality_of_marks",
    "quality_feeds",
)  # fmt: skip


@cache
def quality_rules() -> dict[str, QualityRule]:
    """Every rule by its name, in the order of datasets and, within one, as declared."""
    modules = [import_module(f"clockstop.rules.{name}") for name in RULE_MODULES]
    found = [rule for module in modules for rule in module.RULES]
    return {rule.name: rule for rule in sorted(found, key=lambda rule: rule.dataset)}


def rules_of_dataset(dataset: str) -> tuple[QualityRule, ...]:
    """The rules of one dataset."""
    return tuple(rule for rule in quality_rules().values() if rule.dataset == dataset)


def for_each(rule: QualityRule, tests: Mapping[str, Test]) -> tuple[QualityRule, ...]:
    """The same rule in several datasets, each with its test."""
    return tuple(replace(rule, dataset=dataset, test=test) for dataset, test in tests.items())


def moved_facts(rule: QualityRule) -> tuple[str, ...]:
    """The facts whose measures a failure of the rule bears on; RTT's tables where the dataset feeds the clock."""
    from clockstop.rules import facts

    if rule.moves:
        return rule.moves
    known = facts()
    feeding: dict[str, set[str]] = {}
    for name, fact in known.items():
        feeding[name] = {need for one in fact.needs for need in (one, *feeding.get(one, ()))}
    rtt = ("rtt_waits", "rtt_clocks") if rule.dataset in RTT_DATASETS else ()
    return (*rtt, *(name for name, needs in feeding.items() if rule.dataset in needs))


# The datasets of which RTT's clocks are made.
RTT_DATASETS = ("referrals", "appointments", "waiting_list_entries", "spells", "rtt_events")
