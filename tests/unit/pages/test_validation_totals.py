"""What of validation is said to who sees no patients: few people are withheld, and what would give them away."""

from clockstop.answers.validation_effect import AsValidated, Figures
from clockstop.answers.validation_yield import YieldLine
from clockstop.pages import validation_totals

LINES = (
    YieldLine(key="a", title="A", checked=60, removed=20, moved=10, right=30, asked=0),
    YieldLine(key="b", title="B", checked=42, removed=2, moved=10, right=30, asked=0),
    YieldLine(key="c", title="C", checked=90, removed=30, moved=20, right=40, asked=0),
)
CELLS = [[line.title, str(line.checked), str(line.removed)] for line in LINES]


def test_a_line_of_few_is_withheld_and_another_so_that_it_cannot_be_worked_out():
    said = validation_totals.lines_said(CELLS, LINES, is_own=False)
    assert said == [["A", "withheld", "withheld"], ["B", "withheld", "withheld"], ["C", "90", "30"]]
    assert validation_totals.lines_said(CELLS, LINES, is_own=True) == CELLS


def test_lines_of_which_all_is_withheld_are_named_and_take_no_room():
    said = validation_totals.lines_said(CELLS, LINES, is_own=False)
    assert validation_totals.apart(said) == ([["C", "90", "30"]], ["A", "B"])
    assert validation_totals.apart(CELLS) == (CELLS, [])


def test_few_corrections_of_a_service_are_withheld_and_all_are_counted():
    found = {"Surgery": {"not_yet": 3}, "Urology": {"not_yet": 12}, "ENT": {"not_yet": 40}}
    said = validation_totals.corrections_said(found)
    assert said[0] == ["All services", "55", "0", "0"]
    assert [row[1] for row in said[1:]] == ["withheld", "withheld", "40"]


def test_a_list_that_few_people_change_is_not_told_as_validated():
    def found(then):
        return AsValidated(
            counted=Figures(100, 60, 20, 9), validated=Figures(*then), carried=3, in_scope=40, in_time=20, in_time_with_desk=38
        )

    few = validation_totals.effect(found((97, 59, 20, 9)), is_own=False)
    assert few[0] == ["Waiting", "100", "withheld", "withheld"]
    assert few[1] == ["Share within 18 weeks", "60.0%", "withheld", "withheld"]
    assert validation_totals.effect(found((90, 60, 10, 0)), is_own=False)[0] == ["Waiting", "100", "90", "−10"]
    heads = validation_totals.facts(LINES[1], found((97, 59, 20, 9)), is_own=False)
    assert (heads["carried"], heads["changed"], heads["with_desk"]) == ("fewer than 5", "withheld", "withheld")
