"""What an SPC chart says in plain words: whether it is noise, by which sign, and what it promises of the target."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from clockstop.insight.spc_conventions import convention
from clockstop.measures.measure import Measure

if TYPE_CHECKING:
    from clockstop.answers.spc import SpcChart, SpcPoint

# What each icon says, for lists and for those who cannot see it.
VARIATION_WORDS = {
    "": "Too few points",
    "common_cause": "No change",
    "improving_high": "Getting better",
    "improving_low": "Getting better",
    "concerning_high": "Getting worse",
    "concerning_low": "Getting worse",
    "neutral_high": "Going up",
    "neutral_low": "Going down",
}
ASSURANCE_WORDS = {"": "", "pass": "Will meet the {}", "fail": "Will miss the {}", "hit_and_miss": "May meet or miss the {}"}
_VERDICTS = {
    "common_cause": "No real change: the ups and downs are no more than is to be expected.",
    "improving": "Really better, not noise.",
    "concerning": "Really worse, not noise.",
    "neutral": "A real change, not noise.",
}
_PERIODS = {"month": ("month", "months"), "week": ("week", "weeks"), "now": ("day", "days")}
_SMALL = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
CENSUS_NOTE = (
    "The size of a list carries over from one period to the next, so limits made for separate figures raise the alarm too often. "
    "Read the run as a whole, and what came on and went off the list."
)

Said = Callable[[float], str]


def note_of(measure: Measure) -> str:
    """The caution that belongs on the measure's chart (operations.md 8.4); empty where there is none."""
    return CENSUS_NOTE if measure.kind == "count" and measure.counted == "at census" else ""


def variation_said(word: str) -> str:
    """A variation icon in words.

    >>> variation_said("concerning_low")
    'Getting worse'
    """
    return VARIATION_WORDS[word]


def assurance_said(word: str, target_title: str = "target") -> str:
    """An assurance icon in words; empty where there is none.

    >>> assurance_said("fail", "Standard"), assurance_said("fail", "SAFER ambition")
    ('Will miss the standard', 'Will miss the SAFER ambition')
    """
    return ASSURANCE_WORDS[word].format(_within(target_title))


def _within(title: str) -> str:
    """A target's title within a sentence; an abbreviation keeps its capitals."""
    return title if title[:2].isupper() else title[:1].lower() + title[1:]


def sentence_of(chart: "SpcChart", said: Said | None = None) -> str:
    """The verdict, its sign and what the limits promise; with the figures where `said` can say one."""
    latest = chart.latest
    if latest is None:
        return "Nothing has been counted here yet."
    if not chart.has_limits:
        least = convention(chart.convention).least_points
        return f"Too few points to tell a change from noise: {_number(chart.count)} of the {_number(least)} that are needed."
    verdict = _VERDICTS[chart.variation if chart.variation == "common_cause" else chart.variation.split("_", maxsplit=1)[0]]
    return " ".join(part for part in (verdict, _sign(chart, latest, said), _promise(chart, latest, said)) if part)


def _sign(chart: "SpcChart", latest: "SpcPoint", said: Said | None) -> str:
    """Why the last point is a signal, in the words of the rule that it is named by, and of the run where it is one too."""
    points = [point for point in chart.points if point.value is not None]
    _period, periods = _PERIODS[chart.period_kind]
    rule = latest.special_cause
    side = "above" if _is_above(latest) else "below"
    run = _run(points)
    average = f"the average of {said(latest.mean)}" if said and latest.mean is not None else "the average"
    each = f"Each of the last {_number(run)} {periods} is {side} {average}"
    if rule == "outside":
        here = f"the latest{_figure(latest, said)} is {side} anything we would expect"
        return f"{each}, and {here}." if run >= convention(chart.convention).points else f"{here[:1].upper()}{here[1:]}."
    if rule == "trend":
        way = "higher" if _is_rise(points) else "lower"
        return f"Each of the last {_number(_climb(points))} {periods} is {way} than the one before."
    if rule == "two_of_three":
        limit = "upper" if _is_above(latest) else "lower"
        return f"Two of three {periods} in a row are near the {limit} limit."
    return f"{each}." if rule == "shift" else ""


def _figure(latest: "SpcPoint", said: Said | None) -> str:
    return f", at {said(latest.value)}," if said and latest.value is not None else ""


def _is_above(point: "SpcPoint") -> bool:
    return point.value is not None and point.mean is not None and point.value > point.mean


def _run(points: Sequence["SpcPoint"]) -> int:
    """How many of the last points stand on the same side of their average as the last."""
    count = 0
    for point in reversed(points):
        if point.value == point.mean or _is_above(point) != _is_above(points[-1]):
            break
        count += 1
    return count


def _is_rise(points: Sequence["SpcPoint"]) -> bool:
    last, before = points[-1].value, points[-2].value
    return last is not None and before is not None and last > before


def _climb(points: Sequence["SpcPoint"]) -> int:
    """How many of the last points each stand higher (or each lower) than the one before them."""
    values = [point.value or 0.0 for point in points]
    steps = [(after > before) - (after < before) for before, after in pairwise(values)]
    count = 0
    for step in reversed(steps):
        if step == 0 or step != steps[-1]:
            break
        count += 1
    return count


def _promise(chart: "SpcChart", latest: "SpcPoint", said: Said | None) -> str:
    """What the limits promise of the target, period by period."""
    if not chart.assurance or latest.target is None:
        return ""
    title = _within(latest.target_title) or "target"
    of = f"the {title} of {said(latest.target)}" if said else f"the {title}"
    period = _PERIODS[chart.period_kind][0]
    words = {
        "pass": f"will be met every {period}",
        "fail": f"will be missed every {period}",
        "hit_and_miss": "will be met in some and missed in others, by chance",
    }
    return f"As things run, {of} {words[chart.assurance]}."


def _number(count: int) -> str:
    return _SMALL[count] if count < len(_SMALL) else str(count)
