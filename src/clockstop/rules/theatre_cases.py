"""The kinds of worked case about operating lists: one list, lists summed, and the 28-day guarantee.

Times are HH:MM (quoted or not) or whole dates and times; names in brackets are other spellings that are accepted.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from clockstop.rules.case_inputs import a_date, a_day, per_cent, rounded, the_first
from clockstop.rules.local_time import later, minutes_from
from clockstop.rules.readings import Readings
from clockstop.rules.theatre_case_inputs import Worked, worked_list
from clockstop.rules.theatre_guarantee import (
    CLINICAL,
    NON_CLINICAL,
    PATIENT,
    days_to_treatment,
    due_date,
    is_breach,
    is_covered,
    is_last_minute,
)
from clockstop.rules.theatre_minutes import (
    capped_minutes,
    early_finish_minutes,
    gap_minutes,
    in_window_not_yet_counted,
    late_start_minutes,
    minutes_in_window,
    minutes_not_yet_counted,
    overrun_minutes,
    sessions_of_four_hours,
    touch_minutes,
)


def theatre(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`planned_start`, `planned_end` and `cases` -> minutes, percentages (1 dp), cases_per_4h (2 dp), gaps, flags.

    `cases` are [start, end] or records of timestamps (rules/theatre_case_inputs.py); an all-day list may give its halves as
    `sessions` [windows, halves]: what is done in the break between them is touch time, but inside no window. Lateness is null
    where no case was done: without a first case nothing was late. An emergency case that is marked so counts in no touch time.
    """
    worked = worked_list(inputs, Readings())
    minutes = _minutes(worked, Readings())
    planned = minutes["planned_minutes"]
    ends = _ends(worked)
    per_4h = rounded(worked.cases / sessions_of_four_hours(planned), 2) if planned else None
    return {
        **{name: _whole(value) for name, value in minutes.items()},
        **_shares(minutes),
        **{name: _whole(value) for name, value in ends.items()},
        **{f"{name}_minutes": _whole(value) for name, value in ends.items()},
        **_gaps(worked),
        "cases": worked.cases,
        "case_count": worked.cases,
        "cases_per_4h": per_4h,
        "cases_per_session": per_4h,
        "flags": worked.flags,
    }


def _minutes(worked: Worked, readings: Readings) -> dict[str, float]:
    """Planned minutes, touch time as the sum of the cases and as their union, and its part inside the windows likewise."""
    counted = [(start, end) for start, end, is_counted in worked.timed if is_counted]
    total = sum(touch_minutes(*case) for case in counted)
    inside_total = sum(minutes_in_window(*case, *window) for case in counted for window in worked.windows)
    union, inside_union = _unions(counted, worked)
    capped = capped_minutes(inside_union, inside_total, counts_once=readings.theatre_capped_overlaps_count_once)
    uncapped = union if readings.theatre_uncapped_overlaps_count_once else total
    planned = sum(minutes_from(*window) for window in worked.windows)
    return {
        **dict.fromkeys(("planned_minutes", "session_minutes", "total_planned_minutes"), planned),
        **dict.fromkeys(("touch_minutes", "uncapped_minutes", "total_touch_minutes"), uncapped),
        **dict.fromkeys(("touch_sum", "touch_sum_minutes", "touch_minutes_sum", "sum_minutes"), total),
        **dict.fromkeys(("touch_union", "touch_union_minutes", "touch_minutes_union", "union_minutes"), union),
        **dict.fromkeys(("capped_minutes", "touch_in_window", "touch_in_window_minutes", "in_window_minutes"), capped),
        **dict.fromkeys(("capped_sum", "capped_sum_minutes", "capped_minutes_sum"), inside_total),
        **dict.fromkeys(("capped_union", "capped_union_minutes", "capped_minutes_union"), inside_union),
        "overlap_minutes": total - union,
        "unused_minutes": max(planned - capped, 0),
    }


def _unions(counted: Iterable[tuple[float, float]], worked: Worked) -> tuple[float, float]:
    union, inside, reach = 0.0, 0.0, None
    for start, end in counted:
        union += minutes_not_yet_counted(start, end, reach)
        inside += sum(in_window_not_yet_counted(start, end, reach, *window) for window in worked.windows)
        reach = later(reach, end)
    return union, inside


