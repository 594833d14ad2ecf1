"""A family of care is found by listing; what it makes of a history is sent by every trust in its own words, and loads."""

import json
import sys
from datetime import date
from importlib import import_module

import pyarrow.parquet as pq
import pytest

import clockstop.synthetic.care
from clockstop.intake.load import load_file
from clockstop.intake.organisation import add_organisation
from clockstop.synthetic.care import families
from clockstop.synthetic.group import Wanted, synthesise
from declared_facts import declare, forget_measures

WANTED = Wanted(scale=0.001, weeks=30, seed=3, until=date(2026, 11, 15))
FAMILY = '''
"""Scans, a family of a test's own: one for each appointment, some minutes long."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.synthetic.care import FAULT_SCHEMA, Planted
from clockstop.synthetic.extract_columns import dates, instants, pathway_columns, record_identifiers, service_columns

DATASETS = ("scans_of_a_test",)
HEADERS = {"csv": {"scan_identifier": "SCAN_NO"}, "csv_cp1252": {"scan_date": "Date, of scan"}}


def extracts(found, day, rng):
    rows = found.appointments
    minutes = rng.integers(10, 500, len(rows.day)) / 10
    chosen = np.flatnonzero((rows.booked <= day) & (rows.day <= day + 14))
    person = pathway_columns(found, rows.pathway[chosen])
    return {"scans_of_a_test": pa.table({
        "scan_identifier": record_identifiers(found.trust, "X", chosen),
        "patient_pathway_identifier": person["patient_pathway_identifier"],
        "scan_date": dates(rows.day[chosen]),
        "reported_at": instants(rows.day[chosen], 60 * 9 + chosen % 600, day),
        "minutes": pa.array(minutes[chosen]),
        **service_columns(found, rows.pathway[chosen]),
    })}


def planted(rows, found, day, rng):
    table = rows["scans_of_a_test"]
    days = pa.concat_arrays([pa.array(["30 February"]), pc.cast(table["scan_date"], pa.string()).combine_chunks()[1:]])
    fault = {"fault": ["impossible_date"], "dataset": DATASETS[:1], "column": ["scan_date"], "reason": ["date_unreadable"],
             "record_identifier": table["scan_identifier"][:1]}
    return Planted({"scans_of_a_test": table.set_column(table.column_names.index("scan_date"), "scan_date", days)},
                   pa.table(fault).select(FAULT_SCHEMA.names).cast(FAULT_SCHEMA))


def truth(found, day, rng):
    return {"scans": extracts(found, day, rng)["scans_of_a_test"].select(["scan_identifier", "minutes"])}
'''


@pytest.fixture(autouse=True)
def declared(monkeypatch, tmp_path):
    declare(monkeypatch, tmp_path / "declared")
    place = tmp_path / "declared" / "care"
    place.mkdir()
    (place / "scans_of_a_test.py").write_text(FAMILY)
    monkeypatch.setattr(clockstop.synthetic.care, "__path__", [str(place)])
    name = "clockstop.synthetic.care.scans_of_a_test"
    sys.modules.pop(name, None)
    monkeypatch.setitem(sys.modules, name, import_module(name))
    yield
    monkeypatch.undo()
    forget_measures()


@pytest.mark.slow
def test_what_a_family_makes_is_sent_and_loads(home, tmp_path):
    out = tmp_path / "group"
    synthesise(out, WANTED)
    assert list(families()) == ["scans_of_a_test"]
    sent = [one for one in json.loads((out / "manifest.json").read_text())["deliveries"] if one["dataset"] == "scans_of_a_test"]
    assert [(one["as_of"], one["delivery"]) for one in sent] == [("2026-11-01", "full")] * 4 + [("2026-11-15", "full")] * 4
    codes = {one["trust"] for one in sent}
    assert len(codes) == 4
    for one in sent[-4:]:
        trust = out / one["trust"]
        add_organisation(home, trust / "organisation.toml")
        mapping = trust / "mappings" / "scans_of_a_test.toml"
        day = date.fromisoformat(one["as_of"])
        receipt = load_file(home, file=out / one["file"], trust=one["trust"], dataset=one["dataset"], mapping=mapping, today=day)
        faults = pq.read_table(out / "truth" / one["trust"] / "scans_of_a_test_faults.parquet").to_pylist()
        assert [(fault["reason"], str(fault["as_of"])) for fault in faults] == [("date_unreadable", "2026-11-01"),
                                                                                ("date_unreadable", "2026-11-15")]  # fmt: skip
        assert (receipt.reasons, receipt.rows_set_aside) == ({"date_unreadable": 1}, 1)
        truth = pq.read_table(out / "truth" / one["trust"] / "scans_of_a_test_scans.parquet")
        assert truth.num_rows == one["rows"] == receipt.rows_read
    assert 'scan_identifier = "SCAN_NO"' in "".join(file.read_text() for file in out.glob("*/mappings/scans_of_a_test.toml"))


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(tmp_path):
    synthesise(tmp_path / "first", WANTED)
    synthesise(tmp_path / "second", WANTED)
    files = [file.relative_to(tmp_path / "first") for file in (tmp_path / "first").rglob("*scans*") if file.is_file()]
    assert len(files) >= 4 * 5
    assert all((tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes() for file in files)
