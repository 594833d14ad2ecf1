"""The midnight census counted patient by patient and night by night: the slow, obvious twin of rules/bed_nights.py."""

from collections import Counter
from datetime import datetime, time, timedelta

PLACES = ("theatre", "discharge_lounge", "transport")
NOWHERE = "unknown"


def census_by_hand(spells, stays, ward_types, first, last):
    """{(day, ward): Counter(patients, occupied, los_7_plus, ...)} for the midnights that end the days from first to last.

    Spells and stays are dicts of plain values; `ward_types` gives the kind of each ward.
    """
    found = {}
    day = first
    while day <= last:
        for spell in spells:
            if holds(spell["start"], spell["end"], day):
                mine = [clipped(stay, spell) for stay in stays if stay["spell"] == spell["id"]]
                count_patient(found, day, spell, ward_and_stay(mine, ward_types, day), ward_types)
        day += timedelta(days=1)
    return found


def holds(start, end, day):
    """Whether somebody who came at `start` and left at `end` was there at the instant that ends the day.

    Who left at that very instant was still there; who came at it was not.
    """
    instant = datetime.combine(day, time()) + timedelta(days=1)
    return start < instant and (end is None or end >= instant)


def clipped(stay, spell):
    """The stay inside its spell."""
    start = max(stay["start"], spell["start"])
    ends = [end for end in (stay["end"], spell["end"]) if end is not None]
    return {**stay, "start": start, "end": max(min(ends), start) if ends else None}


def ward_and_stay(stays, ward_types, day):
    """Where the patient was: the stay begun last, a ward before a place; in a gap the ward that was left last."""
    here = [stay for stay in stays if holds(stay["start"], stay["end"], day)]
    wards = [stay for stay in here if ward_types.get(stay["ward"]) not in PLACES]
    if wards or here:
        chosen = max(wards or here, key=lambda stay: (stay["start"], stay["id"]))
        return chosen["ward"], chosen
    left = [stay for stay in stays if stay["start"].date() <= day and ward_types.get(stay["ward"]) not in PLACES]
    if left:
        chosen = max(left, key=lambda stay: (stay["end"], stay["start"], stay["id"]))
        return chosen["ward"], chosen
    return NOWHERE, None


def count_patient(found, day, spell, place, ward_types):
    """Add one patient to the ward's count, and to that of its beds where a bed is held."""
    ward, stay = place
    counts = found.setdefault((day, ward), Counter())
    if not spell["counts"]:
        return
    counts["patients"] += 1
    if stay is None or ward_types.get(ward) in PLACES or stay["leave"]:
        return
    counts["occupied"] += 1
    nights = (day - spell["start"].date()).days
    for days in (7, 14, 21):
        counts[f"los_{days}_plus"] += nights >= days
