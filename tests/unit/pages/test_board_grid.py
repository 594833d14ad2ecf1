"""The board as a grid: measures down and units across, each number with its link, its move and its gap."""

from dataclasses import replace
from datetime import date

from clockstop.answers.board import Board, BoardRow, Cell
from clockstop.answers.series import Point
from clockstop.pages.board_grid import England, grid

AS_OF = date(2026, 11, 15)


def point(month, value, *, is_hidden=False):
    counted = None if value is None else 1000
    return Point(date(2026, month, 28), None if value is None else 1000 * value, counted, value, is_hidden)


def cell(*values, measure="rtt_within_18_weeks", kind="share", target=0.92, improvement="up"):
    points = tuple(point(month, value) for month, value in enumerate(values, start=1))
    latest = points[-1] if points else None
    previous = points[-2] if len(points) > 1 else None
    return Cell(measure, "Waiting 18 weeks or less", kind, improvement, latest, previous, target, "standard", points)


def board(*rows, measures=("rtt_within_18_weeks",)):
    made = tuple(BoardRow("trust", code, code, cells) for code, cells in rows)
    return Board(AS_OF, "2026-11-16.1", measures, made)


def made(answer, **named):
    return grid(answer, filters_of_row=lambda row: {"trust": row.code}, href_of_row=lambda row: f"/{row.code}", **named)


def test_a_cell_says_its_value_its_move_and_how_far_it_is_from_the_standard():
    shown = made(board(("AAA", (cell(0.600, 0.604),)))).lines[0].cells[0]
    assert (shown.text, shown.move, shown.gap, shown.is_off) == (
        "60.4%",
        "+0.4 points",
        "31.6 points worse than the standard",
        True,
    )
    assert shown.href == "/measures/rtt_within_18_weeks?trust=AAA"
    assert shown.about == "Waiting 18 weeks or less: 604 of 1,000, February 2026"


def test_units_stand_across_with_a_measure_and_its_standard_in_each_row():
    shown = made(board(("AAA", (cell(0.5),)), ("BBB", (cell(0.6),))))
    assert not shown.is_turned
    assert [head.title for head in shown.heads] == ["AAA", "BBB"]
    assert (shown.lines[0].title, shown.lines[0].note) == ("Waiting 18 weeks or less", "Standard 92%")


def test_many_units_stand_down_the_side():
    shown = made(board(*((f"S{number}", (cell(0.5),)) for number in range(9))))
    assert shown.is_turned
    assert [head.title for head in shown.heads] == ["Waiting 18 weeks or less"]
    assert [line.title for line in shown.lines] == [f"S{number}" for number in range(9)]
    assert shown.lines[8].cells[0].href.endswith("?trust=S8")


def test_nothing_counted_and_a_small_number_are_said_in_words():
    none, small = cell(), cell(0.5)
    hidden = Cell(*(*list(vars(small).values())[:4], point(1, None, is_hidden=True), None, None, "", ()))
    first, second = made(board(("AAA", (none,)), ("BBB", (hidden,)))).lines[0].cells
    assert (first.text, first.gap, first.move, first.spark) == ("none counted", "", "", "")
    assert second.text == "small number"


def test_the_line_of_a_far_standard_is_left_out_and_that_of_a_near_one_is_drawn():
    far = made(board(("AAA", (cell(0.60, 0.61, 0.62),)))).lines[0].cells[0].spark
    near = made(board(("AAA", (cell(0.90, 0.91, 0.915),)))).lines[0].cells[0].spark
    assert "stroke-dasharray" not in far
    assert "stroke-dasharray" in near
    assert "from 60.0% to 62.0%" in far


def test_england_stands_at_the_end_with_its_month_where_it_is_published():
    answer = board(
        ("AAA", (cell(0.5), cell(9.0, measure="rtt_clearance_weeks", kind="rate"))),
        measures=("rtt_within_18_weeks", "rtt_clearance_weeks"),
    )
    published = {"rtt_within_18_weeks": England(0.6182, "January 2026")}
    first, second = made(answer, england=published.get).lines
    assert (first.england, first.england_month) == ("61.8%", "January 2026")
    assert first.england_href == "/comparison?measure=rtt_within_18_weeks"
    assert second.england == ""


def test_a_long_unit_and_words_stand_apart_from_the_number():
    advice = cell(6.2, measure="outpatient_advice", kind="rate", target=None)
    per = replace(advice, unit="for each 100 attendances")
    ratio = replace(advice, unit="ratio")
    shown = made(board(("AAA", (per, ratio, cell(0.6), cell(None))), measures=("a", "b", "c", "d"))).lines
    parts = [line.cells[0].parts for line in shown]
    assert parts == [("6.2", "for each 100 attendances"), ("1 : 6.2", ""), ("60.0%", ""), ("", "none counted")]
