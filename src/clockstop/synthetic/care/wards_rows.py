"""What the patient administration system tells of spells and of stays on wards, each value from when it is known."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clockstop.synthetic.care import wards_base as base
from clockstop.synthetic.care.emergency_draw import Ints, Truths
from clockstop.synthetic.care.emergency_records import Unplanned, visible_spells
from clockstop.synthetic.care.emergency_rows import attendance_identifiers, draws, people_columns, spell_identifiers
from clockstop.synthetic.care.wards_ready import Ready
from clockstop.synthetic.care.wards_spells import BABY, ELECTIVE, FUNCTIONS, METHODS, WELL_BABIES, Spells
from clockstop.synthetic.care.wards_stays import CAPACITY, REASONS
from clockstop.synthetic.extract_columns import dates, named, numbers, pathway_identifiers, prefixed, record_identifiers
from clockstop.synthetic.layers import Records, always, instant, once, piled, planned
from clockstop.synthetic.london import NO_MINUTE, wall_days

DESTINATIONS = ("19", "51", "54", "79", "85", "88")


def spell_rows(records: Unplanned, ready: Ready) -> Records:
    """Every spell that was not over when the days told of began."""
    places = visible_spells(records)
    rows, found = records.stays.only(places), records.found
    draw = draws(places, 21)
    first_ward = _first_wards(records)[places]
    sites = tuple(found.trust.sites)
    site = np.where(first_ward >= 0, records.wards.site[first_ward], 0)
    is_baby, is_day = rows.origin == BABY, rows.is_day_case
    lounge = _lounge_at(records)[places]
    medicines = np.where(
        (draw < 0.8) & (rows.end - rows.start > 1_440) & ~rows.dies, rows.end - 40 - (draw * 260).astype(int), NO_MINUTE
    )
    source = np.where(is_baby, 2, np.where((rows.age == 5) & (draw < 0.14), 1, 0))
    columns = {
        "hospital_provider_spell_identifier": always(spell_identifiers(records, places)),
        "patient_pathway_identifier": always(_pathways(records, rows)),
        "spell_started_at": instant(rows.start),
        "spell_ended_at": instant(rows.end),
        "admission_method_code": always(named(METHODS, rows.method)),
        "source_of_admission_code": always(named(("19", "54", "79"), source)),
        "patient_classification_code": always(numbers(np.where(is_day, 2, 1))),
        "intended_management_code": always(numbers(np.where(is_day, 2, 1), hidden=rows.origin != ELECTIVE)),
        "discharge_method_code": once(numbers(np.where(rows.dies, 4, np.where(draw > 0.988, 2, 1))), rows.end),
        "discharge_destination_code": once(named(DESTINATIONS, _destinations(rows, ready.pathway[places], draw)), rows.end),
        "emergency_care_attendance_identifier": always(attendance_identifiers(found, rows.visit)),
        "estimated_discharge_date": piled(*((dates(day), known) for day, known in ready.expected(places))),
        "estimated_discharge_date_set_at": planned(ready.expected_set[places], ready.expected_set[places]),
        "discharge_lounge_at": instant(lounge),
        "take_home_medicines_ready_at": instant(np.where(medicines > rows.start, medicines, NO_MINUTE)),
        "transport_booked_at": instant(np.where((draws(places, 22) < 0.12) & (medicines < NO_MINUTE), medicines - 90, NO_MINUTE)),
        "is_well_baby": always(pa.array(rows.function == FUNCTIONS.index(WELL_BABIES), mask=~is_baby)),
        "activity_treatment_function_code": always(named(FUNCTIONS, rows.function)),
        "organisation_site_identifier_of_treatment": always(named(sites, site)),
        "consultant_code": always(consultants(rows.function, places)),
        **{name: always(values) for name, values in people_columns(found, records.who.spell[places]).items()},
    }  # fmt: skip
    return Records(rows.start, columns)


def consultants(function: Ints, places: Ints) -> pa.Array:
    """Six consultants a function."""
    return prefixed("C", 9_970_000 + function * 6 + places % 6)


def _pathways(records: Unplanned, rows: Spells) -> pa.Array:
    """The pathway of the elective ones: of the known spells, and of those who were to come in."""
    history = records.found
    of_known = history.spells.pathway
    coming = np.flatnonzero(
        (history.entries.to_come_in > records.until) & (history.entries.removal_reason == 1)
        & (history.entries.to_come_in_known <= records.until)
    )  # fmt: skip
    within = coming[history.entries.to_come_in[coming] <= records.until + 2]
    every = np.concatenate([of_known, history.entries.pathway[within], [0]])
    place = np.where(rows.known >= 0, rows.known, len(every) - 1)
    return pc.if_else(pa.array(rows.known >= 0), pathway_identifiers(history.trust, every[place]), None)


def _first_wards(records: Unplanned) -> Ints:
    found = np.full(len(records.stays), -1)
    found[records.wanted.spell[::-1]] = records.beds.ward[::-1]
    return found


def _lounge_at(records: Unplanned) -> Ints:
    """When each went to the lounge."""
    found = np.full(len(records.stays), NO_MINUTE)
    lounge = records.wanted.group == base.LOUNGE
    found[records.wanted.spell[lounge]] = records.wanted.start[lounge]
    return found


def _destinations(rows: Spells, pathway: Ints, draw: np.ndarray) -> Ints:
    return np.select([rows.dies, pathway == 3, draw < 0.02, draw > 0.995], [3, 4, 1, 5], 0)


def stay_rows(records: Unplanned) -> Records:
    """Every stay on a ward of those spells."""
    wanted, beds, wards = records.wanted, records.beds, records.wards
    shown = np.isin(wanted.spell, visible_spells(records))
    places = np.flatnonzero(shown)
    spell, ward, bed = wanted.spell[places], beds.ward[places], beds.bed[places]
    extra = beds.is_extra[places]
    has_bed = (bed > 0) & ~extra
    codes = tuple(wards.codes(records.found.trust))
    draw = draws(places, 31)
    columns = {
        "ward_stay_identifier": always(record_identifiers(records.found.trust, "Y", places)),
        "hospital_provider_spell_identifier": always(spell_identifiers(records, spell)),
        "ward_code": always(named(codes, ward)),
        "bay": always(_bays(bed, has_bed, extra)),
        "bed": always(prefixed("", bed, hidden=~has_bed)),
        "ward_stay_started_at": instant(wanted.start[places]),
        "ward_stay_ended_at": instant(wanted.end[places]),
        "activity_treatment_function_code": always(named(FUNCTIONS, wanted.function[places])),
        "consultant_code": always(consultants(wanted.function[places], spell)),
        "reason_for_move": always(named(REASONS, np.where(extra, CAPACITY, wanted.reason[places]))),
        "ready_to_leave_at": instant(wanted.ready[places]),
        "is_isolation": always(pa.array((bed > 0) & (bed % 9 == 0) & (draw < 0.35))),
        "is_home_leave": always(pa.array(np.zeros(len(places), bool))),
        "is_boarded": always(pa.array(extra)),
        "is_mixed_sex_breach": always(pa.array((draw > 0.9985) & has_bed)),
    }
    return Records(wanted.start[places], columns)


def _bays(bed: Ints, has_bed: Truths, extra: Truths) -> pa.Array:
    letters = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    bays = pc.binary_join_element_wise("Bay ", named(letters, np.clip((bed - 1) // 6, 0, 25)), "")
    bays = pc.if_else(pa.array(bed % 9 == 0), "Side room", bays)
    return pc.if_else(pa.array(extra), "Corridor", pc.if_else(pa.array(has_bed), bays, None))


def day_of(minutes: Ints) -> Ints:
    """The civil day of each minute; of one that never comes, none."""
    return np.where(minutes < NO_MINUTE, wall_days(np.minimum(minutes, NO_MINUTE - 1)), NO_MINUTE)
