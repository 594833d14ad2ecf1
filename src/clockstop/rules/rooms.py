"""The fact table of rooms: the minutes of each room, day and half-day that were open, booked and in use (OP-R13, OP-R14).

What is in use is measured as each room says (`use_source`): from check-in, from the room's own system, or from the first start to
the last end of its clinics. Overlaps count once: rules/room_minutes.py adds only what an interval adds to those before it. Times
are local, so that a day on which the clocks change has the minutes that its clocks show.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
from ibis import _
from ibis.expr.types import DateValue, IntegerValue, StringValue, Table, TimestampValue

from clockstop.dates import bank_holidays
from clockstop.rules import outpatient_attendance as attendance
from clockstop.rules.clinic_slots import is_held
from clockstop.rules.fact import Fact
from clockstop.rules.readings import Readings
from clockstop.rules.room_minutes import clipped, minutes_added
from clockstop.rules.whole_numbers import summed
from clockstop.rules.working_days import FIRST_YEAR, LAST_YEAR

ROOM, SESSION = "room_identifier", "outpatient_session_identifier"
MINUTES_OF_A_DAY = 24 * 60
HALVES = ("Morning", "Afternoon")
KEY = (ROOM, "day", "half_day")
# The sets of intervals whose minutes are counted, each interval in all that it belongs to.
USED, BOOKED, BUSY, BUSY_OR_CLOSED = "used_minutes", "booked_minutes", "busy", "busy_or_closed"
CHECK_IN, ROOM_SYSTEM, FIRST_TO_LAST = "check_in", "room_system", "first_to_last"
# A clinic that says nothing of itself is measured by what every clinic has: when it began and ended.
DEFAULT_SOURCE = FIRST_TO_LAST
SITE = "organisation_site_identifier_of_treatment"


def room_use(
    *, rooms: Table, outpatient_sessions: Table, appointments: Table, room_bookings: Table, as_of: date, readings: Readings
) -> Table:
    """Each room, day and half-day on which it was open: minutes open, booked and in use, and by what the use was measured.

    A room is open on its weekdays but for bank holidays, from the first day of which anything is known. A closed room leaves the
    open minutes (unless it was used all the same); an open one that nobody used does not.
    """
    halves = _halves(_days(rooms, outpatient_sessions, room_bookings, as_of), readings.afternoon_from_hour * 60)
    sessions = outpatient_sessions.filter(is_held(_.session_status) & _[ROOM].notnull() & (_.session_date <= ibis.literal(as_of)))
    bookings = room_bookings.filter(_.cancelled_date.isnull() | (_.cancelled_date > _.booking_date))
    is_closed = (bookings.booking_purpose == "closed").fill_null(False)
    closed, kept = bookings.filter(is_closed), bookings.filter(~is_closed)
    used = _in_use(rooms, sessions, appointments, kept)
    booked = _intervals(kept, "booking_date", "booked_start_at", "booked_end_at").union(
        _intervals(sessions, "session_date", "session_start_at", "session_end_at")
    )
    shut = _intervals(closed, "booking_date", "booked_start_at", "booked_end_at")
    marked = ibis.union(
        used.mutate(sets=ibis.array([USED, BUSY, BUSY_OR_CLOSED])),
        booked.mutate(sets=ibis.array([BOOKED, BUSY, BUSY_OR_CLOSED])),
        shut.mutate(sets=ibis.array([BUSY_OR_CLOSED])),
    )
    each = marked.mutate(of=marked.sets.unnest()).drop("sets")
    minutes = covered_minutes(each, halves, by=("of",))
    sums = {name: summed((minutes.of == name).ifelse(minutes.minutes, 0)) for name in (USED, BOOKED, BUSY, BUSY_OR_CLOSED)}
    found = halves.left_join(minutes.group_by(*KEY).agg(**sums), KEY, rname="{name}_right").drop(*(f"{key}_right" for key in KEY))
    return _summed(found.mutate(**{name: found[name].fill_null(0) for name in sums}), _clinics(sessions, halves))


def _summed(found: Table, clinics: Table) -> Table:
    """The room's half-day with its open minutes less those in which it was closed, and the sessions that it held."""
    rows = found.left_join(clinics, KEY, rname="{name}_right").drop(*(f"{key}_right" for key in KEY))
    open_minutes = ibis.greatest(rows.half_minutes - (rows.busy_or_closed - rows.busy), 0)
    return rows.select(
        *KEY, "room_name", "location", "room_type", "use_source", SITE, "weekday", "booked_minutes", "used_minutes",
        open_minutes=open_minutes,
        closed_minutes=rows.half_minutes - open_minutes,
        unused_minutes=ibis.greatest(open_minutes - rows.used_minutes, 0),
        sessions=rows.sessions.fill_null(0),
        clinics=rows.clinics,
        is_empty=(open_minutes > 0) & (rows.used_minutes == 0),
        is_open=open_minutes > 0,
    ).filter(_.is_open | (_.closed_minutes > 0))  # fmt: skip


def _days(rooms: Table, sessions: Table, bookings: Table, as_of: date) -> Table:
    """Each room on each day on which it is to be open, from the first day of which sessions or bookings tell."""
    first = sessions.select(day=_.session_date).union(bookings.select(day=_.booking_date)).agg(first_day=_.day.min())
    rows = rooms.cross_join(first)
    begins = ibis.greatest(rows.open_from_date, rows.first_day)
    ends = ibis.least(rows.open_to_date.fill_null(ibis.literal(as_of)), ibis.literal(as_of))
    rows = rows.mutate(begins=begins, days=ends.delta(begins, unit="day")).filter(_.days >= 0)
    rows = rows.mutate(number=ibis.range(0, rows.days + 1).unnest())
    rows = rows.mutate(day=(rows.begins + rows.number.as_interval("D")).cast("timestamp").cast("date"))
    rows = rows.mutate(weekday=rows.day.day_of_week.index() + 1)
    holidays = [day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in sorted(bank_holidays(year))]
    return rows.filter(rows.open_weekdays.contains(rows.weekday.cast("string")) & ~rows.day.isin(holidays))