def _shares(minutes: Mapping[str, float]) -> dict[str, float | None]:
    planned = minutes["planned_minutes"]
    named = {
        "capped": "capped_minutes",
        "uncapped": "uncapped_minutes",
        "capped_sum": "capped_sum",
        "capped_union": "capped_union",
        "uncapped_sum": "touch_sum",
        "uncapped_union": "touch_union",
    }
    found = {name: per_cent(minutes[of], planned) for name, of in named.items()}
    spelt = {f"{name}_{ending}": value for name, value in found.items() for ending in ("pct", "utilisation_pct", "utilisation")}
    return spelt | {"utilisation_pct": found["capped"]}


def _ends(worked: Worked) -> dict[str, float | None]:
    """How late the first case began and how early or late the last was out; None where no case was done."""
    start, end = worked.windows[0][0], worked.windows[-1][1]
    first = min((case[0] for case in worked.timed), default=None)
    last = max((case[1] for case in worked.timed), default=None)
    return {
        "late_start": late_start_minutes(first, start),
        "early_finish": early_finish_minutes(last, end),
        "overrun": overrun_minutes(last, end),
        "early_start": minutes_from(first, start),
    }


def _gaps(worked: Worked) -> dict[str, Any]:
    minutes: list[float] = []
    reach = None
    for start, end, _ in worked.timed:
        if reach is not None:
            minutes.append(gap_minutes(reach, start))
        reach = later(reach, end)
    total, found = _whole(sum(minutes)), [_whole(value) for value in minutes]
    mean = rounded(sum(minutes) / len(minutes), 1) if minutes else None
    names = {
        "gaps": found,
        "gap_minutes": found,
        "inter_case_gaps": found,
        "inter_case_gap": found,
        "inter_case_gap_minutes": found,
    }
    return names | {"total_gap_minutes": total, "gap_total": total, "gaps_total": total, "mean_gap": mean, "mean_gap_minutes": mean}


