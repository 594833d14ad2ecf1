"""Reading the inputs of worked cases about beds: spells and ward stays, wards, and beds open or taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from clockstop.rules import admissions
from clockstop.rules.case_inputs import a_code, the_first
from clockstop.rules.discharge_case_inputs import admitted_at, discharged_at, is_true, local, local_date
from clockstop.rules.readings import Readings

# Other words for the kinds of ward, and local units that are one.
_TYPES = {
    "assessment_unit": "assessment", "amu": "assessment", "sau": "assessment", "mau": "assessment", "admissions": "assessment",
    "itu": "critical_care", "icu": "critical_care", "hdu": "critical_care", "critical": "critical_care",
    "intensive_care": "critical_care", "high_dependency": "critical_care", "ccu": "critical_care",
    "lounge": "discharge_lounge", "recovery": "theatre", "theatres": "theatre", "virtual_ward": "virtual", "hah": "virtual",
    "hospital_at_home": "virtual", "children": "paediatric", "paediatrics": "paediatric",
}  # fmt: skip
_DAY_CLASSES = {"day_case": "2", "daycase": "2", "day case": "2", "regular_day": "3", "regular day": "3", "ordinary": "1"}


@dataclass(frozen=True)
class Spell:
    """A spell of a case: its civil dates and what else the case says of it."""

    id: Any
    start: date
    end: date | None
    ended_at: datetime | None
    said: Mapping[str, Any]


def records(inputs: Mapping[str, Any], *names: str) -> list[Mapping[str, Any]]:
    """The records under the first of the names; a mapping of names to records is the records with their names as id."""
    found = the_first(inputs, *names) or []
    if isinstance(found, Mapping):
        return [{"id": name, "ward": name, **(one or {})} for name, one in found.items()]
    return [one for one in found if isinstance(one, Mapping)]


def side_by_side(inputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The inputs themselves as the one record; one a place where they are lists of equal length."""
    lists = {name: value for name, value in inputs.items() if isinstance(value, list)}
    if not lists or len({len(value) for value in lists.values()}) != 1:
        return [inputs]
    return [dict(zip(lists, values, strict=True)) for values in zip(*lists.values(), strict=True)]


def spell_of(one: Mapping[str, Any]) -> Spell:
    """A spell by its civil dates; a stay that stepped down to a virtual ward holds no bed from then on."""
    end = discharged_at(one)
    stepped = local(the_first(one, "stepped_down", "stepped_down_at", "virtual_from", "virtual_ward_from", "step_down"))
    ended_at = min((value for value in (end, stepped) if value is not None), default=None)
    return Spell(one.get("id"), admitted_at(one).date(), None if ended_at is None else ended_at.date(), ended_at, one)


def counts_for_census(one: Mapping[str, Any], readings: Readings) -> bool:
    """Whether the spell's patient counts in a census at all."""
    said = a_code(the_first(one, "classification", "patient_classification", "patient_classification_code", "class", "type"))
    classification = _DAY_CLASSES.get((said or "").lower(), said)
    is_day = any(is_true(one.get(name)) for name in ("day_case", "is_day_case", "regular_attender"))
    is_virtual = any(is_true(one.get(name)) for name in ("virtual", "virtual_ward", "is_virtual"))
    is_virtual = is_virtual or ward_type_of(one) == "virtual"
    baby = any(is_true(one.get(name)) for name in ("well_baby", "is_well_baby", "newborn_well"))
    left_out = tuple(readings.census_leaves_out_classifications.split())
    counts = admissions.is_for_census("2" if is_day else classification, baby, left_out)
    is_counted = is_true(the_first(one, "counts", "counted", "is_counted", "for_census"), otherwise=True)
    return bool(counts) and is_counted and not is_virtual


