"""Rows that lie in buckets, written as a snapshot's files; files whose inputs are the same, linked from the snapshot before."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from clockstop.store.manifest import SnapshotFile
from clockstop.store.snapshots import sha256_of

ROW_GROUP_ROWS = 122_880
# Texts of which hardly two are the same: a dictionary of them would take longer to read than they do.
WITHOUT_DICTIONARY = frozenset({"first_of_pathway"})


def path_of(table: str, trust: str, bucket: int) -> str:
    """Where a table's rows of one trust and bucket lie within a snapshot."""
    return f"{table}/trust={trust}/bucket-{bucket}.parquet"


def written(folder: Path, rows: pa.Table, *, table: str, trust: str, bucket: int, signature: str) -> SnapshotFile:
    """Write one file, and say what it is."""
    path = folder / path_of(table, trust, bucket)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_rows(rows, path)
    return SnapshotFile(
        path=path_of(table, trust, bucket), table=table, trust=trust, bucket=bucket,
        rows=rows.num_rows, bytes=path.stat().st_size, sha256=sha256_of(path), signature=signature,
    )  # fmt: skip


def write_rows(rows: pa.Table, path: Path) -> None:
    """Write the rows as every file of a snapshot is written."""
    with_dictionary = [name for name in rows.column_names if name not in WITHOUT_DICTIONARY]
    # A text is a text to every reader, also where we held it as a place in a dictionary.
    pq.write_table(
        rows, path, compression="zstd", row_group_size=ROW_GROUP_ROWS, use_dictionary=with_dictionary, store_schema=False
    )


def linked(folder: Path, before: Path, file: SnapshotFile, *, signature: str | None = None) -> SnapshotFile:
    """Take over a file of the snapshot that lies in `before`: linked, or copied where the disk cannot link."""
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    link_or_copy(before / file.path, path)
    return file if signature is None else replace(file, signature=signature)


def link_or_copy(file: Path, place: Path) -> None:
    """Put a file that nobody changes in another place too."""
    try:
        os.link(file, place)
    except OSError:
        shutil.copy2(file, place)


def split(rows: pa.Table, buckets: list[int]) -> Iterator[tuple[int, pa.Table]]:
    """Each bucket's rows, the empty buckets too, of rows sorted by their column `bucket`, which is left out."""
    places = rows.column("bucket").to_numpy()
    assert (np.diff(places) >= 0).all()
    kept = rows.drop_columns(["bucket"])
    for bucket in buckets:
        first, last = np.searchsorted(places, [bucket, bucket + 1])
        yield bucket, kept.slice(first, last - first)
