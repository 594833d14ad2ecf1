"""The sentences of a change, word by word: what is rate, mix and volume, who did most, who took some back."""

from datetime import date

import pytest

from clockstop.answers.change import EMPTY, HIDDEN, QUANTILE, Change, Effects, PartChange
from clockstop.answers.scope import Scope
from clockstop.answers.series import Point
from clockstop.measures.catalogue import measure
from clockstop.reports.change_words import sentences, why
from clockstop.reports.sentences import plain

OWN, OTHER = (Scope(frozenset({"QQA"}), frozenset(own), "kim", "analyst") for own in ({"QQA"}, set()))
SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)


def _points(*pairs):
    ends = (SEPTEMBER, OCTOBER)
    return tuple(Point(end, above, below, above / below) for end, (above, below) in zip(ends, pairs, strict=True))


def _part(key, title, pairs, effects):
    first, last = _points(*pairs)
    return PartChange(key=key, title=title, first=first, last=last, effects=Effects(0.0, *effects), on_numerator=None)


def _change(slug="rtt_within_18_weeks", **more):
    first, last = _points((621, 1000), (614, 1000))
    parts = (
        _part("C_110", "Trauma and Orthopaedic", ((300, 500), (290, 500)), (-0.0005, -0.0100)),
        _part("C_120", "Ear Nose and Throat", ((321, 500), (324, 500)), (0.0025, 0.0010)),
    )
    whole = {"first": first, "last": last, "parts": parts, "effects": Effects(0.0, 0.0020, -0.0090), "by": "service"}
    whole |= {"on_numerator": Effects(0.0, 2.0, -9.0), "period_kind": "month", "where": {"trust": "QQA"}}
    return Change(measure=measure(slug), **whole | more)


def test_a_share_says_its_rate_its_mix_and_who_did_most():
    assert [plain(one) for one in sentences(_change(), OWN)] == [
        "Waiting 18 weeks or less fell from 62.1% in September 2026 to 61.4% in October 2026, worse by 0.7 points.",
        "Of the 0.7 points, 0.9 is worse performance within each service, of which Trauma and Orthopaedic 1.0, less Ear Nose and "
        "Throat 0.1; the mix of services gave 0.2 back.",
        "Trauma and Orthopaedic did most of it, 1.1 points, mix and all: from 60.0% to 58.0%, 290 of 500.",
        "In numbers, 621 became 614: volume 0, the mix +2 and rates −9.",
    ]


def test_shown_figures_differ_by_the_shown_difference():
    first, last = _points((5834, 10000), (5786, 10000))
    moved, made_of, *_ = (plain(one) for one in sentences(_change(first=first, last=last), OWN))
    assert moved == "Waiting 18 weeks or less fell from 58.34% in September 2026 to 57.86% in October 2026, worse by 0.48 points."
    assert made_of.startswith("Of the 0.48 points, ")


def test_causes_that_stand_alone_say_since_when():
    """Beside a chart's words about a year, "all of it is better" would say the opposite of them."""
    made_of, strongest = (plain(one) for one in why(_change(), OWN))
    assert made_of.startswith("Since September 2026, of the 0.7 points, 0.9 is worse performance")
    assert strongest.startswith("Trauma and Orthopaedic did most of it")
    assert why(_change(effects=None), OWN) == ()


def test_numbers_lead_to_rows_for_those_who_may_see_them_and_else_to_the_series():
    own, other = ([part.href for one in sentences(_change(), scope) for part in one if part.href] for scope in (OWN, OTHER))
    assert len(own) == len(other)
    assert any("/rows?" in href for href in own)
    assert not any("/rows?" in href for href in other)


def test_a_plain_number_names_those_with_more_and_those_with_fewer():
    ends = (Point(SEPTEMBER, 480.0, 480.0, 480.0), Point(OCTOBER, 466.0, 466.0, 466.0))
    sizes = {"Medicine": -22.0, "Surgery": 8.0}
    parts = tuple(
        PartChange(key=name, title=name, first=None, last=None, effects=Effects(size, 0.0, 0.0)) for name, size in sizes.items()
    )
    found = _change("rtt_incomplete", first=ends[0], last=ends[1], parts=parts, by="division", has_rate=False,
                    effects=Effects(-14.0, 0.0, 0.0))  # fmt: skip
    assert [plain(one) for one in sentences(found, OWN)][1] == "Most of all Medicine 22; Surgery 8 went the other way."


@pytest.mark.parametrize(
    ("why", "said"), [(HIDDEN, "too small to be shown"), (EMPTY, "Nothing was counted"), (QUANTILE, "no sum of parts")]
)
def test_where_there_is_no_split_it_is_said_why(why, said):
    points = {"first": None, "last": None} if why != QUANTILE else {}
    found = _change("rtt_median_wait" if why == QUANTILE else "rtt_within_18_weeks", effects=None, why_not=why, parts=(), **points)
    assert said in plain(sentences(found, OWN)[-1])


def test_what_cancels_out_is_said_though_the_figure_stands():
    first, last = _points((600, 1000), (600, 1000))
    found = _change(first=first, last=last, effects=Effects(0.0, 0.005, -0.005))
    assert plain(sentences(found, OWN)[0]) == "Waiting 18 weeks or less: 60.0% in October 2026, as in September 2026."
    assert plain(sentences(found, OWN)[1]).startswith("Two things cancel out: worse performance within each service −0.5")
