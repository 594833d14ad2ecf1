"""Board rounds of wards: which were held of those expected, when and by how many (operations.md 2.3, FLO-11)."""

import ibis
from ibis.expr.types import Table

from clockstop.rules.bed_base import base_rows, with_ward
from clockstop.rules.discharge_times import weekday_of
from clockstop.rules.local_time import minute_of
from clockstop.rules.readings import Readings


def board_round_days(board_rounds: Table, wards: Table, *, as_of: object, readings: Readings) -> Table:
    """Each round that a ward was to hold by the as-of day, with its ward, whether it was held, and how long it took."""
    rows = board_rounds.filter(board_rounds.round_date <= as_of)
    rows = with_ward(rows, base_rows(wards), rows.round_date, or_first=True)
    took = minute_of(rows.round_ended_at).floor() - minute_of(rows.round_started_at).floor()
    return rows.select(
        "ward_code", "round_started_at", "round_ended_at", "attendees", "ward_type",
        day=rows.round_date,
        ward_name=rows.ward_name.fill_null(rows.ward_code),
        is_adult=rows.is_adult.fill_null(True),
        is_expected=ibis.literal(True),
        is_held=rows.is_held.fill_null(False),
        minutes=took,
        weekday=weekday_of(rows.round_date).cast("string"),
        activity_treatment_function_code=rows.ward_function_code,
        organisation_site_identifier_of_treatment=ibis.coalesce(
            rows.organisation_site_identifier_of_treatment, rows.ward_site
        ),
    )  # fmt: skip
