"""Outcomes as plain tables: those that stand, those of one clock, and the people and teams behind them."""

import json
import threading
import uuid
from collections.abc import Collection
from datetime import date, datetime

import pyarrow as pa
from django.db import connection

from clockstop.registers.validation.models import TrustOutcomes, ValidationOutcome

COLUMNS = pa.schema(
    [
        ("outcome", pa.int64()),
        ("trust", pa.string()),
        ("patient_pathway_identifier", pa.string()),
        ("start_date", pa.date32()),
        ("period_number", pa.int64()),
        ("code", pa.string()),
        ("right_date", pa.date32()),
        ("other_pathway", pa.string()),
        ("note", pa.string()),
        ("flags", pa.list_(pa.string())),
        ("evidence_signature", pa.string()),
        ("snapshot_id", pa.string()),
        ("as_of_date", pa.date32()),
        ("days_waited", pa.int64()),
        ("division", pa.string()),
        ("service", pa.string()),
        ("consultant", pa.string()),
        ("expected_chance", pa.float64()),
        ("seconds", pa.int64()),
        ("source", pa.string()),
        ("sample", pa.string()),
        ("team", pa.string()),
        ("hour", pa.int64()),
        ("is_made_up", pa.bool_()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("by_name", pa.string()),
    ]
)
_FIELDS = {"outcome": "id", "hour": "hour_id"}
_read: dict[str, tuple[tuple[uuid.UUID, int], pa.Table]] = {}
_joined: dict[tuple, pa.Table] = {}
_lock = threading.Lock()


def outcomes(trusts: Collection[str]) -> pa.Table:
    """Every outcome of these trusts that stands, oldest first, as committed at this instant.

    While nobody gives or takes back one, the very same table comes back, so that the desk can keep what it made of it. It names
    pathways: who hands it to answers for totals alone passes `scope.trusts`, for anything else `scope.patient_trusts`.
    """
    numbers = {row.trust: (row.series, row.number) for row in TrustOutcomes.objects.filter(trust__in=sorted(trusts))}
    key = tuple(sorted(numbers.items()))
    if key in _joined and not connection.in_atomic_block:
        return _joined[key]
    found = pa.concat_tables([COLUMNS.empty_table(), *(_of_trust(trust, numbers[trust]) for trust in sorted(numbers))])
    if not connection.in_atomic_block:
        with _lock:
            _joined.clear() if len(_joined) > 20 else None
            _joined[key] = found
    return found


def outcomes_for(scope) -> pa.Table:
    """The same of the trusts whose patients the scope may see."""
    return outcomes(scope.patient_trusts)


def latest(table: pa.Table) -> pa.Table:
    """Of each clock its last outcome: the one that holds."""
    last: dict[tuple, int] = {}
    names = ("trust", "patient_pathway_identifier", "start_date")
    for place, key in enumerate(zip(*(table[name].to_pylist() for name in names), strict=True)):
        last[key] = place
    return table.take(pa.array(sorted(last.values()), type=pa.int64()))


def history(scope, trust: str, patient_pathway_identifier: str) -> list[ValidationOutcome]:
    """Every outcome on the clocks of a pathway, those taken back too, the newest first; none outside the scope."""
    found = ValidationOutcome.objects.within(scope).filter(trust=trust, patient_pathway_identifier=patient_pathway_identifier)
    return list(found)


def teams(trusts: Collection[str]) -> list[str]:
    """The teams that have validated in these trusts, in the order of the alphabet."""
    named = ValidationOutcome.objects.filter(trust__in=sorted(trusts)).exclude(team="").values_list("team", flat=True)
    return sorted(set(named.order_by().distinct()), key=str.casefold)


def _of_trust(trust: str, seen: tuple[uuid.UUID, int]) -> pa.Table:
    kept = _read.get(trust)
    if kept is not None and kept[0] == seen and not connection.in_atomic_block:
        return kept[1]
    found = _table(trust)
    if not connection.in_atomic_block:
        with _lock:
            _read[trust] = (seen, found)
    return found


def _table(trust: str) -> pa.Table:
    names = [_FIELDS.get(name, name) for name in COLUMNS.names]
    rows = ValidationOutcome.objects.standing().filter(trust=trust).order_by("at", "id").values_list(*names)
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table([_array(values, field) for values, field in zip(columns, COLUMNS, strict=True)], schema=COLUMNS)


def _array(values: Collection[str | int | float | date | datetime | list | None], field: pa.Field) -> pa.Array:
    """The values in the column's type; empty text is null, as everywhere on the desk of answers."""
    if pa.types.is_string(field.type):
        return pa.array([value or None for value in values], type=field.type)
    if field.name == "flags":
        return pa.array([json.loads(value) if isinstance(value, str) else value for value in values], type=field.type)
    return pa.array(values, type=field.type)
