"""How each pathway stands on the last day, as meant: waiting since when, or under active monitoring since when."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.periods import Ending, Periods

MONITORED = (31, 32)


@dataclass(frozen=True)
class Standing:
    """One entry a pathway: the start and number of the period that waits at the end of `until`, `NEVER` and 0 where none does;
    and the day from which the patient has been monitored, `NEVER` where that is not how things stand."""

    until: int
    waiting_from: NDArray[np.int32]
    waiting_number: NDArray[np.int8]
    monitored_from: NDArray[np.int32]


def standing(periods: Periods, number: int, until: int) -> Standing:
    """How the pathways of these periods stand, of `number` pathways."""
    known = periods.only((periods.known <= until) & (periods.start <= until))
    is_over = known.end_known <= until
    waiting = known.only(~is_over)
    waiting_from, waiting_number = _never(number), np.zeros(number, dtype=np.int8)
    waiting_from[waiting.pathway] = waiting.start
    waiting_number[waiting.pathway] = waiting.number
    last = np.zeros(number, dtype=np.int8)
    np.maximum.at(last, known.pathway, known.number)
    is_monitored = is_over & np.isin(known.status, MONITORED) & (known.ending != Ending.transferred)
    monitored = known.only(is_monitored & (known.number == last[known.pathway]))
    monitored_from = _never(number)
    monitored_from[monitored.pathway] = monitored.end
    return Standing(until, waiting_from, waiting_number, monitored_from)


def _never(number: int) -> NDArray[np.int32]:
    return np.full(number, NEVER, dtype=np.int32)
