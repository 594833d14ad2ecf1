"""A measure's value in words: what a cell says, how far it is from its target, and how it has moved."""

from clockstop.nhsuk.presenters import number, percent, points, signed

WITHHELD = "5 or fewer"


def figure(kind: str, value: float | None) -> str:
    """The value as a cell shows it: 64.2%, 183,420, 13.1 weeks; words where nothing was counted.

    >>> figure("share", 0.642), figure("count", 1184), figure("quantile", 13.08), figure("share", None)
    ('64.2%', '1,184', '13.1 weeks', 'none counted')
    """
    if value is None:
        return "none counted"
    if kind == "share":
        return percent(value)
    return number(value) if kind == "count" else f"{number(value, 1)} weeks"


def bar(kind: str, value: float) -> str:
    """A standard or target, without needless decimals.

    >>> bar("share", 0.92), bar("share", 0.654), bar("count", 0)
    ('92%', '65.4%', '0')
    """
    return (
        figure(kind, value).replace(".0", "")
        if round(value * 100 if kind == "share" else value, 1) % 1 == 0
        else figure(kind, value)
    )


def moved(kind: str, latest: float | None, earlier: float | None) -> str:
    """How a value has moved, with its sign: +0.4 points, −1,184.

    >>> moved("share", 0.642, 0.638), moved("count", 10, 12), moved("quantile", 13.0, 13.5)
    ('+0.4 points', '−2', '−0.5 weeks')
    """
    if latest is None or earlier is None:
        return ""
    if kind == "share":
        return f"{signed((latest - earlier) * 100, 1)} points"
    return signed(latest - earlier) if kind == "count" else f"{signed(latest - earlier, 1)} weeks"


def is_better(improvement: str, latest: float | None, earlier: float | None) -> bool | None:
    """Whether the move is for the better; None where it is neither, or not known."""
    if latest is None or earlier is None or latest == earlier or improvement == "neutral":
        return None
    return (latest > earlier) == (improvement == "up")


def against(kind: str, improvement: str, value: float | None, target: float | None, title: str) -> str:
    """How far a value is from its target, in words: 3.6 points worse than the standard. Of a count the target is a limit.

    >>> against("share", "up", 0.604, 0.64, "target"), against("count", "down", 536, 0, "contract")
    ('3.6 points worse than the target', '536 over the limit of 0')
    """
    if value is None or target is None or improvement == "neutral":
        return ""
    gap = abs(value - target)
    if kind == "count":
        side = "at" if gap == 0 else f"{number(gap)} {'over' if value > target else 'under'}"
        return f"{side} the limit of {number(target)}"
    size = points(gap) if kind == "share" else f"{number(gap, 1)} weeks"
    if size.startswith("0.0 ") or size.startswith("0 "):
        return f"at the {title}"
    return f"{size} {'better' if is_met(improvement, value, target) else 'worse'} than the {title}"


def is_met(improvement: str, value: float, target: float) -> bool:
    """Whether the value is on the right side of its target; on it counts as met."""
    return value >= target if improvement == "up" else value <= target
