"""What follows from the counts of the A&E monthly CSV: attendances with those that were booked, shares within 4 hours, totals."""

from collections.abc import Mapping
from dataclasses import dataclass

from clockstop.intake.published.figure_rows import FigureRows, Of
from clockstop.intake.published.figures_table import cut

TYPES = ("1", "2", "other")
BOOKED = "_booked"
UNBOOKED = "_excluding_booked"


@dataclass(frozen=True)
class Count:
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
    bookings = (UNBOOKED, BOOKED) if any(count.booking == BOOKED for count in counts) else (UNBOOKED,)
    for kind in ("", *TYPES):
        kinds = (kind,) if kind else TYPES
        for booking, parts in (("", bookings), *((one, (one,)) for one in bookings)):
            total, over = (
                _sum([counts.get(Count(key, part, one)) for part in parts for one in kinds])
                for key in ("attendances", "over_4_hours")
            )
            if not (booking and kind):  # else the row itself gives it
                figures.add(of, f"attendances{booking}", total, cut=cut(type=kind))
                figures.add(of, f"over_4_hours{booking}", over, cut=cut(type=kind))
            if total is not None and over is not None:
                figures.add(of, f"within_4_hours{booking}", total - over, cut=cut(type=kind))
                figures.add(of, f"share_within_4_hours{booking}", 1 - over / total if total else None, cut=cut(type=kind))


def _sum(values: list[float | None]) -> float | None:
    """The sum, or none where a part of it is not known."""
    return None if any(value is None for value in values) else sum(value for value in values if value is not None)
