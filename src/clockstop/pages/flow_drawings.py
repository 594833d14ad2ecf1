"""The drawings of how patients flow: arrivals and departures, the department's occupancy, stages of each route, beds."""

from collections.abc import Sequence

from clockstop.answers.bed_flow import DayOfBeds
from clockstop.answers.emergency_flow import OTHERWISE, ROUTES, STAGES, HourOfDay, RouteTimes
from clockstop.nhsuk.presenters import count, number, signed
from clockstop.pages.clock_bars import hours_and_minutes
from clockstop.pages.drawing_shapes import Drawing
from clockstop.pages.hour_drawing import DARK_BLUE, PALE, Bars, HourLine, draw_hours
from clockstop.pages.stage_bars import Route, Stage, draw_stages

WIDTHS = (620, 358)
STAGE_WIDTHS = (1262, 358)


def arrivals_and_departures(hours: Sequence[HourOfDay], width: float) -> Drawing:
    """Arrivals of each hour as bars, departures as a line."""
    busiest = max(hours, key=lambda one: one.arrivals)
    latest = max(hours, key=lambda one: one.departures)
    return draw_hours(
        width=width,
        description=f"Most come from {busiest.hour:02}:00, {number(busiest.mean_arrivals, 1)} a day in that hour; most leave from "
        f"{latest.hour:02}:00, {number(latest.mean_departures, 1)}",
        bars=Bars([one.mean_arrivals for one in hours]),
        lines=[HourLine([one.mean_departures for one in hours], "leave", DARK_BLUE)],
    )


def occupancy(hours: Sequence[HourOfDay], width: float) -> Drawing:
    """The mean number in the department as each hour begins."""
    fullest, emptiest = max(hours, key=lambda one: one.occupancy), min(hours, key=lambda one: one.occupancy)
    return draw_hours(
        width=width,
        description=f"The department is fullest at {fullest.hour:02}:00, {number(fullest.occupancy)} patients, and emptiest at "
        f"{emptiest.hour:02}:00, {number(emptiest.occupancy)}",
        lines=[HourLine([one.occupancy for one in hours], "patients", DARK_BLUE, at_start=True)],
    )


def beds_by_hour(day: DayOfBeds, width: float) -> Drawing:
    """Beds freed in each hour as bars, beds asked for as a line."""
    asked, freed = ([value / day.days for value in values] for values in _asked_and_freed(day))
    most_asked, most_freed = asked.index(max(asked)), freed.index(max(freed))
    return draw_hours(
        width=width,
        description=f"{number(day.asked, 1)} beds a day are asked for, most from {most_asked:02}:00; "
        f"{number(day.freed, 1)} are freed, most from {most_freed:02}:00",
        bars=Bars(freed, PALE),
        lines=[HourLine(asked, "asked for", DARK_BLUE)],
    )


def gap_through_the_day(day: DayOfBeds, width: float) -> Drawing:
    """Beds freed less those asked for since midnight, as each hour ends."""
    gaps = day.gaps
    worst = gaps.index(min(gaps))
    return draw_hours(
        width=width,
        description=f"The gap is widest at {(worst + 1) % 24:02}:00: {signed(gaps[worst], 1)} beds since midnight; "
        f"{signed(gaps[-1], 1)} by midnight",
        lines=[HourLine([0, *gaps[:-1]], "freed less asked", DARK_BLUE, at_start=True)],
    )


def _asked_and_freed(day: DayOfBeds) -> tuple[list[int], list[int]]:
    return [one.asked_in_all for one in day.hours], [one.freed for one in day.hours]


def stages_of(routes: Sequence[RouteTimes], width: float) -> Drawing:
    """The stages of each route; a stage that nobody reached is left out."""
    drawn = [_route(one) for one in routes]
    slowest = max(routes, key=lambda one: one.stages[-1].median or 0, default=None)
    half = hours_and_minutes(round(slowest.stages[-1].median or 0)) if slowest else ""
    finding = f"{_words(slowest)} takes longest: half of them are there for {half} or more" if slowest else ""
    return draw_stages(drawn, width=width, description=finding)


def _route(one: RouteTimes) -> Route:
    stages = tuple(Stage(STAGES[stage.stage], stage.median, stage.upper, stage.tail) for stage in one.stages if stage.patients)
    return Route(_words(one), count(one.patients, "patient"), stages)


def _words(one: RouteTimes) -> str:
    mode = "" if not one.mode else ", came otherwise" if one.mode == OTHERWISE else ", by ambulance"
    return f"{ROUTES[one.route]}{mode}"
