"""A delivered file, recognised by its content, as batches of text.

Every kind of file comes out in one form: the columns that the mapping uses, as text, and `source_row` (1 is the first row of data).
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from clockstop.contracts.contract import Contract
from clockstop.errors import MissingColumn, UnreadableFile
from clockstop.intake.map import Mapping, Matched, fits, match

# How far down a header is looked for before the file is called headless.
ROWS_SEARCHED = 60
SOURCE_ROW = "source_row"


@dataclass(frozen=True)
class Ragged:
    """A row with too many or too few cells."""

    source_row: int
    expected: int
    actual: int
    cells: tuple[str, ...]


@dataclass(kw_only=True)
class Delivered:
    """A file that has been opened: what it is, and its rows to be read once. `ragged` fills while `batches` is read.

    `as_kept` gives the same rows with the values of the types in which the file keeps them, where it keeps types.
    """

    kind: str
    matched: Matched
    batches: Callable[[], Iterator[pa.RecordBatch]]
    as_kept: Callable[[], Iterator[pa.RecordBatch]] | None = None
    notes: list[str] = field(default_factory=list)
    ragged: list[Ragged] = field(default_factory=list)
    has_nul: bool = False


def kind_of(file: Path) -> str:
    """`parquet`, `xlsx`, `gzip` or `delimited`, by the first bytes; UnreadableFile for what is none of them."""
    _must_be_file(file)
    with file.open("rb") as handle:
        start = handle.read(4096)
    if not start.strip():
        raise UnreadableFile(
            f"{file.name} is empty.",
            where=f"{file} has {file.stat().st_size} bytes.",
            do="Make the extract again: nothing was loaded.",
        )
    if start[:4] == b"PAR1":
        return "parquet"
    if start[:4] == b"PARE":
        raise UnreadableFile(f"{file.name} is an encrypted Parquet file.", do="Write it without encryption.")
    if start[:4] == b"PK\x03\x04":
        return _zip_kind(file)
    if start[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise _old_workbook(file)
    return "gzip" if start[:2] == b"\x1f\x8b" else "delimited"


def open_delivered(file: Path, contract: Contract, mapping: Mapping) -> Delivered:
    """The file, opened and matched with the contract's columns."""
    kind = kind_of(file)
    if kind == "parquet":
        from clockstop.intake.columnar import open_parquet

        found = open_parquet(file, contract, mapping)
    elif kind == "xlsx":
        from clockstop.intake.sheets import open_workbook

        found = open_workbook(file, contract, mapping)
    else:
        from clockstop.intake.delimited import open_delimited

        found = open_delimited(file, contract, mapping, is_gzip=kind == "gzip")
    _note_name(file, found)
    return found


def header_found(file: Path, contract: Contract) -> tuple[int, list[str]]:
    """The row (from 1) and the cells of the file's most likely header, whatever it lacks, for a draft of its mapping."""
    kind, nothing = kind_of(file), Mapping(encoding=None)
    if kind == "parquet":
        from clockstop.intake.columnar import parquet_headers

        return 1, parquet_headers(file)
    if kind == "xlsx":
        from clockstop.intake.sheets import first_rows

        rows = first_rows(file, contract, nothing)
    else:
        from clockstop.intake.delimited import first_records

        rows = first_records(file, nothing, is_gzip=kind == "gzip")
    place = _likely_header(rows, contract)
    return place + 1, list(rows[place]) if rows else []


