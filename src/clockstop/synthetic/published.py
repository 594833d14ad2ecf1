"""What the made-up trusts' returns, as "published", say otherwise than their records: planted, so that it can be found again.

A `reason` is one that the return itself declares: of its records one in so many (of the cut) was counted as the reason says. A
plant without a reason is an amount that no record explains.
"""

from dataclasses import dataclass

# How many periods of each return are published in a made-up group.
PERIODS = {"dm01": 2, "kh03": 1, "qmco": 2}
# Days after the period's end. KH03 comes a week earlier than it really does, so that a quarter with all its nights is there.
PUBLISHED_DAYS = {"kh03": 45}


@dataclass(frozen=True, kw_only=True)
class Planted:
    """A difference of one trust's return, so many published periods ago."""

    slug: str
    trust: str
    periods_ago: int = 0
    reason: str = ""
    cut: str = ""
    one_in: int = 1
    key: str = ""
    amount: float = 0.0
    why: str = "no record explains it"


PLANTED = (
    # Brackenfell enters the outcomes of its scans late: what was done in the month's last weeks still stood on the list.
    Planted(slug="dm01", trust="ZZB", reason="ended_late", cut="test=3"),
    Planted(slug="dm01", trust="ZZB", reason="ended_late", cut="test=1", one_in=2),
    # Aldermoor's endoscopy unit returned waits from the first request on, whatever was missed or cancelled.
    Planted(slug="dm01", trust="ZZA", reason="without_resets"),
    Planted(slug="dm01", trust="ZZA", periods_ago=1, reason="without_resets"),
    Planted(slug="dm01", trust="ZZD", reason="listed_late", cut="test=2"),
    Planted(slug="dm01", trust="ZZC", key="planned_tests", cut="commissioner=ZZM;test=3", amount=9),
    Planted(slug="kh03", trust="ZZA", reason="without_escalation"),
    Planted(slug="kh03", trust="ZZB", reason="critical_care_counted"),
    Planted(slug="kh03", trust="ZZD", reason="closed_counted"),
    Planted(slug="qmco", trust="ZZA", reason="clinical_counted"),
    Planted(slug="qmco", trust="ZZD", periods_ago=1, reason="breach_by_cancellation"),
    Planted(slug="qmco", trust="ZZB", key="not_treated_within_28_days", amount=2),
)
