"""The week, month or quarter that a national return is about."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from clockstop.dates import add_months, financial_year, month_end, month_start, week_ending

PeriodKind = Literal["week", "month", "quarter"]
# Not strftime: month names must not follow the server's locale.
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip
_MONTHS_OF = {"month": 1, "quarter": 3}


@dataclass(frozen=True, kw_only=True)
class ReturnPeriod:
    """A week (Monday to Sunday), month or quarter, and the day at whose end its lists are counted.

    `name` is the month as YYYY-MM (of a quarter its last), of a week its last day.
    """

    kind: PeriodKind
    first_day: date
    last_day: date
    census: date

    @property
    def is_over(self) -> bool:
        """Whether the data reach its end."""
        return self.census == self.last_day

    @property
    def name(self) -> str:
        return self.last_day.isoformat() if self.kind == "week" else f"{self.last_day:%Y-%m}"

    @property
    def days(self) -> int:
        """Its days up to the census."""
        return (self.census - self.first_day).days + 1

    @property
    def month_name(self) -> str:
        """The name of its (last) month: June."""
        return _MONTHS[self.last_day.month - 1]

    @property
    def financial_year(self) -> str:
        """The financial year in which it ends: 2025-26."""
        return financial_year(self.last_day).replace("/", "-")

    @property
    def title(self) -> str:
        """The period in words, as the published files have it."""
        if self.kind == "week":
            return f"Week ending {self.last_day.day} {self.month_name} {self.last_day.year}"
        if self.kind == "month":
            return f"{self.month_name} {self.last_day.year}"
        quarter = (self.last_day.month - 4) % 12 // 3 + 1
        first = _MONTHS[self.first_day.month - 1]
        return f"Quarter {quarter}, {self.financial_year} ({first} to {self.month_name} {self.last_day.year})"

    def before(self) -> "ReturnPeriod":
        """The period before it, whole."""
        return period_ending(self.kind, self.first_day - timedelta(days=1))


def period_ending(kind: PeriodKind, last_day: date, *, as_of: date | None = None) -> ReturnPeriod:
    """The period that ends on `last_day`, counted at the end of `as_of` where that is earlier.

    >>> quarter = period_ending("quarter", date(2025, 6, 30))
    >>> quarter.first_day.isoformat(), quarter.name, quarter.title
    ('2025-04-01', '2025-06', 'Quarter 1, 2025-26 (April to June 2025)')
    """
    is_week = kind == "week"
    first = last_day - timedelta(days=6) if is_week else add_months(month_start(last_day), 1 - _MONTHS_OF[kind])
    return ReturnPeriod(kind=kind, first_day=first, last_day=last_day, census=min(last_day, as_of or last_day))


def last_day_of_period(kind: PeriodKind, day: date) -> date:
    """The last day of the period that a day lies in.

    >>> last_day_of_period("quarter", date(2026, 10, 3)).isoformat(), last_day_of_period("week", date(2026, 10, 3)).isoformat()
    ('2026-12-31', '2026-10-04')
    """
    if kind == "week":
        return week_ending(day)
    return month_end(add_months(month_start(day), (-day.month) % _MONTHS_OF[kind]))


def periods_back(kind: PeriodKind, day: date, number: int, *, as_of: date) -> list[ReturnPeriod]:
    """The period that the day lies in and those before it, the newest first."""
    found, last = [], last_day_of_period(kind, day)
    for _ in range(number):
        found.append(period_ending(kind, last, as_of=as_of))
        last = found[-1].first_day - timedelta(days=1)
    return found
