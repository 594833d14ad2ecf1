"""Ambitions for discharge (operations.md 2.3 and 2.6)."""

from clockstop.measures.targets.target import ALWAYS, Target

SAFER = "NHS Improvement, SAFER patient flow bundle"
LOCAL = "Local ambition; to be set by each trust"
TARGETS = (
    Target(measure="discharge_before_noon", kind="target", value=0.33, comparator=">=", first=ALWAYS[0], last=ALWAYS[1],
           level="any", source=SAFER, certainty="known", title="SAFER ambition", note="A third of inpatients leave before noon."),
    Target(measure="discharge_before_17", kind="target", value=0.75, comparator=">=", first=ALWAYS[0], last=ALWAYS[1], level="any",
           source=LOCAL, certainty="unsure", title="Local ambition", note="75% before 17:00: a local figure, not a national one."),
    Target(measure="discharge_weekend_ratio", kind="target", value=0.80, comparator=">=", first=ALWAYS[0], last=ALWAYS[1],
           level="any", source="Established practice; operations reference 2.3", certainty="known", title="Ambition",
           note="A day of the weekend has 80% of the discharges of a weekday."),
    Target(measure="discharge_board_rounds_held", kind="target", value=1.0, comparator=">=", first=ALWAYS[0], last=ALWAYS[1],
           level="any", source=SAFER, certainty="known", title="SAFER ambition", note="Every round is held."),
    Target(measure="discharge_expected_date_in_24_hours", kind="target", value=1.0, comparator=">=", first=ALWAYS[0],
           last=ALWAYS[1], level="any", source=SAFER, certainty="known", title="SAFER ambition",
           note="All patients have an expected date of discharge."),
)  # fmt: skip
