"""A home with one trust, and small deliveries."""

import csv
from pathlib import Path

import pytest

from clockstop.contracts import contracts
from clockstop.intake.load import load_file
from clockstop.intake.merge import current_rows
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import open_engine
from clockstop.store.home import Home

EVENT = {
    "patient_pathway_identifier": "P1",
    "event_date": "2026-01-05",
    "event_sequence": "1",
    "event_type": "referral_received",
}


@pytest.fixture
def home(tmp_path):
    """A home that knows the trust RXX."""
    found = Home(tmp_path / "home")
    file = found.organisation_file("RXX")
    file.parent.mkdir(parents=True)
    file.write_text('code = "RXX"\nname = "Made-up Hospitals"\nis_synthetic = true\n')
    return found


@pytest.fixture
def deliver(home, tmp_path):
    """Write rows as a CSV (defaults fill what a row does not say), load it, give the receipt."""

    def one(rows, *, name="events.csv", dataset="rtt_events", mapping=None, **options):
        file = events_csv(tmp_path / name, rows) if isinstance(rows, list) else tmp_path / name
        if isinstance(rows, bytes):
            file.write_bytes(rows)
        if isinstance(mapping, str):
            (tmp_path / "mapping.toml").write_text(mapping)
            mapping = tmp_path / "mapping.toml"
        return load_file(home, file=file, trust="RXX", dataset=dataset, mapping=mapping, **options)

    return one


@pytest.fixture
def holds(home):
    """The rows that hold now, of all buckets, by pathway and sequence."""

    def now(dataset="rtt_events"):
        engine = open_engine()
        key = contracts()[dataset].key
        tables = [current_rows(home, engine, "RXX", dataset, bucket) for bucket in range(BUCKETS)]
        rows = [row for table in tables if table is not None for row in engine.rows(table).to_pylist()]
        engine.close()
        return sorted(rows, key=lambda row: tuple(row[name] for name in key))

    return now


def events_csv(file: Path, rows: list[dict]) -> Path:
    """A CSV of events."""
    names = list(dict.fromkeys([*EVENT, *(name for row in rows for name in row)]))
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**EVENT, **row} for row in rows)
    return file
