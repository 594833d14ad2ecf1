"""The follow-up requests, PIFU episodes and requests for advice of the made-up trusts, from their attendances and referrals."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clockstop.synthetic.clinic_days import ATTENDED
from clockstop.synthetic.extract_columns import (
    clinic_codes,
    dates,
    named,
    pathway_columns,
    pathway_identifiers,
    record_identifiers,
    service_columns,
)
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.people import COMMISSIONERS, PRACTICES
from clockstop.synthetic.records import History

RISKS = ("high", "medium", "low")
MADE_LATER = 3  # outcome of attendance: an appointment to be made later
# Weeks after which patients are to be seen again, and how much later is still in time (a quarter of them).
WEEKS = np.array([4, 6, 8, 12, 16, 26, 39, 52])
WEEK_SHARES = np.array([0.08, 0.18, 0.16, 0.22, 0.08, 0.16, 0.04, 0.08])
WITHOUT_DATE_SHARE = 0.012
# Of those never seen again on the pathway: withdrawn in time (discharged, moved), booked ahead; the rest stay open.
WITHDRAWN_SHARE = 0.92
BOOKED_SHARE = 0.55
PIFU_SHARE = 0.045
PIFU_DAYS = np.array([91, 182, 365])
ADVICE_OUTCOMES = ("returned_with_advice", "converted", "straight_to_test", "redirected")
ADVICE_A_REFERRAL, CONVERTED_SHARE = 0.24, 0.3


@dataclass(frozen=True)
class Requests:
    """Follow-up requests as parallel arrays; `latest` is NEVER where nobody said by when."""

    pathway: NDArray[np.int32]
    requested: NDArray[np.int32]
    due: NDArray[np.int32]
    latest: NDArray[np.int32]
    risk: NDArray[np.int64]
    booked: NDArray[np.int32]
    booked_on: NDArray[np.int32]
    closed: NDArray[np.int32]
    was_seen: NDArray[np.bool_]


def requests_of(found: History, rng: np.random.Generator) -> Requests:
    """A request for each attendance after which another was to be made later."""
    rows = found.appointments
    asked = np.flatnonzero((rows.next_step == MADE_LATER) & np.isin(rows.outcome, ATTENDED) & (rows.first < 5))
    pathway, requested = rows.pathway[asked], np.maximum(rows.day, rows.known)[asked]
    number = len(asked)
    weeks = rng.choice(WEEKS, number, p=WEEK_SHARES)
    seen, booked_on = _next_seen(found, pathway, rows.day[asked])
    is_seen = seen < NEVER
    # Who was seen again was mostly due about then; a few were late.
    due = np.where(is_seen, seen - rng.integers(-21, 30, number), requested + weeks * 7)
    due = np.maximum(due, requested + 7)
    latest = due + np.maximum((due - requested) // 4, 3)
    no_date = rng.random(number) < WITHOUT_DATE_SHARE
    withdrawn = ~is_seen & (rng.random(number) < WITHDRAWN_SHARE)
    closed = np.where(is_seen, seen, np.where(withdrawn, requested + rng.integers(3, 60, number), NEVER))
    ahead = ~is_seen & ~withdrawn & (rng.random(number) < BOOKED_SHARE)
    booked = np.where(is_seen, seen, np.where(ahead, latest + rng.integers(-35, 90, number), NEVER))
    on = np.where(is_seen, booked_on, np.where(ahead, booked - rng.integers(20, 70, number), NEVER))
    risk = np.searchsorted(np.array([0.12, 0.5]), rng.random(number))
    return Requests(
        pathway, requested.astype(np.int32), np.where(no_date, NEVER, due).astype(np.int32),
        np.where(no_date, NEVER, latest).astype(np.int32), risk, booked.astype(np.int32),
        np.maximum(on, requested).astype(np.int32), np.maximum(closed, requested).astype(np.int32), is_seen,
    )  # fmt: skip


def _next_seen(found: History, pathway: NDArray[np.int32], after: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """The day on which each pathway was next attended after a day, and the day on which that was booked; NEVER where it was not."""
    rows = found.appointments
    kept = np.flatnonzero(np.isin(rows.outcome, ATTENDED) & (rows.first < 5))
    key = rows.pathway[kept].astype(np.int64) * 100_000 + rows.day[kept]
    order = np.argsort(key, kind="stable")
    place = np.searchsorted(key[order], pathway.astype(np.int64) * 100_000 + after, side="right")
    is_there = place < len(order)
    nearest = kept[order[np.where(is_there, place, 0)]]
    is_same = is_there & (rows.pathway[nearest] == pathway)
    return np.where(is_same, rows.day[nearest], NEVER), np.where(is_same, rows.booked[nearest], NEVER)


def request_rows(found: History, requests: Requests, day: int) -> pa.Table:
    """The extract of follow-up requests at the end of `day`."""
    kept = np.flatnonzero(requests.requested <= day)
    pathway, closed = requests.pathway[kept], requests.closed[kept]
    is_closed = closed <= day
    return pa.table(
        {
            "follow_up_request_identifier": record_identifiers(found.trust, "F", kept),
            **pathway_columns(found, pathway),
            "requested_date": dates(requests.requested[kept]),
            "due_date": dates(requests.due[kept]),
            "latest_clinically_appropriate_date": dates(requests.latest[kept]),
            "risk_category": named(RISKS, requests.risk[kept]),
            "booked_date": dates(np.where(requests.booked_on[kept] <= day, requests.booked[kept], NEVER)),
            "closed_date": dates(closed, day),
            "closed_reason": named(
                ("Seen", "Discharged or moved to PIFU"), np.where(is_closed, np.where(requests.was_seen[kept], 0, 1), -1)
            ),
            "clinic_code": clinic_codes(found, pathway),
            **service_columns(found, pathway),
        }
    )


def pifu_rows(found: History, rng: np.random.Generator, day: int) -> pa.Table:
    """Episodes of PIFU: some of the attendances end in one; most of those that run out are discharged within days."""
    rows = found.appointments
    attended = np.flatnonzero(np.isin(rows.outcome, ATTENDED) & (rows.first < 5))
    chosen = attended[rng.random(len(attended)) < PIFU_SHARE]
    start, number = np.maximum(rows.day, rows.known)[chosen], len(chosen)
    expiry = start + rng.choice(PIFU_DAYS, number, p=[0.3, 0.5, 0.2])
    closed = np.where(rng.random(number) < 0.88, expiry + rng.integers(0, 12, number), NEVER)
    kind, contacts = rng.random(number) < 0.35, rng.poisson(0.25, number)
    kept = np.flatnonzero(start <= day)
    is_closed = closed[kept] <= day
    return pa.table(
        {
            "pifu_episode_identifier": record_identifiers(found.trust, "P", kept),
            **pathway_columns(found, rows.pathway[chosen][kept]),
            "start_date": dates(start[kept]),
            "expiry_date": dates(expiry[kept]),
            "pifu_type": named(("discharge", "long_term"), kind[kept].astype(np.int64)),
            "contacts": pa.array(contacts[kept].astype(np.int64)),
            "closed_date": dates(closed[kept], day),
            "closed_reason": named(("Discharged",), np.where(is_closed, 0, -1)),
            **service_columns(found, rows.pathway[chosen][kept]),
        }
    )


def advice_rows(found: History, rng: np.random.Generator, day: int) -> pa.Table:
    """Requests for advice: three in ten became one of the referrals, the others ended with an answer."""
    referrals = found.referrals
    chosen = np.flatnonzero(rng.random(len(referrals)) < ADVICE_A_REFERRAL)
    number = len(chosen)
    is_converted = rng.random(number) < CONVERTED_SHARE
    took = rng.gamma(1.6, 2.2, number).astype(np.int64)
    referred = referrals.received[chosen].astype(np.int64)
    requested = np.where(is_converted, referred - took, referred + rng.integers(-20, 20, number))
    answered = np.where(rng.random(number) < 0.03, NEVER, requested + took)
    answered = np.where(is_converted, referred, answered)
    outcome = np.where(is_converted, 1, rng.choice([0, 2, 3], number, p=[0.8, 0.09, 0.11]))
    channel = rng.random(number) < 0.3
    # Some came back as a referral after all, within weeks of the advice.
    came_back = (outcome == 0) & (rng.random(number) < 0.09) & (answered < NEVER)
    referred_on = np.where(is_converted, referred, np.where(came_back, answered + rng.integers(5, 120, number), NEVER))
    kept = np.flatnonzero(requested <= day)
    is_answered = answered[kept] <= day
    pathway = referrals.pathway[chosen][kept]
    person = found.own.person[pathway]
    linked = is_converted[kept] & is_answered
    names = pathway_identifiers(found.trust, pathway)
    return pa.table(
        {
            "specialist_advice_identifier": record_identifiers(found.trust, "Q", kept),
            "patient_pathway_identifier": pa.array(np.where(linked, names.to_numpy(zero_copy_only=False), None), pa.string()),
            "request_received_date": dates(requested[kept]),
            "advice_channel": named(("pre_referral", "post_referral"), channel[kept].astype(np.int64)),
            "response_date": dates(answered[kept], day),
            "advice_outcome": named(ADVICE_OUTCOMES, np.where(is_answered, outcome[kept], -1)),
            "referral_request_received_date": dates(referred_on[kept], day),
            "referring_practice": named(PRACTICES, found.persons.practice[person]),
            "commissioner": named(COMMISSIONERS, found.persons.commissioner[person]),
            **service_columns(found, pathway),
        }
    )
