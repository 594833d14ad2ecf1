"""Slots and sessions of clinics in worked cases: utilisation booked and attended, and clinics cancelled (OP-R04, R05, R15)."""

from collections.abc import Mapping
from typing import Any

from clockstop.rules.case_inputs import a_code, a_date, per_cent, the_first
from clockstop.rules.clinic_slots import available_slots, is_held, is_short_cancellation
from clockstop.rules.outpatient_attendance import notice_days
from clockstop.rules.outpatient_case_inputs import CANCELLED_ON, DAY, has_any, under

TOTAL = ("slots", "slots_total", "total_slots", "template_slots", "slots_in_template")
AVAILABLE = ("slots_available", "available", "available_slots")
BLOCKED = ("blocked", "slots_blocked", "blocked_slots")
BOOKED = ("booked", "slots_booked", "booked_slots", "booked_at_start", "live_bookings", "bookings")
ATTENDED = ("attended", "slots_attended", "attended_slots", "attendances")


def slots(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`slots` and `blocked` (or `slots_available`), `booked`, `attended`; or lists of `slots` or `sessions` that say so each.

    Each share is given without the blocked slots, which is the rule, and with them, so that blocking hides nothing; it may pass
    100%, and is also given capped.
    """
    found = _counted(inputs)
    if found is None:
        return {}
    available, blocked, booked, attended = found
    answers = {
        **under(available, "slots_available", "available"),
        **under(blocked, "slots_blocked", "blocked"),
        **under(per_cent(blocked, available + blocked), "blocked_pct", "blocked_share_pct", "slots_blocked_pct"),
    }
    for name, number in (("booked", booked), ("attended", attended)):
        if number is not None:
            answers |= {f"slots_{name}": number, **_used(name, number, available, blocked)}
    if booked is not None:
        share = per_cent(booked, available)
        answers |= under(share, "slot_utilisation_pct", "utilisation_pct", "slot_booking_pct")
        answers |= under(max(available - booked, 0), "slots_unused", "unused")
    return answers


def _used(name: str, number: float, available: float, blocked: float) -> dict[str, Any]:
    share = per_cent(number, available)
    whole = per_cent(number, available + blocked)
    stems = (f"slot_utilisation_{name}", f"{name}_utilisation", f"slot_{name}", name, f"{name}_slot_utilisation",
             f"utilisation_{name}", f"slots_{name}")  # fmt: skip
    capped = None if share is None else min(share, 100.0)
    found = {f"{stem}_pct": share for stem in stems} | {f"{stem}_capped_pct": capped for stem in stems}
    for ending in ("with_blocked_pct", "including_blocked_pct", "incl_blocked_pct", "of_all_pct"):
        found |= {f"{stem}_{ending}": whole for stem in stems}
    return found


def _counted(inputs: Mapping[str, Any]) -> tuple[float, float, float | None, float | None] | None:
    given = the_first(inputs, "sessions", "clinics", "slots")
    if isinstance(given, list) and given and all(isinstance(each, Mapping) for each in given):
        of_slots = [each for each in given if has_any(each, (*TOTAL, *AVAILABLE))]
        return _of_sessions(of_slots) if of_slots else _of_slots(given) if "slots" in inputs else None
    return _of_sessions([inputs]) if has_any(inputs, (*TOTAL, *AVAILABLE)) else None


def _of_sessions(sessions: list[Mapping[str, Any]]) -> tuple[float, float, float | None, float | None]:
    held = [each for each in sessions if is_held(_status(each))]

    def total(names: tuple[str, ...], rows: list[Mapping[str, Any]] = held) -> float | None:
        numbers = [the_first(each, *names) for each in rows if has_any(each, names)]
        return sum(numbers) if numbers or not rows else None

    blocked = total(BLOCKED) or 0
    available = sum(_available(each) for each in held) - sum(the_first(each, "cancelled_slots", otherwise=0) for each in held)
    has = [any(has_any(each, names) for each in sessions) for names in (BOOKED, ATTENDED)]
    return available, blocked, total(BOOKED) if has[0] else None, total(ATTENDED) if has[1] else None


def _available(session: Mapping[str, Any]) -> float:
    if has_any(session, AVAILABLE):
        return float(the_first(session, *AVAILABLE))
    return float(available_slots(the_first(session, *TOTAL), the_first(session, *BLOCKED, otherwise=0)))


def _of_slots(rows: list[Mapping[str, Any]]) -> tuple[float, float, float | None, float | None]:
    """Slots one by one: `status` open, blocked, booked, held or cancelled; `bookings` where more than one patient has it."""
    states = [_status(each) for each in rows]
    there = [each for each, state in zip(rows, states, strict=True) if state not in {"blocked", "cancelled", "cancelled_provider"}]
    booked = sum(int(the_first(each, "bookings", "patients", otherwise=_status(each) in {"booked", "attended"})) for each in there)
    attended = sum(int(bool(each.get("attended")) or _status(each) == "attended") for each in there)
    return len(there), states.count("blocked"), booked, attended if any("attended" in each for each in rows) else None


def _status(row: Mapping[str, Any]) -> str:
    return (a_code(row.get("status")) or "").lower().replace(" ", "_")


def clinic_cancellations(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`sessions` of date, cancelled date (or notice) and by whom, or `scheduled` and `cancelled_under_6_weeks` (OP-R15)."""
    sessions = inputs.get("sessions")
    if isinstance(sessions, list) and sessions and all(isinstance(each, Mapping) for each in sessions):
        scheduled, short = len(sessions), sum(_is_short(each) for each in sessions)
        cancelled = sum(not is_held(_status(each)) or _cancelled_on(each) is not None for each in sessions)
    else:
        scheduled = the_first(inputs, "scheduled", "scheduled_sessions", "sessions_scheduled", "sessions")
        short = _given_short(inputs)
        cancelled = the_first(inputs, "cancelled_sessions", "sessions_cancelled", "cancelled")
        if not isinstance(scheduled, (int, float)) or short is None:
            return {}
    return {
        "scheduled": scheduled,
        "sessions_cancelled": cancelled,
        **under(short, "cancelled_under_6_weeks", "cancelled_short_notice", "sessions_cancelled_short_notice", "short_notice",
                "cancelled_under_42_days", "sessions_cancelled_under_6_weeks"),
        **under(per_cent(short, scheduled), "clinic_cancellation_pct", "clinic_cancel_pct", "clinic_cancellation_rate_pct",
                "clinic_cancel_rate_pct", "session_cancellation_pct", "session_cancel_rate_pct", "session_cancellation_rate_pct",
                "cancelled_under_6_weeks_pct", "clinic_cancelled_pct", "cancellation_pct", "cancelled_pct"),
    }  # fmt: skip


def _given_short(inputs: Mapping[str, Any]) -> Any:
    given = the_first(
        inputs, "cancelled_under_6_weeks", "provider_cancelled_under_6_weeks", "cancelled_short_notice",
        "sessions_cancelled_short_notice", "cancelled_under_42_days",
        "cancelled_by_provider_under_6_weeks", "cancelled_notice_days", "notice_days",
    )  # fmt: skip
    return sum(is_short_cancellation(True, int(days)) for days in given) if isinstance(given, list) else given


def _cancelled_on(session: Mapping[str, Any]) -> Any:
    given = the_first(session, *CANCELLED_ON)
    return None if isinstance(given, bool) else a_date(given)


def _is_short(session: Mapping[str, Any]) -> bool:
    status, by = _status(session), (a_code(the_first(session, "by", "cancelled_by")) or "").lower()
    notice = the_first(session, "notice_days", "notice")
    day = _cancelled_on(session)
    if notice is None and day is not None:
        notice = notice_days(day, a_date(the_first(session, *DAY)))
    is_provider = by in {"", "provider", "hospital", "trust", "4"} and status in {
        "", "cancelled", "cancelled_provider", "provider_cancelled", "cancelled_by_provider",
    }  # fmt: skip
    was_cancelled = day is not None or bool(session.get("cancelled")) or status not in {"", "held"} or bool(by)
    return bool(is_short_cancellation(is_provider and (was_cancelled or notice is not None), notice))
