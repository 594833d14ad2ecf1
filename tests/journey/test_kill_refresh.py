"""A refresh killed at any instant leaves the last whole snapshot serving, and the next refresh succeeds."""

import csv
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest

from clockstop.intake.load import load_file
from clockstop.store import snapshots
from clockstop.store.engine import open_engine

KILLS = 20
REFRESH = "from clockstop.cli.main import run; run(['refresh', '--as-of', '{day}'])"


@pytest.fixture
def loaded(home, tmp_path):
    """A home with one trust's 300 referrals."""
    home.organisation_file("RXX").parent.mkdir(parents=True)
    home.organisation_file("RXX").write_text('code = "RXX"\nname = "Made-up Hospitals"\n')
    file = tmp_path / "referrals.csv"
    with file.open("w", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["referral_identifier", "patient_pathway_identifier", "referral_route", "referral_request_received_date"])
        rows.writerows([f"R{n}", f"P{n}", "letter", date(2026, 1, 1) + timedelta(days=n % 200)] for n in range(300))
    load_file(home, file=file, trust="RXX", dataset="referrals")
    return home


def refresh(home, day):
    return subprocess.Popen(
        [sys.executable, "-c", REFRESH.format(day=day)],
        env={**os.environ, "CLOCKSTOP_HOME": str(home.root)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def what_readers_see(home):
    """The current snapshot's id, and its whole waiting list; every file is as its manifest says."""
    current = snapshots.current(home)
    assert snapshots.verify(home, current) == []
    engine = open_engine()
    waits = engine.rows(snapshots.table(home, current, "rtt_waits", engine=engine)).to_pylist()
    engine.close()
    return current, sorted(map(str, waits))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_refresh_killed_at_any_instant_harms_nothing(loaded):
    started = time.monotonic()
    output, _ = (process := refresh(loaded, "2026-09-01")).communicate()
    assert process.returncode == 0, output
    whole = time.monotonic() - started
    chance, killed, day = random.Random(20), 0, date(2026, 9, 1)
    while killed < KILLS:
        before, day = what_readers_see(loaded), day + timedelta(days=1)
        process = refresh(loaded, day)
        try:
            process.wait(timeout=chance.uniform(0.1, 1.0) * whole)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
        after = what_readers_see(loaded)
        has_published = after[0] != before[0]
        assert after == before or (has_published and snapshots.manifest(loaded, after[0]).as_of == day)
    output, _ = (process := refresh(loaded, "2026-12-01")).communicate()
    assert process.returncode == 0, output
    current, waits = what_readers_see(loaded)
    assert snapshots.manifest(loaded, current).as_of == date(2026, 12, 1)
    assert len(waits) == 300
    assert not list(loaded.snapshots.glob(".partial-*"))
