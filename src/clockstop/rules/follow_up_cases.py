"""Planned follow-ups in worked cases: overdue at a census, and in which bucket each lies (OP-R12)."""

from collections.abc import Mapping
from typing import Any

from clockstop.rules.case_inputs import a_date, a_day, per_cent, the_first
from clockstop.rules.follow_up_waits import BUCKETS, bucket, days_overdue, is_overdue, latest_date
from clockstop.rules.outpatient_case_inputs import under

LATEST = ("lcad", "latest_clinically_appropriate_date", "latest_date")
DUE = ("due_date", "due")
BOOKED = ("booked_date", "booked", "booked_for", "appointment_date", "appointment")


def follow_ups(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`census` and `lcad` (days, null where there is none), or `requests` of lcad, booked and closed -> overdue and the buckets.

    `booked` may be a list beside that of `lcad`.
    """
    rows = _rows(inputs)
    if rows is None or "census" not in inputs:
        return {}
    census = a_day(inputs["census"])
    waits = [(_latest(row), a_date(the_first(row, *BOOKED))) for row in rows if _is_open(row, census)]
    late = [bool(is_overdue(latest, census)) for latest, _ in waits]
    found = [bucket(latest, booked, census) for latest, booked in waits]
    numbers = {name: found.count(name) for name in BUCKETS}
    days = [days_overdue(latest, census) if is_late else 0 for (latest, _), is_late in zip(waits, late, strict=True)]
    return {
        **numbers,
        "overdue": sum(late),
        "overdue_pct": per_cent(sum(late), len(waits)),
        **under(len(waits), "open", "open_requests", "total"),
        **under(days, "days_overdue", "overdue_days"),
        **under(found, "buckets", "bucket"),
        **under(max(days, default=0), "longest_overdue_days", "max_days_overdue"),
        **under(numbers["unbooked_overdue"], "overdue_unbooked", "unbooked_and_overdue"),
        **under(numbers["booked_after_lcad"], "booked_but_after_lcad", "booked_late"),
        **under(numbers["due_within_6_weeks_unbooked"], "due_within_6_weeks", "due_soon_unbooked", "unbooked_due_within_6_weeks"),
        **under(numbers["no_due_date"], "without_due_date", "no_lcad"),
        "booked_overdue": sum(is_late and booked is not None for (_, booked), is_late in zip(waits, late, strict=True)),
    } | _alone(rows, waits, days, found, late)


def _alone(rows: list[Any], waits: list[Any], days: list[Any], found: list[str], late: list[bool]) -> dict[str, Any]:
    """For a single request that is not in a list: its own answers, not lists of one."""
    if len(rows) != 1 or not rows[0].get("is_alone") or not waits:
        return {}
    return {"days_overdue": days[0], "bucket": found[0], "is_overdue": late[0], "overdue": late[0]}


def _rows(inputs: Mapping[str, Any]) -> list[Mapping[str, Any]] | None:
    given = the_first(inputs, "requests", "follow_ups", "follow_up_requests", "open_requests", *LATEST, *DUE)
    if isinstance(given, list):
        booked = the_first(inputs, *BOOKED)
        rows = [row if isinstance(row, Mapping) else {"lcad": row} for row in given]
        if isinstance(booked, list) and len(booked) == len(rows):
            rows = [{**row, "booked": day} for row, day in zip(rows, booked, strict=True)]
        return rows if all(_has_a_date(row) for row in rows) else None
    if any(name in inputs for name in (*LATEST, *DUE)):
        return [{**inputs, "is_alone": True}]
    return None


def _has_a_date(row: Mapping[str, Any]) -> bool:
    return any(name in row for name in (*LATEST, *DUE, *BOOKED, "requested_date", "risk_category"))


def _latest(row: Mapping[str, Any]) -> Any:
    tolerance = the_first(row, "tolerance_days", "tolerance", otherwise=0)
    return latest_date(a_date(the_first(row, *LATEST)), a_date(the_first(row, *DUE)), tolerance)


def _is_open(row: Mapping[str, Any], census: Any) -> bool:
    if the_first(row, "open", "is_open") is False or str(row.get("status", "open")) in {"closed", "completed", "cancelled"}:
        return False
    closed = a_date(the_first(row, "closed_date", "closed", "closed_on", "end_date", "completed_date"))
    requested = a_date(the_first(row, "requested_date", "requested", "start_date"))
    return (closed is None or closed > census) and (requested is None or requested <= census)
