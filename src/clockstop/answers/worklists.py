"""The patient tracking list: who is waiting, how long, who breaches next, and what changed."""

from dataclasses import dataclass
from datetime import date

from clockstop.answers.ptl_filters import PtlFilters

__all__ = ["Change", "Changes", "PtlFilters", "PtlPage", "PtlRow"]


@dataclass(frozen=True)
class PtlRow:
    """One open pathway with what people wrote about it. `weeks_waited` are completed weeks, for display only."""

    trust: str
    patient_pathway_identifier: str
    period_number: int
    local_patient_identifier: str | None
    division: str | None
    service: str | None
    site: str | None
    consultant: str | None
    priority: str | None
    is_admitted_pathway: bool | None
    start_date: date
    days_waited: int
    breach_date: date
    days_to_breach: int
    last_event_type: str | None
    last_event_date: date | None
    next_event_type: str | None
    next_event_date: date | None
    decided_to_admit_date: date | None
    tci_date: date | None
    procedure_priority_code: str | None
    last_pas_validation_date: date | None
    has_next_step: bool | None
    start_rule: str | None
    flags: str | None
    owner: str | None
    next_step: str | None
    next_step_date: date | None
    comment: str | None
    updated_at: object | None
    updated_by: str | None

    @property
    def weeks_waited(self) -> int:
        return self.days_waited // 7

    @property
    def odd_days(self) -> int:
        """The days beyond the completed weeks: 18 weeks and 3 days."""
        return self.days_waited % 7


@dataclass(frozen=True)
class PtlPage:
    """One page of the list. The counts are of every row that the filters leave, not of the page."""

    rows: tuple[PtlRow, ...]
    total: int
    without_next_step: int
    over_18_weeks: int
    over_52_weeks: int
    breach_in_4_weeks: int
    page: int
    page_size: int
    as_of: date
    snapshot_id: str

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True)
class Change:
    """One kind of change since the earlier snapshot; `filters` lists the pathways behind the number."""

    kind: str
    title: str
    number: int
    filters: PtlFilters


@dataclass(frozen=True)
class Changes:
    """What moved since `previous_as_of`; empty where there is no snapshot of an earlier day."""

    as_of: date
    previous_as_of: date | None
    previous_id: str | None
    kinds: tuple[Change, ...]
