"""What the differences between two returns tell of each other: pathways under another function or commissioner, NONC left out."""

from clockstop.rules.rtt_return_differences import OTHER_COMMISSIONER, OTHER_FUNCTION, WITHOUT_NONC, by_function, cells, moves
from clockstop.rules.rtt_return_rows import return_rows


def returned(*counts):
    """A return of (function, commissioner, band, pathways) in Part 2."""
    names = ("treatment_function", "commissioner", "band", "pathways")
    figures = [{"part": "part_2", **dict(zip(names, one, strict=True))} for one in counts]
    return return_rows(figures, provider="RJ1", month="2026-09")


def test_a_group_returned_under_another_function_is_found_beside_small_noise():
    ours = returned(("X05", "36L", 4, 30), ("X05", "36L", 9, 12), ("C_100", "36L", 4, 50), ("C_330", "36L", 4, 7))
    theirs = returned(
        ("X05", "36L", 4, 20), ("X05", "36L", 9, 4), ("C_100", "36L", 4, 60), ("C_100", "36L", 9, 8), ("C_330", "36L", 4, 6)
    )
    told, left = moves(cells(ours, theirs))
    assert [(one.kind, one.ours, one.theirs, one.pathways, one.first_band, one.last_band) for one in told] == [
        (OTHER_FUNCTION, "X05", "C_100", 18, 4, 9)
    ]
    assert [(one.treatment_function, one.difference) for one in left] == [("C_330", 1)]


def test_another_commissioner_and_nonc_left_out_are_found():
    ours = returned(("C_100", "36L", 4, 30), ("C_100", "NONC", 4, 5))
    theirs = returned(("C_100", "13Q", 4, 30))
    told, left = moves(cells(ours, theirs))
    assert [(one.kind, one.pathways) for one in told] == [(WITHOUT_NONC, 5), (OTHER_COMMISSIONER, 30)]
    assert left == []


def test_the_figures_of_a_function_add_up_over_bands_and_commissioners():
    ours = returned(("C_100", "36L", 4, 30), ("C_100", "NONC", 9, 5))
    found = by_function(cells(ours, returned(("C_100", "36L", 4, 28))))
    assert [(one.ours, one.theirs, one.difference) for one in found] == [(35, 28, 7)]


def test_differences_that_fit_by_chance_are_no_explanation():
    ours = returned(("C_100", "36L", 4, 30), ("X05", "36L", 4, 90))
    theirs = returned(("C_100", "36L", 4, 32), ("X05", "36L", 4, 80))
    assert moves(cells(ours, theirs))[0] == []
