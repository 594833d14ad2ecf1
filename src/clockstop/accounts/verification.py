"""Whether a chain of records is whole, and where not: which row was changed, removed, added or moved, or where the tail was cut.

Writers go on meanwhile: the chain's end is read before the rows and after them, and rows between the two are as they should be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connections, router

from clockstop.accounts import chain_guards
from clockstop.accounts.audit_models import AccessRecord, ShownPatients
from clockstop.accounts.chain import GENESIS, Chained, ChainHead, content_of, hash_of
from clockstop.accounts.heads import Head
from clockstop.accounts.shown import hash_of_keys

_AT_ONCE = 2000
_LINKS = ("sequence", "previous_hash", "row_hash", "chain_version")


@dataclass(frozen=True)
class Fault:
    """Something that is wrong with a chain: its kind, at which row (its number in the chain), when that row says it was written."""

    kind: str
    sequence: int
    says: str
    at: datetime | None = None

    def __str__(self) -> str:
        written = f", written {self.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if self.at else ""
        return f"{self.kind}: row {self.sequence}{written}. {self.says}"


@dataclass(frozen=True)
class Verdict:
    """What a look through one chain found; whole where nothing is wrong."""

    table: str
    rows: int
    row_hash: str
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(model: type[Chained], heads: Sequence[Head] = (), *, most: int = 50) -> Verdict:
    """Work out every hash of the chain anew, and compare its end with what was kept of it; `most` faults are told.

    `heads` are ends kept outside the database (accounts/heads.py): a chain must still pass through each of them.
    """
    table = model._meta.db_table
    kept = {head.sequence: head for head in heads if head.table == table}
    faults: list[Fault] = []
    end = ChainHead.objects.filter(pk=table).first()
    last, rows, previous, end_hash = 0, 0, GENESIS, GENESIS
    for row in _rows(model):
        rows += 1
        faults += _faults_of(model, row, last, previous)
        head = kept.pop(row.sequence, None)
        if head is not None and head.row_hash != row.row_hash:
            says = f"An end kept outside the database ({head.at or 'given'}) has another hash: from here on it was written anew."
            faults.append(Fault("rewritten", row.sequence, says, row.at))
        last, previous = row.sequence, row.row_hash
        end_hash = previous if end is not None and last == end.sequence else end_hash
        if len(faults) >= most:
            break
    if len(faults) < most:
        faults += _faults_of_end(end, last, end_hash)
        faults += _faults_of_kept(last, kept)
        faults += _missing_guards(model)
    return Verdict(table, rows, previous, tuple(faults[:most]))


@dataclass(frozen=True, slots=True)
class _Row:
    sequence: int
    previous_hash: str
    row_hash: str
    chain_version: int
    at: datetime
    content: tuple[Any, ...]
    keys: bytes | None


def _rows(model: type[Chained]) -> Iterator[_Row]:
    """Every row by its place, with the keys of who was shown where the table has such."""
    versions = set(model._default_manager.order_by().values_list("chain_version", flat=True).distinct())
    names = {version: _content_of(model, version) for version in versions}
    columns = sorted({name for each in names.values() for name in each} | {"at"})
    has_keys = model is AccessRecord
    read = (*_LINKS, *columns, *(("shown__keys",) if has_keys else ()))
    places = {name: place for place, name in enumerate(read)}
    for found in model._default_manager.order_by("sequence", "pk").values_list(*read).iterator(chunk_size=_AT_ONCE):
        values = dict(zip(_LINKS, found, strict=False))
        content = tuple(found[places[name]] for name in names[values["chain_version"]])
        keys = found[places["shown__keys"]] if has_keys else None
        yield _Row(**values, at=found[places["at"]], content=content, keys=bytes(keys) if keys is not None else None)


def _content_of(model: type[Chained], version: int) -> tuple[str, ...]:
    try:
        return content_of(model, version)
    except KeyError:
        return ()


def _faults_of(model: type[Chained], row: _Row, last: int, previous: str) -> Iterator[Fault]:
    names = _content_of(model, row.chain_version)
    is_intact = bool(names) and hash_of(row.previous_hash, row.chain_version, names, row.content) == row.row_hash
    if not is_intact:
        yield Fault("changed", row.sequence, "What it says does not give its hash.", row.at)
    if model is AccessRecord and is_intact:
        yield from _faults_of_shown(row)
    if row.sequence != last + 1:
        number = row.sequence - last - 1
        says = f"{number} rows between {last} and {row.sequence} are gone." if number > 0 else f"Row {last} has the same place."
        yield Fault("removed" if number > 0 else "added", row.sequence if number <= 0 else last + 1, says, row.at)
    elif row.previous_hash != previous and is_intact:
        yield _broken_link(model, row)


def _broken_link(model: type[Chained], row: _Row) -> Fault:
    """Why an intact row does not follow the one before it."""
    before = model._default_manager.filter(row_hash=row.previous_hash).values_list("sequence", flat=True).first()
    after = model._default_manager.filter(previous_hash=row.previous_hash).exclude(sequence=row.sequence).exists()
    if row.previous_hash == GENESIS or before is not None:
        if after:
            return Fault("added", row.sequence, f"It and another row both follow row {before or 'nothing'}.", row.at)
        return Fault("moved", row.sequence, f"It was written after row {before or 'nothing'}.", row.at)
    return Fault("removed", row.sequence, "The row that it was written after is gone, or was changed.", row.at)


def _faults_of_shown(row: _Row) -> Iterator[Fault]:
    """Whether the patients who were shown are still those of the record."""
    names = content_of(AccessRecord, row.chain_version)
    said = row.content[names.index("shown_hash")]
    if said and row.keys is None:
        yield Fault("removed", row.sequence, "The list of patients whom it showed is gone.", row.at)
    elif hash_of_keys(row.keys or b"") != said:
        yield Fault("changed", row.sequence, "The list of patients whom it showed is not the one that was written.", row.at)


def _faults_of_end(end: ChainHead | None, last: int, row_hash: str) -> Iterator[Fault]:
    """What is wrong with the end: the rows that the database says there are and that are gone, or the other way round."""
    if end is None:
        if last:
            yield Fault("end gone", last, "The database no longer says where the chain ends.")
        return
    now = ChainHead.objects.filter(pk=end.name).first()
    if end.sequence > last:
        yield Fault("cut off", last + 1, f"The chain had {end.sequence} rows: {end.sequence - last} at its end are gone.")
    elif end.row_hash != row_hash:
        yield Fault("rewritten", end.sequence, "The database's own note of where the chain ends has another hash.")
    if last > (now or end).sequence:
        yield Fault("added", (now or end).sequence + 1, "Here the chain ended; what follows was not written by Clockstop.")


def _faults_of_kept(last: int, left: dict[int, Head]) -> Iterator[Fault]:
    """What the ends kept outside the database say of rows that were not met."""
    beyond = [one for one in left.values() if one.sequence > last]
    if beyond:
        furthest = max(beyond, key=lambda one: one.sequence)
        says = f"An end kept outside the database ({furthest.at or 'given'}) stands at row {furthest.sequence}."
        yield Fault("cut off", last + 1, says)
    for one in left.values():
        if 0 < one.sequence <= last:
            yield Fault("removed", one.sequence, f"An end kept outside the database ({one.at or 'given'}) names this row.")


def _missing_guards(model: type[Chained]) -> Iterator[Fault]:
    connection = connections[router.db_for_write(model)]
    for table in (model._meta.db_table, *((ShownPatients._meta.db_table,) if model is AccessRecord else ())):
        gone = chain_guards.missing(connection, table)
        if gone:
            yield Fault("guard gone", 0, f"The database would let {table} be changed: it has no trigger {', '.join(gone)}.")
