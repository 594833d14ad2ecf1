"""The made-up diagnostics through intake and refresh: the list and the tests done are those that were meant."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clockstop.store import snapshots
from clockstop.store.engine import open_engine

pytestmark = pytest.mark.slow
REQUEST = "diagnostic_request_identifier"


def test_the_list_and_the_activity_are_the_true_ones(loaded):
    """Every wait with its start and days; a row that a fault spoilt may keep its own request from the truth, and no other."""
    waits = _rows(loaded, "diagnostic_waits", "diagnostic_wait_identifier", "start_date", "days_waited", is_open=True)
    meant = _truth(loaded, "waits", REQUEST, "start_date", "days_waited")
    assert len(meant) > 700
    assert len(waits ^ meant) <= len(_truth(loaded, "faults", "record_identifier"))
    assert len(waits & meant) > 0.97 * len(meant)
    done = _rows(loaded, "diagnostic_activity", REQUEST, "activity_date", "activity_kind")
    right = _truth(loaded, "activity", REQUEST, "activity_date", "activity_kind")
    assert len(done & right) > 0.98 * len(right)


def _rows(loaded, name, *columns, is_open=False):
    engine = open_engine()
    table = snapshots.table(loaded.home, snapshots.current(loaded.home), name, engine=engine)
    table = table.filter(table.end_date.isnull()) if is_open else table
    table = table.filter(table.activity_kind.notnull()) if "activity_kind" in columns else table
    rows = engine.rows(table.select(*columns))
    engine.close()
    return set(zip(*(rows[column].to_pylist() for column in columns), strict=True))


def _truth(loaded, name, *columns):
    rows = pa.concat_tables(pq.read_table(file) for file in sorted((loaded.out / "truth").glob(f"*/diagnostics_{name}.parquet")))
    return set(zip(*(rows[column].to_pylist() for column in columns), strict=True))
