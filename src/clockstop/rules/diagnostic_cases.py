"""The kinds of worked case about diagnostics: one wait at a census, and the shares of a monthly return."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from clockstop.errors import UserError
from clockstop.rules.case_inputs import a_code, a_date, a_day, per_cent, the_first
from clockstop.rules.diagnostic_bands import (
    OPEN_BAND,
    STANDARD_WEEKS,
    band,
    band_label,
    band_of_label,
    breach_date,
    counts_by_band,
    days_waited,
    is_six_weeks_or_more,
    is_thirteen_weeks_or_more,
    published_column,
)
from clockstop.rules.diagnostic_resets import day_of_cancelling, is_reasonable_offer
from clockstop.rules.readings import Readings

if TYPE_CHECKING:
    import pyarrow as pa

# Other words for the clock's events.
SYNONYMS = {
    "request_made": "request", "requested": "request", "referral": "request", "ubrn_converted": "request",
    "asi_worklist": "request", "slot_issue": "request", "planned": "planned_request", "surveillance_request": "planned_request",
    "did_not_attend": "dna", "patient_cancelled": "patient_cancel", "patient_cancellation": "patient_cancel",
    "cancel_patient": "patient_cancel", "provider_cancelled": "provider_cancel", "provider_cancellation": "provider_cancel",
    "hospital_cancel": "provider_cancel", "cancel_provider": "provider_cancel", "patient_unfit": "unfit",
    "refused": "refusal", "refuse": "refusal", "decline": "refusal", "declined": "refusal", "decline_date": "refusal",
    "test_done": "done", "test": "done", "performed": "done", "attended": "done", "removal": "removed", "remove": "removed",
    "inadequate": "abandoned", "repeat": "abandoned", "booked": "appointment_booked", "booking": "appointment_booked",
    "received": "vetted", "equipment": "equipment_failure",
}  # fmt: skip


def dm01_wait(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`census` and `events` of `date` and `type` -> start, days, band, breach; nulls (no breach) where nobody is on the list.

    Types: request, planned_request {due}, dna, patient_cancel, provider_cancel, equipment_failure, unfit, refusal, abandoned,
    done, removed. A `patient_cancel` is dated by its appointment, and one after the census was cancelled ahead; it may say
    `cancelled_date`, or be dated by the cancelling and say `appointment_date`. A `refusal` is dated by the date that was
    offered, or says `offered_date`; `notice_days` or `reasonable` say whether it counts. Without `sequence` events of a day
    count in the order in which they are listed.
    """
    census = a_day(inputs["census"])
    row = _open_period(event_rows(inputs["events"] or [], census, Readings()), census)
    if row is None:
        return {"start": None, "days": None, "band": None, "breach": False, "over_13": False, "on_list": False, "waiting": False,
                "thirteen_plus": False, "breach_date": None}  # fmt: skip
    days = days_waited(row["start_date"], census)
    number = band(days)
    long_wait = is_thirteen_weeks_or_more(days)
    return {
        "start": row["start_date"],
        "days": days,
        "band": band_label(number),
        "band_index": number,
        "band_column": published_column(number),
        "breach": is_six_weeks_or_more(days),
        "over_13": long_wait,
        "thirteen_plus": long_wait,
        "breach_date": breach_date(row["start_date"]),
        "on_list": True,
        "waiting": True,
        "rule": row["start_rule"],
    }


def _open_period(rows: Sequence[Mapping[str, Any]], census: date) -> Mapping[str, Any] | None:
    from clockstop.rules.diagnostics import clock, day_number

    periods = clock().periods(_table(rows), census_day=day_number(census)).to_pylist()
    return next((period for period in reversed(periods) if period["end_date"] is None), None)


def event_rows(events: Sequence[Mapping[str, Any]], census: date, readings: Readings) -> list[dict[str, Any]]:
    """The events as the clock takes them, in its order; `restart_date` is the day from which one restarts the wait."""
    rows: list[dict[str, Any]] = []
    dated = [(_sort_key(event, place), event) for place, event in enumerate(events, start=1)]
    first_offered: date | None = None
    for (day, sequence), event in sorted(dated, key=lambda pair: pair[0]):
        row = _row(event, day, census, readings)
        if row["event_type"] == "refusal":
            row["restart_date"], first_offered = first_offered, row["restart_date"]
        rows.append({**row, "event_sequence": sequence})
        due = a_date(the_first(event, "due", "due_date", "planned_due_date"))
        if row["event_type"] == "planned_request" and due:
            rows.append({"event_type": "planned_due", "event_date": max(due, day), "restart_date": due,
                         "event_sequence": sequence + len(events)})  # fmt: skip
    return sorted(rows, key=lambda row: (row["event_date"], row["event_sequence"]))


