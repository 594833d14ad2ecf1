"""The quick build: a state of now from the loads as they hold, whole or not at all, and never without a snapshot."""

from datetime import datetime, time, timedelta

import pytest

from clockstop.answers.desk import Desk
from clockstop.errors import Busy, UnknownName, UserError
from clockstop.intake.ledger import loads
from clockstop.intake.load import load_file, withdraw
from clockstop.intake.now import build_now
from clockstop.store import states
from clockstop.store.home import Home
from clockstop.store.lock import writer
from live_facts import DATASET, NOW, PEOPLE, declare
from written_snapshots import AS_OF, NAMES, write_tables

DAY = AS_OF + timedelta(days=1)


@pytest.fixture
def room(monkeypatch, tmp_path):
    """A home of two trusts with a snapshot, and a way to send visits as at an hour of the day after it."""
    declare(monkeypatch, tmp_path / "declared")
    home = Home(tmp_path / "home")
    for code, name in NAMES.items():
        file = home.organisation_file(code)
        file.parent.mkdir(parents=True)
        file.write_text(f'code = "{code}"\nname = "{name}"\nis_synthetic = true\n')
    write_tables(home, AS_OF, {"rtt_pathways": PEOPLE.empty_table()})
    return home


@pytest.fixture
def send(room, tmp_path):
    def one(words, at, *, trust="QQA", **options):
        lines = (line.split() for line in words.strip().splitlines())
        rows = [
            f"{visit},{hour(arrived).isoformat()},{hour(left[0]).isoformat() if left else ''}" for visit, arrived, *left in lines
        ]
        file = tmp_path / "visits.csv"
        file.write_text("\n".join(["visit_identifier,arrived_at,left_at", *rows]) + "\n")
        return load_file(room, file=file, trust=trust, dataset=DATASET, as_at=hour(at), today=DAY, **options)

    return one


def hour(words):
    """That time of the day after the snapshot's."""
    return datetime.combine(DAY, time.fromisoformat(words))


def here(home):
    """Who is here now, trust by trust, as the desk shows it."""
    desk = Desk(home).refreshed()
    rows = desk.rows(desk.table(NOW)).to_pylist() if desk.has(NOW) else []
    return [(row["trust"], row["visit_identifier"], row["minutes"], row["at"]) for row in rows]


def test_the_state_is_that_of_the_newest_extract_and_grows_old_with_it_alone(room, send):
    send("v1 08:00\nv2 08:30 08:50", "09:00")
    (built, nothing) = build_now(room)
    assert (built.is_new, built.state.at, nothing.state) == (True, hour("09:00"), None)
    assert here(room) == [("QQA", "v1", 60, hour("09:00"))]
    # nothing has come since: the state stands
    assert [one.is_new for one in build_now(room, ["QQA"])] == [False]
    send("v1 08:00 09:05\nv3 09:01", "09:10")
    assert build_now(room, ["QQA"])[0].state.id == states.current_id(room, "QQA")
    assert here(room) == [("QQA", "v3", 9, hour("09:10"))]
    # the very file comes again ten minutes later: nothing has changed, and that is known
    assert send("v1 08:00 09:05\nv3 09:01", "09:20").already_loaded
    build_now(room)
    assert here(room) == [("QQA", "v3", 19, hour("09:20"))]


def test_two_trusts_have_states_of_their_own_ages(room, send):
    send("v1 08:00", "09:00")
    send("w1 07:00", "08:45", trust="QQB")
    build_now(room)
    assert here(room) == [("QQA", "v1", 60, hour("09:00")), ("QQB", "w1", 105, hour("08:45"))]
    send("v1 08:00", "09:30")
    build_now(room, ["QQA"])
    assert [(trust, at) for trust, _, _, at in here(room)] == [("QQA", hour("09:30")), ("QQB", hour("08:45"))]


def test_a_load_taken_out_leaves_the_state_of_before(room, send):
    send("v1 08:00", "09:00")
    one = send("v1 08:00\nv2 09:10", "09:20")
    build_now(room)
    withdraw(room, trust="QQA", dataset=DATASET, load_id=one.load_id, reason="wrong room", by="test")
    build_now(room)
    assert here(room) == [("QQA", "v1", 60, hour("09:00"))]


def test_an_instant_that_has_not_come_is_refused_and_one_that_goes_back_is_said(room, send):
    with pytest.raises(UserError, match="cannot show the state"):
        load_file(room, file=_file(room), trust="QQA", dataset=DATASET, as_at=datetime.fromisoformat("2999-01-01"))
    assert loads(room) == []
    send("v1 08:00", "09:00")
    assert "as at 2026-11-16 08:30, and one as at 2026-11-16 09:00" in " ".join(send("v2 08:10", "08:30").notes)


def _file(home):
    file = home.root / "one.csv"
    file.write_text("visit_identifier,arrived_at\nv1,2026-11-16T08:00\n")
    return file


def test_a_trust_that_the_snapshot_does_not_know_needs_a_refresh_first(room):
    file = room.organisation_file("QQC")
    file.parent.mkdir(parents=True)
    file.write_text('code = "QQC"\nname = "New"\n')
    with pytest.raises(UnknownName, match="clockstop refresh"):
        build_now(room, ["QQC"])


def test_it_waits_for_another_writer_as_long_as_it_is_told(room):
    with writer(room), pytest.raises(Busy):
        build_now(room, wait_seconds=0.3)
