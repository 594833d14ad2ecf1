"""A few drawn wards, spells and stays of November 2026, and the facts that are made of them, built once for all their specs."""

from datetime import date, datetime
from functools import cache

import ibis

from clockstop import rules
from clockstop.rules.readings import Readings
from clockstop.store.engine import open_engine
from contract_tables import dataset

AS_OF, AT = date(2026, 11, 30), datetime(2026, 11, 30, 15)  # noqa: DTZ001 - local times carry no zone
SHORT = {
    "spell": "hospital_provider_spell_identifier", "stay": "ward_stay_identifier", "ward": "ward_code",
    "patient": "local_patient_identifier", "born": "person_birth_date", "method": "admission_method_code",
    "class": "patient_classification_code", "how": "discharge_method_code", "function": "activity_treatment_function_code",
    "admitted": "spell_started_at", "discharged": "spell_ended_at", "from": "ward_stay_started_at", "to": "ward_stay_ended_at",
    "ready": "ready_to_leave_at", "boarded": "is_boarded", "mixed": "is_mixed_sex_breach", "since": "valid_from_date",
    "until": "valid_to_date", "type": "ward_type", "for": "designated_treatment_functions", "escalation": "escalation_beds",
    "state": "ward_bed_state_identifier", "taken": "taken_at", "open": "beds_open", "infection": "beds_closed_infection",
    "staffing": "beds_closed_staffing", "kept": "beds_reserved", "escalation_open": "escalation_beds_open",
    "baby": "is_well_baby", "virtual": "virtual_ward_stay_identifier", "taken_on": "virtual_ward_started_at",
    "plan": "activity_plan_line_identifier", "month": "month_date", "kind": "point_of_delivery", "planned": "planned_activity",
}  # fmt: skip
DRAWN = {
    "wards": """
        ward | since      | until      | type             | beds | escalation | for
        -----+------------+------------+------------------+------+------------+--------
        W1   | 2026-01-01 | 2026-11-27 | general          | 10   | 2          | 300 320
        W1   | 2026-11-28 |            | general          | 10   | 0          | 300 320
        W2   | 2026-01-01 |            | general          | 5    |            | 100,110
        ESC  | 2026-01-01 |            | escalation       | 4    |            |
        ITU  | 2026-01-01 |            | critical_care    | 2    |            | 192
        CHI  | 2026-01-01 |            | paediatric       | 3    |            |
        MAT  | 2026-01-01 |            | maternity        | 3    |            |
        DAY  | 2026-01-01 |            | day              | 2    |            |
        TH   | 2026-01-01 |            | theatre          | 0    |            |
        V1   | 2026-01-01 |            | virtual          | 2    |            |
    """,
    "inpatient_spells": """
        spell  | patient | admitted         | discharged          | method | class | how | function | born       | baby
        -------+---------+------------------+---------------------+--------+-------+-----+----------+------------+-----
        long   | 1       | 2026-11-05 10:00 |                     | 21     | 1     |     | 300      | 1940-01-01 |
        out    | 2       | 2026-11-26 12:00 | 2026-11-29 00:00:00 | 21     | 1     | 1   | 300      | 1950-01-01 |
        surg   | 3       | 2026-11-27 07:00 | 2026-11-28 15:00    | 11     | 1     | 1   | 110      | 1960-01-01 |
        moved  | 4       | 2026-11-26 09:00 |                     | 22     | 1     |     | 300      | 1950-01-01 |
        itu    | 5       | 2026-11-26 10:00 | 2026-11-30 10:00    | 21     | 1     | 1   | 300      | 1950-01-01 |
        child  | 6       | 2026-11-27 10:00 | 2026-11-28 10:00    | 21     | 1     | 1   | 420      | 2008-11-28 |
        mother | 7       | 2026-11-26 10:00 | 2026-11-28 10:00    | 31     | 1     | 1   | 501      | 1995-01-01 |
        baby   | 8       | 2026-11-26 12:00 | 2026-11-28 10:00    | 82     | 1     | 1   | 424      | 2026-11-26 | T
        cot    | 9       | 2026-11-26 12:00 | 2026-11-28 10:00    | 82     | 1     | 1   | 424      | 2026-11-26 |
        day 1  | 10      | 2026-11-27 08:00 | 2026-11-27 12:00    | 11     | 2     | 1   | 100      | 1960-01-01 |
        day 2  | 11      | 2026-11-27 13:00 | 2026-11-27 18:00    | 11     | 2     | 1   | 100      | 1960-01-01 |
        day 3  | 12      | 2026-11-27 13:00 | 2026-11-27 18:00    | 11     | 2     | 1   | 100      | 1960-01-01 |
        step   | 13      | 2026-11-26 10:00 |                     | 21     | 1     |     | 300      | 1950-01-01 |
        zero   | 14      | 2026-11-28 10:00 | 2026-11-28 20:00    | 21     | 1     | 1   | 300      | 1950-01-01 |
        died   | 15      | 2026-11-27 10:00 | 2026-11-29 10:00    | 21     | 1     | 4   | 300      | 2008-11-27 |
    """,
    "ward_stays": """
        stay | spell  | ward | from             | to                  | ready            | bed | boarded | mixed
        -----+--------+------+------------------+---------------------+------------------+-----+---------+------
        l1   | long   | W1   | 2026-11-27 08:00 |                     |                  | 1   |         |
        o1   | out    | W2   | 2026-11-26 12:00 | 2026-11-29 00:00:00 |                  | 1   |         |
        s1   | surg   | W2   | 2026-11-27 07:00 | 2026-11-27 09:00    |                  | 2   |         |
        s2   | surg   | TH   | 2026-11-27 09:00 | 2026-11-27 13:00    |                  |     |         |
        s3   | surg   | W2   | 2026-11-27 13:00 | 2026-11-28 15:00    |                  | 2   |         |
        m1   | moved  | W1   | 2026-11-26 09:00 | 2026-11-26 22:30    |                  | 2   |         |
        m2   | moved  | W2   | 2026-11-26 22:30 | 2026-11-27 10:00    |                  | 3   |         |
        m3   | moved  | W1   | 2026-11-27 10:00 | 2026-11-27 23:00    |                  | 2   |         |
        m4   | moved  | ESC  | 2026-11-27 23:00 |                     |                  | 1   |         |
        i1   | itu    | ITU  | 2026-11-26 10:00 | 2026-11-28 15:00    | 2026-11-28 10:59 | 1   |         |
        i2   | itu    | W1   | 2026-11-28 15:00 | 2026-11-30 10:00    |                  | 4   |         |
        c1   | child  | CHI  | 2026-11-27 10:00 | 2026-11-28 10:00    |                  | 1   |         |
        p1   | mother | MAT  | 2026-11-26 10:00 | 2026-11-28 10:00    |                  | 1   |         |
        b1   | baby   | MAT  | 2026-11-26 12:00 | 2026-11-28 10:00    |                  |     |         |
        b2   | cot    | MAT  | 2026-11-26 12:00 | 2026-11-28 10:00    |                  |     |         |
        d1   | day 1  | DAY  | 2026-11-27 08:00 | 2026-11-27 12:00    |                  | D1  |         |
        d2   | day 2  | DAY  | 2026-11-27 13:00 | 2026-11-27 18:00    |                  | D1  |         |
        d3   | day 3  | DAY  | 2026-11-27 13:00 | 2026-11-27 18:00    |                  |     |         |
        v1   | step   | W1   | 2026-11-26 10:00 |                     |                  | 5   |         |
        z1   | zero   | W1   | 2026-11-28 10:00 | 2026-11-28 20:00    |                  | 6   |         | T
        x1   | died   | W1   | 2026-11-27 10:00 | 2026-11-29 10:00    |                  | 7   | T       |
    """,
    "ward_bed_states": """
        state | ward | taken               | open | escalation_open | infection | staffing | kept
        ------+------+---------------------+------+-----------------+-----------+----------+-----
        1     | W1   | 2026-11-27 08:00    | 8    | 0               | 2         |          |
        2     | W2   | 2026-11-29 00:00:00 | 4    |                 |           | 1        |
        3     | W1   | 2026-11-30 14:00    | 9    | 0               | 1         |          | 2
    """,
    "virtual_ward_stays": """
        virtual | spell | ward | taken_on
        --------+-------+------+-----------------
        1       | step  | V1   | 2026-11-28 12:00
    """,
    "activity_plans": """
        plan | function | month      | kind         | planned
        -----+----------+------------+--------------+--------
        1    | 300      | 2026-11-01 | non_elective | 60
        2    | 110      | 2026-11-01 | elective     | 20
    """,
}
FACTS = (
    "inpatient_stays", "bed_stays", "ward_nights", "virtual_ward_nights", "admission_days", "bed_faults", "inpatient_stays_now",
    "bed_stays_now", "inpatients_now", "expected_discharges", "wards_now",
)  # fmt: skip


