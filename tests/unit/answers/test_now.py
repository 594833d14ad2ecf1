"""The desk shows of each trust the newer of snapshot and state of now, within the scope, and how old both are."""

import json
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.answers import list_query, now
from clockstop.answers.desk import Desk
from clockstop.answers.list_filters import ListFilters
from clockstop.answers.scope import Scope
from clockstop.answers.worklist import ListColumn, Worklist
from clockstop.store import snapshots, states
from clockstop.store.home import Home
from clockstop.store.manifest import SnapshotLoad
from clockstop.store.states import LiveTable, State
from live_facts import DATASET, NOW, declare
from written_snapshots import AS_OF, NOTES, write_tables

DAY = AS_OF + timedelta(days=1)
VISITORS = pa.schema(
    [("trust", pa.string()), ("patient_pathway_identifier", pa.string()), ("minutes", pa.int64()), ("at", pa.timestamp("us"))]
)
GROUP = Scope(trusts=frozenset({"QQA", "QQB"}), may_see_patients=frozenset({"QQA"}), user="test", role="test")
NOBODY_TOLD = NOTES.empty_table()
LISTED = Worklist(
    slug="visitors", title="Who is here?", name="Visitors", family="emergency", table=NOW, order=("-minutes",), breach=None,
    columns=(ListColumn(name="minutes", heading="Minutes", kind="number"), ListColumn(name="at", heading="At", kind="instant")),
)  # fmt: skip


def at(words, day=DAY):
    """That time of the day after the snapshot's, by the clocks of London."""
    return datetime.combine(day, time.fromisoformat(words))


def visitors(trust, words, instant):
    """Rows of the live fact: each visitor with minutes so far."""
    rows = [
        {"trust": trust, "patient_pathway_identifier": name, "minutes": minutes, "at": instant} for name, minutes in words.items()
    ]
    return pa.Table.from_pylist(rows, schema=VISITORS)


@pytest.fixture
def home(monkeypatch, tmp_path):
    """A snapshot of two trusts with one visitor each at its end."""
    declare(monkeypatch, tmp_path / "declared")
    found = Home(tmp_path / "home")
    rows = pa.concat_tables(visitors(trust, {f"{trust}-night": 600}, at("23:59", AS_OF)) for trust in ("QQA", "QQB"))
    write_tables(found, AS_OF, {NOW: rows})
    say(found, live_at={NOW: at("23:59", AS_OF).isoformat()})
    return found


def say(home, **of_trusts):
    """Let the snapshot say more of each of its trusts, and of itself."""
    manifest = snapshots.current_manifest(home)
    trusts = {code: replace(one, **of_trusts) for code, one in manifest.trusts.items()}
    file = home.snapshot(manifest.id) / "manifest.json"
    file.chmod(0o644)
    file.write_text(replace(manifest, trusts=trusts).to_json())


def publish(home, trust, words, instant, *, built_at=None):
    """A state of now, written by hand."""
    built_at = built_at or datetime.now(UTC)
    state_id = states.next_id(home, trust, built_at)
    folder = states.begin(home, trust, state_id)
    pq.write_table(visitors(trust, words, instant), folder / f"{NOW}.parquet")
    tables = {NOW: LiveTable(rows=len(words), at=instant, signature="")}
    account = State(
        trust=trust, id=state_id, built_at=built_at, snapshot_id="", clockstop_version="0", seconds=0, tables=tables,
        extracts={DATASET: instant.isoformat()},
    )  # fmt: skip
    states.publish(home, folder, account)


def here(desk):
    """Who is here, as the desk shows it."""
    rows = desk.rows(desk.table(NOW)).to_pylist()
    return sorted(row["patient_pathway_identifier"] for row in rows)


def test_each_trust_is_shown_by_the_newer_of_snapshot_and_state(home):
    desk = Desk(home).refreshed()
    assert here(desk) == ["QQA-night", "QQB-night"]
    publish(home, "QQA", {"early": 30}, at("08:00"))
    # within a request nothing moves; the next one sees it
    assert here(desk) == ["QQA-night", "QQB-night"]
    assert here(desk.refreshed()) == ["QQB-night", "early"]


def test_a_board_has_a_new_edition_only_when_a_trust_of_its_own_has_a_new_state(home):
    desk = Desk(home).refreshed()
    before = desk.edition_of(["QQA"]), desk.edition_of(["QQA", "QQB"])
    publish(home, "QQB", {"other": 90}, at("08:00"))
    desk.refreshed()
    assert desk.edition_of(["QQA"]) == before[0]
    assert desk.edition_of(["QQA", "QQB"]) != before[1]


def test_a_state_older_than_the_snapshot_is_not_shown(home):
    long_ago = datetime.combine(AS_OF, time(), UTC) - timedelta(days=2)
    publish(home, "QQA", {"stale": 30}, at("08:00", AS_OF - timedelta(days=2)), built_at=long_ago)
    assert here(Desk(home).refreshed()) == ["QQA-night", "QQB-night"]
    # a refresh of the evening before, made this morning, is older than the state of this morning
    publish(home, "QQA", {"early": 30}, at("08:00"), built_at=long_ago)
    assert here(Desk(home).refreshed()) == ["QQB-night", "early"]


def test_a_state_that_is_damaged_is_not_shown(home):
    publish(home, "QQA", {"early": 30}, at("08:00"))
    file = home.states / "QQA" / states.current_id(home, "QQA") / "state.json"
    file.write_text(file.read_text()[:40])
    assert here(Desk(home).refreshed()) == ["QQA-night", "QQB-night"]


