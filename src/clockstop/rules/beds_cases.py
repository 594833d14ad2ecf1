"""The kinds of worked case about beds: midnight census, length of stay, occupancy, admission methods and outliers.

Instants may have an offset or be London's local time, days be quoted or not; names in brackets are other spellings.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from clockstop.contracts.ward_codes import ADMISSION_METHOD
from clockstop.errors import UserError
from clockstop.rules import admissions, outliers
from clockstop.rules.beds_case_inputs import (
    Spell,
    beds_available,
    beds_occupied,
    counts_for_census,
    designated_of,
    is_away,
    records,
    side_by_side,
    spell_of,
    ward_at,
    ward_type_of,
)
from clockstop.rules.case_inputs import a_code, per_cent, rounded, the_first
from clockstop.rules.discharge_case_inputs import is_true, local_date
from clockstop.rules.readings import Readings


def census(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`spells` [patients] and the days `from` to `to` (or one `date`) -> `census` by day, and `bed_days` [occupied_bed_days].

    A spell is id, admitted, discharged (null: open still). Not for the census: `counts: false`, well babies, day cases, virtual
    wards, home leave (`leave` [home_leave]: true, or periods with from and to). A spell may give its `ward_stays` (ward, from, to):
    the census then has `by_ward` too.
    """
    first, last = _days_of(inputs)
    spells = [spell_of(one) for one in records(inputs, "spells", "patients", "stays")]
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = {day: _midnight(day, spells, inputs) for day in days}
    nights = sum(one["occupied"] for one in found.values())
    long = {f"los_{days}_plus": sum(one[f"los_{days}_plus"] for one in found.values()) for days in admissions.CENSUS_BANDS}
    available = [beds_available(inputs, day) for day in days]
    offered = sum(one for one in available if one is not None) if any(one is not None for one in available) else None
    return {
        # A case may write its days quoted or not.
        "census": {**found, **{day.isoformat(): one for day, one in found.items()}},
        **dict.fromkeys(("bed_days", "occupied_bed_days", "midnights", "total_bed_days"), nights),
        **dict.fromkeys(("pct", "occupancy_pct", "period_occupancy_pct"), per_cent(nights, offered) if offered else None),
        "average_occupied": rounded(nights / len(days), 1) if days else None,
        "long_stay_bed_days": long,
        "by_spell": {one.id: sum(_is_in(one, day) for day in days) for one in spells},
    }


def _days_of(inputs: Mapping[str, Any]) -> tuple[date, date]:
    first = local_date(the_first(inputs, "from", "from_date", "start", "first", "date", "day", "census_date"))
    last = local_date(the_first(inputs, "to", "to_date", "end", "until", "last", "date", "day", "census_date"))
    if first is None or last is None:
        raise UserError("the census has no days", do="Give 'from' and 'to' as days.")
    return first, last


def _is_in(spell: Spell, day: date) -> bool:
    counts = counts_for_census(spell.said, Readings()) and not is_away(spell.said, day)
    return counts and bool(admissions.holds_midnight(spell.start, spell.end, day))


