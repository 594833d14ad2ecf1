"""Every cell of the clock's table is met by a history, or no history can meet it; and on all of them the twin agrees."""

from random import Random

import pytest

from clockstop.rules import rtt
from clockstop.rules.cases import differences
from oracles.rtt_clock_twin import Unsettled, periods_of
from property.table_histories import CENSUS, READINGS, cells_of, possible_cells, random_histories, table_of, witnesses

# The table is total, so it speaks of cells that no history reaches. Each with its reason, and proved below.
UNREACHABLE = {
    # An original start that is that of the open clock needs an open clock.
    **{(state, "transfer_back"): "no clock runs"
       for state in ("none", "treated", "ended", "monitoring", "lapsed", "nullified", "dead")},
    # Where no period has ended, every original start lies after the last end: the event is read as transfer_later.
    **{(state, "transfer_in"): "no period has ended" for state in ("none", "fresh")},
    # The mark comes from a second side that opened a clock, which a pathway has only after a treatment.
    **{(state, "second_side_again"): "no second side was opened" for state in ("none", "fresh", "nullified")},
    # A receipt is kept only where no clock runs, and opening a clock uses it up: while one runs nothing is received.
    **{(state, symbol): "no receipt is open"
       for state in ("fresh", "running", "two_open") for symbol in ("self_referral_ratified", "self_referral_seen")},
    # An admission that was tried is care activity: the clock is no longer fresh.
    ("fresh", "decision_not_to_admit"): "no admission was tried",
}  # fmt: skip
SEED = 20_261_122


@pytest.fixture(scope="module")
def reached():
    return {cell for readings in READINGS for cell in witnesses(readings)}


@pytest.mark.slow
def test_every_cell_that_can_be_met_is_met(reached):
    assert reached == set(rtt.clock().turns) - set(UNREACHABLE)


def test_no_history_can_meet_the_rest():
    possible = {cell for readings in READINGS for cell in possible_cells(readings)}
    assert possible.isdisjoint(UNREACHABLE)
    assert possible | set(UNREACHABLE) == set(rtt.clock().turns)


@pytest.mark.slow
def test_the_twin_agrees_on_histories_made_from_the_table():
    readings = READINGS[0]
    histories = random_histories(Random(SEED), readings, tails=2)
    assert {cell for cells in cells_of(histories, readings) for cell in cells} == set(witnesses(readings))
    periods = {number: [] for number in range(len(histories))}
    for row in rtt.clocks_of(table_of(histories), census=CENSUS, readings=readings).to_pylist():
        periods[int(row["patient_pathway_identifier"][1:])].append(described(row))
    settled = 0
    for number, events in enumerate(histories):
        try:
            expected = periods_of(events, CENSUS)
        except Unsettled:
            continue
        settled += 1
        assert differences({"periods": expected}, {"periods": periods[number]}) == [], events
    assert settled > len(histories) / 3


def described(row):
    """A period as the twin writes it."""
    return {
        "start": row["start_date"], "end": row["end_date"], "end_status": row["end_status"],
        "nullified": row["is_nullified"], "days": row["days_waited"], "start_rule": row["start_rule"],
    }  # fmt: skip
