"""Standards and targets of referral to treatment (planned-care.md 4.1 to 4.3)."""

from datetime import date

from clockstop.measures.targets.target import ALWAYS, FRAMEWORK, GUIDANCE_2025, YEAR_2025, YEAR_2026, YEAR_2028, Target

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
