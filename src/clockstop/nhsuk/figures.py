"""A measure's value in words: what a cell says, how far it is from its target, and how it has moved."""

from clockstop.nhsuk.presenters import number, percent, points, signed

WITHHELD = "5 or fewer"


# What is said behind a number where a measure's kind has a unit of its own.
WEEKS = "weeks"
# Of so many to one: 1 : 2.3.
RATIO = "ratio"
# What is counted in whole people, places or things is shown as a bare number, as the title says what it counts.
AMOUNTS = ("minutes", "hours", "days")


def figure(kind: str, value: float | None, unit: str = WEEKS, *, places: int = 1) -> str:
    """The value as a cell shows it: 64.2%, 183,420, 13.1 weeks, 1 : 2.3; words where nothing was counted.

    >>> figure("share", 0.642), figure("count", 1184), figure("quantile", 13.08), figure("share", None)
    ('64.2%', '1,184', '13.1 weeks', 'none counted')
    >>> figure("rate", 2.31, "ratio"), figure("mean", 23.44, "minutes"), figure("count", 12.5, "patients")
    ('1 : 2.3', '23.4 minutes', '12.5')
    >>> figure("count", 5400, "minutes"), figure("rate", 12.0, "per 100 referrals")
    ('5,400 minutes', '12.0 per 100 referrals')
    """
    if value is None:
        return "none counted"
    if kind == "share":
        return percent(value, places)
    if kind == "count":
        said = number(value, 0 if float(value).is_integer() else 1)
        return f"{said} {unit}" if unit in AMOUNTS else said
    return f"1 : {number(value, places)}" if unit == RATIO else f"{number(value, places)} {unit}"


def bar(kind: str, value: float, unit: str = WEEKS) -> str:
    """A standard or target, without needless decimals.

    >>> bar("share", 0.92), bar("share", 0.654), bar("count", 0), bar("mean", 18, "minutes")
    ('92%', '65.4%', '0', '18 minutes')
    """
    is_whole = round(value * 100 if kind == "share" else value, 1) % 1 == 0
    said = figure(kind, value, unit)
    return said.replace(".0", "") if is_whole else said


def moved(kind: str, latest: float | None, earlier: float | None, unit: str = WEEKS, *, places: int = 1) -> str:
    """How a value has moved, with its sign: +0.4 points, −1,184.

    >>> moved("share", 0.642, 0.638), moved("count", 10, 12), moved("quantile", 13.0, 13.5), moved("rate", 2.3, 2.1, "ratio")
    ('+0.4 points', '−2', '−0.5 weeks', '+0.2')
    """
    if latest is None or earlier is None:
        return ""
    gap = latest - earlier
    if kind == "share":
        return f"{signed(gap * 100, places)} points"
    if kind == "count":
        return signed(gap, 0 if float(gap).is_integer() else 1)
    return signed(gap, places) if unit == RATIO else f"{signed(gap, places)} {unit}"


def places_to_agree(kind: str, latest: float | None, earlier: float | None) -> int:
    """The decimals at which the difference of the two figures, as shown, is the difference as shown: 1 where it is, 3 at most.

    >>> places_to_agree("share", 0.579, 0.583), places_to_agree("share", 0.5786, 0.5834), places_to_agree("count", 3, 1)
    (1, 2, 1)
    """
    if latest is None or earlier is None or kind == "count":
        return 1
    size = 100 if kind == "share" else 1
    return next((places for places in (1, 2) if _agree(latest * size, earlier * size, places)), 3)


def _agree(latest: float, earlier: float, places: int) -> bool:
    return round(round(latest, places) - round(earlier, places), places) == round(latest - earlier, places)


def is_better(improvement: str, latest: float | None, earlier: float | None) -> bool | None:
    """Whether the move is for the better; None where it is neither, or not known."""
    if latest is None or earlier is None or latest == earlier or improvement == "neutral":
        return None
    return (latest > earlier) == (improvement == "up")


def against(kind: str, improvement: str, value: float | None, target: float | None, title: str, *, unit: str = WEEKS) -> str:
    """How far a value is from its target, in words: 3.6 points worse than the standard. Of a count to be kept down it is a limit.

    >>> against("share", "up", 0.604, 0.64, "target"), against("count", "down", 536, 0, "contract")
    ('3.6 points worse than the target', '536 over the limit of 0')
    >>> against("mean", "down", 20.0, 18.0, "standard", unit="minutes"), against("count", "up", 90, 100, "plan")
    ('2.0 minutes worse than the standard', '10 short of the plan')
    """
    if value is None or target is None or improvement == "neutral":
        return ""
    gap = abs(value - target)
    is_reached = is_met(improvement, value, target)
    if kind == "count" and improvement == "down":
        side = "at" if gap == 0 else f"{number(gap)} {'under' if is_reached else 'over'}"
        return f"{side} the limit of {number(target)}"
    if kind == "count":
        return f"at the {title}" if gap == 0 else f"{number(gap)} {'beyond' if is_reached else 'short of'} the {title}"
    size = points(gap) if kind == "share" else number(gap, 1) if unit == RATIO else f"{number(gap, 1)} {unit}"
    if round(gap * 100 if kind == "share" else gap, 1) == 0:
        return f"at the {title}"
    return f"{size} {'better' if is_reached else 'worse'} than the {title}"


def is_met(improvement: str, value: float, target: float) -> bool:
    """Whether the value is on the right side of its target; on it counts as met."""
    return value >= target if improvement == "up" else value <= target
