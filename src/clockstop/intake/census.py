"""Series: every measure of the waiting list counted week by week and month by month, as known now."""

import pyarrow as pa

SERIES_TABLE = "series"
# Series count a trust whole: they lie in one file.
SERIES_BUCKET = 0

COLUMNS = {
    "measure": pa.string(),
    "period_kind": pa.string(),
    "period_end": pa.date32(),
    "trust": pa.string(),
    "division": pa.string(),
    "service": pa.string(),
    "site": pa.string(),
    "cut": pa.string(),
    "cut_value": pa.string(),
    "band": pa.int32(),
    "numerator": pa.float64(),
    "denominator": pa.float64(),
}


def series(work, trust: str) -> pa.Table:
    """The trust's series."""
    return pa.schema(list(COLUMNS.items())).empty_table()
