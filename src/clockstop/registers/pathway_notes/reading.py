"""Notes as a table for the reading desk, and the history of one note."""

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from clockstop.registers.core.models import Change
from clockstop.registers.pathway_notes.actions import RECORD
from clockstop.registers.pathway_notes.models import FIELDS, PathwayNote, TrustEdition

COLUMNS = pa.schema(
    [
        ("trust", pa.string()),
        ("patient_pathway_identifier", pa.string()),
        ("owner", pa.string()),
        ("next_step", pa.string()),
        ("next_step_date", pa.date32()),
        ("comment", pa.string()),
        ("updated_at", pa.timestamp("us", tz="UTC")),
        ("updated_by", pa.string()),
    ]
)
_READ = [*COLUMNS.names[:-1], "updated_by_name"]

# What stands for a next step that somebody wrote, to whom its words are not shown.
WORDLESS = "written, not shown"
Seen = tuple[uuid.UUID, int]


@dataclass(frozen=True)
class _Kept:
    """The notes of one trust as they stood at an edition."""

    seen: Seen
    notes: pa.Table


_kept: dict[str, _Kept] = {}
_joined: dict[tuple, pa.Table] = {}
_lock = threading.Lock()


def notes_for(scope) -> pa.Table:
    """Every note on the patients whom the scope may see, as committed at this instant.

    The database is asked at every call, but only for the notes that changed since the last one (`TrustEdition`). While nothing
    changes the very same table comes back, so that the desk can keep what it made of it. Empty text comes back as null.
    """
    seen = {row.trust: (row.series, row.number) for row in TrustEdition.objects.filter(trust__in=sorted(scope.patient_trusts))}
    wordless = frozenset(trust for trust in seen if not scope.identifies(trust))
    key = (*sorted(seen.items()), wordless)
    if key in _joined and not connection.in_atomic_block:
        return _joined[key]
    notes = pa.concat_tables([COLUMNS.empty_table(), *(_said(trust, seen[trust], wordless) for trust in sorted(seen))])
    if not connection.in_atomic_block:
        with _lock:
            _joined.clear() if len(_joined) > 20 else None
            _joined[key] = notes
    return notes


def _said(trust: str, seen: Seen, wordless: frozenset[str]) -> pa.Table:
    """The trust's notes; without their words where those may name a patient who is seen without identity."""
    notes = _of_trust(trust, seen)
    if trust not in wordless:
        return notes
    step = pc.if_else(pc.is_valid(notes["next_step"]), WORDLESS, pa.scalar(None, pa.string()))
    notes = notes.set_column(notes.column_names.index("next_step"), "next_step", step)
    return notes.set_column(notes.column_names.index("comment"), "comment", pa.nulls(notes.num_rows, pa.string()))


def note(scope, trust: str, patient_pathway_identifier: str) -> PathwayNote | None:
    """The note on one pathway; None where nobody has written one, the scope does not reach it, or sees no words."""
    if not scope.identifies(trust):
        return None
    return PathwayNote.objects.within(scope).filter(trust=trust, patient_pathway_identifier=patient_pathway_identifier).first()


@dataclass(frozen=True)
class PastChange:
    """One change of a note, in words: who, when, and each field with what stood before and after."""

    at: datetime
    by: str
    is_undo: bool
    fields: tuple[tuple[str, str, str], ...]


def history(scope, trust: str, patient_pathway_identifier: str) -> list[PastChange]:
    """What happened to a note, the newest first."""
    if not scope.identifies(trust):
        return []
    changes = Change.objects.filter(record=RECORD, trust=trust, record_key=patient_pathway_identifier)
    return [_past(change) for change in changes]


def owners(scope) -> list[str]:
    """The owners named in the notes that the scope may see, in the order of the alphabet."""
    found = pc.unique(notes_for(scope)["owner"]).to_pylist()
    return sorted((owner for owner in found if owner), key=str.casefold)


def _of_trust(trust: str, seen: Seen) -> pa.Table:
    """The trust's notes at `seen`, from what was kept and what changed since. Nothing is kept of an unfinished transaction."""
    kept = _kept.get(trust)
    is_usable = kept is not None and kept.seen[0] == seen[0] and kept.seen[1] <= seen[1] and not connection.in_atomic_block
    if is_usable and kept.seen == seen:
        return kept.notes
    changed = _read(trust, after=kept.seen[1] if is_usable else 0)
    notes = _merge(kept.notes, changed) if is_usable else changed
    if not connection.in_atomic_block:
        with _lock:
            _kept[trust] = _Kept(seen, notes)
    return notes


def _read(trust: str, *, after: int) -> pa.Table:
    """The trust's notes changed after an edition, without a Python object for each date: tens of thousands at the first read."""
    query = PathwayNote.objects.filter(trust=trust, edition__gt=after).values_list(*_READ).query
    with connection.cursor() as cursor:
        cursor.execute(*query.sql_with_params())
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) or [()] * len(_READ)
    arrays = [_array(column, field.type) for column, field in zip(columns, COLUMNS, strict=True)]
    return pa.Table.from_arrays(arrays, schema=COLUMNS)


def _array(values: Sequence[str | date | datetime | None], wanted: pa.DataType) -> pa.Array:
    """The values as the database gives them (SQLite: dates as text, instants as text in UTC); empty text is null."""
    if pa.types.is_string(wanted):
        return pa.array([value or None for value in values], type=wanted)
    array = pa.array(values)
    if pa.types.is_string(array.type) and pa.types.is_timestamp(wanted):
        array = array.cast(pa.timestamp(wanted.unit))
    return array.cast(wanted)


def _merge(notes: pa.Table, changed: pa.Table) -> pa.Table:
    """The notes with the changed ones in place of their older selves."""
    is_replaced = pc.is_in(notes["patient_pathway_identifier"], value_set=changed["patient_pathway_identifier"].combine_chunks())
    return pa.concat_tables([notes.filter(pc.invert(is_replaced)), changed]).combine_chunks()


def _past(change: Change) -> PastChange:
    before, after = change.before or {}, change.after or {}
    pairs = ((name, before.get(name, ""), after.get(name, "")) for name in FIELDS)
    return PastChange(change.at, change.by_name, change.undoes is not None, tuple(pair for pair in pairs if pair[1] != pair[2]))
