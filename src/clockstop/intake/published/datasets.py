"""The datasets of published figures: what each is, its keys with a sentence each, its cuts; found by listing `declared`."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Literal

from clockstop.errors import UnknownName

Kind = Literal["count", "share", "average", "amount", "days", "hours", "seconds", "weeks", "per_cent", "number"]


@dataclass(frozen=True, kw_only=True)
class Key:
    """A figure that a dataset publishes. `adds_up`: the providers' figures may be summed."""

    name: str
    title: str
    meaning: str
    kind: Kind = "count"
    is_headline: bool = False

    @property
    def adds_up(self) -> bool:
        """Whether the figures of several organisations may be summed; shares, averages of time and percentiles may not."""
        return self.kind in ("count", "amount", "days", "hours")


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A dataset of published figures: its keys, and the names that its cuts have with a sentence each.

    `key_patterns` says of keys that are many and alike what they mean (a name with N, CODE or the like in it).
    """

    slug: str
    title: str
    about: str
    every: Literal["month", "quarter", "day", "year", "edition"] = "month"
    keys: tuple[Key, ...] = ()
    key_patterns: tuple[tuple[str, str], ...] = ()
    cuts: tuple[tuple[str, str], ...] = ()
    source: str = "NHS England"

    def key(self, name: str) -> Key:
        """The key of this name; one of a pattern has its own name as title."""
        found = next((key for key in self.keys if key.name == name), None)
        return found or Key(name=name, title=name.replace("_", " ").capitalize(), meaning="")

    @property
    def headline(self) -> tuple[Key, ...]:
        """The keys that stand first."""
        return tuple(key for key in self.keys if key.is_headline) or self.keys[:3]


@cache
def datasets() -> dict[str, Dataset]:
    """Every declared dataset by its slug; a new one is one new file in `declared` with `DATASET` in it."""
    package = f"{__name__.rpartition('.')[0]}.declared"
    modules = (import_module(f"{package}.{module.name}") for module in iter_modules([str(Path(__file__).parent / "declared")]))
    found = (getattr(module, "DATASET", None) for module in modules)
    return {dataset.slug: dataset for dataset in sorted((one for one in found if one), key=lambda one: one.slug)}


def as_slug(text: str) -> str:
    """The name of a data set as it is typed here: DM01 is dm01, and beds-sitrep is beds_sitrep.

    >>> as_slug(" DM01"), as_slug("Beds SitRep")
    ('dm01', 'beds_sitrep')
    """
    return re.sub(r"[-\s]+", "_", text.strip().lower())


def dataset(slug: str) -> Dataset:
    """The dataset of this slug; the message lists those that there are."""
    known = datasets()
    if slug not in known:
        raise UnknownName(f"There is no published data set {slug}.", do=f"There are: {', '.join(['rtt', *known])}.")
    return known[slug]
