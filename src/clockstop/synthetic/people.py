"""The people of the made-up group. NHS numbers lie in the range 999 that is kept for tests; nobody has a name."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from clockstop.synthetic.organisations import TRUSTS, Trust

DAYS_IN_YEAR = 365.2425
ETHNIC = ("A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z", "99")
ETHNIC_SHARES = (
    0.70,
    0.01,
    0.05,
    0.005,
    0.005,
    0.005,
    0.005,
    0.03,
    0.03,
    0.01,
    0.015,
    0.01,
    0.025,
    0.005,
    0.007,
    0.018,
    0.05,
    0.02,
)
SEXES = ("1", "2", "9", "X")
SEX_SHARES = (0.455, 0.54, 0.001, 0.004)
# Made-up commissioners; NONC stands for those who are not English (national share 0.4 %).
COMMISSIONERS = ("ZZM", "ZZN", "13Q", "NONC")
COMMISSIONER_SHARES = (0.68, 0.27, 0.046, 0.004)
# Where people live: a patient who is transferred goes on living in the sender's catchment.
NEIGHBOURHOODS = tuple(name for trust in TRUSTS for name in trust.neighbourhoods)
PRACTICES_OF_A_NEIGHBOURHOOD = 4
PRACTICES = tuple(
    f"{trust.code}{number:03d}" for trust in TRUSTS for number in range(len(trust.neighbourhoods) * PRACTICES_OF_A_NEIGHBOURHOOD)
)
# Those who die in these histories have no second pathway, so that no other list of theirs stays open.
MORTAL_SHARE = 0.06


@dataclass(frozen=True)
class People:
    """The people of one trust's catchment; each array has one entry a person."""

    nhs_number: NDArray[np.int64]
    hospital_number: NDArray[np.int32]
    birth_day: NDArray[np.int32]
    sex: NDArray[np.int8]
    ethnic: NDArray[np.int8]
    decile: NDArray[np.int8]
    neighbourhood: NDArray[np.int8]
    practice: NDArray[np.int16]
    commissioner: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.nhs_number)

    @property
    def mortal_from(self) -> int:
        return int(len(self) * (1 - MORTAL_SHARE))


def nhs_numbers() -> NDArray[np.int64]:
    """Every number 999 000 000x to 999 999 999x whose modulus 11 check digit exists.

    >>> int(nhs_numbers()[0])
    9990000018
    """
    nine = 999_000_000 + np.arange(1_000_000, dtype=np.int64)
    total = np.zeros(len(nine), dtype=np.int64)
    for place, weight in enumerate(range(10, 1, -1)):
        total += nine // 10 ** (8 - place) % 10 * weight
    check = (11 - total % 11) % 11
    return (nine * 10 + check)[check != 10][1:]


def people(trust: Trust, *, number: int, until: date, rng: np.random.Generator) -> People:
    """`number` people of the trust's catchment; no NHS number is shared between trusts."""
    numbers = np.array_split(nhs_numbers(), len(TRUSTS) * 100)
    place, parts = 0, _parts()
    for other in TRUSTS:
        if other.code == trust.code:
            break
        place += parts[other.code]
    own = np.concatenate(numbers[place : place + parts[trust.code]])
    number = min(number, len(own))
    neighbourhood = rng.integers(0, len(trust.neighbourhoods), number)
    home = neighbourhood + NEIGHBOURHOODS.index(trust.neighbourhoods[0])
    return People(
        nhs_number=np.sort(rng.permutation(own)[:number])[rng.permutation(number)],
        hospital_number=(10_000_000 + rng.permutation(number * 7)[:number]).astype(np.int32),
        birth_day=_birth_days(number, trust, until, rng),
        sex=rng.choice(len(SEXES), number, p=SEX_SHARES).astype(np.int8),
        ethnic=rng.choice(len(ETHNIC), number, p=np.array(ETHNIC_SHARES) / sum(ETHNIC_SHARES)).astype(np.int8),
        decile=_deciles(neighbourhood, trust, rng),
        neighbourhood=home.astype(np.int8),
        practice=(home * PRACTICES_OF_A_NEIGHBOURHOOD + rng.integers(0, PRACTICES_OF_A_NEIGHBOURHOOD, number)).astype(np.int16),
        commissioner=rng.choice(len(COMMISSIONERS), number, p=COMMISSIONER_SHARES).astype(np.int8),
    )


def _parts() -> dict[str, int]:
    """How many of the 400 slices of the number range each trust has."""
    return {trust.code: int(trust.share * len(TRUSTS) * 100) for trust in TRUSTS}


def _birth_days(number: int, trust: Trust, until: date, rng: np.random.Generator) -> NDArray[np.int32]:
    """Children of 6 to 16, and adults whose ages lean to the older; all were born before the first history begins."""
    is_child = rng.random(number) < 0.12
    adult = np.clip(18 + 77 * rng.beta(2.0, 1.5, number) + trust.older * rng.random(number), 18, 101)
    ages = np.where(is_child, rng.uniform(6, 16.9, number), adult)
    last_day = np.datetime64(until, "D").astype(int)
    return (last_day - ages * DAYS_IN_YEAR).astype(np.int32)


def _deciles(neighbourhood: NDArray[np.int64], trust: Trust, rng: np.random.Generator) -> NDArray[np.int8]:
    middles = np.linspace(2, 9, len(trust.neighbourhoods)) - trust.more_deprived
    return np.clip(np.rint(middles[neighbourhood] + rng.normal(0, 1.5, len(neighbourhood))), 1, 10).astype(np.int8)
