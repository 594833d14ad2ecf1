"""The kinds of worked case about discharge: ready dates, time of day, weekends, readmission, red and green days.

Days and instants may be quoted or not, with an offset or local; names in brackets are other spellings that are accepted.
"""

from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from clockstop.rules.case_inputs import a_code, per_cent, the_first
from clockstop.rules.discharge_case_inputs import (
    admission_method,
    admitted_at,
    bank_holidays_of,
    days_of_counts,
    discharged_at,
    history_of,
    is_adult,
    is_dead,
    is_true,
    is_well_baby,
    last_day_of_window,
    local,
    nights_of,
    place_of,
    standing_of,
)
from clockstop.rules.discharge_ready import BANDS, delay_band, delay_days, is_in_scope, is_within_stay, why_unmeasured
from clockstop.rules.discharge_times import FIVE, NOON, WEEKDAYS, WEEKEND_DAYS, counts_for_profile, is_before_hour, is_weekend
from clockstop.rules.readings import Readings
from clockstop.rules.readmissions import DAY_CASE, TRANSFER_IN, is_apart, is_emergency, is_never_index, is_readmission, is_same_stay
from clockstop.rules.working_days import is_weekday_holiday


def drd(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`spells` with `drd_history` -> in_scope, measured, percentages and mean delays (1 dp), delays, bands, no_valid_drd.

    In scope are stays of a night or more that ended alive; a stay that has not ended is in neither. Nothing measured gives null.
    """
    spells = [dict(one) for one in the_first(inputs, "spells", "stays", "discharges", otherwise=()) or ()]
    found = [(one, _ready(one)) for one in spells if _is_in_scope(one)]
    delays = {_id(one): days for one, (_, days, _) in found if days is not None}
    late = [days for days in delays.values() if days > 0]
    unmeasured = [(_id(one), why) for one, (_, days, why) in found if days is None]
    number, bed_days = len(delays), sum(delays.values())
    return {
        **dict.fromkeys(("in_scope", "n", "scope"), len(found)),
        **dict.fromkeys(("measured", "valid"), number),
        **dict.fromkeys(("on_drd", "on_time"), number - len(late)),
        **dict.fromkeys(("on_drd_pct", "on_time_pct"), per_cent(number - len(late), number)),
        "delayed": len(late),
        "delayed_pct": per_cent(len(late), number),
        **dict.fromkeys(("mean_delay_all", "mean_delay"), _mean(bed_days, number)),
        "mean_delay_delayed": _mean(bed_days, len(late)),
        **dict.fromkeys(("total_delay_days", "delay_days_total", "days_lost", "bed_days_lost"), bed_days),
        "delays": delays,
        "ready_dates": {_id(one): day for one, (day, _, _) in found},
        "bands": _bands(delays.values()),
        "delay_bands": _bands(delays.values()),
        "no_valid_drd": [name for name, _ in unmeasured],
        "why_no_valid_drd": dict(unmeasured),
        **dict.fromkeys(("completeness_pct", "completeness"), per_cent(number, len(found))),
    }


def _is_in_scope(one: Mapping[str, Any]) -> bool:
    nights = nights_of(one)
    return nights is not None and is_in_scope(nights, is_dead(one))


def _ready(one: Mapping[str, Any]) -> tuple[Any, int | None, str]:
    """The valid ready date, the delay from it, and where there is none why."""
    admitted, discharged = admitted_at(one).date(), discharged_at(one).date()  # type: ignore[union-attr]
    standing = standing_of(one)
    valid = [day for day in standing if is_within_stay(day, admitted, discharged)]
    if not valid:
        return None, None, why_unmeasured(bool(history_of(one)), standing[-1] if standing else None, admitted)
    return valid[-1], delay_days(valid[-1], discharged), ""


def _bands(delays: Any) -> dict[Any, int]:
    """How many stays in each band, under its words and, for the single day, under the number too."""
    counts = Counter(delay_band(days) for days in delays)
    found: dict[Any, int] = {band: counts[band] for band in reversed(BANDS.values())}
    spelt = {f"d{band}".replace("-", "_").replace("+", "_plus"): number for band, number in found.items()}
    return found | spelt | {0: counts["0"], 1: counts["1"], "21_plus": counts["21+"], ">=21": counts["21+"]}


def discharge_profile(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`discharges` with `admitted` and `left_ward` -> n, before noon and before 17:00 (1 dp).

    `left_ward` [departed, discharged] is the actual departure; a time in the lounge [lounge, bed_released] is kept beside it.
    Deaths, stays of no night, children, maternity and well babies are out.
    """
    rows = [one for one in the_first(inputs, "discharges", "spells", "stays", otherwise=()) or () if _is_profiled(one)]
    left = [_left_at(one) for one in rows]
    released = [local(the_first(one, "bed_released", "lounge", "lounge_at", "to_lounge")) or _left_at(one) for one in rows]
    noon, five = (sum(is_before_hour(at, hour) for at in left) for hour in (NOON, FIVE))
    early = sum(is_before_hour(at, NOON) for at in released)
    return {
        **dict.fromkeys(("n", "discharges", "denominator"), len(rows)),
        "before_noon": noon,
        "before_noon_pct": per_cent(noon, len(rows)),
        **dict.fromkeys(("before_17", "before_5pm"), five),
        **dict.fromkeys(("before_17_pct", "before_5pm_pct"), per_cent(five, len(rows))),
        **dict.fromkeys(("beds_released_before_noon", "bed_released_before_noon"), early),
        **dict.fromkeys(("beds_released_before_noon_pct", "bed_released_before_noon_pct"), per_cent(early, len(rows))),
        "not_timed": sum(1 for at in left if at is None),
    }


def _left_at(one: Mapping[str, Any]) -> Any:
    names = ("left_ward", "left_ward_at", "departed", "ward_departure", "actual_departure")
    said = the_first(one, *names)
    return local(said) if said else discharged_at(one)


def _is_profiled(one: Mapping[str, Any]) -> bool:
    end = discharged_at(one) or _left_at(one)
    if end is None:
        return False
    nights = (end.date() - admitted_at(one).date()).days
    return bool(counts_for_profile(nights, is_dead(one), is_adult(one)))


def weekend_ratio(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`discharges_by_date` -> weekend share (1 dp) and ratio (2 dp): a weekend's day against a weekday's.

    A bank holiday on a weekday stays a weekday and is named. Without discharges on weekdays there is no ratio.
    """
    counts = days_of_counts(inputs)
    weekend = sum(number for day, number in counts.items() if is_weekend(day))
    weekday = sum(counts.values()) - weekend
    own = bank_holidays_of(inputs)
    holidays = [day for day in sorted(counts) if (is_weekday_holiday(day) if own is None else day in own and not is_weekend(day))]
    return {
        **dict.fromkeys(("weekend_share_pct", "share_pct"), per_cent(weekend, weekend + weekday)),
        **dict.fromkeys(("ratio", "weekend_ratio"), _ratio(weekend * WEEKDAYS, weekday * WEEKEND_DAYS, 2)),
        **dict.fromkeys(("weekend", "weekend_discharges"), weekend),
        **dict.fromkeys(("weekday", "weekday_discharges"), weekday),
        **dict.fromkeys(("total", "n"), weekend + weekday),
        **dict.fromkeys(("bank_holidays", "bank_holiday_dates", "flagged"), holidays),
    }


def readmission(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`spells` with `patient`, `admitted`, `discharged`, `method` -> index, readmitted, rate (1 dp), pairs.

    Both ends of the window are in; `last_day` [max_days, window_days] gives a contract's variant. Day cases and regular attenders,
    maternity and well babies are no index. A stay that goes on elsewhere and comes back (`destination` 51 and a transfer back, or
    `transfer: true`) is one, under the last spell's id where it is the index and the first's where it is the readmission.
    """
    readings = Readings()
    last_day = last_day_of_window(inputs, readings.readmission_last_day)
    stays = _stays([dict(one) for one in the_first(inputs, "spells", "stays", otherwise=()) or ()])
    following = [stay for stay in stays if readings.readmission_day_case_is_next or not _is_apart(stay)]
    after = {id(one): other for one, other in pairwise(following) if one["person"] == other["person"]}
    index = [stay for stay in stays if _is_index(stay)]
    pairs = [(stay, after[id(stay)]) for stay in index if id(stay) in after and _comes_back(stay, after[id(stay)], last_day)]
    named = [[stay["last_id"], other["first_id"]] for stay, other in pairs]
    return {
        **dict.fromkeys(("index", "index_discharges", "denominator"), len(index)),
        **dict.fromkeys(("readmitted", "readmissions", "numerator"), len(pairs)),
        **dict.fromkeys(("rate_pct", "readmission_pct", "pct"), per_cent(len(pairs), len(index))),
        "pairs": named,
        "days": [_days(stay, other) for stay, other in pairs],
        "index_ids": [stay["last_id"] for stay in index],
        **dict.fromkeys(("apart", "day_cases"), sum(1 for stay in stays if _is_apart(stay))),
    }


def _stays(spells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Continuous stays, each person's in their order; regular attenders are passed over."""
    rows = [_spell(one, place) for place, one in enumerate(spells)]
    rows = [row for row in rows if row["classification"] not in ("3", "4")]
    order = {person: place for place, person in enumerate(dict.fromkeys(row["person"] for row in rows))}
    found: list[dict[str, Any]] = []
    for row in sorted(
        rows, key=lambda row: (order[row["person"]], row["admitted"], row["discharged"] or row["admitted"], row["place"])
    ):
        before = found[-1] if found and found[-1]["person"] == row["person"] else None
        if before and _goes_on(before, row):
            found[-1] = _joined(before, row)
        else:
            found.append(row)
    return found


def _joined(before: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Two spells of one stay: the admission of the first, the end of the last; apart where both are."""
    last = {name: row[name] for name in ("last_id", "discharged", "dead", "went_to", "is_out")}
    return {**before, **last, "apart": before["apart"] and row["apart"], "never": before["never"] or row["never"]}


def _spell(one: Mapping[str, Any], place: int) -> dict[str, Any]:
    classification = a_code(the_first(one, "classification", "patient_classification", "patient_classification_code"))
    is_regular = is_true(the_first(one, "regular_attender", "regular_day", "regular", "is_regular_attender"))
    is_maternity = is_true(the_first(one, "maternity", "is_maternity"))
    return {
        **{"first_id": _id(one), "last_id": _id(one), "place": place},
        "admitted": admitted_at(one),
        "discharged": discharged_at(one),
        "person": str(the_first(one, "patient", "person", "patient_id", "nhs_number", otherwise=f"spell {place}")),
        "method": admission_method(one),
        "classification": "3" if is_regular else classification,
        "dead": is_dead(one),
        "apart": _is_day_case(one) or is_apart(classification, nights_of(one), False),
        "never": is_maternity or is_never_index(admission_method(one), classification, is_well_baby(one)),
        "went_to": place_of(the_first(one, "discharge_destination", "discharge_destination_code", "destination", "discharged_to")),
        "came_from": place_of(the_first(one, "source_of_admission", "source_of_admission_code", "source", "admitted_from")),
        **_transfers(one),
    }


def _transfers(one: Mapping[str, Any]) -> dict[str, bool]:
    """What a case says in words of a transfer: `transfer` alone is one out, or one in where the admission was by transfer."""
    said = the_first(one, "transfer", "is_transfer")
    word = str(said).strip().lower()
    is_in = word in ("in", "back") or (is_true(said) and admission_method(one) in TRANSFER_IN)
    out = the_first(one, "transferred_out", "transfer_out", "transfer_to", "transferred_to", otherwise=False)
    back = the_first(one, "transferred_back", "transfer_back", "transfer_in", "transferred_in", "transferred_from", otherwise=False)
    out, back = (value is not None and is_true(value, otherwise=True) for value in (out, back))
    return {"is_out": out or word == "out" or (is_true(said) and not is_in), "is_back": back or is_in}


def _is_day_case(one: Mapping[str, Any]) -> bool:
    intended = a_code(the_first(one, "intended_management", "intended_management_code"))
    return is_true(the_first(one, "day_case", "is_day_case")) or (intended == DAY_CASE and nights_of(one) == 0)


def _goes_on(before: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    if before["discharged"] is None or before["dead"]:
        return False
    apart = (row["admitted"].date() - before["discharged"].date()).days
    said = before["is_out"] or row["is_back"]
    return bool(said or is_same_stay(before["went_to"], apart, row["came_from"], row["method"]))


def _is_apart(stay: Mapping[str, Any]) -> bool:
    return bool(stay["apart"])


def _is_index(stay: Mapping[str, Any]) -> bool:
    return stay["discharged"] is not None and not (stay["dead"] or stay["apart"] or stay["never"])


def _days(stay: Mapping[str, Any], after: Mapping[str, Any]) -> int:
    return (after["admitted"].date() - stay["discharged"].date()).days


def _comes_back(stay: Mapping[str, Any], after: Mapping[str, Any], last_day: int) -> bool:
    return bool(is_readmission(is_emergency(after["method"]), _days(stay, after), last_day))


def red_green(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`days` as colours or records -> red_pct of red and green, assessed_pct of all (1 dp), numbers and top red reasons.

    Whatever is neither red nor green is unknown: a day not assessed is not green.
    """
    days = [_coloured(each) for each in the_first(inputs, "days", "patient_days", "colours", otherwise=()) or ()]
    red, green = (sum(1 for colour, _ in days if colour == wanted) for wanted in ("red", "green"))
    reasons = Counter(reason for colour, reason in days if colour == "red" and reason)
    ranked = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        **dict.fromkeys(("red", "red_days"), red),
        **dict.fromkeys(("green", "green_days"), green),
        **dict.fromkeys(("unknown", "unknown_days"), len(days) - red - green),
        **dict.fromkeys(("assessed", "assessed_days"), red + green),
        **dict.fromkeys(("n", "days", "total"), len(days)),
        "red_pct": per_cent(red, red + green),
        "green_pct": per_cent(green, red + green),
        "assessed_pct": per_cent(red + green, len(days)),
        "unknown_pct": per_cent(len(days) - red - green, len(days)),
        "red_reasons": dict(ranked),
        "reasons": dict(ranked),
        "top_reasons": [reason for reason, _ in ranked],
        "top_red_reasons": [reason for reason, _ in ranked],
        "top_reason": ranked[0][0] if ranked else None,
    }


def _coloured(each: Any) -> tuple[str, str]:
    record = each if isinstance(each, Mapping) else {"colour": each}
    colour = str(the_first(record, "colour", "color", "status", "day", otherwise="") or "").strip().lower()
    return colour, str(the_first(record, "reason", "red_reason", "constraint", otherwise="") or "")


def _id(one: Mapping[str, Any]) -> str:
    return str(the_first(one, "id", "spell", "spell_id", otherwise="?"))


def _mean(total: float, number: int) -> float | None:
    return _ratio(total, number, 1)


def _ratio(numerator: float, denominator: float, places: int) -> float | None:
    """The exact ratio rounded half up; None where there is nothing to divide by."""
    if not denominator:
        return None
    exact = Decimal(repr(numerator)) / Decimal(repr(denominator))
    return float(exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))


KINDS = {
    "drd": drd,
    "discharge_profile": discharge_profile,
    "weekend_ratio": weekend_ratio,
    "readmission": readmission,
    "red_green": red_green,
}
