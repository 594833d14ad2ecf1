"""Work in a process of its own: what it leaves, and what becomes of one that dies."""

import os
import signal

import pytest

from clockstop.errors import UserError
from clockstop.intake.apart import apart


def test_what_the_work_wrote_is_there(tmp_path):
    apart(lambda: (tmp_path / "done").write_text("yes") and None)
    assert (tmp_path / "done").read_text() == "yes"


def test_a_process_that_dies_of_a_fault_is_started_again_and_goes_on(tmp_path):
    def work() -> None:
        tries = len(list(tmp_path.iterdir()))
        (tmp_path / f"try-{tries}").touch()
        if tries < 2:
            os.kill(os.getpid(), signal.SIGSEGV)

    apart(work)
    assert len(list(tmp_path.iterdir())) == 3


def test_one_that_dies_each_time_is_told_of_after_some_tries(tmp_path):
    def work() -> None:
        (tmp_path / f"try-{len(list(tmp_path.iterdir()))}").touch()
        os.kill(os.getpid(), signal.SIGSEGV)

    with pytest.raises(UserError, match="could not be finished"):
        apart(work, tries=2)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_mistake_is_told_once_and_not_tried_again(tmp_path, capfd):
    def work() -> None:
        (tmp_path / f"try-{len(list(tmp_path.iterdir()))}").touch()
        raise UserError("The file is empty.", do="Send it again.")

    with pytest.raises(UserError):
        apart(work)
    assert len(list(tmp_path.iterdir())) == 1
    assert "The file is empty." in capfd.readouterr().err


def test_who_is_killed_on_purpose_is_not_started_again(tmp_path):
    def work() -> None:
        (tmp_path / f"try-{len(list(tmp_path.iterdir()))}").touch()
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(KeyboardInterrupt):
        apart(work)
    assert len(list(tmp_path.iterdir())) == 1
