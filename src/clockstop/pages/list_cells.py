"""The cells of a worklist: as they are shown, and as they are taken away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clockstop.answers.list_query import ListRow
from clockstop.answers.worklist import ListColumn, Worklist
from clockstop.nhsuk.presenters import count, day, minutes_in_words, number, short_day, weeks_and_days

SERVICE = ListColumn(name="service", heading="Service", kind="service")
_NUMBERS = ("days", "number", "minutes")
_PLAIN = ("date", "instant")
NOTE_HEADINGS = ("Owner", "Next step", "Next step by", "Next step overdue", "Comment", "Note changed at", "Note changed by")


@dataclass(frozen=True)
class ShownColumn:
    """A column of the page: its first part, and what stands small below it."""

    parts: tuple[ListColumn, ...]
    services: Mapping[str, str]
    as_of: date

    @property
    def heading(self) -> str:
        return self.parts[0].heading

    @property
    def names(self) -> list[str]:
        return [part.name for part in self.parts]

    @property
    def is_number(self) -> bool:
        return self.parts[0].kind in _NUMBERS

    @property
    def is_plain(self) -> bool:
        """Whether its words are short and stay on one line."""
        return self.parts[0].kind in _PLAIN

    def said(self, row: ListRow) -> list[str]:
        """The row's words, part by part."""
        return [in_words(part, _value(row, part.name), self.services, self.as_of) for part in self.parts]


def shown_columns(listed: Worklist, services: Mapping[str, str], as_of: date, *, may_identify: bool) -> list[ShownColumn]:
    """The columns of the page, each with those that stand below it; the service first, where patients are listed."""
    seen = [one for one in listed.columns if not one.is_taken_only and (may_identify or not one.is_identifying)]
    if listed.has_patients and not listed.column("service"):
        seen.insert(0, SERVICE)
    names = {one.name for one in seen}
    tops = [one for one in seen if one.below not in names]
    below = {top.name: tuple(one for one in seen if one.below == top.name) for top in tops}
    return [ShownColumn((top, *below[top.name]), services, as_of) for top in tops]


def columns_of(columns: Iterable[ListColumn], services: Mapping[str, str], as_of: date) -> list[ShownColumn]:
    """The columns as they are, one part each."""
    return [ShownColumn((column,), services, as_of) for column in columns]


def in_words(column: ListColumn, value: Any, services: Mapping[str, str], as_of: date) -> str:
    """The value as the page says it; nothing where there is none."""
    if value is None or value == "":
        return ""
    if column.kind == "truth":
        return column.titles.get("yes" if value else "no", "yes" if value else "no")
    if column.kind == "service":
        return services.get(value, value)
    if column.kind == "instant" and isinstance(value, datetime):
        return f"{short_day(value.date(), as_of)}, {value:%H:%M}"
    said = {
        "date": lambda: short_day(value, as_of),
        "days": lambda: count(int(value), "day"),
        "weeks": lambda: weeks_and_days(int(value)),
    }
    said |= {"minutes": lambda: minutes_in_words(value), "number": lambda: _number(value)}
    return said[column.kind]() if column.kind in said else str(column.words(value))


def headings(listed: Worklist) -> list[str]:
    """The headings of what is taken away: place and person, the list's own columns, the breach, the note."""
    person = ["Hospital number", "Pathway"] if listed.has_patients else []
    own = [heading for column in listed.columns for heading in own_headings(column)]
    breach = ["Breach date", "Days to breach"] if listed.breach else []
    note = list(NOTE_HEADINGS) if listed.has_notes else []
    return ["Trust", *person, "Division", "Service code", "Service", "Site", *breach, *own, *note]


def cells(listed: Worklist, row: ListRow, services: Mapping[str, str]) -> tuple[Any, ...]:
    """The cells of one row, in the order of `headings`; a code that has words leaves with both."""
    person = [row.local_patient_identifier, row.patient_pathway_identifier] if listed.has_patients else []
    own = [value for column in listed.columns for value in own_cells(column, row.values[column.name], services)]
    breach = [row.breach_date, row.days_to_breach] if listed.breach else []
    noted = (row.owner, row.next_step, row.next_step_date, row.is_next_step_overdue, row.comment, row.updated_at, row.updated_by)
    note = list(noted) if listed.has_notes else []
    place = [row.division, row.service, services.get(row.service or "", row.service), row.site]
    return (row.trust, *person, *place, *breach, *own, *note)


def about(listed: Worklist, *, as_of: date, snapshot_id: str, filters: str, by: str, is_synthetic: bool) -> list[str]:
    """What stands beside the rows that leave: what they are, of when, and who took them."""
    synthetic = ["Synthetic data: every trust, patient and figure is made up."] if is_synthetic else []
    stamp = f"Data to {day(as_of)}, snapshot {snapshot_id}"
    return [listed.name, listed.title, stamp, f"Filters: {filters or 'none'}", f"Taken by {by}", *synthetic]


def _value(row: ListRow, name: str) -> Any:
    return row.values[name] if name in row.values else getattr(row, name, None)


def _number(value: Any) -> str:
    return number(value) if isinstance(value, int) or float(value).is_integer() else number(float(value), 2).rstrip("0")


def own_headings(column: ListColumn) -> list[str]:
    """The headings of a column that is taken away: a code that has words has two."""
    if column.kind == "service":
        return [f"{column.heading} code", column.heading]
    return [f"{column.heading} code", column.heading] if column.titles and column.kind != "truth" else [column.heading]


def own_cells(column: ListColumn, value: Any, services: Mapping[str, str]) -> list[Any]:
    """The cells of a column that is taken away, in the order of `own_headings`."""
    if column.kind == "service":
        return [value, services.get(value or "", value)]
    return [value, column.words(value)] if column.titles and column.kind != "truth" else [value]
