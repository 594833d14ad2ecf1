"""Delimited text: which signs part its cells, how its characters are written, and its rows, the ragged ones kept apart."""

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from clockstop.contracts.contract import Contract
from clockstop.errors import UnreadableFile
from clockstop.intake.map import Mapping, Matched
from clockstop.intake.read import ROWS_SEARCHED, SOURCE_ROW, Delivered, Ragged, matched_header

DELIMITERS = (",", ";", "\t", "|")
_CHUNK = 1 << 22
_HEAD = 1 << 20
# The largest row that is read, and the step in which the file is read.
BLOCK = 1 << 24
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Codecs of Python that no extract is written in, and that cannot be read a block at a time.
_NOT_OF_FILES = {"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7", "utf-32", "utf-32-be", "utf-32-le"}
# What is kept of the cells of a row that does not fit the header: there may be millions, each as large as a block.
_LONGEST_CELL, _MOST_CELLS = 4_000, 2_000
# Bytes that no text holds: the control characters but for tabs, the ends of lines and of a file.
_NEVER_TEXT = [bytes([byte]) for byte in range(32) if byte not in b"\t\n\r\f\x1a"]
# A cell of so many lines, each as wide as a row, is a quote that was never closed.
_LINES_SWALLOWED = 20


@dataclass(frozen=True, kw_only=True)
class Look:
    """What one pass over the bytes found."""

    encoding: str
    mark: bytes
    has_quotes: bool
    has_nul: bool
    note: str = ""


def open_delimited(file: Path, contract: Contract, mapping: Mapping, *, is_gzip: bool) -> Delivered:
    """The file, its delimiter and encoding as declared or found."""
    look = look_at(file, mapping.encoding, is_gzip=is_gzip)
    head = _head(file, look, is_gzip=is_gzip)
    delimiter = mapping.delimiter or sniffed(head)
    records, ends = _records(head, delimiter)
    if len(records) == 1 and len(head) >= _HEAD - len(look.mark) and ends[0] == len(head):
        raise UnreadableFile(
            f"The first row of {file.name} is no header: it has more than {_HEAD:,} characters.",
            where=f"It begins: {head[:60]}",
            do="Check the export: the names of the columns must stand in one line of their own.",
        )
    place, matched = matched_header(records, contract, mapping, file_name=file.name)
    if look.encoding.startswith("utf-16"):
        start = len(look.mark) + len(head[: ends[place]].encode(look.encoding))
    else:
        start = len(look.mark) + len(head[: ends[place]].encode(look.encoding, errors="surrogateescape"))
    ragged: list[Ragged] = []
    source = _Source(file, look, delimiter, start, len(records[place]), is_gzip)
    return Delivered(
        kind="delimited",
        matched=matched,
        batches=lambda: _batches(source, matched, mapping, ragged),
        notes=[look.note] if look.note else [],
        ragged=ragged,
        has_nul=look.has_nul,
    )


def first_records(file: Path, mapping: Mapping, *, is_gzip: bool) -> list[list[str]]:
    """The first rows, for finding a header."""
    look = look_at(file, mapping.encoding, is_gzip=is_gzip)
    head = _head(file, look, is_gzip=is_gzip)
    return _records(head, mapping.delimiter or sniffed(head))[0]


def look_at(file: Path, declared: str | None, *, is_gzip: bool) -> Look:
    """The encoding of the whole file, and whether it holds quotes and NUL bytes."""
    start = next(_chunks(file, is_gzip), b"")[:4096]
    mark, marked = next(((mark, name) for mark, name in _MARKS if start.startswith(mark)), (b"", None))
    encoding = _codec(declared, file) or marked
    if encoding is None or encoding == "utf-16-mark":
        encoding = _unmarked(start, file, declared)
    if encoding.startswith("utf-16") and not declared:
        raise _utf16(file)
    pieces = _Pieces()
    wrong = _first_wrong_byte(file, encoding, is_gzip, pieces)
    note = ""
    if wrong is not None and declared is None:
        worse = _first_wrong_byte(file, "cp1252", is_gzip, _Pieces())
        if worse is None and not mark:
            encoding, wrong = "cp1252", None
            note = 'The file is not UTF-8; it was read as Windows-1252. Put encoding = "cp1252" into the mapping to make that sure.'
    if wrong is not None:
        raise _undecodable(file, encoding, *wrong)
    return Look(encoding=encoding, mark=mark, has_quotes=pieces.has_quotes, has_nul=pieces.has_nul, note=note)


