"""What of each cancer wait counts to this trust: whole, or the shares of CWT-R17 where the patient was transferred."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clockstop.rules import cancer_standards as standards
from clockstop.rules.cancer_allocation import allocation
from clockstop.rules.cancer_standards import D62

if TYPE_CHECKING:
    from ibis.expr.types import Table

TREATED = "10"
ROLES = {"whole": "Cared for here alone", "referring": "Transferred from here", "treating": "Transferred here"}


def with_shares(rows: Table, transfers: Table, *, as_of: Any, readings: Any) -> Table:
    """The waits with `role`, the net days of both legs, and `treated_share`, `breach_share` and `within_share`.

    Only the 62 days up to a treatment are shared. Several referring trusts split their part evenly; local policy may do otherwise.
    """
    import ibis

    rows = _with_last_transfer(rows, transfers, as_of)
    can_count = rows.end_date.isnull() | (rows.end_status == TREATED).fill_null(False)
    is_shared = (rows.standard == D62) & rows.transfer_received_date.notnull() & can_count
    before = standards.net_days(standards.gross_days(rows.start_date, rows.transfer_received_date), rows.first_seen_adjustment_days)
    after = standards.net_days(
        standards.gross_days(rows.transfer_received_date, rows.end_date.fill_null(ibis.literal(as_of))),
        rows.treatment_adjustment_days,
    )
    shared = allocation(
        transfer_day=before, transfer_to_treatment=after, late_in_time_is_shared=readings.late_transfer_in_time_is_shared
    )
    role = ibis.cases((~is_shared, "whole"), (rows.last_transfer_direction == "in", "treating"), else_="referring")
    is_breach = ~ibis.cases(
        *((rows.standard == name, standards.is_within(name, rows.days_waited)) for name in standards.WITHIN_DAYS)
    )
    parts = ibis.greatest(rows.referring_providers, 1)
    treated = ibis.cases(
        (role == "treating", shared.treating.treated), (role == "referring", shared.referring.treated / parts), else_=1.0
    )
    breach = ibis.cases(
        (role == "treating", shared.treating.breach),
        (role == "referring", shared.referring.breach / parts),
        else_=is_breach.cast("float64"),
    )
    return rows.mutate(
        role=role,
        transfer_day=is_shared.ifelse(before, None).cast("int32"),
        transfer_to_treatment=is_shared.ifelse(after, None).cast("int32"),
        treated_share=treated.cast("float64"),
        breach_share=breach.cast("float64"),
        within_share=(treated - breach).cast("float64"),
    )


def _with_last_transfer(rows: Table, transfers: Table, as_of: Any) -> Table:
    """The last transfer received by the end of each wait, how many trusts had sent the patient, and when this one received."""
    import ibis

    came = transfers.filter(
        transfers.has_minimum_data_set.fill_null(True), transfers.inter_provider_transfer_received_date.notnull()
    )
    came = came.select(
        transferred="cancer_record_identifier",
        received="inter_provider_transfer_received_date",
        transfer_direction="transfer_direction",
        sender=came.organisation_identifier_referring,
    )
    ends = rows.filter(rows.standard == D62).select(
        wait_of="cancer_record_identifier", last_day=rows.end_date.fill_null(ibis.literal(as_of))
    )
    found = came.inner_join(ends, came.transferred == ends.wait_of)
    found = (
        found.filter(found.received <= found.last_day)
        .group_by("transferred")
        .aggregate(
            transfer_received_date=found.received.max(),
            last_transfer_direction=found.transfer_direction.argmax(found.received),
            referring_providers=found.sender.nunique(),
            received_here_date=found.received.min(where=found.transfer_direction == "in"),
            left_first=found.received.min(where=found.transfer_direction == "out"),
        )
    )
    # Who sent the patient before receiving was here from the start.
    came_later = (found.left_first.isnull() | (found.received_here_date <= found.left_first)).fill_null(False)
    found = found.mutate(received_here_date=came_later.ifelse(found.received_here_date, None)).drop("left_first")
    return rows.left_join(found, rows.cancer_record_identifier == found.transferred).drop("transferred")
