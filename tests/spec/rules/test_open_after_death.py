"""A spell that nobody closed when the patient died (operations.md 2.7)."""

from datetime import date, datetime

from bed_tables import built

AS_OF, AT = date(2026, 11, 8), datetime(2026, 11, 8, 15)  # noqa: DTZ001 - local times carry no zone
TEXTS = {
    "wards": """
        ward | since      | until | type    | beds | escalation | for
        -----+------------+-------+---------+------+------------+----
        W1   | 2026-01-01 |       | general | 10   |            | 300
    """,
    "inpatient_spells": """
        spell      | patient | admitted         | discharged | method | class | how | function | born
        -----------+---------+------------------+------------+--------+-------+-----+----------+-----------
        died       | 1       | 2026-11-05 10:00 |            | 21     | 1     | 4   | 300      | 1940-01-01
        died, held | 2       | 2026-11-05 10:00 |            | 21     | 1     | 4   | 300      | 1940-01-01
        here       | 3       | 2026-11-05 10:00 |            | 21     | 1     |     | 300      | 1940-01-01
    """,
    "ward_stays": """
        stay | spell      | ward | from             | to
        -----+------------+------+------------------+-----------------
        a    | died       | W1   | 2026-11-05 10:00 | 2026-11-06 20:00
        b    | died, held | W1   | 2026-11-05 10:00 |
        c    | here       | W1   | 2026-11-05 10:00 | 2026-11-06 20:00
    """,
}


def test_who_died_holds_no_bed_after_the_last_ward_stay():
    """A record that lacks an end alone is carried; with a death it is not, so that the census agrees with who lies in a bed."""
    found = built(("inpatient_stays", "bed_stays", "ward_nights", "bed_faults"), TEXTS, as_of=AS_OF, at=AT)
    nights = {row["day"].day: row["occupied"] for row in found["ward_nights"].to_pylist()}
    assert nights == {6: 2, 7: 2, 8: 2}
    faults = {(row["fault"], row["patient_pathway_identifier"]) for row in found["bed_faults"].to_pylist()}
    assert faults == {("open_after_death", "died"), ("open_after_death", "died, held"), ("spell_open", "here")}
