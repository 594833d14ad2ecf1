"""What the rules of data quality are given of one trust: its tables, each seen under one name, and what cannot be judged of it."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.intake.bucket_build import Work
from clockstop.intake.fact_build import Given, facts_of
from clockstop.intake.inputs import TrustInputs
from clockstop.intake.pathways import division_table
from clockstop.intake.quality_rows import OF_PATHWAYS
from clockstop.intake.queries import results, seen, written
from clockstop.rules import facts
from clockstop.rules.quality import FoundTest, QualityRule, quality_rules
from clockstop.rules.quality_persons import TABLES

# What the engine's names of tables begin with: all rules read the same, so that it is named to the engine once, not for each query.
SEEN = "quality_of"
DIVISIONS, PEOPLE = "divisions", "rtt_pathways"
# The name of the rows of the dataset that is being judged.
ROWS = f"{SEEN}_rows"
Build = Callable[..., Sequence[Table]]


@dataclass
class Asked:
    """One trust's tables as the rules of data quality are given them, each made and named once."""

    work: Work
    inputs: TrustInputs
    given: Given
    made: dict[str, Table] = field(default_factory=dict)
    filled: dict[str, bool] = field(default_factory=dict)
    built: frozenset[str] = frozenset()
    rows: ibis.Schema | None = None

    def __post_init__(self) -> None:
        self.built = frozenset(fact.name for fact in facts_of(self.inputs))

    def table(self, name: str) -> Table:
        """A dataset, a fact, the trust's divisions, or a table of persons made of several datasets."""
        if name not in self.made:
            self.made[name] = self._people() if name == PEOPLE else seen(self.work.engine, f"{SEEN}_{name}", self._opened(name))
        return self.made[name]

    def _people(self) -> Table:
        """What is known of the people of pathways, held: it lies in many files, and every dataset is joined with it."""
        engine, name, people = self.work.engine, f"{SEEN}_{PEOPLE}", self.given.table(PEOPLE)
        engine.hold(name, self.text("quality_people", _of_people, pathways=people))
        schema = {column: kind for column, kind in people.schema().items() if column in OF_PATHWAYS.values()}
        return engine.named(name, schema=ibis.schema(schema))

    def _opened(self, name: str) -> Table | pa.Table:
        if name == DIVISIONS:
            return division_table(self.inputs.organisation)
        if name not in TABLES:
            return self.given.table(name)
        return self.ask(name, partial(_made, name), **{need: self.table(need) for need in TABLES[name].needs})[0]

    def ask(self, name: str, build: Build, *, shape: Hashable = (), **tables: Table | pa.Table) -> list[pa.Table]:
        """The rows of a query that is kept from one refresh to the next; `shape` is what it depends on beside name and tables."""
        work = self.work
        return results(work.engine, name, build, shape=shape, as_of=work.as_of, kept_in=work.queries, seen_as=SEEN, **tables)

    def rows_of(self, columns: Sequence[str] = ()) -> Table:
        """The rows of the dataset that is being judged, with these columns alone where any are named."""
        assert self.rows is not None
        kinds = {name: self.rows[name] for name in columns} if columns else dict(self.rows.items())
        return self.work.engine.named(ROWS, schema=ibis.schema(kinds))

    def text(self, name: str, build: Build, *, shape: Hashable = (), **tables: Table | pa.Table) -> str:
        """A query that is kept from one refresh to the next."""
        work = self.work
        return written(work.engine, name, build, shape=shape, as_of=work.as_of, kept_in=work.queries, seen_as=SEEN, **tables)[0]

    def why_not(self, rule: QualityRule) -> str | None:
        """Why the rule cannot be judged of what the trust sends; None where it can."""
        if isinstance(rule.test, FoundTest):
            for name in rule.test.tables:
                if name in facts() and name not in self.built:
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
        if need not in self.filled:
            (row,) = self.ask(f"quality_filled_{dataset}", partial(_filled, dataset), **{dataset: self.table(dataset)})
            self.filled |= {f"{dataset}.{name}": bool(row[name][0].as_py()) for name in row.column_names}
        return self.filled[need]


def _of_people(*, as_of: date, pathways: Table) -> Sequence[Table]:
    return [pathways.select([column for column in pathways.columns if column in OF_PATHWAYS.values()])]


def _made(name: str, *, as_of: date, **tables: Table) -> Sequence[Table]:
    return [TABLES[name].build(**tables)]


@cache
def _needed_columns() -> dict[str, tuple[str, ...]]:
    """The columns of each dataset without which some rule is not judged."""
    found: dict[str, dict[str, None]] = {}
    for rule in quality_rules().values():
        for dataset, _, column in (need.partition(".") for need in rule.needs):
            if column:
                found.setdefault(dataset, {})[column] = None
    return {dataset: tuple(names) for dataset, names in found.items()}


def _filled(dataset: str, *, as_of: date, **tables: Table) -> Sequence[Table]:
    """Of each column that rules need, whether anything stands in it."""
    rows = tables[dataset]
    return [rows.aggregate(**{name: rows[name].count() > 0 for name in _needed_columns()[dataset]})]
