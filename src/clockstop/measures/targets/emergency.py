"""Standards and targets of emergency care (operations.md 1.5, planned-care.md 4)."""

from datetime import date
from typing import Literal

from clockstop.measures.targets.target import (
    ALWAYS,
    FOR_EVER,
    FRAMEWORK,
    GUIDANCE_2025,
    YEAR_2025,
    YEAR_2026,
    YEAR_2028,
    Certainty,
    Target,
)  # fmt: skip

CONSTITUTION = "NHS Constitution; NHS Standard Contract"
INDICATORS = "Department of Health, A&E clinical quality indicators (2011)"
RELEASE = "NHS England, release to rescue: crews leave at 45 minutes"
PRACTICE = "Established practice; operations reference 1.5"


def _row(
    measure: str, value: float, comparator: Literal[">=", "<=", "<"], years: tuple[date, date], *, source: str, title: str,
    certainty: Certainty = "known", note: str = "", kind: Literal["standard", "target"] = "target",
) -> Target:  # fmt: skip
    return Target(measure=measure, kind=kind, value=value, comparator=comparator, first=years[0], last=years[1], level="any",
                  source=source, certainty=certainty, title=title, note=note)  # fmt: skip


TARGETS = (
    _row("ed_within_4_hours", 0.95, ">=", ALWAYS, source=CONSTITUTION, title="Standard", kind="standard"),
    _row("ed_within_4_hours", 0.78, ">=", YEAR_2025, source=GUIDANCE_2025, title="2025/26 target", certainty="found",
         note="By March 2026."),
    _row("ed_within_4_hours", 0.82, ">=", YEAR_2026, source=FRAMEWORK, title="2026/27 target", certainty="unsure",
         note="By March 2027."),
    _row("ed_within_4_hours", 0.85, ">=", YEAR_2028, source=FRAMEWORK, title="2028/29 target", certainty="found",
         note="On average for the year."),
    _row("ed_over_12_hours_from_arrival", 0.10, "<=", YEAR_2025, source=GUIDANCE_2025, title="2025/26 target", certainty="found",
         note="No more than 10% over 12 hours."),
    _row("ed_over_12_hours_from_decision", 0, "<=", ALWAYS, source=CONSTITUTION, title="Standard", kind="standard"),
    _row("ed_handover_mean", 15, "<=", (YEAR_2025[0], FOR_EVER), source=GUIDANCE_2025, title="Expectation", certainty="found",
         note="15 minutes as the aim."),
    _row("ed_handovers_over_45", 0, "<=", (YEAR_2025[0], FOR_EVER), source=RELEASE, title="Expectation", certainty="found",
         note="Nobody waits over 45 minutes."),
    _row("ed_minutes_to_assessment_95th", 15, "<=", ALWAYS, source=INDICATORS, title="Indicator",
         note="The indicator is of those brought by ambulance; the measure is of all."),
    _row("ed_minutes_to_treatment_median", 60, "<=", ALWAYS, source=INDICATORS, title="Indicator"),
    _row("ed_left_before_seen", 0.05, "<", ALWAYS, source=INDICATORS, title="Indicator", note="Below 5%."),
    _row("ed_reattendance", 0.05, "<", ALWAYS, source=INDICATORS, title="Indicator", note="Below 5%."),
    _row("ed_same_day_share", 0.33, ">=", ALWAYS, source=PRACTICE, title="Ambition", note="About a third of the take."),
    _row("ed_mental_health_over_12_hours", 0, "<=", ALWAYS, source=PRACTICE, title="Ambition"),
    _row("ed_mental_health_over_24_hours", 0, "<=", ALWAYS, source=PRACTICE, title="Ambition"),
    _row("ed_corridor_patient_hours", 0, "<=", ALWAYS, source=PRACTICE, title="Ambition", note="Never normal."),
)  # fmt: skip
