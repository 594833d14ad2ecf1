"""Random spells and ward stays, faults among them, around both clock changes: the facts' midnights are those counted by hand."""

import random
from datetime import date, datetime, time, timedelta

import pyarrow as pa
import pytest

from clockstop.rules.bed_spells import inpatient_stays
from clockstop.rules.bed_stays import bed_stays
from clockstop.rules.readings import Readings
from clockstop.rules.ward_nights import ward_nights
from contract_tables import dataset
from oracles.midnights_by_hand import census_by_hand

WARDS = {"W1": "general", "W2": "general", "AMU": "assessment", "TH": "theatre", "LNG": "discharge_lounge"}
COUNTED = ("patients", "occupied", "los_7_plus", "los_14_plus", "los_21_plus")
SPELLS = 80
# Both nights on which the clocks change, and one on which they do not.
AROUND = (date(2026, 3, 29), date(2026, 6, 10), date(2026, 10, 25))


def a_moment(rng, around, days):
    """A moment near, often on a midnight or in the hour that comes twice or never."""
    day = datetime.combine(around, time()) + timedelta(days=rng.randint(-days, days))
    return day + rng.choice(
        [timedelta(0), timedelta(hours=1, minutes=30), timedelta(hours=23, minutes=59), timedelta(minutes=rng.randint(0, 1439))]
    )


def drawn(rng, around):
    """Spells with stays that follow each other, or overlap, leave gaps, lie inside each other or go on."""
    spells, stays = [], []
    for number in range(SPELLS):
        start = a_moment(rng, around, 24)
        end = None if rng.random() < 0.2 else start + timedelta(minutes=rng.randint(0, 60 * 24 * rng.choice([1, 3, 25])))
        if end and rng.random() < 0.2:
            end = max(start, datetime.combine(end, time()))
        name = f"{around:%b}{number}"
        spells.append({"id": name, "start": start, "end": end, "counts": rng.random() < 0.9})
        for order in range(rng.choice([0, 1, 1, 2, 3, 4])):
            begun = start + timedelta(minutes=rng.randint(-600, 60 * 24 * 6))
            over = None if rng.random() < 0.25 else begun + timedelta(minutes=rng.choice([0, rng.randint(1, 60 * 24 * 6)]))
            stays.append({"id": f"{name}-{order}", "spell": name, "ward": rng.choice([*WARDS, "W9"]), "start": begun,
                          "end": over, "leave": rng.random() < 0.05})  # fmt: skip
    return spells, stays


def table(name, rows):
    """The contract's columns of plain rows."""
    empty = dataset(name)
    return pa.table({field.name: pa.array([row.get(field.name) for row in rows], field.type) for field in empty.schema})


@pytest.mark.slow
def test_every_midnight_is_that_counted_by_hand(engine):
    rng, as_of = random.Random(5), AROUND[-1] + timedelta(days=20)
    every = [drawn(rng, around) for around in AROUND]
    spells, stays = ([row for rows in part for row in rows] for part in zip(*every, strict=True))
    spells = [spell for spell in spells if spell["start"].date() <= as_of]
    stays = [stay for stay in stays if stay["start"].date() <= as_of]
    given = {"as_of": as_of, "readings": Readings()}
    keep = lambda expression: engine.memory(engine.rows(expression))  # noqa: E731
    nothing = {name: engine.memory(dataset(name)) for name in ("virtual_ward_stays", "ward_bed_states", "ward_patient_days")}
    wards = engine.memory(table("wards", [
        {"ward_code": code, "ward_type": kind, "beds": 20, "valid_from_date": date(2020, 1, 1)} for code, kind in WARDS.items()
    ]))  # fmt: skip
    sent = engine.memory(table("inpatient_spells", [
        {"hospital_provider_spell_identifier": one["id"], "spell_started_at": one["start"], "spell_ended_at": one["end"],
         "admission_method_code": "21", "patient_classification_code": "1" if one["counts"] else "2"} for one in spells
    ]))  # fmt: skip
    moved = engine.memory(table("ward_stays", [
        {"ward_stay_identifier": one["id"], "hospital_provider_spell_identifier": one["spell"], "ward_code": one["ward"],
         "ward_stay_started_at": one["start"], "ward_stay_ended_at": one["end"], "is_home_leave": one["leave"]} for one in stays
    ]))  # fmt: skip
    found_spells = keep(inpatient_stays(sent, nothing["virtual_ward_stays"], **given))
    found_stays = keep(bed_stays(moved, found_spells, wards, **given))
    nights = engine.rows(
        ward_nights(found_stays, found_spells, wards, nothing["ward_bed_states"], nothing["ward_patient_days"], **given)
    ).to_pylist()
    # Before the first stay ended the records tell of those alone who stayed long, and nothing is counted.
    first = min(row["end_date"] for row in engine.rows(found_stays).to_pylist() if row["end_date"])
    by_hand = census_by_hand(_by(spells, as_of), _by(stays, as_of), WARDS, first, as_of)
    wanted = {(day, ward, name): counts[name] for (day, ward), counts in by_hand.items() for name in COUNTED if counts[name]}
    got = {(row["day"], row["ward_code"], name): row[name] for row in nights for name in COUNTED if row[name]}
    assert got == wanted
    assert sum(wanted[key] for key in wanted if key[2] == "occupied") > 500


def _by(rows, as_of):
    """The rows as they are known at the end of the as-of day: what ends later has not ended."""
    return [{**row, "end": None if row["end"] and row["end"].date() > as_of else row["end"]} for row in rows]
