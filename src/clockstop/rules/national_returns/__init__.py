"""The national returns. They are found by listing this folder: every file's `RETURN`; a file without one is a part of another."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clockstop.errors import UnknownName
from clockstop.rules.national_return import NationalReturn


@cache
def national_returns() -> dict[str, NationalReturn]:
    """Every return by its slug, in the order of their names."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found = [module.RETURN for module in modules if hasattr(module, "RETURN")]
    assert len({one.slug for one in found}) == len(found), "two returns have one slug"
    return {one.slug: one for one in sorted(found, key=lambda one: one.slug)}


def national_return(slug: str) -> NationalReturn:
    """The return of that slug; `UnknownName` where there is none."""
    if slug not in national_returns():
        raise UnknownName(
            f"There is no return {slug}.", where=f"Returns: {', '.join(national_returns())}.", do="Choose one of these."
        )
    return national_returns()[slug]
