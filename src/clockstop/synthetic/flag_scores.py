"""The score of every data-quality flag on a made-up group: made by `clockstop rtt score-flags`, read by docs and pages.

The group: `clockstop synthesise --scale 0.02 --seed 11`, every delivery loaded on its day, refreshed at the last two.
"""

import csv
from dataclasses import fields
from functools import cache
from importlib import resources

from clockstop.synthetic.scoring import FlagScore

FILE = "flag_scores.csv"
SCORED_ON = "a made-up group of four trusts and about 5,000 open pathways (scale 0.02, seed 11)"


@cache
def flag_scores() -> tuple[FlagScore, ...]:
    """The scores in the order of the flags; none for a flag that the group could not judge."""
    text = resources.files("clockstop.synthetic").joinpath(FILE).read_text("utf-8")
    names = {item.name for item in fields(FlagScore)}
    rows = csv.DictReader(text.splitlines())
    return tuple(
        FlagScore(**{name: value if name == "flag" else int(value) for name, value in row.items() if name in names}) for row in rows
    )


@cache
def scores_by_flag() -> dict[str, FlagScore]:
    """The scores by the flag's slug."""
    return {score.flag: score for score in flag_scores()}
