"""A version of a pack is there whole or not at all, wherever its writer dies; a number that is taken is never taken again."""

import os
import signal
import sys

import pytest

from clockstop.errors import UnreadableFile
from clockstop.store import frozen_packs, whole
from clockstop.store.frozen_packs import FrozenPack
from clockstop.store.home import Home

STEPS = ("open", "os.mkdir", "os.chmod", "os.rename", "shutil.rmtree")


def receipt(number: int) -> FrozenPack:
    return FrozenPack(
        org="RXX", month="2026-10", number=number, kind="trust|", audience="trust", division="", measures=(), made_at="2026-11-01",
        made_by="pat", snapshot_id="2026-11-01.1", as_of="2026-11-01", clockstop_version="1", code_version="1", title="A pack",
        is_made_up=True,
    )  # fmt: skip


def keep(home: Home) -> None:
    """A version with a file, and then a further format of it."""
    with frozen_packs.making(home, "RXX"):
        number = frozen_packs.next_number(home, "RXX", "2026-10")
        kept = frozen_packs.keep(home, receipt(number), "{}", {"docx": ("pack.docx", b"words")})
    with frozen_packs.making(home, "RXX"):
        frozen_packs.keep_file(home, kept, "pdf", "pack.pdf", b"pages", by="pat", at="2026-11-01")


def killed_at(home: Home, step: int) -> bool:
    """Whether a process that keeps a version was killed just before that change of the file system; False: it made fewer."""
    child = os.fork()
    if child == 0:
        taken = []

        def count(event, _arguments):
            if event in STEPS:
                taken.append(event)
                if len(taken) == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        keep(home)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_a_writer_killed_at_any_step_leaves_whole_versions_only_and_the_next_one_clears_up(tmp_path):
    step = 1
    while killed_at(home := Home(tmp_path / str(step)), step):
        for kept in frozen_packs.versions(home, "RXX"):
            assert frozen_packs.content(home, kept) == "{}"
            for form in frozen_packs.formats(home, kept):
                assert frozen_packs.file_of(home, kept, form).read_bytes() in (b"words", b"pages")
        before = len(frozen_packs.versions(home, "RXX"))
        keep(home)
        assert [one.number for one in frozen_packs.versions(home, "RXX")] == list(range(before + 1, 0, -1))
        assert not list(home.packs.rglob(f"{whole.PARTIAL}*"))
        step += 1
    assert step > 20


def test_two_versions_stand_beside_each_other_unchanged_and_what_was_changed_is_refused(tmp_path):
    home = Home(tmp_path)
    keep(home)
    first = frozen_packs.versions(home, "RXX")[0]
    file = frozen_packs.file_of(home, first, "docx")
    keep(home)
    assert frozen_packs.file_of(home, first, "docx").read_bytes() == b"words"
    assert file.stat().st_mode & 0o777 == 0o400
    file.chmod(0o600)
    file.write_bytes(b"other")
    with pytest.raises(UnreadableFile, match="no longer what it was"):
        frozen_packs.file_of(home, first, "docx")


def test_the_number_of_a_damaged_version_is_not_given_again(tmp_path):
    home = Home(tmp_path)
    (home.packs / "RXX" / "2026-10" / "rev-3").mkdir(parents=True)
    assert frozen_packs.next_number(home, "RXX", "2026-10") == 4


def test_a_folder_whose_writing_fails_is_nowhere(tmp_path):
    with pytest.raises(OSError, match="full"):
        fill_until_the_disk_is_full(tmp_path / "rev-1")
    assert not list(tmp_path.iterdir())


def fill_until_the_disk_is_full(place):
    with whole.folder(place) as written:
        (written / "content.json").write_text("half")
        raise OSError("the disk is full")
