"""Days as the NHS counts them: working days, month ends, weeks ending Sunday, financial years, and days in words.

Civil dates only; no clock is read here.
"""

from calendar import monthrange
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class BankHolidayChange:
    """A one-off: a day that is made a bank holiday, or that is one no longer."""

    day: date
    name: str
    is_holiday: bool = True


# The editable table beside the library's calendar: proclaimed days that the library does not know yet go here.
BANK_HOLIDAY_CHANGES: tuple[BankHolidayChange, ...] = ()


@cache
def _published_bank_holidays(year: int) -> frozenset[date]:
    from holidays.countries import UnitedKingdom  # half a second to import

    return frozenset(UnitedKingdom(subdiv="ENG", years=year))


def bank_holidays(year: int, *, changes: Iterable[BankHolidayChange] = BANK_HOLIDAY_CHANGES) -> frozenset[date]:
    """England's bank holidays of a year, substitute days among them, after `changes`.

    Where Christmas falls on a weekend the library also lists the day itself; it is no working day either way.

    >>> [day.isoformat() for day in sorted(bank_holidays(2026)) if day.month < 5]
    ['2026-01-01', '2026-04-03', '2026-04-06']
    >>> jubilee = BankHolidayChange(day=date(2026, 7, 6), name="A jubilee")
    >>> date(2026, 7, 6) in bank_holidays(2026, changes=[jubilee])
    True
    """
    days = set(_published_bank_holidays(year))
    for change in changes:
        if change.day.year == year:
            (days.add if change.is_holiday else days.discard)(change.day)
    return frozenset(days)


def is_working_day(day: date, holidays: Collection[date] | None = None) -> bool:
    """Whether the day is Monday to Friday and no holiday; `holidays` stands in for England's bank holidays.

    >>> is_working_day(date(2026, 12, 28)), is_working_day(date(2026, 12, 28), holidays=[])
    (False, True)
    """
    days_off = bank_holidays(day.year) if holidays is None else holidays
    return day.weekday() < 5 and day not in days_off


def working_days(first_day: date, end: date, holidays: Collection[date] | None = None) -> int:
    """The working days from `first_day` up to, but not with, `end` (WLT-R14).

    >>> working_days(date(2026, 12, 1), date(2027, 1, 1))
    21
    """
    span = range((end - first_day).days)
    return sum(is_working_day(first_day + timedelta(days=number), holidays) for number in span)


def working_days_of_month(year: int, month: int, holidays: Collection[date] | None = None) -> int:
    """The working days of a calendar month.

    >>> working_days_of_month(2026, 4)
    20
    """
    first_day = date(year, month, 1)
    return working_days(first_day, month_end(first_day) + ONE_DAY, holidays)


def working_days_after(day: date, number: int, holidays: Collection[date] | None = None) -> date:
    """The last day of "within `number` working days after `day`": the day itself is day 0, whatever weekday it is.

    So the first working day after a month end counts as 1 (RTT-R54).

    >>> working_days_after(date(2026, 12, 24), 3).isoformat()
    '2026-12-31'
    >>> working_days_after(date(2026, 10, 31), 13, holidays=[]).isoformat()
    '2026-11-18'
    """
    left = number
    while left > 0:
        day += ONE_DAY
        left -= is_working_day(day, holidays)
    return day


def month_start(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the day's month.

    >>> month_end(date(2028, 2, 3)).isoformat()
    '2028-02-29'
    """
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day number `months` later (or earlier), else that month's last day.

    >>> add_months(date(2026, 8, 31), 6).isoformat(), add_months(date(2028, 2, 29), 12).isoformat()
    ('2027-02-28', '2029-02-28')
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_ends(first: date, last: date) -> list[date]:
    """The month ends that lie from `first` to `last`, both in.

    >>> [day.isoformat() for day in month_ends(date(2026, 1, 31), date(2026, 3, 30))]
    ['2026-01-31', '2026-02-28']
    """
    found, day = [], month_end(first)
    while day <= last:
        found.append(day)
        day = month_end(day + ONE_DAY)
    return found


def week_ending(day: date) -> date:
    """The Sunday on which the day's week ends; a Sunday is its own.

    >>> week_ending(date(2026, 11, 9)).isoformat(), week_ending(date(2026, 11, 15)).isoformat()
    ('2026-11-15', '2026-11-15')
    """
    return day + timedelta(days=6 - day.weekday())


def weeks_ending(first: date, last: date) -> list[date]:
    """The Sundays from `first` to `last`, both in.

    >>> len(weeks_ending(date(2026, 11, 1), date(2026, 11, 15)))
    3
    """
    sunday = week_ending(first)
    return [sunday + timedelta(weeks=number) for number in range((last - sunday).days // 7 + 1)]


def financial_year(day: date) -> str:
    """The financial year, 1 April to 31 March.

    >>> financial_year(date(2027, 3, 31)), financial_year(date(2027, 4, 1))
    ('2026/27', '2027/28')
    """
    first = day.year - (day.month < 4)
    return f"{first}/{(first + 1) % 100:02d}"


def financial_month(day: date) -> int:
    """The month's number in its financial year: April is 1.

    >>> financial_month(date(2026, 4, 1)), financial_month(date(2027, 3, 31))
    (1, 12)
    """
    return (day.month - 4) % 12 + 1


def wait_in_words(days: int) -> str:
    """A wait as it is said: completed weeks and the days over (for display only; bands never use it).

    >>> [wait_in_words(days) for days in (0, 1, 7, 8, 126, 129)]
    ['0 days', '1 day', '1 week', '1 week and 1 day', '18 weeks', '18 weeks and 3 days']
    """
    weeks, over = divmod(days, 7)
    parts = [_counted(weeks, "week")] if weeks else []
    if over or not weeks:
        parts.append(_counted(over, "day"))
    return " and ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def in_words(day: date) -> str:
    """The day in full.

    >>> in_words(date(2026, 10, 2))
    '2 October 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def in_dense_words(day: date, *, year: bool = False) -> str:
    """The day for a crowded table, with its year only where asked.

    >>> in_dense_words(date(2026, 10, 12)), in_dense_words(date(2026, 10, 12), year=True)
    ('12 Oct', '12 Oct 2026')
    """
    short = f"{day.day} {_MONTHS[day.month - 1][:3]}"
    return f"{short} {day.year}" if year else short


# Not strftime: month names must not follow the server's locale.
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
