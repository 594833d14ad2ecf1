"""Where data faults are planted: which records have one, so that what finds them can be scored.

A record keeps its fault in every delivery, but for those that are a change between two deliveries. The kinds and their rates are
declared in fault_kinds.py; planting.py writes them into the extracts.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic.admissions import TREATED
from clockstop.synthetic.extract_columns import FIRST_RECORD, pathway_identifiers
from clockstop.synthetic.fault_kinds import FAULTS, Fault
from clockstop.synthetic.organisations import TRUSTS, FileForm
from clockstop.synthetic.pathways import NEVER, Route
from clockstop.synthetic.records import History
from clockstop.synthetic.working_calendar import Calendar

__all__ = ["FAULTS", "Fault", "Marks", "fault_rows", "faulted_pathways", "marks"]

Marks = dict[str, NDArray[np.int8]]
DATASETS = ("referrals", "appointments", "waiting_list_entries", "spells")
SETTLED_DAYS = 150
# A pathway whose stop was lost, or that was registered twice, is found by a validator by then; so these faults are younger.
FOUND_DAYS = 168
ENTERED_DAYS = 14
# The last delivery holds what changed in so many days; a referral that was validated then is sent again in it.
LAST_DELIVERY_DAYS = 3
# A start that moves does so by three weeks.
MOVED_DAYS = 21
OVER_18_WEEKS_DAYS = 127
CLOSED_DAYS = 20
# Treated so long ago that the list should be tidy; and dead so long before the first delivery that all tell of it.
TIDY_DAYS, DIED_DAYS = 30, 20
# A person with so many referrals has a hospital number that is known to be the usual one.
KNOWN_REFERRALS = 3
# A small group has one of each kind at least: in the trust with the most faults.
HAS_EACH_KIND = max(TRUSTS, key=lambda trust: trust.fault_factor).code


def marks(found: History, days: Calendar, rng: np.random.Generator) -> Marks:
    """By dataset, each record's fault: its place in `FAULTS`, or -1. Only settled records have one: it never heals itself.

    A fault that leaves a pathway open is younger than `FOUND_DAYS`, or the list would fill with pathways that no hospital keeps.
    """
    return {dataset: _marks(found, dataset, days, rng) for dataset in DATASETS}


def _marks(found: History, dataset: str, days: Calendar, rng: np.random.Generator) -> NDArray[np.int8]:
    number = len(_records(found, dataset))
    draw, marked, taken = rng.random(number), np.full(number, -1, dtype=np.int8), 0.0
    for place, fault in enumerate(FAULTS):
        if fault.dataset != dataset:
            continue
        rate = fault.rate * found.trust.fault_factor
        could = _could(found, fault, days.until - SETTLED_DAYS)
        chosen = (draw >= taken) & (draw < taken + rate) & could
        if found.trust.code == HAS_EACH_KIND and not chosen.any():
            chosen[np.flatnonzero(could & (marked < 0))[:1]] = True
        marked[chosen], taken = place, taken + rate
    return marked


def _records(found: History, dataset: str):
    by_name = {
        "referrals": found.referrals,
        "appointments": found.appointments,
        "waiting_list_entries": found.entries,
        "spells": found.spells,
    }
    return by_name[dataset]


def _could(found: History, fault: Fault, settled: int) -> NDArray[np.bool_]:
    """Where the fault can be: on records that were complete by the day `settled`, and hold what it spoils."""
    seen, booked = found.referrals, found.appointments
    was_seen = np.isin(booked.outcome, [5, 6]) & (booked.first != 5) & (found.withdrawn_on == NEVER)
    stops = (booked.status >= 30) & (booked.status < 90)
    was_seen &= np.where(stops, _is_young(booked.known, settled), booked.known <= settled)
    lives = seen.died == NEVER
    listed = found.entries
    cases = {
        "discharge_before_referral": seen.discharged <= settled,
        "start_before_birth": (seen.received <= settled) & lives,
        "future_start": (seen.received <= settled) & lives,
        "unknown_status": was_seen & (booked.status == 30),
        "missing_status": was_seen & (booked.status > 0),
        "status_not_known": was_seen & (booked.status > 0),
        "removed_before_decision": listed.removed <= settled,
        "missing_decision_date": listed.removed <= settled,
        "planned_without_due_date": listed.planned_due < NEVER,
        "duplicate_key": listed.removed <= settled,
        "discharge_before_admission": _is_young(found.spells.left, settled),
        "treated_but_open": _is_young(found.spells.admitted, settled) & (found.spells.result == TREATED),
        "duplicate_pathway": _is_young(seen.received, settled),
        "identifier_shared": _is_young(seen.received, settled) & (seen.route != Route.transfer),
        "treated_and_listed": _was_treated_from_list(found, settled + SETTLED_DAYS),
        "second_hospital_number": (seen.received <= settled) & (_referrals_of_person(found) >= KNOWN_REFERRALS),
        "missing_referral": (seen.received <= settled) & _was_seen(found)[seen.pathway],
        **_of_the_waiting(found, settled + SETTLED_DAYS),
    }
    by_dataset = {"referrals": seen.received <= settled, "appointments": was_seen}
    return cases[fault.kind] if fault.kind in cases else by_dataset[fault.dataset]


def _is_young(day: NDArray[np.int32], settled: int) -> NDArray[np.bool_]:
    """Entered by the last day, and not so long ago that a validator has found it."""
    until = settled + SETTLED_DAYS
    return (day <= until - ENTERED_DAYS) & (day > until - FOUND_DAYS)


def _of_the_waiting(found: History, until: int) -> dict[str, NDArray[np.bool_]]:
    """Where faults can be that bear on the list of the last day."""
    seen, booked, listed, standing = found.referrals, found.appointments, found.entries, found.standing
    waits = standing.waiting_from[seen.pathway]
    is_waiting = (waits < NEVER) & (standing.waiting_number[seen.pathway] == 1) & (seen.route != Route.re_referral)
    is_sent_again = is_waiting & (seen.validated > until - LAST_DELIVERY_DAYS) & (seen.validated <= until)
    is_plain = np.isin(seen.route, [Route.letter, Route.e_rs]) & (seen.rejected == NEVER)
    has_visit = first_visits(found)[seen.pathway] < until - ENTERED_DAYS
    monitored = standing.monitored_from[seen.pathway]
    continues = np.isin(booked.outcome, [5, 6]) & np.isin(booked.status, [10, 20]) & (found.withdrawn_on == NEVER)
    continues &= found.corrected_on == NEVER
    is_standing = np.isin(listed.kind, [11, 12]) & (listed.reason == 0) & (listed.removed > until)
    return {
        "priority_missing": is_waiting,
        "closed_but_open": is_waiting & (waits < until - CLOSED_DAYS - SETTLED_DAYS // 3) & (seen.discharged > until),
        "default_date": is_waiting & is_plain & has_visit,
        "slot_issue_unlisted": is_plain & (monitored < until - 3 * CLOSED_DAYS) & (seen.discharged == NEVER),
        "start_moved": is_sent_again & is_plain,
        "late_registration": is_sent_again & (waits < until - OVER_18_WEEKS_DAYS - 2 * ENTERED_DAYS) & is_plain,
        "status_contradicts": continues & (booked.known <= until) & (booked.day > standing.waiting_from[booked.pathway]),
        "decision_before_start": is_standing & (standing.waiting_number[listed.pathway] == 1) & (listed.decided <= until),
        "died_and_booked": _is_booked(found, until)[seen.pathway] & is_waiting & is_plain & (_referrals_of_person(found) == 1),
    }


def _is_booked(found: History, until: int) -> NDArray[np.bool_]:
    """By pathway, whether a visit is to come that was booked before the first delivery."""
    rows, is_booked = found.appointments, np.zeros(len(found.own), dtype=bool)
    to_come = (rows.day > until) & (rows.booked <= until - DIED_DAYS) & (rows.known > until) & (rows.first != 5)
    is_booked[rows.pathway[to_come & (found.withdrawn_on == NEVER)]] = True
    return is_booked


def _referrals_of_person(found: History) -> NDArray[np.int64]:
    """Of each referral, how many its person has."""
    person = found.own.person[found.referrals.pathway]
    return np.bincount(person, minlength=len(found.persons))[person]


def _was_treated_from_list(found: History, until: int) -> NDArray[np.bool_]:
    """Entries of the list that ended with a treatment some weeks ago, whose spell says so."""
    listed, stays = found.entries, found.spells
    admitted = np.zeros(len(found.own), dtype=np.int32)
    is_treated = (stays.result == TREATED) & (stays.admitted <= until - TIDY_DAYS)
    np.maximum.at(admitted, stays.pathway[is_treated], stays.admitted[is_treated])
    is_removed = (listed.removed <= until - TIDY_DAYS) & (listed.removed > until - FOUND_DAYS)
    is_waited_for = np.isin(listed.kind, [11, 12]) & (listed.treatment_declined == NEVER)
    return is_removed & is_waited_for & (admitted[listed.pathway] >= listed.decided)


def _was_seen(found: History) -> NDArray[np.bool_]:
    """By pathway, whether the patient was ever seen."""
    was_seen = np.zeros(len(found.own), dtype=bool)
    was_seen[found.appointments.pathway[np.isin(found.appointments.outcome, [5, 6]) & (found.appointments.first != 5)]] = True
    return was_seen


def first_visits(found: History) -> NDArray[np.int32]:
    """By pathway, the day of the first attendance; `NEVER` where there is none, or it was booked on its very day."""
    rows = found.appointments
    first = np.full(len(found.own), NEVER, dtype=np.int32)
    attended = np.flatnonzero(np.isin(rows.outcome, [5, 6]) & (rows.first != 5) & (found.withdrawn_on == NEVER))
    attended = attended[np.argsort(-rows.day[attended], kind="stable")]
    first[rows.pathway[attended]] = np.where(rows.booked[attended] < rows.day[attended], rows.day[attended], NEVER)
    return np.where(first > found.standing.until, NEVER, first).astype(np.int32)


def fault_rows(found: History, marked: Marks, form: FileForm) -> pa.Table:
    """One row a planted fault: what, where, on which record, and the reason that intake should give."""
    parts = [_fault_rows(found, dataset, marked[dataset], form) for dataset in marked]
    return pa.concat_tables([*parts, _brought_about(found, marked, form)])


def _fault_rows(found: History, dataset: str, marked: NDArray[np.int8], form: FileForm) -> pa.Table:
    records = np.flatnonzero(marked >= 0)
    return _told(found, dataset, records, [FAULTS[number] for number in marked[records]], form)


def _brought_about(found: History, marked: Marks, form: FileForm) -> pa.Table:
    """What a fault of a referral makes wrong in its appointments: attended with no referral, booked after the death."""
    rows, until = found.appointments, found.standing.until
    there = (np.where(rows.first == 5, rows.known, rows.booked) <= until) & (found.withdrawn_on == NEVER)
    attended = there & (rows.known <= until) & np.isin(rows.outcome, [5, 6]) & (rows.first != 5)
    takes_place = there & (rows.first != 5) & ((rows.known > until) | ~np.isin(rows.outcome, [2, 4]))
    after = takes_place & (rows.day > until - DIED_DAYS + 1)
    lost = [place for place, fault in enumerate(FAULTS) if fault.kind == "missing_referral" or fault.reason]
    dead = [place for place, fault in enumerate(FAULTS) if fault.kind == "died_and_booked"]
    parts = []
    for places, of, could in ((lost, "attended_without_referral", attended), (dead, "booked_after_death", after)):
        is_marked = _all_marked(found, np.isin(marked["referrals"], places))
        records = np.flatnonzero(could & is_marked[rows.pathway] & (marked["appointments"] < 0))
        fault = Fault(kind=of, dataset="appointments", column="patient_pathway_identifier", rate=0.0)
        parts.append(_told(found, "appointments", records, [fault] * len(records), form))
    return pa.concat_tables(parts)


def _all_marked(found: History, is_marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """By pathway, whether all its referrals are marked, of which there is one at least."""
    pathway, number = found.referrals.pathway, len(found.own)
    every, those = np.bincount(pathway, minlength=number), np.bincount(pathway[is_marked], minlength=number)
    return (those == every) & (every > 0)


def _told(found: History, dataset: str, records: NDArray[np.int64], chosen: list[Fault], form: FileForm) -> pa.Table:
    reasons = [_reason(fault, form) for fault in chosen]
    letter = {"referrals": "R", "appointments": "A", "waiting_list_entries": "W", "spells": "S"}[dataset]
    identifiers = [f"{found.trust.prefix}{letter}{FIRST_RECORD + record}" for record in records]
    return pa.table(
        {
            "trust": pa.repeat(pa.scalar(found.trust.code), len(records)),
            "fault": pa.array([fault.kind for fault in chosen], pa.string()),
            "dataset": pa.repeat(pa.scalar(dataset), len(records)),
            "record_identifier": pa.array(identifiers, pa.string()),
            "patient_pathway_identifier": pathway_identifiers(found.trust, _records(found, dataset).pathway[records]).cast(
                pa.string()
            ),
            "column": pa.array([fault.column for fault in chosen], pa.string()),
            "flag": pa.array([fault.flag for fault in chosen], pa.string()),
            "also": pa.array([" ".join(fault.also) for fault in chosen], pa.string()),
            "is_set_aside": pa.array([bool(reason) for reason in reasons], pa.bool_()),
            "reason": pa.array(reasons, pa.string()),
        }
    )


def _reason(fault: Fault, form: FileForm) -> str:
    return "date_too_late" if fault.kind == "impossible_date" and form in ("parquet", "xlsx") else fault.reason


def faulted_pathways(found: History, marked: Marks) -> NDArray[np.bool_]:
    """By pathway, whether any of its records has a fault: its clock may differ from the truth."""
    is_faulted = np.zeros(len(found.own), dtype=bool)
    for dataset, places in marked.items():
        is_faulted[_records(found, dataset).pathway[places >= 0]] = True
    return is_faulted
