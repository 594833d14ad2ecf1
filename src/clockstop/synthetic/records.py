"""A trust's whole history as records, and what its extracts show of it on a given day.

An extract is a view: what was not yet known on its day is hidden. So each delivery comes from the same records, late and corrected
rows among them, and a row belongs to a delivery of changes when something in it became known since the delivery before.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.contracts.codes import INTENDED_MANAGEMENT
from clockstop.synthetic.admissions import REASONS, RESULTS, Entries, Spells
from clockstop.synthetic.appointments import Appointments
from clockstop.synthetic.clinic_days import ClinicDays, clinic_columns, clinic_days
from clockstop.synthetic.extract_columns import (
    clinic_codes,
    dates,
    named,
    numbers,
    pathway_columns,
    person_columns,
    prefixed,
    record_identifiers,
    service_columns,
)
from clockstop.synthetic.open_pathways import VALID_DAYS
from clockstop.synthetic.organisations import Trust
from clockstop.synthetic.pathways import NEVER, Pathways
from clockstop.synthetic.people import People
from clockstop.synthetic.referrals import DISCHARGE_REASONS, ROUTES, Referrals
from clockstop.synthetic.standing import Standing

Days = NDArray[np.int32]
assert set(INTENDED_MANAGEMENT) >= {"1", "2", "4"}


@dataclass(frozen=True)
class Services:
    """Where and by whom each pathway is cared for; each array has one entry a pathway."""

    site: NDArray[np.int8]
    consultant: NDArray[np.int16]
    priority: NDArray[np.int8]


@dataclass(frozen=True)
class History:
    """All records of a trust, also those of days to come."""

    trust: Trust
    own: Pathways
    persons: People
    services: Services
    referrals: Referrals
    appointments: Appointments
    entries: Entries
    spells: Spells
    corrected_from: NDArray[np.int8]
    corrected_on: Days
    withdrawn_on: Days
    standing: Standing

    @cached_property
    def clinic_days(self) -> ClinicDays:
        """The clinic sessions in which the appointments lie."""
        return clinic_days(self.trust, self.own, self.services.site, self.appointments)


def shown(history: History, dataset: str, day: int, since: int | None = None) -> pa.Table:
    """The extract of a dataset at the end of `day`; with `since`, only the rows in which something changed after that day."""
    return {
        "referrals": _referrals,
        "appointments": _appointments,
        "waiting_list_entries": _entries,
        "spells": _spells,
    }[dataset](history, day, since)


def _chosen(visible: Days, day: int, since: int | None, *changes: Days) -> NDArray[np.int64]:
    is_there = visible <= day
    if since is not None:
        changed = np.zeros(len(visible), dtype=bool)
        for change in (visible, *changes):
            changed |= (change > since) & (change <= day)
        is_there &= changed
    return np.flatnonzero(is_there)


def _referrals(history: History, day: int, since: int | None) -> pa.Table:
    rows = history.referrals
    chosen = _chosen(
        rows.entered,
        day,
        since,
        rows.ratified,
        rows.rejected,
        rows.transferred,
        rows.discharged,
        rows.death_notified,
        rows.validated,
    )
    rows = rows.only(chosen)
    is_discharged, is_transferred = rows.discharged <= day, rows.transferred <= day
    columns = {
        "referral_identifier": record_identifiers(history.trust, "R", chosen),
        **pathway_columns(history, rows.pathway),
        "referral_route": named(ROUTES, rows.route),
        "referral_request_received_date": dates(rows.received),
        "ratified_date": dates(rows.ratified, day),
        "rejected_date": dates(rows.rejected, day),
        "emergency_presentation_date": dates(rows.presented),
        "original_start_date": dates(rows.original_start),
        "transferred_out_date": dates(rows.transferred, day),
        "is_responsibility_passed": pa.array(is_transferred, mask=~is_transferred),
        "discharge_date": dates(rows.discharged, day),
        "discharge_reason": named(DISCHARGE_REASONS, np.where(is_discharged, rows.reason, -1)),
        "has_safeguards": pa.array(np.ones(len(chosen), dtype=bool), mask=~(is_discharged & rows.has_safeguards)),
        "person_death_date": dates(np.where(rows.death_notified <= day, rows.died, NEVER)),
        "death_notified_date": dates(rows.death_notified, day),
        "last_pas_validation_date": dates(_validated(rows, day)),
        **service_columns(history, rows.pathway),
        **person_columns(history, rows.pathway),
    }
    return pa.table(columns)


def _validated(rows: Referrals, day: int) -> Days:
    """The last validation known on the day; before the one that is to come, 12 weeks earlier, there was another."""
    found = np.where(rows.validated <= day, rows.validated, rows.validated - VALID_DAYS)
    return np.where((found > rows.received) & (found <= day), found, NEVER).astype(np.int32)


def _appointments(history: History, day: int, since: int | None) -> pa.Table:
    rows = history.appointments
    is_administrative = rows.first == 5
    entered = np.where(is_administrative, rows.known, rows.booked)
    changes = (rows.known, rows.rebook_contact, rows.clinician_offer, history.corrected_on, history.withdrawn_on)
    chosen = _chosen(entered, day, since, *changes)
    if since is None:
        chosen = chosen[history.withdrawn_on[chosen] > day]
    corrected_from, corrected_on = history.corrected_from[chosen], history.corrected_on[chosen]
    rows = rows.only(chosen)
    is_known = rows.known <= day
    status = np.where(corrected_on > day, np.where(corrected_from > 0, corrected_from, rows.status), rows.status)
    columns = {
        "appointment_identifier": record_identifiers(history.trust, "A", chosen),
        **pathway_columns(history, rows.pathway),
        "appointment_date": dates(rows.day),
        "appointment_booked_date": dates(np.where(rows.first == 5, NEVER, rows.booked)),
        "appointment_cancelled_date": dates(np.where(is_known, rows.cancelled, NEVER)),
        "attended_or_did_not_attend_code": numbers(np.where(is_known, rows.outcome, 0)),
        "first_attendance_code": numbers(rows.first),
        "outcome_of_attendance_code": numbers(rows.next_step, hidden=~is_known | (rows.next_step == 0)),
        "referral_to_treatment_period_status": numbers(status, hidden=~is_known | (status == 0)),
        "is_communicated": pa.array(rows.is_communicated),
        "rebook_contact_date": dates(rows.rebook_contact, day),
        "clinician_offer_decision_date": dates(rows.clinician_offer, day),
        "clinic_code": clinic_codes(history, rows.pathway),
        "is_deleted": pa.array(history.withdrawn_on[chosen] <= day),
        **service_columns(history, rows.pathway),
        **clinic_columns(history.trust, history.clinic_days, history.appointments, chosen, day),
    }
    return pa.table(columns)


def _entries(history: History, day: int, since: int | None) -> pa.Table:
    rows = history.entries
    to_come_in = np.where(rows.to_come_in < NEVER, rows.to_come_in_known, NEVER)
    chosen = _chosen(
        rows.decided, day, since, to_come_in, rows.date_declined, rows.treatment_declined, rows.removed, rows.validated
    )
    rows = rows.only(chosen)
    is_removed = rows.removed <= day
    columns = {
        "waiting_list_entry_identifier": record_identifiers(history.trust, "W", chosen),
        **pathway_columns(history, rows.pathway),
        "decided_to_admit_date": dates(rows.decided),
        "decision_reason": named(REASONS, rows.reason),
        "elective_admission_type_code": numbers(rows.kind),
        "intended_management_code": numbers(rows.management),
        "offered_for_admission_date": dates(np.where(rows.to_come_in_known <= day, rows.to_come_in, NEVER)),
        "planned_due_date": dates(rows.planned_due),
        "procedure_priority_code": prefixed("P", rows.priority, hidden=rows.priority == 0),
        "date_declined_date": dates(rows.date_declined, day),
        "treatment_declined_date": dates(rows.treatment_declined, day),
        "removal_date": dates(rows.removed, day),
        "elective_admission_list_removal_reason_code": numbers(rows.removal_reason, hidden=~is_removed),
        "last_pas_validation_date": dates(rows.validated, day),
        **service_columns(history, rows.pathway),
    }
    return pa.table(columns)


def _spells(history: History, day: int, since: int | None) -> pa.Table:
    rows = history.spells
    chosen = _chosen(rows.admitted, day, since, rows.left, rows.not_needed)
    rows = rows.only(chosen)
    is_open_question = (rows.not_needed < NEVER) & (rows.not_needed > day)
    columns = {
        "hospital_provider_spell_identifier": record_identifiers(history.trust, "S", chosen),
        **pathway_columns(history, rows.pathway),
        "start_date_hospital_provider_spell": dates(rows.admitted),
        "discharge_date_hospital_provider_spell": dates(rows.left, day),
        "admission_method_code": numbers(rows.method),
        "spell_result": named(RESULTS, np.where(is_open_question, -1, rows.result)),
        "no_admission_needed_date": dates(rows.not_needed, day),
        "referral_to_treatment_period_status": numbers(rows.status, hidden=is_open_question),
        **service_columns(history, rows.pathway),
    }
    return pa.table(columns)
