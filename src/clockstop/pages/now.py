"""How old what a page shows is, in words: boards of now, renewed every minute, and extracts that lie well behind the page's day.

A view over live tables reads like this:

    live = now.board(request, opened, ("ed_patients_now", "wards_now"), trust=filters.trust)
    if live.is_unchanged:
        return live.unchanged(request)
    ...
    return page(request, "pages/thing.jinja", title=..., live=live, ...)

A page that stays open asks again every minute (assets/live.js). While no newer state has come the answer is how old the state has
become, and nothing else: nobody's record was looked at anew, so nothing is audited.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clockstop.answers import now
from clockstop.answers.desk import Desk
from clockstop.answers.now import TrustState
from clockstop.nhsuk.presenters import count, day, lower_first, weekday

# What a page that is open says of the state that it shows, when it asks for a newer one.
SHOWN_HEADER = "X-Clockstop-Edition"
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, kw_only=True)
class Board:
    """How old a board is: `said` in one line, `stale` each trust that is too old to act on. `is_unchanged`: a poll, nothing new."""

    states: tuple[TrustState, ...]
    clock: datetime
    edition: str
    href: str
    is_unchanged: bool

    @property
    def said(self) -> str:
        """The line under the title: what time it is, up to when the events go and how long ago that was."""
        here = f"{weekday(self.clock.date())}, {self.clock:%H:%M}."
        if not self.states:
            return f"{here} No trust that you may see sends what this shows."
        if len({state.at for state in self.states}) == 1:
            return f"{here} {sentence(_events(self.states[0], self.clock))}"
        each = "; ".join(f"{state.name} {_to(state.at, self.clock)}, {ago(state.minutes_old)}" for state in self.states)
        return f"{here} Events of {each}."

    @property
    def taken(self) -> str:
        """The line that goes with rows that are taken away: up to when each trust's events went."""
        each = "; ".join(f"{state.name} to {state.at:%Y-%m-%d %H:%M}" for state in self.states)
        return f"A state of now, taken at {self.clock:%Y-%m-%d %H:%M}. Events of {each or 'no trust'}."

    @property
    def older(self) -> str:
        """The datasets whose own newest extract lies well before the others; empty where none does."""
        parts = [
            f"{lower_first(one.title)}{_of(state, self.states)} {_to(one.at, self.clock)}"
            for state in self.states
            if not state.is_stale
            for one in state.extracts
            if one.is_stale
        ]
        return sentence(f"older: {'; '.join(parts)}") if parts else ""

    @property
    def stale(self) -> tuple[str, ...]:
        """A sentence for each trust whose state is too old to act on."""
        return tuple(sentence(f"{state.name}: {_events(state, self.clock)}") for state in self.states if state.is_stale)

    def unchanged(self, request: HttpRequest) -> HttpResponse:
        """The answer to a page that shows the newest state already: how old it has become. Its board stays as it is."""
        answer = render(request, "pages/live_said.jinja", {"live": self})
        answer["HX-Reswap"] = "none"
        return answer


def board(request: HttpRequest, opened: Desk, tables: Collection[str], *, trust: str = "") -> Board:
    """How old these live tables are for whoever asks, and whether the page that asks shows them already."""
    found = now.states(request.scope, opened, tables, trust=trust)
    edition = opened.edition_of(state.trust for state in found)
    return Board(
        states=found,
        clock=now.clock(opened),
        edition=edition,
        href=request.get_full_path(),
        is_unchanged=request.headers.get(SHOWN_HEADER) == edition,
    )


def ago(minutes: int) -> str:
    """How long ago, as people say it.

    >>> ago(0), ago(1), ago(72), ago(1440), ago(4000)
    ('less than a minute ago', '1 minute ago', '1 hour and 12 minutes ago', '1 day ago', '2 days ago')
    """
    if minutes < 1:
        return "less than a minute ago"
    if minutes >= MINUTES_A_DAY:
        return f"{count(minutes // MINUTES_A_DAY, 'day')} ago"
    hours, rest = divmod(minutes, 60)
    return " and ".join(([count(hours, "hour")] if hours else []) + ([count(rest, "minute")] if rest else [])) + " ago"


def sentence(words: str) -> str:
    """The words with a capital at the start and a stop at the end."""
    return f"{words[:1].upper()}{words[1:]}."


def _events(state: TrustState, clock: datetime) -> str:
    return f"events {_to(state.at, clock)}, {ago(state.minutes_old)}"


def _to(at: datetime, clock: datetime) -> str:
    return f"to {at:%H:%M}" if at.date() == clock.date() else f"to {at:%H:%M} on {day(at.date())}"


def _of(state: TrustState, every: Collection[TrustState]) -> str:
    return f" of {state.name}" if len(every) > 1 else ""
