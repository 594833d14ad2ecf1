"""The kind of worked case about the RTT clock: a case's events, run by the clock itself."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clockstop.errors import UserError
from clockstop.rules.case_inputs import a_code, a_day, the_first

if TYPE_CHECKING:
    import pyarrow as pa

PATHWAY = "case"


def rtt_clock(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`census` and `events` -> periods of start, end, end_status, nullified, days, start_rule, end_rule.

    An event has `date` and `type`, and may have `status`, `communicated`, `safeguards`, `original_start`,
    `responsibility_passed`, `priority` and `sequence`; the columns' own names are accepted too. Without `sequence` the
    order of the list is the recorded order.
    """
    from clockstop.rules.rtt import clocks_of

    census = a_day(inputs["census"])
    periods = clocks_of(event_table(inputs["events"] or []), census=census).to_pylist()
    return {"periods": [_period(row) for row in sorted(periods, key=lambda row: row["period_number"])]}


def _period(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "start": row["start_date"],
        "end": row["end_date"],
        "end_status": row["end_status"],
        "nullified": bool(row["is_nullified"]),
        "days": row["days_waited"],
        "start_rule": row.get("start_rule"),
        "end_rule": row.get("end_rule"),
    }


def event_table(events: Sequence[Mapping[str, Any]]) -> "pa.Table":
    """The events of one pathway as the clock takes them: canonical columns, one row an event."""
    import pyarrow as pa

    schema = pa.schema([
        ("patient_pathway_identifier", pa.string()),
        ("event_date", pa.date32()),
        ("event_sequence", pa.int64()),
        ("event_type", pa.string()),
        ("referral_to_treatment_period_status", pa.string()),
        ("original_start_date", pa.date32()),
        ("is_communicated", pa.bool_()),
        ("has_safeguards", pa.bool_()),
        ("is_responsibility_passed", pa.bool_()),
        ("priority_type_code", pa.string()),
    ])  # fmt: skip
    return pa.Table.from_pylist([_event(place, event) for place, event in enumerate(events, start=1)], schema=schema)


def _event(place: int, event: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(event, Mapping):
        raise UserError(f"event {place} is not a mapping of names to values", do="Write it as {date: ..., type: ...}.")
    event_type = a_code(the_first(event, "type", "event_type"))
    if event_type not in _event_types():
        raise UserError(
            f"event {place} has the type '{event_type}', which is not one that Clockstop knows",
            do=f"Write one of: {', '.join(_event_types())}.",
        )
    original = the_first(event, "original_start", "original_start_date")
    return {
        "patient_pathway_identifier": PATHWAY,
        "event_date": a_day(the_first(event, "date", "event_date")),
        "event_sequence": int(the_first(event, "sequence", "event_sequence", otherwise=place)),
        "event_type": event_type,
        "referral_to_treatment_period_status": a_code(the_first(event, "status", "referral_to_treatment_period_status")),
        "original_start_date": None if original is None else a_day(original),
        "is_communicated": _truth(the_first(event, "communicated", "is_communicated")),
        "has_safeguards": _truth(the_first(event, "safeguards", "has_safeguards")),
        "is_responsibility_passed": _truth(the_first(event, "responsibility_passed", "is_responsibility_passed")),
        "priority_type_code": a_code(the_first(event, "priority", "priority_type_code")),
    }


def _event_types() -> Mapping[str, str]:
    from clockstop.contracts.rtt_events import EVENT_TYPES

    return EVENT_TYPES


def _truth(value: Any) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise UserError(f"'{value}' is neither true nor false", do="Write true or false.")
