"""Which bed state of a ward says what was open at a midnight, or now: the last one, if it is not too old (operations.md 2.2)."""

import ibis
from ibis.expr.types import Table, TimestampValue

from clockstop.rules.bed_spells import minute
from clockstop.rules.local_time import minute_of

_HOURS_OF_A_DAY = 24
STATE_COLUMNS = {
    "beds_open": "beds_open", "escalation_beds_open": "escalation_beds_open", "counted_occupied": "beds_occupied",
    "closed_infection": "beds_closed_infection", "closed_staffing": "beds_closed_staffing",
    "closed_estates": "beds_closed_estates", "empty_clean": "beds_empty_clean", "empty_not_clean": "beds_empty_not_clean",
    "reserved": "beds_reserved",
}  # fmt: skip
KEY = "ward_bed_state_identifier"


def states_at_midnight(ward_bed_states: Table, *, as_of: object, hours: int) -> Table:
    """The last bed state of each ward at or before each midnight and no more than `hours` older, by `day` and `ward_code`."""
    rows = ward_bed_states.mutate(taken_minute=minute(ward_bed_states, "taken_at"))
    # A state of 00:00:00 is of the midnight that ends the day before; seconds count here, since the order of two states does.
    on_midnight = rows.taken_at == rows.taken_at.date().cast("timestamp")
    first = on_midnight.ifelse(rows.taken_at - ibis.interval(days=1), rows.taken_at).date()
    days = hours // _HOURS_OF_A_DAY + 1
    rows = rows.mutate(number=ibis.range(0, days).unnest(), first=first)
    rows = rows.mutate(day=(rows["first"].cast("timestamp") + rows.number.as_interval("D")).cast("date"))
    midnight = rows.day.cast("timestamp") + ibis.interval(days=1)
    rows = rows.filter((rows.day <= as_of) & (minute_of(midnight) - rows.taken_minute <= hours * 60))
    latest = ibis.window(group_by=["ward_code", "day"], order_by=[rows.taken_at.desc(), rows[KEY].desc()])
    rows = rows.mutate(place=ibis.row_number().over(latest))
    return _renamed(rows.filter(rows.place == 0), "day")


def states_at(ward_bed_states: Table, at: TimestampValue, *, hours: int) -> Table:
    """The last bed state of each ward at or before the instant and no more than `hours` older, by `ward_code`."""
    rows = ward_bed_states.filter((ward_bed_states.taken_at <= at).fill_null(False))
    rows = rows.filter(minute_of(at) - minute(rows, "taken_at") <= hours * 60)
    latest = ibis.window(group_by="ward_code", order_by=[rows.taken_at.desc(), rows[KEY].desc()])
    rows = rows.mutate(place=ibis.row_number().over(latest))
    return _renamed(rows.filter(rows.place == 0))


def _renamed(rows: Table, *keys: str) -> Table:
    named = {ours: rows[theirs].cast("int64") for ours, theirs in STATE_COLUMNS.items()}
    return rows.select(*keys, "ward_code", bed_state_at="taken_at", **named)
