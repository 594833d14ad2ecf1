"""Norms and ambitions for beds (operations.md 2.2, 2.4 and 2.6)."""

from clockstop.measures.targets.target import ALWAYS, Target

TARGETS = (
    Target(measure="beds_occupancy", kind="target", value=0.92, comparator="<=", first=ALWAYS[0], last=ALWAYS[1], level="any",
           source="NHS England, operational planning guidance", certainty="known", title="Planning norm",
           note="No more than 92% of adult general and acute beds occupied."),
    Target(measure="beds_virtual_occupancy", kind="target", value=0.80, comparator=">=", first=ALWAYS[0], last=ALWAYS[1],
           level="any", source="NHS England, virtual wards operational framework", certainty="known", title="Ambition",
           note="At least 80% of virtual ward capacity in use."),
    Target(measure="beds_operations_not_done_in_28_days", kind="standard", value=0, comparator="<=", first=ALWAYS[0],
           last=ALWAYS[1], level="any", source="NHS Constitution; NHS Standard Contract", certainty="known", title="Standard",
           note="Operations cancelled on the day are rebooked within 28 days."),
    Target(measure="beds_mixed_sex_breaches", kind="standard", value=0, comparator="<=", first=ALWAYS[0], last=ALWAYS[1],
           level="any", source="NHS Standard Contract", certainty="known", title="Standard",
           note="No breach of mixed-sex accommodation."),
)  # fmt: skip
