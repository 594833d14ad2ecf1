"""What changed since last week: as many sentences as the counts allow, none about a number that is withheld."""

from datetime import date

import pytest

from clockstop.answers.series import Point, Series
from clockstop.answers.worklists import Changes
from clockstop.pages import whats_changed

BEFORE, NOW = date(2026, 11, 8), date(2026, 11, 15)
VALUES = {"rtt_incomplete": (1000.0, 1047.0), "rtt_within_18_weeks": (0.62, 0.619), "rtt_over_52_weeks": (206.0, 214.0)}


@pytest.fixture
def said(monkeypatch):
    """The sentences over two weeks of counts, some of them withheld."""

    def sentences(**withheld):
        def series(_scope, _desk, measure, *, by="", **_asked):
            values = withheld.get(measure, VALUES[measure])
            points = tuple(Point(day, value, value, value, value is None) for day, value in zip((BEFORE, NOW), values, strict=True))
            return () if by else (Series(measure, "", measure, points),)

        monkeypatch.setattr(whats_changed.series, "series", series)
        monkeypatch.setattr(whats_changed.worklists, "changes", lambda *_asked: Changes(NOW, None, None, ()))
        found = whats_changed.what_changed(None, None, {}, below="trust")
        return ["".join(part.text for part in sentence) for sentence in found.sentences], found

    return sentences


def test_two_sentences_are_said_where_the_numbers_may_be_shown(said):
    sentences, found = said()
    assert sentences == [
        "The list grew by 47 to 1,047 pathways; 61.9% wait within 18 weeks, 0.1 points fewer than a week before.",
        "214 pathways have waited over 52 weeks, 8 more than a week before.",
    ]
    assert all(any(part.href for part in sentence) for sentence in found.sentences)
    assert whats_changed.in_words(found).startswith("Written from the counts of Sunday 8 November")


@pytest.mark.parametrize("withheld", [(None, 9.0), (9.0, None), (None, None)])
def test_the_second_goes_where_either_of_its_numbers_is_withheld(said, withheld):
    sentences, _found = said(rtt_over_52_weeks=withheld)
    assert [sentence[:8] for sentence in sentences] == ["The list"]


def test_nothing_is_said_of_a_list_that_is_withheld(said):
    assert said(rtt_incomplete=(None, 1047.0))[0] == []
