"""Snapshots are published whole, pointed at in one step, pruned by the stated policy and never changed."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.errors import UnknownName
from clockstop.store import snapshots
from clockstop.store.home import Home
from clockstop.store.manifest import Manifest, SnapshotFile, SnapshotLoad, SnapshotTrust, from_json

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)


def account(snapshot_id: str, *, as_of=date(2026, 11, 15), built_at=NOW, files=()) -> Manifest:
    load = SnapshotLoad(
        dataset="referrals", load_id="0001-20261120T060000", file_name="r.csv", file_sha256="ab", rows_kept=2, rows_set_aside=1
    )
    return Manifest(
        id=snapshot_id, as_of=as_of, built_at=built_at, duration_seconds=1.5, clockstop_version="0.1.0", code_version="c0de",
        engine="duckdb", is_synthetic=True, trusts={"RXA": SnapshotTrust(name="Alder", loads=(load,), rows={"rtt_waits": 2})},
        tables={"rtt_waits": sum(file.rows for file in files)}, files=tuple(files),
    )  # fmt: skip


def publish(home: Home, snapshot_id: str, values=(1, 2), **about) -> Manifest:
    folder = snapshots.begin(home, snapshot_id)
    files = []
    for trust in ("RXA", "RXB"):
        path = folder / "rtt_waits" / f"trust={trust}" / "bucket-0.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table({"trust": [trust] * len(values), "days_waited": list(values)}), path)
        relative = str(path.relative_to(folder))
        files.append(
            SnapshotFile(
                path=relative, table="rtt_waits", trust=trust, bucket=0, rows=len(values), bytes=path.stat().st_size,
                sha256=snapshots.sha256_of(path), signature="s",
            )
        )  # fmt: skip
    manifest = account(snapshot_id, files=files, **about)
    snapshots.publish(home, folder, manifest)
    return manifest


def test_a_published_snapshot_is_what_readers_see(home):
    published = publish(home, "2026-11-20.1")
    assert snapshots.current(home) == "2026-11-20.1"
    assert snapshots.current_manifest(home) == published
    assert (home.snapshots / "current").read_text() == "2026-11-20.1\n"
    assert not list(home.snapshots.glob(".partial-*"))


def test_a_manifest_reads_back_as_it_was_written():
    written = account("2026-11-20.1")
    assert from_json(written.to_json()) == written


def test_before_the_first_refresh_there_is_no_snapshot(home):
    assert snapshots.current(home) is None
    assert snapshots.all_snapshots(home) == []
    with pytest.raises(UnknownName, match="clockstop refresh"):
        snapshots.current_manifest(home)


def test_ids_count_within_the_day_and_order_by_number(home):
    for count in range(1, 12):
        assert snapshots.next_id(home, date(2026, 11, 20)) == f"2026-11-20.{count}"
        publish(home, f"2026-11-20.{count}")
    assert snapshots.all_snapshots(home)[-2:] == ["2026-11-20.10", "2026-11-20.11"]
    assert snapshots.next_id(home, date(2026, 11, 21)) == "2026-11-21.1"


def test_a_table_is_read_by_trust_and_bucket(home):
    publish(home, "2026-11-20.1", values=(1, 2, 3))

    def count(**which):
        return snapshots.table(home, "2026-11-20.1", "rtt_waits", **which).count().execute()

    assert count() == 6
    assert count(trusts={"RXA"}) == 3
    assert count(bucket=0) == 6
    assert count(trusts=()) == 0
    assert count(bucket=5) == 0


def test_an_unknown_table_or_snapshot_is_named_to_its_reader(home):
    publish(home, "2026-11-20.1")
    with pytest.raises(UnknownName, match="rtt_waits"):
        snapshots.table(home, "2026-11-20.1", "rtt_wiats")
    for wrong in ("2026-11-19.1", "../keys", ".partial-2026-11-20.2"):
        with pytest.raises(UnknownName, match=r"2026-11-20\.1"):
            snapshots.manifest(home, wrong)


def test_restoring_points_back_and_can_be_undone(home):
    publish(home, "2026-11-20.1")
    publish(home, "2026-11-20.2")
    snapshots.restore(home, "2026-11-20.1")
    assert snapshots.current(home) == "2026-11-20.1"
    snapshots.restore(home, "2026-11-20.2")
    assert snapshots.current(home) == "2026-11-20.2"
    with pytest.raises(UnknownName):
        snapshots.restore(home, "2026-11-20.9")
    assert snapshots.current(home) == "2026-11-20.2"


def test_prune_keeps_the_current_the_newest_the_young_and_the_last_of_each_month(home):
    for number in range(1, 7):
        as_of = date(2026, 10, 25) + timedelta(days=3 * number)  # 28 Oct, 31 Oct, 3 Nov, ...
        publish(home, f"2026-11-0{number}.1", as_of=as_of, built_at=NOW - timedelta(days=10 - number))
    publish(home, "2026-11-19.1", as_of=date(2026, 11, 12), built_at=NOW - timedelta(hours=23))
    publish(home, "2026-11-19.2", as_of=date(2026, 11, 12), built_at=NOW - timedelta(hours=22))
    snapshots.restore(home, "2026-11-03.1")
    removed = snapshots.prune(home, keep=1, now=NOW)
    # 1: not the last of October. 2 is. 3 is current. 4, 5 and 6 are old. The 19th's are younger than a day.
    assert removed == ["2026-11-01.1", "2026-11-04.1", "2026-11-05.1", "2026-11-06.1"]
    assert snapshots.all_snapshots(home) == ["2026-11-02.1", "2026-11-03.1", "2026-11-19.1", "2026-11-19.2"]
    assert not list(home.snapshots.glob(".partial-*"))


def test_pruning_to_none_still_keeps_the_current(home):
    publish(home, "2026-11-01.1", built_at=NOW - timedelta(days=3))
    publish(home, "2026-11-02.1", built_at=NOW - timedelta(days=2))
    snapshots.prune(home, keep=0, min_age=timedelta(0), now=NOW)
    assert snapshots.all_snapshots(home) == ["2026-11-02.1"]


def test_the_next_writer_clears_what_a_dead_one_left(home):
    publish(home, "2026-11-20.1")
    left = home.snapshots / ".partial-2026-11-20.2"
    (left / "rtt_waits").mkdir(parents=True)
    (left / "rtt_waits" / "half.parquet").write_text("half")
    (home.snapshots / ".partial-current").write_text("2026-11")
    assert snapshots.all_snapshots(home) == ["2026-11-20.1"]
    folder = snapshots.begin(home, "2026-11-20.2")
    assert list(folder.iterdir()) == []
    assert [path.name for path in home.snapshots.glob(".partial-*")] == [folder.name]


def test_published_files_are_read_only(home):
    publish(home, "2026-11-20.1")
    file = snapshots.table_files(home, "2026-11-20.1", "rtt_waits")[0]
    assert file.stat().st_mode & 0o222 == 0


def test_verify_finds_a_changed_a_missing_and_a_strange_file(home):
    publish(home, "2026-11-20.1")
    assert snapshots.verify(home, "2026-11-20.1") == []
    changed, missing = snapshots.table_files(home, "2026-11-20.1", "rtt_waits")
    changed.chmod(0o644)
    changed.write_bytes(changed.read_bytes() + b"x")
    missing.unlink()
    (home.snapshot("2026-11-20.1") / "rtt_waits" / "strange.txt").write_text("x")
    assert snapshots.verify(home, "2026-11-20.1") == [
        "rtt_waits/trust=RXA/bucket-0.parquet has changed since it was published",
        "rtt_waits/trust=RXB/bucket-0.parquet is missing",
        "rtt_waits/strange.txt is not in the manifest",
    ]


READER = """
import sys
from clockstop.store import snapshots
from clockstop.store.home import Home
from pathlib import Path
home, seen = Home(Path(sys.argv[1])), set()
print("ready", flush=True)
while "2026-11-20.30" not in seen:
    current = snapshots.current(home)
    manifest = snapshots.manifest(home, current)
    assert manifest.id == current
    assert all((home.snapshot(current) / file.path).is_file() for file in manifest.files)
    seen.add(current)
print(len(seen))
"""


@pytest.mark.slow
def test_readers_always_find_a_whole_snapshot_while_it_is_swapped(home):
    publish(home, "2026-11-20.1")
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(home.root)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": _src()},
        )
        for _ in range(2)
    ]
    assert all(reader.stdout.readline() == "ready\n" for reader in readers)
    for count in range(2, 31):
        publish(home, f"2026-11-20.{count}")
    for reader in readers:
        output, _ = reader.communicate(timeout=60)
        assert reader.returncode == 0
        assert int(output) > 1


def _src() -> str:
    return str(Path(snapshots.__file__).parents[2])
