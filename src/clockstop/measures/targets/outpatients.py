"""Targets of outpatients (planned-care.md 4.2)."""

from clockstop.measures.targets.target import YEAR_2028, Target

TARGETS = (
    Target(measure="op_pifu_rate", kind="target", value=5.0, comparator=">=", first=YEAR_2028[0], last=YEAR_2028[1], level="any",
           source="NHS England, elective reform plan, January 2025", certainty="found", title="2028/29 target",
           note="5% of outpatient attendances, moved to March 2029."),
)  # fmt: skip
