"""What the rules about targets and plans say, in one sentence each (planned-care.md 4; operations.md 5.4)."""

from clockstop.rules.rule import Rule

_FRAMEWORK = "NHS England, Medium Term Planning Framework 2026/27 to 2028/29"
_SAID = {
    "TGT-R01": (
        "A trust must reach the floor, or its baseline improved by so many points, whichever is the greater improvement.",
        _FRAMEWORK,
    ),
    "TGT-R02": (
        "Where no floor is set, a trust must improve its own baseline by so many points.",
        "NHS England, 2025/26 priorities and operational planning guidance",
    ),
    "TGT-R03": (
        "A plan goes from the baseline, month 0, to the target at its last month in equal steps, or by weights that make 1; "
        "a figure is on plan, within tolerance of it, or off plan.",
        "planned-care.md 4.5",
    ),
    "FIN-20": (
        "Activity done is set against the plan of its point of delivery and service up to the same day; a month's plan is spread "
        "over its working days, that of non-elective care over all its days.",
        "operations.md 5.4; the spread over days is practice",
    ),
}

RULES = {rule_id: Rule(id=rule_id, sentence=sentence, source=source) for rule_id, (sentence, source) in _SAID.items()}
