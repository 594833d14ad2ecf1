"""The kinds of worked case about working days."""

from collections.abc import Mapping
from typing import Any

from clockstop.dates import working_days_after, working_days_of_month
from clockstop.rules.case_inputs import a_day, dates_of, the_first


def workdays(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`year` and `month` (or `month` as YYYY-MM), and `holidays`; without those, England's bank holidays (WLT-R14)."""
    year, month = inputs.get("year"), inputs["month"]
    if year is None:
        first_day = a_day(month if len(str(month)) > 7 else f"{month}-01")
        year, month = first_day.year, first_day.month
    return {"working_days": working_days_of_month(int(year), int(month), dates_of(inputs.get("holidays")))}


def working_days_after_case(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`from` and `n`, and `holidays`; without those, England's bank holidays (operations.md 0.2)."""
    day = a_day(the_first(inputs, "from", "date", "start"))
    number = int(the_first(inputs, "n", "working_days", "days"))
    due = working_days_after(day, number, dates_of(the_first(inputs, "holidays", "bank_holidays")))
    return {"due": due, "date": due}


KINDS = {"workdays": workdays, "working_days_after": working_days_after_case}
