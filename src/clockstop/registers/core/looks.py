"""Who looked at what and who wrote what, in one table: by patient, person, action, day and trust."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import BigIntegerField, BinaryField, CharField, F, Func, IntegerField, Q, QuerySet, Value
from django.utils import timezone

from clockstop.accounts.models import AccessRecord, ShownPatients
from clockstop.accounts.shown import key_of
from clockstop.registers.core.models import Change

# The registers whose key is the number of a patient's pathway.
OF_PATIENTS = ("pathway_note", "validation_outcome")
CHANGED = AccessRecord.Action.CHANGED.value


@dataclass(frozen=True)
class Look:
    """One look, search, export, print, refusal, sign-in or change. `patient` is the pathway; empty where many were shown."""

    at: datetime
    sequence: int
    username: str
    role: str
    action: str
    result: str
    what: str
    trust: str
    patient: str
    rows: int
    detail: str
    reason: str
    network_address: str | None

    @property
    def did(self) -> str:
        """What was done, in words."""
        return AccessRecord.Action(self.action).label

    @property
    def came_of_it(self) -> str:
        """What came of it, in words."""
        return AccessRecord.Result(self.result).label


@dataclass(frozen=True, kw_only=True)
class LooksAsked:
    """Which looks: of `trusts`, or the reader's own (`reader`); narrowed by person, action, trust, days (both in) and patient.

    `patients` are trust and number of every pathway of the one patient.
    """

    trusts: frozenset[str]
    reader: str
    person: str = ""
    action: str = ""
    trust: str = ""
    first_day: date | None = None
    last_day: date | None = None
    patients: tuple[tuple[str, str], ...] = ()


def looks(asked: LooksAsked) -> QuerySet:
    """The rows of `Look`, as tuples, the newest first."""
    found = [_records(asked), _changes(asked)]
    if asked.action:
        found = [found[1]] if asked.action == CHANGED else [found[0]]
    first, *rest = found
    return first.union(*rest, all=True).order_by("-at", "-sequence") if rest else first.order_by("-at", "-sequence")


def as_looks(rows: Iterable[Sequence[Any]]) -> list[Look]:
    """Rows of `looks` with their names."""
    return [Look(*row) for row in rows]


class _Holds(Func):
    """Where in the keys a key stands, from 1; 0 where it does not. Astride two keys it is met with no chance worth a thought."""

    function = "INSTR"
    output_field = IntegerField()

    def as_postgresql(self, compiler, connection, **context):
        """The standard's way of writing it."""
        keys, key = self.get_source_expressions()
        turned = self.copy()
        turned.set_source_expressions([key, keys])
        return turned.as_sql(compiler, connection, function="POSITION", arg_joiner=" IN ", **context)


def _records(asked: LooksAsked) -> QuerySet:
    rows = AccessRecord.objects.filter(Q(trust__in=(*asked.trusts, *([""] if asked.trusts else []))) | Q(username=asked.reader))
    rows = rows.filter(action=asked.action) if asked.action else rows
    rows = rows.filter(username=asked.person) if asked.person else rows
    if asked.patients:
        rows = rows.filter(_shows(asked.patients))
    names = (
        "at", "sequence", "username", "role", "action", "result", "what", "trust", "patient_pathway_identifier", "rows", "detail",
        "reason", "network_address",
    )  # fmt: skip
    return _within(rows, asked).order_by().values_list(*names)


def _shows(patients: Sequence[tuple[str, str]]) -> Q:
    """Records of one of these pathways alone, and those of lists on which one of them stood."""
    shown = Q()
    alone = Q()
    for trust in sorted({trust for trust, _number in patients}):
        numbers = [number for code, number in patients if code == trust]
        alone |= Q(trust=trust, patient_pathway_identifier__in=numbers)
        held = ShownPatients.objects.filter(trust=trust)
        is_held = Q()
        for place, number in enumerate(numbers):
            key = Value(key_of(trust, number), output_field=BinaryField())
            held = held.annotate(**{f"place_{place}": _Holds(F("keys"), key)})
            is_held |= Q(**{f"place_{place}__gt": 0})
        shown |= Q(pk__in=held.filter(is_held).values("record_id"))
    return alone | shown


def _changes(asked: LooksAsked) -> QuerySet:
    rows = Change.objects.filter(Q(trust__in=asked.trusts) | Q(by_name=asked.reader))
    rows = rows.filter(by_name=asked.person) if asked.person else rows
    if asked.patients:
        wanted = Q()
        for trust, number in asked.patients:
            wanted |= Q(trust=trust, record_key=number)
        rows = rows.filter(wanted, record__in=OF_PATIENTS)

    def text(value: str) -> Value:
        return Value(value, output_field=CharField())

    told = {
        "said_action": text(CHANGED), "said_result": text(AccessRecord.Result.DONE.value), "said_detail": F("what"),
        "said_reason": text(""), "said_rows": Value(1, output_field=BigIntegerField()),
    }  # fmt: skip
    names = (
        "at", "sequence", "by_name", "role", "said_action", "said_result", "record", "trust", "record_key", "said_rows",
        "said_detail", "said_reason", "network_address",
    )  # fmt: skip
    return _within(rows, asked).order_by().annotate(**told).values_list(*names)


def _within(rows: QuerySet, asked: LooksAsked) -> QuerySet:
    rows = rows.filter(trust=asked.trust) if asked.trust else rows
    zone = timezone.get_default_timezone()
    if asked.first_day:
        rows = rows.filter(at__gte=datetime.combine(asked.first_day, time(), zone))
    if asked.last_day:
        rows = rows.filter(at__lt=datetime.combine(asked.last_day + timedelta(days=1), time(), zone))
    return rows


COLUMNS = tuple(field.name for field in fields(Look))
