"""docs/coverage.md: every rule and KPI of the two domain references, and what gives it, or which part of the product will.

What is built is read from the code: measures by the rules that they name, rules by their sentences. Beside stands coverage.csv:
each id with a title where no rule sentence gives one, what else builds it (`kind:`, `page:` or another `rule:`), and its part.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from clockstop.measures.catalogue import families, measures
from clockstop.reports.rule_pages import table
from clockstop.rules.rule_sentences import RULES

NOTICE = "<!-- Written by `clockstop docs`; change the catalogue, the rules or reports/coverage.csv, not this page. -->"
# The parts in which the product is built, by the letters of its issues.
PARTS = {
    "A": "the spine",
    "B": "RTT",
    "C": "planned care",
    "D": "unplanned care",
    "E": "published statistics, returns, data quality",
    "F": "performance management",
    "G": "accounts, audit, records people write",
    "H": "planning",
    "I": "scale",
    "-": "no part yet",
}
_GROUPS = {
    "RTT": "Referral to treatment", "CWT": "Cancer waiting times", "DM": "Diagnostics", "TGT": "Targets",
    "WLT": "Waiting-list arithmetic", "OP": "Outpatients", "TH": "Theatres", "UEC": "Urgent and emergency care",
    "FLO": "Inpatient flow", "OPL": "Escalation", "EPR": "Emergency preparedness", "WFM": "Workforce", "FIN": "Finance",
    "PLN": "The annual plan", "GOV": "Governance, quality, improvement", "INF": "Information", "RES": "Resources",
    "GRP": "The group",
}  # fmt: skip


@dataclass(frozen=True)
class Covered:
    """One id: what it says, the measures, kinds of case, pages and rules that give it, and the part that brings it."""

    id: str
    says: str
    measures: tuple[str, ...]
    kinds: tuple[str, ...]
    pages: tuple[str, ...]
    rules: tuple[str, ...]
    part: str

    @property
    def is_built(self) -> bool:
        """Whether anything gives it."""
        return bool(self.measures or self.kinds or self.pages or self.rules)


@cache
def covered() -> tuple[Covered, ...]:
    """Every id of the references, in their order."""
    listed = files("clockstop.reports").joinpath("coverage.csv").read_text("utf-8")
    return tuple(_covered(row) for row in csv.DictReader(listed.splitlines()))


def coverage_page() -> str:
    """The text of docs/coverage.md."""
    every = covered()
    built = sum(one.is_built for one in every)
    parts = [
        NOTICE,
        "# What of the references is built",
        f"Of {len(every)} rules and KPIs of the planned-care and operations references, {built} are built. A measure leads to its\n"
        "definition, a kind of case can be run with `clockstop cases`, and a rule is applied by the clocks and facts (docs/rules).",
        _summary(every),
    ]
    for prefix, title in _GROUPS.items():
        mine = [one for one in every if one.id.split("-")[0] == prefix]
        parts += [f"## {title}", table(("Id", "What it says", "Built", "By, or which part brings it"), map(_row, mine))]
    return "\n\n".join(parts) + "\n"


def _covered(row: dict[str, str]) -> Covered:
    also = [tuple(word.split(":", 1)) for word in row["also_built_by"].split()]
    own = (row["id"],) if row["id"] in RULES else ()
    return Covered(
        id=row["id"],
        says=row["says"] or (RULES[row["id"]].sentence if own else ""),
        measures=tuple(one.slug for one in measures().values() if row["id"] in one.rules),
        kinds=tuple(name for what, name in also if what == "kind"),
        pages=tuple(name for what, name in also if what == "page"),
        rules=own + tuple(name for what, name in also if what == "rule"),
        part=row["part"],
    )


def _summary(every: Iterable[Covered]) -> str:
    rows = []
    for prefix, title in _GROUPS.items():
        mine = [one for one in every if one.id.split("-")[0] == prefix]
        rows.append((title, str(len(mine)), str(sum(one.is_built for one in mine))))
    return table(("Family", "Ids", "Built"), rows)


def _row(one: Covered) -> tuple[str, ...]:
    if not one.is_built:
        part = PARTS[one.part]
        return one.id, one.says, "no", part if one.part == "-" else f"{one.part}, {part}"
    by = [
        *(f"[{measures()[slug].title}](measures/{_family(slug)}.md#{slug})" for slug in one.measures),
        *(f"cases `{kind}`" for kind in one.kinds),
        *(f"page `{page}`" for page in one.pages),
        *(f"rule {rule}" for rule in one.rules),
    ]
    return one.id, one.says, "yes", "; ".join(by)


def _family(slug: str) -> str:
    return next(family for family, members in families().items() if any(one.slug == slug for one in members))
