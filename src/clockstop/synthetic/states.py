"""What is so without being a fault: the pathways that data-quality flags about the state of a list should find on the last day.

Worked out from the histories, in numbers, by nothing of the rules room: a second opinion on the flags (RTT-R51, flags 7, 9, 10,
12, 16, 19, 20, 22 and 24) with the readings as they stand by default.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic.extract_columns import pathway_identifiers
from clockstop.synthetic.pathways import NEVER, function_of
from clockstop.synthetic.records import History

Days = NDArray[np.int32]
Chosen = NDArray[np.bool_]
STEP_DAYS = 14
RECENT_DAYS = 84
SOON_DAYS = 28
REVIEW_DAYS = 84
PRIORITY_DAYS = {1: 3, 2: 28, 3: 84, 4: 182}
DIAGNOSTIC = 3
# The list before the last lies three days back (deliveries.py); who waits over 18 weeks by then is missed from it.
LIST_BEFORE_DAYS, OVER_18_WEEKS = 3, 126
ACTIVE, PLANNED = (11, 12), 13


def state_rows(found: History) -> pa.Table:
    """One row a flag and pathway of the trust."""
    parts = [(flag, np.flatnonzero(chosen).astype(np.int32)) for flag, chosen in states(found).items()]
    return pa.table(
        {
            "trust": pa.array([found.trust.code for _, chosen in parts for _ in chosen], pa.string()),
            "flag": pa.array([flag for flag, chosen in parts for _ in chosen], pa.string()),
            "patient_pathway_identifier": pathway_identifiers(found.trust, np.concatenate([chosen for _, chosen in parts])),
        }
    )


def states(found: History) -> dict[str, Chosen]:
    """By flag, which pathways have it."""
    is_waiting = found.standing.waiting_from < NEVER
    decided, coded, reviewed = _decisions(found)
    return {
        "exact_duplicate": _registered_twice(found),
        "possible_duplicate": _wait_twice(found) & is_waiting,
        "no_next_step": is_waiting & (_ahead(found) == NEVER) & ~(found.standing.until - decided <= STEP_DAYS),
        "planned": _overdue(found),
        "validation": is_waiting & _is_unvalidated(found, decided),
        "priority": is_waiting & _is_unreviewed(found, decided, coded, reviewed),
        "monitoring_review": _is_forgotten(found),
        "pop_on": is_waiting & _came_back(found),
        "status_contradicts": is_waiting & _seen_outside(found),
    }


def _seen_outside(found: History) -> Chosen:
    """Seen after treatment or under monitoring (90 to 98) though the next clock runs: a follow-up of the one before."""
    rows, chosen = found.appointments, np.zeros(len(found.own), dtype=bool)
    outside = np.isin(rows.outcome, [5, 6]) & np.isin(rows.status, [90, 91, 92, 98]) & (rows.day <= found.standing.until)
    chosen[rows.pathway[outside & (rows.day >= found.standing.waiting_from[rows.pathway])]] = True
    return chosen


def _registered_twice(found: History) -> Chosen:
    """Another pathway of the person in the same service starts on the same day, as chance has it."""
    own, chosen = found.own, np.zeros(len(found.own), dtype=bool)
    rows = np.flatnonzero(own.received <= found.standing.until)
    key = (own.person[rows].astype(np.int64) * 1000 + own.service[rows]) * 100_000 + own.start[rows]
    _, group, count = np.unique(key, return_inverse=True, return_counts=True)
    chosen[rows[count[group] > 1]] = True
    return chosen


def _came_back(found: History) -> Chosen:
    """A stop that stood in the list before was taken back in the last delivery."""
    until, chosen = found.standing.until, np.zeros(len(found.own), dtype=bool)
    taken_back = (found.corrected_from >= 30) & (found.corrected_from < 90) & (found.corrected_on > until - LIST_BEFORE_DAYS)
    chosen[found.appointments.pathway[taken_back & (found.corrected_on <= until)]] = True
    return chosen & (until - LIST_BEFORE_DAYS - found.standing.waiting_from > OVER_18_WEEKS)


def _wait_twice(found: History) -> Chosen:
    """Another pathway of the person waits under the same reported function, from another day (the same: `_registered_twice`)."""
    waiting = np.flatnonzero(found.standing.waiting_from < NEVER)
    functions = {name: place for place, name in enumerate(sorted({function_of(one) for one in found.trust.services}))}
    of_service = np.array([functions[function_of(one)] for one in found.trust.services])
    key = found.own.person[waiting].astype(np.int64) * 100 + of_service[found.own.service[waiting]]
    start = found.standing.waiting_from[waiting]
    order = np.lexsort((start, key))
    key, start, waiting = key[order], start[order], waiting[order]
    _, group, count = np.unique(key, return_inverse=True, return_counts=True)
    firsts = np.full(len(count), NEVER, dtype=np.int64)
    lasts = np.zeros(len(count), dtype=np.int64)
    np.minimum.at(firsts, group, start)
    np.maximum.at(lasts, group, start)
    chosen = np.zeros(len(found.own), dtype=bool)
    chosen[waiting[firsts[group] != lasts[group]]] = True
    return chosen


def _ahead(found: History) -> Days:
    """By pathway, the day of the next appointment or date to come in; `NEVER` where nothing lies ahead."""
    until, visits, entries = found.standing.until, found.appointments, found.entries
    ahead = np.full(len(found.own), NEVER, dtype=np.int32)
    stands = (visits.booked <= until) & (visits.day > until) & (visits.cancelled > until) & (found.withdrawn_on > until)
    np.minimum.at(ahead, visits.pathway[stands & (visits.first != 5)], visits.day[stands & (visits.first != 5)])
    beds = (entries.to_come_in > until) & (entries.to_come_in < NEVER) & (entries.to_come_in_known <= until)
    beds &= (entries.removed > until) & (entries.decided <= until)
    np.minimum.at(ahead, entries.pathway[beds], entries.to_come_in[beds])
    return ahead


def _decisions(found: History) -> tuple[Days, Days, Days]:
    """By pathway the decision to admit that stands, its priority and the last look at it; a day long past where none does."""
    until, entries = found.standing.until, found.entries
    stands = np.isin(entries.kind, ACTIVE) & (entries.reason != DIAGNOSTIC) & (entries.removed > until)
    stands &= (entries.decided <= until) & (entries.decided >= found.standing.waiting_from[entries.pathway])
    rows = np.flatnonzero(stands)
    rows = rows[np.argsort(entries.decided[rows], kind="stable")]
    decided, coded, reviewed = (np.full(len(found.own), -NEVER // 2, dtype=np.int32) for _ in range(3))
    pathway = entries.pathway[rows]
    decided[pathway], coded[pathway] = entries.decided[rows], entries.priority[rows]
    looked = np.where(entries.validated[rows] <= until, entries.validated[rows], entries.decided[rows])
    reviewed[pathway] = np.maximum(looked, entries.decided[rows])
    return decided, coded, reviewed


def _overdue(found: History) -> Chosen:
    until, entries = found.standing.until, found.entries
    late = (entries.kind == PLANNED) & (entries.decided <= until) & (entries.removed > until) & (entries.planned_due < until)
    chosen = np.zeros(len(found.own), dtype=bool)
    chosen[entries.pathway[late]] = True
    return chosen


def _is_unvalidated(found: History, decided: Days) -> Chosen:
    """Waited more than 84 days, nothing recent, nothing soon, and no validation of the last 83 days (RTT-R50)."""
    until, start = found.standing.until, found.standing.waiting_from
    is_recent = (until - _seen_last(found, since=start) <= RECENT_DAYS) | (until - decided <= RECENT_DAYS)
    is_soon = _ahead(found) <= until + SOON_DAYS
    return (until - start > RECENT_DAYS) & ~is_recent & ~is_soon & ~(until - _validated(found) < RECENT_DAYS)


def _validated(found: History) -> Days:
    """By pathway the last validation of its referral or of an entry; a day long past where there was none."""
    until, referrals, entries = found.standing.until, found.referrals, found.entries
    last = np.full(len(found.own), -NEVER // 2, dtype=np.int32)
    day = np.where(referrals.validated <= until, referrals.validated, referrals.validated - RECENT_DAYS)
    known = (day > referrals.received) & (day <= until)
    np.maximum.at(last, referrals.pathway[known], day[known].astype(np.int32))
    known = (entries.validated <= until) & (entries.decided <= until)
    np.maximum.at(last, entries.pathway[known], entries.validated[known])
    return last


def _is_unreviewed(found: History, decided: Days, coded: Days, reviewed: Days) -> Chosen:
    """Listed without a P code, or with one whose time is over."""
    age = found.standing.until - reviewed
    is_late = np.zeros(len(decided), dtype=bool)
    for code, days in PRIORITY_DAYS.items():
        is_late |= (coded == code) & (age > days)
    return (decided > 0) & ((coded == 0) | is_late)


def _is_forgotten(found: History) -> Chosen:
    since = found.standing.monitored_from
    seen = np.maximum(since, _seen_last(found, since=np.zeros(len(since), dtype=np.int32)))
    return (since < NEVER) & (found.standing.until - seen > REVIEW_DAYS)


def _seen_last(found: History, *, since: Days) -> Days:
    """By pathway the last attendance on or after a day; a day long past where there was none."""
    rows = found.appointments
    attended = np.isin(rows.outcome, [5, 6]) & (rows.first != 5) & (rows.day <= found.standing.until)
    attended &= (rows.known <= found.standing.until) & (found.withdrawn_on > found.standing.until)
    attended &= rows.day >= since[rows.pathway]
    last = np.full(len(found.own), -NEVER // 2, dtype=np.int32)
    np.maximum.at(last, rows.pathway[attended], rows.day[attended])
    return last
