"""The rows of one trust's live facts, built from its loads as they hold, with nothing written but what is asked for."""

from datetime import date, datetime, timedelta
from functools import cached_property

import pyarrow as pa
from ibis.expr.types import Table

from clockstop.contracts import contracts
from clockstop.intake import ledger
from clockstop.intake.columns import empty, kept_columns
from clockstop.intake.fact_build import RTT_TABLES, Signatures, needed_by, query_of
from clockstop.intake.inputs import TrustInputs
from clockstop.intake.ledger import Receipt
from clockstop.intake.live_instants import dated_by_instants, end_of, shown_at
from clockstop.intake.merged import gather
from clockstop.intake.organisation import organisation
from clockstop.intake.pathways import division_table
from clockstop.rules import facts
from clockstop.rules.fact import Fact
from clockstop.store import snapshots
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import DuckDBEngine
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest
from clockstop.store.settings import readings

# What happens in a department or is counted at an instant is over soon: of these the last days alone are read. Spells and ward
# stays may have begun a year ago and still run.
SOON_OVER = frozenset({"ambulance_arrivals", "ed_attendances", "ed_service_requests", "ed_states", "ward_bed_states"})
LAST_DAYS = timedelta(days=14)


def live_facts() -> dict[str, Fact]:
    """The facts that show the state now, by name."""
    return {name: fact for name, fact in facts().items() if isinstance(fact, Fact) and fact.is_live}


def live_datasets() -> set[str]:
    """The datasets behind the live facts whose extracts say what holds at an instant."""
    known = facts()
    return {name for fact in live_facts() for name in needed_by(fact, known)} & dated_by_instants()


class LiveRows:
    """What builds the live facts of one trust beside a snapshot: each dataset is merged once, each fact between worked out once.

    Facts between are those that live facts need: they are built as a refresh builds them, by the very same queries, and held in
    memory.
    """

    def __init__(self, home: Home, engine: DuckDBEngine, manifest: Manifest, trust: str) -> None:
        self.home, self.engine, self.manifest, self.trust = home, engine, manifest, trust
        self.readings, self.known, self.contracts = readings(home), facts(), contracts()
        self._tables: dict[str, Table | pa.Table] = {}

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """The live facts for which the trust sent anything."""
        return {name: fact for name, fact in live_facts().items() if any(map(self._sent, self._datasets(fact)))}

    @cached_property
    def extracts(self) -> dict[str, str]:
        """Of each dataset behind the live facts that tells of instants, that which its newest extract shows."""
        behind = {dataset for fact in self.facts.values() for dataset in self._datasets(fact)}
        return {dataset: at.isoformat() for dataset, at in self._shown_at.items() if dataset in behind}

    @cached_property
    def signatures(self) -> dict[str, str]:
        """What each live fact is built from, as one name."""
        signature = Signatures(self.home, self._inputs, self._as_of, self.readings, self.manifest.files)
        return {name: signature.of(fact) for name, fact in self.facts.items()}

    def at(self, fact: Fact) -> datetime:
        """The latest instant at which an extract of what the fact is made of shows the state."""
        found = [at for dataset in self._datasets(fact) if (at := self._shown_at.get(dataset))]
        return max(found, default=end_of(self.manifest.as_of))

    def rows(self, fact: Fact) -> pa.Table:
        """The rows of a live fact, the trust's code its first column."""
        held = self._table(fact.name)
        rows = self.engine.rows(held)
        return rows.add_column(0, "trust", pa.repeat(pa.scalar(self.trust, pa.string()), rows.num_rows))

    @cached_property
    def _inputs(self) -> TrustInputs:
        every = sorted({dataset for fact in live_facts().values() for dataset in self._datasets(fact)})
        receipts = tuple(one for dataset in every for one in ledger.standing(self.home, self.trust, dataset))
        return TrustInputs(organisation=organisation(self.home, self.trust), receipts=receipts, signatures=())

    @cached_property
    def _as_of(self) -> date:
        """The day that is being lived: that of the latest extract."""
        return max((self.at(fact) for fact in self.facts.values()), default=end_of(self.manifest.as_of)).date()

    @cached_property
    def _shown_at(self) -> dict[str, datetime]:
        found = {dataset: shown_at(self._sent(dataset), [dataset]) for dataset in sorted(live_datasets())}
        return {dataset: at for dataset, at in found.items() if at is not None}

    @cached_property
    def _read_whole(self) -> set[str]:
        """What is needed by a fact between that is not live: it may look at all of its rows."""
        behind = {name for fact in self.facts.values() for name in needed_by(fact.name, self.known)}
        return {need for name in behind & set(self.known) if name not in self.facts for need in self.known[name].needs}

    def _datasets(self, fact: Fact) -> list[str]:
        return sorted(needed_by(fact.name, self.known) & set(self.contracts))

    def _sent(self, dataset: str) -> list[Receipt]:
        return self._inputs.receipts_of(dataset)

    def _query(self, fact: Fact) -> str:
        needed = {name: self._table(name) for name in fact.needs}
        place = {"trust_people": self._table("rtt_pathways"), "trust_divisions": division_table(self._inputs.organisation)}
        days = {"as_of": self._as_of, "at": self.at(fact) if fact.is_live else None}
        kept_in = self.home.cache / "queries"
        return query_of(self.engine, fact, self.readings, **days, kept_in=kept_in, **place, **needed)

    def _table(self, name: str) -> Table | pa.Table:
        """A table that facts need, once for all of them: the engine is asked for its columns once too."""
        if name not in self._tables:
            self._tables[name] = self._worked_out(name)
        return self._tables[name]

    def _worked_out(self, name: str) -> Table | pa.Table:
        if name in RTT_TABLES:
            return snapshots.table(self.home, self.manifest.id, name, trusts=[self.trust], engine=self.engine).drop("trust")
        held = f"now_{name}"
        if name in self.known:
            fact = self.known[name]
            assert isinstance(fact, Fact), f"a live fact cannot stand on clock periods: {name}"
            self.engine.hold(held, self._query(fact))
        elif receipts := self._sent(name):
            kept_in = self.home.cache / "queries"
            since = self._as_of - LAST_DAYS if name in SOON_OVER - self._read_whole else None
            gather(self.engine, self.home, receipts, dataset=name, buckets=range(BUCKETS), name=held, since=since, kept_in=kept_in)
        else:
            return empty(kept_columns(self.contracts[name]))
        return self.engine.named(held)
