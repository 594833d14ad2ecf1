"""Nested places of which no small number follows from what is shown, whoever adds and takes away what."""

import numpy as np
import pytest

from clockstop.measures.differencing import hidden_in_line, hidden_places, hidden_places_of_many

# Two divisions, of three services and of one; two sites, at which some services are both.
ATOMS = (("D1", "S1", "X"), ("D1", "S2", "X"), ("D1", "S2", "Y"), ("D1", "S3", "Y"), ("D2", "S4", "X"), ("D2", "S4", "Y"))
PARTS = [(kind, value) for kind in range(3) for value in sorted({atom[kind] for atom in ATOMS})]
MEMBERS = np.array([[True] * len(ATOMS), *([atom[kind] == value for atom in ATOMS] for kind, value in PARTS)])
KINDS = ("trust", *(("division", "service", "site")[kind] for kind, _ in PARTS))


def follows(members, counts, hidden, place):
    """Whether the place's sum is the same for every way of counting that agrees with what is shown."""
    present = counts > 0
    shown = members[~hidden][:, present].astype(float)
    both = np.vstack([shown, members[place, present]])
    return np.linalg.matrix_rank(both) == np.linalg.matrix_rank(shown)


def test_what_is_second_among_all_services_is_not_shown_in_its_own_division():
    """S1 is small; S4 would do for the table of all services, but D1 is shown, and so is what its services leave of it."""
    hidden = hidden_places(MEMBERS, KINDS, np.array([3.0, 30, 30, 40, 5, 5]), is_total_hidden=False)
    names = {value for (_, value), is_hidden in zip(PARTS, hidden[1:], strict=True) if is_hidden}
    assert "S1" in names
    assert names & {"S2", "S3"}
    assert not hidden[0]


@pytest.mark.parametrize("seed", range(60))
def test_no_small_place_is_a_sum_or_difference_of_shown_ones(seed):
    rng = np.random.default_rng(seed)
    counts = rng.choice([0, 1, 2, 4, 7, 30, 55], size=len(ATOMS)).astype(float)
    is_total_hidden = bool(rng.integers(2))
    hidden = hidden_places(MEMBERS, KINDS, counts, is_total_hidden=is_total_hidden)
    sums = MEMBERS @ counts
    small = (sums > 0) & (sums < 5)
    assert hidden[small].all()
    assert hidden[0] == (small[0] or is_total_hidden)
    secret = small.copy()
    secret[0] |= is_total_hidden and sums[0] > 0
    assert not [place for place in np.flatnonzero(secret) if follows(MEMBERS, counts, hidden, place)]


def test_nothing_is_hidden_where_nothing_is_small():
    assert not hidden_places(MEMBERS, KINDS, np.array([9.0, 30, 30, 40, 50, 60]), is_total_hidden=False).any()
    assert not hidden_places(MEMBERS, KINDS, np.zeros(len(ATOMS)), is_total_hidden=False).any()


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [([3, 20, 9, 40], "ynyn"), ([1, 1, 30, 50], "yyyn"), ([2, 4, 30], "yyn"), ([3, 0], "yn"), ([6, 20], "nn"), ([], "")],
)
def test_a_line_hides_until_what_is_hidden_is_no_small_sum(counts, hidden):
    assert hidden_in_line(counts) == tuple(one == "y" for one in hidden)


def test_many_counts_are_settled_as_each_is_alone():
    counts = np.random.default_rng(7).choice([0, 1, 3, 6, 30, 55], size=(60, len(ATOMS))).astype(float)
    is_total_hidden = np.arange(len(counts)) % 7 == 0
    together = hidden_places_of_many(MEMBERS, KINDS, counts, is_total_hidden)
    alone = [
        hidden_places(MEMBERS, KINDS, one, is_total_hidden=bool(is_top))
        for one, is_top in zip(counts, is_total_hidden, strict=True)
    ]
    assert together.any()
    assert (together == np.array(alone)).all()


def test_a_division_is_shown_where_a_service_protects_the_small_one_as_well():
    """S1 is small: its division's other services can protect it, so neither division is hidden, nor both sites."""
    hidden = hidden_places(MEMBERS, KINDS, np.array([3.0, 300, 300, 400, 20, 20]), is_total_hidden=False)
    names = {value for (_, value), is_hidden in zip(PARTS, hidden[1:], strict=True) if is_hidden}
    assert not names & {"D1", "D2", "S4"}
