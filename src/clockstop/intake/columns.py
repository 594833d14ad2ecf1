"""Tables given the columns that a snapshot's table has, whatever the source left out."""

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from clockstop.contracts.contract import DATA_TYPES, Contract

# What intake keeps beside a contract's columns.
KEPT = {"source_load": "string", "source_row": "int64"}


def kept_columns(contract: Contract) -> dict[str, str]:
    """The columns of a contract's rows as loads keep them: NHS numbers replaced by pseudonyms, offsets beside their instants.

    At the end, where each row came from.
    """
    names: dict[str, str] = {}
    for one in contract.columns:
        names["nhs_number_pseudonym" if one.is_nhs_number else one.name] = DATA_TYPES[one.type]
        if one.keeps_offset:
            names[one.offset_name] = DATA_TYPES["integer"]
    return {**names, **KEPT}


def aligned(rows: Table, columns: dict[str, str]) -> Table:
    """The rows with exactly these columns, null where the source has none."""
    return rows.select(
        **{name: rows[name].cast(type_) if name in rows.columns else ibis.null(type_) for name, type_ in columns.items()}
    )


def empty(columns: dict[str, str]) -> pa.Table:
    """A table of these columns without rows."""
    return ibis.schema(columns).to_pyarrow().empty_table()
