"""A return that was closed is kept whole, with the hashes of what was kept, and is refused once it was changed."""

import pyarrow as pa
import pytest

from clockstop.errors import UnreadableFile
from clockstop.store import frozen_returns
from clockstop.store.frozen_returns import FrozenReturn
from clockstop.store.home import Home


def test_a_closed_return_comes_back_as_it_was_sent_until_somebody_changes_it(tmp_path):
    home = Home(tmp_path)
    receipt = FrozenReturn(
        trust="RXX", month="2026-10", number=1, closed_at="2026-11-01", closed_by="pat", reason="", snapshot_id="2026-11-01.1",
        as_of="2026-11-01", clockstop_version="1", code_version="1", return_sha256="", pathways_sha256="", totals={},
    )  # fmt: skip
    listed = pa.table({"pathway": ["P1"]})
    kept = frozen_returns.keep(home, receipt, content=b"part,count\n", listed=listed, sheets={"sheet-2.csv": b"more\n"})
    assert frozen_returns.revisions(home, "RXX", "2026-10") == [kept]
    assert frozen_returns.return_file(home, kept).read_bytes() == b"part,count\n"
    assert frozen_returns.sheet_file(home, kept, 2).read_bytes() == b"more\n"
    assert frozen_returns.pathways(home, kept).equals(listed)
    file = frozen_returns.return_file(home, kept)
    file.chmod(0o600)
    file.write_bytes(b"part,count\nA,1\n")
    with pytest.raises(UnreadableFile, match="A return that was kept"):
        frozen_returns.return_file(home, kept)
