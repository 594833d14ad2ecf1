"""Ready dates and readmissions of random stays: the facts' expressions and the worked cases' plain words give the same."""

import random
from datetime import date, datetime, timedelta

import ibis
import pyarrow as pa

from clockstop.rules.discharge_cases import drd, readmission
from clockstop.rules.discharge_ready import ready_dates
from clockstop.rules.readings import Readings
from clockstop.rules.readmissions import readmissions
from contract_tables import dataset

FIRST = date(2026, 9, 1)
SPELL = "hospital_provider_spell_identifier"
STAYS = 400


def test_ready_dates_agree_with_the_worked_cases(embedded):
    """Set, withdrawn, set again, corrected, before and after the stay; some written down at an instant, some at none."""
    chance = random.Random(5)
    spells, history = [], []
    for number in range(STAYS):
        start = FIRST + timedelta(days=chance.randrange(20))
        end = start + timedelta(days=chance.randrange(1, 9))
        entries = [_entry(chance, start) for _ in range(chance.randrange(5))]
        spells.append({SPELL: f"S{number}", "start_date": start, "end_date": end})
        history += [
            {SPELL: f"S{number}", "discharge_ready_identifier": f"{number:04}-{place}", **entry}
            for place, entry in enumerate(entries)
        ]
    found = embedded.rows(ready_dates(embedded.memory(pa.Table.from_pylist(spells)), embedded.memory(_typed(history))))
    got = {row[SPELL]: row["discharge_ready_date"] for row in found.to_pylist() if row["discharge_ready_date"]}
    cases = [
        {"id": one[SPELL], "admitted": one["start_date"], "discharged": one["end_date"], "drd_history": _told(history, one[SPELL])}
        for one in spells
    ]
    worked = drd({"spells": cases})["ready_dates"]
    assert got == {name: day for name, day in worked.items() if day}
    assert STAYS / 4 < len(got) < STAYS


def _entry(chance, start):
    day = start + timedelta(days=chance.randrange(-1, 10))
    written = datetime.combine(day, datetime.min.time()) + timedelta(hours=chance.randrange(-20, 60))
    status = "withdrawn" if chance.random() < 0.4 else "ready"
    return {"discharge_ready_date": day, "ready_status": status, "recorded_at": written if chance.random() < 0.5 else None}


def _typed(rows):
    return pa.Table.from_pylist(rows, schema=dataset("discharge_ready_dates").schema)


def _told(history, spell):
    """The entries of a spell as a case tells them; the order of one instant is that of the fact: by day, then by number."""
    mine = sorted((one for one in history if one[SPELL] == spell), key=lambda one: one["discharge_ready_date"])
    return [{"date": one["discharge_ready_date"], "status": one["ready_status"], "recorded_at": one["recorded_at"]} for one in mine]


def test_readmissions_agree_with_the_worked_cases(embedded):
    """Emergencies, elective stays, transfers out and back, day cases, regular attenders, maternity, deaths and open stays."""
    chance = random.Random(7)
    rows = [row for person in range(STAYS // 5) for row in _person(chance, person)]
    table = embedded.memory(pa.Table.from_pylist(rows)).mutate(started_at=ibis._.start_date.cast("timestamp"))
    found = embedded.rows(readmissions(table, Readings())).to_pylist()
    got = {(row[SPELL], row["next_admission_spell_identifier"]) for row in found if row["is_readmitted"]}
    worked = readmission({"spells": [_case(row) for row in rows]})
    assert got == {tuple(pair) for pair in worked["pairs"]}
    assert sum(row["is_index"] for row in found) == worked["index"]
    assert len(got) > STAYS / 20


def _person(chance, person):
    """The stays of a person one after another; the last may be open, or end by death."""
    day, rows = FIRST, []
    for place in range(chance.randrange(1, 8)):
        start = day + timedelta(days=chance.choice((0, 0, 1, 3, 12, 28, 29, 30, 31)) if place else 0)
        classification = chance.choice("1111123")
        day = start if classification != "1" else start + timedelta(days=chance.randrange(0, 5))
        rows.append(
            {
                SPELL: f"{person:03}-{place}", "person": f"P{person}", "start_date": start, "end_date": day,
                "admission_method_code": chance.choice(("11", "12", "21", "21", "2A", "2B", "81", "31")),
                "source_of_admission_code": chance.choice(("19", "51", None)), "patient_classification_code": classification,
                "discharge_destination_code": chance.choice(("19", "19", "51", None)), "is_dead": False, "is_well_baby": False,
                "is_day_case": classification == "2",
            }
        )  # fmt: skip
    rows[-1] |= {"is_dead": True} if chance.random() < 0.2 else {"end_date": None} if chance.random() < 0.3 else {}
    return rows


def _case(row):
    return {
        "id": row[SPELL], "patient": row["person"], "admitted": row["start_date"], "discharged": row["end_date"],
        "method": row["admission_method_code"], "classification": row["patient_classification_code"], "died": row["is_dead"],
        "discharge_destination": row["discharge_destination_code"], "source_of_admission": row["source_of_admission_code"],
    }  # fmt: skip
