"""Which publication a file is: by what is in it, never by its name."""

import codecs
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import BinaryIO

from clockstop.errors import UnreadableFile
from clockstop.intake.published.grids import Book, open_book
from clockstop.intake.published.publication import Preview, Publication, Source

# The largest published file that we know holds 85 MB and shrinks to a 23rd; these bounds leave room and stop a zip bomb.
LARGEST_CONTENT = 2_000_000_000
LARGEST_RATIO = 1_000
LARGEST_WORKBOOK = 200_000_000
PREVIEW_BYTES = 131_072
_XLS_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_CHUNK = 1 << 20


@cache
def publications() -> dict[str, Publication]:
    """Every publication of this folder, by its slug."""
    package = __name__.rpartition(".")[0]
    folder = str(Path(__file__).parent)
    modules = (import_module(f"{package}.{module.name}") for module in iter_modules([folder]) if not module.ispkg)
    found = (getattr(module, "PUBLICATION", None) for module in modules)
    return {publication.slug: publication for publication in found if publication is not None}


@contextmanager
def recognised(file: Path, scratch: Path) -> Iterator[tuple[Publication, Source]]:
    """The file's publication and its content laid ready; what was unpacked under `scratch` is gone afterwards."""
    _require_content(file)
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        if _is_plain_zip(file):
            yield _from_zip(file, scratch)
        else:
            preview = _preview(file, file.name)
            publication = _publication_of([preview], file)[0]
            yield publication, _source(file, file, preview)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _require_content(file: Path) -> None:
    if not file.is_file():
        raise UnreadableFile(f"There is no file {file}.", do="Check the path; a folder is not read.")
    if file.stat().st_size == 0:
        raise UnreadableFile("The file is empty.", where=str(file), do="Download it again from NHS England's statistics pages.")


def _is_plain_zip(file: Path) -> bool:
    """Whether it is a zip of files; a workbook is a zip too, and is not meant."""
    with file.open("rb") as content:
        if content.read(2) != b"PK":
            return False
    try:
        with zipfile.ZipFile(file) as archive:
            return "xl/workbook.xml" not in archive.namelist()
    except zipfile.BadZipFile:
        raise _damaged(file) from None


def _damaged(file: Path) -> UnreadableFile:
    return UnreadableFile(
        "The zip is damaged or cut short.",
        where=f"{file}: it could not be unpacked to its end.",
        do="Download it again and compare its size with the one on the statistics page.",
    )


def _from_zip(file: Path, scratch: Path) -> tuple[Publication, Source]:
    try:
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if _is_content(member)]
            _refuse_bomb(file, members)
            previews = {member: _member_preview(archive, member, scratch) for member in members}
            publication, chosen = _publication_of(list(previews.values()), file)
            member = next(member for member, preview in previews.items() if preview is chosen)
            path = scratch / f"content{Path(member.filename).suffix}"
            with archive.open(member) as content:
                _unpack(content, path, file)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise _damaged(file) from None
    except (RuntimeError, NotImplementedError) as error:
        raise UnreadableFile(
            "The zip is locked with a password or packed in a way that is not read.",
            where=f"{file}: {error}",
            do="Unpack it yourself and load the file that was in it.",
        ) from None
    return publication, _source(file, path, chosen)


def _is_content(member: zipfile.ZipInfo) -> bool:
    name = member.filename
    return not member.is_dir() and not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")


def _refuse_bomb(file: Path, members: list[zipfile.ZipInfo]) -> None:
    """Refuse by what the zip says of itself; `_unpack` counts what really comes out."""
    unpacked, packed = sum(member.file_size for member in members), sum(member.compress_size for member in members)
    if unpacked > LARGEST_CONTENT or unpacked > LARGEST_RATIO * max(packed, 1):
        raise _too_large(file)


def _too_large(file: Path) -> UnreadableFile:
    return UnreadableFile(
        "The zip holds far more than a publication does, so it was not unpacked.",
        where=f"{file}: the limit is {LARGEST_CONTENT // 1_000_000:,} MB, and {LARGEST_RATIO:,} times its packed size.",
        do="Check where it came from; if it is right, unpack it yourself and load the file that was in it.",
    )


