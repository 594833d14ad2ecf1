"""The worklists. They are found by listing this folder: every file's `LIST`, or its `LISTS` where it has several."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from clockstop.answers.worklist import Worklist
from clockstop.contracts import contracts
from clockstop.errors import UnknownName
from clockstop.measures.catalogue import families
from clockstop.rules import facts


@cache
def lists() -> dict[str, Worklist]:
    """Every worklist by its slug, those of a family together."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    found = [one for module in modules for one in (getattr(module, "LISTS", None) or (module.LIST,))]
    assert len({one.slug for one in found}) == len(found), "two worklists have one slug"
    order = list(families())
    found.sort(key=lambda one: (order.index(one.family) if one.family in order else len(order), one.family))
    return {one.slug: one for one in found}


def worklist_of(slug: str) -> Worklist:
    """The worklist of that slug; `UnknownName` where there is none."""
    if slug not in lists():
        raise UnknownName(f"There is no worklist {slug}.", where="The lists of Clockstop.", do="Choose one from all the lists.")
    return lists()[slug]


def list_of_table(table: str) -> Worklist | None:
    """The first list over a fact table: the patients behind a measure that counts it; None where there is none."""
    return next((one for one in lists().values() if one.table == table), None)


def made_of(listed: Worklist) -> list[str]:
    """The titles of the datasets that the list's table is worked out from."""
    declared, titles = facts(), contracts()
    wanted, found = [listed.table], []
    while wanted:
        name = wanted.pop(0)
        if name in titles and titles[name].title not in found:
            found.append(titles[name].title)
        wanted += declared[name].needs if name in declared else ()
    return found
