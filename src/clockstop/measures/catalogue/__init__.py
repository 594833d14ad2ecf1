"""What we count. Measures are found by listing this folder: every file's `MEASURES`, in the order written there."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clockstop.errors import UnknownName
from clockstop.measures.measure import Measure

# A family is a file of this folder. Those named here come first and in this order on every page.
_TITLES = {
    "rtt": "Referral to treatment",
    "cancer": "Cancer",
    "diagnostics": "Diagnostics",
    "emergency": "Emergency care",
    "beds": "Beds",
    "discharge": "Discharge",
    "outpatients": "Outpatients",
    "theatres": "Theatres",
}


@cache
def families() -> dict[str, tuple[Measure, ...]]:
    """The measures of each family by the family's name, in the order of pages."""
    found = {module.name: import_module(f"{__name__}.{module.name}").MEASURES for module in iter_modules(__path__)}
    order = [*(name for name in _TITLES if name in found), *sorted(found.keys() - _TITLES.keys())]
    return {name: tuple(found[name]) for name in order}


def family_title(family: str) -> str:
    """A family in words."""
    return _TITLES.get(family, family.replace("_", " ").capitalize())


@cache
def measures() -> dict[str, Measure]:
    """Every measure by its slug."""
    found = [measure for family in families().values() for measure in family]
    assert len({measure.slug for measure in found}) == len(found), "two measures have one slug"
    return {measure.slug: measure for measure in found}


def measure(slug: str) -> Measure:
    """The measure of that slug; `UnknownName` where there is none."""
    if slug not in measures():
        raise UnknownName(
            f"There is no measure {slug}.", where="The catalogue of measures.", do="Choose one from the list of measures."
        )
    return measures()[slug]


def monthly_headlines() -> list[str]:
    """The slugs of the headline measures that have a history: what reviews speak of, and what alerts watch."""
    return [one.slug for one in measures().values() if one.is_headline and not one.is_current_only]


def clock_measures() -> tuple[Measure, ...]:
    """The measures of RTT's own tables."""
    return tuple(measure for measure in measures().values() if measure.is_of_clocks)


def measures_of(table: str) -> tuple[Measure, ...]:
    """The measures of one fact table."""
    return tuple(measure for measure in measures().values() if measure.table == table)