def test_what_was_worked_out_of_a_state_is_worked_out_anew_with_the_next(home):
    desk, asked = Desk(home).refreshed(), []

    def number_of(name):
        return lambda: asked.append(name) or len(here(desk)) + (0 if name == "live" else 10)

    def of_nothing_live():
        return asked.append("still") or 7

    for _ in range(2):
        assert (desk.kept_answer("live", number_of("live")), desk.kept_answer("still", of_nothing_live)) == (2, 7)
        # an answer that asks another is as live as that one
        assert desk.kept_answer("around", lambda: desk.kept_answer("live", number_of("live")) + 1) == 3
    assert asked == ["live", "still"]
    publish(home, "QQA", {"early": 30, "late": 5}, at("08:00"))
    desk.refreshed()
    assert (desk.kept_answer("live", number_of("live")), desk.kept_answer("still", of_nothing_live)) == (3, 7)
    assert desk.kept_answer("around", lambda: desk.kept_answer("live", number_of("live")) + 1) == 4
    assert asked == ["live", "still", "live"]


def test_a_list_of_now_has_the_day_of_its_state_and_only_patients_of_the_scope(home):
    desk = Desk(home)
    publish(home, "QQA", {"early": 30, "late": 5}, at("08:00"))
    publish(home, "QQB", {"other": 90}, at("08:00"))
    shown = list_query.worklist(GROUP, desk.refreshed(), NOBODY_TOLD, LISTED, ListFilters())
    assert [(row.patient_pathway_identifier, row.values["minutes"]) for row in shown.rows] == [("early", 30), ("late", 5)]
    assert (shown.as_of, shown.total) == (DAY, 2)
    publish(home, "QQA", {"late": 15}, at("08:10"))
    again = list_query.worklist(GROUP, desk.refreshed(), NOBODY_TOLD, LISTED, ListFilters())
    assert [row.values["minutes"] for row in again.rows] == [15]
    whole = list_query.worklist_rows(GROUP, desk, NOBODY_TOLD, LISTED, ListFilters())
    assert [row.values["at"] for row in whole] == [at("08:10")]


def test_ages_are_told_by_the_clock_of_the_play_trust_by_trust(home):
    publish(home, "QQA", {"early": 30}, at("08:00"))
    publish(home, "QQB", {"other": 90}, at("07:20"))
    home.play_clock_file.write_text(json.dumps({"now": at("08:05").isoformat(), "set_at": "2026-01-01T00:00:00+00:00", "pace": 0.0,
                                                "until": at("08:05").isoformat()}))  # fmt: skip
    found = now.states(GROUP, Desk(home).refreshed(), (NOW,))
    told = [(one.trust, one.name, one.minutes_old, one.is_stale, one.is_between) for one in found]
    assert told == [("QQA", "Aldermoor", 5, False, True), ("QQB", "Birkdale", 45, True, True)]
    assert [one.minutes_old for one in found[1].extracts] == [45]
    assert [one.trust for one in now.states(replace(GROUP, trusts=frozenset({"QQB"})), Desk(home).refreshed(), (NOW,))] == ["QQB"]
    assert now.states(GROUP, Desk(home).refreshed(), ("rtt_waits",)) == ()


def test_made_up_data_that_nobody_plays_do_not_grow_old(home):
    assert now.clock(Desk(home).refreshed()) == datetime.combine(AS_OF, time(23, 59, 59))
    publish(home, "QQA", {"early": 30}, at("08:00"))
    assert now.clock(Desk(home).refreshed()) == at("08:00")


def test_minutes_pass_through_the_night_on_which_the_clocks_go_back():
    before, after = datetime(2026, 10, 24, 23, 30), datetime(2026, 10, 25, 3, 0)  # noqa: DTZ001 - local times carry no zone
    assert now.minutes_between(before, after) == 270
    assert now.minutes_between(after, before) == 0


def extract(first, last, taken, *, rows=1000, dataset="theatre_cases"):
    return SnapshotLoad(
        dataset=dataset, load_id="", file_name="", file_sha256="", rows_kept=rows, rows_set_aside=0, dates_first=first,
        dates_last=last, as_at=taken,
    )  # fmt: skip


OLD = extract("2026-01-01", "2026-11-01", "2026-11-22T09:00:00")


@pytest.mark.parametrize(
    ("loads", "behind"),
    [
        pytest.param([OLD], 14, id="rows end long before"),
        pytest.param([extract("2026-01-01", "2026-12-24", "2026-11-01T23:59:59")], 14, id="bookings lie ahead of an old extract"),
        pytest.param([extract("2026-01-01", "2026-11-12", "2026-11-12T23:59:59")], None, id="a long weekend"),
        pytest.param([extract("2026-01-01", "2026-11-11", "2026-11-11T23:59:59")], 4, id="a day more"),
        pytest.param([extract("2026-01-01", "2026-11-01", "2026-11-22T09:00:00", rows=40)], None, id="rows are rare"),
        pytest.param(
            [extract("2026-01-01", f"2026-{day}", f"2026-{day}T23:00:00") for day in ("10-18", "10-28", "11-07")],
            None,
            id="they usually come every ten days",
        ),
        pytest.param(
            [extract("2026-01-01", f"2026-{day}", f"2026-{day}T23:00:00") for day in ("10-23", "10-26", "10-29", "11-08")],
            7,
            id="later than usual",
        ),
        pytest.param([extract("2026-01-01", "2026-02-01", None, dataset="wards")], None, id="what stands until changed"),
        pytest.param([extract(None, None, None)], None, id="loads of before ages were kept"),
    ],
)
def test_an_extract_well_behind_the_day_is_said(home, loads, behind):
    say(home, loads=tuple(loads))
    found = now.behind(GROUP, Desk(home).refreshed(), ("theatre_lists", "ward_nights"), trust="QQA")
    assert [(one.trust, one.dataset, one.days_behind) for one in found] == ([("QQA", "theatre_cases", behind)] if behind else [])
