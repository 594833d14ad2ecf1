"""Standards and targets whose measures come with a later part of the product (planned-care.md 4.1 to 4.3).

They are kept so that the list of targets is whole; a row moves to its family's file when its measure is declared.
"""

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
    Reserved,
)  # fmt: skip

AMBULANCE_TRUST = "not planned: it is the ambulance trust's own figure"
TOLD = "told by the measures of emergency care: no figure is set"
COMMUNITY = "not planned: community services are out of scope"
MONEY = "no part yet: finance"
_CONTRACT = "NHS Constitution; NHS Standard Contract"
REFORM_PLAN = "NHS England, elective reform plan, January 2025"


def _row(
    subject: str, asked: str, years: tuple[date, date], *, source: str, certainty: Certainty, comes_with: str
) -> Reserved:  # fmt: skip
    kind: Literal["standard", "target"] = "standard" if years == ALWAYS else "target"
    return Reserved(
        subject=subject, kind=kind, asked=asked, first=years[0], last=years[1], level="any", source=source, certainty=certainty,
        comes_with=comes_with,
    )  # fmt: skip


RESERVED = (
    _row("Ambulance Category 2 response", "mean 18 minutes, 90th centile 40", ALWAYS,
         source=_CONTRACT, certainty="known", comes_with=AMBULANCE_TRUST),
    _row("Ambulance handover", "within 15 minutes; none over 30 or 60", ALWAYS,
         source=_CONTRACT, certainty="known", comes_with=TOLD),
    _row("Urgent operations", "none cancelled a second time", ALWAYS,
         source=_CONTRACT, certainty="known", comes_with="no measure: extracts do not say how urgent a cancelled case was"),
    _row("12 hours in department", "a higher share within 12 hours than 2024/25", YEAR_2025,
         source=GUIDANCE_2025, certainty="known", comes_with=TOLD),
    _row("Ambulance Category 2 response", "30 minutes on average over the year", YEAR_2025,
         source=GUIDANCE_2025, certainty="found", comes_with=AMBULANCE_TRUST),
    _row("Ambulance handover", "a process of 45 minutes at most", (date(2025, 11, 1), date(2026, 3, 31)),
         source=GUIDANCE_2025, certainty="known", comes_with=TOLD),
    _row("PIFU", "offered as standard where appropriate by March 2026", YEAR_2025,
         source=REFORM_PLAN, certainty="found", comes_with="told by the PIFU rate: no figure is set"),
    _row("Community diagnostic centres", "open 12 hours a day, 7 days, by March 2026", YEAR_2025,
         source=REFORM_PLAN, certainty="found", comes_with=COMMUNITY),
    _row("12 hours in department", "better than 2025/26", YEAR_2026,
         source=FRAMEWORK, certainty="known", comes_with=TOLD),
    _row("Ambulance Category 2 response", "25 minutes on average", YEAR_2026,
         source=FRAMEWORK, certainty="known", comes_with=AMBULANCE_TRUST),
    _row("Ambulance handover", "on towards 15 minutes, none over 45", YEAR_2026,
         source=FRAMEWORK, certainty="unsure", comes_with=TOLD),
    _row("Community services within 18 weeks", "at least 78%", YEAR_2026,
         source=FRAMEWORK, certainty="known", comes_with=COMMUNITY),
    _row("Advice and Guidance", "through e-RS, the route before referral in high-volume specialties, by July 2026", YEAR_2026,
         source=FRAMEWORK, certainty="unsure", comes_with="told by the advice measures: no figure is set"),
    _row("Productivity", "2% a year", (YEAR_2026[0], YEAR_2028[1]),
         source=FRAMEWORK, certainty="found", comes_with=MONEY),
    _row("12 hours in department", "better year on year", (YEAR_2026[0], FOR_EVER),
         source=FRAMEWORK, certainty="known", comes_with=TOLD),
    _row("Ambulance Category 2 response", "18 minutes on average, 90% within 40", YEAR_2028,
         source=FRAMEWORK, certainty="known", comes_with=AMBULANCE_TRUST),
    _row("Community services within 18 weeks", "at least 80%", YEAR_2028,
         source=FRAMEWORK, certainty="found", comes_with=COMMUNITY),
)  # fmt: skip
