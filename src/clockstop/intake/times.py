"""Dates and times of day that come in two columns, as one text each."""

import pyarrow as pa
import pyarrow.compute as pc

# Dates as programs write them that know instants alone, and times likewise: midnight behind a date, a day before a time.
_MIDNIGHT = r"[ T]00:00(:00(\.0+)?)?$"
_NO_DAY = r"^(1899-12-3[01]|1900-01-0[01]|30/12/1899|0[01]/01/1900)[ T]"
_NO_COLON = r"^([0-9]{2})([0-9]{2})$"
_FRACTION = r"\.0+$"
# Stands where one of the two is empty, so that the cell is read as no instant and not as a midnight that nobody meant.
_NOTHING = "?"


def joined(dates: pa.ChunkedArray, times: pa.ChunkedArray) -> pa.ChunkedArray:
    """Each date with its time of day behind it; null where both are empty.

    >>> dates, times = ["05/01/2026", "2026-01-05 00:00", None], ["0830", "08:30:00", None]
    >>> joined(pa.chunked_array([dates]), pa.chunked_array([times])).to_pylist()
    ['05/01/2026 08:30', '2026-01-05 08:30:00', None]
    """
    days = pc.replace_substring_regex(_text(dates), _MIDNIGHT, "")
    clock = _text(times)
    for pattern, instead in ((_NO_DAY, ""), (_FRACTION, ""), (_NO_COLON, r"\1:\2")):
        clock = pc.replace_substring_regex(clock, pattern, instead)
    is_empty = pc.and_(days.is_null(), clock.is_null())
    both = pc.binary_join_element_wise(days.fill_null(_NOTHING), clock.fill_null(_NOTHING), " ")
    return pc.if_else(is_empty, pa.scalar(None, pa.string()), both)


def _text(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    texts = pc.utf8_trim_whitespace(cells.cast(pa.string()))
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)
