"""What a reader asked a worklist for, as a value that can stand in an address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from clockstop.answers.ptl_filters import PAGE_SIZES, STEPS
from clockstop.answers.worklist import PLACES, ListFilter, Worklist

_PLAIN = (*PLACES, "group", "owner", "has_next_step", "text", "search", "measure", "sort", "direction")
_BOUNDS = ("from", "to")
PAGE_SIZE = 50


@dataclass(frozen=True)
class ListFilters:
    """Every way to narrow and order a list. Empty means no narrowing.

    chosen    of the list's own filters: (column, what was chosen), a truth as yes or no
    ranges    of its ranges: (column, "from" or "to", bound), both within
    measure   the rows behind a measure's number: `slug` (denominator) or `slug:numerator`
    """

    trust: str = ""
    division: str = ""
    service: str = ""
    site: str = ""
    group: str = ""
    owner: str = ""
    has_next_step: str = ""
    text: str = ""
    search: str = ""
    measure: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    ranges: tuple[tuple[str, str, str], ...] = ()
    sort: str = ""
    direction: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE

    @classmethod
    def from_query(cls, listed: Worklist, query: Mapping[str, str]) -> "ListFilters":
        """The filters of an address; what cannot be read is left out: an address is typed by people."""
        said = {name: query.get(name, "").strip().replace("\0", "")[:200] for name in _PLAIN}
        said["group"] = said["group"] if said["group"] in {group.slug for group in listed.groups} else ""
        said["has_next_step"] = said["has_next_step"] if said["has_next_step"] in STEPS and listed.has_notes else ""
        if said["sort"] not in listed.sorts:
            said["sort"] = said["direction"] = ""
        elif said["direction"] not in ("up", "down"):
            said["direction"] = "up"
        page, size = (_whole(query.get(name, "")) for name in ("page", "page_size"))
        return cls(
            **said,
            chosen=tuple(pair for one in listed.filters for pair in _chosen(one, query)),
            ranges=tuple(bound for one in listed.filters for bound in _ranges(one, query)),
            page=page or 1,
            page_size=size if size in PAGE_SIZES else PAGE_SIZE,
        )

    def to_query(self) -> dict[str, str]:
        """The address of these filters: only what differs from nothing asked."""
        said = {name: getattr(self, name) for name in _PLAIN if getattr(self, name)}
        said |= dict(self.chosen) | {f"{column}_{end}": bound for column, end, bound in self.ranges}
        said |= {"page": str(self.page)} if self.page > 1 else {}
        return said | ({"page_size": str(self.page_size)} if self.page_size != PAGE_SIZE else {})

    def but(self, **changes: Any) -> "ListFilters":
        """The same filters with some changed; the first page unless a page is named."""
        return replace(self, **{"page": 1, **changes})

    def whole(self) -> "ListFilters":
        """The same rows, however they are shown."""
        return replace(self, sort="", direction="", page=1, page_size=PAGE_SIZE)

    def of(self, column: str) -> str:
        """What is chosen of a column; empty where nothing is."""
        return dict(self.chosen).get(column, "")

    def bound(self, column: str, end: str) -> str:
        """The bound of a range, as it was typed; empty where there is none."""
        return next((bound for name, which, bound in self.ranges if (name, which) == (column, end)), "")

    @property
    def where(self) -> dict[str, str]:
        """The organisation's part: place to value, only those chosen."""
        return {name: getattr(self, name) for name in PLACES if getattr(self, name)}


def bound_of(text: str) -> float | date | None:
    """A bound as a number or a day; None where it is neither.

    >>> bound_of("62"), bound_of("2026-11-15"), bound_of("soon")
    (62.0, datetime.date(2026, 11, 15), None)
    """
    for read in (float, date.fromisoformat):
        try:
            value = read(text)
        except ValueError:
            continue
        return value if isinstance(value, date) or abs(value) < 10_000_000 else None
    return None


def _chosen(one: ListFilter, query: Mapping[str, str]) -> list[tuple[str, str]]:
    value = query.get(one.column, "").strip().replace("\0", "")[:200]
    if one.kind == "range" or not value or (one.kind == "truth" and value not in ("yes", "no")):
        return []
    return [(one.column, value)]


def _ranges(one: ListFilter, query: Mapping[str, str]) -> list[tuple[str, str, str]]:
    if one.kind != "range":
        return []
    typed = ((end, query.get(f"{one.column}_{end}", "").strip()) for end in _BOUNDS)
    return [(one.column, end, text) for end, text in typed if bound_of(text) is not None]


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 7 else 0
