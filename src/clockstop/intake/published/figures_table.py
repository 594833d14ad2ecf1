"""The one shape of published figures: a row a figure, with the cell that it stands in."""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from clockstop.errors import UnreadableFile
from clockstop.intake.published.layouts import FoundTable

if TYPE_CHECKING:
    import pandas as pd

ENGLAND = "ENG"
LEVELS = ("england", "region", "icb", "provider", "site", "other")
SCHEMA = pa.schema(
    [
        ("month", pa.string()),  # 2025-07; of a quarter its last month
        ("day", pa.date32()),  # null but for daily figures
        ("level", pa.string()),
        ("org_code", pa.string()),
        ("org_name", pa.string()),
        ("key", pa.string()),
        ("cut", pa.string()),  # empty for the whole, else name=value pairs, sorted, joined by ;
        ("value", pa.float64()),  # null where nothing is published
        ("text", pa.string()),  # what stood there then, such as [z] or 100%*
        ("sheet", pa.string()),
        ("source_row", pa.int64()),  # row of the sheet or line of the file; null for what was added up here
    ]
)
# What makes two figures the same one.
_SAME = ["month", "day", "level", "org_code", "key", "cut"]
# What stands for a figure that is not published, suppressed, or not applicable.
MARKS = re.compile(
    r"|-|–|—|\*+|#|\.{1,3}|:|~|\[[a-z]{1,3}\]|n/?a|#n/a|null|none|nil return|"
    r"not available|not applicable|not submitted|no data|s|c|"
    r"#(?:div/0|value|ref|name\?|num)!|<\s?\d+|\d+(?:\.\d+)?\s?%?\s?\*+",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d+)?\s?%?", re.IGNORECASE)


@lru_cache(maxsize=65_536, typed=True)
def cut(**parts: Any) -> str:
    """A cut's name: its parts sorted and joined, without those that are empty.

    >>> cut(test=1), cut(route="All", cancer_type="Breast"), cut(type="")
    ('test=1', 'cancer_type=Breast;route=All', '')
    """
    return ";".join(f"{name}={_in_cut(value)}" for name, value in sorted(parts.items()) if value not in ("", None))


def _in_cut(value: Any) -> str:
    return re.sub(r"\s+", " ", str(value).replace(";", ",").replace("=", " ")).strip()


def number(cell: Any) -> float | None:
    """The number in a cell: thousands separators and per cent understood; None for a mark that stands for none; an error for words.

    >>> number("1,234"), number("12.5%"), number("[z]"), number(7.0), number("100%*"), number("")
    (1234.0, 0.125, None, 7.0, None, None)
    """
    if isinstance(cell, bool):
        raise ValueError(cell)
    if isinstance(cell, int | float):
        return None if math.isnan(cell) else float(cell)
    if cell is None:
        return None
    text = str(cell).strip().replace("\xa0", "")
    if MARKS.fullmatch(text):
        return None
    if not _NUMBER.fullmatch(text) or not any(sign.isdigit() for sign in text):
        raise ValueError(text)
    plain = text.replace(",", "")
    return float(plain.rstrip("% ")) / 100 if plain.endswith("%") else float(plain)


def numbers(table: FoundTable, column: str, rows: "pd.DataFrame | None" = None) -> "pd.Series":
    """A column's numbers; a cell that holds neither a number nor a known mark is refused with its place."""
    import pandas as pd

    rows = table.rows if rows is None else rows
    cells = rows[column]
    values = pd.to_numeric(cells, errors="coerce").astype("float64").replace([math.inf, -math.inf], math.nan)
    for label in values.index[values.isna() & (cells != "") & cells.notna()]:
        try:
            values.at[label] = number(cells.at[label])
        except ValueError:
            raise UnreadableFile(
                f"A figure is no number: {str(cells.at[label])[:40]!r}.",
                where=table.cell_name(column, int(rows["source_row"].at[label])),
                do="Nothing was loaded. Load the file as NHS England published it.",
            ) from None
    return values


def long(
    table: FoundTable,
    rows: "pd.DataFrame",
    keys: Mapping[str, str] | Iterable[str],
    *,
    cuts: "pd.Series | str" = "",
    values: "Mapping[str, pd.Series] | None" = None,
) -> "pd.DataFrame":
    """The rows' figures in the one shape. `keys` gives the key of each column of figures, or columns named as their keys.

    `rows` has month, level, org_code, org_name and source_row, perhaps day, beside the cells. `values` are columns' numbers where
    they were read already; the cells then only say what stands where there is none.
    """
    import pandas as pd

    named = keys if isinstance(keys, Mapping) else {key: key for key in keys}
    parts = []
    for column, key in named.items():
        read = values[column].reindex(rows.index) if values and column in values else numbers(table, column, rows)
        part = rows[[name for name in ("month", "day", "level", "org_code", "org_name", "source_row") if name in rows]]
        parts.append(part.assign(key=key, cut=cuts, value=read, text=_marks(rows, column, read), sheet=table.sheet))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=SCHEMA.names)


