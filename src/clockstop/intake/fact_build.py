"""The declared facts of a trust (rules.facts), each built whole: an expression over datasets, or clocks folded from events.

A fact is built where the trust has sent any dataset that it needs, itself or through the facts before it; a dataset that was not
sent is an empty table. Every fact lies in one file, and is linked from the snapshot before where nothing that it needs has changed.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr.types import Table, Value

from clockstop.contracts import contracts
from clockstop.intake import merge, signatures
from clockstop.intake.bucket_build import DAY_TABLES, ROW_TABLES, Work
from clockstop.intake.bucket_files import path_of
from clockstop.intake.census import SERIES_BUCKET, SERIES_TABLE
from clockstop.intake.columns import empty, kept_columns
from clockstop.intake.inputs import TrustInputs
from clockstop.intake.live_instants import end_of, shown_at
from clockstop.intake.merged import gather
from clockstop.intake.pathways import division_table
from clockstop.intake.period_build import periods_of
from clockstop.intake.place_and_person import with_place_and_person
from clockstop.intake.queries import results, written
from clockstop.measures.fact_series import fact_series_of
from clockstop.rules import facts
from clockstop.rules.fact import Clocks, Fact
from clockstop.rules.readings import Readings
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest, SnapshotFile

# A fact looks at a trust whole: it lies in one file. The series of all facts lie beside RTT's.
FACT_BUCKET = 0
FACT_SERIES_BUCKET = SERIES_BUCKET + 1
# The tables of RTT that a fact may need beside datasets.
RTT_TABLES = (*ROW_TABLES, *DAY_TABLES)
Doing = Callable[[str], None]


def build_facts(work: Work, inputs: TrustInputs, given: "Given", doing: Doing = lambda name: None) -> None:
    """Write the trust's facts, or link them where they would be the same."""
    signature = Signatures(work.home, inputs, work.as_of, work.readings, work.files)
    for fact in facts_of(inputs):
        signed = signature.of(fact)
        if work.take(inputs.trust, (fact.name,), FACT_BUCKET, signed):
            continue
        doing(fact.name)
        rows = periods_of(work, given.table(fact.events), fact) if isinstance(fact, Clocks) else _rows(work, inputs, fact, given)
        work.write(rows, table=fact.name, trust=inputs.trust, bucket=FACT_BUCKET, signature=signed)


def build_fact_series(work: Work, inputs: TrustInputs) -> None:
    """Write the series of the trust's facts, or link them; the columns are those of RTT's series, which are there already."""
    found = facts_of(inputs)
    if not found:
        return
    signed = Signatures(work.home, inputs, work.as_of, work.readings, work.files).of_series(found)
    if work.take(inputs.trust, (SERIES_TABLE,), FACT_SERIES_BUCKET, signed):
        return
    schema = pq.read_schema(work.folder / path_of(SERIES_TABLE, inputs.trust, SERIES_BUCKET))
    parts = [rows.select(schema.names).cast(schema) for fact in found for rows in _series(work, inputs.trust, fact)]
    rows = pa.concat_tables([schema.empty_table(), *parts]).drop_columns(["trust"])
    rows = rows.sort_by([(name, "ascending") for name in rows.column_names if name not in ("numerator", "denominator")])
    work.write(rows, table=SERIES_TABLE, trust=inputs.trust, bucket=FACT_SERIES_BUCKET, signature=signed)


def expected_files(home: Home, inputs: TrustInputs, before: Manifest, as_of: date, readings: Readings) -> Iterator[tuple[str, str]]:
    """The path and signature of every file of the trust's facts and series, were RTT's tables those of the snapshot before."""
    found, signature = facts_of(inputs), Signatures(home, inputs, as_of, readings, before.files)
    for fact in found:
        yield path_of(fact.name, inputs.trust, FACT_BUCKET), signature.of(fact)
    if found:
        yield path_of(SERIES_TABLE, inputs.trust, FACT_SERIES_BUCKET), signature.of_series(found)


def facts_of(inputs: TrustInputs) -> tuple[Fact | Clocks, ...]:
    """The facts that the trust's loads give, and those that they need, in the order in which they are built."""
    known, sent = facts(), {receipt.dataset for receipt in inputs.receipts}
    wanted: set[str] = set()
    for name in known:
        every = needed_by(name, known)
        if sent & every:
            wanted |= {name, *(every & set(known))}
    return tuple(fact for name, fact in known.items() if name in wanted)


def needed_by(name: str, known: dict[str, Fact | Clocks]) -> set[str]:
    """The datasets and facts that a fact needs, itself or through others."""
    found: set[str] = set()
    for need in known[name].needs:
        found |= {need, *(needed_by(need, known) if need in known else ())}
    return found


class Given:
    """The tables that facts of one trust are given; each is merged or opened once, however many facts need it."""

    def __init__(self, work: Work, inputs: TrustInputs) -> None:
        self.work, self.inputs = work, inputs
        self.tables: dict[str, Table | pa.Table] = {}

    def table(self, name: str) -> Table | pa.Table:
        """A dataset's rows that hold now, or the rows of a table that this snapshot has already."""
        if name not in self.tables:
            self.tables[name] = self._opened(name)
        return self.tables[name]

    def _opened(self, name: str) -> Table | pa.Table:
        if name in facts():
            file = self.work.folder / path_of(name, self.inputs.trust, FACT_BUCKET)
            return self.work.engine.parquet(file).drop("trust")
        if name in RTT_TABLES:
            return self.work.written_before(name, self.inputs.trust, list(range(BUCKETS)))
        receipts = self.inputs.receipts_of(name)
        if not receipts:
            return empty(kept_columns(contracts()[name]))
        held = self.work.held.get((self.inputs.trust, name), f"whole_{name}")
        if held == f"whole_{name}":
            kept_in = self.work.queries
            gather(self.work.engine, self.work.home, receipts, dataset=name, buckets=range(BUCKETS), name=held, kept_in=kept_in)
        return self.work.engine.named(held, schema=self.work.engine.schema(held))


