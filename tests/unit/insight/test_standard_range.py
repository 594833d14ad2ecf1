"""The standard as a range: bounds against every subset, draws against sums that can be written down, and speed."""

import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clockstop.insight.standard_range import OFF_THE_LIST, SETTLED, OpenPathways, Standard, resolved
from clockstop.insight.validation_rates import Checks, rates

WITHIN, OVER_52, LIST = (
    Standard(is_share=True, edge=126),
    Standard(is_share=False, edge=364, is_within=False),
    Standard(is_share=False),
)
EDGES = (126, 364)
PLANNED = ("A", "planned", "")


def listed(days, flagged, *, validated=None, number=None):
    """A list of one stratum: those flagged are in it, but for those whose days as validated are given."""
    days, flagged = np.array(days, dtype=np.int64), np.array(flagged, dtype=bool)
    known = np.array([day is not None for day in validated or [None] * len(days)], dtype=bool)
    settled = zip(days, validated or [None] * len(days), strict=True)
    after = np.array([day if after is None else after for day, after in settled], dtype=np.int64)
    return OpenPathways(
        strata=(PLANNED,), stratum=np.where(flagged & ~known, 0, SETTLED), days_waited=days, days_validated=after,
        is_flagged=flagged, number=np.array(number if number is not None else [1] * len(days), dtype=np.int64),
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(rows=st.lists(st.tuples(st.sampled_from([10, 200, 400]), st.booleans()), min_size=1, max_size=7), data=st.data())
def test_the_bounds_are_those_of_every_subset(rows, data):
    """Least and greatest are what some choice of removals gives, and no choice gives less or more; with moves too."""
    standard = data.draw(st.sampled_from([WITHIN, OVER_52, LIST]))
    days, flagged = zip(*rows, strict=True)
    found = resolved(listed(days, flagged), None, edges=EDGES).of(standard)
    ways = [value for value in (_valued(days, way, standard) for way in _ways(flagged, moves=False)) if value is not None]
    assert found.counted == _valued(days, [None] * len(days), standard)
    assert found.all_removed == _valued(days, [OFF_THE_LIST if one else None for one in flagged], standard)
    assert (found.least or 0) == pytest.approx(min(ways, default=0))
    assert (found.greatest or 0) == pytest.approx(max(ways, default=0))
    moved = [value for value in (_valued(days, way, standard) for way in _ways(flagged, moves=True)) if value is not None]
    if standard is not LIST:
        assert found.least_with_moves == pytest.approx(min(moved))
        assert found.greatest_with_moves == pytest.approx(max(moved))
    assert found.low is None


def _ways(flagged, *, moves):
    choices = [None, OFF_THE_LIST, 10, 400] if moves else [None, OFF_THE_LIST]
    return product(*[choices if one else [None] for one in flagged])


def _valued(days, way, standard):
    after = [day if new is None else new for day, new in zip(days, way, strict=True) if new != OFF_THE_LIST]
    chosen = [day for day in after if standard.edge is None or (day <= standard.edge) == standard.is_within]
    return len(chosen) / len(after) if standard.is_share and after else None if standard.is_share else len(chosen)


def test_what_is_known_is_carried_out_and_no_longer_in_doubt():
    pathways = listed([10, 200, 200, 400], [True] * 4, validated=[OFF_THE_LIST, 100, 200, 400])
    found = resolved(pathways, {}, edges=EDGES)
    within = found.of(WITHIN)
    assert (within.counted, within.validated) == (0.25, 1 / 3)
    assert (within.low, within.high) == (1 / 3, 1 / 3), "all is settled"
    assert found.of(OVER_52).validated == 1


def test_a_rate_of_one_in_two_takes_half_give_or_take_the_binomial():
    pathways = listed([10, 400], [True, True], number=[400, 100])
    checked = rates({PLANNED: Checks(20_000, 10_000)}, [PLANNED], draws=4000)
    found = resolved(pathways, checked, edges=EDGES, seed=3)
    size = found.of(LIST)
    assert size.middle == pytest.approx(250, abs=2)
    assert (size.low, size.high) == pytest.approx((250 - 1.645 * np.sqrt(125), 250 + 1.645 * np.sqrt(125)), abs=3)
    assert found.of(WITHIN).middle == pytest.approx(0.8, abs=0.01)
    assert (size.low, size.high) == tuple(int(end) for end in (size.low, size.high)), "pathways are whole"


def test_a_start_that_moves_changes_sides_and_stays_on_the_list():
    pathways = listed([120, 130], [True, True], number=[100, 100])
    checked = rates({PLANNED: Checks(10_000, 0, 10_000, (-10, 30))}, [PLANNED])
    found = resolved(pathways, checked, edges=EDGES)
    assert found.of(WITHIN).middle == pytest.approx(0.5, abs=0.03), "each shift as likely: half of either side crosses over"
    assert found.of(LIST).low == pytest.approx(200, abs=1)
    assert found.of(WITHIN).low < 0.46


def test_of_a_stratum_without_a_rate_any_part_may_go():
    found = resolved(listed([10, 10, 400], [False, True, True]), {}, edges=EDGES)
    size, within = found.of(LIST), found.of(WITHIN)
    assert (size.low, size.middle, size.high) == (1, 3, 3)
    assert (within.low, within.middle, within.high) == (within.least, 2 / 3, within.greatest)
    unflagged = listed([10, 400], [False, False])
    everyone = OpenPathways(**{**vars(unflagged), "stratum": np.array([0, 0])})
    assert resolved(everyone, {}, edges=EDGES).of(LIST).low == 2, "what no flag speaks against is taken as right"


def test_an_empty_list_has_no_share_and_a_list_of_nothing_but_removed_none_either():
    empty = listed([], [])
    assert resolved(empty, {}, edges=EDGES).of(WITHIN).low is None
    gone = resolved(listed([10], [True], validated=[OFF_THE_LIST]), {}, edges=EDGES).of(WITHIN)
    assert (gone.counted, gone.validated, gone.all_removed, gone.low) == (1.0, None, None, None)


def test_the_same_seed_gives_the_same_interval():
    pathways = listed([10, 400], [True, True], number=[400, 100])
    checked = rates({PLANNED: Checks(10, 3)}, [PLANNED])
    first, again, other = (resolved(pathways, checked, edges=EDGES, seed=seed).of(WITHIN) for seed in (1, 1, 2))
    assert first == again
    assert first.middle == pytest.approx(other.middle, abs=0.02)


def test_a_quarter_of_a_million_pathways_take_less_than_a_second():
    rng = np.random.default_rng(5)
    size = 250_000
    strata = tuple((trust, f"flag {number}", "") for trust in "ABCD" for number in range(25))
    stratum = rng.integers(-60, len(strata), size)
    days = rng.integers(0, 600, size)
    pathways = OpenPathways(
        strata=strata, stratum=np.maximum(stratum, SETTLED), days_waited=days, days_validated=days, is_flagged=stratum >= 0,
        number=np.ones(size, dtype=np.int64),
    )  # fmt: skip
    checked = rates({key: Checks(30, 4, 1, (7,)) for key in strata}, strata)
    began = time.process_time()
    found = resolved(pathways, checked, edges=EDGES)
    assert time.process_time() - began < 1
    assert found.of(LIST).low < found.of(LIST).high
