"""Which cells plainly fit their column, seen by Arrow alone: an ISO day or instant, a number, a listed code.

Most cells of most files do. What is said here of a word is what intake/check.py says of it; of any other word check.py alone
decides (tests/unit/intake/test_plain.py holds the two together).
"""

from collections.abc import Iterable
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.contracts.contract import EARLIEST_DATE, Column

# A date beyond any diary is a slip of the keyboard.
LATEST_DATE = date(2100, 1, 1)
TRUE = ("y", "1", "true", "yes", "t")
FALSE = ("n", "0", "false", "no", "f")
TYPES = {
    "text": pa.string(), "code": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32(),
    "instant": pa.timestamp("us"), "truth": pa.bool_(),
}  # fmt: skip
_ISO_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?$"
_WHOLE_NUMBER = r"^(0|[1-9][0-9]{0,17})$"


def fitted(words: pa.Array, column: Column, *, has_nul: bool) -> tuple[pa.Array, pa.Array]:
    """The value of each word that plainly fits the column and null for the others, and whether it does; null fits nothing."""
    if column.type in ("date", "instant"):
        values = _days(words) if column.type == "date" else _instants(words)
        return values, values.is_valid()
    if column.type == "integer":
        is_plain = pc.match_substring_regex(words, _WHOLE_NUMBER)
        return _where(is_plain, words).cast(pa.int64()), _or_no(is_plain)
    if column.type == "number":
        return pa.nulls(len(words), TYPES[column.type]), pa.repeat(pa.scalar(False), len(words))
    if column.type == "truth":
        lower = pc.ascii_lower(words)
        is_true, is_false = (pc.is_in(lower, value_set=pa.array(kind, pa.string())) for kind in (TRUE, FALSE))
        is_plain = pc.or_(is_true, is_false)
        return pc.if_else(is_plain, is_true, pa.scalar(None, pa.bool_())), is_plain
    if column.codes:
        is_plain = pc.is_in(words, value_set=pa.array(list(column.codes), pa.string()))
        return _where(is_plain, words), is_plain
    is_plain = is_short(words, column, has_nul=has_nul)
    return _where(is_plain, words), _or_no(is_plain)


def is_short(words: pa.Array | pa.ChunkedArray, column: Column, *, has_nul: bool) -> pa.Array | pa.ChunkedArray:
    """Whether each text is no longer than the column allows, even if every byte were a character, and holds no NUL."""
    fits = pc.less_equal(pc.binary_length(words), pa.scalar(column.max_length, pa.int32()))
    return pc.and_(fits, pc.invert(pc.match_substring(words, "\0"))) if has_nul else fits


def _days(words: pa.Array) -> pa.Array:
    """The day of each word that is written as an ISO day and lies within what a row may hold."""
    instants = pc.strptime(words, format="%Y-%m-%d", unit="s", error_is_null=True)
    days = instants.cast(pa.date32())
    # The parser makes the 3rd of March of a 31st of February, and reads 2026-3-1.
    is_iso = pc.equal(days.cast(pa.string()), words)
    is_within = pc.and_(
        pc.greater_equal(days, pa.scalar(EARLIEST_DATE, pa.date32())), pc.less(days, pa.scalar(LATEST_DATE, pa.date32()))
    )
    return _where(pc.and_(is_iso, is_within), days)


def _instants(words: pa.Array) -> pa.Array:
    """The instant of each word that is written as an ISO day and time without a zone, to the minute or the second."""
    is_iso = _or_no(pc.match_substring_regex(words, _ISO_INSTANT))
    whole = pc.replace_substring(_where(is_iso, words), "T", " ")
    whole = pc.if_else(pc.equal(pc.utf8_length(whole), 16), pc.binary_join_element_wise(whole, pa.scalar(":00"), ""), whole)
    instants = pc.strptime(whole, format="%Y-%m-%d %H:%M:%S", unit="s", error_is_null=True)
    # The parser makes the 3rd of March of a 31st of February here too.
    is_there = _or_no(pc.equal(instants.cast(pa.string()), whole))
    days = instants.cast(pa.date32())
    is_within = pc.and_(
        pc.greater_equal(days, pa.scalar(EARLIEST_DATE, pa.date32())), pc.less(days, pa.scalar(LATEST_DATE, pa.date32()))
    )
    return _where(pc.and_(is_there, _or_no(is_within)), instants.cast(TYPES["instant"]))


def _where(holds: pa.Array, values: pa.Array) -> pa.Array:
    return pc.if_else(holds, values, pa.scalar(None, values.type))


def _or_no(truths: pa.Array) -> pa.Array:
    return pc.fill_null(truths, pa.scalar(False))


def any_of(truths: Iterable[pa.Array | pa.ChunkedArray]) -> bool:
    """Whether any is true anywhere."""
    return any(bool(pc.any(one).as_py()) for one in truths)