def drawn(name, text=None):
    """The dataset of rows drawn with short names of columns."""
    if text is None:
        return dataset(name)
    lines = [line for line in text.splitlines() if line.strip()]
    names = [SHORT.get(cell.strip(), cell.strip()) for cell in lines[0].split("|")]
    return dataset(name, "\n".join([" | ".join(names), *lines[1:]]))


def built(wanted, texts, *, as_of, at, readings=None, before=None):
    """The rows of the wanted facts, in the order given, made of the drawn datasets and of the facts built before."""
    engine, known = open_engine("duckdb"), rules.facts()
    tables = {name: engine.memory(rows) for name, rows in (before or {}).items()}

    def table(name):
        if name not in tables:
            tables[name] = engine.memory(drawn(name, texts.get(name)))
        return tables[name]

    found = {}
    for name in wanted:
        fact = known[name]
        live = {"at": ibis.literal(at, type="timestamp")} if fact.is_live else {}
        rows = fact.build(**{need: table(need) for need in fact.needs}, as_of=as_of, readings=readings or Readings(), **live)
        found[name] = engine.rows(rows)
        tables[name] = engine.memory(found[name])
    return found


@cache
def november():
    """Every fact of beds of the drawn month, as Arrow tables by name."""
    return built(FACTS, DRAWN, as_of=AS_OF, at=AT)
