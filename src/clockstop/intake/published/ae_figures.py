"""What follows from the counts of the A&E monthly CSV: attendances with those that were booked, shares within 4 hours, totals."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from clockstop.intake.published.figure_rows import FigureRows, Of
from clockstop.intake.published.figures_table import cut

TYPES = ("1", "2", "other")
BOOKED = "_booked"
UNBOOKED = "_excluding_booked"


class Count(NamedTuple):
    """A count of the file: what is counted, whether of booked appointments, and of which type of department."""

    key: str
    booking: str = ""
    kind: str = ""

    def __str__(self) -> str:
        kind = f" type {self.kind}" if self.kind else ""
        return f"{self.key}{self.booking}{kind}".replace("_", " ")


Counts = Mapping[Count, float | None]


def add_row(figures: FigureRows, of: Of, counts: Counts) -> None:
    """Every figure of one organisation: what the row gives and what follows from it; what needs a missing one is left out."""
    for count, value in counts.items():
        figures.add(of, f"{count.key}{count.booking}", value, cut=cut(type=count.kind))
    _add_attendances(figures, of, counts)
    via = _sum([counts.get(Count("emergency_admissions_via_ae", kind=kind)) for kind in TYPES])
    figures.add(of, "emergency_admissions_via_ae", via)
    figures.add(of, "emergency_admissions", _sum([via, counts.get(Count("emergency_admissions_not_via_ae"))]))
    waits = [counts.get(Count(key)) for key in ("waits_4_to_12_hours_from_dta", "waits_12_hours_from_dta")]
    figures.add(of, "waits_over_4_hours_from_dta", _sum(waits))


def _add_attendances(figures: FigureRows, of: Of, counts: Counts) -> None:
    has_bookings = any(count.booking == BOOKED for count in counts)
    for booking, of_cut, is_new, attended, waited in _sums(has_bookings):
        total, over = _sum([counts.get(one) for one in attended]), _sum([counts.get(one) for one in waited])
        if is_new:
            figures.add(of, f"attendances{booking}", total, cut=of_cut)
            figures.add(of, f"over_4_hours{booking}", over, cut=of_cut)
        if total is not None and over is not None:
            figures.add(of, f"within_4_hours{booking}", total - over, cut=of_cut)
            figures.add(of, f"share_within_4_hours{booking}", 1 - over / total if total else None, cut=of_cut)


@cache
def _sums(has_bookings: bool) -> list[tuple[str, str, bool, list[Count], list[Count]]]:
    """Which counts are added: booking, cut, whether no column of the file gives it, the attendances, and those over 4 hours."""
    bookings = (UNBOOKED, BOOKED) if has_bookings else (UNBOOKED,)
    made = []
    for kind in ("", *TYPES):
        kinds = (kind,) if kind else TYPES
        for booking, parts in (("", bookings), *((one, (one,)) for one in bookings)):
            attended, waited = (
                [Count(key, part, one) for part in parts for one in kinds] for key in ("attendances", "over_4_hours")
            )
            made.append((booking, cut(type=kind), not (booking and kind), attended, waited))
    return made


def _sum(values: list[float | None]) -> float | None:
    """The sum, or none where a part of it is not known."""
    return None if any(value is None for value in values) else sum(value for value in values if value is not None)
