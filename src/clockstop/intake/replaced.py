"""A file of a snapshot with the rows of some pathways replaced, the others as they were, in the order of pathways."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PATHWAY = "patient_pathway_identifier"
# Texts that hardly repeat: to read them as places in a dictionary would cost more than it saves.
_UNLIKE = frozenset({
    PATHWAY, "first_of_pathway", "local_patient_identifier", "nhs_number_pseudonym", "appointment_identifier",
    "waiting_list_entry_identifier",
})  # fmt: skip


def replaced(
    file: Path, rows: pa.Table, *, pathways: pa.Array, kept_as: Callable[[pa.Table], pa.Table] | None = None
) -> pa.Table | None:
    """The rows of the file, without those of `pathways`, with `rows` in their places; both are sorted by pathway.

    `kept_as` says what the rows that stay have become by today. The column `trust` is left out. None where the new rows are
    those that the file has, and `kept_as` is not given.
    """
    schema = pq.read_schema(file)
    texts = [field.name for field in schema if pa.types.is_string(field.type) and field.name not in _UNLIKE]
    before = pq.read_table(file, read_dictionary=texts, partitioning=None).drop_columns(["trust"])
    is_replaced = pc.is_in(before[PATHWAY], value_set=pathways)
    kept = before.filter(pc.invert(is_replaced))
    new = rows.select(kept.column_names).cast(kept.schema)
    if kept_as is None and _is_same(before.filter(is_replaced), new):
        return None
    kept = kept_as(kept) if kept_as else kept
    both = pa.concat_tables([kept, new]).unify_dictionaries()
    return both.take(pa.array(_order(kept[PATHWAY], new[PATHWAY]))) if new.num_rows else kept


def _is_same(old: pa.Table, new: pa.Table) -> bool:
    """Whether the rows are the same, in the same order."""
    if old.num_rows != new.num_rows:
        return False
    texts = pa.schema(
        [(field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type) for field in old.schema]
    )
    return old.cast(texts).equals(new.cast(texts))


def _order(kept: pa.ChunkedArray, new: pa.ChunkedArray) -> np.ndarray:
    """The places of the kept and the new rows, put end to end, in the order of their pathways."""
    starts = _starts(kept)
    pathways = np.array(kept.take(pa.array(starts)).to_pylist(), dtype=object)
    firsts = _starts(new)
    runs = np.diff(np.append(firsts, len(new)))
    # Texts compare by code point, as the engine compares their bytes.
    after = np.searchsorted(pathways, np.array(new.take(pa.array(firsts)).to_pylist(), dtype=object)) if len(starts) else firsts * 0
    before_row = np.append(starts, len(kept))[after]
    keys = np.concatenate([2 * np.arange(len(kept)) + 1, np.repeat(2 * before_row, runs)])
    return np.argsort(keys, kind="stable")


def _starts(pathways: pa.ChunkedArray) -> np.ndarray:
    """The rows at which another pathway begins."""
    if not len(pathways):
        return np.zeros(0, dtype=np.int64)
    whole = pathways.combine_chunks()
    differs = pc.not_equal(whole.slice(1), whole.slice(0, len(whole) - 1)).to_numpy(zero_copy_only=False)
    return np.append(0, np.flatnonzero(differs) + 1)
