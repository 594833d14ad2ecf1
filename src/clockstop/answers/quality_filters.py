"""What a reader asked a flag's pathways for, as a value that can stand in an address."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

PAGE_SIZE = 50


@dataclass(frozen=True)
class FlagFilters:
    """Every way to narrow one flag's pathways. Empty means no narrowing; `closed`: those of the past too.

    `noted`: with a next step that somebody wrote, or without; `owner` is "-" for those that nobody owns.
    """

    trust: str = ""
    division: str = ""
    service: str = ""
    site: str = ""
    consultant: str = ""
    owner: str = ""
    noted: bool | None = None
    closed: bool = False
    page: int = 1
    page_size: int = PAGE_SIZE

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "FlagFilters":
        """The filters of an address; what cannot be read is left out."""
        plain = ("trust", "division", "service", "site", "consultant", "owner")
        texts = {name: query.get(name, "").strip().replace("\0", "")[:200] for name in plain}
        page = query.get("page", "")
        return cls(
            **texts,
            noted={"yes": True, "no": False}.get(query.get("noted", "")),
            closed=query.get("closed") == "yes",
            page=max(1, int(page)) if page.isdecimal() and len(page) < 7 else 1,
        )

    def to_query(self) -> dict[str, str]:
        """The address of these filters: only what differs from nothing asked."""
        said = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "page_size"}
        words = {True: "yes", False: "no"}
        return {
            name: words[value] if isinstance(value, bool) else str(value)
            for name, value in said.items()
            if value != getattr(FlagFilters, name)
        }

    def but(self, **changes: Any) -> "FlagFilters":
        """The same filters with some changed; the first page unless a page is named."""
        return replace(self, **{"page": 1, **changes})
