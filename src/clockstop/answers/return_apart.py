"""Flag 25 (RTT-R51): the list at a month's end beside the monthly return of that month, function by function."""

from dataclasses import dataclass
from datetime import date

from clockstop.answers import return_sources, series
from clockstop.answers.desk import Desk
from clockstop.answers.return_sources import Source
from clockstop.answers.scope import Scope
from clockstop.dates import month_ends
from clockstop.rules.rtt_flags import is_return_apart
from clockstop.store.settings import readings

PART = "part_2"
YEAR_WEEKS = 52
MONTHS_BACK_DAYS = 200


@dataclass(frozen=True, kw_only=True)
class Apart:
    """One function: our list and the return at the month's end, all pathways and those over 52 weeks."""

    trust: str
    service: str
    month_end: date
    source: str
    ours: int
    returned: int
    ours_over_52: int
    returned_over_52: int
    is_apart: bool

    @property
    def difference(self) -> int:
        """The larger of the two differences, without its sign."""
        return max(abs(self.ours - self.returned), abs(self.ours_over_52 - self.returned_over_52))


def apart(scope: Scope, desk: Desk, trust: str) -> tuple[Apart, ...]:
    """Each function of the trust's latest return that was closed here or published; empty where there is none.

    For those alone who see the trust's small numbers.
    """
    if not scope.has_every_patient(trust):
        return ()
    found = _latest(desk, trust)
    if found is None:
        return ()
    day, source = found
    chosen = readings(desk.home)
    ours, long = (_ours(scope, desk, trust, day, slug) for slug in ("rtt_incomplete", "rtt_over_52_weeks"))
    returned = _returned(source)
    lines = []
    for service in sorted({*ours, *returned}):
        all_returned, long_returned = returned.get(service, (0, 0))
        pairs = ((ours.get(service, 0), all_returned), (long.get(service, 0), long_returned))
        lines.append(
            Apart(
                trust=trust, service=service, month_end=day, source=source.kind, ours=pairs[0][0], returned=all_returned,
                ours_over_52=pairs[1][0], returned_over_52=long_returned,
                is_apart=any(is_return_apart(own, other, chosen) for own, other in pairs),
            )
        )  # fmt: skip
    return tuple(lines)


def _latest(desk: Desk, trust: str) -> tuple[date, Source] | None:
    first = date.fromordinal(desk.as_of.toordinal() - MONTHS_BACK_DAYS)
    for day in reversed([day for day in month_ends(first, desk.as_of) if day <= desk.as_of]):
        month = f"{day:%Y-%m}"
        source = return_sources.closed(desk.home, trust, month) or return_sources.published(desk.home, trust, month)
        if source is not None:
            return day, source
    return None


def _ours(scope: Scope, desk: Desk, trust: str, day: date, slug: str) -> dict[str, int]:
    found = series.series(scope, desk, slug, period_kind="month", where={"trust": trust}, by="service")
    points = {one.key: point for one in found for point in one.points if point.period_end == day}
    return {service: int(point.value or 0) for service, point in points.items()}


def _returned(source: Source) -> dict[str, tuple[int, int]]:
    """By function, Part 2 summed over commissioners: all pathways, and those in the bands beyond 52 weeks."""
    sums: dict[str, tuple[int, int]] = {}
    for row in source.rows:
        if row.part == PART and not row.is_total:
            whole, long = sums.get(row.treatment_function, (0, 0))
            over = sum(int(cell or 0) for cell in row.bands[YEAR_WEEKS:])
            sums[row.treatment_function] = (whole + int(row.total or 0), long + over)
    return sums
