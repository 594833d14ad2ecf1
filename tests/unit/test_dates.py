"""Working days and calendars, beside the examples in dates.py itself."""

from datetime import date, timedelta

import pytest

from clockstop import dates

# Operations.md 0.2: the bank holidays that are no weekend days.
BANK_HOLIDAYS = {
    2026: ("01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"),
    2027: ("01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"),
    2028: ("01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"),
}


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_englands_bank_holidays(year):
    weekdays = {day for day in dates.bank_holidays(year) if day.weekday() < 5}
    assert weekdays == {date.fromisoformat(f"{year}-{day}") for day in BANK_HOLIDAYS[year]}


def test_one_off_changes_add_and_withdraw_days_of_their_year_only():
    changes = [
        dates.BankHolidayChange(day=date(2026, 5, 4), name="moved", is_holiday=False),
        dates.BankHolidayChange(day=date(2026, 5, 8), name="moved to"),
        dates.BankHolidayChange(day=date(2027, 5, 7), name="another year"),
    ]
    changed = dates.bank_holidays(2026, changes=changes)
    assert changed ^ dates.bank_holidays(2026) == {date(2026, 5, 4), date(2026, 5, 8)}


@pytest.mark.parametrize(
    ("day", "number", "due"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # a Friday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # a Saturday counts as day 0 as well
        (date(2026, 11, 21), 0, date(2026, 11, 21)),
        (date(2026, 12, 18), 10, date(2027, 1, 6)),
    ],
)
def test_within_so_many_working_days(day, number, due):
    assert dates.working_days_after(day, number) == due


def test_working_days_of_a_span_leave_its_end_out():
    assert dates.working_days(date(2026, 11, 20), date(2026, 11, 23)) == 1
    assert dates.working_days(date(2026, 11, 20), date(2026, 11, 20)) == 0
    assert dates.working_days_of_month(2026, 12, holidays=[date(2026, 12, 25), date(2026, 12, 28)]) == 21


def test_every_day_of_a_week_ends_on_its_sunday():
    monday = date(2026, 11, 9)
    assert {dates.week_ending(monday + timedelta(days=number)) for number in range(7)} == {date(2026, 11, 15)}


def test_lists_of_weeks_and_months_have_both_ends():
    assert dates.weeks_ending(date(2026, 11, 2), date(2026, 11, 14)) == [date(2026, 11, 8)]
    assert dates.weeks_ending(date(2026, 11, 9), date(2026, 11, 14)) == []
    assert dates.month_ends(date(2026, 10, 31), date(2026, 12, 31))[-1] == date(2026, 12, 31)
    assert dates.month_start(date(2026, 12, 31)) == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("day", "year", "month"),
    [(date(2026, 3, 31), "2025/26", 12), (date(2026, 4, 1), "2026/27", 1), (date(2099, 12, 1), "2099/00", 9)],
)
def test_financial_years(day, year, month):
    assert (dates.financial_year(day), dates.financial_month(day)) == (year, month)


def test_days_in_words():
    assert dates.in_words(date(2026, 11, 1)) == "1 November 2026"
    assert dates.in_dense_words(date(2026, 9, 30)) == "30 Sep"
    assert dates.in_dense_words(date(2026, 9, 30), year=True) == "30 Sep 2026"
