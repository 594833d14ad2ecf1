"""One pathway explained: its events, the rule at each turn, its clocks, and words to read to a caller."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Turn:
    """One event and what it did to the clock. `days_waited` is the wait of the open clock at the end of that day."""

    event_date: date
    event_sequence: int
    event_type: str
    event_title: str
    rule: str
    sentence: str
    does: str
    days_waited: int | None
    flags: tuple[str, ...] = ()
    status: str = ""


@dataclass(frozen=True)
class Clock:
    """One clock period. `days_waited` to its end, or to the as-of day while it runs; None where it was nullified."""

    period_number: int
    start_date: date | None
    end_date: date | None
    end_status: str
    is_nullified: bool
    days_waited: int | None
    breach_date: date | None
    start_rule: str
    end_rule: str
    start_sentence: str
    end_sentence: str


@dataclass(frozen=True)
class Booking:
    """An appointment or date to come in that lies ahead."""

    event_type: str
    event_title: str
    event_date: date


@dataclass(frozen=True)
class Pathway:
    """Everything that the timeline draws. `summary` is written to be read aloud to a caller."""

    trust: str
    patient_pathway_identifier: str
    local_patient_identifier: str
    service: str
    service_title: str
    consultant: str
    priority: str
    as_of: date
    turns: tuple[Turn, ...]
    clocks: tuple[Clock, ...]
    bookings: tuple[Booking, ...]
    summary: tuple[str, ...]

    @property
    def open_clock(self) -> Clock | None:
        """The clock that runs at the as-of day."""
        return next((clock for clock in reversed(self.clocks) if clock.end_date is None), None)


@dataclass(frozen=True)
class Found:
    """A pathway that a search met."""

    trust: str
    patient_pathway_identifier: str
    local_patient_identifier: str
    service: str
    service_title: str
    days_waited: int | None
    is_waiting: bool
