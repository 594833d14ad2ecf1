"""A refresh that meets the end of the disk or of memory says so in words and publishes nothing; what it began is gone."""

import errno
import resource

import pytest

from clockstop.errors import UserError
from clockstop.intake import build
from clockstop.intake.build import refresh
from clockstop.intake.load import load_file
from clockstop.store import snapshots
from clockstop.store.engine import OUT_OF_MEMORY


@pytest.fixture
def loaded(home, tmp_path):
    home.organisation_file("RXX").write_text('code = "RXX"\nname = "Made-up Hospitals"\nis_synthetic = true\n')
    file = tmp_path / "referrals.csv"
    file.write_text("referral_identifier,patient_pathway_identifier,referral_request_received_date,referral_route\n"
                    "R1,P1,2026-01-05,letter\n")  # fmt: skip
    load_file(home, file=file, trust="RXX", dataset="referrals")
    return home


def nothing_is_left(home):
    return snapshots.current(home) is None and not [place for place in home.snapshots.iterdir() if place.is_dir()]


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (OUT_OF_MEMORY("failed to allocate"), "Memory"),
        (MemoryError(), "Memory"),
    ],
)
def test_the_end_of_disk_or_memory_is_told_in_words(loaded, monkeypatch, error, says):
    def fails(work, *_rest):
        (work.folder / "half").write_text("of a file")
        raise error

    monkeypatch.setattr(build, "_build", fails)
    with pytest.raises(UserError, match=says):
        refresh(loaded)
    assert nothing_is_left(loaded)


def test_another_error_stays_itself_and_leaves_nothing(loaded, monkeypatch):
    def fails(work, *_rest):
        raise PermissionError(errno.EACCES, "Permission denied", str(work.folder))

    monkeypatch.setattr(build, "_build", fails)
    with pytest.raises(PermissionError):
        refresh(loaded)
    assert nothing_is_left(loaded)


def test_a_disk_that_fills_up_while_files_are_written(loaded):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, limits[1]))
    try:
        with pytest.raises(UserError, match="disk is full"):
            refresh(loaded)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert nothing_is_left(loaded)
