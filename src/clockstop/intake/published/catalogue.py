"""What has been loaded: one folder a month, one folder a revision, the one in use worked out from the receipts."""

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from clockstop.errors import UnknownName
from clockstop.intake.published.publication import Edition, Publication, Source
from clockstop.intake.published.recognise import publications, recognised
from clockstop.store.home import Home
from clockstop.store.lock import writer

if TYPE_CHECKING:
    import pyarrow as pa

PARTIAL = ".partial-"
ROWS_TOGETHER = 32_768


@dataclass(frozen=True, kw_only=True)
class Revision:
    """The receipt of one loaded file: what it is, where it came from, what was noted.

    `load_number` counts the loads of a month, a file that is loaded again among them; `number` counts its revisions: of a dataset
    with several publications, those of all that hold the month. `first_load` and `last_load` count the loads of all.
    """

    publication: str
    month: str
    number: int
    load_number: int
    file_name: str
    member_name: str
    file_sha256: str
    content_sha256: str
    is_revised: bool
    loaded_at: str
    rows_read: int
    notes: tuple[str, ...] = ()
    details: dict[str, int | str | bool] = field(default_factory=dict)
    already_loaded: bool = False
    first_load: int = 0
    last_load: int = 0

    @property
    def months(self) -> tuple[str, ...]:
        """Every month that the file holds figures of."""
        return tuple(str(self.details.get("months") or self.month).split(","))

    @property
    def status(self) -> str:
        """final, revised or provisional; empty where neither the file nor its name says."""
        return str(self.details.get("status") or ("revised" if self.is_revised else ""))

    @property
    def released(self) -> str:
        """The day on which it was published or revised, as it says itself; empty where it does not."""
        return str(self.details.get("released") or "")

    @property
    def is_settled(self) -> bool:
        """Whether it is final or revised, so that a first or provisional release does not replace it."""
        return self.is_revised or self.status in ("final", "revised")

    @property
    def only_provider(self) -> str:
        """The one provider that the file holds; empty where it holds several. Such a file stands beside those of others."""
        return str(self.details.get("only_provider") or "")


def load(home: Home, file: Path) -> Revision:
    """Recognise, read and keep one published file; the receipt says what came of it.

    The same content twice is one revision, in use again if another had replaced it.
    """
    with writer(home), recognised(file, _scratch(home)) as (publication, source):
        earlier = _of_content(home, publication, source.content_sha256)
        if earlier is not None:
            return _load_again(home, earlier, source)
        return _keep(home, publication, source, _with_each_figure_once(publication.read(source)))


def _scratch(home: Home) -> Path:
    """Where a file is unpacked. What a load that was killed left there is cleared away: only one loads at a time."""
    for left in home.published.glob(f"{PARTIAL}unpacked-*"):
        shutil.rmtree(left, ignore_errors=True)
    return home.published / f"{PARTIAL}unpacked-{os.getpid()}"


def revisions(home: Home, publication: str | None = None, month: str | None = None) -> list[Revision]:
    """Every loaded revision, by publication, month and number."""
    named = "/".join("*" if name is None else escape(name) for name in (publication, month))
    kept = home.published.glob(f"{named}/rev-*/receipt.json")
    found = [_receipt(path) for path in kept if PARTIAL not in str(path)]
    return sorted(found, key=lambda revision: (revision.publication, revision.month, revision.number))


def in_use(found: Iterable[Revision]) -> Revision | None:
    """The one of a month's revisions that holds now: the last loaded.

    One that is named revised gives way only to another that is.
    """
    return max(found, key=lambda revision: (revision.is_revised, revision.load_number), default=None)


def revision(home: Home, publication: str, month: str, number: int | None = None) -> Revision | None:
    """A month's revision of that number, or the one in use; None where the month is not loaded.

    A file of one provider is in use for the month only where there is none of several.
    """
    found = revisions(home, publication, month)
    if number is None or not found:
        return in_use([one for one in found if not one.only_provider] or found)
    for candidate in found:
        if candidate.number == number:
            return candidate
    raise UnknownName(
        f"There is no revision {number} of {month}.",
        where=f"Loaded are: {', '.join(str(one.number) for one in found)}.",
        do="`clockstop published list` shows every revision.",
    )


def in_use_of_providers(home: Home, publication: str, month: str) -> list[Revision]:
    """The month's files of one provider each, the one in use of each provider, the last loaded first."""
    found = [one for one in revisions(home, publication, month) if one.only_provider]
    chosen = [in_use(one for one in found if one.only_provider == code) for code in {one.only_provider for one in found}]
    return sorted((one for one in chosen if one is not None), key=lambda one: one.load_number, reverse=True)


def sibling_in_use(home: Home, of: Revision) -> Revision:
    """The revision that holds for what `of` holds: the month, or the month of its one provider."""
    same = [one for one in revisions(home, of.publication, of.month) if one.only_provider == of.only_provider]
    return in_use(same) or of


