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
    """The waits with `role`, the net days of both legs, `treated_share`, `breach_share`, `within_share`, and `is_ours`.

    Only the 62 days up to a treatment are shared. Several referring trusts split their part evenly; local policy may do otherwise.
    The 28 and the 31 days are not: they are whole to the trust that had the patient on their last day (`is_ours`), so that a
    pathway counts once in a group of trusts. What ended before the patient came is nobody's here.
    """
    import ibis

    rows = _with_last_transfer(rows, _received(transfers), as_of)
    can_count = rows.end_date.isnull() | (rows.end_status == TREATED).fill_null(False)
    is_shared = (rows.standard == D62) & rows.transfer_received_date.notnull() & can_count
    before, after = _legs(rows, as_of)
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
        is_ours=_is_ours(rows),
    )


def _legs(rows: Table, as_of: Any) -> tuple[Any, Any]:
    """The net days up to the transfer, and those from it to the end of the wait or to today."""
    import ibis

    before = standards.gross_days(rows.start_date, rows.transfer_received_date)
    after = standards.gross_days(rows.transfer_received_date, rows.end_date.fill_null(ibis.literal(as_of)))
    return (
        standards.net_days(before, rows.first_seen_adjustment_days),
        standards.net_days(after, rows.treatment_adjustment_days),
    )


def _is_ours(rows: Table) -> Any:
    """Whether the trust had the patient when the wait ended, or had sent the patient on a pathway whose 62 days are shared."""
    ended_before = (rows.received_here_date > rows.end_date).fill_null(False)
    has_left = (rows.standard != D62) & (rows.last_transfer_direction != "in").fill_null(False)
    return ~(ended_before | has_left)


def _received(transfers: Table) -> Table:
    """The transfers that count: those received, with their minimum data set."""
    came = transfers.filter(
        transfers.has_minimum_data_set.fill_null(True), transfers.inter_provider_transfer_received_date.notnull()
    )
    return came.select(
        transferred="cancer_record_identifier",
        received="inter_provider_transfer_received_date",
        transfer_direction="transfer_direction",
        sender=came.organisation_identifier_referring,
    )


def _with_last_transfer(rows: Table, came: Table, as_of: Any) -> Table:
    """The last transfer received by the end of each wait, how many trusts had sent the patient, and when this one received."""
    import ibis

    rows = rows.mutate(last_day=rows.end_date.fill_null(ibis.literal(as_of)))
    ends = rows.select(wait_of="cancer_record_identifier", until="last_day").distinct()
    found = came.inner_join(ends, came.transferred == ends.wait_of)
    found = found.filter(found.received <= found.until)
    last = found.group_by("wait_of", "until").aggregate(
        transfer_received_date=found.received.max(),
        last_transfer_direction=found.transfer_direction.argmax(found.received),
        referring_providers=found.sender.nunique(),
    )
    rows = rows.left_join(last, [rows.cancer_record_identifier == last.wait_of, rows.last_day == last.until])
    rows = rows.drop("wait_of", "until", "last_day")
    here = _received_here(came, as_of)
    return rows.left_join(here, rows.cancer_record_identifier == here.transferred).drop("transferred")


def _received_here(came: Table, as_of: Any) -> Table:
    """When each record came to this trust; null where this trust had sent the patient before: it had the record from the start."""
    import ibis

    known = came.filter(came.received <= as_of)
    first = known.group_by("transferred").aggregate(
        received_here_date=known.received.min(where=known.transfer_direction == "in"),
        left_first=known.received.min(where=known.transfer_direction == "out"),
    )
    came_later = (first.left_first.isnull() | (first.received_here_date <= first.left_first)).fill_null(False)
    return first.select("transferred", received_here_date=came_later.ifelse(first.received_here_date, ibis.null("date")))
