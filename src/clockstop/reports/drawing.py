"""A sample of doubtful clocks, drawn and kept."""

from datetime import UTC, datetime

import pyarrow as pa

from clockstop import __version__
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.validation_samples import frame_of, known_flag, sample_of, signed
from clockstop.store import drawn_samples
from clockstop.store.drawn_samples import DrawnSample
from clockstop.store.lock import writer

WAIT_SECONDS = 10


def draw(
    scope: Scope, desk: Desk, outcomes: pa.Table, *, trust: str, flag: str, size: int, seed: int
) -> tuple[DrawnSample, pa.Table]:
    """The sample as it is kept, and its clocks in the order of the worksheet."""
    slug = known_flag(flag)
    frame = frame_of(scope, desk, outcomes, trust=trust, flag=slug)
    chosen = signed(scope, desk, sample_of(frame, size=size, seed=seed, trust=trust, flag=slug))
    receipt = DrawnSample(
        name="", trust=trust, flag=slug, asked=size, size=chosen.num_rows, seed=seed, snapshot_id=desk.snapshot_id,
        as_of=desk.as_of.isoformat(), frame_size=frame.num_rows, frame_sha256="", drawn_at=datetime.now(UTC).isoformat(),
        clockstop_version=__version__,
    )  # fmt: skip
    with writer(desk.home, wait_seconds=WAIT_SECONDS):
        kept = drawn_samples.keep(desk.home, receipt, frame=frame.select(list(frame.column_names[:4])), chosen=chosen)
    return kept, chosen
