"""The minutes of random lists by the rules agree with counting them one minute at a time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from clockstop.rules.theatre_cases import theatre
from oracles.theatre_by_hand import by_hand

TIMES = st.integers(6 * 60, 20 * 60)


def written(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def lists(draw):
    """A planned window of one to ten hours, and up to six cases anywhere about it, some at once."""
    start = draw(st.integers(7 * 60, 10 * 60))
    end = start + draw(st.integers(60, 600))
    cases = draw(st.lists(st.tuples(TIMES, st.integers(0, 240)), max_size=6))
    return start, end, sorted((begin, min(begin + length, 23 * 60 + 59)) for begin, length in cases)


@settings(max_examples=150, deadline=None)
@given(lists())
def test_every_minute_is_counted_as_it_is_by_hand(drawn):
    start, end, cases = drawn
    got = theatre(
        {
            "planned_start": written(start),
            "planned_end": written(end),
            "cases": [[written(begin), written(finish)] for begin, finish in cases],
        }
    )
    assert {name: got[name] for name in by_hand(start, end, cases)} == by_hand(start, end, cases)
