"""What was loaded: the receipts, whole load folders, and the loads that count."""

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from clockstop.errors import UnknownName, UserError
from clockstop.store.home import Home

PARTIAL = ".partial-"
# Beside the receipt of a load whose file came again, unchanged, as what holds at a later instant.
CAME_AGAIN = "came_again.json"
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What became of a file: `rows_read == rows_kept + rows_set_aside`, always.

    `reasons` counts rows by code, so a row with two reasons counts under both. `faults` counts cells by code and column.
    `warnings` counts what was put right without setting the row aside. `dates_...` are the first and last day among the kept rows;
    `window_...` the days that a full delivery speaks for, declared or the same. `files` holds the SHA-256 of each part. `as_at` is
    the instant, London's local time, at which the extract shows the state; loads of before this was kept have none.
    """

    trust: str
    dataset: str
    load_id: str
    file_name: str
    file_sha256: str
    mapping_sha256: str
    contract_sha256: str = ""
    delivery: str
    loaded_at: str
    rows_read: int
    rows_kept: int
    rows_set_aside: int
    reasons: dict[str, int] = field(default_factory=dict)
    faults: list[dict[str, Any]] = field(default_factory=list)
    warnings: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    columns_dropped: list[str] = field(default_factory=list)
    rows_new: int = 0
    rows_changed: int = 0
    rows_unchanged: int = 0
    rows_withdrawn: int = 0
    rows_deleted: int = 0
    rows_protected: int = 0
    bucket_rows: list[int] = field(default_factory=list)
    has_record_id: bool = False
    dates_first: str | None = None
    dates_last: str | None = None
    window_first: str | None = None
    window_last: str | None = None
    declared_window: str = ".."
    seconds: float = 0.0
    files: dict[str, str] = field(default_factory=dict)
    as_at: str | None = None
    already_loaded: bool = False
    is_withdrawn: bool = False
    withdrawn_at: str | None = None
    withdrawn_by: str | None = None
    withdrawn_reason: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Every field, ready for JSON."""
        return asdict(self)

    @property
    def window(self) -> tuple[date, date] | None:
        """The days that a full delivery speaks for."""
        if self.window_first is None or self.window_last is None:
            return None
        return date.fromisoformat(self.window_first), date.fromisoformat(self.window_last)


_FIELDS = {one.name for one in fields(Receipt)}


def loads(home: Home, trust: str | None = None, dataset: str | None = None) -> list[Receipt]:
    """The receipts, withdrawn loads among them, in the order in which they were loaded."""
    root = home.root / "loads"
    files = root.glob(f"{trust or '*'}/{dataset or '*'}/*/receipt.json")
    whole = (file for file in files if not file.parent.name.startswith(PARTIAL))
    return sorted((_read(file) for file in whole), key=lambda one: (one.loaded_at, one.trust, one.dataset, one.load_id))


def standing(home: Home, trust: str, dataset: str) -> list[Receipt]:
    """The loads of one dataset that count: all but the withdrawn, in the order of their ids."""
    return sorted((one for one in loads(home, trust, dataset) if not one.is_withdrawn), key=lambda one: one.load_id)


def receipt(home: Home, trust: str, dataset: str, load_id: str) -> Receipt:
    """The receipt of one load; `load_id` may be its number alone."""
    found = [one for one in loads(home, trust, dataset) if load_id in (one.load_id, one.load_id[:4], one.load_id[:4].lstrip("0"))]
    if not found:
        known = [one.load_id for one in loads(home, trust, dataset)]
        raise UnknownName(
            f"There is no load {load_id!r} of {dataset} for {trust}.",
            where=f"Loads there: {', '.join(known[-5:])}." if known else "Nothing has been loaded there yet.",
            do="`clockstop loads list` shows every load.",
        )
    return found[0]


def folder(home: Home, one: Receipt) -> Path:
    """The folder of a load."""
    return home.loads(one.trust, one.dataset) / one.load_id


def next_load_id(home: Home, trust: str, dataset: str, at: datetime) -> str:
    """The id of the next load: its number among all of this dataset, and the instant."""
    numbers = [int(path.name[:4]) for path in home.loads(trust, dataset).glob("[0-9][0-9][0-9][0-9]-*")]
    return f"{max(numbers, default=0) + 1:04d}-{at.astimezone(UTC):%Y%m%dT%H%M%S}"


@contextmanager
def whole_folder(place: Path) -> Iterator[Path]:
    """A folder to fill beside its place; renamed there when the block ends well, gone when it does not.

    What an earlier writer left when it was killed is swept away first; the caller holds the writer's lock.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    for left in place.parent.glob(f"{PARTIAL}*"):
        shutil.rmtree(left, ignore_errors=True)
    partial = place.with_name(f"{PARTIAL}{place.name}")
    partial.mkdir()
    try:
        yield partial
        _sync(partial)
        partial.rename(place)
        _sync_folder(place.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


@contextmanager
def room_in_words(place: Path) -> Iterator[None]:
    """Say in words where the disk, or what may be written to it, came to its end."""
    from clockstop.store.engine import REFUSALS

    try:
        yield
    except (OSError, *REFUSALS) as error:
        if not is_no_room(error):
            raise
        raise UserError(
            "There is no room to write the load: the disk is full, or a limit on files is reached.",
            where=f"In {place.parent}.",
            do="Make room there (or raise the limit: ulimit -f, or the quota) and load the file again; nothing was loaded.",
        ) from None


def is_no_room(error: BaseException) -> bool:
    """Whether the disk, or what may be written to it, came to its end; engines say so in their text alone."""
    says = str(error)
    return getattr(error, "errno", None) in _NO_ROOM or any(os.strerror(number) in says for number in _NO_ROOM)


def write_whole(file: Path, content: bytes) -> None:
    """Write a small file that is whole or not there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{PARTIAL}{os.getpid()}-{file.name}")
    with partial.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    partial.replace(file)
    _sync_folder(file.parent)


def write_receipt(place: Path, one: Receipt) -> None:
    """Keep the receipt in a load's folder."""
    write_whole(place / "receipt.json", json.dumps(one.as_dict(), indent=1).encode())


def _read(file: Path) -> Receipt:
    known = json.loads(file.read_text())
    found = Receipt(**{name: value for name, value in known.items() if name in _FIELDS})
    again = file.with_name(CAME_AGAIN)
    if again.is_file():
        found = replace(found, as_at=max(found.as_at or "", json.loads(again.read_text())["as_at"]))
    withdrawn = file.with_name("withdrawn.json")
    if not withdrawn.is_file():
        return found
    note = json.loads(withdrawn.read_text())
    return replace(found, is_withdrawn=True, withdrawn_at=note["at"], withdrawn_by=note["by"], withdrawn_reason=note["reason"])


def _sync(tree: Path) -> None:
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
        else:
            _sync_folder(path)
    _sync_folder(tree)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
