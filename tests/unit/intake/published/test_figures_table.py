"""The one shape of published figures: what stands twice."""

import pyarrow as pa
import pytest

from clockstop.errors import UnreadableFile
from clockstop.intake.published.figure_rows import FigureRows, Of
from clockstop.intake.published.figures_table import SCHEMA, figures, kept_once


def of(code="RJ1", row=4):
    return Of(month="2025-07", level="provider", org_code=code, org_name=code, sheet="Provider", source_row=row)


def rows(*values):
    """Two figures of RJ1 and RJ2, and those values of RJ1 again, in rows from 10."""
    made = FigureRows()
    made.add(of(), "waiting_list", 30.0, cut="test=1")
    made.add(of("RJ2", 5), "waiting_list", 30.0, cut="test=1")
    for place, (value, text) in enumerate(values):
        made.add(of(row=10 + place), "waiting_list", value, cut="test=1", text=text)
    return made


def test_what_stands_once_is_left_alone_without_a_note():
    table = rows().table()
    assert kept_once(table) == (table, ())


def test_a_figure_that_stands_twice_with_the_same_value_is_kept_once_with_a_note():
    """A workbook that showed a figure in two places was refused whole."""
    once, notes = kept_once(rows((30.0, "")).table())
    assert once["source_row"].to_pylist() == [4, 5]
    assert notes == (
        "1 figure stands in the file twice with the same value and was kept once: "
        "waiting list (test=1) of RJ1, 2025-07 (sheet Provider, rows 4 and 10).",
    )
    assert kept_once(rows((30.0, ""), (30.0, "")).table())[1][0].startswith("2 figures stand")


@pytest.mark.parametrize("other", [(31.0, ""), (None, "*")])
def test_a_figure_with_two_values_is_refused_by_each_way_of_gathering(other):
    with pytest.raises(UnreadableFile, match="twice, with two values") as refused:
        rows(other).table()
    assert "waiting list (test=1) of RJ1, 2025-07 (sheet Provider, rows 4 and 10)" in str(refused.value)
    table = pa.table(list(zip(*rows(other).rows, strict=True)), schema=SCHEMA)
    with pytest.raises(UnreadableFile, match="twice, with two values"):
        figures([table.to_pandas()])
