"""A measure over time: points with numerator and denominator, ready for a chart and its table."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Point:
    """One period of a series. `value` is a share of 0 to 1, a count, weeks (quantile, clearance); None where nothing was counted.

    `is_hidden`: suppressed for this reader (small numbers of another trust); numerator, denominator and value are then None.
    """

    period_end: date
    numerator: float | None
    denominator: float | None
    value: float | None
    is_hidden: bool = False


@dataclass(frozen=True)
class Series:
    """The points of one measure for one unit or cut value, oldest first. `key` is '' where nothing was cut."""

    measure: str
    key: str
    title: str
    points: tuple[Point, ...]

    @property
    def latest(self) -> Point | None:
        """The newest point that has a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)

    @property
    def previous(self) -> Point | None:
        """The point before the newest."""
        return self.points[-2] if len(self.points) > 1 else None
