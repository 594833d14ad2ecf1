"""Random requests and appointments: the facts say of every day what the plain twin says."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import diagnostic_tables
from clockstop.store.engine import open_engine
from oracles.diagnostic_twin import on_list, waited

FIRST, DAYS, REQUESTS = date(2026, 1, 1), 200, 60
OUTCOMES = (
    "dna",
    "patient_cancelled",
    "refused",
    "provider_cancelled",
    "equipment_failure",
    "unfit",
    "abandoned",
    "done",
    "booked",
)
BY_THE_DAY = {"dna", "abandoned", "done", "equipment_failure", "unfit"}
TYPES = ("waiting_list", "waiting_list", "waiting_list", "planned", "unscheduled")


def _requests(rng):
    def one(place):
        made = FIRST + timedelta(days=int(rng.integers(DAYS)))
        kind = TYPES[rng.integers(len(TYPES))]
        due = made + timedelta(days=int(rng.integers(-10, 90))) if kind == "planned" and rng.random() < 0.9 else None
        return {
            "diagnostic_request_identifier": f"R{place:03}",
            "diagnostic_test": "OTHER" if rng.random() < 0.05 else "CT",
            "request_type": kind,
            "request_date": made,
            "planned_due_date": due,
            "diagnostic_exclusion": "private" if rng.random() < 0.05 else None,
            "removal_date": made + timedelta(days=int(rng.integers(100))) if rng.random() < 0.15 else None,
        }

    return [one(place) for place in range(REQUESTS)]


def _appointments(rng, requests):
    """Up to six appointments a request, one after another: each is offered after what became of the one before."""
    for request in requests:
        # Two days apart, so that nothing of one appointment falls on a day of the next: the order of a day is the specs' matter.
        offered = request["request_date"] + timedelta(days=2)
        for _turn in range(int(rng.integers(7))):
            offered += timedelta(days=int(rng.integers(3)))
            day = offered + timedelta(days=int(rng.integers(1, 40)))
            outcome = OUTCOMES[rng.integers(len(OUTCOMES))]
            told = day if outcome in BY_THE_DAY else offered + timedelta(days=int(rng.integers((day - offered).days + 1)))
            yield {
                "diagnostic_request_identifier": request["diagnostic_request_identifier"],
                "offered_on_date": offered,
                "appointment_date": day,
                "appointment_outcome": outcome,
                "outcome_date": told if outcome not in {*BY_THE_DAY, "booked"} else None,
            }
            if outcome in {"done", "booked"}:
                break
            offered = told + timedelta(days=2)


@pytest.mark.slow
@given(seed=st.integers(0, 2**32), ahead=st.integers(0, DAYS + 60))
@settings(max_examples=6, deadline=None, derandomize=True, phases=[Phase.generate])
def test_the_list_of_every_day_is_that_of_the_twin(seed, ahead):
    """A census of the periods, and the list as known on the day itself, name the waits and days that the twin names."""
    rng = np.random.default_rng(seed)
    requests = _requests(rng)
    appointments = list(_appointments(rng, requests))
    of_request = {one["diagnostic_request_identifier"]: [] for one in requests}
    for one in appointments:
        of_request[one["diagnostic_request_identifier"]].append(one)
    known = FIRST + timedelta(days=ahead)
    columns = ("diagnostic_wait_identifier", "listed_date", "start_date", "end_date", "days_waited")
    engine = open_engine()
    try:
        given_tables = pa.Table.from_pylist(requests), pa.Table.from_pylist(appointments)
        later = FIRST + timedelta(days=2 * DAYS)
        whole, then = (
            diagnostic_tables.rows(
                engine, diagnostic_tables.fact("diagnostic_waits", engine, *given_tables, as_of=day), *columns, by=columns[0]
            )
            for day in (later, known)
        )
    finally:
        engine.close()
    for step in range(0, 2 * DAYS, 9):
        day = FIRST + timedelta(days=step)
        assert _census(whole, day) == _twin(requests, of_request, day), day
    assert _census(then, known) == _twin(requests, of_request, known)


def _census(waits, day):
    standing = [one for one in waits if one["listed_date"] <= day and (one["end_date"] is None or one["end_date"] > day)]
    found = {one["diagnostic_wait_identifier"]: waited(one["start_date"], day) for one in standing}
    assert len(found) == len(standing), "a wait stands twice on one list"
    return found


def _twin(requests, of_request, day):
    starts = {
        one["diagnostic_request_identifier"]: on_list(one, of_request[one["diagnostic_request_identifier"]], day)
        for one in requests
    }
    return {request: waited(start, day) for request, start in starts.items() if start is not None}
