"""What the operating system refuses ends in words and exit code 2, never in a traceback."""

import errno

import pytest

from clockstop.cli import main


@pytest.mark.parametrize(
    ("number", "says"), [(errno.ENOSPC, "Make room"), (errno.EROFS, "read-only"), (errno.EIO, "run the command again")]
)
def test_a_refusal_of_the_operating_system_is_put_in_words(number, says, monkeypatch, capsys):
    class Command:
        def main(self, **_):
            raise OSError(number, "It is so", "/some/file")

    monkeypatch.setattr(main, "application", Command)
    with pytest.raises(SystemExit) as end:
        main.run(["refresh"])
    said = capsys.readouterr().err
    assert end.value.code == 2
    assert says in said
    assert "/some/file" in said
    assert "Traceback" not in said


def run_raising(error, monkeypatch):
    class Command:
        def main(self, **_):
            raise error

    monkeypatch.setattr(main, "application", Command)
    with pytest.raises((SystemExit, type(error))) as end:
        main.run(["load"])
    return end


def test_a_full_disk_of_the_engine_is_put_in_words(monkeypatch, capsys):
    from clockstop.store import engine

    end = run_raising(engine.REFUSALS[0]("IO Error: Could not write file: No space left on device"), monkeypatch)
    assert end.value.code == 2
    assert "No space left" in capsys.readouterr().err


def test_a_fault_of_ours_keeps_its_traceback(monkeypatch):
    assert isinstance(run_raising(ZeroDivisionError(), monkeypatch).value, ZeroDivisionError)


def test_a_database_that_cannot_be_written_is_put_in_words(monkeypatch, capsys):
    from django.db.utils import OperationalError

    end = run_raising(OperationalError("database or disk is full"), monkeypatch)
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert "The database could not be read or written.\ndatabase or disk is full\nMake room" in said
