"""Folded loads say what the loads say one by one: the same rows, receipts and withdrawals, whatever came and in whatever order."""

import csv
import shutil
from datetime import date

import numpy as np
import pytest

from clockstop.intake import folding
from clockstop.intake.folds import fold_of, folds_of
from clockstop.intake.ledger import standing
from clockstop.intake.load import load_file, withdraw
from clockstop.intake.merge import current_rows
from clockstop.store.buckets import BUCKETS
from clockstop.store.engine import open_engine
from clockstop.store.home import Home

HEADER = ("ward_stay_identifier", "hospital_provider_spell_identifier", "ward_code", "ward_stay_started_at", "is_deleted")
COUNTS = (
    "rows_kept",
    "rows_set_aside",
    "rows_protected",
    "rows_new",
    "rows_changed",
    "rows_unchanged",
    "rows_withdrawn",
    "bucket_rows",
)
DATASET, TODAY = "ward_stays", date(2026, 11, 30)


def extract(rng):
    """Stays that change their spell (and so their bucket), their day, or go; now and then one that cannot be kept."""
    rows = []
    for stay in rng.choice(14, size=int(rng.integers(1, 9)), replace=False):
        day = f"2026-10-{rng.integers(1, 9):02} 08:30"
        ward = "" if rng.random() < 0.15 else f"W{rng.integers(3)}"
        rows.append((f"STAY{stay}", f"SPELL{rng.integers(9)}", ward, day, "Y" if rng.random() < 0.15 else ""))
    return rows


def held(home):
    """The rows that hold now, in one order."""
    engine = open_engine()
    tables = [current_rows(home, engine, "RXX", DATASET, bucket) for bucket in range(BUCKETS)]
    rows = [row for table in tables for row in engine.rows(table.drop("source_load")).to_pylist()]
    engine.close()
    return sorted(tuple(sorted((key, str(value)) for key, value in row.items())) for row in rows)


@pytest.fixture
def homes(home, tmp_path):
    """A home whose loads are folded by twos, and one whose loads never are."""
    other = Home(tmp_path / "other")
    shutil.copytree(home.root, other.root)
    return home, other


@pytest.mark.slow
def test_folded_loads_say_the_same(homes, tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    folded = 0
    for number in range(8):
        file = tmp_path / f"{number}.csv"
        with file.open("w", newline="") as handle:
            csv.writer(handle).writerows([HEADER, *extract(rng)])
        delivery = "full" if rng.random() < 0.3 else "changes"
        receipts = []
        for home, most in zip(homes, (2, 1_000), strict=True):
            monkeypatch.setattr(folding, "MOST_LOADS", most)
            receipts.append(load_file(home, file=file, trust="RXX", dataset=DATASET, delivery=delivery, today=TODAY))
        assert len({str([getattr(one, name) for name in COUNTS]) for one in receipts}) == 1
        folded += fold_of(homes[0], standing(homes[0], "RXX", DATASET)) is not None
        if number == 5:
            for home in homes:
                withdraw(home, trust="RXX", dataset=DATASET, load_id=standing(home, "RXX", DATASET)[2].load_id,
                         reason="sent in error", by="a test")  # fmt: skip
        if number in (4, 5, 7):
            assert held(homes[0]) == held(homes[1])
    assert folded > 3
    assert fold_of(homes[1], standing(homes[1], "RXX", DATASET)) is None


def test_folds_may_be_deleted_and_are_few(homes, tmp_path, monkeypatch):
    home, _ = homes
    monkeypatch.setattr(folding, "MOST_LOADS", 1)
    for number in range(4):
        file = tmp_path / f"{number}.csv"
        file.write_text(",".join(HEADER) + f"\nSTAY{number},SPELL{number},W1,2026-10-01 08:30,\n")
        load_file(home, file=file, trust="RXX", dataset=DATASET, today=TODAY)
    place = folds_of(home, "RXX", DATASET)
    assert len(list(place.iterdir())) == 2
    before = held(home)
    shutil.rmtree(place)
    assert held(home) == before
    assert len(before) == 4
