"""Where a pathway's events come from: the load and the row of each."""

from dataclasses import dataclass
from datetime import date

from clockstop.answers.desk import Desk
from clockstop.answers.pathway_places import pathway_places
from clockstop.answers.scope import Scope
from clockstop.contracts.rtt_events import EVENT_TYPES
from clockstop.errors import UnknownName
from clockstop.store.buckets import bucket_of


@dataclass(frozen=True)
class SourceRow:
    """One canonical event and the row of the extract from which it was read or derived."""

    event_date: date
    event_sequence: int
    event_title: str
    source_dataset: str
    source_load: str
    source_row: int | None


def source_rows(scope: Scope, desk: Desk, trust: str, patient_pathway_identifier: str) -> tuple[SourceRow, ...]:
    """The events of one pathway in the order of their dates; `UnknownName` where the snapshot has none."""
    scope.require_identity(trust)
    bucket = bucket_of(patient_pathway_identifier)
    events = desk.table("rtt_events", bucket=bucket, trusts=[trust])
    events = scope.patients(events, pathways=pathway_places(desk, [trust], bucket=bucket))
    events = events.filter(events.trust == trust, events.patient_pathway_identifier == patient_pathway_identifier)
    rows = desk.rows(events.order_by("event_date", "event_sequence")).to_pylist()
    if not rows:
        raise UnknownName("There is no such pathway.", where=f"Trust {trust}.", do="Check the number and search again.")
    return tuple(
        SourceRow(
            event_date=row["event_date"],
            event_sequence=row["event_sequence"],
            event_title=EVENT_TYPES.get(row["event_type"], row["event_type"]),
            source_dataset=row.get("source_dataset") or "",
            source_load=row.get("source_load") or "",
            source_row=row.get("source_row"),
        )
        for row in rows
    )
