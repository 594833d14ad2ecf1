"""A small synthetic group, loaded and refreshed by the embedded engine, whose snapshot both engines read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.intake.organisation import add_organisation
from clockstop.store import snapshots
from clockstop.store.home import Home
from clockstop.synthetic.deliveries import DATASETS, SENT_EVENTS
from clockstop.synthetic.group import Wanted, synthesise

SCALE = 0.004  # about a thousand open pathways in four trusts


@dataclass(frozen=True)
class Group:
    """The home of the group and its current snapshot."""

    home: Home
    snapshot: str

    @property
    def as_of(self) -> date:
        return snapshots.manifest(self.home, self.snapshot).as_of

    def table(self, engine, name, *, trusts=None):
        """A table of the snapshot on an engine."""
        return snapshots.table(self.home, self.snapshot, name, trusts=trusts, engine=engine)

    def files(self, name, *, trusts=None) -> list[Path]:
        """The files of a table."""
        return snapshots.table_files(self.home, self.snapshot, name, trusts=trusts)


@pytest.fixture(scope="session")
def group(tmp_path_factory) -> Iterator[Group]:
    """RTT's first, full deliveries of every trust, loaded and refreshed. (tests/journey has what follows, and all other care.)"""
    out, home = tmp_path_factory.mktemp("extracts"), Home(tmp_path_factory.mktemp("group"))
    synthesise(out, Wanted(scale=SCALE))
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for trust in manifest["trusts"].values():
        add_organisation(home, out / trust["organisation"])
    first = [one for one in manifest["deliveries"] if one["delivery"] == "full" and one["dataset"] in (*DATASETS, SENT_EVENTS)]
    for one in first:
        mapping = out / one["trust"] / "mappings" / f"{one['dataset']}.toml"
        names = {name: one[name] for name in ("trust", "dataset", "delivery")}
        load_file(home, file=out / one["file"], mapping=mapping, today=date.fromisoformat(one["as_of"]), **names)
    refresh(home, as_of=max(date.fromisoformat(one["as_of"]) for one in first))
    return Group(home, snapshots.current(home))


@pytest.fixture
def same_rows(spark, embedded):
    """Check that `ask(engine)` gives the same rows on both engines, whatever their order, and hand them back."""

    def check(ask) -> pa.Table:
        ours, theirs = (engine.rows(ask(engine)) for engine in (embedded, spark))
        assert theirs.schema.names == ours.schema.names
        assert in_order(theirs.cast(ours.schema)).equals(in_order(ours))
        return ours

    return check


def in_order(rows: pa.Table) -> pa.Table:
    """The rows sorted by every column."""
    return rows.combine_chunks().sort_by([(name, "ascending") for name in rows.schema.names])