def _sort_key(event: Mapping[str, Any], place: int) -> tuple[date, int]:
    if not isinstance(event, Mapping):
        raise UserError(f"event {place} is not a mapping of names to values", do="Write it as {date: ..., type: ...}.")
    return a_day(the_first(event, "date", "event_date")), int(the_first(event, "sequence", "event_sequence", otherwise=place))


def _row(event: Mapping[str, Any], day: date, census: date, readings: Readings) -> dict[str, Any]:
    event_type = _event_type(event)
    appointment = a_date(the_first(event, "appointment_date", "appointment", "appointment_on", "for"))
    if event_type == "patient_cancel":
        cancelled = a_date(the_first(event, "cancelled_date", "cancelled_on", "cancelled", "notified"))
        known = cancelled or (day if appointment else min(day, census))
        return _as_row(event_type, day_of_cancelling(known, appointment or day), appointment or day)
    if event_type == "refusal":
        offered = a_date(the_first(event, "offered_date", "offered", "date_offered")) or appointment or day
        return _as_row(event_type if _is_reasonable(event, offered, readings) else "refusal_short_notice", day, offered)
    return _as_row(event_type, day, appointment if event_type == "dna" else None)


def _as_row(event_type: str, day: date, restart: date | None) -> dict[str, Any]:
    return {"event_type": event_type, "event_date": day, "restart_date": restart}


def _is_reasonable(event: Mapping[str, Any], offered: date, readings: Readings) -> bool:
    said = the_first(event, "reasonable", "is_reasonable")
    if said is not None:
        return bool(said)
    notice, weeks = the_first(event, "notice_days", "notice"), the_first(event, "notice_weeks", "weeks_notice")
    if notice is not None or weeks is not None:
        return (int(notice) if notice is not None else int(weeks) * 7) >= readings.diagnostic_notice_days
    made = a_date(the_first(event, "offered_on", "offer_made", "offer_date", "offered_on_date"))
    return bool(is_reasonable_offer(made, offered, readings.diagnostic_notice_days))


def _event_type(event: Mapping[str, Any]) -> str:
    from clockstop.rules.diagnostics import EVENTS

    word = (a_code(the_first(event, "type", "event_type")) or "").lower().replace(" ", "_").replace("-", "_")
    event_type = SYNONYMS.get(word, word)
    if event_type not in EVENTS:
        raise UserError(f"the type '{word}' is not one that Clockstop knows", do=f"Write one of: {', '.join(EVENTS)}.")
    return event_type


def _table(rows: Sequence[Mapping[str, Any]]) -> "pa.Table":
    import pyarrow as pa

    schema = pa.schema([("diagnostic_wait_identifier", pa.string()), ("event_date", pa.date32()), ("event_sequence", pa.int64()),
                        ("event_type", pa.string()), ("restart_date", pa.date32())])  # fmt: skip
    return pa.Table.from_pylist([{"diagnostic_wait_identifier": "case", **row} for row in rows], schema=schema)


def dm01_return(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`bands` (counts by label, with or without "Weeks") -> total, six_plus, pct; also thirteen_plus, thirteen_plus_pct.

    `pct` is null where nobody waits. Activity, where it is given (`waiting_list`, `planned`, `unscheduled`), is added up.
    """
    given = inputs["bands"] or {}
    for label in given:
        if band_of_label(str(label)) is None and not _is_total(str(label)):
            raise UserError(
                f"'{label}' is not a band of the return", do=f"Write bands as '{band_label(6)}' and '{band_label(13)}'."
            )
    counts = counts_by_band({str(label): _number(count) for label, count in given.items()})
    total = sum(counts.values())
    six_plus = sum(count for number, count in counts.items() if number >= STANDARD_WEEKS)
    return {
        "total": total,
        "six_plus": six_plus,
        "pct": per_cent(six_plus, total),
        "within_six": total - six_plus,
        "thirteen_plus": counts[OPEN_BAND],
        "thirteen_plus_pct": per_cent(counts[OPEN_BAND], total),
        "thirteen_pct": per_cent(counts[OPEN_BAND], total),
        "meets_standard": None if not total else six_plus * 100 <= total,
        **_activity(inputs.get("activity") or {}),
    }


def _activity(given: Mapping[str, Any]) -> dict[str, float]:
    by_word = {str(name).lower().replace(" ", "_").removesuffix("_activity"): _number(count) for name, count in given.items()}
    return {"total_activity": sum(by_word.get(kind, 0) for kind in ("waiting_list", "planned", "unscheduled"))} if given else {}


def _is_total(label: str) -> bool:
    return any(word in label.lower() for word in ("total", "activity"))


def _number(count: Any) -> float:
    if isinstance(count, str):
        count = count.replace(",", "").strip() or 0
    number = float(count or 0)
    return int(number) if number.is_integer() else number


KINDS = {"dm01_wait": dm01_wait, "dm01_return": dm01_return}
