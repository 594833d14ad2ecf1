"""A load that is killed at any instant leaves a whole ledger behind, and the next load succeeds."""

import os
import signal
import subprocess
import sys
import time

import pytest

from clockstop.intake.ledger import loads
from clockstop.intake.load import load_file

pytestmark = pytest.mark.slow
INSTANTS = 12
LOAD = """
import sys
from pathlib import Path
from clockstop.intake.load import load_file
from clockstop.store.home import Home
print("ready", flush=True)
load_file(Home(Path(sys.argv[1])), file=Path(sys.argv[2]), trust="RXX", dataset="rtt_events", delivery="full")
"""


def started(home, file) -> subprocess.Popen:
    process = subprocess.Popen([sys.executable, "-c", LOAD, str(home.root), str(file)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.timeout(900)
def test_a_killed_load_leaves_nothing_half_done(home, tmp_path):
    file = tmp_path / "events.csv"
    rows = (f"P{number},2026-01-{1 + number % 28:02},1,attend" for number in range(20_000))
    file.write_text("\n".join(["patient_pathway_identifier,event_date,event_sequence,event_type", *rows]))
    began = time.monotonic()
    first = started(home, file)
    assert first.wait() == 0
    whole = time.monotonic() - began
    (load,) = loads(home)
    for instant in range(INSTANTS):
        file.write_text(file.read_text() + f"\nQ{instant},2026-01-01,1,attend")
        process = started(home, file)
        time.sleep(whole * instant / INSTANTS)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for one in loads(home):
            place = home.loads("RXX", "rtt_events") / one.load_id
            assert one.rows_read == one.rows_kept + one.rows_set_aside
            assert all((place / name).is_file() for name in one.files)
    assert loads(home)[0] == load
    receipt = load_file(home, file=file, trust="RXX", dataset="rtt_events", delivery="full")
    assert receipt.rows_kept == 20_000 + INSTANTS
    assert not list(home.loads("RXX", "rtt_events").glob(".partial-*")) or receipt.already_loaded
