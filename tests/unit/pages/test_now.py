"""The strip of a board in words, the poll that has nothing new, and the strip of a page whose extracts are old."""

from datetime import datetime

import pytest
from django.test import RequestFactory

from clockstop.answers.now import ExtractAge, TrustState
from clockstop.measures.catalogue import families, measures
from clockstop.pages import ages
from clockstop.pages.now import SHOWN_HEADER, Board, ago

CLOCK = datetime.fromisoformat("2026-11-16T15:00")


def state(name, at, minutes, *, is_stale=False, extracts=()):
    """A trust's state."""
    return TrustState(
        trust=name[:3].upper(), name=name, at=datetime.fromisoformat(at), minutes_old=minutes, is_stale=is_stale, is_between=True,
        extracts=tuple(extracts),
    )  # fmt: skip


def board(*states):
    """A board of these states."""
    return Board(states=states, clock=CLOCK, edition="e1", href="/emergency?trust=RXX", is_unchanged=True)


def test_a_board_says_up_to_when_its_events_go_and_how_long_ago_that_was():
    fresh = board(state("Aldermoor", "2026-11-16T14:58", 2))
    assert fresh.said == "Monday 16 November 2026, 15:00. Events to 14:58, 2 minutes ago."
    assert (fresh.stale, fresh.older) == ((), "")


def test_each_trust_has_its_own_age_and_the_stale_ones_are_named():
    two = board(state("Aldermoor", "2026-11-16T14:58", 2), state("Birkdale", "2026-11-15T23:50", 910, is_stale=True))
    assert two.said == (
        "Monday 16 November 2026, 15:00. Events of Aldermoor to 14:58, 2 minutes ago; "
        "Birkdale to 23:50 on 15 November 2026, 15 hours and 10 minutes ago."
    )
    assert two.stale == ("Birkdale: events to 23:50 on 15 November 2026, 15 hours and 10 minutes ago.",)


def test_a_dataset_that_has_not_come_while_others_have_is_said():
    late = ExtractAge(
        dataset="ward_bed_states", title="Bed states of wards", at=datetime.fromisoformat("2026-11-16T12:10"), minutes_old=170,
        is_stale=True,
    )  # fmt: skip
    assert board(state("Aldermoor", "2026-11-16T14:58", 2, extracts=[late])).older == "Older: bed states of wards to 12:10."


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "less than a minute ago"), (60, "1 hour ago"), (1439, "23 hours and 59 minutes ago"), (2880, "2 days ago")],
)
def test_how_long_ago_in_words(minutes, words):
    assert ago(minutes) == words


def test_a_poll_that_shows_the_newest_state_is_told_its_age_and_no_row():
    """Nothing of the board comes back, so nothing was looked at and nothing is to be audited."""
    request = RequestFactory().get("/emergency", headers={SHOWN_HEADER: "e1"})
    answer = board(state("Aldermoor", "2026-11-16T14:58", 2)).unchanged(request)
    text = answer.content.decode()
    assert (answer["HX-Reswap"], 'id="live-said"' in text, "live-board" in text) == ("none", True, False)
    assert "Events to 14:58, 2 minutes ago." in text


def test_every_page_of_figures_says_which_tables_are_behind_it():
    measure = next(iter(measures().values()))
    assert ages.tables_of("show_measure", {"measure": measure.slug}) == (measure.table,)
    assert set(ages.tables_of("show_family", {"family": "theatres"})) == {one.table for one in families()["theatres"]}
    assert ages.tables_of("show_measure", {"measure": "no_such_measure"}) == ()
    assert ages.tables_of("show_help", {}) == ()
