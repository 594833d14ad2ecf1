"""What a measure should be: standards and targets by financial year, as dated rows with their source (planned-care.md 4)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Certainty = Literal["found", "known", "unsure"]


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a measure should be from `first` to `last`, both days in.

    `standard`: the constitutional bar; `target`: this year's bar. `level` says for whom it was set. A trust's target may ask for
    `better_by` more than a baseline, whichever is greater (TGT-R01); a row that is `unsure` is to be confirmed before use.
    """

    measure: str
    kind: Literal["standard", "target"]
    value: float
    comparator: Literal[">=", "<=", "<"]
    first: date
    last: date
    level: Literal["any", "national", "trust"]
    source: str
    certainty: Certainty
    title: str
    better_by: float | None = None
    note: str = ""

    def required(self, baseline: float | None = None) -> float:
        """What must be reached: the value, or the baseline improved by so much where that asks for more.

        >>> rtt = targets_of("rtt_within_18_weeks", level="trust", on=date(2026, 10, 31))[-1]
        >>> [round(rtt.required(baseline), 3) for baseline in (0.55, 0.602, 0.58, None)]
        [0.65, 0.672, 0.65, 0.65]
        """
        if self.better_by is None or baseline is None:
            return self.value
        return max(baseline + self.better_by, self.value)

    def is_met_by(self, value: float) -> bool:
        """Whether a value, unrounded, meets it."""
        if self.comparator == ">=":
            return value >= self.value
        return value <= self.value if self.comparator == "<=" else value < self.value


ALWAYS = (date(2013, 4, 1), date(9999, 12, 31))
YEAR_2025 = (date(2025, 4, 1), date(2026, 3, 31))
YEAR_2026 = (date(2026, 4, 1), date(2027, 3, 31))
YEAR_2028 = (date(2028, 4, 1), date(2029, 3, 31))
GUIDANCE_2025 = "NHS England, 2025/26 priorities and operational planning guidance"
FRAMEWORK = "NHS England, Medium Term Planning Framework 2026/27 to 2028/29"

TARGETS = (
    Target(measure="rtt_within_18_weeks", kind="standard", value=0.92, comparator=">=", first=ALWAYS[0], last=ALWAYS[1],
           level="any", source="NHS Constitution", certainty="found", title="Standard"),
    Target(measure="rtt_92nd_percentile_wait", kind="standard", value=18.0, comparator="<=", first=ALWAYS[0], last=ALWAYS[1],
           level="any", source="NHS Constitution: 92 in 100 within 18 weeks, said of the percentile", certainty="found",
           title="Standard"),
    Target(measure="rtt_over_52_weeks", kind="standard", value=0, comparator="<=", first=ALWAYS[0], last=ALWAYS[1], level="any",
           source="NHS Standard Contract", certainty="known", title="Contract", note="Lapsed in practice."),
    Target(measure="rtt_within_18_weeks", kind="target", value=0.65, comparator=">=", first=YEAR_2025[0], last=YEAR_2025[1],
           level="national", source=GUIDANCE_2025, certainty="found", title="2025/26 target", note="By March 2026."),
    Target(measure="rtt_within_18_weeks", kind="target", value=0.60, comparator=">=", first=YEAR_2025[0], last=YEAR_2025[1],
           level="trust", source=GUIDANCE_2025, certainty="unsure", title="2025/26 target", better_by=0.05,
           note="5 points more than November 2024 (found); a floor of 60% (unsure)."),
    Target(measure="rtt_first_appointment_within_18_weeks", kind="target", value=0.72, comparator=">=", first=YEAR_2025[0],
           last=YEAR_2025[1], level="national", source=GUIDANCE_2025, certainty="found", title="2025/26 target",
           note="By March 2026."),
    Target(measure="rtt_first_appointment_within_18_weeks", kind="target", value=0.67, comparator=">=", first=YEAR_2025[0],
           last=YEAR_2025[1], level="trust", source=GUIDANCE_2025, certainty="unsure", title="2025/26 target", better_by=0.05,
           note="5 points more than the baseline (found); a floor of 67% (unsure)."),
    Target(measure="rtt_over_52_weeks_share", kind="target", value=0.01, comparator="<", first=YEAR_2025[0], last=YEAR_2025[1],
           level="any", source=GUIDANCE_2025, certainty="found", title="2025/26 target", note="By March 2026."),
    Target(measure="rtt_within_18_weeks", kind="target", value=0.70, comparator=">=", first=YEAR_2026[0], last=YEAR_2026[1],
           level="national", source=FRAMEWORK, certainty="found", title="2026/27 target"),
    Target(measure="rtt_within_18_weeks", kind="target", value=0.65, comparator=">=", first=YEAR_2026[0], last=YEAR_2026[1],
           level="trust", source=FRAMEWORK, certainty="found", title="2026/27 target", better_by=0.07,
           note="65%, or 7 points more than the baseline, whichever is greater. Which month the baseline is, is unsure."),
    Target(measure="rtt_over_52_weeks_share", kind="target", value=0.01, comparator="<", first=YEAR_2026[0], last=YEAR_2026[1],
           level="any", source=FRAMEWORK, certainty="unsure", title="2026/27 target",
           note="No separate headline was found: last year's is held."),
    Target(measure="rtt_within_18_weeks", kind="target", value=0.92, comparator=">=", first=YEAR_2028[0], last=YEAR_2028[1],
           level="any", source=FRAMEWORK, certainty="found", title="2028/29 target"),
    Target(measure="rtt_validated_within_12_weeks", kind="target", value=0.90, comparator=">=", first=date(2022, 12, 1),
           last=ALWAYS[1], level="any", source="NHS England, waiting list validation letter, December 2022", certainty="known",
           title="Expectation"),
)  # fmt: skip


def targets_of(measure: str, *, level: str, on: date) -> tuple[Target, ...]:
    """The targets that hold for the measure at that level on that day, the standard first."""
    found = [
        target
        for target in TARGETS
        if target.measure == measure and target.level in ("any", level) and target.first <= on <= target.last
    ]
    return tuple(sorted(found, key=lambda target: target.kind != "standard"))


def bar(measure: str, *, level: str, on: date) -> Target | None:
    """What the measure is shown against on that day: this year's target where there is one, else the standard."""
    found = targets_of(measure, level=level, on=on)
    return found[-1] if found else None


def standard(measure: str) -> Target | None:
    """The standing standard of a measure."""
    return next((target for target in TARGETS if target.measure == measure and target.kind == "standard"), None)
