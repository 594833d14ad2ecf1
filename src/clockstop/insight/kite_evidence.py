"""What a kite mark is made of: the loads of each dataset, what the rules found, who signed, who audited, how it is counted."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What is known of one dataset of a trust that a measure reads.

    `covered`: the spans of days (both ends in) of which its loads tell. `known_on`: when the first load came that shows the whole
    month; `first_on`: when its very first load came. `newest`: the day that its newest extract shows. `read` and `refused` count
    the rows of the loads in force. A standing dataset holds until somebody changes it, so its days and lateness say nothing.
    """

    dataset: str
    title: str
    is_sent: bool = True
    is_standing: bool = False
    covered: tuple[tuple[date, date], ...] = ()
    known_on: date | None = None
    first_on: date | None = None
    newest: date | None = None
    read: int = 0
    refused: int = 0


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What a rule says of the month: of so many records judged so many fail it. None judged: it could not be judged.

    `unit` is what it judges: records, days or files; few records say nothing.
    """

    rule: str
    title: str
    kind: str
    judged: int
    failed: int
    unit: str = "records"

    def says_something(self, fewest: int) -> bool:
        """Whether it judged enough of the month."""
        return self.judged >= (fewest if self.unit == "records" else 1)


@dataclass(frozen=True, kw_only=True)
class Signature:
    """Who signed the month's figure as right, when; `has_changed`: the figure is no longer the one that was signed."""

    by: str
    on: date
    has_changed: bool = False


@dataclass(frozen=True, kw_only=True)
class Audit:
    """A check of the figure: what it was, when, and of so many things checked so many were wrong.

    `counts_people`: the things are patients' records, of which a small number is not said.
    """

    what: str
    on: date
    checked: int
    wrong: int
    counts_people: bool = True


@dataclass(frozen=True, kw_only=True)
class Method:
    """How the measure is counted: the rules that it names, those of them without wording, and readings that differ from ours."""

    rules: tuple[str, ...]
    unworded: tuple[str, ...] = ()
    changed_readings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """All that a mark is made of. `month` is its last day; `tallies` is None where the snapshot has no counts of rules at all."""

    measure: str
    trust: str
    month: date
    as_of: date
    feeds: tuple[Feed, ...]
    tallies: tuple[Tally, ...] | None
    signature: Signature | None
    audits: tuple[Audit, ...] = ()
    method: Method = Method(rules=())
