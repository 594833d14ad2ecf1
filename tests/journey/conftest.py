"""The synthetic group's histories, and the group loaded and refreshed, each made once for the journey tests."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.intake.organisation import add_organisation
from clockstop.store import snapshots
from clockstop.store.engine import open_engine
from clockstop.store.home import Home
from clockstop.synthetic.group import Wanted, synthesise
from synthetic_clocks import SUNDAY, histories_at

LOADED_SCALE = 0.02
WAITS = (
    "trust", "patient_pathway_identifier", "start_date", "days_waited", "has_next_step", "last_pas_validation_date",
    "last_attended_date", "decided_to_admit_date", "tci_date", "next_event_date",
)  # fmt: skip
CLOCKS = (
    "trust", "patient_pathway_identifier", "period_number", "start_date", "end_date", "end_status", "is_nullified",
    "responsibility_passed_date",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    """Whichever test comes first waits for the group to be made and loaded, which takes minutes on a busy machine."""
    for item in items:
        if "loaded" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timeout(1800))


@dataclass(frozen=True)
class Loaded:
    """What the snapshot of the last day says after every delivery went through intake and refresh, and the truth beside it."""

    out: Path
    home: Home
    waits: pa.Table
    clocks: pa.Table
    periods: pa.Table
    faults: pa.Table


@pytest.fixture(scope="session")
def histories():
    """By trust's code, its records and truth at a fiftieth of the full size."""
    return histories_at(0.02)


@pytest.fixture(scope="session")
def loaded(tmp_path_factory):
    """The group at `LOADED_SCALE`, every delivery loaded on its day, refreshed once at the end."""
    out, home = tmp_path_factory.mktemp("extracts"), Home(tmp_path_factory.mktemp("loaded"))
    synthesise(out, Wanted(scale=LOADED_SCALE))
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    for trust in manifest["trusts"].values():
        add_organisation(home, out / trust["organisation"])
    for one in manifest["deliveries"]:
        mapping = out / one["trust"] / "mappings" / f"{one['dataset']}.toml"
        names = {name: one[name] for name in ("trust", "dataset", "delivery")}
        load_file(home, file=out / one["file"], mapping=mapping, today=date.fromisoformat(one["as_of"]), **names)
    refresh(home, as_of=SUNDAY)
    return Loaded(
        out, home, _rows(home, "rtt_waits", WAITS), _rows(home, "rtt_clocks", CLOCKS), _truth(out, "periods"), _truth(out, "faults")
    )


def _rows(home: Home, name: str, columns: tuple[str, ...]) -> pa.Table:
    engine = open_engine()
    rows = engine.rows(snapshots.table(home, snapshots.current(home), name, engine=engine).select(*columns))
    engine.close()
    return rows


def _truth(out: Path, name: str) -> pa.Table:
    return pa.concat_tables(pq.read_table(file) for file in sorted((out / "truth").glob(f"*/{name}.parquet")))
