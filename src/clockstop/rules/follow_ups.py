"""The fact table of planned follow-ups: each request, when it should be seen at the latest, and whether that is booked (OP-R12)."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
from ibis.expr.types import Table

from clockstop.contracts.people import SERVICE_NAMES
from clockstop.rules import follow_up_waits as waits
from clockstop.rules.fact import Fact
from clockstop.rules.outpatients import PATHWAY

RISKS = {"high": 1, "medium": 2, "low": 3}


def follow_ups(*, follow_up_requests: Table, as_of: date, **_unused: Any) -> Table:
    """Each request, open and closed, so that any past census can be counted; days and bucket as at the as-of day.

    `due_date` is the latest date that is clinically in time. A booking that has passed while the request is open books nothing: it
    is kept as `lapsed_booking_date`. `start_date` and `end_date` are those of the request; it starts no RTT clock.
    """
    rows, today = follow_up_requests, ibis.literal(as_of)
    latest = waits.latest_date(rows.latest_clinically_appropriate_date, rows.due_date, rows.tolerance_days)
    stands = (rows.booked_date >= today).fill_null(False)
    booked = stands.ifelse(rows.booked_date, ibis.null("date"))
    is_open = (rows.requested_date <= today) & (rows.closed_date.isnull() | (rows.closed_date > today))
    overdue = waits.is_overdue(latest, today)
    bucket = waits.bucket(latest, booked, today)
    place = [name for name in SERVICE_NAMES if name in rows.columns]
    return rows.select(
        "follow_up_request_identifier", PATHWAY, "requested_date", "risk_category", "closed_reason", *place,
        clinic=rows.clinic_code,
        asked_for_date=rows.due_date,
        start_date=rows.requested_date,
        end_date=rows.closed_date,
        due_date=latest,
        breach_date=latest,
        days_to_breach=latest.delta(today, unit="day"),
        days_waited=ibis.least(rows.closed_date.fill_null(today), today).delta(rows.requested_date, unit="day"),
        days_overdue=waits.days_overdue(latest, today),
        booked_date=booked,
        lapsed_booking_date=stands.ifelse(ibis.null("date"), rows.booked_date),
        bucket=is_open.ifelse(bucket, ibis.null("string")),
        risk_order=rows.risk_category.cases(*RISKS.items(), else_=2),
        is_listed=is_open,
        is_overdue_now=is_open & overdue,
        is_without_due_date=latest.isnull(),
        is_unbooked=is_open & booked.isnull(),
    )  # fmt: skip


FACTS = (
    Fact(
        name="follow_ups",
        title="Planned and overdue follow-ups",
        row="a request for a follow-up, open or closed, with its latest date and its booking",
        needs=("follow_up_requests",),
        build=follow_ups,
        order=("due_date", "follow_up_request_identifier"),
    ),
)
