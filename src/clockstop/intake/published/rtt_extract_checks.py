"""The arithmetic of the RTT full extract: what must add up, and the row that does not."""

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import ibis

from clockstop.errors import UnreadableFile

if TYPE_CHECKING:
    from ibis.expr.types import BooleanValue, IntegerValue, StringValue, Table

    from clockstop.intake.published.rtt_header import Header
    from clockstop.store.engine import DuckDBEngine

TOTAL = "C_999"
_DO = "Nothing was loaded. Download the file again; if it is as published, tell NHS England's RTT team."


def number(cell: "StringValue | IntegerValue") -> "IntegerValue":
    """The count in a cell: blank is blank, thousands may be parted by commas, and 12.0 is 12."""
    if cell.type().is_integer():
        return cell
    return _double(cell).cast("int64")


def _double(cell: "StringValue") -> "IntegerValue":
    return _bare(cell).try_cast("float64")


def _bare(cell: "StringValue") -> "StringValue":
    return cell.replace(",", "").strip().nullif("").nullif("-")


def check_numbers(engine: "DuckDBEngine", rows: "Table", header: "Header") -> None:
    """Every count is a whole number, none below nought."""
    names = [name for name in (*header.band_columns, "known_start", "unknown_start", "total_all") if name in rows.columns]
    counts = engine.rows(rows.aggregate(**{name: _is_no_count(rows[name]).sum() for name in names})).to_pylist()[0]
    for name in names:
        if counts[name]:
            wrong = rows.filter(_is_no_count(rows[name]))
            _refuse_first(engine, wrong, f"A cell under {name} is no whole number of patients.")


def _is_no_count(cell: "StringValue | IntegerValue") -> "BooleanValue":
    if cell.type().is_integer():
        return (cell < 0).fill_null(False)
    value = _double(cell)
    return (_bare(cell).notnull() & (value.isnull() | (value < 0) | (value != value.floor()))).fill_null(False)


def check_arithmetic(engine: "DuckDBEngine", rows: "Table", header: "Header") -> None:
    """Bands add up to the row's total, functions to the total function, and no row stands twice."""
    bands = reduce(add, (rows[name].fill_null(0) for name in header.band_columns))
    unknown = rows.unknown_start.fill_null(0)
    is_timed = rows.part != "new_periods"
    known = rows.known_start
    _refuse_first(engine, rows.filter(rows.total_all.isnull()), "A row has no Total All.")
    _refuse_first(
        engine,
        rows.filter(is_timed & (bands + unknown != rows.total_all)),
        "The week bands of a row do not add up to its Total All.",
    )
    _refuse_first(
        engine, rows.filter(is_timed & known.notnull() & (known != bands)), "The week bands of a row do not add up to its Total."
    )
    _check_rows_are_single(engine, rows)
    _check_functions(engine, rows, header)


def _check_rows_are_single(engine: "DuckDBEngine", rows: "Table") -> None:
    keys = ["provider", "commissioner", "commissioner_name", "icb", "part", "treatment_function"]
    twice = rows.group_by(keys).aggregate(line=rows.line.max(), count=rows.count())
    _refuse_first(engine, twice.filter(twice["count"] > 1), "A row stands in the file twice.")


def _check_functions(engine: "DuckDBEngine", rows: "Table", header: "Header") -> None:
    """Each band of the total function is the sum of the others, wherever the file gives both."""
    is_total = rows.treatment_function == TOTAL
    columns = (*header.band_columns, "unknown_start", "total_all")
    differences = {name: is_total.ifelse(rows[name], -rows[name]).sum().fill_null(0).abs() for name in columns}
    sums = rows.group_by(["provider", "commissioner", "icb", "part"]).aggregate(
        line=is_total.ifelse(rows.line, None).min(),
        functions=(~is_total).sum(),
        treatment_function=rows.treatment_function.max(),
        **differences,
    )
    wrong = reduce(add, (sums[name] for name in columns)) > 0
    _refuse_first(
        engine,
        sums.filter(sums.line.notnull() & (sums.functions > 0) & wrong).mutate(treatment_function=ibis.literal(TOTAL)),
        "The treatment functions of a provider do not add up to its total row (C_999).",
    )


def _refuse_first(engine: "DuckDBEngine", wrong: "Table", what: str) -> None:
    """Raise with the place of the first wrong row and how many there are; published rows name no patient."""
    names = [name for name in ("line", "provider", "commissioner", "part", "treatment_function") if name in wrong.columns]
    found = engine.rows(wrong.select(names).order_by("line").limit(1)).to_pylist()
    if not found:
        return
    count = engine.rows(wrong.aggregate(count=wrong.count()))["count"][0].as_py()
    row = found[0]
    codes = ", ".join(f"{name.replace('_', ' ')} {row[name]}" for name in names[1:])
    more = f" It is the first of {count:,} such rows." if count > 1 else ""
    raise UnreadableFile(what, where=f"Line {row['line']}: {codes}.{more}", do=_DO)
