"""A day drawn: where blocks lie, what fits within them, and nothing beyond the canvas."""

from clockstop.pages.day_drawing import LEFT, WIDTH, Block, Flag, Lane, draw_day
from clockstop.pages.drawing_shapes import Box, Text


def test_blocks_lie_along_whole_hours_the_session_behind_its_cases():
    session, case = Block(510, 750, "Session", look="planned"), Block(525, 640, "Hip replacement")
    drawing = draw_day([Lane("Theatre 3", "Orthopaedics", blocks=(case, session))], description="x")
    boxes = [shape for shape in drawing.shapes if isinstance(shape, Box)]
    hour = (WIDTH - LEFT - 12) / 5
    assert [round(box.x - LEFT - (minute - 480) / 60 * hour) for box, minute in zip(boxes, (510, 525), strict=True)] == [0, 0]
    words = [shape.words for shape in drawing.shapes if isinstance(shape, Text)]
    assert words[:6] == ["08:00", "09:00", "10:00", "11:00", "12:00", "13:00"]
    assert "Hip replacement" in words


def test_words_that_do_not_fit_are_left_to_the_table_and_none_leaves_the_canvas():
    lane = Lane("Theatre 3", blocks=(Block(1380, 1385, "Too long for five minutes"),), flags=(Flag(1439, "planned end 23:59"),))
    drawing = draw_day([lane], description="x")
    texts = [shape for shape in drawing.shapes if isinstance(shape, Text)]
    assert "Too long for five minutes" not in [text.words for text in texts]
    assert all(text.extent[0] >= 0 and text.extent[2] <= WIDTH + 1 for text in texts)


def test_a_day_of_nothing_still_has_its_hours():
    assert draw_day([], description="x").height > 0
