"""Parquet deliveries: any column type, given as the text that a person would type."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from clockstop.contracts.contract import Contract
from clockstop.errors import UnreadableFile
from clockstop.intake.map import Mapping, Matched, match
from clockstop.intake.read import SOURCE_ROW, Delivered

BATCH_ROWS = 131_072
# An instant with a zone happened on a civil day of the hospital (planned-care.md, conventions).
ZONE = "Europe/London"


def open_parquet(file: Path, contract: Contract, mapping: Mapping) -> Delivered:
    """The file, its columns matched by name."""
    parquet = _opened(file)
    schema = parquet.schema_arrow
    matched = match(schema.names, contract, mapping, file_name=file.name)
    for place in matched.places.values():
        _must_be_plain(schema.field(place), file)
    instants = frozenset(column.name for column in contract.columns if column.type == "instant")
    return Delivered(
        kind="parquet",
        matched=matched,
        batches=lambda: _batches(parquet, matched, mapping, file, instants),
        as_kept=lambda: _as_kept(parquet, matched, file),
        has_nul=True,
    )


def parquet_headers(file: Path) -> list[str]:
    """The names of its columns."""
    return list(_opened(file).schema_arrow.names)


def as_text(values: pa.Array, *, has_time: bool = False) -> pa.Array:
    """The values as text: days as 2026-09-03, truths as true and false, whole decimals without a fraction.

    Of an instant only its day matters to most columns; `has_time` gives its time too.
    """
    kind = values.type
    if pa.types.is_dictionary(kind):
        return as_text(values.dictionary_decode(), has_time=has_time)
    if pa.types.is_timestamp(kind):
        return _instant(values) if has_time else _day(values)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return pc.replace_substring_regex(pc.cast(values, pa.string()), pattern=r"\.0*$", replacement="")
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        values = pc.cast(values, pa.binary())
    return pc.cast(values, pa.string())


def _instant(values: pa.Array) -> pa.Array:
    """Local time as it stands; of a column with a zone Greenwich's, marked as such, so that no hour comes twice."""
    return pc.cast(pc.cast(values, pa.timestamp("us", values.type.tz and "UTC"), safe=False), pa.string())


def _day(values: pa.Array) -> pa.Array:
    return pc.cast(pc.cast(pc.floor_temporal(_local(values), unit="day"), pa.date32()), pa.string())


def _local(values: pa.Array) -> pa.Array:
    return values if values.type.tz is None else pc.local_timestamp(pc.cast(values, pa.timestamp(values.type.unit, ZONE)))


def _opened(file: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(file)
    except (pa.ArrowInvalid, pa.ArrowException, OSError) as error:
        with file.open("rb") as handle:
            handle.seek(-4, 2)
            is_cut = handle.read() != b"PAR1"
        raise UnreadableFile(
            f"{file.name} is a Parquet file that is cut short." if is_cut else f"{file.name} is a damaged Parquet file.",
            where=f"{file.stat().st_size:,} bytes; its end is missing." if is_cut else str(error).splitlines()[0][:200],
            do="The copy did not finish, or the writer was stopped: copy or write it again.",
        ) from None


def _must_be_plain(field: pa.Field, file: Path) -> None:
    if pa.types.is_nested(field.type):
        raise UnreadableFile(
            f"The column {field.name!r} of {file.name} holds {field.type}, not single values.",
            do="Write one value a cell (text, number, date or truth).",
        )


def _batches(
    parquet: pq.ParquetFile, matched: Matched, mapping: Mapping, file: Path, instants: Collection[str]
) -> Iterator[pa.RecordBatch]:
    missing = pa.array(sorted(set(mapping.missing)), pa.string())
    done = 0
    try:
        for batch in _as_kept(parquet, matched, file):
            texts = {name: as_text(batch.column(name), has_time=name in instants) for name in matched.places}
            columns = {name: pc.if_else(pc.is_in(text, value_set=missing), None, text) for name, text in texts.items()}
            yield pa.RecordBatch.from_pydict({**columns, SOURCE_ROW: batch.column(SOURCE_ROW)})
            done += len(batch)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise _damaged(file, done, error) from None


def _as_kept(parquet: pq.ParquetFile, matched: Matched, file: Path) -> Iterator[pa.RecordBatch]:
    """The rows under our names, of the types in which the file keeps them."""
    names = [parquet.schema_arrow.names[place] for place in matched.places.values()]
    done = 0
    try:
        for batch in parquet.iter_batches(batch_size=BATCH_ROWS, columns=names):
            columns = {
                name: batch.column(batch.schema.get_field_index(header)) for name, header in zip(matched.places, names, strict=True)
            }
            columns[SOURCE_ROW] = pa.arange(done + 1, done + 1 + len(batch))
            done += len(batch)
            yield pa.RecordBatch.from_pydict(columns)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _damaged(file, done, error) from None


def _damaged(file: Path, done: int, error: Exception) -> UnreadableFile:
    return UnreadableFile(
        f"{file.name} is a damaged Parquet file.",
        where=f"After row {done:,}: {str(error).splitlines()[0][:200]}",
        do="Copy or write it again; nothing was loaded.",
    )