def sniffed(head: str) -> str:
    """The delimiter that parts the first lines into the most cells; a comma where none does."""
    lines = [line for line in head.splitlines()[:ROWS_SEARCHED] if line.strip()]

    def cells(delimiter: str) -> int:
        counts = sorted(len(row) for row in csv.reader(lines, delimiter=delimiter))
        return counts[len(counts) // 2] if counts else 0

    try:
        return max(DELIMITERS, key=cells)
    except csv.Error:
        return ","


@dataclass(frozen=True)
class _Source:
    file: Path
    look: Look
    delimiter: str
    start: int
    width: int
    is_gzip: bool


class _Pieces:
    """What is seen of the bytes on the way."""

    has_quotes = False
    has_nul = False

    def see(self, chunk: bytes) -> None:
        self.has_quotes = self.has_quotes or b'"' in chunk
        self.has_nul = self.has_nul or b"\0" in chunk


def _opened(file: Path, is_gzip: bool) -> BinaryIO:
    return gzip.open(file, "rb") if is_gzip else file.open("rb")


def _chunks(file: Path, is_gzip: bool) -> Iterator[bytes]:
    try:
        with _opened(file, is_gzip) as handle:
            while chunk := handle.read(_CHUNK):
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise UnreadableFile(
            f"{file.name} is a gzip file that is cut short or damaged.",
            where=f"{file.stat().st_size:,} bytes.",
            do="Copy it again.",
        ) from None


def _codec(declared: str | None, file: Path) -> str | None:
    if declared is None:
        return None
    try:
        name = codecs.lookup(declared).name
        "a".encode(name)  # what is no encoding of text (base64, zip) refuses here
        if name in _NOT_OF_FILES:
            raise LookupError
    except (LookupError, ValueError):
        raise UnreadableFile(
            f"The mapping's encoding {declared!r} is not known.",
            where=f"For {file.name}.",
            do="Common ones: utf-8, cp1252, utf-16.",
        ) from None
    return {"utf-8-sig": "utf-8", "utf-16": "utf-16-mark"}.get(name, name)


def _unmarked(start: bytes, file: Path, declared: str | None) -> str:
    """UTF-8, unless every other byte is NUL (UTF-16 without its mark) or the bytes are no text at all."""
    for mark, name in _MARKS[1:]:
        if start.startswith(mark):
            return name
    nul = start.count(b"\0")
    if len(start) // 3 < nul < len(start) * 2 // 3:
        return "utf-16-le" if start[1::2].count(b"\0") >= nul // 2 else "utf-16-be"
    strange = sum(start.count(byte) for byte in _NEVER_TEXT)
    if strange > len(start) // 20:
        raise UnreadableFile(
            f"{file.name} is not text, Parquet or a workbook.",
            where=f"{strange} of its first {len(start)} bytes are no characters.",
            do="Export it as CSV, Parquet or XLSX.",
        )
    return "utf-16-le" if declared else "utf-8"


def _first_wrong_byte(file: Path, encoding: str, is_gzip: bool, pieces: _Pieces) -> tuple[int, int, int] | None:
    """The offset, line and value of the first byte that the encoding cannot read; None where all can."""
    decoder, done, lines = codecs.getincrementaldecoder(encoding)(), 0, 1
    is_ascii_like = encoding in ("utf-8", "cp1252")
    pending = b""
    for chunk in _chunks(file, is_gzip):
        pieces.see(chunk)
        if is_ascii_like and not pending and chunk.isascii():
            done, lines = done + len(chunk), lines + chunk.count(b"\n")
            continue
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            place = error.start
            return done - len(pending) + place, lines + (pending + chunk)[:place].count(b"\n"), error.object[place]
        pending = decoder.getstate()[0]
        done, lines = done + len(chunk), lines + chunk.count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return done - len(pending), lines, pending[0]
    return None


def _utf16(file: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{file.name} is written in UTF-16 (Excel calls it Unicode Text).",
        where="Seen in its first bytes.",
        do='Save it as "CSV UTF-8", or put encoding = "utf-16" into the mapping.',
    )


def _undecodable(file: Path, encoding: str, offset: int, line: int, byte: int) -> UnreadableFile:
    return UnreadableFile(
        f"{file.name} cannot be read as {encoding}.",
        where=f"The byte 0x{byte:02x} in line {line:,} (byte {offset + 1:,} of the file) is no character in it.",
        do='Export it as UTF-8, or put the right encoding into the mapping (often encoding = "cp1252").',
    )


def _head(file: Path, look: Look, *, is_gzip: bool) -> str:
    with _opened(file, is_gzip) as handle:
        start = handle.read(_HEAD)[len(look.mark) :]
    return codecs.getincrementaldecoder(look.encoding)().decode(start)


def _records(head: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """The first rows as cells, and the place in the text at which each ends."""
    lines = io.StringIO(head, newline="").readlines()
    lengths = np.cumsum([len(line) for line in lines])
    reader = csv.reader(lines, delimiter=delimiter)
    records, ends = [], []
    try:
        for row in reader:
            records.append([cell.strip() for cell in row])
            ends.append(int(lengths[reader.line_num - 1]))
            if len(records) == ROWS_SEARCHED:
                break
    except csv.Error:
        if not records:
            raise UnreadableFile(
                "The first row is no header: it is one cell of more than 131,072 characters.", do="Check the export."
            ) from None
    return records, ends


def _batches(source: _Source, matched: Matched, mapping: Mapping, ragged: list[Ragged]) -> Iterator[pa.RecordBatch]:
    left_out: list[int] = []
    numbers, keeper = _SourceRows(left_out), _Keeper(source, ragged, left_out)
    reader = _reader(source, matched, mapping, keeper)
    while reader is not None:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            batch = None
        except (pa.ArrowInvalid, EOFError, OSError, zlib.error) as error:
            raise keeper.refusal or _stopped(source.file, numbers.done, error) from None
        if keeper.refusal:
            raise keeper.refusal
        if batch is None:
            return
        if source.look.has_quotes:
            _must_not_swallow(batch, source, numbers.done)
        columns = {name: batch.column(f"c{place}") for name, place in matched.places.items()}
        yield pa.RecordBatch.from_pydict({**columns, SOURCE_ROW: numbers.next(len(batch))})


def _reader(source: _Source, matched: Matched, mapping: Mapping, keep: "_Keeper") -> arrow_csv.CSVStreamingReader | None:
    names = [f"c{place}" for place in range(source.width)]
    used = names if source.look.has_quotes else [f"c{place}" for place in sorted(set(matched.places.values()))]
    stream = pa.input_stream(str(source.file), compression="gzip" if source.is_gzip else None, buffer_size=BLOCK)
    stream.read(source.start)
    try:
        return arrow_csv.open_csv(
            stream,
            read_options=arrow_csv.ReadOptions(
                use_threads=False, column_names=names, block_size=BLOCK, encoding=source.look.encoding
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=source.delimiter,
                quote_char='"' if source.look.has_quotes else False,
                newlines_in_values=source.look.has_quotes,
                invalid_row_handler=keep,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types={name: pa.string() for name in names},
                include_columns=used,
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=list(mapping.missing),
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            return None
        raise keep.refusal or _stopped(source.file, 0, error) from None


@dataclass
class _Keeper:
    """Keeps the rows that do not fit the header. What it raised the reader would print and pass over, so it holds it."""

    source: _Source
    ragged: list[Ragged]
    left_out: list[int]
    refusal: UnreadableFile | None = None

    def __call__(self, row: arrow_csv.InvalidRow) -> str:
        lines = row.text.count("\n")
        if lines >= _LINES_SWALLOWED:
            self.refusal = self.refusal or _unclosed(self.source.file, row.number, lines)
            return "skip"
        try:
            cells = next(csv.reader(io.StringIO(row.text, newline=""), delimiter=self.source.delimiter), [])
        except csv.Error:
            cells = []
        kept = tuple(cell[:_LONGEST_CELL] for cell in cells[:_MOST_CELLS])
        self.ragged.append(Ragged(row.number, row.expected_columns, row.actual_columns, kept))
        self.left_out.append(row.number)
        return "skip"


class _SourceRows:
    """Numbers the whole rows of each batch, past the ragged ones."""

    def __init__(self, left_out: list[int]) -> None:
        self._left_out = left_out
        self.done = 0

    def next(self, rows: int) -> pa.Array:
        left_out = np.array(self._left_out, dtype=np.int64)
        candidates = np.arange(self.done + 1, self.done + 1 + rows + len(left_out))
        whole = candidates[~np.isin(candidates, left_out)][:rows] if len(left_out) else candidates
        if len(whole):
            self.done = int(whole[-1])
        self._left_out[:] = left_out[left_out > self.done].tolist()
        # pyarrow's own way from numpy would import pandas first, for half a second.
        return pa.Array.from_buffers(pa.int64(), len(whole), [None, pa.py_buffer(whole)])


def _must_not_swallow(batch: pa.RecordBatch, source: _Source, done: int) -> None:
    """Raise where a cell holds many whole rows: a quote was opened and not closed."""
    for column in batch.columns:
        longest = pc.max(pc.binary_length(column)).as_py() or 0
        if longest < _LINES_SWALLOWED * source.width:
            continue
        lines = pc.count_substring(column, "\n")
        # Nearly as many delimiters as whole rows would have; rows with empty ends may have fewer.
        cells = pc.multiply(pc.count_substring(column, source.delimiter), 2)
        swallowed = pc.and_(
            pc.greater_equal(lines, _LINES_SWALLOWED), pc.greater_equal(cells, pc.multiply(lines, max(1, source.width - 1)))
        )
        place = pc.index(swallowed, True).as_py()
        if place >= 0:
            raise _unclosed(source.file, done + place + 1, lines[place].as_py())


def _unclosed(file: Path, row: int, lines: int) -> UnreadableFile:
    return UnreadableFile(
        f"A quote is opened in {file.name} and not closed.",
        where=f"Near row {row:,} of the data: one cell would swallow the {lines:,} lines after it.",
        do='Correct that row at its source (a quote inside a cell is written twice: ""), and export again. Nothing was loaded.',
    )


def _stopped(file: Path, done: int, error: Exception) -> UnreadableFile:
    if isinstance(error, EOFError | zlib.error) or "zlib" in str(error) or "truncated" in str(error).lower():
        return UnreadableFile(f"{file.name} is a gzip file that is cut short.", where=f"After row {done:,}.", do="Copy it again.")
    return UnreadableFile(
        f"{file.name} cannot be read past row {done:,}.",
        where=f"A row is larger than {BLOCK >> 20} MB, or a quote is opened and not closed.",
        do="Look at the row after that one and export again; nothing was loaded.",
    )