def _rows(work: Work, inputs: TrustInputs, fact: Fact, given: Given) -> pa.Table:
    tables = {name: given.table(name) for name in fact.needs}
    place = {"trust_people": given.table("rtt_pathways"), "trust_divisions": division_table(inputs.organisation)}
    days = {"as_of": work.as_of, "at": at_of(fact, inputs, work.as_of)}
    return work.engine.run(query_of(work.engine, fact, work.readings, **days, kept_in=work.queries, **place, **tables))


def query_of(
    engine: DuckDBEngine,
    fact: Fact,
    readings: Readings,
    *,
    as_of: date,
    at: datetime | None,
    kept_in: Path,
    **tables: Table | pa.Table,
) -> str:
    """The query that gives a fact's rows from the tables that it needs, `trust_people` and `trust_divisions` among them."""
    build = partial(_expressions, fact, readings)
    return written(engine, fact.name, build, shape=readings, as_of=as_of, at=at, kept_in=kept_in, **tables)[0]


def at_of(fact: Fact | Clocks, inputs: TrustInputs, as_of: date) -> datetime | None:
    """The instant at which a refresh shows a live fact of the trust; None of a fact that is not live."""
    if not isinstance(fact, Fact) or not fact.is_live:
        return None
    return min(shown_at(inputs.receipts, needed_by(fact.name, facts()) & set(contracts())) or end_of(as_of), end_of(as_of))


def _expressions(
    fact: Fact,
    readings: Readings,
    *,
    trust_people: Table,
    trust_divisions: Table,
    as_of: date,
    at: Value | None = None,
    **tables: Table,
) -> Sequence[Table]:
    if at is None:
        rows = fact.build(**tables, as_of=as_of, readings=readings)
    else:
        rows = fact.build(**tables, as_of=as_of, at=at, readings=readings).mutate(at=at)
    return [with_place_and_person(rows, trust_people, trust_divisions, as_of=as_of).order_by(*fact.order)]


def _series(work: Work, trust: str, fact: Fact | Clocks) -> list[pa.Table]:
    rows = work.engine.parquet(work.folder / path_of(fact.name, trust, FACT_BUCKET))
    build = partial(_fact_series, fact.name)
    return results(work.engine, f"series_of_{fact.name}", build, as_of=work.as_of, kept_in=work.queries, rows=rows)


def _fact_series(name: str, *, rows: Table, as_of: date) -> Sequence[Table]:
    return fact_series_of(name, rows, as_of=as_of)


class Signatures:
    """What the facts of one trust are built from: their datasets whole, and the rows of RTT's tables that they read.

    Of RTT's tables it is the files themselves that count: a night's new events leave most facts, and the pathways from which
    they take place and person, as they were.
    """

    def __init__(self, home: Home, inputs: TrustInputs, as_of: date, readings: Readings, files: Sequence[SnapshotFile]) -> None:
        self.inputs, self.known, self.as_of = inputs, facts(), as_of
        self.all = (signatures.of_organisation(home, inputs.trust), as_of, readings)
        self.files: dict[str, list[str]] = {}
        for file in files:
            if file.trust == inputs.trust and file.table in RTT_TABLES:
                self.files.setdefault(file.table, []).append(f"{file.bucket}:{file.sha256}")

    def of(self, fact: Fact | Clocks) -> str:
        """The signature of a fact's file."""
        needs = needed_by(fact.name, self.known)
        rtt = (one for table in ("rtt_pathways", *sorted(needs & set(RTT_TABLES))) for one in sorted(self.files.get(table, ())))
        at = (at_of(fact, self.inputs, self.as_of),) if isinstance(fact, Fact) and fact.is_live else ()
        return signatures.of("fact", fact.name, *self.all, *rtt, *self._of_datasets(sorted(needs & set(contracts()))), *at)

    def of_tables(self, name: str, needs: Iterable[str]) -> str:
        """The signature of a file of this name that is made of these datasets and facts, and of the trust's pathways."""
        wanted = sorted(set(needs))
        parts = (self.of(self.known[one]) for one in wanted if one in self.known)
        rtt = (
            one for table in ("rtt_pathways", *sorted(set(wanted) & set(RTT_TABLES))) for one in sorted(self.files.get(table, ()))
        )
        return signatures.of(name, *self.all, *rtt, *parts, *self._of_datasets(sorted(set(wanted) & set(contracts()))))

    def of_series(self, found: Iterable[Fact | Clocks]) -> str:
        """The signature of the file of the facts' series."""
        return signatures.of_series((self.of(fact) for fact in found), *self.all[1:])

    def _of_datasets(self, datasets: Iterable[str]) -> Iterator[str]:
        for dataset in datasets:
            receipts = self.inputs.receipts_of(dataset)
            yield dataset
            yield from (merge.signature_of(receipts, bucket) for bucket in range(BUCKETS) if receipts)
