"""Weeks that end on Sunday, months, and single days: which period a day falls in."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import ibis
from ibis.expr.types import DateValue, IntegerValue

from clockstop.dates import add_months, month_end, month_start

PeriodKind = Literal["week", "month", "now"]
SUNDAY = 6


@dataclass(frozen=True)
class Periods:
    """`count` periods in a row. `first_end` is the last day of the first, and a census of a period is taken at its end."""

    kind: PeriodKind
    first_end: date
    count: int

    @property
    def ends(self) -> tuple[date, ...]:
        """The last day of each period."""
        return tuple(_end(self, index) for index in range(self.count))

    def index_of(self, day: DateValue) -> IntegerValue:
        """The place of the first period that ends on or after `day`, from 0 to `count` (after the last)."""
        if self.kind == "week":
            index = (ibis.greatest(day.delta(ibis.date(self.first_end), unit="day"), -6) + 6) // 7
        elif self.kind == "month":
            index = day.year() * 12 + day.month() - (self.first_end.year * 12 + self.first_end.month)
        else:
            index = (day > ibis.date(self.first_end)).cast("int64")
        return ibis.least(ibis.greatest(index, 0), self.count).cast("int64")

    def end_of(self, index: IntegerValue) -> DateValue:
        """The last day of the period at that place."""
        if self.kind == "week":
            return _as_day(ibis.date(self.first_end) + (index * 7).as_interval("D"))
        if self.kind == "month":
            next_month = ibis.date(self.first_end + timedelta(days=1))
            return _as_day(_as_day(next_month + index.as_interval("M")) - ibis.interval(days=1))
        return ibis.date(self.first_end)

    def first_day(self) -> date:
        """The first day of the first period."""
        if self.kind == "week":
            return self.first_end - timedelta(days=6)
        return month_start(self.first_end) if self.kind == "month" else self.first_end


@dataclass(frozen=True)
class Running:
    """The last `count` whole periods up to the day `to`, which is only ever put into expressions: a query of them can be kept.

    A period has a place, a whole number that grows by one from each period to the next.
    """

    kind: PeriodKind
    to: date
    count: int

    def place_of(self, day: DateValue) -> IntegerValue:
        """The place of the period that holds the day; null where there is no day."""
        if self.kind == "month":
            return (day.year() * 12 + day.month() - 1).cast("int64")
        days = day.epoch_days().cast("int64")
        # The first day of 1970 was a Thursday, and weeks begin on Mondays.
        return (days + 3) // 7 if self.kind == "week" else days

    @property
    def after(self) -> IntegerValue:
        """The place after that of the last whole period."""
        return self.place_of(_as_day(ibis.date(self.to) + ibis.interval(days=1)))

    def end_of(self, place: IntegerValue) -> DateValue:
        """The last day of the period at that place."""
        epoch = ibis.date(1970, 1, 1)
        if self.kind == "month":
            months = (place + 1 - 1970 * 12).as_interval("M")
            return _as_day(_as_day(epoch + months) - ibis.interval(days=1))
        return _as_day(epoch + (place * 7 + 3 if self.kind == "week" else place).as_interval("D"))


def _as_day(instant: DateValue) -> DateValue:
    # Engines give an instant for a day plus an interval, and Ibis takes it for a day: hence the two casts.
    return instant.cast("timestamp").cast("date")


def weeks_to(day: date, count: int) -> Periods:
    """The last `count` whole weeks that ended on or before `day`."""
    last = day - timedelta(days=(day.weekday() - SUNDAY) % 7)
    return Periods("week", last - timedelta(days=7 * (count - 1)), count)


def months_to(day: date, count: int) -> Periods:
    """The last `count` whole months that ended on or before `day`."""
    last = day if day == month_end(day) else month_start(day) - timedelta(days=1)
    return Periods("month", month_end(add_months(last, 1 - count)), count)


def on_day(day: date) -> Periods:
    """A census on one day, for what has no history."""
    return Periods("now", day, 1)


def _end(periods: Periods, index: int) -> date:
    if periods.kind == "month":
        return month_end(add_months(periods.first_end, index))
    return periods.first_end + timedelta(days=7 * index)
