"""A home in one file: what lies under `CLOCKSTOP_HOME`, as it stood at one instant, with the hash of every file.

The files are first linked beside their places (a second name, no second copy), so that a refresh may go on publishing and pruning
while they are read. The archive is a tar; what has two names in the home, as files of several snapshots do, lies in it once. Its
last member is the receipt: without it the archive is not whole.
"""

import errno
import hashlib
import io
import json
import os
import shutil
import tarfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from clockstop.errors import UnreadableFile, UserError
from clockstop.store import lock
from clockstop.store.home import Home

RECEIPT = "receipt.json"
DATABASE = "database"
FORMAT = 1
PARTIAL = ".partial-"
STAGED = f"{PARTIAL}backup-"
# Each of these may be left out; ALWAYS is small, and always there.
PARTS = ("snapshots", "now", "loads", "published", "returns", "packs", "samples", "demo")
ALWAYS = ("audit", "trusts", "pack", "settings.toml")
# What is written once and never again is linked; a small file of another kind might be written in place, and is copied.
_WRITTEN_ONCE = {".parquet", ".arrow"}
_PIECE = 1 << 20

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class ArchivedFile:
    """One file of an archive: its path in the home, its size and hash, and its permissions."""

    path: str
    bytes: int
    sha256: str
    mode: int


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What an archive says of itself; `counts` are the rows of each table of the database, `keys` the fingerprints of the keys."""

    made_at: str
    clockstop_version: str
    snapshot_id: str
    as_of: str
    is_synthetic: bool
    left_out: tuple[str, ...]
    counts: dict[str, int]
    keys: dict[str, str]
    files: tuple[ArchivedFile, ...] = ()
    format: int = FORMAT
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def total_bytes(self) -> int:
        """How much the files come to, each counted under each of its names."""
        return sum(file.bytes for file in self.files)


def quiet(_what: str, _done: int, _of: int) -> None:
    """Nobody watches."""


@contextmanager
def staged(home: Home, *, left_out: Collection[str] = ()) -> Iterator[Path]:
    """A folder of second names for everything that goes into an archive; gone when the block ends.

    One at a time: the lock is held, and what a backup that was killed left behind is cleared away.
    """
    with lock.held(home.root / "backup.lock", wait_seconds=0, busy="Another backup is running."):
        for left in home.root.glob(f"{STAGED}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = home.root / f"{STAGED}{os.getpid()}"
        folder.mkdir(mode=0o700)
        try:
            for name in (*ALWAYS, *(part for part in PARTS if part not in left_out)):
                _stage(home.root / name, folder / name)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def beside(home: Home, out: Path) -> Iterator[Path]:
    """A folder beside `out` for what is written on the way to it; gone when the block ends, and at the latest with the next one.

    It lies there, not in the home, so that a home whose disk is full can still be backed up to another.
    """
    if not out.parent.is_dir():
        raise UserError("The folder for the backup is not there.", where=str(out.parent), do="Make it, or give another one.")
    own = f"{STAGED}{hashlib.sha256(str(home.root).encode()).hexdigest()[:12]}"
    for left in out.parent.glob(f"{own}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = out.with_name(f"{own}-{os.getpid()}")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write(folders: Sequence[Path], out: Path, receipt: Receipt, *, partial: Path, progress: Progress = quiet) -> Receipt:
    """Write the archive of what lies in the folders; the receipt comes back with its files. `out` is there whole or not at all.

    `partial` is the file that becomes `out`, on the same disk.
    """
    paths = {path.relative_to(one).as_posix(): path for one in folders for path in one.rglob("*") if path.is_file()}
    of = sum(path.stat().st_size for path in _once(list(paths.values())))
    _require_room(out.parent, of)
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as raw, tarfile.open(fileobj=raw, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            files = tuple(_add_all(tar, dict(sorted(paths.items())), of, progress))
            whole = Receipt(**{**vars(receipt), "files": files})
            _add_text(tar, RECEIPT, json.dumps(asdict(whole), indent=1) + "\n")
            tar.close()
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(out)
        _sync(out.parent)
    finally:
        partial.unlink(missing_ok=True)
    return whole


def read(archive: Path, into: Path | None = None, *, progress: Progress = quiet) -> Receipt:
    """The receipt of an archive of which every file is as it was written; `into` an empty folder, the files are put there.

    `UnreadableFile` names the first thing that is wrong. What was put there before it was found is for the caller to remove.
    """
    if not archive.is_file():
        raise UnreadableFile("There is no such backup.", where=str(archive), do="Give the file that clockstop backup wrote.")
    found: dict[str, ArchivedFile] = {}
    receipt: Receipt | None = None
    size = archive.stat().st_size
    try:
        with archive.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|") as tar:
            for member in tar:
                if receipt is not None:
                    raise _damaged(archive, "something follows its receipt")
                if member.name == RECEIPT:
                    receipt = _receipt(archive, _contents(tar, member).read())
                else:
                    _take(archive, tar, member, found, into)
                progress(member.name, raw.tell(), size)
    except tarfile.TarError as error:
        raise _damaged(archive, f"it cannot be read as a tar ({type(error).__name__}), or breaks off") from None
    if receipt is None:
        raise _damaged(archive, "it has no receipt, so it breaks off")
    _require_same(archive, {file.path: file for file in receipt.files}, found)
    return receipt


def _stage(source: Path, place: Path) -> None:
    if not source.is_dir():
        if source.is_file():
            _second_name(source, place)
        return
    place.mkdir()
    if source.name == "snapshots" and (source / "current").is_file():
        _second_name(source / "current", place / "current")  # first: what it names then stays, whatever is published meanwhile
    for entry in sorted(source.iterdir()):
        if entry.name.startswith(".") or entry.is_symlink() or (place / entry.name).exists():
            continue
        with suppress(FileNotFoundError):  # let go of while we looked: an old snapshot that a refresh prunes
            _stage_whole(entry, place / entry.name)


def _stage_whole(source: Path, place: Path) -> None:
    """Stage a file or folder, or nothing of it where something goes away meanwhile."""
    if source.is_file():
        _second_name(source, place)
        return
    try:
        place.mkdir()
        for entry in sorted(source.iterdir()):
            if not entry.name.startswith(".") and not entry.is_symlink():
                _stage_whole(entry, place / entry.name)
    except FileNotFoundError:
        shutil.rmtree(place, ignore_errors=True)
        raise


def _second_name(source: Path, place: Path) -> None:
    if source.suffix in _WRITTEN_ONCE:
        with suppress(PermissionError, NotImplementedError):
            os.link(source, place)
            return
    try:
        shutil.copy2(source, place)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        place.unlink(missing_ok=True)
        os.link(source, place)  # a second name takes no room


def _once(paths: list[Path]) -> Iterator[Path]:
    """The paths without those that are a second name of one before."""
    seen: set[int] = set()
    for path in paths:
        inode = path.stat().st_ino
        if inode not in seen:
            seen.add(inode)
            yield path


def _require_room(folder: Path, wanted: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < wanted:
        raise UserError(
            "There is no room for the backup.",
            where=f"It takes about {wanted / 1e6:,.0f} MB; {folder} has {free / 1e6:,.0f} MB free.",
            do="Make room, give another folder with --out, or leave parts out with --leave-out.",
        )


def _add_all(tar: tarfile.TarFile, paths: Mapping[str, Path], of: int, progress: Progress) -> Iterator[ArchivedFile]:
    first: dict[int, ArchivedFile] = {}
    done = 0
    for name, path in paths.items():
        status = path.stat()
        mode = status.st_mode & 0o777
        before = first.get(status.st_ino)
        if before is not None:
            tar.addfile(_member(name, 0, mode, status.st_mtime, link=before.path))
            yield ArchivedFile(path=name, bytes=before.bytes, sha256=before.sha256, mode=mode)
            continue
        with path.open("rb") as handle:
            hashed = _Hashed(handle)
            tar.addfile(_member(name, status.st_size, mode, status.st_mtime), hashed)
        first[status.st_ino] = ArchivedFile(path=name, bytes=status.st_size, sha256=hashed.hash.hexdigest(), mode=mode)
        done += status.st_size
        progress(name, done, of)
        yield first[status.st_ino]


class _Hashed(io.RawIOBase):
    """A file that is hashed as it is read."""

    def __init__(self, handle: IO[bytes]) -> None:
        self.handle, self.hash = handle, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.handle.read(size)
        self.hash.update(piece)
        return piece


def _member(name: str, size: int, mode: int, mtime: float, *, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, mode, int(mtime)
    if link:
        member.type, member.linkname = tarfile.LNKTYPE, link
    return member


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    body = text.encode()
    tar.addfile(_member(name, len(body), 0o600, time.time()), io.BytesIO(body))


def _take(archive: Path, tar: tarfile.TarFile, member: tarfile.TarInfo, found: dict[str, ArchivedFile], into: Path | None) -> None:
    """Note a file's hash as it is read, and write it where it belongs."""
    _require_inside(archive, member)
    place = into / member.name if into else None
    if place:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if member.islnk():
        before = found.get(member.linkname)
        if before is None:
            raise _damaged(archive, f"{member.name} is the second name of a file that is not there")
        if place and into:
            os.link(into / member.linkname, place)
        found[member.name] = ArchivedFile(path=member.name, bytes=before.bytes, sha256=before.sha256, mode=member.mode)
        return
    digest = _copied(_contents(tar, member), place)
    if place:
        place.chmod(member.mode & 0o777)
        os.utime(place, (member.mtime, member.mtime))
    found[member.name] = ArchivedFile(path=member.name, bytes=member.size, sha256=digest, mode=member.mode)


