"""Random visits on ordinary nights and on those on which the clocks change, counted by the facts and by hand, minute by minute."""

import random
from datetime import UTC, date, datetime, timedelta

import ibis
import pyarrow as pa
import pytest

from clockstop.contracts import contracts
from clockstop.rules.emergency_cases import ed_attendance
from clockstop.rules.emergency_visits import emergency_attendances
from clockstop.rules.readings import Readings
from emergency_tables import SHORT, drawn
from oracles.emergency_twin import EPOCH, ORDER, local, visit

NIGHTS = ("2025-03-30", "2025-10-26", "2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2026-06-10", "2026-12-31")
OUTCOMES = ("admitted", "discharged", "discharged", "transferred", "left_before_treatment", "died")
WAITS = (None, "none", "private_transport", "hospital_transport", "social_care")
OF_AMBULANCE = ("arrived", "handed_over")
VISITS = 400


def a_visit(chance, number):
    """Steps a few minutes or hours apart from the evening on, some missing, some out of order, with or without offsets."""
    night = datetime.fromisoformat(chance.choice(NIGHTS)).replace(tzinfo=UTC)
    minute = int((night - EPOCH).total_seconds()) // 60 + chance.randint(-180, 130)
    by_ambulance = chance.random() < 0.4
    times, offsets = {}, {}
    for name in ORDER:
        if name in OF_AMBULANCE and not by_ambulance:
            continue
        if name not in ("arrived", "came") and chance.random() < 0.25:
            continue
        at = minute + (-chance.randint(1, 90) if chance.random() < 0.08 else 0)
        wall = local(at)
        times[name] = wall + timedelta(seconds=chance.randint(0, 59))
        offsets[name] = None
        if chance.random() < 0.3:
            offsets[name] = int((wall.replace(tzinfo=UTC) - EPOCH).total_seconds() // 60) - at
        elif chance.random() < 0.1:
            times[name] = datetime.combine(night.date(), datetime.min.time()) + timedelta(hours=1, minutes=chance.randint(0, 59))
        minute += chance.choice((0, 5, 20, 45, 90, chance.randint(0, 400)))
    return {"visit": f"V{number}", "times": times, "offsets": offsets, "by_ambulance": by_ambulance,
            "outcome": chance.choice(OUTCOMES), "waits_for": chance.choice(WAITS)}  # fmt: skip


@pytest.fixture(scope="module")
def made():
    chance = random.Random(20261025)
    return [a_visit(chance, number) for number in range(VISITS)]


def table(name, made, columns):
    """The dataset as kept, of the visits."""
    empty = drawn(name).schema()
    kinds = {column.name: column.type for column in contracts()[name].columns}
    found = {key: [None] * len(made) for key in empty.names} | columns
    for short, key in SHORT.items():
        if kinds.get(key) == "instant" and short in ORDER:
            found[key] = [one["times"].get(short) for one in made]
            found[f"{key}_offset_minutes"] = [one["offsets"].get(short) for one in made]
    return ibis.memtable(pa.table(found, schema=empty.to_pyarrow()))


def worked_out(made):
    brought = [one for one in made if one["by_ambulance"]]
    visits = table("ed_attendances", made, {
        SHORT["visit"]: [one["visit"] for one in made], SHORT["type"]: ["01"] * len(made), SHORT["category"]: ["1"] * len(made),
        SHORT["mode"]: ["ambulance" if one["by_ambulance"] else "walk_in" for one in made],
        SHORT["outcome"]: [one["outcome"] for one in made], SHORT["waits_for"]: [one["waits_for"] for one in made],
    })  # fmt: skip
    ambulances = table("ambulance_arrivals", brought, {
        SHORT["ambulance"]: [one["visit"] for one in brought], SHORT["visit"]: [one["visit"] for one in brought],
    })  # fmt: skip
    found = emergency_attendances(visits, ambulances, as_of=date(2028, 1, 1), readings=Readings())
    return {row["emergency_care_attendance_identifier"]: row for row in found.to_pyarrow().to_pylist()}


def by_hand(one):
    return visit(one["times"], one["offsets"], by_ambulance=one["by_ambulance"], outcome=one["outcome"], waits_for=one["waits_for"])


TIME_FLAGS = {"DQ_AMBIGUOUS_LOCAL_TIME", "DQ_NONEXISTENT_LOCAL_TIME", "DQ_SEQUENCE"}


def test_the_facts_count_as_by_hand(made):
    rows = worked_out(made)
    flagged = set()
    for one in made:
        expected, row = by_hand(one), rows[one["visit"]]
        flags = expected.pop("flags")
        assert {name: row[name] for name in expected} == expected, one
        assert set(row["marks"].split()) & TIME_FLAGS == flags, one
        flagged |= flags
    assert flagged == TIME_FLAGS


def test_the_cases_count_as_by_hand(made):
    for one in made:
        expected = by_hand(one)
        got = ed_attendance(
            {
                "arrival_mode": "ambulance" if one["by_ambulance"] else "walk_in",
                "outcome": one["outcome"],
                "wait_reason": one["waits_for"],
                **{SHORT[name]: written(one["times"][name], one["offsets"][name]) for name in one["times"]},
            }
        )
        assert (got["minutes"], got["minutes_from_dta"], got["reporting_date"], got["flags"] & TIME_FLAGS) == (
            expected["minutes_in_department"],
            expected["minutes_from_decision"],
            expected["reporting_date"],
            expected["flags"],
        ), one


def written(wall, offset):
    """The instant as a case writes it, with its offset where it has one."""
    return wall.isoformat() + ("" if offset is None else f"+{offset // 60:02}:00")
