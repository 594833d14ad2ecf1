"""Sign-offs and answers as values for the pages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from clockstop.registers.core.models import Change
from clockstop.registers.data_quality.actions import SIGN_OFF
from clockstop.registers.data_quality.models import RecordAnswer, SignOff

ANSWERS = pa.schema(
    [(name, pa.string()) for name in ("trust", "rule", "record", "state", "state_note", "answered_by")]
    + [("answered_at", pa.timestamp("us", tz="UTC"))]
)
_FIELDS = {"state_note": "note", "answered_by": "by_name", "answered_at": "at"}


@dataclass(frozen=True, kw_only=True)
class StandingSignOff:
    """A signature that stands: who, when, the figure that was signed, and the kite mark as it stood."""

    trust: str
    measure: str
    month: date
    by: str
    at: datetime
    value: float | None
    numerator: float | None
    denominator: float | None
    mark: dict[str, Any]
    note: str


def sign_offs(scope) -> dict[tuple[str, str, date], StandingSignOff]:
    """Every signature that stands within the scope, by trust, measure and the month's last day."""
    found = SignOff.objects.within(scope).standing()
    return {(one.trust, one.measure, one.month): _standing(one) for one in found}


def history(scope, trust: str, measure: str, month: date) -> list[Change]:
    """What happened to the signature of a month, the newest first."""
    if trust not in scope.trusts:
        return []
    return list(Change.objects.filter(record=SIGN_OFF, trust=trust, record_key=f"{measure} {month:%Y-%m}"))


def answers_for(scope, rule: str) -> pa.Table:
    """What was said of the records that fail one rule, of trusts whose patients the scope may see, to be joined in the query."""
    names = [_FIELDS.get(name, name) for name in ANSWERS.names]
    found = RecordAnswer.objects.within(scope).filter(rule=rule).values_list(*names)
    columns = list(zip(*found, strict=True)) or [()] * len(names)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, ANSWERS, strict=True)], schema=ANSWERS)


def _standing(one: SignOff) -> StandingSignOff:
    return StandingSignOff(
        trust=one.trust, measure=one.measure, month=one.month, by=one.by_name, at=one.at, value=one.value,
        numerator=one.numerator, denominator=one.denominator, mark=one.mark, note=one.note,
    )  # fmt: skip
