"""The pages of docs/measures/, written from the catalogue so that they cannot fall behind it."""

from collections.abc import Iterable

from clockstop.measures.catalogue import families, family_title
from clockstop.measures.dimensions import DIMENSIONS
from clockstop.measures.measure import Measure
from clockstop.measures.targets import TARGETS, Target
from clockstop.reports.rule_pages import table
from clockstop.rules.rule_sentences import RULES

NOTICE = "<!-- Written by `clockstop docs`; change the catalogue, not this page. -->"
COUNTED = {
    "at census": "at the end of each week (Sunday) and month",
    "by end date": "by the day on which the clock ended, in each week and month",
    "by start date": "by the day on which the clock started, in each week and month",
}
WAYS = {"up": "higher is better", "down": "lower is better", "neutral": "neither way is better in itself"}


def pages() -> dict[str, str]:
    """The text of each generated page by its path under docs/: one for each family of the catalogue."""
    return {f"measures/{family}.md": family_page(family) for family in families()}


def family_page(family: str) -> str:
    """Every measure of one family: what is counted, of what, by which rules, against which targets."""
    mine = families()[family]
    parts = [
        NOTICE,
        f"# Measures: {family_title(family)}",
        _how(),
        _contents(mine),
        *(_section(measure) for measure in mine),
        _dimensions({measure.table for measure in mine}),
    ]
    return "\n\n".join(parts) + "\n"


def _how() -> str:
    return (
        "Each measure has a numerator and a denominator; both are summed over whatever is asked for before they are divided.\n"
        "A series is as known now: a later load can still change an earlier period."
    )


def _contents(mine: Iterable[Measure]) -> str:
    return table(("Measure", "Kind", "Counted"), ((f"[{one.title}](#{one.slug})", one.kind, _when(one)) for one in mine))


def _when(measure: Measure) -> str:
    if measure.is_current_only:
        return "on the day of the list only"
    return COUNTED.get(measure.counted) or f"by `{measure.day}`, in each week and month"


def _section(measure: Measure) -> str:
    weight = f" weighted by `{measure.weight}`," if measure.weight else ""
    facts = [
        f"Counted {_when(measure)}, from `{measure.table}`,{weight} in {measure.unit}; {WAYS[measure.improvement]}.",
        f"Source: {measure.source}.",
    ]
    rules = "\n".join(f"- {rule}: {RULES[rule].sentence}" if rule in RULES else f"- {rule}" for rule in measure.rules)
    targets = [target for target in TARGETS if target.measure == measure.slug]
    parts = [f'<a id="{measure.slug}"></a>\n## {measure.title}', f"`{measure.slug}`", measure.definition, "\n".join(facts), rules]
    return "\n\n".join([*parts, _targets(measure, targets)] if targets else parts)


def _targets(measure: Measure, targets: Iterable[Target]) -> str:
    headings = ("Standard or target", "For", "Value", "From", "To", "Source", "Certainty")
    return table(headings, (_target(measure, target) for target in targets))


def _target(measure: Measure, target: Target) -> tuple[str, ...]:
    value = f"{target.value * 100:g}%" if measure.kind == "share" else f"{target.value:g} {measure.unit}"
    last = "" if target.last.year == 9999 else target.last.isoformat()
    source = f"{target.source}. {target.note}".strip()
    level = {"any": "everyone", "national": "England", "trust": "each trust"}[target.level]
    return target.title, level, f"{target.comparator} {value}", target.first.isoformat(), last, source, target.certainty


def _dimensions(tables: set[str]) -> str:
    found = [one for one in DIMENSIONS.values() if not one.tables or tables & set(one.tables)]
    rows = ((one.title, f"`{one.name}`", "each refresh" if one.is_stored else "when asked for") for one in found)
    said = "Any measure can be split by any of these that its table has."
    return f"## Dimensions\n\n{said}\n\n" + table(("Split by", "Column", "Worked out"), rows)
