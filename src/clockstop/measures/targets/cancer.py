"""Standards and targets of cancer waiting times (planned-care.md 2.1, 4.1 to 4.3)."""

from datetime import date

from clockstop.measures.targets.target import FOR_EVER, FRAMEWORK, GUIDANCE_2025, YEAR_2025, YEAR_2026, YEAR_2028, Target

# The three standards as they are since the ten were made three.
THREE_STANDARDS = date(2023, 10, 1)
STANDARDS = "National cancer waiting times monitoring data set guidance, v12.1 (July 2025)"

TARGETS = (
    Target(measure="cancer_fds_28_day", kind="standard", value=0.75, comparator=">=", first=THREE_STANDARDS,
           last=date(2026, 2, 28), level="any", source=STANDARDS, certainty="found", title="Standard"),
    Target(measure="cancer_fds_28_day", kind="standard", value=0.80, comparator=">=", first=date(2026, 3, 1), last=FOR_EVER,
           level="any", source=STANDARDS, certainty="found", title="Standard", note="Raised from 75% from March 2026."),
    Target(measure="cancer_31_day", kind="standard", value=0.96, comparator=">=", first=THREE_STANDARDS, last=FOR_EVER,
           level="any", source=STANDARDS, certainty="found", title="Standard"),
    Target(measure="cancer_62_day", kind="standard", value=0.85, comparator=">=", first=THREE_STANDARDS, last=FOR_EVER,
           level="any", source=STANDARDS, certainty="found", title="Standard"),
    Target(measure="cancer_fds_28_day", kind="target", value=0.80, comparator=">=", first=YEAR_2025[0], last=YEAR_2025[1],
           level="any", source=GUIDANCE_2025, certainty="found", title="2025/26 target", note="By March 2026."),
    Target(measure="cancer_62_day", kind="target", value=0.75, comparator=">=", first=YEAR_2025[0], last=YEAR_2025[1],
           level="any", source=GUIDANCE_2025, certainty="found", title="2025/26 target", note="By March 2026."),
    Target(measure="cancer_fds_28_day", kind="target", value=0.80, comparator=">=", first=YEAR_2026[0], last=YEAR_2026[1],
           level="any", source=FRAMEWORK, certainty="found", title="2026/27 target", note="80% maintained."),
    Target(measure="cancer_31_day", kind="target", value=0.94, comparator=">=", first=YEAR_2026[0], last=YEAR_2026[1],
           level="any", source=FRAMEWORK, certainty="known", title="2026/27 target", note="By March 2027."),
    Target(measure="cancer_62_day", kind="target", value=0.80, comparator=">=", first=YEAR_2026[0], last=YEAR_2026[1],
           level="any", source=FRAMEWORK, certainty="known", title="2026/27 target", note="By March 2027."),
    Target(measure="cancer_fds_28_day", kind="target", value=0.80, comparator=">=", first=YEAR_2028[0], last=YEAR_2028[1],
           level="any", source=FRAMEWORK, certainty="found", title="2028/29 target", note="80% maintained."),
    Target(measure="cancer_31_day", kind="target", value=0.96, comparator=">=", first=YEAR_2028[0], last=YEAR_2028[1],
           level="any", source=FRAMEWORK, certainty="found", title="2028/29 target"),
    Target(measure="cancer_62_day", kind="target", value=0.85, comparator=">=", first=YEAR_2028[0], last=YEAR_2028[1],
           level="any", source=FRAMEWORK, certainty="found", title="2028/29 target"),
)  # fmt: skip
