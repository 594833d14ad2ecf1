"""Packs as they went out: each version whole or not at all, never changed.

Under `packs/ORG/MONTH/rev-N/`: `content.json` (all that the pack says) and `receipt.json` (whose, when, by whom, from which
snapshot, with the content's hash). Beside them a folder for each format in which it was laid out, `docx/pack.docx` with its own
`receipt.json`. A folder is written beside its place under a name starting with `.partial-` and renamed, so it is never half there.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from clockstop.errors import UnknownName, UnreadableFile
from clockstop.store import lock
from clockstop.store.home import Home

PARTIAL = ".partial-"
CONTENT_FILE, RECEIPT_FILE = "content.json", "receipt.json"
# What a writer that was killed left behind is swept away after so long.
STALE_SECONDS = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class FrozenPack:
    """The receipt of a version: whose pack, of which month, for whom, by whom, from which data.

    `kind` says which packs are versions of each other: the same division, measures and audience. `changes` are sentences: what
    this version says otherwise than the last of its kind.
    """

    org: str
    month: str
    number: int
    kind: str
    audience: str
    division: str
    measures: tuple[str, ...]
    made_at: str
    made_by: str
    snapshot_id: str
    as_of: str
    clockstop_version: str
    code_version: str
    title: str
    is_made_up: bool
    content_sha256: str = ""
    same_sha256: str = ""
    follows: int | None = None
    changes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What a version is called wherever it is named."""
        return f"{self.org} {self.month} version {self.number}"


@dataclass(frozen=True, kw_only=True)
class FrozenFile:
    """The receipt of one format of a version."""

    name: str
    sha256: str
    bytes: int
    made_at: str
    made_by: str


def versions(home: Home, org: str, month: str = "") -> list[FrozenPack]:
    """Every version of an organisation's packs, of one month or of all, the newest month and version first."""
    files = (home.packs / org).glob(f"{month or '*'}/rev-*/{RECEIPT_FILE}")
    found = [_receipt(file) for file in files]
    return sorted(found, key=lambda one: (one.month, one.number), reverse=True)


def organisations(home: Home) -> list[str]:
    """Whose packs are kept."""
    return sorted({file.parent.parent.parent.name for file in home.packs.glob(f"*/*/rev-*/{RECEIPT_FILE}")})


def version(home: Home, org: str, month: str, number: int) -> FrozenPack:
    """One version; `UnknownName` where there is none of that number."""
    file = home.packs / org / month / f"rev-{number}" / RECEIPT_FILE
    if not file.is_file():
        raise UnknownName(
            f"There is no version {number} of the pack of {org}, {month}.", do="Choose one from the list of versions."
        )
    return _receipt(file)


def content(home: Home, kept: FrozenPack) -> str:
    """What the version says, as JSON; `UnreadableFile` where it is no longer what it was."""
    return _unchanged(folder_of(home, kept) / CONTENT_FILE, kept.content_sha256).read_text("utf-8")


def formats(home: Home, kept: FrozenPack) -> dict[str, FrozenFile]:
    """The formats in which a version was laid out, by name."""
    found = sorted(folder_of(home, kept).glob(f"*/{RECEIPT_FILE}"))
    return {file.parent.name: FrozenFile(**json.loads(file.read_text("utf-8"))) for file in found if _is_whole(file.parent)}


def file_of(home: Home, kept: FrozenPack, format_: str) -> Path | None:
    """A version's file in that format; None where it was not laid out so."""
    found = formats(home, kept).get(format_)
    return _unchanged(folder_of(home, kept) / format_ / found.name, found.sha256) if found else None


@contextmanager
def making(home: Home, org: str, *, wait_seconds: float = 600) -> Iterator[None]:
    """Hold the making of versions of an organisation's packs, so that each has its number; the kernel lets go of it when we die."""
    (home.packs / org).mkdir(parents=True, exist_ok=True)
    with lock.held(home.packs / org / ".lock", wait_seconds=wait_seconds, busy=f"Another pack of {org} is being kept."):
        yield


def next_number(home: Home, org: str, month: str) -> int:
    """The number that the next version of the month will have; asked while `making` is held."""
    return 1 + max((one.number for one in versions(home, org, month)), default=0)


def keep(home: Home, receipt: FrozenPack, text: str, files: Mapping[str, tuple[str, bytes]]) -> FrozenPack:
    """Keep a version with its files (by format: name and body), all at once; the caller holds `making`."""
    month = home.packs / receipt.org / receipt.month
    month.mkdir(parents=True, exist_ok=True)
    sweep(month)
    partial = _partial(month, f"rev-{receipt.number}")
    (partial / CONTENT_FILE).write_text(text, "utf-8")
    kept = replace(receipt, content_sha256=_sha256(partial / CONTENT_FILE))
    for format_, (name, body) in files.items():
        (partial / format_).mkdir()
        _write(partial / format_, name, body, by=receipt.made_by, at=receipt.made_at)
    (partial / RECEIPT_FILE).write_text(json.dumps(asdict(kept), indent=1) + "\n", "utf-8")
    _publish(partial, folder_of(home, kept))
    return kept


def keep_file(home: Home, kept: FrozenPack, format_: str, name: str, body: bytes, *, by: str, at: str) -> Path:
    """Keep a version's file in a format; the caller holds `making`."""
    folder = folder_of(home, kept)
    if not (folder / format_).exists():
        partial = _partial(folder, format_)
        _write(partial, name, body, by=by, at=at)
        _publish(partial, folder / format_)
    found = file_of(home, kept, format_)
    assert found is not None, "it was just kept"
    return found


def folder_of(home: Home, kept: FrozenPack) -> Path:
    """Where a version lies."""
    return home.packs / kept.org / kept.month / f"rev-{kept.number}"


def sweep(folder: Path) -> None:
    """Take away what a writer that was killed left half done, once it is surely dead."""
    for left in folder.glob(f"{PARTIAL}*"):
        with suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)


def _partial(folder: Path, name: str) -> Path:
    partial = folder / f"{PARTIAL}{name}-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    return partial


def _write(folder: Path, name: str, body: bytes, *, by: str, at: str) -> None:
    (folder / name).write_bytes(body)
    receipt = FrozenFile(name=name, sha256=_sha256(folder / name), bytes=len(body), made_at=at, made_by=by)
    (folder / RECEIPT_FILE).write_text(json.dumps(asdict(receipt), indent=1) + "\n", "utf-8")


def _publish(partial: Path, place: Path) -> None:
    """Rename a finished folder into its place, where nothing stands yet."""
    for path in sorted(partial.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o400)
        _sync(path)
    _sync(partial)
    partial.rename(place)
    _sync(place.parent)


def _is_whole(folder: Path) -> bool:
    return not folder.name.startswith(PARTIAL)


def _receipt(file: Path) -> FrozenPack:
    values = json.loads(file.read_text("utf-8"))
    return FrozenPack(**{**values, **{name: tuple(values[name]) for name in ("measures", "changes")}})


def _unchanged(file: Path, sha256: str) -> Path:
    if file.is_file() and _sha256(file) == sha256:
        return file
    raise UnreadableFile(
        "A pack that was kept is no longer what it was.",
        where=f"{file}: missing, or its hash differs from the receipt's.",
        do="Put the file back from a backup; nothing may be written there.",
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
