"""A morning of the made-up group played forward in two steps: loaded, built and shown with its own clock, then taken out again."""

import json
import os
import shutil
from datetime import time, timedelta

import pytest

from clockstop.answers.desk import Desk
from clockstop.answers.now import states
from clockstop.answers.scope import Scope
from clockstop.cli import _play
from clockstop.errors import UserError
from clockstop.intake import ledger
from clockstop.store import states as kept_states
from clockstop.store.home import Home
from clockstop.synthetic import live

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
TRUST, HERE = "ZZD", "ed_patients_now"


@pytest.fixture(scope="module")
def home(loaded, tmp_path_factory):
    """The loaded group's home, its files linked: what the play adds is not the others'."""
    found = Home(tmp_path_factory.mktemp("play") / "home")
    shutil.copytree(loaded.home.root, found.root, copy_function=os.link)
    extracts = found.demo / "extracts"
    extracts.mkdir(parents=True)
    shutil.copy(loaded.out / "manifest.json", extracts)
    for part in (f"{TRUST}/mappings", f"{TRUST}/live"):
        shutil.copytree(loaded.out / part, extracts / part)
    return found


def test_two_steps_of_a_morning(home):
    begins = live.begins(home.demo / "extracts")
    before = {(one.dataset, one.load_id) for one in ledger.loads(home, TRUST)}
    asked = {"trusts": [TRUST], "step": timedelta(minutes=30), "every": timedelta(seconds=30), "start": time(8)}
    told = []
    for step in _play.steps_of(home, **asked, wait=told.append):
        told.append(step)
        if len([one for one in told if isinstance(one, _play.Step)]) == 2:
            # as somebody who presses Ctrl-C: the clock still stands where the last whole step left it
            break
    first, second = (one for one in told if isinstance(one, _play.Step))
    assert (first.at, second.at) == (begins + timedelta(hours=8), begins + timedelta(hours=8, minutes=30))
    assert _play.reached(home) == first.at
    desk = Desk(home).refreshed()
    rows = desk.rows(desk.table(HERE, trusts=[TRUST])).to_pylist()
    assert {row["at"] for row in rows} == {second.at}
    assert rows
    assert all(row["clock_start_at"] <= second.at for row in rows)
    scope = Scope(trusts=frozenset({TRUST, "ZZA"}), may_see_patients=frozenset(), user="test", role="")
    played, still = sorted(states(scope, desk, (HERE,)), key=lambda one: one.trust != TRUST)
    assert (played.at, played.is_between, still.is_between) == (second.at, True, False)
    # every dataset of the board was sent at each step, though not all held anything new
    assert {one.at for one in played.extracts} == {second.at}
    # taken out again, the delivered loads are all there and nothing else
    assert _play.forget(home) == first.files + second.files
    assert {(one.dataset, one.load_id) for one in ledger.loads(home, TRUST)} == before
    assert (kept_states.current(home, TRUST), _play.reached(home)) == (None, None)


def test_a_group_without_days_to_come_says_so(home):
    shutil.rmtree(home.demo / "extracts" / TRUST / "live")
    asked = {"trusts": [TRUST], "step": timedelta(minutes=30), "every": timedelta(seconds=30), "start": time(8)}
    with pytest.raises(UserError, match="older version"):
        next(_play.steps_of(home, **asked))
    assert json.loads((home.demo / "extracts" / "manifest.json").read_text())["trusts"][TRUST]
