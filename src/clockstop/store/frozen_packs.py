"""Packs as they went out: each version whole or not at all, never changed.

Under `packs/ORG/MONTH/rev-N/`: `content.json` (all that the pack says) and `receipt.json` (whose, when, by whom, from which
snapshot, with the content's hash). Beside them a folder for each format in which it was laid out, `docx/pack.docx` with its own
`receipt.json`. Folders are written whole or not at all (store/whole.py).
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from clockstop.errors import UnknownName
from clockstop.store import lock, whole
from clockstop.store.home import Home
from clockstop.store.whole import PARTIAL

CONTENT_FILE, RECEIPT_FILE = "content.json", "receipt.json"


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
    return {
        file.parent.name: FrozenFile(**json.loads(file.read_text("utf-8")))
        for file in found
        if not file.parent.name.startswith(PARTIAL)
    }


def file_of(home: Home, kept: FrozenPack, format_: str) -> Path | None:
    """A version's file in that format; None where it was not laid out so."""
    found = formats(home, kept).get(format_)
    return _unchanged(folder_of(home, kept) / format_ / found.name, found.sha256) if found else None


@contextmanager
def making(home: Home, org: str, *, wait_seconds: float = 600) -> Iterator[None]:
    """Hold the making of versions of an organisation's packs, so that each has its number; the kernel lets go of it when we die."""
    (home.packs / org).mkdir(parents=True, exist_ok=True)
    with lock.held(home.packs / org / ".lock", wait_seconds=wait_seconds, busy=f"Another pack of {org} is being kept."):
        _sweep(home.packs / org)
        yield


def next_number(home: Home, org: str, month: str) -> int:
    """The number that the next version of the month will have; asked while `making` is held."""
    taken = [one.name.removeprefix("rev-") for one in (home.packs / org / month).glob("rev-*")]
    return 1 + max((int(one) for one in taken if one.isdigit()), default=0)


def keep(home: Home, receipt: FrozenPack, text: str, files: Mapping[str, tuple[str, bytes]]) -> FrozenPack:
    """Keep a version with its files (by format: name and body), all at once; the caller holds `making`."""
    with whole.folder(folder_of(home, receipt)) as written:
        (written / CONTENT_FILE).write_text(text, "utf-8")
        kept = replace(receipt, content_sha256=whole.sha256_of(written / CONTENT_FILE))
        for format_, (name, body) in files.items():
            (written / format_).mkdir()
            _write(written / format_, name, body, by=receipt.made_by, at=receipt.made_at)
        (written / RECEIPT_FILE).write_text(json.dumps(asdict(kept), indent=1) + "\n", "utf-8")
    return kept


def keep_file(home: Home, kept: FrozenPack, format_: str, name: str, body: bytes, *, by: str, at: str) -> Path:
    """Keep a version's file in a format; the caller holds `making`."""
    folder = folder_of(home, kept)
    if not (folder / format_).exists():
        with whole.folder(folder / format_) as written:
            _write(written, name, body, by=by, at=at)
    found = file_of(home, kept, format_)
    assert found is not None, "it was just kept"
    return found


def folder_of(home: Home, kept: FrozenPack) -> Path:
    """Where a version lies."""
    return home.packs / kept.org / kept.month / f"rev-{kept.number}"


def _sweep(packs: Path) -> None:
    """Take away what a maker that was killed left half done; who holds the making knows that nobody writes there."""
    for left in [*packs.glob(f"*/{PARTIAL}*"), *packs.glob(f"*/rev-*/{PARTIAL}*")]:
        shutil.rmtree(left, ignore_errors=True)


def _write(folder: Path, name: str, body: bytes, *, by: str, at: str) -> None:
    (folder / name).write_bytes(body)
    receipt = FrozenFile(name=name, sha256=whole.sha256_of(folder / name), bytes=len(body), made_at=at, made_by=by)
    (folder / RECEIPT_FILE).write_text(json.dumps(asdict(receipt), indent=1) + "\n", "utf-8")


def _receipt(file: Path) -> FrozenPack:
    values = json.loads(file.read_text("utf-8"))
    return FrozenPack(**{**values, **{name: tuple(values[name]) for name in ("measures", "changes")}})


def _unchanged(file: Path, sha256: str) -> Path:
    return whole.unchanged(file, sha256, what="A pack")
