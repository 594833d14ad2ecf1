"""The pages of docs/measures/, written from the catalogue so that they cannot fall behind it."""

from collections.abc import Iterable

from clockstop.measures.catalogue import measures
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
    """The text of each generated page by its path under docs/: one for each stem of the catalogue."""
    stems = sorted({measure.slug.split("_")[0] for measure in measures().values()})
    return {f"measures/{stem}.md": stem_page(stem) for stem in stems}


def stem_page(stem: str) -> str:
    """Every measure of one stem: what is counted, of what, by which rules, against which targets."""
    mine = [measure for measure in measures().values() if measure.slug.split("_")[0] == stem]
    parts = [
        NOTICE,
        f"# Measures: {stem.upper()}",
        _how(),
        _contents(mine),
        *(_section(measure) for measure in mine),
        _dimensions(),
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
    return "on the day of the list only" if measure.is_current_only else COUNTED[measure.counted]


def _section(measure: Measure) -> str:
    facts = [
        f"Counted {_when(measure)}, from `{measure.table}`, in {measure.unit}; {WAYS[measure.improvement]}.",
        f"Source: {measure.source}.",
    ]
    rules = "\n".join(f"- {rule}: {RULES[rule].sentence}" for rule in measure.rules)
    targets = [target for target in TARGETS if target.measure == measure.slug]
    parts = [f'<a id="{measure.slug}"></a>\n## {measure.title}', f"`{measure.slug}`", measure.definition, "\n".join(facts), rules]
    return "\n\n".join([*parts, _targets(measure, targets)] if targets else parts)


def _targets(measure: Measure, targets: Iterable[Target]) -> str:
    headings = ("Standard or target", "For", "Value", "From", "To", "Source", "Certainty")
    return table(headings, (_target(measure, target) for target in targets))


def _target(measure: Measure, target: Target) -> tuple[str, ...]:
    value = f"{target.value:.0%}" if measure.kind == "share" else f"{target.value:g} {measure.unit}"
    last = "" if target.last.year == 9999 else target.last.isoformat()
    source = f"{target.source}. {target.note}".strip()
    level = {"any": "everyone", "national": "England", "trust": "each trust"}[target.level]
    return target.title, level, f"{target.comparator} {value}", target.first.isoformat(), last, source, target.certainty


def _dimensions() -> str:
    rows = ((one.title, f"`{one.name}`", "each refresh" if one.is_stored else "when asked for") for one in DIMENSIONS.values())
    return "## Dimensions\n\nAny measure can be split by any of these.\n\n" + table(("Split by", "Column", "Worked out"), rows)
