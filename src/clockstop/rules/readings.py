"""Readings of points that the guidance leaves open: dated settings, never constants.

Each has the date from which the trust has chosen it and the source that leaves it open. `settings.toml` may change them.
"""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Readings:
    """The choices in force. The defaults are those of planned-care.md 1.15 and 9."""

    # RTT-R28: S3 lets a suspected-cancer (priority type 3) period run on after a first DNA; S1 does not. Off by default.
    suspected_cancer_first_dna_runs_on: bool = False
    # 1.4, last paragraph: whether a re-referral that opens a pathway's first clock is a new initial referral. Unsure; off.
    re_referral_may_be_nullified: bool = False
    # 1.15: a `later_dna` before any care activity. Reading 28 lets the clock run on; the label raises a flag.
    later_dna_without_activity_nullifies: bool = False
    # RTT-R29: S1 gives both dates for a discharge after a later DNA. Default the discharge date.
    later_dna_discharge_stops_on: str = "discharge"
    # The day from which a choice holds, by its name; shown in the documentation.
    holds_from: dict[str, date] = field(default_factory=dict)
