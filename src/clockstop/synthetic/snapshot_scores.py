"""The data-quality flags of a home's current snapshot, and its rows at the door, scored against a made-up group's truth."""

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from clockstop.intake import ledger
from clockstop.intake.set_aside import set_aside_rows
from clockstop.store import snapshots
from clockstop.store.home import Home
from clockstop.synthetic.scoring import FlagScore, scores


def snapshot_scores(home: Home, truth: Path) -> tuple[FlagScore, ...]:
    """The score of each flag that the snapshot could judge; `truth` is the folder that `clockstop synthesise` wrote."""
    current = snapshots.current_manifest(home).id
    flagged: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in _read(snapshots.table_files(home, current, "rtt_flags"), ["trust", "patient_pathway_identifier", "flag"]):
        flagged[row["flag"]].add((row["trust"], row["patient_pathway_identifier"]))
    counts = _read(snapshots.table_files(home, current, "rtt_flag_counts"), ["flag", "is_judged"])
    door = {
        (one.trust, text, reason)
        for one in ledger.loads(home)
        for row in set_aside_rows(home, one)
        for reason in row["reasons"]
        for text in row["original"].values()
    }
    return scores(truth, flagged, {row["flag"] for row in counts if row["is_judged"]}, door)


def _read(files: Iterable[Path], columns: list[str]) -> list[dict[str, Any]]:
    return [row for file in files for row in pq.read_table(file, columns=columns, partitioning=None).to_pylist()]
