"""Kite marks as pages show them: the badge beside a figure, of the marks that reports/marks.py gives."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from clockstop.answers.desk import Desk
from clockstop.measures.catalogue import measure as measure_of
from clockstop.nhsuk.presenters import lower_first
from clockstop.nhsuk.templating import url
from clockstop.reports import marks
from clockstop.reports.marks import ShownMark, figure_of

__all__ = ["Badge", "Marks", "ShownMark", "figure_of"]


@dataclass(frozen=True)
class Badge:
    """The mark beside a figure: so many of its dimensions are met, where that leads, and what is read out."""

    met: int
    of: int
    href: str
    aloud: str

    @property
    def text(self) -> str:
        """The mark in as few words as do."""
        return f"Quality {self.met} of {self.of}"


class Marks(marks.Marks):
    """The marks of one request, with their badges."""

    def __init__(self, request: HttpRequest, opened: Desk) -> None:
        super().__init__(request.scope, opened)

    def badge(self, measure: str, trusts: Iterable[str], month: date) -> Badge | None:
        """The badge of a figure of these trusts: of several the lowest mark; None where there is no trust."""
        chosen = set(trusts) & self._scope.trusts
        lowest = self.lowest(measure, chosen, month)
        if lowest is None:
            return None
        whose = f"lowest of {len(chosen)} trusts: " if len(chosen) > 1 else ""
        where = {"month": f"{month:%Y-%m}"} | ({"trust": lowest.trust} if len(chosen) == 1 else {})
        aloud = f"Data quality of {lower_first(measure_of(measure).title)}: {whose}{lowest.words}"
        return Badge(lowest.met, len(lowest.answers), url("show_kite_mark", measure, **where), aloud)