def _whole(value: float | None) -> float | int | None:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def theatre_aggregate(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`lists` -> percentages from summed minutes (1 dp, TH-R07), never a mean of lists.

    A list gives its minutes (`capped_minutes`, `planned_minutes`, and `touch_minutes` [uncapped_minutes], `cases`) or the planned
    times and cases of the kind `theatre`. A list that was dropped (`cancelled`, `run: false`, status cancelled), or that names
    its cases and has none, counts among the sessions planned, and in no utilisation (TH-R08).
    """
    lists = [dict(one) for one in the_first(inputs, "lists", "sessions")]
    run = [_summed_minutes(one) for one in lists if _is_run(one)]
    planned, capped = _total(run, "planned_minutes"), _total(run, "capped_minutes")
    touch, cases = _total(run, "touch_minutes"), _total(run, "cases")
    found: dict[str, Any] = {
        **dict.fromkeys(("planned_minutes", "session_minutes"), _whole(planned)),
        **dict.fromkeys(("capped_minutes", "touch_in_window_minutes"), _whole(capped)),
        **dict.fromkeys(("touch_minutes", "uncapped_minutes"), _whole(touch)),
        **dict.fromkeys(("capped_pct", "capped_utilisation_pct", "utilisation_pct"), per_cent(capped, planned)),
        **dict.fromkeys(("uncapped_pct", "uncapped_utilisation_pct"), per_cent(touch, planned)),
        **dict.fromkeys(("sessions_planned", "lists"), len(lists)),
        **dict.fromkeys(("sessions_run", "lists_run"), len(run)),
        **dict.fromkeys(("session_utilisation_pct", "run_rate_pct", "sessions_run_pct"), per_cent(len(run), len(lists))),
        "cases": _whole(cases),
        "cases_per_4h": rounded(cases / sessions_of_four_hours(planned), 2) if planned else None,
    }
    return found | _lateness(run)


def _lateness(run: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over all lists and over those concerned only, with the share of those: the national tool shows only the second."""
    found: dict[str, Any] = {}
    for name, word in (("late_start", "late"), ("early_finish", "early"), ("overrun", "overrun")):
        known = [one[name] for one in run if one.get(name) is not None]
        concerned = [value for value in known if value > 0]
        found[f"mean_{name}"] = rounded(sum(known) / len(known), 1) if known else None
        found[f"mean_{name}_all"] = found[f"{name}_mean_all"] = found[f"mean_{name}"]
        found[f"mean_{name}_{word}"] = rounded(sum(concerned) / len(concerned), 1) if concerned else None
        found[f"{name}_mean_{word}"] = found[f"mean_{name}_{word}_only"] = found[f"mean_{name}_{word}"]
        found[f"{name}_pct"] = found[f"share_{word}_pct"] = found[f"{word}_pct"] = per_cent(len(concerned), len(known))
    return found


def _summed_minutes(one: Mapping[str, Any]) -> dict[str, Any]:
    cases = one.get("cases")
    if isinstance(cases, list):
        return theatre(one)
    return {
        "planned_minutes": the_first(one, "planned_minutes", "session_minutes", "planned", otherwise=0) or 0,
        "capped_minutes": the_first(one, "capped_minutes", "touch_in_window_minutes", "capped", otherwise=0) or 0,
        "touch_minutes": the_first(one, "touch_minutes", "uncapped_minutes", "touch", otherwise=0) or 0,
        "cases": cases or 0,
        **{name: the_first(one, name, f"{name}_minutes") for name in ("late_start", "early_finish", "overrun")},
    }


def _is_run(one: Mapping[str, Any]) -> bool:
    status = str(the_first(one, "status", "session_status", otherwise="")).lower()
    is_cancelled = the_first(one, "cancelled", "is_cancelled", "dropped", otherwise=False) in (True, "yes", "Y")
    is_said_run = the_first(one, "run", "is_run", "was_run", otherwise=True) not in (False, "no", "N")
    has_operation = one.get("cases") is None or bool(one["cases"])
    return is_said_run and has_operation and not is_cancelled and status not in ("cancelled", "dropped")


def _total(lists: list[dict[str, Any]], name: str) -> float:
    return sum(one.get(name) or 0 for one in lists)


_KINDS = {"clinical": CLINICAL, "hospital_clinical": CLINICAL, "medical": CLINICAL, "patient": PATIENT, "patient_choice": PATIENT}


def theatre_28day(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`cancelled_on`, `treated_on`, `reason` and for who is not treated yet `census` -> days, breach, due_date, in_scope.

    `reason` is non_clinical (also any reason of the hospital's own: no bed, list overran), clinical or patient. The guarantee
    covers a cancellation on the day of admission or later: `intended_date` [admission_date, tci] or `on_the_day` may say that
    it came earlier. Of several cancellations the first one runs. Without treatment and census days and breach are null.
    """
    cancelled = min(a_day(day) for day in _cancelled_days(inputs))
    treated = a_date(the_first(inputs, "treated_on", "treated_date", "treated", "readmitted_on", "operated_on"))
    census = a_date(the_first(inputs, "census", "as_of", "on", "today"))
    under = is_covered(_kind(inputs), _is_on_the_day(inputs, cancelled))
    days = days_to_treatment(cancelled, treated, census)
    due, breach = due_date(cancelled), is_breach(under, days)
    if under and days is None:
        breach = None
    return {
        **dict.fromkeys(("days", "days_waited"), days),
        **dict.fromkeys(("breach", "is_breach"), breach),
        **dict.fromkeys(("due_date", "due", "due_on", "treat_by", "guarantee_date", "breach_date", "deadline"), due),
        **dict.fromkeys(("in_scope", "covered", "is_covered", "applies", "guarantee_applies", "qualifies", "counted"), under),
        "within_28_days": None if days is None else days_to_treatment(cancelled, treated, census) <= (due - cancelled).days,
        "treated": bool(treated and (census is None or treated <= census)),
    }


def _cancelled_days(inputs: Mapping[str, Any]) -> list[Any]:
    found = the_first(inputs, "cancelled_on", "cancelled_date", "cancellations", "cancelled", "first_cancelled_on")
    return found if isinstance(found, list) else [found]


def _kind(inputs: Mapping[str, Any]) -> str:
    said = str(the_first(inputs, "reason", "cancellation_reason", "kind", "reason_type", otherwise=NON_CLINICAL)).strip().lower()
    return _KINDS.get(said.replace("-", "_").replace(" ", "_"), NON_CLINICAL)


def _is_on_the_day(inputs: Mapping[str, Any], cancelled: Any) -> bool:
    said = the_first(inputs, "on_the_day", "on_day", "last_minute", "is_last_minute", "is_on_the_day")
    if said is not None:
        return said in (True, "yes", "Y", "true")
    intended = a_date(
        the_first(
            inputs,
            "intended_date",
            "intended_on",
            "planned_on",
            "planned_date",
            "operation_date",
            "admission_date",
            "tci_date",
            "tci",
        )
    )
    return intended is None or is_last_minute(cancelled, intended)


KINDS = {"theatre": theatre, "theatre_aggregate": theatre_aggregate, "theatre_28day": theatre_28day}
