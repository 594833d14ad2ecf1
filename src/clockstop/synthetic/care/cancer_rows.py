"""The extracts of the made-up cancer system at the end of a day: what is not yet known is hidden."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from clockstop.synthetic.care.cancer_records import ICD, SCREENING, UPGRADE, Days, Records
from clockstop.synthetic.care.cancer_treatments import Treatments
from clockstop.synthetic.extract_columns import (
    constant,
    dates,
    named,
    numbers,
    pathway_columns,
    person_columns,
    record_identifiers,
    service_columns,
)
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import History

ELSEWHERE = ("ZZ201", "ZZ202", "ZZ203")


def record_ids(found: History, place: NDArray[np.int64]) -> pa.Array:
    """The identifiers of cancer records by their place."""
    return record_identifiers(found.trust, "CW", place)


def treatment_ids(found: History, place: NDArray[np.int64]) -> pa.Array:
    """The identifiers of cancer treatments by their place."""
    return record_identifiers(found.trust, "CT", place)


def visible_records(records: Records, day: int) -> NDArray[np.int64]:
    """The places of the records that the trust has by the day: by the referral, the upgrade, or the transfer that brought it."""
    begun = np.where(records.arrived < NEVER, records.arrived, records.start_62)
    return np.flatnonzero(begun <= day)


def visible_treatments(records: Records, treatments: Treatments, day: int) -> NDArray[np.int64]:
    """The places of the treatments decided by the day, on records that are there."""
    there = np.zeros(len(records) + 1, dtype=bool)
    there[visible_records(records, day)] = True
    there[-1] = True
    return np.flatnonzero((treatments.decided <= day) & there[treatments.record])


def record_rows(found: History, records: Records, day: int) -> pa.Table:
    """The extract of cancer records."""
    chosen = visible_records(records, day)
    rows = records.only(chosen)
    place = chosen + found.own.person[rows.pathway]
    return pa.table({
        "cancer_record_identifier": record_ids(found, chosen),
        **pathway_columns(found, rows.pathway),
        "source_of_referral_for_out_patients": named(("03", "17", "05"), rows.kind),
        "decision_to_refer_date": dates(np.where(rows.kind == UPGRADE, NEVER, rows.received - place % 3)),
        "cancer_referral_to_treatment_period_start_date": dates(rows.received),
        "two_week_wait_cancer_or_symptomatic_breast_referral_type": _text(rows.suspected, rows.kind == 0),
        "consultant_upgrade_date": dates(rows.upgraded, day),
        **_first_seen(found, rows, day),
        "cancer_or_symptomatic_breast_referral_patient_status": _statuses(rows, day),
        "investigations_completed_date": dates(rows.tested, day),
        **_diagnosis(found, rows, place, day),
        "removal_date": dates(rows.removed, day),
        "removal_reason": named(("other",), np.where(rows.removed <= day, 0, -1)),
        "person_death_date": dates(np.where(rows.died_known <= day, rows.died, NEVER)),
        **_priorities(found, rows),
        **person_columns(found, rows.pathway),
    })  # fmt: skip


def _first_seen(found: History, rows: Records, day: int) -> dict[str, pa.Array]:
    """The first appointment, what became of it, and what it deducts once the patient has been seen."""
    is_missed = (rows.adjustment > 0) & (rows.seen <= day)
    is_visited = rows.visit <= day
    is_planned = (rows.seen > day) & (rows.booked <= day)
    visit = np.where(is_visited, rows.visit, np.where(is_planned, rows.seen, NEVER))
    code = np.where(is_visited, rows.visit_code, 0)
    return {
        "first_appointment_date": dates(visit),
        "first_appointment_booked_date": dates(np.where(visit < NEVER, np.minimum(rows.booked, visit), NEVER), day),
        "first_appointment_attended_code": numbers(code, hidden=(visit >= NEVER) | ((code == 0) & is_visited)),
        "first_appointment_rebooked_date": dates(rows.rebooked, day),
        "date_first_seen": dates(rows.seen, day),
        "organisation_site_identifier_first_seen": _site(found, rows, rows.seen <= day),
        "waiting_time_adjustment_first_seen": pa.array(rows.adjustment, mask=~is_missed),
        "waiting_time_adjustment_reason_first_seen": numbers(np.where(is_missed, 3, 9), hidden=rows.seen > day),
    }


def _diagnosis(found: History, rows: Records, place: NDArray[np.int64], day: int) -> dict[str, pa.Array]:
    """What was told, when and how, and the cancer that was found."""
    is_told = rows.told <= day
    is_cancer = rows.is_cancer & is_told
    excluded = np.where(is_told & (rows.reason == 3), place % 4, -1)
    method = np.where(is_told, np.where(rows.reason == 1, 0, place % 3), -1)
    sides = np.where(np.isin(rows.site, ("01", "03")), place % 2, 2)
    return {
        "cancer_faster_diagnosis_pathway_end_date": dates(rows.told, day),
        "cancer_faster_diagnosis_pathway_end_reason": named(("01", "02", "03", "04"), np.where(is_told, rows.reason - 1, -1)),
        "cancer_faster_diagnosis_pathway_exclusion_reason": named(("02", "03", "05", "06"), excluded),
        "organisation_site_identifier_cancer_faster_diagnosis_pathway_end": _site(found, rows, is_told),
        "cancer_faster_diagnosis_pathway_communication_method": named(("01", "02", "04"), method),
        "primary_diagnosis_icd": _text(np.array([ICD[site] for site in rows.site], dtype=np.str_), is_cancer),
        "tumour_laterality": named(("L", "R", "8"), np.where(is_cancer, sides, -1)),
        "primary_cancer_site": _text(rows.site, is_cancer),
        "multidisciplinary_team_discussion_date_cancer": dates(rows.discussed, day),
    }


def _priorities(found: History, rows: Records) -> dict[str, pa.Array]:
    columns = service_columns(found, rows.pathway)
    return {**columns, "priority_type_code": named(("3", "2"), np.where(rows.kind == UPGRADE, 1, 0))}


def _text(values: NDArray[np.str_], shown: NDArray[np.bool_]) -> pa.Array:
    return pa.array(values.tolist(), pa.string(), mask=~shown)


def _site(found: History, rows: Records, shown: NDArray[np.bool_]) -> pa.Array:
    return named(tuple(found.trust.sites), np.where(shown, found.services.site[rows.pathway], -1))


def _statuses(rows: Records, day: int) -> pa.Array:
    """Suspected, ruled out, confirmed, treatment planned, treated."""
    is_told, is_cancer = rows.told <= day, rows.is_cancer
    cases = [is_cancer & (rows.treated <= day), is_cancer & (rows.decided <= day), is_cancer & is_told, is_told]
    return named(("08", "11", "10", "03", "14"), np.select(cases, [0, 1, 2, 3], 4))


def treatment_rows(found: History, records: Records, treatments: Treatments, day: int) -> pa.Table:
    """The extract of cancer treatments, given and decided."""
    chosen = visible_treatments(records, treatments, day)
    taken = {name: getattr(treatments, name)[chosen] for name in treatments.__dataclass_fields__}
    is_given = taken["treated"] <= day
    adjustment = treatments.adjustment[chosen]
    is_paused = (adjustment > 0) & is_given
    # A date is offered some days after the decision.
    offered = np.where(taken["decided"] + 4 <= day, taken["treated"], NEVER)
    has_record = taken["record"] >= 0
    return pa.table({
        "cancer_treatment_identifier": treatment_ids(found, chosen),
        "cancer_record_identifier": _or_null(record_ids(found, np.maximum(taken["record"], 0).astype(np.int64)), has_record),
        **pathway_columns(found, taken["pathway"]),
        "cancer_treatment_event_type": pa.array(taken["kind"].tolist(), pa.string()),
        "cancer_treatment_period_start_date": dates(taken["decided"]),
        "earliest_clinically_appropriate_date": dates(taken["ecad"]),
        "treatment_offered_date": dates(offered),
        "treatment_start_date_cancer": dates(taken["treated"], day),
        "cancer_treatment_modality": pa.array(taken["modality"].tolist(), pa.string()),
        "cancer_care_setting_treatment": pa.array(taken["setting"].tolist(), pa.string()),
        "waiting_time_adjustment_treatment": pa.array(adjustment, mask=~is_paused),
        "waiting_time_adjustment_reason_treatment": numbers(np.where(is_paused, 8, 9), hidden=~is_given),
        "treatment_delay_start_date": dates(taken["paused"], day),
        "treatment_delay_end_date": dates(taken["available"], day),
        "primary_cancer_site": pa.array(taken["site"].tolist(), pa.string()),
        "primary_diagnosis_icd": pa.array([ICD[site] for site in taken["site"]], pa.string()),
        **service_columns(found, taken["pathway"]),
    })  # fmt: skip


def _or_null(values: pa.Array, known: NDArray[np.bool_]) -> pa.Array:
    return pc.if_else(pa.array(known), values, pa.scalar(None, pa.string()))


def transfers_of(records: Records, day: int) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.int64]]:
    """The place of the record of each transfer by the day, whether it came here or left, and the transfer's own place."""
    came = np.flatnonzero(records.arrived <= day)
    left = np.flatnonzero((records.left <= day) & (records.start_62 <= day))
    place = np.concatenate([came, left])
    is_in = np.arange(len(place)) < len(came)
    return place, is_in, np.where(is_in, place, place + len(records))


