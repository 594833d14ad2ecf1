"""Worked cases of the emergency department, each by the rule that the facts use: ed_attendance, local_time, handover_stats and
ed_performance (operations.md 0.1, 0.3 and 1)."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from clockstop.rules import emergency_clock as clock
from clockstop.rules import emergency_records as record
from clockstop.rules.case_inputs import a_code, per_cent, rounded, the_first
from clockstop.rules.emergency_case_inputs import (
    NOW,
    an_instant,
    greenwich,
    instants_of,
    outcome_of,
    rows_of,
    type_of,
    wait_reason_of,
)
from clockstop.rules.emergency_handovers import BANDS, EXPECTED, LAST_BAND, LONGEST, handover_band, minutes_lost
from clockstop.rules.emergency_visits import FOLLOWS
from clockstop.rules.local_time import local_at
from clockstop.rules.moments import readings_of
from clockstop.rules.readings import Readings

_YES = (True, "yes", "Y", "y", "true", "True", 1)


def local_time(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`local` with or without an offset, and `prev_event` and `next_event` of the pathway; gives `utc`, `flags` and `shown`.

    A bound that is itself ambiguous rules out the least that it can: the event before at its first coming, that after at its last.
    """
    given = an_instant(the_first(inputs, "local", "local_time", "time", "instant", "value"))
    if given is None:
        return {"utc": None, "flags": []}
    before = an_instant(the_first(inputs, "prev_event", "previous_event", "prev", "previous", "after", "not_before"))
    after = an_instant(the_first(inputs, "next_event", "following_event", "next", "before", "not_after"))
    found = given.meanings.between(before and before.meanings.first, after and after.meanings.latest)
    shown = local_at(int(found.minute)).replace(second=given.local.second)
    utc = greenwich(found.minute)
    flags = frozenset(flag for flag, is_raised in found.flags.items() if is_raised)
    return {
        **dict.fromkeys(("utc", "utc_time", "instant"), utc),
        **dict.fromkeys(("flags", "dq_flags"), flags),
        **dict.fromkeys(("shown", "local", "local_time"), shown.isoformat()),
        "offset_minutes": round((shown - _wall(utc)).total_seconds() / 60),
    }


def _wall(utc: str | None) -> Any:
    given = an_instant((utc or "").removesuffix("Z"))
    assert given is not None, "a local time has an instant"
    return given.local