def _require_inside(archive: Path, member: tarfile.TarInfo) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or not (member.isreg() or member.islnk()):
        raise _damaged(archive, "it holds something that no backup of ours holds")


def _contents(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    contents = tar.extractfile(member)
    assert contents is not None, "it is a regular file"
    return contents


def _copied(contents: IO[bytes], place: Path | None) -> str:
    digest = hashlib.sha256()
    target = place.open("xb") if place else None
    try:
        while piece := contents.read(_PIECE):
            digest.update(piece)
            if target:
                target.write(piece)
    finally:
        if target:
            target.close()
    return digest.hexdigest()


def _receipt(archive: Path, body: bytes) -> Receipt:
    try:
        parts = json.loads(body)
        parts["files"] = tuple(ArchivedFile(**one) for one in parts["files"])
        parts["left_out"] = tuple(parts["left_out"])
        receipt = Receipt(**parts)
    except (ValueError, KeyError, TypeError):
        raise _damaged(archive, "its receipt cannot be read") from None
    if receipt.format != FORMAT:
        raise UnreadableFile(
            "This backup is of a kind that this Clockstop does not know.",
            where=f"{archive}: format {receipt.format}, made by Clockstop {receipt.clockstop_version}.",
            do="Restore it with that version or a newer one.",
        )
    return receipt


def _require_same(archive: Path, wanted: dict[str, ArchivedFile], found: dict[str, ArchivedFile]) -> None:
    if missing := sorted(wanted.keys() - found.keys()):
        raise _damaged(archive, f"{missing[0]} is missing")
    if more := sorted(found.keys() - wanted.keys()):
        raise _damaged(archive, f"{more[0]} is not in its receipt")
    for path, one in wanted.items():
        if found[path].sha256 != one.sha256:
            raise _damaged(archive, f"{path} has changed since it was written")


def _damaged(archive: Path, why: str) -> UnreadableFile:
    return UnreadableFile("This backup is damaged.", where=f"{archive}: {why}.", do="Use another backup; nothing was restored.")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
