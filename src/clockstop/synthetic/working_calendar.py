"""The days of the made-up group: which are worked, and how many referrals come on each."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from clockstop.dates import bank_holidays

# Monday to Sunday, then by month: read off no source, chosen to look like a referral office.
WEEKDAY_WEIGHTS = np.array([1.15, 1.10, 1.05, 1.0, 0.9, 0.08, 0.06])
MONTH_WEIGHTS = np.array([1.06, 1.0, 1.06, 0.97, 1.0, 1.03, 1.03, 0.92, 1.04, 1.07, 1.03, 0.82])
BANK_HOLIDAY_WEIGHT = 0.08
GROWTH_A_YEAR = 0.015


@dataclass(frozen=True)
class Calendar:
    """Days are whole numbers since 1970-01-01; the arrays begin at `first`. The window of the histories is in it."""

    first: int
    window_first: int
    until: int
    is_working: NDArray[np.bool_]
    next_working: NDArray[np.int32]
    weight: NDArray[np.float64]

    def rolled(self, days: NDArray[np.int32]) -> NDArray[np.int32]:
        """Each day, or the first working day after it."""
        place = np.clip(days - self.first, 0, len(self.next_working) - 1)
        return self.next_working[place]


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return int(np.datetime64(day, "D").astype(int))


def calendar(window_first: date, until: date, *, days_before: int, days_after: int) -> Calendar:
    """The calendar of the window, and of as many days before and after it."""
    first, last = day_number(window_first) - days_before, day_number(until) + days_after
    days = np.arange(first, last + 1)
    dates = days.astype("datetime64[D]")
    weekday = (days + 3) % 7
    years = range(dates[0].item().year, dates[-1].item().year + 1)
    holidays = np.array([day_number(day) for year in years for day in bank_holidays(year)])
    is_holiday = np.isin(days, holidays)
    is_working = (weekday < 5) & ~is_holiday
    return Calendar(
        first=first,
        window_first=day_number(window_first),
        until=day_number(until),
        is_working=is_working,
        next_working=_next_working(days, is_working),
        weight=_weights(days, weekday, is_holiday, day_number(until)),
    )


def _next_working(days: NDArray[np.int64], is_working: NDArray[np.bool_]) -> NDArray[np.int32]:
    working = np.append(days[is_working], days[-1] + 1)
    return working[np.searchsorted(working, days)].astype(np.int32)


def _weights(days: NDArray[np.int64], weekday: NDArray[np.int64], is_holiday: NDArray[np.bool_], until: int) -> NDArray[np.float64]:
    """The relative number of referrals of each day; 1 is the mean of the year that ends on `until`."""
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12
    by_day = np.where(is_holiday, BANK_HOLIDAY_WEIGHT, WEEKDAY_WEIGHTS[weekday])
    weights = by_day * MONTH_WEIGHTS[month] * (1 + GROWTH_A_YEAR) ** ((days - until) / 365.25)
    return weights / weights[(days > until - 364) & (days <= until)].mean()
