"""Rows of the loaded made-up group: a table of its snapshot, and what is right about its unplanned care."""

import pyarrow as pa
import pyarrow.parquet as pq

from clockstop.store import snapshots
from clockstop.store.engine import open_engine


def rows_of(loaded, name):
    """The rows of a table of the current snapshot."""
    engine = open_engine()
    found = engine.rows(snapshots.table(loaded.home, snapshots.current(loaded.home), name, engine=engine)).to_pylist()
    engine.close()
    return found


def truth_of(loaded, name):
    """The rows of all trusts in truth/CODE/emergency_NAME.parquet."""
    files = sorted((loaded.out / "truth").glob(f"*/emergency_{name}.parquet"))
    return pa.concat_tables(pq.read_table(file) for file in files).to_pylist()
