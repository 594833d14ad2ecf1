"""The score of every planted fault on a made-up group: made by `clockstop quality score`, read by the docs."""

import csv
from functools import cache
from importlib import resources

from clockstop.synthetic.quality_scoring import FaultScore

FILE = "quality_scores.csv"
SCORED_ON = "one trust of a made-up group (ZZD, scale 0.008), on which some of the rules were tuned"
_NUMBERS = ("planted", "found", "flagged", "right")


@cache
def quality_scores() -> tuple[FaultScore, ...]:
    """The scores by dataset and fault."""
    text = resources.files("clockstop.synthetic").joinpath(FILE).read_text("utf-8")
    return tuple(
        FaultScore(
            fault=row["fault"],
            dataset=row["dataset"],
            rules=tuple(row["rules"].split()),
            **{name: int(row[name]) for name in _NUMBERS},
        )
        for row in csv.DictReader(text.splitlines())
    )
