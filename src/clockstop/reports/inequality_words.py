"""Whether a measure is the same for everybody, in sentences: the gap, whether it is more than chance, and who is not known."""

from clockstop.answers.inequality import Group, Inequality
from clockstop.insight.intervals import Interval
from clockstop.nhsuk.figures import moved
from clockstop.nhsuk.presenters import lower_first, number, percent, signed
from clockstop.reports.figure_words import WITHHELD, compared_said

METHOD = (
    "Shares have Wilson's 95% interval. A gap between two shares has Newcombe's (method 10), and a gap between two waits the "
    "intervals of both put together in the same way; a wait's own interval lies between the waits at the ranks that chance leaves "
    "open. A gap whose interval holds nought may be chance. Of twenty such intervals one misses by chance alone."
)


def value_said(found: Inequality, value: float | None) -> str:
    """A value as it is compared: a count, which grows with the group, as its share of it."""
    return compared_said(found.measure, value)


def group_said(found: Inequality, one: Group) -> str:
    """A group's figure; words where it is withheld or there is none."""
    if one.is_hidden:
        return WITHHELD
    return value_said(found, one.value) if one.value is not None else ""


def wait_said(found: Inequality, wait: Interval | None) -> str:
    """A wait in its unit; empty where nobody's wait can be told."""
    return f"{number(wait.value, 1 if found.wait_unit == 'weeks' else 0)} {found.wait_unit}" if wait else ""


def spread(found: Inequality, interval: Interval | None) -> str:
    """The ends of a figure's interval: 52.2% to 66.9%."""
    return f"{value_said(found, interval.low)} to {value_said(found, interval.high)}" if interval else ""


def gap_said(found: Inequality, gap: Interval | None) -> str:
    """A gap with its interval: −3.6 points (−13.7 to 6.5)."""
    if gap is None:
        return ""
    kind = "share" if found.measure.kind == "count" else found.measure.kind
    if kind == "share":
        return f"{moved('share', gap.value, 0)} ({signed(gap.low * 100, 1)} to {signed(gap.high * 100, 1)})"
    return f"{signed(gap.value, 1)} ({signed(gap.low, 1)} to {signed(gap.high, 1)})"


def wait_gap_said(found: Inequality, gap: Interval | None) -> str:
    """A gap of waits with its interval: +2.4 weeks (−1.5 to 6.6)."""
    if gap is None:
        return ""
    return f"{signed(gap.value, 1)} {found.wait_unit} ({signed(gap.low, 1)} to {signed(gap.high, 1)})"


def finding(found: Inequality) -> tuple[str, ...]:
    """What the cut shows, in sentences."""
    if found.why_none:
        return (found.why_none,)
    said = _of_deprivation(found) if found.cut.name == "deprivation_quintile" else _of_groups(found)
    if found.unknown_share:
        said.append(
            f"{percent(found.unknown_share)} have no {lower_first(found.cut.title)} on record: they stand as a group of their own."
        )
    elif found.unknown_share == 0:
        said.append(f"{found.cut.title} is on record for everybody.")
    return tuple(said)


def _of_deprivation(found: Inequality) -> list[str]:
    known = {one.key: one for one in found.groups}
    most, least = known.get("1"), known.get("5")
    if most is None or least is None or most.is_hidden or least.is_hidden:
        return ["The most and the least deprived fifth cannot be compared here: one of them is withheld or has nobody."]
    said = []
    if found.gap is not None:
        figures = f"{value_said(found, most.value)} of the most deprived fifth, {value_said(found, least.value)} of the least"
        said.append(f"{found.measure.title}: {figures}. The gap is {gap_said(found, found.gap)}, {_chance(found.gap)}.")
    if found.median_gap is not None and most.median and least.median:
        waits = f"{wait_said(found, most.median)} against {wait_said(found, least.median)}"
        said.append(
            f"Half of the most deprived waited up to {waits}: {wait_gap_said(found, found.median_gap)}, "
            f"{_chance(found.median_gap)}."
        )
    return said


def _chance(gap: Interval) -> str:
    return "more than chance" if gap.is_clear else "which may be chance"


def _of_groups(found: Inequality) -> list[str]:
    """The groups whose figure differs from everybody else's by more than chance."""
    apart = [one for one in found.groups if one.beside_rest is not None and one.beside_rest.is_clear and not one.is_unknown]
    if not any(one.beside_rest for one in found.groups):
        return [f"{found.measure.title} by {lower_first(found.cut.title)}."]
    if not apart:
        return ["No group's figure differs from everybody else's by more than chance."]
    return [
        f"{one.title}: {value_said(found, one.value)}, {gap_said(found, one.beside_rest)} beside everybody else." for one in apart
    ]
