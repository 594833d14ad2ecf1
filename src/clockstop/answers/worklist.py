"""What a worklist is: the rows of a fact that somebody has to act on, declared once and shown, written on and taken away alike.

    LIST = Worklist(
        slug="cancer",
        title="Which cancer patients breach next?",
        name="Cancer PTL",
        family="cancer",
        table="cancer_waits",
        where=_.is_open,
        columns=(ListColumn(name="stage", heading="Stage", kind="code", titles=STAGES), ...),
        filters=(ListFilter(column="stage", label="Stage"), ListFilter(column="days_waited", label="Days waited", kind="range")),
        groups=(ListGroup(slug="over_62", title="Over 62 days", truth=_.days_waited > 62), ...),
        booked=_.next_appointment_date.notnull(),
    )

Pathway, hospital number, service, breach, next step, owner and comment are on every list of patients without being named.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from ibis import Deferred
from ibis.expr.types import BooleanValue, Table

ColumnKind = Literal["text", "code", "service", "date", "days", "weeks", "number", "minutes", "truth", "instant"]
FilterKind = Literal["choice", "range", "truth"]
# A truth about a row: an expression of its columns and `as_of_date`, or a function of the table where a rule says it.
Truth: TypeAlias = Deferred | Callable[[Table], BooleanValue]

PLACES = ("trust", "division", "service", "site")
# The words of an address that every list has; no filter may take one of them.
OWN_WORDS = frozenset(
    (*PLACES, "group", "owner", "has_next_step", "text", "search", "measure", "sort", "direction", "page", "page_size", "format")
)
NOTE_SORTS = {"owner": "Owner", "next_step_date": "Next step by"}


@dataclass(frozen=True, kw_only=True)
class ListColumn:
    """A column of the list. `titles` gives the words of its codes; `below` names the column under whose words it stands, small.

    `is_taken_only`: it leaves with the list and is not shown. `is_identifying` columns show to those alone who may see patients.
    """

    name: str
    heading: str
    kind: ColumnKind = "text"
    titles: Mapping[str, str] = field(default_factory=dict)
    below: str = ""
    is_identifying: bool = False
    is_taken_only: bool = False

    def words(self, value: Any) -> Any:
        """The value with the words of its code, where it has some."""
        return self.titles.get(str(value), value) if self.titles and value is not None else value


@dataclass(frozen=True, kw_only=True)
class ListFilter:
    """A way to narrow the list: one value of a column (those found, or `choices`), a range of numbers or days, or yes and no.

    `is_folded` filters stand under "More filters" until they are used. `unit` is said behind a range's label.
    """

    column: str
    label: str
    kind: FilterKind = "choice"
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    is_folded: bool = False


@dataclass(frozen=True, kw_only=True)
class ListGroup:
    """Rows under one heading, with their number: "Over 62 days: 41". A row may be of several groups."""

    slug: str
    title: str
    truth: Truth


@dataclass(frozen=True, kw_only=True)
class Breach:
    """The columns that say how far the last day within the standard is: its date, and the days until it (past it: negative)."""

    date: str = "breach_date"
    days: str = "days_to_breach"
    heading: str = "To breach"


@dataclass(frozen=True, kw_only=True)
class Worklist:
    """One list. `title` is the question that it answers, `name` what it is called, `noun` what one row is.

    where            which rows of the table are on it at the as-of day; None: all
    key              the columns that name a row, after which rows that are alike otherwise lie
    order            what it is sorted by at first: columns, each with a minus before it where the largest come first
    booked           which rows have something booked; None: the column `has_next_step`, or none where the table has no such
    has_patients     its rows are patients: each look is recorded (every list is for scopes cleared for the trust alone: a
                     session's row tells of the few people in it)
    has_notes        owner, next step and comment are kept by trust and pathway, as on the RTT list
    note             a sentence that stands under the list: what it leaves out, or where its rule stands
    """

    slug: str
    title: str
    name: str
    family: str
    table: str
    columns: tuple[ListColumn, ...]
    noun: str = "pathway"
    where: Truth | None = None
    key: tuple[str, ...] = ("trust", "patient_pathway_identifier")
    filters: tuple[ListFilter, ...] = ()
    groups: tuple[ListGroup, ...] = ()
    order: tuple[str, ...] = ("days_to_breach",)
    breach: Breach | None = Breach()
    booked: Truth | None = None
    has_patients: bool = True
    has_notes: bool = True
    note: str = ""

    def __post_init__(self) -> None:
        taken = {one.column for one in self.filters} & (OWN_WORDS - {"owner"})
        assert not taken, f"{self.slug}: every list is filtered by {', '.join(sorted(taken))} already"
        assert self.has_patients or not self.has_notes, f"{self.slug}: notes are written on patients' pathways"

    def column(self, name: str) -> ListColumn | None:
        """The declared column of that name, where there is one."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def sorts(self) -> dict[str, str]:
        """What the list can be sorted by, in words."""
        own = {column.name: column.heading for column in self.columns if not column.is_taken_only}
        breach = {self.breach.days: self.breach.heading} if self.breach else {}
        patients = {"patient_pathway_identifier": "Pathway", "local_patient_identifier": "Hospital number"}
        first = (patients if self.has_patients else {}) | {"service": "Service"}
        return first | breach | own | (NOTE_SORTS if self.has_notes else {})