def transfer_ids(found: History, place: NDArray[np.int64]) -> pa.Array:
    """The identifiers of transfers by their place."""
    return record_identifiers(found.trust, "CX", place)


def transfer_rows(found: History, records: Records, day: int) -> pa.Table:
    """The extract of transfers: those that arrived here, and those that left."""
    place, is_in, own_place = transfers_of(records, day)
    received: Days = np.where(is_in, records.arrived[place], records.left[place]).astype(np.int32)
    other = named(ELSEWHERE, place % len(ELSEWHERE))
    own = constant(found.trust.code, len(place))
    return pa.table({
        "cancer_transfer_identifier": transfer_ids(found, own_place),
        "cancer_record_identifier": record_ids(found, place),
        **pathway_columns(found, records.pathway[place]),
        "transfer_direction": named(("out", "in"), is_in.astype(np.int8)),
        "inter_provider_transfer_sent_date": dates(np.maximum(received - 2, records.received[place]).astype(np.int32)),
        "inter_provider_transfer_received_date": dates(received),
        "organisation_identifier_referring": _chosen(is_in, other, own),
        "organisation_identifier_receiving": _chosen(is_in, own, other),
        "inter_provider_transfer_reason": constant("4", len(place)),
        "has_minimum_data_set": pa.array(np.ones(len(place), dtype=bool)),
    })  # fmt: skip


def _chosen(condition: NDArray[np.bool_], then: pa.Array, otherwise: pa.Array) -> pa.Array:
    return pc.if_else(pa.array(condition), then, otherwise)


assert SCREENING == 1, "the source of referral is named by the kind of record"