def is_away(one: Mapping[str, Any], day: date) -> bool:
    """Whether the patient was on home leave at the midnight that ends the day."""
    said = the_first(one, "leave", "home_leave", "on_leave", "is_home_leave")
    if isinstance(said, Mapping):
        said = [said]
    if not isinstance(said, list):
        return is_true(said)
    periods = [(_instant(each, "from", "start", "out"), _instant(each, "to", "end", "back", "until")) for each in said]
    return any(
        admissions.holds_midnight(out.date(), back.date() if back else None, day) for out, back in periods if out is not None
    )


def stays_of(spell: Spell) -> list[tuple[datetime, datetime | None, Any]]:
    """The spell's ward stays as (from, to, ward), in the order in which they began."""
    found = []
    for number, each in enumerate(records(spell.said, "ward_stays", "wards", "bed_stays", "moves")):
        begun = _instant(each, "from", "start", "started", "started_at", "at") or admitted_at(spell.said)
        ended = _instant(each, "to", "end", "ended", "ended_at", "until")
        found.append((begun, number, ended, each))
    in_order = sorted(found, key=lambda one: (one[0], one[1]))
    return [(begun, ended, the_first(each, "ward", "ward_code", "code")) for begun, _, ended, each in in_order]


def ward_at(spell: Spell, day: date) -> Any:
    """The ward that held the patient at the midnight that ends the day: of several the last begun; in a gap the ward before."""
    stays = stays_of(spell)
    if not stays:
        return the_first(spell.said, "ward", "ward_code")
    begun = [one for one in stays if one[0].date() <= day]
    held = [one for one in begun if admissions.holds_midnight(one[0].date(), one[1].date() if one[1] else None, day)]
    if held:
        return held[-1][2]
    return max(begun, key=lambda one: one[1] or datetime.max, default=(None, None, None))[2]  # noqa: DTZ901 - local, no zone


def ward_type_of(ward: Mapping[str, Any]) -> str:
    """The kind of ward in our words."""
    said = str(the_first(ward, "type", "ward_type", "kind", otherwise="general") or "general").strip().lower()
    said = said.replace(" ", "_").replace("-", "_")
    return _TYPES.get(said, said)


def designated_of(ward: Mapping[str, Any]) -> str:
    """The functions that the ward is for, between blanks."""
    said = the_first(ward, "designated", "designated_functions", "designated_treatment_functions", "functions", "specialties")
    if said is None:
        return ""
    each = said if isinstance(said, (list, tuple, set)) else str(said).replace(",", " ").split()
    return " ".join(code for code in map(a_code, each) if code)


def beds_occupied(one: Mapping[str, Any]) -> float | None:
    """The beds taken; core and escalation together where they are given apart."""
    said = the_first(one, "occupied", "occupied_beds", "patients", "numerator", "occupied_bed_days")
    return said if said is not None else _sum(one, "core_occupied", "escalation_occupied")


def beds_available(one: Mapping[str, Any], day: date | None = None) -> float | None:
    """The beds open and staffed: as said, or beds less closed ones, with escalation beds while they are open."""
    said = the_first(one, "available", "available_beds", "open", "beds_open", "open_beds", "denominator", "available_bed_days")
    if isinstance(said, Mapping):
        by_day = {local_date(when): number for when, number in said.items()}
        said = by_day.get(day)
    if said is not None:
        return said
    core = the_first(one, "core", "core_beds", "core_open", "core_available", "beds", "funded", "staffed")
    if core is None or isinstance(core, (list, Mapping)):
        return None
    more = the_first(one, "escalation", "escalation_open", "escalation_available", otherwise=0) or 0
    closed = _sum(one, "closed", "beds_closed", "closed_infection", "closed_ipc", "closed_staffing", "closed_estates") or 0
    return core + more - closed


def _sum(one: Mapping[str, Any], *names: str) -> float | None:
    known = [one[name] for name in names if one.get(name) is not None]
    return sum(known) if known else None


def _instant(each: Mapping[str, Any], *names: str) -> datetime | None:
    return local(the_first(each, *names))
