"""Returns as they were sent: whole or not at all, never changed, a later close of the month a further revision.

Under `returns/TRUST/MONTH/rev-N/`: RTT's `return.csv` as sent, `pathways.parquet` (the records behind it: patient-level, so it
never leaves the trust) and `receipt.json`. Other national returns lie under `returns/TRUST/SLUG/PERIOD/rev-N/`, with a file
for each further sheet. What writes here expects the caller to hold `store.lock.writer`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clockstop.errors import UnknownName
from clockstop.store import whole
from clockstop.store.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

RETURN_FILE, PATHWAYS_FILE, RECEIPT_FILE = "return.csv", "pathways.parquet", "receipt.json"


@dataclass(frozen=True, kw_only=True)
class FrozenReturn:
    """The receipt of a return that was closed: whose, of which month, by whom, from which data, and what the checks said."""

    trust: str
    month: str
    number: int
    closed_at: str
    closed_by: str
    reason: str
    snapshot_id: str
    as_of: str
    clockstop_version: str
    code_version: str
    return_sha256: str
    pathways_sha256: str
    totals: dict[str, float]
    failed_checks: tuple[str, ...] = ()
    checks: tuple[dict[str, Any], ...] = ()
    flows: tuple[dict[str, Any], ...] = ()
    readings: dict[str, str] = field(default_factory=dict)
    slug: str = ""
    sheets_sha256: dict[str, str] = field(default_factory=dict)
    status: str = ""

    @property
    def title(self) -> str:
        """Which closing of its period it is: revision 2, final."""
        return f"revision {self.number}{', ' if self.status else ''}{self.status}"


def revisions(home: Home, trust: str, month: str, *, slug: str = "") -> list[FrozenReturn]:
    """Every revision of a trust's closed month, the first first; empty where it is not closed. Without a slug, of RTT's return."""
    files = (home.returns / trust / slug / month).glob(f"rev-*/{RECEIPT_FILE}")
    return sorted((_receipt(file) for file in files), key=lambda one: one.number)


def months(home: Home, trust: str, *, slug: str = "") -> list[str]:
    """The months that the trust has closed, the first first."""
    return sorted({file.parent.parent.name for file in (home.returns / trust / slug).glob(f"*/rev-*/{RECEIPT_FILE}")})


def frozen(home: Home, trust: str, month: str, number: int | None = None, *, slug: str = "") -> FrozenReturn | None:
    """A revision by its number, or the last; None where the month is not closed."""
    found = revisions(home, trust, month, slug=slug)
    if number is None or not found:
        return found[-1] if found else None
    for one in found:
        if one.number == number:
            return one
    numbers = ", ".join(str(one.number) for one in found)
    raise UnknownName(f"{month} of {trust} has no revision {number}.", where=f"It has: {numbers}.", do="Name one of these.")


def return_file(home: Home, kept: FrozenReturn) -> Path:
    """The return as it was sent; `UnreadableFile` where it is no longer what it was."""
    return _unchanged(home, kept, RETURN_FILE, kept.return_sha256)


def sheet_file(home: Home, kept: FrozenReturn, place: int) -> Path:
    """A further sheet of the return as it was sent, by its place (the first further one is 2)."""
    name = sheet_name(place)
    return _unchanged(home, kept, name, kept.sheets_sha256[name])


def sheet_name(place: int) -> str:
    """What the file of a further sheet is called."""
    return f"sheet-{place}.csv"


def pathways(home: Home, kept: FrozenReturn) -> "pa.Table":
    """The pathways behind each part of the return as it was sent. Patient-level: the caller asks the scope first."""
    from pyarrow import parquet

    return parquet.read_table(_unchanged(home, kept, PATHWAYS_FILE, kept.pathways_sha256))


def keep(
    home: Home, receipt: FrozenReturn, *, content: bytes, listed: "pa.Table", sheets: Mapping[str, bytes] | None = None
) -> FrozenReturn:
    """Keep a return as the receipt's revision; the receipt comes back with the hashes of what was kept. `sheets`: further files."""
    from pyarrow import parquet

    with whole.folder(_folder(home, receipt)) as written:
        (written / RETURN_FILE).write_bytes(content)
        parquet.write_table(listed, written / PATHWAYS_FILE, compression="zstd")
        for name, sheet in (sheets or {}).items():
            (written / name).write_bytes(sheet)
        kept = replace(
            receipt,
            return_sha256=whole.sha256_of(written / RETURN_FILE),
            pathways_sha256=whole.sha256_of(written / PATHWAYS_FILE),
            sheets_sha256={name: whole.sha256_of(written / name) for name in sheets or ()},
        )
        (written / RECEIPT_FILE).write_text(json.dumps(asdict(kept), indent=1) + "\n", "utf-8")
    return kept


def _folder(home: Home, kept: FrozenReturn) -> Path:
    return home.returns / kept.trust / kept.slug / kept.month / f"rev-{kept.number}"


def _receipt(file: Path) -> FrozenReturn:
    values = json.loads(file.read_text("utf-8"))
    return FrozenReturn(**{**values, **{name: tuple(values[name]) for name in ("failed_checks", "checks", "flows")}})


def _unchanged(home: Home, kept: FrozenReturn, name: str, sha256: str) -> Path:
    return whole.unchanged(_folder(home, kept) / name, sha256, what="A return")
