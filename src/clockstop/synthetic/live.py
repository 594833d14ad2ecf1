"""The made-up group plays on: the days after the last delivery, step by step, as a trust's systems would send them.

`play(folder, trust, since=..., at=...)` writes, for the trust with that code in the group that `clockstop synthesise` (or the
demonstration) wrote to `folder`, one file for each live dataset in which anything became known after `since` and up to `at`, and
gives a `Played` for each file in the order in which they are to be loaded: the dataset, the file, its mapping, and `as_at`, the
instant at which it shows the state. Each is a delivery of changes: the whole rows, as they are known at `at`; what is not known
then (a departure, a decision) is empty. Both instants are London's local time without a zone. Nothing is drawn here: the days were
drawn with the group and lie in TRUST/live/drawn, so the same seed gives the same days, and steps of any length end in the same
rows.

`begins(folder)` is the instant that the last delivery shows, the first `since`; `ends(folder)` the instant up to which was drawn.
Files are written to TRUST/live/2026-11-16T10-30/DATASET in the trust's own form, the mappings that they need to
TRUST/live/mappings. Where nothing changed no file is written.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np

from clockstop.synthetic import forms
from clockstop.synthetic.care import families
from clockstop.synthetic.care.emergency_records import AHEAD_DAYS
from clockstop.synthetic.deliveries import DRAWN, LIVE
from clockstop.synthetic.headers import Words, mapping_text
from clockstop.synthetic.layers import known_at, read_records
from clockstop.synthetic.london import by_greenwich
from clockstop.synthetic.organisations import TRUSTS


@dataclass(frozen=True, kw_only=True)
class Played:
    """One file of one step of the play."""

    trust: str
    dataset: str
    file: Path
    mapping: Path
    as_at: datetime
    rows: int
    delivery: str = "changes"


def begins(folder: Path) -> datetime:
    """The instant that the last delivery shows: the end of its day."""
    until = date.fromisoformat(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["until"])
    return datetime.combine(until + timedelta(days=1), time())


def ends(folder: Path) -> datetime:
    """The instant up to which the days were drawn."""
    return begins(folder) + timedelta(days=AHEAD_DAYS)


def play(folder: Path, trust: str, *, since: datetime, at: datetime) -> list[Played]:
    """Write what became known in the trust after `since` and up to `at`, a file a dataset, and give them in load order."""
    its = next(one for one in TRUSTS if one.code == trust)
    form = its.file_form
    first, last = greenwich_minute(since), greenwich_minute(at)
    played = []
    for dataset, words in _live_datasets():
        drawn = folder / trust / LIVE / DRAWN / f"{dataset}.parquet"
        rows = known_at(read_records(drawn), last, form, since=first) if drawn.is_file() else None
        if rows is None or not rows.num_rows:
            continue
        stem = folder / trust / LIVE / f"{at:%Y-%m-%dT%H-%M}" / dataset
        file = forms.write_extract(rows, stem, form, in_xlsx=rows.num_rows <= forms.MOST_XLSX_ROWS, words=words)
        mapping = _mapping(folder, trust, dataset, mapping_text(its, dataset, rows.column_names, words))
        one = Played(trust=trust, dataset=dataset, file=file, mapping=mapping, as_at=at, rows=rows.num_rows)
        played.append(one)
    return played


def _mapping(folder: Path, trust: str, dataset: str, text: str) -> Path:
    """The mapping of what is played, in today's words: those of extracts that an older Clockstop wrote may be others."""
    file = folder / trust / LIVE / "mappings" / f"{dataset}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def greenwich_minute(instant: datetime) -> int:
    """A local instant as minutes from 1970 by Greenwich."""
    wall = np.datetime64(instant, "m").astype(np.int64)
    return int(by_greenwich(np.array([wall]))[0])


def _live_datasets() -> list[tuple[str, Words]]:
    """The datasets that are played on, in load order, with their family's words."""
    found = []
    for module in families().values():
        words = Words(getattr(module, "HEADERS", {}), getattr(module, "CODES", {}))
        found += [(dataset, words) for dataset in getattr(module, "LIVE", ())]
    return found
