"""What we count. Measures are found by listing this folder: every file's `MEASURES`, in the order written there."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clockstop.errors import UnknownName
from clockstop.measures.measure import Measure


@cache
def measures() -> dict[str, Measure]:
    """Every measure by its slug."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found = [measure for module in modules for measure in module.MEASURES]
    assert len({measure.slug for measure in found}) == len(found), "two measures have one slug"
    return {measure.slug: measure for measure in found}


def measure(slug: str) -> Measure:
    """The measure of that slug; `UnknownName` where there is none."""
    if slug not in measures():
        raise UnknownName(
            f"There is no measure {slug}.", where="The catalogue of measures.", do="Choose one from the list of measures."
        )
    return measures()[slug]