def _midnight(day: date, spells: list[Spell], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Who was in at the midnight that ends the day."""
    here = [one for one in spells if _is_in(one, day)]
    spent = [admissions.nights(one.start, day) for one in here]
    bands = {days: sum(admissions.is_long_stay(nights, days) for nights in spent) for days in admissions.CENSUS_BANDS}
    wards = Counter(str(ward) for one in here for ward in [ward_at(one, day)] if ward is not None)
    by_ward = dict(sorted(wards.items()))
    available = beds_available(inputs, day)
    return {
        **dict.fromkeys(("occupied", "patients", "count", "n"), len(here)),
        **{f"los_{days}_plus": number for days, number in bands.items()},
        **{f"los_{days}_plus_pct": per_cent(number, len(here)) for days, number in bands.items()},
        "by_ward": by_ward,
        "wards": by_ward,
        **dict.fromkeys(("ids", "in", "who"), frozenset(one.id for one in here)),
        "available": available,
        **dict.fromkeys(("pct", "occupancy_pct"), per_cent(len(here), available) if available is not None else None),
    }


def spell_los(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`admitted` and `discharged` -> `los` [nights] in midnights; for an open stay that at a `census` [as_of, date], if given.

    `spells` give the mean and the sum of all besides, over those of a night or more too.
    """
    several = records(inputs, "spells", "stays")
    if several:
        return _several(several)
    spell = spell_of(inputs)
    day = local_date(the_first(inputs, "census", "census_date", "as_of", "date", "day", "today"))
    ended = admissions.nights(spell.start, spell.end)
    so_far = None if day is None or day < spell.start else admissions.nights(spell.start, day)
    nights = ended if ended is not None else so_far
    is_backwards = nights is not None and nights < 0
    known = None if is_backwards else nights
    return {
        **dict.fromkeys(("los", "nights", "length_of_stay", "midnights", "bed_days"), known),
        **dict.fromkeys(("zero_day", "is_zero_day", "same_day", "zero_los"), None if known is None else known == 0),
        **dict.fromkeys(("overnight", "is_overnight"), None if known is None else known >= 1),
        **dict.fromkeys(("open", "is_open"), spell.end is None),
        **{f"los_{days}_plus": None if known is None else admissions.is_long_stay(known, days) for days in admissions.CENSUS_BANDS},
        "los_at_census": so_far,
        "flags": ["DQ_DISCHARGE_BEFORE_ADMISSION"] if is_backwards else [],
    }


def _several(found: list[Mapping[str, Any]]) -> dict[str, Any]:
    spells = [spell_of(one) for one in found]
    ended = {one.id: admissions.nights(one.start, one.end) for one in spells if one.end is not None}
    nights = list(ended.values())
    overnight = [number for number in nights if number >= 1]
    zero = sum(number == 0 for number in nights)
    return {
        "los": ended,
        **dict.fromkeys(("spells", "n", "count"), len(nights)),
        **dict.fromkeys(("bed_days", "total_los"), sum(nights)),
        **dict.fromkeys(("mean_los", "mean", "mean_los_all"), _mean(nights)),
        **dict.fromkeys(("mean_los_overnight", "mean_overnight", "mean_los_1_plus"), _mean(overnight)),
        **dict.fromkeys(("zero_day", "zero_day_count"), zero),
        **dict.fromkeys(("zero_day_pct", "zero_day_share"), per_cent(zero, len(nights))),
    }


def _mean(values: list[int]) -> float | None:
    return rounded(sum(values) / len(values), 1) if values else None


def occupancy_pct(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`days` [wards, sites, rows] with occupied and available -> `pct` (1 dp), summed before it is divided, and never capped.

    A row that lacks either is in neither sum (missing is not zero): `excluded`. Available may be given as open beds less closed
    ones, core and escalation. No available beds: null. `target_pct` is compared before rounding.
    """
    rows = records(inputs, "days", "wards", "sites", "rows", "periods", "months") or side_by_side(inputs)
    pairs = [(beds_occupied(one), beds_available(one)) for one in rows]
    whole = [(taken, offered) for taken, offered in pairs if taken is not None and offered is not None]
    occupied, available = sum(taken for taken, _ in whole), sum(offered for _, offered in whole)
    target = the_first(inputs, "target_pct", "target", "norm_pct", "planning_norm_pct")
    pct = per_cent(occupied, available)
    meets = None if target is None or not available else occupied * 100 <= float(target) * available
    return {
        **dict.fromkeys(("pct", "occupancy_pct", "occupancy"), pct),
        **dict.fromkeys(("occupied", "occupied_bed_days", "numerator"), occupied),
        **dict.fromkeys(("available", "available_bed_days", "denominator"), available),
        **dict.fromkeys(("meets_target", "target_met", "within_target"), meets),
        **dict.fromkeys(("excluded", "missing"), len(pairs) - len(whole)),
        **dict.fromkeys(("empty", "free", "gap"), available - occupied),
        "over_100": occupied > available,
        "pct_2dp": per_cent(occupied, available, 2),
    }


def admission_method(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`code` [method] -> `class` elective, emergency, maternity or other, and `adult_flow`: no maternity, births or well babies."""
    said = a_code(the_first(inputs, "code", "method", "admission_method", "admission_method_code"))
    code = None if not said else said.upper()
    kind = admissions.admission_class(code)
    age = the_first(inputs, "age", "age_years")
    child = is_true(the_first(inputs, "child", "is_child")) or (age is not None and float(age) < Readings().adult_from_years)
    well_baby = is_true(the_first(inputs, "well_baby", "is_well_baby"))
    is_listed = code in ADMISSION_METHOD
    return {
        **dict.fromkeys(("class", "admission_class", "group", "category"), kind),
        **dict.fromkeys(("adult_flow", "is_adult_flow"), admissions.is_adult_flow(code, well_baby, child)),
        **{name: kind == name for name in admissions.ADMISSION_CLASSES},
        **{f"is_{name}": kind == name for name in admissions.ADMISSION_CLASSES},
        **dict.fromkeys(("birth", "is_birth"), admissions.is_birth(code)),
        **dict.fromkeys(("name", "description", "title"), ADMISSION_METHOD.get(code or "")),
        **dict.fromkeys(("known", "valid", "is_valid"), is_listed),
        "flags": [] if is_listed else ["DQ_UNKNOWN_ADMISSION_METHOD"],
    }


def outlying(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """`wards` (ward, type, designated) and `patients` (id, ward, treatment_function) -> `outliers`, the ids in the patients' order.

    Assessment units, critical care and places without beds have none. `isolation: true` excuses a patient where the case says so
    (`exclude_isolation`). Also `medical_outliers`, `count`, `patients` and `pct`.
    """
    wards = {str(the_first(one, "ward", "code", "ward_code", "id", "name")): one for one in records(inputs, "wards")}
    excuses = is_true(the_first(inputs, "exclude_isolation", "isolation_agreed", "isolation_excluded", "local_isolation_agreement"))
    out, medical, looked_at = [], [], 0
    for one in records(inputs, "patients", "snapshot", "inpatients"):
        ward = wards.get(str(the_first(one, "ward", "ward_code", otherwise="")), {})
        function = a_code(the_first(one, "treatment_function", "treatment_function_code", "function", "tfc", "specialty"))
        isolated = excuses and is_true(the_first(one, "isolation", "is_isolation", "side_room", "isolated"))
        asked = (function, designated_of(ward), ward_type_of(ward))
        looked_at += 1
        if outliers.is_outlier(*asked, is_isolation=isolated):
            out.append(one.get("id"))
            if outliers.is_medical(function) and outliers.is_surgical_ward(asked[1]):
                medical.append(one.get("id"))
    return {
        **dict.fromkeys(("outliers", "outlier_ids", "ids"), out),
        **dict.fromkeys(("count", "outlier_count", "n_outliers", "n"), len(out)),
        **dict.fromkeys(("medical_outliers", "medical_outlier_ids"), medical),
        "medical_outlier_count": len(medical),
        **dict.fromkeys(("patients", "total"), looked_at),
        **dict.fromkeys(("pct", "outlier_pct"), per_cent(len(out), looked_at)),
    }


KINDS = {
    "census": census,
    "spell_los": spell_los,
    "occupancy_pct": occupancy_pct,
    "admission_method": admission_method,
    "outliers": outlying,
}
