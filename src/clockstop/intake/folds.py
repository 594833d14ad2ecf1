"""What the first loads of a dataset come to, folded into one: extracts that come every ten minutes would else be read one by one.

A fold is a shortcut beside the loads, safe to delete: it lies in the cache under a name made of the very loads that it stands for,
so that a withdrawal leaves it without a reader. Loads, receipts and what is withdrawn stay as they are.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from pathlib import Path

from clockstop.intake.ledger import Receipt
from clockstop.store.home import Home

# The keys of every row that any of the loads ever held, with the bucket in which it lay.
KEYS = "keys.parquet"
# The files whose text says what a fold holds.
_CODE = ("standing_rows.py", "folding.py")


@dataclass(frozen=True)
class Fold:
    """A folder with the rows that hold after the first `length` loads."""

    folder: Path
    length: int

    def rows(self, bucket: int) -> Path:
        """Its rows of a bucket."""
        return self.folder / f"bucket-{bucket}.parquet"

    @property
    def keys(self) -> Path:
        return self.folder / KEYS


def folds_of(home: Home, trust: str, dataset: str) -> Path:
    """Where the folds of a dataset lie."""
    return home.cache / "folds" / trust / dataset


def fold_of(home: Home, receipts: Sequence[Receipt]) -> Fold | None:
    """The fold of the most of these loads, given in their order; None where there is none."""
    if not receipts:
        return None
    place = folds_of(home, receipts[0].trust, receipts[0].dataset)
    there = {one.name for one in place.iterdir()} if place.is_dir() else set()
    if not there:
        return None
    names = fold_names(receipts)
    return next((Fold(place / names[at], at + 1) for at in reversed(range(len(names))) if names[at] in there), None)


def fold_names(receipts: Sequence[Receipt]) -> list[str]:
    """The name of the fold of the first load, of the first two, and so on."""
    said = (json.dumps([one.load_id, one.file_sha256, one.mapping_sha256, one.delivery, one.window_first, one.window_last])
            for one in receipts)  # fmt: skip
    return list(accumulate(said, _chained, initial=_code()))[1:]


def _chained(before: str, said: str) -> str:
    return hashlib.sha256(f"{before}\x1f{said}".encode()).hexdigest()[:32]


@cache
def _code() -> str:
    digest = hashlib.sha256()
    for name in _CODE:
        digest.update(resources.files("clockstop.intake").joinpath(name).read_bytes())
    return digest.hexdigest()
