"""The drawings of the department and beds now: the longest waits, arrivals of today beside what is usual, beds tonight."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from clockstop.answers.beds_tonight import Tonight
from clockstop.answers.emergency import Today, UsualDay
from clockstop.contracts.emergency_codes import AREA
from clockstop.nhsuk.presenters import count, number
from clockstop.pages.balance_drawing import Step, draw_balance
from clockstop.pages.clock_bars import ClockBar, draw_clock_bars, hours_and_minutes
from clockstop.pages.drawing_shapes import Drawing
from clockstop.pages.hour_drawing import Band, Bars, draw_hours
from clockstop.rules.emergency_now import STAGES
from clockstop.rules.treatment_function_names import treatment_function_name

WIDTHS = (470, 358)


def longest_bars(rows: Sequence[dict[str, Any]], *, of: int, is_narrow: bool) -> Drawing:
    """The patients who are there longest, on one scale of hours."""
    bars = [ClockBar(place_words(row), row["minutes_so_far"], waits_words(row)) for row in rows]
    first = f", {bars[0].place} the longest with {hours_and_minutes(bars[0].minutes)}" if bars else ""
    return draw_clock_bars(
        bars,
        description=f"Hours in the department of the {len(bars)} of {of} longest there{first}; 4 and 12 hours are marked",
        is_narrow=is_narrow,
    )


def place_words(row: dict[str, Any]) -> str:
    """Where the patient is: the cubicle as the department calls it, else the area."""
    return row["place"] or AREA.get(row["area"] or "", "Place not known")


def waits_words(row: dict[str, Any]) -> str:
    """What the patient waits for: a bed, what the department wrote down, a specialty, else the next step that is not done."""
    if row["is_waiting_for_bed"]:
        function = row["admitting_treatment_function_code"]
        asked = f"Bed asked {_time(row['decision_to_admit_at'], row['at'])}"
        return f"{asked}, {treatment_function_name(function)}" if function else asked
    if row["waiting_for"]:
        return str(row["waiting_for"])
    if row["stage"] == "waiting_for_specialty" and row["specialty_asked"]:
        return f"{treatment_function_name(row['specialty_asked'])}, asked {_time(row['specialty_asked_at'], row['at'])}"
    return STAGES[row["stage"]]


def _time(instant: datetime, at: datetime) -> str:
    """The time of day, with the weekday where it is not today's."""
    return f"{instant:%H:%M}" if instant.date() == at.date() else f"{instant:%a %H:%M}"


def arrivals_today(today: Today, usual: UsualDay | None, at: datetime, width: float, *, few: Container[int] = ()) -> Drawing:
    """Arrivals of each hour so far, beside the usual range of the weekday; the `few` hours that are withheld have no bar."""
    so_far = [value if hour <= at.hour and hour not in few else None for hour, value in enumerate(today.by_hour)]
    said = f"{count(today.arrivals, 'arrival')} so far today"
    if usual:
        outside = sum(1 for hour in range(at.hour) if not usual.low[hour] <= today.by_hour[hour] <= usual.high[hour])
        weekdays = f"the last {usual.weeks} {at:%A}s"
        said += f"; {count(outside, 'full hour')} of {at.hour} outside what {weekdays} had in the same hour"
    return draw_hours(
        width=width,
        description=said,
        bars=Bars(so_far, open_hour=at.hour),
        band=Band(usual.low, usual.high) if usual else None,
        now=at.hour + at.minute / 60,
    )


def beds_tonight(tonight: Tonight, width: float) -> Drawing:
    """The sum of what is known, step by step."""
    said = balance_words(tonight.balance)
    steps = [
        Step("Empty now", tonight.empty),
        Step("Going home today", tonight.going),
        Step("Bed asked in the ED", -tonight.decided),
        Step("Elective to come", -tonight.elective),
    ]
    return draw_balance(
        steps,
        total="Known so far",
        said=said,
        width=width,
        description=f"{tonight.empty} empty now and {tonight.going} going home, less {tonight.decided} asked for in the emergency "
        f"department and {tonight.elective} elective to come: {said}",
    )


def balance_words(balance: int) -> str:
    """The beds to spare or short of.

    >>> balance_words(-9), balance_words(4), balance_words(0)
    ('9 short', '4 to spare', 'none to spare')
    """
    if balance < 0:
        return f"{number(-balance)} short"
    return f"{number(balance)} to spare" if balance else "none to spare"
