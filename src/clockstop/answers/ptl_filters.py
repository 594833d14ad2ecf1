"""What a reader asked the list for, as a value that can stand in an address."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

SORTS = {
    "days_to_breach": "Days to breach",
    "days_waited": "Weeks waited",
    "local_patient_identifier": "Hospital number",
    "patient_pathway_identifier": "Pathway",
    "service": "Service",
    "consultant": "Consultant",
    "priority": "Priority",
    "decided_to_admit_date": "Decision to admit",
    "tci_date": "Date to come in",
    "last_event_date": "Last event",
    "next_event_date": "Next event",
    "owner": "Owner",
    "next_step_date": "Next step by",
}
BREACHES = (18, 52, 65, 78, 104)
CHANGES = {
    "joined": "Joined the list",
    "stopped": "Left the list",
    "passed_18": "Passed 18 weeks",
    "lost_next_step": "Lost their next step",
    "came_back": "Came back or came late",
}
# Whether a pathway has a next step (answers/ptl_query.py `with_notes` says which): every row is exactly one of these.
STEPS = {"yes": "Yes", "overdue": "Overdue", "no": "No"}
PAGE_SIZES = (25, 50, 100, 250)
# In an address, the owner of pathways that nobody owns.
NO_OWNER = "-"


@dataclass(frozen=True)
class PtlFilters:
    """Every way to narrow and order the list. Empty means no narrowing.

    weeks_from, weeks_to   more than so many weeks waited, and up to so many (bands are ceilings: 18 means days <= 126)
    breach_of              the threshold in weeks that the next three speak of; alone it lists those past it
    breach_from, breach_to days to that breach, negative when past: -7 and 28 for last week to the next four
    will_breach_by         who will be over the threshold at the end of that day if not treated (RTT-R56)
    has_next_step          one of STEPS: yes, no, or overdue; is_noted asks for the written ones alone
    change                 one of CHANGES, since the snapshot of an earlier day
    measure                the rows behind a measure's number: `slug` (denominator) or `slug:numerator`
    """

    trust: str = ""
    division: str = ""
    service: str = ""
    site: str = ""
    consultant: str = ""
    priority: str = ""
    admitted: bool | None = None
    weeks_from: int | None = None
    weeks_to: int | None = None
    breach_of: int | None = None
    breach_from: int | None = None
    breach_to: int | None = None
    will_breach_by: date | None = None
    has_next_step: str = ""
    is_noted: bool | None = None
    owner: str = ""
    text: str = ""
    search: str = ""
    change: str = ""
    measure: str = ""
    sort: str = "days_to_breach"
    direction: str = "up"
    page: int = 1
    page_size: int = 50

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "PtlFilters":
        """The filters of an address. What cannot be read is left out: an address is typed by people."""
        read = {
            item.name: _read(item.name, _type_name(item.type), query[item.name].strip())
            for item in fields(cls)
            if item.name in query
        }
        return cls(**{name: value for name, value in read.items() if value is not None}).tidied()

    def to_query(self) -> dict[str, str]:
        """The address of these filters: only what differs from nothing asked."""
        empty = PtlFilters()
        pairs = ((item.name, getattr(self, item.name)) for item in fields(self))
        return {name: _write(value) for name, value in pairs if value != getattr(empty, name)}

    def tidied(self) -> "PtlFilters":
        """The same with every choice within its list."""
        return replace(
            self,
            sort=self.sort if self.sort in SORTS else "days_to_breach",
            direction=self.direction if self.direction in ("up", "down") else "up",
            has_next_step=self.has_next_step if self.has_next_step in STEPS else "",
            change=self.change if self.change in CHANGES else "",
            page=max(1, self.page),
            page_size=self.page_size if self.page_size in PAGE_SIZES else 50,
        )

    def with_changes(self, **changes: Any) -> "PtlFilters":
        """The same filters with some changed; the first page unless a page is named."""
        return replace(self, **{"page": 1, **changes})


def _type_name(annotation: Any) -> str:
    """`str` for the class, `int | None` for a union."""
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _read(name: str, type_name: str, text: str) -> Any:
    if type_name == "str":
        return text.replace("\0", "")[:200]  # the engine takes no NUL
    try:
        if type_name.startswith("bool"):
            return {"yes": True, "no": False}.get(text)
        return date.fromisoformat(text) if type_name.startswith("date") else _bounded(name, int(text))
    except ValueError:
        return None


def _bounded(name: str, number: int) -> int | None:
    if name == "breach_of" and number not in BREACHES:
        return None
    return number if abs(number) < 100_000 else None


def _write(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
