"""Pseudonyms of many numbers at once are those of each number on its own, and the same numbers are valid."""

import random

import pyarrow as pa

from clockstop.intake.pseudonyms import Pseudonyms, is_valid, pseudonym

WRITTEN = ("943 476 5919", "943-476-5919", "9434765918", "0000000000", "1111111111", "", "943476591", "94347659190", "94347X5919",
           "0101010107", "٩٤٣٤٧٦٥٩١٩")  # fmt: skip


def test_many_at_once_are_as_one_by_one(home):
    """Among random numbers of ten digits one in eleven passes; below 3,200,000,000 most are of no use."""
    rng = random.Random(11)
    numbers = [*WRITTEN, *(f"{rng.randrange(10**10):010}" for _ in range(4_000)), None]
    found = Pseudonyms(home).of(pa.array(numbers, pa.string())).to_pylist()
    alone = [pseudonym(home, number) if number and is_valid(number) else None for number in numbers]
    assert found == alone
    assert 200 < sum(one is not None for one in found) < 400


def test_what_was_learnt_stays_the_same(home):
    """A number met again, among others, keeps its pseudonym: searching needs the memory in order."""
    many, rng = Pseudonyms(home), random.Random(12)
    valid = [number for number in (f"{rng.randrange(10**10):010}" for _ in range(2_000)) if is_valid(number)]
    first = many.of(pa.array(valid[::2])).to_pylist()
    again = many.of(pa.array(valid)).to_pylist()
    assert again[::2] == first
    assert len(set(again)) == len(set(valid))
