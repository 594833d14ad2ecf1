"""A trust of which only the code is known: added by the first load of a trial, refused where trusts have been described."""

import pytest

from clockstop.cli.main import run
from clockstop.errors import MissingColumn, UnknownName
from clockstop.intake.load import load_file
from clockstop.intake.organisation import known_trusts, organisation
from clockstop.store.home import Home

EVENTS = "patient_pathway_identifier,event_date,event_sequence,event_type\nP1,2026-01-05,1,referral_received\n"


@pytest.fixture
def load(tmp_path):
    """Load one file of canonical events for a trust into an empty home."""
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    empty = Home(tmp_path / "home")
    empty.root.mkdir()

    def one(trust, name="events.csv"):
        return load_file(empty, file=tmp_path / name, trust=trust, dataset="rtt_events")

    one.home = empty
    return one


def test_the_first_loads_of_a_trial_need_no_preparation(load):
    assert "was added by its code" in " ".join(load("RXX").notes)
    assert "was added by its code" not in " ".join(load("RXX").notes)
    load("RYY")
    assert known_trusts(load.home) == ["RXX", "RYY"]


@pytest.mark.parametrize("trust", ["../x", "rxx", "RX", "", "RXX/../..", "R\0X"])
def test_what_is_no_code_is_never_added(load, trust):
    with pytest.raises(UnknownName):
        load(trust)
    assert known_trusts(load.home) == []


def test_a_load_that_fails_adds_nothing(load):
    with pytest.raises(MissingColumn):
        load("RXX", "bad.csv")
    assert known_trusts(load.home) == []


def test_an_unknown_code_is_refused_once_a_trust_is_described(load, monkeypatch, capsys):
    monkeypatch.setenv("CLOCKSTOP_HOME", str(load.home.root))
    with pytest.raises(SystemExit):
        run(["trust", "add", "--code", "RXX", "--name", 'St "Elsewhere"\\'])
    assert organisation(load.home, "RXX").name == 'St "Elsewhere"\\'
    with pytest.raises(UnknownName) as refusal:
        load("RXZ")
    assert "clockstop trust add --code RXZ" in refusal.value.do
    assert "'RXX'" in refusal.value.where


@pytest.mark.parametrize("arguments", [[], ["org.toml", "--code", "RXX"], ["--code", "../x"]])
def test_a_trust_is_added_by_a_file_or_by_a_code(arguments, load, monkeypatch, capsys):
    monkeypatch.setenv("CLOCKSTOP_HOME", str(load.home.root))
    with pytest.raises(SystemExit) as end:
        run(["trust", "add", *arguments])
    assert end.value.code == 2
    assert known_trusts(load.home) == []