def ed_attendance(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """An attendance's instants, `arrival_mode`, `outcome` and `wait_reason`; gives its clock, minutes, breaches and flags.

    `now` closes an attendance without a departure as a fault after 24 hours. `reporting_basis` may be departure.
    """
    readings, outcome = Readings(), outcome_of(inputs)
    at = {name: reading.minute for name, reading in _readings(inputs).items()}
    by_ambulance = _is_by_ambulance(inputs)
    if by_ambulance:
        at.setdefault(record.AMBULANCE_ARRIVED, at.get(record.ARRIVAL))
    start, arrived = _start(at, by_ambulance, readings)
    left, is_moved = _left(inputs, at, readings)
    end = clock.clock_end(outcome, wait_reason_of(inputs), start=start, concluded=at.get(record.CONCLUSION), left=left)
    minutes = clock.minutes_between(start, end, floor=arrived)
    decided, is_admitted = at.get(record.DECISION), outcome == clock.ADMITTED
    floored = decided if decided is None or start is None else max(decided, start)
    from_decision = clock.minutes_between(floored, end) if is_admitted else None
    flags = _flags(inputs, at, (start, end, arrived), by_ambulance=by_ambulance, is_moved=is_moved, readings=readings)
    reported = end if the_first(inputs, "reporting_basis", "reporting_date_basis") == "departure" else start
    return {
        **dict.fromkeys(("clock_start", "start"), greenwich(start)),
        **dict.fromkeys(("clock_stop", "clock_end", "stop", "end"), greenwich(end)),
        **dict.fromkeys(("minutes", "minutes_in_department", "total_minutes", "elapsed_minutes"), minutes),
        **dict.fromkeys(("four_hour_breach", "breach", "is_breach"), _judged(minutes, clock.FOUR_HOURS)),
        "within_4h": None if minutes is None else clock.is_within(minutes, clock.FOUR_HOURS),
        **dict.fromkeys(("over_12h_arrival", "over_12h_from_arrival", "over_12h"), _judged(minutes, clock.TWELVE_HOURS)),
        **dict.fromkeys(("minutes_from_dta", "dta_minutes", "minutes_from_decision"), from_decision),
        **dict.fromkeys(("over_12h_dta", "over_12h_from_dta", "trolley_breach"), clock.is_over(from_decision, clock.TWELVE_HOURS)),
        **dict.fromkeys(("minutes_to_assessment", "time_to_assessment"), clock.minutes_to(start, at.get(record.ASSESSMENT))),
        **dict.fromkeys(("minutes_to_treatment", "time_to_treatment"), clock.minutes_to(start, at.get(record.SEEN))),
        "minutes_from_ready": clock.minutes_between(at.get(record.READY), end),
        **dict.fromkeys(("reporting_date", "reported_on", "date"), None if reported is None else local_at(reported).date()),
        **dict.fromkeys(("flags", "dq_flags"), flags),
        **dict.fromkeys(("in_standard", "counted", "in_scope"), _is_counted(inputs)),
    }


def _readings(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return readings_of(instants_of(inputs), FOLLOWS)


def _is_by_ambulance(inputs: Mapping[str, Any]) -> bool:
    mode = str(the_first(inputs, "arrival_mode", "mode", otherwise="") or "").lower()
    came = the_first(inputs, "ambulance_arrival", "ambulance_arrived", "ambulance_arrival_at", "at_hospital")
    return clock.AMBULANCE in mode or (not mode and came is not None)


def _start(at: Mapping[str, Any], by_ambulance: bool, readings: Readings) -> tuple[Any, Any]:
    """The clock's start, and from when on the patient was on the site."""
    came = at.get(record.AMBULANCE_ARRIVED)
    if by_ambulance:
        return clock.ambulance_start(came, at.get(record.HANDED_OVER)), came
    believed = readings.ed_early_assessment_hours * 60
    start = clock.walk_in_start(at.get(record.ARRIVAL), at.get(record.ASSESSMENT), believed_minutes=believed)
    return start, start


def _left(inputs: Mapping[str, Any], at: Mapping[str, Any], readings: Readings) -> tuple[Any, bool]:
    """When the patient left, and whether that was on paper alone."""
    left = at.get(record.DEPARTURE)
    is_moved = the_first(inputs, "virtual_move", "is_virtual_move", "virtual", otherwise=False) in _YES and left is not None
    if is_moved and not readings.ed_virtual_move_stops_clock:
        left = clock.end_of_virtual_move(at.get(record.CONCLUSION), left)
    return left, is_moved


def _judged(minutes: int | None, limit: int) -> bool | None:
    return None if minutes is None else clock.is_over(minutes, limit)


def _flags(
    inputs: Mapping[str, Any], at: Mapping[str, Any], clocked: tuple[Any, Any, Any], *, by_ambulance: bool, is_moved: bool,
    readings: Readings,
) -> frozenset[str]:  # fmt: skip
    """The flags of the times and of the record that a case may ask for."""
    start, end, arrived = clocked
    given = an_instant(the_first(inputs, *NOW))
    now = given and given.to_the_minute.first
    is_too_old = now is not None and start is not None and end is None and now - start > readings.ed_open_hours * 60
    raised = {
        clock.ASSESSMENT_BEFORE_ARRIVAL: not by_ambulance and _is_before(at.get(record.ASSESSMENT), at.get(record.ARRIVAL)),
        clock.DECISION_BEFORE_ARRIVAL: _is_before(at.get(record.DECISION), start),
        clock.DEPARTURE_BEFORE_ARRIVAL: _is_before(end, arrived),
        clock.HANDOVER_BEFORE_ARRIVAL: by_ambulance and _is_before(at.get(record.HANDED_OVER), at.get(record.AMBULANCE_ARRIVED)),
        clock.VIRTUAL_MOVE: is_moved,
        clock.NO_DEPARTURE: is_too_old,
        clock.FUTURE_TIME: any(_is_before(now, minute) for minute in at.values()),
    }
    of_times = [flag for reading in _readings(inputs).values() for flag, truth in reading.flags.items() if truth]
    return frozenset([flag for flag, truth in raised.items() if truth] + of_times)


def _is_before(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one < other


def _is_counted(inputs: Mapping[str, Any]) -> bool:
    """Whether the 4-hour standard counts it: unplanned, in a department of type 1 to 4."""
    kind = type_of(the_first(inputs, "type", "department_type", "dept_type"))
    category = a_code(the_first(inputs, "category", "attendance_category"))
    return (kind is None or kind in clock.STANDARD_TYPES) and (category is None or category.lstrip("0") in clock.UNPLANNED)


def handover_stats(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`minutes`, `handovers` (`arrive` and `handover`, or pairs) or both; gives bands, mean and hours lost.

    Handovers that lie before the arrival, and those without an end, are left out and counted.
    """
    every = [*rows_of(inputs, "minutes"), *(_interval(one) for one in rows_of(inputs, "handovers", "arrivals", "ambulances"))]
    known = [Fraction(str(one)) for one in every if one is not None]
    done = [one for one in known if one >= 0]
    of_bands = {band: sum(1 for one in done if handover_band(one) == band) for band in (*BANDS, LAST_BAND)}
    lost = {limit: _hours(minutes_lost(one, limit) for one in done) for limit in (EXPECTED, LONGEST)}
    shares = {limit: per_cent(sum(1 for one in done if one <= limit), len(done)) for limit in BANDS.values()}
    mean = rounded(float(sum(done) / len(done)), 1) if done else None
    return {
        **dict.fromkeys(("completed", "n", "count"), len(done)),
        "bands": of_bands,
        **dict.fromkeys(("mean", "mean_minutes"), mean),
        **dict.fromkeys(("hours_lost_over_15", "hours_lost", "hours_lost_15"), lost[EXPECTED]),
        **dict.fromkeys(("hours_lost_over_45", "hours_lost_45"), lost[LONGEST]),
        **dict.fromkeys(("excluded_negative", "negative", "excluded"), len(known) - len(done)),
        **dict.fromkeys(("no_end_time", "open", "in_progress", "missing_end"), len(every) - len(known)),
        **{
            name: share
            for limit, share in shares.items()
            for name in (f"pct_within_{limit}", f"within_{limit}_pct", f"le{limit}_pct")
        },
        **{f"over_{limit}": sum(1 for one in done if one > limit) for limit in BANDS.values()},
        **dict.fromkeys(("completeness_pct", "completeness"), per_cent(len(done), len(every))),
        **dict.fromkeys(("total", "arrivals"), len(every)),
        **dict.fromkeys(("longest", "max"), max((_plain(one) for one in done), default=None)),
    }


def _interval(one: Any) -> Any:
    """The minutes of a handover; negative where it lies before the arrival, None where it has no end."""
    if isinstance(one, (int, float)) or one is None:
        return one
    pair = (
        (
            the_first(one, "arrive", "arrival", "arrived", "ambulance_arrival", "at_hospital", "start"),
            the_first(one, "handover", "handover_complete", "handed_over", "handover_completed", "end"),
        )
        if isinstance(one, Mapping)
        else (*one, None)[:2]
    )
    if isinstance(one, Mapping) and pair[0] is None and "minutes" in one:
        return one["minutes"]
    given = {name: an_instant(value) for name, value in zip((record.AMBULANCE_ARRIVED, record.HANDED_OVER), pair, strict=True)}
    read = readings_of({name: value.to_the_minute for name, value in given.items() if value is not None}, FOLLOWS)
    return int(read[record.HANDED_OVER].minute - read[record.AMBULANCE_ARRIVED].minute) if len(read) == 2 else None


def _hours(minutes: Iterable[Any]) -> float | None:
    return rounded(float(sum(minutes, Fraction(0)) / 60), 2)


def _plain(value: Fraction) -> float:
    return int(value) if value.denominator == 1 else float(value)


def ed_performance(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`groups` (`type`, `n`, `within`) or `attendances` (`type`, `category`, `minutes`); gives shares within 4 hours.

    Sums are divided, never percentages averaged; a share of nothing is null; the target is compared before rounding. Types 3 and
    4 are reported together; SDEC and planned follow-ups are outside the standard.
    """
    groups = [_group(one) for one in rows_of(inputs, "groups", "sites", "months")] + [
        _single(one) for one in rows_of(inputs, "attendances", "rows", "records")
    ]
    counted = [(kind, n, within) for kind, n, within in groups if kind in clock.STANDARD_TYPES]
    target = the_first(inputs, "target_pct", "target", "standard_pct", "standard")
    found: dict[str, Any] = {}
    for name, kinds in _REPORTED.items():
        n = sum(one[1] for one in counted if one[0] in kinds)
        within = sum(one[2] for one in counted if one[0] in kinds)
        found |= {f"{name}_n": n, f"{name}_within": within, f"{name}_pct": per_cent(within, n), f"{name}_breaches": n - within}
        found[f"{name}_meets_target"] = _meets(within, n, target)
    found |= dict.fromkeys(("meets_target", "met"), found["all_types_meets_target"])
    found |= dict.fromkeys(("n", "denominator"), found["all_types_n"])
    found |= dict.fromkeys(("within", "numerator"), found["all_types_within"])
    return found | dict.fromkeys(("pct", "all_pct"), found["all_types_pct"])


_REPORTED = {
    "all_types": clock.STANDARD_TYPES,
    "type1": {clock.TYPE_1},
    "type2": {"02"},
    "type3": {"03", "04"},
    "type3_4": {"03", "04"},
    "other": {"03", "04"},
}


def _group(one: Mapping[str, Any]) -> tuple[str, Any, Any]:
    n = the_first(one, "n", "attendances", "total", "count", otherwise=0)
    within = the_first(one, "within", "within_4h", "within_240")
    if within is None:
        within = n - the_first(one, "breaches", "over", otherwise=0)
    is_counted = _is_counted(one)
    kind = type_of(the_first(one, "type", "department_type", otherwise="01")) or "01"
    return kind, n if is_counted else 0, within if is_counted else 0


def _single(one: Mapping[str, Any]) -> tuple[str, int, int]:
    """An attendance: nothing where the standard leaves it out, or nobody knows how long it took."""
    minutes = the_first(one, "minutes", "minutes_in_department")
    if minutes is None and the_first(one, "departure", "departed") is not None:
        minutes = ed_attendance(one)["minutes"]
    kind = type_of(the_first(one, "type", "department_type", otherwise="01")) or "01"
    if minutes is None or not _is_counted(one):
        return kind, 0, 0
    return kind, 1, int(clock.is_within(minutes, clock.FOUR_HOURS))


def _meets(within: Any, n: Any, target: Any) -> bool | None:
    """Whether the exact share reaches the target, which may be per cent or a share."""
    if not n or target is None:
        return None
    asked = Fraction(str(target))
    return Fraction(within) / Fraction(n) >= (asked if asked <= 1 else asked / 100)


KINDS = {
    "local_time": local_time,
    "ed_attendance": ed_attendance,
    "handover_stats": handover_stats,
    "ed_performance": ed_performance,
}
