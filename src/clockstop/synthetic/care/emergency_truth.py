"""What is right about unplanned care at the end of a day, worked out from the records by plain counting, never with the rules."""

import numpy as np
import pyarrow as pa

from clockstop.synthetic.care import wards_base as base
from clockstop.synthetic.care.emergency_draw import ADMITTED, DISCHARGED, Ints, Truths
from clockstop.synthetic.care.emergency_records import Unplanned, end_of, visible_spells, visible_visits
from clockstop.synthetic.care.emergency_rows import attendance_identifiers, booked, spell_identifiers
from clockstop.synthetic.care.wards_base import GROUPS
from clockstop.synthetic.care.wards_ready import ready
from clockstop.synthetic.care.wards_spells import ELECTIVE, is_emergency, nights_of
from clockstop.synthetic.care.wards_stays import WELL_BABY
from clockstop.synthetic.extract_columns import dates, named, prefixed, record_identifiers
from clockstop.synthetic.london import NO_MINUTE, Minutes, is_ambiguous, wall_days
from clockstop.synthetic.pathways import NEVER

FOUR_HOURS, TWELVE_HOURS = 240, 720
NO_OFFSETS = ("csv_cp1252", "xlsx")


def truth_of(records: Unplanned) -> dict[str, pa.Table]:
    """The tables of truth by their names."""
    return {
        "attendances": attendances(records),
        "handovers": handovers(records),
        "midnights": midnights(records),
        "stays": stays(records),
        "spells": spells(records),
    }


def attendances(records: Unplanned) -> pa.Table:
    """One row a visit that began by the end of the day: minutes on its clock, both twelve hours, and whether it counts.

    The records of a visit that was streamed on one site are one, under the first record's number. `is_unclear` where a time fell
    into the hour that came twice and the trust's files do not say which.
    """
    places = visible_visits(records)
    seen = records.seen
    places = places[seen.registered[places] <= records.end]
    is_second = (seen.stream[places] >= 0) & (seen.stream[places] == seen.party[places]) & ~_is_first(records, places)
    of_stream = np.full(len(seen), -1)
    of_stream[seen.stream[places[is_second]]] = places[is_second]
    first = places[~is_second]
    last = np.where(seen.stream[first] >= 0, of_stream[np.maximum(seen.stream[first], 0)], first)
    last = np.where(last >= 0, last, first)
    start = _clock_start(records, first)
    stop = np.where((seen.outcome[last] == DISCHARGED) & (seen.wait[last] < 2), seen.concluded[last], seen.left[last])
    is_over = seen.left[last] <= records.end
    is_admitted = seen.outcome[last] == ADMITTED
    minutes, since_decision = stop - start, seen.left[last] - np.maximum(seen.decided[last], start)
    is_counted = (seen.category[first] < 4) & (seen.kind[first] <= 4)
    return pa.table({
        "emergency_care_attendance_identifier": attendance_identifiers(records.found, first),
        "department_type": named(("01", "02", "03", "04", "05"), seen.kind[first] - 1),
        "start_date": dates(wall_days(start)),
        "clock_start_minute": pa.array(start),
        "clock_end_minute": pa.array(stop, mask=~is_over),
        "minutes_in_department": pa.array(minutes, mask=~is_over),
        "is_within_4_hours": pa.array((minutes <= FOUR_HOURS) & is_over),
        "is_over_12_hours_from_arrival": pa.array((minutes > TWELVE_HOURS) & is_over),
        "minutes_from_decision": pa.array(since_decision, mask=~(is_over & is_admitted)),
        "is_over_12_hours_from_decision": pa.array((since_decision > TWELVE_HOURS) & is_over & is_admitted),
        "is_in_standard": pa.array(is_counted),
        "reported_type": named(("01", "02", "03", "04", "05"), seen.kind[last] - 1),
        "is_unplanned": pa.array(seen.category[first] < 4),
        "is_admitted": pa.array(is_admitted & is_over),
        "is_booked": pa.array(booked(seen.only(first), first)),
        "is_streamed": pa.array(seen.stream[first] >= 0),
        "is_unclear": pa.array(_is_unclear(records, first) | _is_unclear(records, last)),
    })  # fmt: skip


def _is_first(records: Unplanned, places: Ints) -> Truths:
    """Whether no other record of the coming began earlier."""
    first = np.full(len(records.seen), NO_MINUTE)
    np.minimum.at(first, records.seen.party, records.seen.came)
    return records.seen.came[places] == first[records.seen.party[places]]


def _clock_start(records: Unplanned, places: Ints) -> Minutes:
    seen = records.seen
    by_ambulance = np.minimum(seen.handover[places], seen.came[places] + 15)
    return np.where(seen.mode[places] == 0, by_ambulance, np.minimum(seen.registered[places], seen.assessed[places]))


def _is_unclear(records: Unplanned, places: Ints) -> Truths:
    found = np.zeros(len(places), bool)
    if records.found.trust.file_form in NO_OFFSETS:
        for name in ("came", "handover", "registered", "assessed", "seen", "ready", "decided", "concluded", "left"):
            found |= is_ambiguous(getattr(records.seen, name)[places])
    return found


