"""The doctor: a home that is well, and each thing that may be wrong with one."""

import json
import os
import time

import pytest

from clockstop.cli import _doctor_home, main
from clockstop.config import production
from clockstop.errors import UserError
from clockstop.store import sealed_keys


def states(home) -> dict[str, tuple[str, str]]:
    return {one.name: (one.state, one.says) for one in _doctor_home.of_home(home)}


@pytest.fixture
def well(home, monkeypatch):
    """A home with which nothing is wrong but that it is empty."""
    monkeypatch.setattr(_doctor_home, "LEAST_FREE_BYTES", 0)
    monkeypatch.setattr(_doctor_home, "FREE_SHARE", 0)
    home.root.chmod(0o700)
    return home


def test_an_empty_home_lacks_a_snapshot_and_a_backup_and_nothing_else(well):
    assert {name for name, (state, _) in states(well).items() if state != "good"} == {"snapshot", "backup"}


def test_a_key_that_others_may_read_is_bad(well):
    well.pseudonym_key_file.parent.mkdir()
    well.pseudonym_key_file.write_text("0" * 64)
    well.pseudonym_key_file.chmod(0o644)
    assert states(well)["pseudonym key"][0] == "bad"
    well.pseudonym_key_file.chmod(0o600)
    assert states(well)["pseudonym key"][0] == "good"


def test_a_restored_home_without_its_key_is_bad(well):
    well.expected_key_file.parent.mkdir()
    well.expected_key_file.write_text(json.dumps({"pseudonym": sealed_keys.fingerprint("1" * 64)}))
    assert states(well)["pseudonym key"][0] == "bad"
    well.pseudonym_key_file.write_text("0" * 64)
    well.pseudonym_key_file.chmod(0o600)
    assert "not the one of these data" in states(well)["pseudonym key"][1]


def test_a_snapshot_that_cannot_be_read_is_bad(well):
    well.snapshots.mkdir()
    well.snapshot_pointer.write_text("2026-01-01.1\n")
    assert states(well)["snapshot"][0] == "bad"


def test_what_a_writer_left_a_day_ago_is_told_and_what_is_being_written_is_not(well):
    left = well.snapshots / ".partial-2026-01-01.1"
    left.mkdir(parents=True)
    assert states(well)["left over"][0] == "good"
    before = time.time() - 2 * 24 * 3600
    os.utime(left, (before, before))
    assert states(well)["left over"][0] == "odd"


def test_a_disk_that_is_nearly_full_is_bad(well, monkeypatch):
    monkeypatch.setattr(_doctor_home, "LEAST_FREE_BYTES", 1 << 60)
    assert states(well)["room"][0] == "bad"


FIT = {"CLOCKSTOP_HTTPS": "1", "CLOCKSTOP_ALLOWED_HOSTS": "clockstop.example", "CLOCKSTOP_TRUSTED_PROXIES": "127.0.0.1"}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CLOCKSTOP_DEBUG", "1", "CLOCKSTOP_DEBUG"),
        ("CLOCKSTOP_HTTPS", "0", "CLOCKSTOP_HTTPS"),
        ("CLOCKSTOP_ALLOWED_HOSTS", "*", "CLOCKSTOP_ALLOWED_HOSTS"),
        ("CLOCKSTOP_ALLOWED_HOSTS", "", "CLOCKSTOP_ALLOWED_HOSTS"),
        ("CLOCKSTOP_TRUSTED_ORIGINS", "http://clockstop.example", "CLOCKSTOP_TRUSTED_ORIGINS"),
        ("CLOCKSTOP_TRUSTED_PROXIES", "", "CLOCKSTOP_TRUSTED_PROXIES"),
        ("CLOCKSTOP_SECRET_KEY", "short", "secret key"),
    ],
)
def test_a_server_is_not_started_with_settings_unfit_for_patients_data(home, monkeypatch, name, value, says):
    from clockstop.cli.serve import require_fit

    for key, word in FIT.items():
        monkeypatch.setenv(key, word)
    monkeypatch.setenv("CLOCKSTOP_PRODUCTION", "")
    assert production.faults() == []
    monkeypatch.setenv(name, value)
    with pytest.raises(UserError, match="not fit") as refused:
        require_fit()
    assert says in refused.value.where
    assert len(production.faults()) == 1


@pytest.mark.django_db
def test_the_command_says_it_in_words_and_as_json(well, monkeypatch, capsys):
    with pytest.raises(SystemExit) as ended:
        main.run(["doctor", "--json"])
    found = {one["name"]: one["state"] for one in json.loads(capsys.readouterr().out)}
    assert found["database"] == "good"
    assert ended.value.code == (1 if "bad" in found.values() else 3)