def _halves(days: Table, noon: int) -> Table:
    """Both halves of each room's day, with the minutes from which and to which each is open."""
    opens, closes = _minute_of_text(days.opens_time), _minute_of_text(days.closes_time)
    closes = (closes <= opens).ifelse(closes + MINUTES_OF_A_DAY, closes)
    rows = days.mutate(opens=opens, closes=closes, use_source=days.use_source.fill_null(DEFAULT_SOURCE))
    both = [
        rows.mutate(half_day=ibis.literal(HALVES[0]), closes=ibis.least(rows.closes, noon)),
        rows.mutate(half_day=ibis.literal(HALVES[1]), opens=ibis.greatest(rows.opens, noon)),
    ]
    halves = ibis.union(*both)
    return halves.mutate(half_minutes=halves.closes - halves.opens).filter(_.half_minutes > 0)


def _in_use(rooms: Table, sessions: Table, appointments: Table, bookings: Table) -> Table:
    """The intervals in which each room was in use, by its own source."""
    sources = rooms.select(ROOM, source=_.use_source.fill_null(DEFAULT_SOURCE))
    seen = appointments.filter(attendance.has_attended(_.attended_or_did_not_attend_code))
    seen = seen.join(sessions.select(SESSION, ROOM, "session_date"), SESSION, rname="{name}_of_session")
    by_patient = _intervals(seen, "session_date", "seen_at", "left_at")
    by_system = _intervals(bookings, "booking_date", "used_start_at", "used_end_at")
    by_clinic = _intervals(_from_first_to_last(sessions, seen), "session_date", "begun_at", "ended_at")
    found = ibis.union(
        by_patient.mutate(source=ibis.literal(CHECK_IN)),
        by_system.mutate(source=ibis.literal(ROOM_SYSTEM)),
        by_clinic.mutate(source=ibis.literal(FIRST_TO_LAST)),
    )
    return found.semi_join(sources, [ROOM, "source"]).drop("source")


def _from_first_to_last(sessions: Table, seen: Table) -> Table:
    """Each session from its first start to its last end: what it says of itself, else what its patients' times say."""
    times = seen.group_by(SESSION).agg(first_seen_at=_.seen_at.min(), last_left_at=_.left_at.max())
    rows = sessions.left_join(times, SESSION, rname="{name}_seen")
    return rows.mutate(
        begun_at=rows.first_start_at.coalesce(rows.first_seen_at), ended_at=rows.last_end_at.coalesce(rows.last_left_at)
    ).drop(f"{SESSION}_seen")


def _intervals(rows: Table, day: str, start: str, end: str) -> Table:
    """Room, day, and the minutes of that day from which and to which; an interval that lacks an end is none."""
    rows = rows.filter(rows[ROOM].notnull() & rows[start].notnull() & rows[end].notnull())
    return rows.select(ROOM, day=rows[day], start_minute=_minute(rows[start], rows[day]), end_minute=_minute(rows[end], rows[day]))


def covered_minutes(intervals: Table, halves: Table, *, by: Sequence[str] = ()) -> Table:
    """For each room, day and half-day (and what else to part them `by`), the minutes that at least one interval covers.

    Only minutes within the half's open hours count. `intervals` have room_identifier, day, start_minute and end_minute; `halves`
    KEY with `opens` and `closes`.
    """
    rows = intervals.join(halves.select(*KEY, "opens", "closes"), [ROOM, "day"])
    start, end = clipped(rows.start_minute, rows.end_minute, rows.opens, rows.closes)
    rows = rows.mutate(start_minute=start, end_minute=end).filter(_.end_minute > _.start_minute)
    before = ibis.window(group_by=[*KEY, *by], order_by=["start_minute", "end_minute"], preceding=(None, 1))
    rows = rows.mutate(covered_until=rows.end_minute.max().over(before))
    return rows.group_by(*KEY, *by).agg(minutes=summed(minutes_added(rows.start_minute, rows.end_minute, rows.covered_until)))


def _clinics(sessions: Table, halves: Table) -> Table:
    """How many sessions each room's half-day held, and of which clinics: by their start."""
    rows = sessions.filter(_.session_start_at.notnull()).mutate(
        day=_.session_date, minute=_minute(sessions.session_start_at, sessions.session_date)
    )
    rows = rows.join(halves.select(*KEY, "opens", "closes"), [ROOM, "day"], rname="{name}_half")
    rows = rows.filter((rows.minute >= rows.opens) & (rows.minute < rows.closes))
    return rows.group_by(*KEY).agg(sessions=rows.count(), clinics=rows.clinic_code.group_concat(", ", order_by=rows.clinic_code))


def _minute(instant: TimestampValue, day: DateValue) -> IntegerValue:
    """Minutes of local time since the day began; those of the night after are more than a day's."""
    return instant.date().delta(day, unit="day") * MINUTES_OF_A_DAY + instant.hour() * 60 + instant.minute()


def _minute_of_text(time: StringValue) -> IntegerValue:
    return time.substr(0, 2).cast("int64") * 60 + time.substr(3, 2).cast("int64")


FACTS: Sequence[Fact] = (
    Fact(
        name="room_use",
        title="Rooms and their use",
        row="a room on the morning or afternoon of a day: minutes open, booked and in use",
        needs=("rooms", "outpatient_sessions", "appointments", "room_bookings"),
        build=room_use,
        order=("day", "room_identifier", "half_day"),
    ),
)
