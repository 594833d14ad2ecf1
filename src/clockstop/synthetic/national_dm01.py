"""The national shape of diagnostic waits and activity, as one declared table: national_dm01_july_2025.csv.

Source: NHS England, Monthly diagnostics waiting times and activity, provider file of July 2025 (published September 2025). Contains
public sector information licensed under the Open Government Licence v3.0.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Tests waited for in July 2025 for each open RTT pathway in January 2026.
TESTS_AN_OPEN_PATHWAY = 0.237
ENGLAND_SIX_WEEKS_OR_MORE = 0.2189
ENGLAND_THIRTEEN_WEEKS_OR_MORE = 0.0758
ENGLAND_ACTIVITY_A_WAIT = 1.507
WEEKS_IN_MONTH = 31 / 7
# A month has more tests done than its last week has waits begun: a fifth are done within days and stand on no list at its end.
BEGUN_A_FIRST_BAND = 1.5
LONGEST_STRETCH = 1.45


@dataclass(frozen=True)
class NationalTest:
    """One test in a month: those waited for by band, and its activity of three kinds."""

    waiting: tuple[int, ...]
    planned: int
    unscheduled: int
    waiting_list: int

    @property
    def open(self) -> int:
        return sum(self.waiting)

    @property
    def entries_a_week(self) -> int:
        """Those who came onto the list, or began again, in the last week."""
        return self.waiting[0]


def _declared() -> dict[str, NationalTest]:
    with (Path(__file__).parent / "national_dm01_july_2025.csv").open(encoding="utf-8", newline="") as table:
        rows = [(name, [int(count) for count in counts]) for name, *counts in list(csv.reader(table))[1:]]
    return {name: NationalTest(tuple(counts[:14]), *counts[14:]) for name, counts in rows}


NATIONAL_TESTS = _declared()


def drawn_days(test: NationalTest, number: int, tempo: float, rng: np.random.Generator) -> NDArray[np.int32]:
    """How many days so many waits last, drawn from the shape of the list: its bands give who is still there after each week."""
    bands = np.minimum.accumulate(np.array(test.waiting[:13], dtype=float))
    weeks = np.concatenate([[0.0], np.arange(13) + 0.5])
    share = np.concatenate([[1.0], bands / (bands[0] * BEGUN_A_FIRST_BAND)])
    drawn = rng.random(number)
    waited = np.interp(drawn, share[::-1], weeks[::-1])
    tail = rng.exponential(LONGEST_STRETCH * test.waiting[13] / max(test.waiting[12], 1), number)
    waited = np.where(drawn < share[-1], np.minimum(weeks[-1] + tail, 70), waited)
    return np.maximum(waited * 7 * tempo, 0).astype(np.int32)
