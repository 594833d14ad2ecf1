"""docs/targets.md: every standard and target by the year in which it holds, those whose measure is still to come too."""

from collections.abc import Iterable

from clockstop.dates import financial_year
from clockstop.measures.catalogue import measures
from clockstop.measures.targets import TARGETS
from clockstop.measures.targets.reserved import RESERVED
from clockstop.measures.targets.target import Reserved, Target
from clockstop.reports.rule_pages import table

NOTICE = "<!-- Written by `clockstop docs`; change measures/targets/, not this page. -->"
LEVELS = {"any": "everyone", "national": "England", "trust": "each trust"}
_WORDS = {">=": "at least", "<=": "at most", "<": "under"}


def target_page() -> str:
    """The text of the page."""
    standards = [one for one in TARGETS if one.kind == "standard"]
    targets = [one for one in TARGETS if one.kind == "target"]
    parts = [
        NOTICE,
        "# Standards and targets",
        "A standard is the constitutional bar, a target this year's; a trajectory is a trust's own plan month by month, which it\n"
        "draws on the page of the measure. Rows that are `unsure` are to be confirmed before they are relied on. Where a target\n"
        "asks for a floor or for so many points more than a baseline, the greater improvement counts (TGT-R01).",
        "## Standards",
        _table(standards),
        *(part for year in _years(targets) for part in (f"## {year}", _table(one for one in targets if _year(one) == year))),
        "## Kept for measures that are still to come",
        _reserved(RESERVED),
    ]
    return "\n\n".join(parts) + "\n"


def said(target: Target) -> str:
    """What a target asks, in words.

    >>> [said(one) for one in TARGETS if one.measure == "cancer_62_day" and one.kind == "standard"]
    ['at least 85%']
    """
    measure = measures()[target.measure]
    value = f"{target.value * 100:g}%" if measure.kind == "share" else f"{target.value:g} {measure.unit}"
    better = ""
    if target.better_by is not None:
        points = f"{target.better_by * 100:g} points" if measure.kind == "share" else f"{target.better_by:g}"
        better = f", or {points} better than the baseline"
    return f"{_WORDS[target.comparator]} {value}{better}"


def _years(targets: Iterable[Target]) -> list[str]:
    return sorted({_year(one) for one in targets})


def _year(target: Target) -> str:
    return financial_year(target.first) if target.last.year < 9999 else f"From {target.first:%d %B %Y}"


def _table(targets: Iterable[Target]) -> str:
    rows = (
        (
            measures()[one.measure].title,
            said(one),
            LEVELS[one.level],
            one.first.isoformat(),
            "" if one.last.year == 9999 else one.last.isoformat(),
            f"{one.source}. {one.note}".strip(),
            one.certainty,
        )
        for one in targets
    )
    return table(("Measure", "Asked", "For", "From", "To", "Source", "Certainty"), rows)


def _reserved(kept: Iterable[Reserved]) -> str:
    rows = (
        (one.subject, one.asked, one.kind, one.first.isoformat(), "" if one.last.year == 9999 else one.last.isoformat(), one.source,
         one.certainty, one.comes_with)
        for one in kept
    )  # fmt: skip
    return table(("Subject", "Asked", "Kind", "From", "To", "Source", "Certainty", "Comes with"), rows)
