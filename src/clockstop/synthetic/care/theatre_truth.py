"""What is right about theatres of the made-up trusts, worked out from their records by plain counting, never with the rules."""

from collections import defaultdict

import numpy as np
import pyarrow as pa

from clockstop.synthetic.care import theatre_records as records
from clockstop.synthetic.extract_columns import record_identifiers
from clockstop.synthetic.pathways import NEVER
from clockstop.synthetic.records import History

GUARANTEE_DAYS, TURNAROUND = 28, 15


def truth_of(found: History, sessions: records.Sessions, cases: records.Cases, day: int) -> dict[str, pa.Table]:
    """Tables `lists`, `cancellations` and `bookings`."""
    return {
        "lists": _lists(found, sessions, cases, day),
        "cancellations": _cancellations(found, cases, day),
        "bookings": _bookings(found, sessions, cases, day),
    }


def _by_session(cases: records.Cases, chosen: np.ndarray) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(chosen):
        found[int(cases.session[place])].append(int(place))
    return found


def _lists(found: History, sessions: records.Sessions, cases: records.Cases, day: int) -> pa.Table:
    """Of each session that was run: its minutes, from the first plan and the true times of every case."""
    done = _by_session(cases, (cases.day <= day) & (cases.cancelled == NEVER))
    rows = []
    for place, listed in sorted(done.items()):
        first, last = int(sessions.start[place]), int(sessions.end[place])
        times = sorted((int(cases.start[one]), int(cases.end[one])) for one in listed)
        counts = [one for one in listed if cases.urgency[one] == records.ELECTIVE or sessions.kind[place] != records.ELECTIVE]
        own = [(int(cases.start[one]), int(cases.end[one])) for one in counts]
        used = {minute for start, end in own for minute in range(max(start, first), min(end, last))}
        rows.append(
            {
                "planned_minutes": last - first,
                "capped_minutes": len(used),
                "touch_sum_minutes": sum(end - start for start, end in own),
                "late_start_minutes": max(times[0][0] - first, 0),
                "early_finish_minutes": max(last - max(end for _, end in times), 0),
                "overrun_minutes": max(max(end for _, end in times) - last, 0),
                "counted_cases": len(own),
            }
        )
    names = record_identifiers(found.trust, "L", np.array(sorted(done), dtype=np.int64))
    return pa.Table.from_pylist(rows).add_column(0, "theatre_session_identifier", names)


def _cancellations(found: History, cases: records.Cases, day: int) -> pa.Table:
    """Of each case cancelled at the last minute: whether it is covered, and the day on which its patient was treated."""
    done: dict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero((cases.day <= day) & (cases.cancelled == NEVER) & (cases.pathway >= 0)):
        done[int(cases.pathway[place])].append(int(cases.day[place]))
    chosen = np.flatnonzero((cases.cancelled <= day) & (cases.cancelled >= cases.day) & (cases.booked <= day))
    treated = [
        min((one for one in done[int(cases.pathway[place])] if one >= cases.cancelled[place]), default=None) for place in chosen
    ]
    return pa.table(
        {
            "theatre_case_identifier": record_identifiers(found.trust, "O", chosen),
            "is_covered": pa.array(cases.kind[chosen] == records.NON_CLINICAL),
            "is_treated_in_time": pa.array(
                [
                    one is not None and one - int(cases.cancelled[place]) <= GUARANTEE_DAYS
                    for one, place in zip(treated, chosen, strict=True)
                ]
            ),
            "is_treated": pa.array([one is not None for one in treated]),
        }
    )


def _bookings(found: History, sessions: records.Sessions, cases: records.Cases, day: int) -> pa.Table:
    """Of each session to come that stands: its booked cases and minutes."""
    chosen = (cases.booked <= day) & (cases.day > day) & (cases.cancelled > day)
    booked = _by_session(cases, chosen)
    ahead = [
        place
        for place in np.flatnonzero((sessions.day > day) & (sessions.day <= day + records.SESSION_AHEAD_DAYS))
        if sessions.cancelled[place] > day or sessions.is_left_planned[place]
    ]
    minutes = [
        sum(int(cases.expected[one]) for one in booked[place]) + TURNAROUND * max(len(booked[place]) - 1, 0) for place in ahead
    ]
    return pa.table(
        {
            "theatre_session_identifier": record_identifiers(found.trust, "L", np.array(ahead, dtype=np.int64)),
            "booked_cases": pa.array([len(booked[place]) for place in ahead], pa.int64()),
            "booked_minutes": pa.array(minutes, pa.int64()),
        }
    )
