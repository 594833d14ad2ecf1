"""A state of now is there whole or not at all, wherever its writer is killed; old ones go, and not before their time."""

from datetime import UTC, datetime, timedelta

import pytest

from clockstop.store import states
from clockstop.store.home import Home
from killed import END, Kill, Workshop

START = datetime(2026, 11, 16, 8, tzinfo=UTC)


def shown(home):
    """What readers see, read to its end."""
    found = states.current(home, "RXX")
    if found is None:
        return 0
    text = states.file_of(home, found, "here_now").read_text()
    assert text == "row\n" * found.tables["here_now"].rows
    return found.tables["here_now"].rows


@pytest.mark.slow
def test_a_writer_killed_at_any_step_leaves_the_last_whole_state(tmp_path):
    home = Home(tmp_path / "home")
    with Workshop(home) as workshop:
        workshop.finish("state", rows=1, built_at=START)
        steps = workshop.finish("state", rows=1, built_at=START)
        assert steps.count("os.rename") >= 2, f"a state is no longer renamed and pointed to: {steps}"
        seen = []
        for place, step in enumerate(steps):
            before = shown(home)
            kill = Kill(step, steps[: place + 1].count(step))
            workshop.kill("state", kill, rows=before + 10, built_at=START + timedelta(seconds=place + 1))
            seen.append(shown(home) - before)
        # until the pointer is switched readers see the state before, from then on the new one: never less, never half of one
        assert seen == sorted(seen)
        assert set(seen) == {0, 10}
        workshop.kill("state", Kill(END), rows=500, built_at=START + timedelta(minutes=1))
    assert shown(home) == 500


def test_a_state_that_may_still_be_read_is_kept_and_an_old_one_is_not(tmp_path):
    home = Home(tmp_path / "home")
    for minutes in (0, 5, 11):
        at = START + timedelta(minutes=minutes)
        folder = states.begin(home, "RXX", states.next_id(home, "RXX", at))
        tables = {"here_now": states.LiveTable(rows=0, at=at.replace(tzinfo=None), signature="")}
        account = states.State(
            trust="RXX",
            id=states.next_id(home, "RXX", at),
            built_at=at,
            snapshot_id="",
            clockstop_version="",
            seconds=0,
            tables=tables,
        )
        states.publish(home, folder, account)
        removed = states.prune(home, "RXX", now=at)
        assert removed == (["20261116T080000.1"] if minutes == 11 else [])
    kept = sorted(entry.name for entry in (home.states / "RXX").iterdir())
    assert kept == ["20261116T080500.1", "20261116T081100.1", "current"]
    assert states.current(home, "RXX").built_at == START + timedelta(minutes=11)
