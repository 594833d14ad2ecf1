"""The arithmetic of the RTT full extract: what must add up, and the row that does not."""

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from clockstop.errors import UnreadableFile

if TYPE_CHECKING:
    import numpy as np

    from clockstop.intake.published.rtt_header import Header

TOTAL = "C_999"
_PLACE = ("provider", "commissioner", "part", "treatment_function")
_DO = "Nothing was loaded. Download the file again; if it is as published, tell NHS England's RTT team."


def counts(rows: pa.Table, names: list[str]) -> pa.Table:
    """The rows with these columns as whole numbers; refuses a cell that is none, or is below nought.

    Blank stays blank. Thousands may be parted by commas, 12.0 is 12 and a lone dash is blank, as spreadsheets write them.
    """
    for name in names:
        column = rows[name]
        if not pa.types.is_integer(column.type):
            column, is_wrong = _parsed(column)
            _refuse_first(rows, is_wrong, f"A cell under {name} is no whole number of patients.")
            rows = rows.set_column(rows.schema.get_field_index(name), name, column)
        if (pc.min(column).as_py() or 0) < 0:
            _refuse_first(rows, pc.fill_null(pc.less(column, 0), False), f"A cell under {name} is no whole number of patients.")
    return rows


def _parsed(column: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """The cells as whole numbers, and which of them are none."""
    import pandas as pd

    text = pc.replace_substring(pc.utf8_trim_whitespace(column), ",", "")
    is_blank = pc.fill_null(pc.is_in(text, value_set=pa.array(["", "-"])), True)
    is_blank = pc.or_(is_blank, pc.is_null(text))
    numbers = pd.to_numeric(text.to_pandas(), errors="coerce")
    is_whole = numbers.notna() & (numbers % 1 == 0) & (numbers.abs() < 1e12)
    is_wrong = pc.and_(pc.invert(is_blank), pc.invert(pa.array(is_whole)))
    whole = pa.array(numbers.where(is_whole, 0).astype("int64"))
    return pc.if_else(is_blank, pa.scalar(None, pa.int64()), whole), is_wrong


def matrix(rows: pa.Table, names: tuple[str, ...]) -> "np.ndarray":
    """These columns side by side, blanks as noughts."""
    import numpy as np

    return np.column_stack([pc.fill_null(rows[name], 0).to_numpy() for name in names])


def totalled(rows: pa.Table, header: "Header") -> pa.Table:
    """The rows with Total All where the file left it blank: the bands and the unknown starts, or the part's own total."""
    bands = pa.array(matrix(rows, header.band_columns).sum(axis=1))
    counted = pc.add(pc.max_element_wise(bands, rows["known_start"]), pc.fill_null(rows["unknown_start"], 0))
    total = pc.coalesce(rows["total_all"], counted)
    return rows.set_column(rows.schema.get_field_index("total_all"), "total_all", total)


def check_arithmetic(rows: pa.Table, header: "Header") -> None:
    """Bands add up to the row's total, functions to the total function, and no row stands twice."""
    bands = pa.array(matrix(rows, header.band_columns).sum(axis=1))
    is_timed = pc.not_equal(rows["part"], "new_periods")
    all_counted = pc.add(bands, pc.fill_null(rows["unknown_start"], 0))
    is_off = pc.and_(is_timed, pc.not_equal(all_counted, rows["total_all"]))
    _refuse_first(rows, is_off, "The week bands of a row do not add up to its Total All.")
    is_off = pc.and_(is_timed, pc.fill_null(pc.not_equal(bands, rows["known_start"]), False))
    _refuse_first(rows, is_off, "The week bands of a row do not add up to its Total.")
    _check_rows_are_single(rows)
    _check_functions(rows, header)


def _check_rows_are_single(rows: pa.Table) -> None:
    keys = ["provider", "commissioner", "commissioner_name", "icb", "part", "treatment_function"]
    is_twice = rows.select(keys).to_pandas().duplicated()
    _refuse_first(rows, pa.array(is_twice), "A row stands in the file twice.")


def _check_functions(rows: pa.Table, header: "Header") -> None:
    """Each band of the total function is the sum of the others, wherever the file gives both."""
    import numpy as np
    import pandas as pd

    keys = rows.select(["provider", "commissioner", "icb", "part"]).to_pandas().fillna("")
    group = keys.groupby(list(keys.columns), sort=False).ngroup().to_numpy()
    is_total = pc.equal(rows["treatment_function"], TOTAL).to_numpy()
    amounts = matrix(rows, (*header.band_columns, "unknown_start", "total_all"))
    signed = pd.DataFrame(np.where(is_total[:, None], amounts, -amounts)).groupby(group).sum()
    is_off = (signed != 0).any(axis=1).to_numpy() & _has_both(is_total, group)
    wrong_rows = is_total & is_off[group]
    _refuse_first(rows, pa.array(wrong_rows), "The treatment functions of a provider do not add up to its total row (C_999).")


def _has_both(is_total: "np.ndarray", group: "np.ndarray") -> "np.ndarray":
    """Whether each group has a total row and others."""
    import numpy as np

    totals = np.bincount(group, weights=is_total)
    return (totals > 0) & (np.bincount(group) > totals)


def _refuse_first(rows: pa.Table, is_wrong: pa.Array | pa.ChunkedArray, what: str) -> None:
    """Raise with the place of the first wrong row and how many there are; published rows name no patient."""
    count = pc.sum(is_wrong).as_py() or 0
    if not count:
        return
    found = rows.select(["line", *_PLACE]).filter(is_wrong).slice(0, 1).to_pylist()[0]
    codes = ", ".join(f"{name.replace('_', ' ')} {found[name]}" for name in _PLACE)
    more = f" It is the first of {count:,} such rows." if count > 1 else ""
    raise UnreadableFile(what, where=f"Line {found['line']}: {codes}.{more}", do=_DO)
