"""What people wrote, as every layout can hold it: documents, slides and workbooks are XML, which knows no control characters."""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any

# The characters that XML 1.0 has no way to write; tabs and ends of lines it has.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def printable(value: Any) -> Any:
    r"""A text, or a tree of them, with a space for each character that no layout could hold.

    >>> printable(("Beds\x0bopen", {"why": "half\x00"}))
    ('Beds open', {'why': 'half '})
    """
    if isinstance(value, str):
        return _UNPRINTABLE.sub(" ", value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: printable(getattr(value, one.name)) for one in fields(value)})
    if isinstance(value, tuple):
        return tuple(printable(one) for one in value)
    return {key: printable(one) for key, one in value.items()} if isinstance(value, dict) else value
