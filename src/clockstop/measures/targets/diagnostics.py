"""Standards and targets of diagnostic waits, DM01 (planned-care.md 4.1, 4.3). 2025/26 had none of its own."""

from clockstop.measures.targets.target import ALWAYS, FRAMEWORK, YEAR_2026, YEAR_2028, Target

SIX_WEEKS = "diagnostics_six_weeks_or_more_share"

TARGETS = (
    Target(measure=SIX_WEEKS, kind="standard", value=0.01, comparator="<=", first=ALWAYS[0], last=ALWAYS[1], level="any",
           source="NHS Constitution", certainty="known", title="Standard", note="No more than 1% at 6 weeks or more."),
    Target(measure=SIX_WEEKS, kind="target", value=0.14, comparator="<=", first=YEAR_2026[0], last=YEAR_2026[1],
           level="national", source=FRAMEWORK, certainty="known", title="2026/27 target"),
    Target(measure=SIX_WEEKS, kind="target", value=0.20, comparator="<=", first=YEAR_2026[0], last=YEAR_2026[1], level="trust",
           source=FRAMEWORK, certainty="unsure", title="2026/27 target", better_by=0.03,
           note="20%, or 3 points better than the baseline, whichever is the greater improvement. Set for each system; held for "
           "each trust here. The wording is unsure."),
    Target(measure=SIX_WEEKS, kind="target", value=0.01, comparator="<=", first=YEAR_2028[0], last=YEAR_2028[1], level="any",
           source=FRAMEWORK, certainty="found", title="2028/29 target"),
)  # fmt: skip
