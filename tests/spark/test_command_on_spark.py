"""`CLOCKSTOP_ENGINE=spark clockstop rtt clocks`: the same files, byte for byte, and a message where Java is not there."""

import csv
import os
import subprocess
import sys
from random import Random

import pytest

from property.random_histories import history

pytestmark = [pytest.mark.spark, pytest.mark.slow]
HEADER = (
    "organisation_code_code_of_provider", "patient_pathway_identifier", "event_date", "event_sequence", "event_type",
    "referral_to_treatment_period_status", "original_start_date", "is_communicated", "has_safeguards", "is_responsibility_passed",
    "sex",
)  # fmt: skip
NAMES = ("P{}", "ü{}", "日本 {}", "p,{}", 'q"{}', "=1+{}", "\U0001f600{}")


def clocks(events, out, *, engine, **environment):
    """Run the command on an engine."""
    code = "from clockstop.cli.main import run; run()"
    command = [sys.executable, "-c", code, "rtt", "clocks", "--events", events, "--census", "2026-09-30", "--out", out]
    environment = {**os.environ, "CLOCKSTOP_ENGINE": engine, **environment}
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, env=environment, check=False)


def dirty_events(file, *, pathways=400):
    """Random histories at several providers and at none, with rows that cannot be read, rows twice, and names of all kinds."""
    rng, rows = Random(11), []
    for number in range(pathways):
        who = [rng.choice(["RXA", "RXB", ""]), rng.choice(NAMES).format(number // 2)]
        for event in history(rng):
            optional = [
                event.get(name) for name in ("status", "original_start", "communicated", "safeguards", "responsibility_passed")
            ]
            row = [*who, event["date"], event["sequence"], event["type"], *("" if each is None else each for each in optional), "1"]
            if rng.random() < 0.03:
                row[rng.randrange(1, 7)] = rng.choice(["", "rubbish", "2026-13-01"])
            rows += [row] * rng.choice((1,) * 20 + (2,))
    rng.shuffle(rows)
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([HEADER, *rows])


def test_the_command_gives_the_same_bytes_on_both_engines(tmp_path, spark):
    events = tmp_path / "events.csv"
    dirty_events(events)
    said = {engine: clocks(events, tmp_path / f"{engine}.csv", engine=engine) for engine in ("duckdb", "spark")}
    assert [one.returncode for one in said.values()] == [0, 0], said["spark"].stderr
    assert said["spark"].stderr == ""
    assert said["spark"].stdout == said["duckdb"].stdout.replace("duckdb.csv", "spark.csv")
    for ending in (".csv", ".csv.set_aside.csv"):
        assert (tmp_path / f"spark{ending}").read_bytes() == (tmp_path / f"duckdb{ending}").read_bytes()
    assert (tmp_path / "duckdb.csv").read_text().count("\n") > 400
    assert sorted(file.name for file in tmp_path.iterdir() if file.name.startswith(".")) == []


def test_without_java_the_command_says_what_to_install(tmp_path):
    events = tmp_path / "events.csv"
    dirty_events(events, pathways=2)
    said = clocks(events, tmp_path / "out.csv", engine="spark", JAVA_HOME=str(tmp_path / "no_java"))
    assert said.returncode == 2
    assert "Java 17" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "out.csv").exists()
