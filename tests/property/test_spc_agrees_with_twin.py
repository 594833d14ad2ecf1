"""SPC charts agree with their slow twin: every convention, direction, baseline, recalculation, gap and ghost, at random."""

import random

import numpy as np
import pytest

from clockstop.insight.spc import SpcSeries, SpcSettings, judge
from clockstop.insight.spc_conventions import CONVENTIONS
from oracles.spc_twin import Twin

SERIES = 110
LONGEST = 34


def random_values(rng: random.Random, count: int) -> list[float | None]:
    """A series with what goes wrong in sums: ties, points on lines, steps, slopes, decimals, constants, large and tiny numbers."""
    kind = rng.choice(["noise", "noise", "coarse", "decimals", "constant", "nearly", "slope", "step", "large", "walk"])
    values: list[float] = []
    for place in range(count):
        drawn = {
            "noise": rng.gauss(50, 6),
            "coarse": float(rng.randint(0, 6)),
            "decimals": rng.randint(0, 40) / 10,
            "constant": 0.1,
            "nearly": 0.7 if rng.random() > 0.06 else 0.9,
            "slope": place + rng.choice([0, 0, 0.5, 1]),
            "step": rng.gauss(20 if place < count // 2 else 30, 3),
            "large": float(rng.randint(900_000, 900_040)),
            "walk": (values[-1] if values else 5) + rng.choice([-1, 1, 1, 0]),
        }[kind]
        values.append(round(drawn, 3))
    return [None if rng.random() < 0.05 and kind != "slope" else value for value in values]


def random_sections(rng: random.Random, count: int) -> list[int]:
    starts = sorted(rng.sample(range(1, count), min(rng.choice([0, 0, 1, 2]), count - 1))) if count > 2 else []
    return [sum(place >= start for start in starts) for place in range(count)]


@pytest.mark.parametrize("convention", sorted(CONVENTIONS))
@pytest.mark.parametrize("improvement", ["up", "down", "neutral"])
@pytest.mark.parametrize("fix_after", [None, 9])
def test_every_point_and_icon_is_the_twins(convention, improvement, fix_after):
    rng = random.Random(f"{convention} {improvement} {fix_after}")
    counts = [rng.randint(1, LONGEST) for _ in range(SERIES)]
    values = [random_values(rng, count) for count in counts]
    sections = [random_sections(rng, count) for count in counts]
    ghosts = [[rng.random() < 0.04 for _ in range(count)] for count in counts]
    targets = [rng.choice([None, 50.0, 3.0, 0.7, 0.1]) for _ in counts]
    options = {
        "points": rng.choice([None, 6, 7]),
        "least_points": rng.choice([None, 0]),
        "is_screened": rng.choice([None, True, False]),
        "conflict": rng.choice(["improvement", "concern"]),
    }
    found = judge(
        SpcSeries(
            values=padded(values),
            improvement=improvement,
            ghosts=padded(ghosts, 0.0).astype(bool),
            sections=padded(sections, 0.0).astype(int),
            targets=padded([[target] * count for target, count in zip(targets, counts, strict=True)]),
        ),
        SpcSettings(convention=convention, fix_after=fix_after, **options),
    )
    for row, count in enumerate(counts):
        twin = Twin(
            values=values[row], improvement=improvement, convention=convention, sections=sections[row], ghosts=ghosts[row],
            target=targets[row], points=options["points"], fix_after=fix_after, screened=options["is_screened"],
            least=options["least_points"], conflict=options["conflict"],
        )  # fmt: skip
        expected = twin.said()
        ours = told(found, row, count)
        assert ours == {name: expected[name] for name in ours}, twin
        for name in ("mean", "upl", "lpl"):
            theirs = [np.nan if line is None else float(line) for line in expected[name]]
            np.testing.assert_allclose(getattr(found, name)[row, :count], theirs, rtol=1e-9, atol=1e-9)


def padded(rows, rest=np.nan):
    width = max(len(row) for row in rows)
    return np.array([[rest if value is None else float(value) for value in [*row, *[rest] * (width - len(row))]] for row in rows])


def told(found, row, count):
    valid = found.is_valid[row, :count]
    rules, types = found.special_cause_words(row)[:count], found.point_words(row)[:count]
    return {
        "rule": [word if is_valid else "" for word, is_valid in zip(rules, valid, strict=True)],
        "type": [word if is_valid else "" for word, is_valid in zip(types, valid, strict=True)],
        "outside": found.is_outside[row, :count].tolist(),
        "group": found.rebase_group[row, :count].tolist(),
        "variation": found.variation_word(row),
        "assurance": found.assurance_word(row),
    }