def handovers(records: Unplanned) -> pa.Table:
    """One row an ambulance: minutes to the handover, where it has come."""
    places = visible_visits(records)
    seen = records.seen
    places = places[(seen.mode[places] == 0) & (seen.came[places] <= records.end)]
    minutes, is_over = seen.handover[places] - seen.came[places], seen.handover[places] <= records.end
    return pa.table({
        "ambulance_arrival_identifier": record_identifiers(records.found.trust, "Q", places),
        "start_date": dates(wall_days(seen.came[places])),
        "handover_minutes": pa.array(minutes, mask=~is_over),
        "is_unclear": pa.array(_is_unclear(records, places)),
    })  # fmt: skip


def midnights(records: Unplanned) -> pa.Table:
    """One row a ward and midnight of the days told of: patients in its beds, those of 7, 14 and 21 days among them.

    A patient holds the bed at the instant that ends the day; who leaves at that very instant held it. Well babies are no patients.
    """
    wanted, beds, wards = records.wanted, records.beds, records.wards
    days = np.arange(records.first, records.until + 1)
    counts_as = (wanted.function != WELL_BABY) & ~records.stays.is_day_case[wanted.spell]
    leg = np.flatnonzero(counts_as)
    ends = np.array([end_of(int(day)) for day in days])
    first, last = np.searchsorted(ends, wanted.start[leg], side="right"), np.searchsorted(ends, wanted.end[leg], side="right")
    number = np.maximum(last - first, 0)
    row = np.repeat(leg, number)
    place = np.repeat(first, number) + np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    cell = place * len(wards) + beds.ward[row]
    since = days[place] - wall_days(records.stays.start[wanted.spell[row]])
    size = len(days) * len(wards)
    ward = np.arange(size) % len(wards)
    return pa.table({
        "day": dates(days[np.arange(size) // len(wards)].astype(np.int32)),
        "ward_code": named(tuple(wards.codes(records.found.trust)), ward),
        "ward_type": named(tuple(group.kind for group in GROUPS), wards.group[ward]),
        "patients": pa.array(np.bincount(cell, minlength=size)),
        **{f"los_{least}_plus": pa.array(np.bincount(cell[since >= least], minlength=size)) for least in (7, 14, 21)},
    })  # fmt: skip


def stays(records: Unplanned) -> pa.Table:
    """One row a stay on a ward: whose it is, and its minutes by Greenwich, empty where it had not ended."""
    wanted = records.wanted
    places = np.flatnonzero(np.isin(wanted.spell, visible_spells(records)) & (wanted.start <= records.end))
    return pa.table({
        "ward_stay_identifier": record_identifiers(records.found.trust, "Y", places),
        "hospital_provider_spell_identifier": spell_identifiers(records, wanted.spell[places]),
        "ward_code": named(tuple(records.wards.codes(records.found.trust)), records.beds.ward[places]),
        "start_minute": pa.array(wanted.start[places]),
        "end_minute": pa.array(wanted.end[places], mask=wanted.end[places] > records.end),
        "is_in_lounge": pa.array(wanted.group[places] == base.LOUNGE),
    })  # fmt: skip


def spells(records: Unplanned) -> pa.Table:
    """One row a spell that had begun: nights, days of delay, and whether the patient was back as an emergency within 30 days."""
    able, places = ready(records), visible_spells(records)
    stays = records.stays
    places = places[stays.start[places] <= records.end]
    is_over = stays.end[places] <= records.end
    end_day = wall_days(stays.end[places]).astype(np.int64)
    has_date = is_over & (able.last[places] < NEVER) & (able.last[places] <= end_day)
    return pa.table({
        "hospital_provider_spell_identifier": spell_identifiers(records, places),
        "admission_class": named(("elective", "emergency", "other"), np.where(stays.origin[places] == ELECTIVE, 0,
                                                                              np.where(is_emergency(stays)[places], 1, 2))),
        "start_date": dates(wall_days(stays.start[places])),
        "is_through_department": pa.array(_is_through_department(records)[places]),
        "nights": pa.array(nights_of(stays)[places], mask=~is_over),
        "delay_days": pa.array(np.where(has_date, end_day - able.last[places], 0), mask=~has_date),
        "is_ended": pa.array(is_over),
        "is_readmitted": pa.array(_is_readmitted(records)[places]),
        "local_patient_identifier": prefixed("", records.found.persons.hospital_number[records.who.spell[places]].astype(np.int64)),
    })  # fmt: skip


def _is_through_department(records: Unplanned) -> Truths:
    """Whether the spell began with an unplanned visit to a department of types 1 to 4."""
    visit = np.maximum(records.stays.visit, 0)
    seen = records.seen
    return (records.stays.visit >= 0) & (seen.kind[visit] <= 4) & (seen.category[visit] < 4)


def _is_readmitted(records: Unplanned) -> Truths:
    """Whether the person's next spell, known by the end of the day, began as an emergency on the day of leaving or within 29."""
    stays, who = records.stays, records.who.spell
    order = np.lexsort((stays.start, who))
    after = np.append(order[1:], order[0])
    is_same = (who[after] == who[order]) & (stays.start[after] >= stays.end[order])
    gap = wall_days(stays.start[after]) - wall_days(stays.end[order])
    found = np.zeros(len(stays), bool)
    found[order] = is_same & is_emergency(stays)[after] & (gap <= 29) & (stays.start[after] <= records.end)
    return found & ~stays.is_day_case & ~stays.dies & (stays.end <= records.end)
