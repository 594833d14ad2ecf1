"""Our own trusts' figures of a measure by month (or quarter), as our own extracts say: the same definition in each trust."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clockstop.answers import organisation
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point, Series, series
from clockstop.dates import month_end
from clockstop.measures.measure import Measure

MONTHS_OF_A_QUARTER = 3
NOT_SUPPLIED = "not supplied"


@dataclass(frozen=True, kw_only=True)
class OwnMonth:
    """A trust's figure of a month; where it has none `why_missing` says why."""

    code: str
    name: str
    month: str
    value: float | None
    numerator: float | None
    denominator: float | None
    why_missing: str
    is_made_up: bool


@dataclass(frozen=True, kw_only=True)
class OwnMonths:
    """Every trust's months; the last one of `months` is the last that is over."""

    trusts: tuple[tuple[str, str], ...]
    figures: dict[tuple[str, str], OwnMonth]
    months: tuple[str, ...]
    is_made_up: bool

    @property
    def latest(self) -> str:
        """The last month that is over; empty where nothing was counted."""
        return self.months[-1] if self.months else ""

    def of(self, month: str) -> list[OwnMonth]:
        """Each trust's figure of the month: who has none in it supplied nothing, and is there all the same."""
        return [self.figures.get((code, month)) or self._none(code, name, month) for code, name in self.trusts]

    def of_or_latest(self, month: str) -> list[OwnMonth]:
        """As `of`, but who has no figure in the month has the latest that there is, which says its own month."""
        return [one if one.value is not None or one.why_missing != NOT_SUPPLIED else self._latest(one) for one in self.of(month)]

    def _latest(self, none: OwnMonth) -> OwnMonth:
        known = [self.figures[none.code, month] for month in self.months if (none.code, month) in self.figures]
        return next((one for one in reversed(known) if one.value is not None), none)

    def _none(self, code: str, name: str, month: str) -> OwnMonth:
        return OwnMonth(
            code=code, name=name, month=month, value=None, numerator=None, denominator=None, why_missing=NOT_SUPPLIED,
            is_made_up=self.is_made_up,
        )  # fmt: skip


def own_months(scope: Scope, desk: Desk, measure: Measure, *, service: str = "", is_quarterly: bool = False) -> OwnMonths:
    """The figures of each trust that the reader may see; small numbers are withheld as everywhere."""
    where = {"service": service} if service else {}
    found = {one.key: one for one in series(scope, desk, measure.slug, period_kind="month", where=where, by="trust")}
    is_made_up = desk.manifest.is_synthetic
    trusts = tuple((trust.code, trust.name) for trust in organisation.tree(scope, desk))
    figures = {}
    for code, name in trusts:
        for month, point in _points(measure, found.get(code), is_quarterly=is_quarterly):
            figures[code, month] = OwnMonth(
                code=code,
                name=name,
                month=month,
                value=_rate(measure, point),
                numerator=point.numerator,
                denominator=point.denominator,
                why_missing=_why_missing(measure, point),
                is_made_up=is_made_up,
            )
    months = sorted({month for _, month in figures if measure.is_current_only or _is_over(month, desk.as_of)})
    return OwnMonths(trusts=trusts, figures=figures, months=tuple(months), is_made_up=is_made_up)


def _why_missing(measure: Measure, point: Point) -> str:
    if point.is_hidden:
        return "withheld: a small number"
    return "nobody counted" if _rate(measure, point) is None else ""


def _rate(measure: Measure, point: Point) -> float | None:
    """What is compared: the value; of a count, which grows with the trust, its share of what it is a part of."""
    if measure.kind != "count":
        return point.value
    if point.numerator is None or not point.denominator:
        return None
    return point.numerator / point.denominator


def _points(measure: Measure, found: Series | None, *, is_quarterly: bool) -> list[tuple[str, Point]]:
    points = [(f"{point.period_end:%Y-%m}", point) for point in found.points] if found else []
    return _quarters(measure, points) if is_quarterly else points


def _quarters(measure: Measure, points: Sequence[tuple[str, Point]]) -> list[tuple[str, Point]]:
    """Quarters under their last month: three months added up; of what is counted on a day, the last."""
    made = []
    for place in range(MONTHS_OF_A_QUARTER - 1, len(points)):
        month, last = points[place]
        if int(month[5:]) % MONTHS_OF_A_QUARTER:
            continue
        three = [point for _, point in points[place - MONTHS_OF_A_QUARTER + 1 : place + 1]]
        made.append((month, last if measure.counted == "at census" else _added(measure, three)))
    return made


def _added(measure: Measure, three: Sequence[Point]) -> Point:
    end = three[-1].period_end
    if any(point.is_hidden for point in three):
        return Point(end, None, None, None, is_hidden=True)
    numerator = sum(point.numerator or 0 for point in three)
    denominator = sum(point.denominator or 0 for point in three)
    return Point(end, numerator, denominator, measure.value(numerator, denominator))


def _is_over(month: str, as_of: date) -> bool:
    return month_end(date(int(month[:4]), int(month[5:]), 1)) <= as_of
