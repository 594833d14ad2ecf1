"""A load that is killed at any step leaves a whole ledger behind, and the next load succeeds."""

import shutil

import pytest

from clockstop.intake.ledger import loads
from clockstop.intake.load import load_file
from clockstop.store.home import Home
from killed import END, PROGRESS, Kill, Workshop

pytestmark = pytest.mark.slow
ROWS = 2_000


def grow(file, row):
    """Add a row to the delivery, so that it is no longer the one that was loaded last."""
    file.write_text(f"{file.read_text()}\nQ{row},2026-01-01,1,attend")


def assert_whole(home):
    """Every load in the ledger counts right, and has every file that its receipt names."""
    for one in loads(home):
        place = home.loads("RXX", "rtt_events") / one.load_id
        assert one.rows_read == one.rows_kept + one.rows_set_aside
        assert all((place / name).is_file() for name in one.files)
    return loads(home)


def steps_of_a_second_load(home, root, file):
    """The steps of a load after another in a home like this one."""
    other = Home(shutil.copytree(home.root, root))
    again = shutil.copyfile(file, root / "again.csv")
    with Workshop(other) as workshop:
        workshop.finish("load", file=again)
        grow(again, "other")
        return workshop.finish("load", file=again)


def test_a_killed_load_leaves_nothing_half_done(home, tmp_path):
    file = tmp_path / "events.csv"
    rows = (f"P{number},2026-01-{1 + number % 28:02},1,attend" for number in range(ROWS))
    file.write_text("\n".join(["patient_pathway_identifier,event_date,event_sequence,event_type", *rows]))
    # The queries that loads keep are written the first time, and are no steps of the loads that are killed.
    steps_of_a_second_load(home, tmp_path / "first", file)
    steps = steps_of_a_second_load(home, tmp_path / "other", file)
    with Workshop(home) as workshop:
        workshop.finish("load", file=file)
        (first,) = loads(home)
        renames, calls = steps.count("os.rename"), steps.count(PROGRESS)
        assert (renames >= 3, calls >= 4) == (True, True), f"the load has lost the steps that this test kills it at: {steps}"
        # at each word of progress (reading, checking, sorting, comparing) and before each rename: parts, mapping, receipt ...
        inside = [Kill(PROGRESS, n + 1) for n in range(calls)] + [Kill("os.rename", n + 1) for n in range(renames)]
        for number, kill in enumerate(inside):
            grow(file, number)
            workshop.kill("load", kill, file=file)
            assert assert_whole(home) == [first], f"killed at {kill}"
        # ... the last of which brings the whole folder to its place: from there on the load stands
        grow(file, "last")
        workshop.kill("load", Kill(END), file=file)
    assert [one.rows_kept for one in assert_whole(home)] == [ROWS, ROWS + len(inside) + 1]
    grow(file, "more")
    receipt = load_file(home, file=file, trust="RXX", dataset="rtt_events", delivery="full")
    assert (receipt.rows_kept, receipt.rows_new) == (ROWS + len(inside) + 2, 1)
    assert not list(home.loads("RXX", "rtt_events").glob(".partial-*"))
