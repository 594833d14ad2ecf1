"""The marks of a row: the names of what is wrong with it, between blanks."""

from collections.abc import Iterable, Mapping

import ibis
from ibis.expr.types import BooleanValue, StringValue, Value


def joined_marks(truths: Mapping[str, BooleanValue]) -> StringValue:
    """The names of what holds, between blanks; empty where nothing does.

    >>> import ibis
    >>> joined_marks({"gap": ibis.literal(True), "overlap": ibis.literal(False)}).to_pyarrow().as_py()
    'gap'
    """
    parts: Iterable[Value] = [truth.fill_null(False).ifelse(f"{name} ", "") for name, truth in truths.items()]
    whole = ibis.literal("")
    for part in parts:
        whole = whole.concat(part)
    return whole.strip()


def has_mark(marks: StringValue, name: str) -> BooleanValue:
    """Whether the name stands among the marks."""
    return (ibis.literal(" ").concat(marks.fill_null(""), " ")).contains(f" {name} ")
