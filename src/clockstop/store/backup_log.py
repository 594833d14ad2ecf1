"""When this home was backed up, and where to: what the doctor and the metrics read. Kept as `backups.json`, the newest last."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from clockstop.store.archive import Receipt
from clockstop.store.home import Home

KEPT = 50


@dataclass(frozen=True, kw_only=True)
class Backup:
    """One backup that was written whole."""

    made_at: datetime
    file: str
    bytes: int
    snapshot_id: str
    left_out: tuple[str, ...]


def file_of(home: Home) -> Path:
    """Where the log lies."""
    return home.root / "backups.json"


def backups(home: Home) -> list[Backup]:
    """The last backups, the newest last; none where nothing can be read."""
    try:
        found = json.loads(file_of(home).read_text("utf-8"))
        return [
            Backup(**{**one, "made_at": datetime.fromisoformat(one["made_at"]), "left_out": tuple(one["left_out"])})
            for one in found
        ]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def note(home: Home, receipt: Receipt, out: Path) -> None:
    """Add a backup to the log."""
    made = Backup(
        made_at=datetime.fromisoformat(receipt.made_at), file=str(out), bytes=out.stat().st_size, snapshot_id=receipt.snapshot_id,
        left_out=receipt.left_out,
    )  # fmt: skip
    lines = [{**asdict(one), "made_at": one.made_at.isoformat()} for one in [*backups(home), made][-KEPT:]]
    partial = file_of(home).with_name(f".partial-backups-{os.getpid()}")
    partial.write_text(json.dumps(lines, indent=1) + "\n", "utf-8")
    partial.replace(file_of(home))
