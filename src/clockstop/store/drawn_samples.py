"""Drawn samples of validation: what was drawn from which list, by which seed, kept so that an outcome can be tied to its sample.

Under `samples/TRUST/NAME/`: `frame.parquet` (every clock that could have been drawn), `drawn.parquet` (those that were, in the
order of the worksheet) and `sample.json`. Patient-level: it never leaves the trust. A sample is never changed.
"""

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clockstop.errors import UnknownName, UnreadableFile
from clockstop.store.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

FRAME_FILE, DRAWN_FILE, RECEIPT_FILE = "frame.parquet", "drawn.parquet", "sample.json"
PARTIAL = ".partial-"


@dataclass(frozen=True, kw_only=True)
class DrawnSample:
    """The receipt of a sample: simple random, of `size` clocks without replacement from the `frame_size` of a flag in a trust."""

    name: str
    trust: str
    flag: str
    asked: int
    size: int
    seed: int
    snapshot_id: str
    as_of: str
    frame_size: int
    frame_sha256: str
    drawn_at: str
    clockstop_version: str


def samples(home: Home, trust: str | None = None) -> list[DrawnSample]:
    """Every sample of a trust, or of all, in the order in which they were drawn."""
    files = home.samples.glob(f"{trust or '*'}/*/{RECEIPT_FILE}")
    found = [_receipt(file) for file in files if not file.parent.name.startswith(PARTIAL)]
    return sorted(found, key=lambda one: (one.trust, one.drawn_at, one.name))


def sample(home: Home, name: str) -> DrawnSample:
    """The sample of that name; `UnknownName` where this home has none."""
    found = {one.name: one for one in samples(home)}
    if name not in found:
        raise UnknownName(
            f"No sample {name} was drawn here.",
            where=f"{home.samples} has {len(found)} samples.",
            do="Use the worksheet that clockstop validate sample wrote on this installation; keep its column sample as it is.",
        )
    return found[name]


def drawn(home: Home, kept: DrawnSample) -> "pa.Table":
    """The clocks that were drawn, in the order of the worksheet. Patient-level: the caller asks the scope first."""
    from pyarrow import parquet

    return parquet.read_table(home.samples / kept.trust / kept.name / DRAWN_FILE, partitioning=None)


def keep(home: Home, receipt: DrawnSample, *, frame: "pa.Table", chosen: "pa.Table") -> DrawnSample:
    """Keep a sample whole or not at all. The very same draw again (frame, seed, size) gives the sample that is kept already.

    The receipt's name is made here: the trust, the flag and the next number. The caller holds `store.lock.writer`.
    """
    from pyarrow import parquet

    earlier = [one for one in samples(home, receipt.trust) if one.flag == receipt.flag]
    partial = home.samples / receipt.trust / f"{PARTIAL}{receipt.flag}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    parquet.write_table(frame, partial / FRAME_FILE, compression="zstd")
    parquet.write_table(chosen, partial / DRAWN_FILE, compression="zstd")
    sha256 = hashlib.sha256((partial / FRAME_FILE).read_bytes()).hexdigest()
    same = (receipt.seed, receipt.asked, receipt.as_of, sha256)
    known = next((one for one in earlier if (one.seed, one.asked, one.as_of, one.frame_sha256) == same), None)
    if known is not None:
        shutil.rmtree(partial)
        return known
    kept = replace(receipt, name=f"{receipt.trust}-{receipt.flag}-{len(earlier) + 1:03}", frame_sha256=sha256)
    (partial / RECEIPT_FILE).write_text(json.dumps(asdict(kept), indent=1) + "\n", "utf-8")
    for file in partial.iterdir():
        file.chmod(0o400)
    partial.rename(home.samples / kept.trust / kept.name)
    return kept


def _receipt(file: Path) -> DrawnSample:
    try:
        return DrawnSample(**json.loads(file.read_text("utf-8")))
    except (ValueError, TypeError, KeyError) as error:
        raise UnreadableFile(
            "The receipt of a drawn sample cannot be read.", where=f"{file}: {error}", do="Put it back from a copy, or draw anew."
        ) from None
