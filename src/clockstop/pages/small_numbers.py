"""Counts of people as a page says them: all to who is cleared for the trust's patients, small ones withheld from everybody else."""

from collections.abc import Sequence

from clockstop.measures.suppress import HIDDEN, is_small, suppress
from clockstop.nhsuk import presenters

FEW = "fewer than 5"
WITHHELD = "withheld"


def is_withheld(count: float, *, is_own: bool) -> bool:
    """Whether this reader may not see the count.

    >>> is_withheld(3, is_own=False), is_withheld(3, is_own=True), is_withheld(0, is_own=False)
    (True, False, False)
    """
    return not is_own and is_small(count, "k5")


def said(count: float, *, is_own: bool) -> str:
    """The count in words.

    >>> said(3, is_own=False), said(1200, is_own=False)
    ('fewer than 5', '1,200')
    """
    return FEW if is_withheld(count, is_own=is_own) else presenters.number(count)


def withheld_places(counts: Sequence[float]) -> set[int]:
    """The places of the counts that are withheld where their total is shown: a second one too, which would give the first away.

    >>> sorted(withheld_places([3, 20, 9])), sorted(withheld_places([6, 20]))
    ([0, 2], [])
    """
    return {place for place, shown in enumerate(suppress(counts, "k5")) if shown == HIDDEN}


def parts_said(counts: Sequence[float], *, is_own: bool) -> list[str]:
    """The counts in words, beside which their total stands.

    >>> parts_said([3, 20, 9], is_own=False)
    ['withheld', '20', 'withheld']
    """
    hidden = set() if is_own else withheld_places(counts)
    return [WITHHELD if place in hidden else presenters.number(count) for place, count in enumerate(counts)]
