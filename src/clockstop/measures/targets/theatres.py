"""Standards of theatres (planned-care.md 4.1)."""

from clockstop.measures.targets.target import ALWAYS, Target

TARGETS = (
    Target(measure="theatre_28_day_breaches", kind="standard", value=0, comparator="<=", first=ALWAYS[0], last=ALWAYS[1],
           level="any", source="NHS Constitution; NHS Standard Contract", certainty="known", title="Standard",
           note="Operations cancelled on the day are rebooked within 28 days."),
)  # fmt: skip