def file_sha256(file: Path) -> str:
    """The hash of the file's bytes."""
    _must_be_file(file)
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def matched_header(rows: Sequence[Sequence[str]], contract: Contract, mapping: Mapping, *, file_name: str) -> tuple[int, Matched]:
    """The place of the header among the first rows, and its match.

    The header is where the mapping says, else the first row that is not empty. Where that lacks a required column and a row further
    down would fit better, the message says which.
    """
    if not rows:
        raise UnreadableFile(f"{file_name} is empty.", where="It holds no row.", do="Make the extract again: nothing was loaded.")
    place = mapping.header_row - 1 if mapping.header_row else next((n for n, row in enumerate(rows) if any(row)), 0)
    if place >= len(rows):
        raise UnreadableFile(
            f"{file_name} has no row {place + 1}, where the mapping says that the header is.",
            where=f"The file has {len(rows)} rows." if len(rows) < ROWS_SEARCHED else "",
            do="Correct header_row in the mapping.",
        )
    try:
        return place, match(rows[place], contract, mapping, file_name=file_name)
    except MissingColumn:
        better = _better_row(rows, place, contract, mapping)
        if better is None:
            raise
        raise UnreadableFile(
            f"The header of {file_name} stands on row {better + 1}, not on row {place + 1}.",
            where=f"Row {better + 1} reads: {', '.join(cell for cell in rows[better] if cell)[:300]}.",
            do=f"Put header_row = {better + 1} into the mapping, or delete the rows above the header. "
            f"`clockstop mapping draft {file_name} --dataset {contract.name}` writes such a mapping.",
        ) from None


def _likely_header(rows: Sequence[Sequence[str]], contract: Contract) -> int:
    """The place of the row that fills the most columns by name or synonym; else of the first that is about as wide as any."""
    from clockstop.intake.draft import matches

    if not rows:
        return 0
    scores = [len(matches(row, contract)[0]) for row in rows]
    best = max(range(len(rows)), key=lambda place: (scores[place], -place))
    if scores[best] >= 2:
        return best
    widest = max(sum(map(bool, row)) for row in rows)
    return next(place for place, row in enumerate(rows) if sum(map(bool, row)) >= 0.9 * widest)


def _better_row(rows: Sequence[Sequence[str]], place: int, contract: Contract, mapping: Mapping) -> int | None:
    if not rows:
        return None
    best = max(range(len(rows)), key=lambda n: (fits(rows[n], contract, mapping), -n))
    enough = max(2, fits(rows[place], contract, mapping) + 1)
    return best if best != place and fits(rows[best], contract, mapping) >= enough else None


def _must_be_file(file: Path) -> None:
    if file.is_dir():
        raise UnreadableFile(
            f"{file.name} is a folder.", where=str(file), do="Name one file; load a folder's files one after another."
        )
    if not file.exists():
        raise UnreadableFile(f"There is no file {file.name}.", where=f"Looked at {file}.", do="Check the path and try again.")
    try:
        file.open("rb").close()
    except OSError as error:
        raise UnreadableFile(
            f"{file.name} cannot be opened.", where=str(error.strerror), do="Ask for the right to read it."
        ) from None


def _zip_kind(file: Path) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        raise UnreadableFile(
            f"{file.name} starts like a workbook or zip file but is cut short or damaged.",
            where=f"{file} has {file.stat().st_size:,} bytes.",
            do="Copy or export it again.",
        ) from None
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    raise UnreadableFile(
        f"{file.name} is a zip file, not a workbook.", where=f"It holds {', '.join(names[:5])}.", do="Unpack it first."
    )


def _old_workbook(file: Path) -> UnreadableFile:
    is_encrypted = "EncryptedPackage".encode("utf-16-le") in file.read_bytes()[:1_000_000]
    if is_encrypted:
        return UnreadableFile(
            f"{file.name} is protected by a password.",
            where="Clockstop does not ask for passwords of files.",
            do="Open it in Excel, take the password off (File, Info, Protect Workbook) and save it again.",
        )
    return UnreadableFile(f"{file.name} is in an old Office format (.xls).", do="Save it as .xlsx or CSV and load that.")


def _note_name(file: Path, found: Delivered) -> None:
    """Say so where the name promises another kind of file than the content is."""
    promised = {".parquet": "parquet", ".xlsx": "xlsx", ".csv": "delimited", ".txt": "delimited", ".tsv": "delimited"}.get(
        file.suffix.lower()
    )
    words = {"parquet": "a Parquet file", "xlsx": "a workbook", "delimited": "delimited text"}
    if promised and promised != found.kind:
        found.notes.append(f"The name ends in {file.suffix}, but the content is {words[found.kind]}; it was read as that.")
