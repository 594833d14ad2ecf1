"""A backup restored into an empty place: the same pages, the same rows; and every way in which it may go wrong."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clockstop.errors import Busy, UnreadableFile, UserError
from clockstop.intake.pseudonyms import key
from clockstop.registers.backup.restoring import new_home
from clockstop.store import archive, backup_log, lock, sealed_keys
from clockstop.store.archive import Receipt
from clockstop.store.home import Home

PASSPHRASE = "four words and more"
PAGES = ("/", "/ptl", "/measures/rtt_within_18_weeks", "/data")
WRITTEN = """
import sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from clockstop.accounts.models import Membership, User
from clockstop.store.home import home_from_environment
from clockstop.intake.pseudonyms import key
from django.db import transaction
from clockstop.registers.core.actions import record_change
user = User.objects.create_user(username="pat", password="a long password")
Membership.objects.create(user=user, trust="QQA", role="information_analyst")
with transaction.atomic():
    for number in range(501):
        record_change(by=user, what="añ", record="note", record_key=str(number), before=None, after={"a": [1, None]})
key(home_from_environment())
from clockstop.cli.main import application
root = sys.argv[1]
application().main(
    ["backup", "--out", f"{root}/b.tar", "--with-keys", f"{root}/keys", "--passphrase-file", f"{root}/passphrase"],
    standalone_mode=False)
"""
# Restores, and then shows what each home says: the one of before, and the new one.
SHOWN = """
import json, os, sys
from pathlib import Path
from clockstop.cli.main import application
kept = Path(sys.argv[1])
application().main(
    ["restore", str(kept / "b.tar"), "--home", str(kept / "new"), "--keys", str(kept / "keys"),
     "--passphrase-file", str(kept / "passphrase")], standalone_mode=False)
from django.conf import settings
from django.db import connection
from django.test import Client
from clockstop.accounts.models import User
from clockstop.pages import context
from clockstop.registers.core.models import Change
from clockstop.store.home import Home
def shown(home):
    os.environ["CLOCKSTOP_HOME"], settings.HOME = str(home.root), home
    connection.close()
    connection.settings_dict["NAME"] = home.database_file
    context.desk_of_process.cache_clear()
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.get(username="pat"))
    pages = {path: client.get(path, follow=True).content.decode() for path in sys.argv[2:]}
    return {"pages": pages, "changes": list(Change.objects.order_by("id").values_list()), "password": User.objects.get().password}