def _unpack(content: BinaryIO, path: Path, file: Path) -> None:
    written = 0
    with path.open("wb") as out:
        while chunk := content.read(_CHUNK):
            written += len(chunk)
            if written > LARGEST_CONTENT:
                raise _too_large(file)
            out.write(chunk)


def _member_preview(archive: zipfile.ZipFile, member: zipfile.ZipInfo, scratch: Path) -> Preview:
    with archive.open(member) as content:
        start = content.read(PREVIEW_BYTES)
    if start[:2] == b"PK" or start[:8] == _XLS_MAGIC:
        path = scratch / f"member-{len(list(scratch.iterdir()))}"
        with archive.open(member) as content:
            _unpack(content, path, Path(member.filename))
        return _workbook_preview(path, member.filename)
    return _text_preview(start, member.filename)


def _preview(path: Path, name: str) -> Preview:
    with path.open("rb") as content:
        start = content.read(PREVIEW_BYTES)
    if start[:2] == b"PK" or start[:8] == _XLS_MAGIC:
        preview = _workbook_preview(path, name)
        if preview.kind == "other":
            raise _broken_workbook(path, name)
        return preview
    return _text_preview(start, name)


def _broken_workbook(path: Path, name: str) -> UnreadableFile:
    """A workbook that cannot be opened: locked, as Office packs what has a password, or damaged."""
    if _ENCRYPTED in path.read_bytes():
        return UnreadableFile(f"{name} is protected by a password.", do="Take the password off and save it again.")
    return UnreadableFile(f"{name} is a damaged workbook, or cut short.", where=str(path), do="Download it again from NHS England.")


def _workbook_preview(path: Path, name: str) -> Preview:
    """The workbook's sheets of cells, the hidden ones too."""
    from python_calamine import CalamineError

    if path.stat().st_size > LARGEST_WORKBOOK:
        raise _too_large(path)
    try:
        sheets = open_book(path, name).sheets_metadata
    except (CalamineError, OSError, ValueError):
        return Preview(name=name, kind="other")
    names = tuple(sheet.name for sheet in sheets if str(sheet.typ).endswith("WorkSheet"))
    return Preview(name=name, kind="workbook", sheets=names, book=Book(path, name, names))


def _text_preview(start: bytes, name: str) -> Preview:
    encoding = _encoding_of_start(start)
    if encoding == "utf-8-sig" and b"\0" in start:
        return Preview(name=name, kind="other")
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(start)
    return Preview(name=name, kind="text", lines=tuple(text.splitlines()[:60]))


def _encoding_of_start(start: bytes) -> str:
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    return "utf-8-sig"


def _source(file: Path, path: Path, preview: Preview) -> Source:
    file_sha256 = _sha256(file)
    return Source(
        file=file,
        path=path,
        preview=preview,
        encoding=_encoding(path) if preview.kind == "text" else "",
        file_sha256=file_sha256,
        content_sha256=file_sha256 if path == file else _sha256(path),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _encoding(path: Path) -> str:
    """UTF-8 (with or without its mark), UTF-16 by its mark, else the Windows code page that Excel writes in."""
    with path.open("rb") as content:
        encoding = _encoding_of_start(content.read(4))
        if encoding != "utf-8-sig":
            return encoding
        content.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := content.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def _publication_of(previews: list[Preview], file: Path) -> tuple[Publication, Preview]:
    known = publications().values()
    found = [(publication, preview) for preview in previews for publication in known if publication.is_ours(preview)]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(preview.name for _, preview in found)
        raise UnreadableFile(
            f"The zip holds {len(found)} publications, and one is loaded at a time.",
            where=f"{file}: {names}.",
            do="Unpack it and load its files one by one.",
        )
    raise _unknown(previews, file)


def _unknown(previews: list[Preview], file: Path) -> UnreadableFile:
    lines = [line for preview in previews for line in preview.lines[:1]]
    is_web_page = any(line.lstrip().lower().startswith(("<!doctype", "<html")) for line in lines)
    known = "\n".join(f"  {publication.title}: {publication.known_by}" for publication in publications().values())
    return UnreadableFile(
        "The file is a web page, so the download did not work."
        if is_web_page
        else "The file is no publication that Clockstop knows.",
        where=str(file),
        do=f"Download the file itself from NHS England's statistics pages. Known are:\n{known}",
    )
