"""The heat map: its steps, its words, what is read out, and that its words can be read on every step."""

import re
from pathlib import Path

import pytest

from clockstop.pages.heat_map import Cell, Column, Group, HeatMap, Row, bounds_of

STYLES = Path(__file__).parents[3] / "assets" / "clockstop.css"


def half_days(*rows, bounds=(0.4, 0.6, 0.75, 0.9)):
    columns = (Column("am", "Monday", "Monday morning"), Column("pm", "Monday", "Monday afternoon"), Column("am", "Tuesday"))
    return HeatMap(caption="Used", columns=columns, rows=rows, bounds=bounds, say=lambda share: f"{share:.0%}")


@pytest.mark.parametrize(
    ("value", "step"), [(None, 0), (0.0, 1), (0.399, 1), (0.4, 2), (0.6, 3), (0.75, 4), (0.899, 4), (0.9, 5), (1.2, 5)]
)
def test_a_bound_belongs_to_the_step_that_it_begins(value, step):
    assert half_days().step(Cell(value)) == step


def test_cells_are_words_and_read_out_with_their_row_and_column():
    row = Row("Eye clinic", (Cell(0.5), Cell(None, "closed"), Cell(None)))
    made = half_days(row)
    assert [made.words(cell) for cell in row.cells] == ["50%", "closed", "none"]
    assert made.aloud(row, 1) == "Eye clinic, Monday afternoon, "
    assert made.aloud(row, 2) == "Eye clinic, Tuesday am, "
    assert made.groups == [Group("Monday", 2), Group("Tuesday", 1)]
    assert made.legend[1] == (2, "40% to under 60%")
    assert made.table() == (["", "Monday am", "Monday pm", "Tuesday am"], [["Eye clinic", "50%", "closed", "none"]])


def test_a_row_needs_a_cell_for_each_column_and_steps_rise():
    with pytest.raises(AssertionError):
        half_days(Row("Short", (Cell(1.0),)))
    with pytest.raises(AssertionError):
        half_days(bounds=(0.9, 0.6, 0.75, 0.4))


def test_bounds_part_the_values_into_fifths():
    assert bounds_of([]) == (0.0, 0.0, 0.0, 0.0)
    assert bounds_of([3, 3, 3]) == (3, 3, 3, 3)


def _light(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_words_stand_out_from_every_step_and_steps_darken():
    styles = STYLES.read_text()
    grounds = [re.search(rf"--cs-heat-{step}: (#\w+)", styles)[1] for step in range(1, 6)]
    inks = ["#212b32"] * 4 + ["#ffffff"]
    for ground, ink in zip(grounds, inks, strict=True):
        lighter, darker = sorted((_light(ground), _light(ink)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5
    assert [_light(ground) for ground in grounds] == sorted((_light(ground) for ground in grounds), reverse=True)
