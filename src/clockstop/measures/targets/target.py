"""What a standard or target is, as a dated row with its source."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from clockstop.rules import targets as rules

Certainty = Literal["found", "known", "unsure"]
Level = Literal["any", "national", "trust"]


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a measure should be from `first` to `last`, both days in.

    `standard`: the constitutional bar; `target`: this year's bar. `level` says for whom it was set. A trust's target may ask for
    `better_by` more than a baseline, whichever is greater (TGT-R01); a row that is `unsure` is to be confirmed before use.
    `by` is the day by which it is to be reached, where that is not the last of the row.
    """

    measure: str
    kind: Literal["standard", "target"]
    value: float
    comparator: Literal[">=", "<=", "<"]
    first: date
    last: date
    level: Level
    source: str
    certainty: Certainty
    title: str
    better_by: float | None = None
    note: str = ""

    @property
    def improvement(self) -> rules.Improvement:
        """Which way is better."""
        return "up" if self.comparator == ">=" else "down"

    def required(self, baseline: float | None = None) -> float:
        """What must be reached: the value, or the baseline improved by so much where that asks for more (TGT-R01, R02)."""
        asked = rules.required(baseline, uplift=self.better_by, floor=self.value, improvement=self.improvement)
        return self.value if asked is None else asked

    def is_met_by(self, value: float) -> bool:
        """Whether a value, unrounded, meets it."""
        if self.comparator == ">=":
            return value >= self.value
        return value <= self.value if self.comparator == "<=" else value < self.value


@dataclass(frozen=True, kw_only=True)
class Reserved:
    """A standard or target whose measure Clockstop does not have yet: `asked` in words, and which part of the product brings it."""

    subject: str
    kind: Literal["standard", "target"]
    asked: str
    first: date
    last: date
    level: Level
    source: str
    certainty: Certainty
    comes_with: str


FOR_EVER = date(9999, 12, 31)
ALWAYS = (date(2013, 4, 1), FOR_EVER)
YEAR_2025 = (date(2025, 4, 1), date(2026, 3, 31))
YEAR_2026 = (date(2026, 4, 1), date(2027, 3, 31))
YEAR_2028 = (date(2028, 4, 1), date(2029, 3, 31))
GUIDANCE_2025 = "NHS England, 2025/26 priorities and operational planning guidance"
FRAMEWORK = "NHS England, Medium Term Planning Framework 2026/27 to 2028/29"
