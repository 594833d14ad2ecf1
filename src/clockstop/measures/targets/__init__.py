"""What a measure should be: standards and targets by financial year, as dated rows with their source (planned-care.md 4).

Rows stand in a file a family; those whose measure comes with a later part of the product stand in `reserved.py`, and are listed.
"""

from datetime import date

from clockstop.measures.targets import beds, cancer, diagnostics, discharge, emergency, outpatients, rtt, theatres
from clockstop.measures.targets.target import Target

TARGETS: tuple[Target, ...] = (
    *rtt.TARGETS,
    *cancer.TARGETS,
    *diagnostics.TARGETS,
    *outpatients.TARGETS,
    *theatres.TARGETS,
    *discharge.TARGETS,
    *emergency.TARGETS,
    *beds.TARGETS,
)


def targets_of(measure: str, *, level: str, on: date) -> tuple[Target, ...]:
    """The targets that hold for the measure at that level on that day, the standard first."""
    found = [
        target
        for target in TARGETS
        if target.measure == measure and target.level in ("any", level) and target.first <= on <= target.last
    ]
    return tuple(sorted(found, key=lambda target: target.kind != "standard"))


def bar(measure: str, *, level: str, on: date) -> Target | None:
    """What the measure is shown against on that day: this year's target where there is one, else the standard."""
    found = targets_of(measure, level=level, on=on)
    return found[-1] if found else None


def standard(measure: str) -> Target | None:
    """The standing standard of a measure."""
    return next((target for target in TARGETS if target.measure == measure and target.kind == "standard"), None)
