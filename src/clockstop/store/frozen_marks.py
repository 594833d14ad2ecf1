"""The kite marks of a month as they stood when its return was closed: `marks-N.json` beside revision N, never changed.

What writes here expects the caller to hold `store.lock.writer`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from clockstop.store.home import Home

PARTIAL = ".partial-"


def keep(home: Home, trust: str, month: str, number: int, marks: Sequence[Mapping[str, Any]]) -> None:
    """Keep the marks of a month ('2026-10') that was closed as its revision `number`."""
    file = _file(home, trust, month, number)
    partial = file.with_name(PARTIAL + file.name)
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.write_text(json.dumps(list(marks), indent=1) + "\n", "utf-8")
    partial.replace(file)


def frozen(home: Home, trust: str, month: date) -> dict[str, Mapping[str, Any]]:
    """The marks of the month's last close, by measure; nothing where it was not closed, or before marks were kept."""
    found = sorted((home.returns / trust / f"{month:%Y-%m}").glob("marks-*.json"), key=_number)
    return {one["measure"]: one for one in json.loads(found[-1].read_text("utf-8"))} if found else {}


def _file(home: Home, trust: str, month: str, number: int) -> Path:
    return home.returns / trust / month / f"marks-{number}.json"


def _number(file: Path) -> int:
    return int(file.stem.removeprefix("marks-"))
