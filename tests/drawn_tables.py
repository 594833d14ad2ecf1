"""Tables drawn as text, as specs show them: `|` between columns, a rule of dashes under the names, blank for null.

A column's type follows from its name (`_date` is a date, `is_` and `has_` a truth, `_code`, `_status` and the like text) and
otherwise from what it holds. Truths are written T and F; text in double quotes keeps its spaces.
"""

import re
from datetime import date

import pyarrow as pa

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_RULE = re.compile(r"^[\s\-+|]*-[\s\-+|]*$")
_WHOLE, _DECIMAL = re.compile(r"-?\d+"), re.compile(r"-?\d+\.\d+")
_TEXT_NAME = re.compile(r".*(_code|_status|_identifier|_rule|_type|_name|_label|_issuer|_state)$|^(trust|service|band_label|sex)$")
_WHOLE_NAME = re.compile(r"^(days_|count_|rows_).*|.*(_number|_sequence|_days|_count)$|^(days|band|numerator|denominator)$")


def is_drawn(text):
    """Whether the text is a drawn table: it has a line of dashes under its first line."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and bool(_RULE.match(lines[1]))


def table(text):
    """The Arrow table that the text draws."""
    lines = [line for line in text.splitlines() if line.strip()]
    names = _cells(lines[0])
    rows = [_cells(line) for line in lines[2:]]
    wrong = [line for line, row in zip(lines[2:], rows, strict=True) if len(row) != len(names)]
    assert not wrong, f"{len(names)} columns are named, but not so many stand in: {wrong[0].strip()}"
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    return pa.table({name: _column(name, cells) for name, cells in columns.items()})


def _cells(line):
    return [cell.strip() for cell in line.split("|")]


def _column(name, cells):
    kind = _kind(name, [cell for cell in cells if cell])
    read = {pa.date32(): date.fromisoformat, pa.bool_(): "T".__eq__, pa.int64(): int, pa.float64(): float}
    return pa.array([None if cell == "" else read.get(kind, _unquoted)(cell) for cell in cells], kind)


def _unquoted(cell):
    return cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _kind(name, filled):
    if name.endswith("_date") or name in ("census", "as_of", "period_end"):
        return pa.date32()
    if name.startswith(("is_", "has_", "was_", "awaits_")):
        return pa.bool_()
    if _TEXT_NAME.match(name):
        return pa.string()
    if _WHOLE_NAME.match(name):
        return pa.int64()
    kinds = ((_WHOLE, pa.int64()), (ISO_DATE, pa.date32()), (re.compile("[TF]"), pa.bool_()), (_DECIMAL, pa.float64()))
    return next((kind for pattern, kind in kinds if filled and all(pattern.fullmatch(cell) for cell in filled)), pa.string())


def text(rows, *, in_order=False):
    """The rows as lines of text, to compare and to read; sorted unless their order is part of what is said."""
    lines = [" | ".join(_written(value) for value in row.values()) for row in rows.to_pylist()]
    return "\n".join([" | ".join(rows.column_names), *(lines if in_order else sorted(lines))])


def _written(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "T" if value else "F"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)
