"""A refresh killed at any step leaves the last whole snapshot serving, and the next refresh equals one never killed."""

import csv
from datetime import date, timedelta

import pytest

from clockstop.intake.load import load_file
from clockstop.store import snapshots
from clockstop.store.engine import open_engine
from clockstop.store.home import Home
from killed import PROGRESS, Kill, Workshop

REFERRALS, FIRST_DAY, NEXT_DAY = 300, date(2026, 9, 1), date(2026, 9, 2)
# Half of the buckets a turn: there is an instant between one turn and the next.
ROWS_AT_ONCE = REFERRALS // 2


def load_referrals(root, file):
    """A home with one trust's referrals."""
    home = Home(root)
    home.organisation_file("RXX").parent.mkdir(parents=True)
    home.organisation_file("RXX").write_text('code = "RXX"\nname = "Made-up Hospitals"\n')
    with file.open("w", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["referral_identifier", "patient_pathway_identifier", "referral_route", "referral_request_received_date"])
        rows.writerows([f"R{n}", f"P{n}", "letter", date(2026, 1, 1) + timedelta(days=n % 200)] for n in range(REFERRALS))
    load_file(home, file=file, trust="RXX", dataset="referrals")
    return home


def what_readers_see(home, table="rtt_waits"):
    """The current snapshot's id, and its whole waiting list; every file is as its manifest says."""
    current = snapshots.current(home)
    assert snapshots.verify(home, current) == []
    engine = open_engine()
    rows = engine.rows(snapshots.table(home, current, table, engine=engine)).to_pylist()
    engine.close()
    return current, sorted(map(str, rows))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_refresh_killed_at_any_step_harms_nothing(tmp_path):
    home, copies = load_referrals(tmp_path / "home", tmp_path / "referrals.csv"), tmp_path / "copies"
    with Workshop(home) as workshop:
        workshop.finish("refresh", day=FIRST_DAY, rows_at_once=ROWS_AT_ONCE)
        before = what_readers_see(home)
        steps = workshop.finish("refresh", copies=copies, day=NEXT_DAY, rows_at_once=ROWS_AT_ONCE)
    assert steps.count(PROGRESS) >= 5, "there is no instant between the buckets"
    assert steps[-3:-1] == ["os.rename", "os.rename"], "the publication no longer ends with the folder's name and the pointer"
    # what any death would leave is what stood on the disk at that instant: readers see the last snapshot, or the whole new one
    *unpublished, published = (Home(copy) for copy in sorted(copies.iterdir()))
    assert len(unpublished) >= 12
    for copy in unpublished:
        assert what_readers_see(copy) == before, copy.root.name
    assert what_readers_see(published) == what_readers_see(home) != before
    # from the worst of them, all done but the pointer turned, a death in earnest between two turns of buckets, and then the end
    worst = unpublished[-1]
    with Workshop(worst) as workshop:
        workshop.kill("refresh", Kill(PROGRESS, 2), day=NEXT_DAY, rows_at_once=ROWS_AT_ONCE)
        assert what_readers_see(worst) == before
        workshop.finish("refresh", day=NEXT_DAY, rows_at_once=ROWS_AT_ONCE)
    assert not list(worst.snapshots.glob(".partial-*"))
    assert snapshots.current_manifest(worst).as_of == NEXT_DAY
    assert len(what_readers_see(worst)[1]) == REFERRALS
    for table in snapshots.current_manifest(home).tables:
        assert what_readers_see(worst, table)[1] == what_readers_see(home, table)[1], table
