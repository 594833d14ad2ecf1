"""The drawing of a pathway: no words on words, no line through words, everything on the canvas, and a description."""

from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockstop.pages.drawing_shapes import Box, Dot, Line, Text
from clockstop.pages.timeline_drawing import GREY, LEADER, WIDTH, Clock, Mark, draw

AS_OF = date(2026, 11, 15)
WORDS = [
    "Referred",
    "First seen",
    "Missed first appointment",
    "Decision to admit",
    "Hospital cancelled",
    "Came in, procedure not done",
]


def day(number: int) -> date:
    return AS_OF + timedelta(days=number)


def texts(drawing) -> list[Text]:
    return [shape for shape in drawing.shapes if isinstance(shape, Text)]


def overlap(one: Text, other: Text) -> bool:
    left, top, right, bottom = one.extent
    other_left, other_top, other_right, other_bottom = other.extent
    return left < other_right and other_left < right and top < other_bottom and other_top < bottom


def struck_out(drawing) -> list[tuple[Line, Text]]:
    """Lines that lead down to words and pass through other words on their way."""
    leaders = [shape for shape in drawing.shapes if isinstance(shape, Line) and shape.colour == LEADER]
    return [
        (line, text)
        for line in leaders
        for text in texts(drawing)
        if text.extent[0] < line.x < text.extent[2] and line.y < text.extent[3] and text.extent[1] < line.to_y
    ]


marks = st.lists(
    st.builds(
        Mark,
        day=st.integers(-900, 120).map(day),
        words=st.sampled_from(WORDS),
        is_booked=st.booleans(),
        weight=st.integers(1, 5),
    ),
    max_size=40,
)
clocks = st.lists(
    st.tuples(st.integers(-900, 0), st.none() | st.integers(0, 500), st.booleans()).map(
        lambda made: Clock(
            start=day(made[0]),
            end=None if made[1] is None else min(day(made[0] + made[1]), AS_OF),
            words="Treated at 18 weeks, 3 days" if made[1] else "Running, 21 weeks",
            is_nullified=made[2] and made[1] is not None,
        )
    ),
    max_size=4,
)


@given(clocks=clocks, marks=marks)
@settings(max_examples=150, deadline=None)
def test_words_never_overlap_and_stay_on_the_canvas(clocks, marks):
    drawing = draw(clocks, marks, as_of=AS_OF, pathway="P1")
    for one, other in combinations(texts(drawing), 2):
        assert not overlap(one, other), (one, other)
    assert not struck_out(drawing)
    for text in texts(drawing):
        left, top, right, bottom = text.extent
        assert left >= 0
        assert top >= 0
        assert right <= WIDTH, text
        assert bottom <= drawing.height
    for dot in (shape for shape in drawing.shapes if isinstance(shape, Dot)):
        assert 0 <= dot.x <= WIDTH


def test_two_weeks_of_daily_events_keep_the_weightiest_words_and_say_how_many_have_none():
    marks = [Mark(day=day(-n), words=f"Hospital cancelled {n}", weight=1) for n in range(1, 15)]
    marks.append(Mark(day=day(-15), words="Referred", weight=9))
    drawing = draw([], marks, as_of=AS_OF, pathway="P1")
    words = {text.words for text in texts(drawing)}
    assert "Referred" in words
    assert drawing.unnamed == 8
    assert sum(isinstance(shape, Dot) for shape in drawing.shapes) == 15


def test_a_booked_event_is_hollow_and_what_happened_is_filled():
    drawing = draw(
        [], [Mark(day=day(-10), words="Seen"), Mark(day=day(5), words="Day case", is_booked=True)], as_of=AS_OF, pathway="P1"
    )
    past, booked = [shape for shape in drawing.shapes if isinstance(shape, Dot)]
    assert past.colour != "#ffffff"
    assert booked.colour == "#ffffff"


def test_the_18_week_mark_stands_126_days_after_the_start():
    clock = Clock(start=day(-147), end=None, words="Running, 21 weeks")
    drawing = draw([clock], [], as_of=AS_OF, pathway="P1")
    assert "18 weeks, 25 Oct" in {text.words for text in texts(drawing)}


@pytest.mark.parametrize(("end", "is_nullified"), [(day(-100), False), (day(-1), True)])
def test_no_18_week_mark_on_a_clock_that_never_reached_it(end, is_nullified):
    clock = Clock(start=day(-147 if is_nullified else -200), end=end, words="", is_nullified=is_nullified)
    drawing = draw([clock], [], as_of=AS_OF, pathway="P1")
    assert not any(text.words.startswith("18 weeks") for text in texts(drawing))


def test_clocks_that_run_at_once_stand_in_lanes_of_their_own():
    one, other = (Clock(start=day(start), end=None, words="Running") for start in (-100, -50))
    bars = [
        shape for shape in draw([one, other], [], as_of=AS_OF, pathway="P1").shapes if isinstance(shape, Box) and shape.height == 26
    ]
    assert bars[0].y + bars[0].height < bars[1].y


def test_a_nullified_clock_is_outlined_and_a_closed_one_is_filled():
    nullified = Clock(start=day(-300), end=day(-250), words="", is_nullified=True)
    closed = Clock(start=day(-200), end=day(-100), words="")
    bars = [
        shape
        for shape in draw([nullified, closed], [], as_of=AS_OF, pathway="P1").shapes
        if isinstance(shape, Box) and shape.height == 26
    ]
    assert [(bar.colour, bar.outline) for bar in bars] == [("#ffffff", GREY), (GREY, "")]


def test_the_description_says_what_the_drawing_shows():
    clock = Clock(start=date(2026, 6, 22), end=None, words="Running, 20 weeks, 6 days")
    said = draw([clock], [Mark(day=date(2026, 11, 27), words="Day case", is_booked=True)], as_of=AS_OF, pathway="BKF-1").description
    assert "Pathway BKF-1, 1 clock" in said
    assert "A clock from 22 June 2026 and still running on 15 November 2026: Running, 20 weeks, 6 days" in said
    assert "Booked: Day case on 27 November 2026" in said


def test_words_from_an_extract_cannot_break_out_of_the_drawing():
    drawing = draw([], [Mark(day=day(-3), words="<script>x")], as_of=AS_OF, pathway="P1")
    drawn = "".join(shape.__html__() for shape in drawing.shapes)
    assert "<script" not in drawn
    assert "style=" not in drawn