print("\\n" + json.dumps([shown(Home(kept / "home")), shown(Home(kept / "new"))], default=str))
"""
TOKENS = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]+"|data-look="[^"]+"|[A-Za-z0-9]{64}')


def run(home: Path, code: str, *arguments: object) -> str:
    """What Python prints in a process of its own, on that home."""
    environment = {**os.environ, "CLOCKSTOP_HOME": str(home), "DJANGO_SETTINGS_MODULE": "clockstop.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def kept(group_home, tmp_path_factory) -> Path:
    """A folder with the home of the small group, in which somebody has written, and its backup with its keys."""
    root = tmp_path_factory.mktemp("kept")
    shutil.copytree(group_home.root, root / "home")
    (root / "home" / "settings.toml").write_text("")
    (root / "passphrase").write_text(PASSPHRASE)
    told = run(root / "home", WRITTEN, root)
    assert "The keys are not in it" not in told
    return root


@pytest.mark.slow
def test_a_restore_into_an_empty_place_gives_the_same_pages_and_rows(kept):
    before, after = json.loads(run(kept / "elsewhere", SHOWN, kept, *PAGES).splitlines()[-1])
    for one in (before, after):
        one["pages"] = {path: TOKENS.sub("", text) for path, text in one["pages"].items()}
    assert all("Something went wrong" not in text and len(text) > 2000 for text in before["pages"].values())
    assert [path for path in PAGES if after["pages"][path] != before["pages"][path]] == []
    assert len(after["changes"]) == 501
    assert after == before
    assert key(Home(kept / "new")) == key(Home(kept / "home"))
    modes = {file.stat().st_mode & 0o777 for file in (kept / "new" / "keys").glob("*.key")}
    assert modes == {0o600}


def test_the_backup_holds_no_key_and_says_what_it_holds(kept):
    receipt = archive.read(kept / "b.tar")
    assert not [one.path for one in receipt.files if "keys" in one.path or one.path.endswith(".key")]
    assert receipt.counts["registers_core.change"] == 501
    assert receipt.counts["accounts.user"] == 1
    assert "sessions.session" not in receipt.counts
    secret = (kept / "home" / "keys" / "pseudonym.key").read_bytes()
    assert secret not in (kept / "b.tar").read_bytes()
    assert secret not in (kept / "keys").read_bytes()
    assert [one.snapshot_id for one in backup_log.backups(Home(kept / "home"))] == [receipt.snapshot_id]
    assert (kept / "b.tar").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("where", [0.02, 0.5, 0.97])
def test_a_byte_that_changed_is_found_and_nothing_is_restored(kept, tmp_path, where):
    body = bytearray((kept / "b.tar").read_bytes())
    at = int(len(body) * where)
    body[at : at + 600] = bytes(byte ^ 0x5A for byte in body[at : at + 600])
    (tmp_path / "bad.tar").write_bytes(body)
    with pytest.raises(UnreadableFile, match="damaged"):
        archive.read(tmp_path / "bad.tar")


def test_a_backup_that_breaks_off_is_refused(kept, tmp_path):
    body = (kept / "b.tar").read_bytes()
    (tmp_path / "short.tar").write_bytes(body[: len(body) // 2])
    with pytest.raises(UnreadableFile, match="damaged"), new_home(tmp_path / "new") as home:
        archive.read(tmp_path / "short.tar", home.root)
    assert not list(tmp_path.glob("*new*"))


def test_a_place_that_holds_something_is_not_written_over(kept):
    with pytest.raises(UserError, match="not empty"), new_home(kept / "home"):
        pytest.fail("it was opened")


def test_the_wrong_passphrase_opens_nothing(kept, tmp_path):
    with pytest.raises(UserError, match="does not open"):
        sealed_keys.unseal(kept / "keys", "some other words", Home(tmp_path))
    assert not (tmp_path / "keys").exists()


def test_without_its_key_a_restored_home_makes_no_new_one(kept, home):
    home.expected_key_file.parent.mkdir(parents=True)
    home.expected_key_file.write_text(json.dumps({"pseudonym": sealed_keys.fingerprints(Home(kept / "home"))["pseudonym"]}))
    with pytest.raises(UserError, match="restored home is missing"):
        key(home)
    home.pseudonym_key_file.write_text("0" * 64)
    with pytest.raises(UserError, match="not the one of these data"):
        key(home)
    shutil.copy(kept / "home" / "keys" / "pseudonym.key", home.pseudonym_key_file)
    assert len(key(home)) == 32


EMPTY = Receipt(
    made_at="", clockstop_version="", snapshot_id="", as_of="", is_synthetic=True, left_out=(), counts={}, keys={}
)  # fmt: skip


def test_a_file_with_two_names_lies_in_it_once(home, tmp_path):
    for number in (1, 2):
        (home.snapshots / f"2026-01-01.{number}").mkdir(parents=True)
    (home.snapshots / "2026-01-01.1" / "a.parquet").write_bytes(b"x" * 50_000)
    os.link(home.snapshots / "2026-01-01.1" / "a.parquet", home.snapshots / "2026-01-01.2" / "a.parquet")
    with archive.staged(home) as folder:
        shutil.rmtree(home.snapshots / "2026-01-01.1")  # pruned while we read
        archive.write((folder,), tmp_path / "b.tar", EMPTY, partial=tmp_path / ".partial")
    assert (tmp_path / "b.tar").stat().st_size < 80_000
    (tmp_path / "new").mkdir()
    assert len(archive.read(tmp_path / "b.tar", tmp_path / "new").files) == 2
    places = [tmp_path / "new" / "snapshots" / f"2026-01-01.{number}" / "a.parquet" for number in (1, 2)]
    assert places[0].stat().st_ino == places[1].stat().st_ino
    assert not list(home.root.glob(".partial-*"))


def test_one_backup_at_a_time_and_what_a_killed_one_left_is_cleared(home):
    (home.root / ".partial-backup-1").mkdir()
    with archive.staged(home):
        assert not (home.root / ".partial-backup-1").exists()
        with pytest.raises(Busy, match="Another backup"), archive.staged(home):
            pytest.fail("two at a time")


def test_half_a_backup_never_has_its_name(home, tmp_path, monkeypatch):
    (home.trusts / "QQA").mkdir(parents=True)
    (home.trusts / "QQA" / "organisation.toml").write_text("x")
    (tmp_path / "b.tar").write_text("the one of before")
    monkeypatch.setattr(os, "fsync", lambda _handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"), archive.staged(home) as folder:
        archive.write((folder,), tmp_path / "b.tar", EMPTY, partial=tmp_path / ".partial")
    assert (tmp_path / "b.tar").read_text() == "the one of before"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".partial")] == []


def test_what_a_killed_backup_left_beside_its_place_is_cleared_and_another_home_s_is_not(home, tmp_path):
    with archive.beside(home, tmp_path / "b.tar") as own:
        left = own.with_name(f"{own.name}9")
        left.mkdir()
    (tmp_path / ".partial-backup-another").mkdir()
    with archive.beside(home, tmp_path / "b.tar"):
        assert not left.exists()
        assert (tmp_path / ".partial-backup-another").exists()


def test_an_archive_cannot_write_outside_its_place(tmp_path):
    import tarfile

    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.addfile(archive._member("../out", 0, 0o600, 0))
    (tmp_path / "new").mkdir()
    with pytest.raises(UnreadableFile, match="no backup of ours"):
        archive.read(tmp_path / "evil.tar", tmp_path / "new")
    assert not (tmp_path / "out").exists()


def test_a_backup_reads_past_a_refresh_that_holds_the_store(home):
    with lock.writer(home), archive.staged(home) as folder:
        assert folder.is_dir()


def test_a_limit_on_the_size_of_files_ends_a_backup_and_leaves_nothing(home, tmp_path):
    import resource

    (home.trusts / "QQA").mkdir(parents=True)
    (home.trusts / "QQA" / "organisation.toml").write_text("x" * 300_000)
    with archive.staged(home) as folder:
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                archive.write((folder,), tmp_path / "b.tar", EMPTY, partial=tmp_path / ".partial")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [one.name for one in tmp_path.iterdir()] == ["home"]
