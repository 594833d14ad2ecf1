"""The bench: one JSON object and nothing else, every quick job at a tiny size, and what is not built says so. Never timings."""

import json
import os
import subprocess
import sys

import pytest

from clockstop.bench import jobs
from clockstop.bench.histories import EVENTS_A_PATHWAY, events_of, parts, pathways_for
from clockstop.bench.meter import Meter
from clockstop.bench.run import clear
from clockstop.cli.main import run
from clockstop.errors import UnknownName, UserError

# Those that take a minute at any size (a refresh and its queries, a served site) are run by `make bench` alone.
LONG = {"refresh", "ptl"}
SIZES = {"spc": 500, "rtt-clocks": 5_000, "intake": 2_000, "weekly-series": 2_000, "version": 1}


def ran(*arguments):
    """The exit code of the command."""
    with pytest.raises(SystemExit) as ended:
        run(["bench", *arguments])
    return ended.value.code


@pytest.mark.slow
@pytest.mark.parametrize("job", [name for name in jobs.built() if name not in LONG])
def test_a_job_prints_one_json_object_and_leaves_nothing_behind(job, home, capfd):
    assert not ran(job, "--size", str(SIZES[job]), "--json")
    out = capfd.readouterr().out
    figures = json.loads(out)
    assert out.count("\n") == 1
    assert list(figures) == ["job", "size", "seconds", "peak_mb", "ratio"]
    assert (figures["job"], figures["size"]) == (job, SIZES[job])
    assert all(figures[name] > 0 for name in ("seconds", "peak_mb", "ratio"))
    assert list((home.cache / "bench").iterdir()) == []
    assert not home.snapshots.exists()


@pytest.mark.parametrize("job", sorted(LONG))
def test_a_long_job_can_be_started(job):
    loaded = jobs.named(job).load()
    assert callable(loaded.prepare)
    assert callable(loaded.measure)


def test_for_people_a_job_is_a_row(home, capfd):
    assert not ran("version")
    header, row = capfd.readouterr().out.splitlines()
    assert header.split()[:3] == ["job", "size", "seconds"]
    assert row.startswith("version")
    assert "under 0.3 s" in row


@pytest.mark.parametrize("job", [job.name for job in jobs.JOBS if job.comes_with])
def test_a_job_that_is_not_built_says_with_what_it_comes(job, capfd):
    assert ran(job, "--json") == UserError.exit_code
    out, err = capfd.readouterr()
    assert out == ""
    assert "is not built yet" in err
    assert "It comes with issue" in err


def test_an_unknown_job_and_a_size_for_all_are_refused(capfd):
    assert ran("rtt") == UnknownName.exit_code
    assert ran("--json") == UserError.exit_code
    assert "rtt-clocks" in capfd.readouterr().err


def test_the_jobs_are_those_of_the_design():
    names = ["rtt-clocks", "intake", "weekly-series", "refresh", "spc", "simulation", "ptl", "version"]
    assert [job.name for job in jobs.JOBS] == names


def test_what_a_killed_run_left_is_removed_and_a_running_one_is_not(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    left, running = tmp_path / f"rtt-clocks-{ended.pid}-abc", tmp_path / f"rtt-clocks-{os.getpid()}-abc"
    for folder in (left, running):
        (folder / "events").mkdir(parents=True)
    clear(tmp_path)
    assert list(tmp_path.iterdir()) == [running]


def test_histories_have_the_shape_of_a_national_list():
    events = events_of(0, 20_000)
    assert events.num_rows / 20_000 == pytest.approx(EVENTS_A_PATHWAY, rel=0.02)
    assert sum(size for _, _, size in parts(100_000, of=7)) == pathways_for(100_000)
    rows = [events.column(name).to_pylist() for name in ("patient_pathway_identifier", "event_date", "event_sequence")]
    placed = list(zip(*rows, strict=True))
    assert placed == sorted(placed)


def test_the_meter_sees_memory_and_seconds():
    meter = Meter()
    meter.run("floor", lambda: None)
    held = meter.run("job", lambda: bytearray(200_000_000), watched=True)
    assert len(held) == 200_000_000
    assert meter.peak_mb > 200
    assert meter.wall("job") >= 0
    assert "ratio of processor seconds" in meter.note()
