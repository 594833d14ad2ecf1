"""Which clocks are checked first: most gain an hour, ties always the same way, nothing for what is answered."""

from datetime import date

import pyarrow as pa
import pytest

from clockstop.insight import validation_gain as gain
from clockstop.insight.validation_rates import UNFLAGGED, Beta

START = date(2026, 1, 5)
READING = "60 possible_duplicate=120"


def row(pathway, *flags, days=100, due=False, answered=False, trust="A"):
    return {
        "trust": trust, "patient_pathway_identifier": pathway, "start_date": START, "days_waited": days, "slugs": list(flags),
        "is_due": due, "is_answered": answered,
    }  # fmt: skip


def table(*rows):
    return pa.Table.from_pylist(
        rows,
        schema=pa.schema(
            [("trust", pa.string()), ("patient_pathway_identifier", pa.string()), ("start_date", pa.date32()),
             ("days_waited", pa.int64()), ("slugs", pa.list_(pa.string())), ("is_due", pa.bool_()), ("is_answered", pa.bool_())]
        ),
    )  # fmt: skip


def sure(share, checks=1e6):
    """A rate that is known."""
    return Beta(share * checks, (1 - share) * checks, 0, 0)


RATES = {
    "closed_but_open": sure(0.8),
    "possible_duplicate": sure(0.8),
    "no_next_step": sure(0.1),
    UNFLAGGED: sure(0.01),
}


def order(*rows, learned=None):
    found = gain.ranked(table(*rows), RATES, reading=READING, learned=learned or {})
    return found["patient_pathway_identifier"].to_pylist()


def test_the_likelier_change_comes_first():
    assert order(row("P1", "no_next_step"), row("P2"), row("P3", "closed_but_open")) == ["P3", "P1", "P2"]


def test_a_longer_check_of_the_same_chance_comes_later():
    assert order(row("P1", "possible_duplicate"), row("P2", "closed_but_open")) == ["P2", "P1"]


def test_the_desks_own_times_take_the_place_of_the_reading():
    assert order(
        row("P1", "possible_duplicate"), row("P2", "closed_but_open"), learned={"possible_duplicate": 20.0, "closed_but_open": 60.0}
    ) == ["P1", "P2"]


@pytest.mark.parametrize(("shorter", "longer"), [(126, 127), (364, 365), (455, 456)])
def test_what_passes_18_52_or_65_weeks_moves_more(shorter, longer):
    found = gain.ranked(
        table(row("P1", "closed_but_open", days=shorter), row("P2", "closed_but_open", days=longer)),
        RATES,
        reading=READING,
        learned={},
    )
    assert found["patient_pathway_identifier"].to_pylist() == ["P2", "P1"]
    assert found["gain"][0].as_py() > 1.3 * found["gain"][1].as_py()


def test_a_pathway_due_for_validation_gains_by_any_check():
    assert order(row("P1", "no_next_step"), row("P2", "no_next_step", due=True, days=99)) == ["P2", "P1"]


def test_a_row_of_several_flags_is_there_for_the_one_that_most_often_proves_wrong():
    [found] = gain.ranked(table(row("P1", "no_next_step", "closed_but_open")), RATES, reading=READING, learned={}).to_pylist()
    assert found["reason"] == "closed_but_open"
    assert found["chance"] == pytest.approx(0.8, abs=1e-6)


def test_what_is_answered_gains_nothing_and_comes_last():
    found = gain.ranked(
        table(row("P1", "closed_but_open", days=500, due=True, answered=True), row("P2")), RATES, reading=READING, learned={}
    ).to_pylist()
    assert [one["patient_pathway_identifier"] for one in found] == ["P2", "P1"]
    assert found[-1]["gain"] == 0


def test_ties_stand_in_one_order_whatever_order_they_came_in():
    rows = [row(f"P{number}", "no_next_step", days=100 + number % 3) for number in range(12)]
    assert order(*rows) == order(*reversed(rows))
    assert order(*rows)[:4] == ["P11", "P2", "P5", "P8"]  # the longest waits, by pathway


def test_an_empty_list_is_ranked():
    assert order() == []


def test_flags_that_nobody_checked_stand_at_their_prior_and_checks_soon_outweigh_it():
    names = ["trust", "patient_pathway_identifier"]
    none = pa.table({**{name: pa.array([], pa.string()) for name in names}, "code": pa.array([], pa.string())})
    no_flags = pa.table({name: pa.array([], pa.string()) for name in (*names, "flag")})
    assert gain.change_rates(none, no_flags)["closed_but_open"].mean == pytest.approx(0.8)
    pathways = [f"P{number}" for number in range(40)]
    codes = ["start_wrong"] * 2 + ["stop_treated"] * 2 + ["clock_right"] * 36
    checked = pa.table({"trust": ["A"] * 40, "patient_pathway_identifier": pathways, "code": codes})
    flagged = pa.table({"trust": ["A"] * 40, "patient_pathway_identifier": pathways, "flag": ["closed_but_open"] * 40})
    after = gain.change_rates(checked, flagged)["closed_but_open"]
    assert (after.checked, after.removed) == (40, 4)  # a start that moved is a change too
    assert after.mean == pytest.approx((6.4 + 4) / 48)


def test_times_are_learned_when_there_are_enough_of_them_and_lunch_is_left_out():
    seconds = [*range(21, 41), 7200, None, 2]
    times = pa.table({"flag": ["validation"] * len(seconds) + ["planned"] * 19, "seconds": [*seconds, *[50] * 19]})
    assert gain.learned_seconds(times) == {"validation": 30.5}


def test_expected_changes_hold_the_mean_and_are_wider_where_the_rate_is_unsure():
    rows = gain.ranked(table(*(row(f"P{number}", "closed_but_open") for number in range(50))), RATES, reading=READING, learned={})
    known = gain.expected_changes(rows, RATES)
    unsure = gain.expected_changes(rows, {"closed_but_open": sure(0.8, checks=4)})
    assert known.mean == pytest.approx(40, abs=1e-4)
    assert (known.low, known.high) == (36, 44)  # 40 and 1.28 x 2.83 on either side
    assert unsure.low < known.low
    assert unsure.high == 50