def table_file(home: Home, kept: Revision, table: str) -> Path:
    """Where a table of a revision lies."""
    return _folder(home, kept) / f"{table}.parquet"


def _folder(home: Home, kept: Revision) -> Path:
    return home.published / kept.publication / kept.month / f"rev-{kept.number}"


def _receipt(path: Path) -> Revision:
    """A receipt is replaced whole, so that the file that stands there now tells whether it was read already."""
    written = path.stat()
    return _receipt_as_written(path, written.st_ino, written.st_mtime_ns)


@lru_cache(maxsize=4_096)
def _receipt_as_written(path: Path, _file: int, _when: int) -> Revision:
    values = json.loads(path.read_text(encoding="utf-8"))
    return Revision(**{**values, "notes": tuple(values["notes"])})


def _of_content(home: Home, publication: Publication, sha256: str) -> Revision | None:
    same = [one for one in revisions(home, publication.slug) if one.content_sha256 == sha256]
    return same[0] if same else None


def _load_again(home: Home, earlier: Revision, source: Source) -> Revision:
    """The receipt again; written anew only where the load changes which revision is in use, or names it revised."""
    siblings = revisions(home, earlier.publication, earlier.month)
    is_revised = earlier.is_revised or source.is_revised
    is_last = (
        earlier.load_number == max(one.load_number for one in siblings) and earlier.last_load >= _next_load(revisions(home)) - 1
    )
    if is_last and is_revised == earlier.is_revised:
        return replace(earlier, already_loaded=True)
    again = replace(
        earlier,
        is_revised=is_revised,
        load_number=max(one.load_number for one in siblings) + 1,
        last_load=_next_load(revisions(home)),
    )
    _write_receipt(_folder(home, again), again)
    return replace(again, already_loaded=True)


def _keep(home: Home, publication: Publication, source: Source, edition: Edition) -> Revision:
    siblings, all_kept = revisions(home, publication.slug, edition.month), revisions(home)
    of_month = [one for one in all_kept if _dataset(one) == publication.dataset and edition.month in one.months]
    load = _next_load(all_kept)
    kept = Revision(
        publication=publication.slug,
        month=edition.month,
        number=max((one.number for one in siblings), default=0) + 1 if publication.dataset == "rtt" else len(of_month) + 1,
        load_number=max((one.load_number for one in siblings), default=0) + 1,
        file_name=source.file.name,
        member_name=source.preview.name if source.preview.name != source.file.name else "",
        file_sha256=source.file_sha256,
        content_sha256=source.content_sha256,
        is_revised=source.is_revised,
        loaded_at=datetime.now(UTC).isoformat(timespec="seconds"),
        rows_read=edition.rows_read,
        notes=edition.notes,
        details=_details(edition),
        first_load=load,
        last_load=load,
    )
    _write_folder(_folder(home, kept), kept, edition.tables)
    return kept


def _next_load(found: list[Revision]) -> int:
    return max((one.last_load for one in found), default=0) + 1


def _dataset(kept: Revision) -> str:
    publication = publications().get(kept.publication)
    return publication.dataset if publication else ""


def _with_each_figure_once(edition: Edition) -> Edition:
    """The edition without figures that stand a second time with the same value; a note says so."""
    from clockstop.intake.published.figures_table import SCHEMA, kept_once

    figures = edition.tables.get("figures")
    if figures is None or figures.column_names != SCHEMA.names:
        return edition
    once, notes = kept_once(figures)
    return replace(edition, tables={**edition.tables, "figures": once}, notes=(*edition.notes, *notes)) if notes else edition


def _details(edition: Edition) -> dict[str, int | str | bool]:
    """The details, with the months where the figures, in the one shape of all datasets, are of several."""
    from clockstop.intake.published.figures_table import SCHEMA, months_of

    figures = edition.tables.get("figures")
    if figures is None or figures.column_names != SCHEMA.names:
        return edition.details
    months = months_of(figures)
    return edition.details if months == [edition.month] else {**edition.details, "months": ",".join(months)}


def _write_folder(folder: Path, kept: Revision, tables: dict[str, "pa.Table"]) -> None:
    """Write beside the place and rename, so that a revision is whole or not there."""
    from pyarrow import parquet

    partial = folder.with_name(f"{PARTIAL}{folder.name}")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name, table in tables.items():
        # Sorted by month and organisation, so that one organisation's figures lie in a group or two.
        parquet.write_table(table, partial / f"{name}.parquet", compression="zstd", row_group_size=ROWS_TOGETHER)
    _write_receipt(partial, kept)
    partial.rename(folder)


def _write_receipt(folder: Path, kept: Revision) -> None:
    values = {name: value for name, value in asdict(kept).items() if name != "already_loaded"}
    partial = folder / f"{PARTIAL}receipt.json"
    partial.write_text(json.dumps(values, indent=1), encoding="utf-8")
    partial.replace(folder / "receipt.json")