def melted(rows: "pd.DataFrame", keys: Mapping[str, str], *, sheet: str) -> "pd.DataFrame":
    """Rows of numbers, each column of `keys` a key, in the one shape; what is null is left out. `rows` has cut and source_row."""
    import pandas as pd

    same = [name for name in ("month", "day", "level", "org_code", "org_name", "cut", "source_row") if name in rows]
    parts = [rows[same].assign(key=key, value=rows[column].astype("float64"), text="", sheet=sheet) for column, key in keys.items()]
    made = pd.concat(parts, ignore_index=True)
    return made[made["value"].notna()]


def _marks(rows: "pd.DataFrame", column: str, read: "pd.Series") -> "pd.Series | str":
    """What stands in the cells that hold no number."""
    unread = read.isna()
    if column not in rows or not unread.any():
        return ""
    cells = rows.loc[unread, column]
    said = cells.where(cells.notna(), "").map(lambda cell: str(cell).strip())
    return said.reindex(rows.index, fill_value="")


def figures(parts: "Iterable[pd.DataFrame]") -> pa.Table:
    """All parts as one table of the schema, without those that are wholly blank; a figure with two values is refused."""
    import pandas as pd

    whole = pd.concat([part for part in parts if len(part)], ignore_index=True)
    if "day" not in whole:
        whole["day"] = None
    whole = whole[whole["value"].notna() | (whole["text"] != "")]
    if whole.duplicated(_SAME).any():
        _require_one_value(_twice(whole))
    whole = whole.sort_values(["month", "level", "org_code"], kind="stable")
    whole["source_row"] = whole["source_row"].astype("Int64")
    return pa.Table.from_pandas(whole[SCHEMA.names], schema=SCHEMA, preserve_index=False)


def require_one_value(figures: pa.Table) -> None:
    """Refuse figures of which one organisation's key and cut has two values: the answer would be left to chance."""
    _require_one_value(_twice(figures.to_pandas(date_as_object=True)))


def kept_once(figures: pa.Table) -> tuple[pa.Table, tuple[str, ...]]:
    """The figures without those that stand a second time with the same value, and a note where there were any."""
    if figures.group_by(_SAME).aggregate([]).num_rows == figures.num_rows:
        return figures, ()
    whole = figures.to_pandas(date_as_object=True)
    twice = _twice(whole)
    _require_one_value(twice)
    again = whole.duplicated(_SAME)
    number = int(again.sum())
    is_one = number == 1
    note = (
        f"{number:,} {'figure stands' if is_one else 'figures stand'} in the file twice with the same value and "
        f"{'was' if is_one else 'were'} kept once{'' if is_one else ', the first'}: {_said_twice(twice)}"
    )
    return figures.filter(pa.array(~again)), (note,)


def _twice(whole: "pd.DataFrame") -> "pd.DataFrame":
    """The figures that stand more than once, those of one key beside each other."""
    return whole[whole.duplicated(_SAME, keep=False)].sort_values(_SAME, kind="stable")


def _require_one_value(twice: "pd.DataFrame") -> None:
    """One figure, one value: one organisation's key and cut with two would leave the answer to chance."""
    differs = twice.groupby(_SAME, dropna=False)[["value", "text"]].transform(lambda cells: cells.nunique(dropna=False)) > 1
    if differs.to_numpy().any():
        raise UnreadableFile(
            "A figure is there twice, with two values.",
            where=_said_twice(twice[differs.any(axis=1)]),
            do="Nothing was loaded. Load the file as it was published.",
        )


def _said_twice(twice: "pd.DataFrame") -> str:
    """The first of the figures and where it stands: "over 4 hours of RJ1, 2025-07 (sheet Provider, rows 18 and 44)."."""
    one = twice.iloc[0]
    again = twice[(twice[_SAME].astype(str) == one[_SAME].astype(str)).all(axis=1)]
    rows = " and ".join(str(row) for row in again["source_row"].head(2))
    cut = f" ({one['cut']})" if one["cut"] else ""
    place = f"sheet {one['sheet']}, rows {rows}" if one["sheet"] else f"lines {rows}"
    return f"{one['key'].replace('_', ' ')}{cut} of {one['org_code']}, {one['month']} ({place})."


def months_of(table: pa.Table) -> list[str]:
    """The months that the figures are of."""
    return sorted({month for month in table["month"].unique().to_pylist() if month})


def as_day(cell: Any) -> date | None:
    """A day as files write it: a date, or text such as 2025-07-31 and 31/07/2025."""
    if hasattr(cell, "date") and not isinstance(cell, date):
        return cell.date()
    if isinstance(cell, date):
        return date(cell.year, cell.month, cell.day)
    text = str(cell).strip()
    if found := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?", text):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: .*)?", text):
        parts = (int(found[3]), int(found[2]), int(found[1]))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None
