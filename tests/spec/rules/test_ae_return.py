"""The monthly A&E return: which visits and admissions stand in which figure, its ties to the measures, and what its checks say."""

import csv
from datetime import date

import ibis
import pytest

from clockstop.contracts import contracts
from clockstop.measures.catalogue.emergency import MEASURES
from clockstop.measures.fact_counts import rows_behind
from clockstop.rules import facts
from clockstop.rules.national_returns.ae import RETURN
from clockstop.rules.readings import Readings
from clockstop.rules.return_period import period_ending
from clockstop.store.engine import open_engine
from emergency_tables import drawn
from return_tables import cells, changed, counted_of, failing

AS_OF = date(2026, 11, 15)
OCTOBER = period_ending("month", date(2026, 10, 31))
VISITS = """
    visit     | type | category | stream | booked | came             | decided          | left             | outcome    | spell
    ----------+------+----------+--------+--------+------------------+------------------+------------------+------------+------
    four      | 01   | 1        |        |        | 2026-10-01 08:00 |                  | 2026-10-01 12:00 | discharged |
    over      | 01   | 2        |        |        | 2026-10-31 23:59 |                  | 2026-11-01 04:00 | discharged |
    booked    | 03   | 1        |        | T      | 2026-10-05 08:00 |                  | 2026-10-05 12:01 | discharged |
    walk in   | 04   | 3        |        | F      | 2026-10-05 08:00 |                  | 2026-10-05 08:10 | discharged |
    eye       | 02   |          |        |        | 2026-10-05 08:00 |                  | 2026-10-05 09:00 | discharged |
    planned   | 01   | 4        |        |        | 2026-10-05 08:00 |                  | 2026-10-05 09:00 | discharged |
    same day  | 05   | 1        |        |        | 2026-10-05 08:00 | 2026-10-05 09:00 | 2026-10-05 22:00 | admitted   | SD
    urgent    | 03   | 1        | X      |        | 2026-10-06 08:00 |                  | 2026-10-06 08:30 | streamed   |
    then      | 01   | 1        | X      |        | 2026-10-06 08:30 | 2026-10-06 10:00 | 2026-10-06 14:00 | admitted   | S1
    waited 4  | 01   | 1        |        |        | 2026-10-07 08:00 | 2026-10-07 10:00 | 2026-10-07 14:01 | admitted   | S2
    waited 12 | 01   | 1        |        |        | 2026-10-07 08:00 | 2026-10-07 10:00 | 2026-10-07 22:00 | admitted   | S3
    over 12   | 01   | 1        |        |        | 2026-10-07 08:00 | 2026-10-07 10:00 | 2026-10-07 22:01 | admitted   | S4
    no time   | 01   | 1        |        |        | 2026-10-08 08:00 |                  |                  | discharged |
    no reason | 02   | 1        |        |        | 2026-10-08 08:00 |                  | 2026-10-08 23:00 | admitted   | S5
    before    | 01   | 1        |        |        | 2026-09-30 23:50 |                  | 2026-10-01 09:00 | discharged |
    after     | 01   | 1        |        |        | 2026-11-01 00:00 |                  | 2026-11-01 01:00 | discharged |
"""
SPELLS = """
    spell  | method | visit    | admitted
    -------+--------+----------+-----------------
    S1     | 21     | then     | 2026-10-06 14:00
    S2     | 21     | waited 4 | 2026-10-07 14:01
    S3     | 21     |          | 2026-10-07 22:00
    direct | 22     |          | 2026-10-09 10:00
    SD     | 21     | same day | 2026-10-05 22:00
    other  | 2A     |          | 2026-10-31 23:00
    next   | 22     |          | 2026-11-01 10:00
    elect  | 11     |          | 2026-10-09 10:00
    birth  | 2C     |          | 2026-10-09 10:00
"""


@pytest.fixture(scope="module")
def engine():
    """One engine for the module."""
    opened = open_engine()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tables(engine):
    """The facts that the return is made of."""
    named = VISITS.replace("| booked |", "| is_booked_appointment |", 1)
    sent = {"ed_attendances": drawn("ed_attendances", named), "ambulance_arrivals": drawn("ambulance_arrivals"),
            "inpatient_spells": drawn("inpatient_spells", SPELLS)}  # fmt: skip

    def built(name):
        if name not in sent:
            needs = {one: built(one) for one in facts()[name].needs}
            made = facts()[name].build(**needs, as_of=AS_OF, readings=Readings()).mutate(site=ibis.literal("S1"))
            sent[name] = ibis.memtable(made.to_pyarrow())
        return sent[name]

    return {name: engine.memory(built(name).to_pyarrow()) for name in RETURN.needs}


@pytest.fixture(scope="module")
def counted(engine, tables):
    """October's figures."""
    return counted_of(engine, RETURN, tables, OCTOBER)


@pytest.fixture(scope="module")
def rows(counted):
    """October's rows."""
    return tuple(RETURN.layout(counted))


def test_each_figure(rows):
    """Unplanned visits by the day of their clock's start and type; 240 minutes are within, 720 from the decision are not over."""
    csv_row, workbook, behind = rows
    found = cells(RETURN, csv_row)
    assert csv_row.cells[:4] == ("MSitAE-OCTOBER-2026", "QQA", "", "Example trust")
    # four, over, then (the stream is one visit, of its last record's type), the three that waited, and the one without a time.
    assert csv_row.cells[4:10] == (7, 2, 1, 0, 0, 1)
    assert csv_row.cells[10:16] == (5, 1, 0, 0, 0, 1)
    assert (found["Patients who have waited 4-12 hs from DTA to admission"], csv_row.cells[17]) == (2, 1)
    assert csv_row.cells[18:] == (4, 1, 0, 3)
    of_workbook = cells(RETURN, workbook)
    assert of_workbook["A&E attendances: Total attendances"] == 11
    assert of_workbook["Percentage of attendances within 4 hours: Percentage in 4 hours or less (all)"] == 4 / 11
    assert of_workbook["Emergency Admissions: Total Emergency Admissions"] == 8
    assert behind.cells[1:] == (1, 0, 0, 1, 5, 3)


def test_it_ties_to_the_measures(engine, tables, counted):
    """Total attendances, breaches and waits are those of UEC-01, UEC-05 and UEC-14 of the same month."""

    def sides(slug, **only):
        measure = next(one for one in MEASURES if one.slug == slug)
        found = rows_behind(measure, tables["emergency_attendances"], first=OCTOBER.first_day, last=OCTOBER.last_day)
        for name, value in only.items():
            found = found.filter(found[name].isin(value))
        summed = found.aggregate(part=found.adds_numerator.sum(), whole=found.adds_denominator.sum())
        return [value or 0 for value in engine.rows(summed).to_pylist()[0].values()]

    within, timed = sides("ed_within_4_hours")
    attendances = sides("ed_attendances")[0]
    assert counted.value("attendances") == attendances
    assert counted.value("over_4_hours") == timed - within
    assert counted.value("attendances") - counted.value("attendances_untimed") == timed
    within_1, timed_1 = sides("ed_within_4_hours_type_1")
    assert counted.value("over_4_hours", "type=1") == timed_1 - within_1
    of_standard = ["01", "02", "03", "04"]
    assert counted.value("waits_12_hours_from_dta") == sides("ed_over_12_hours_from_decision", department_type=of_standard)[0]
    assert counted.value("emergency_admissions_via_ae", "type=1") == sides("ed_conversion")[0]


@pytest.mark.shared
def test_the_header_is_that_of_the_published_file(shared):
    file = shared / "data/published/ae_monthly/csv/September-2025-CSV-revised.csv"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        assert [column.heading for column in RETURN.main.columns] == next(csv.reader(lines))


def test_a_month_of_the_data_passes_its_checks(rows):
    """But for the one admitted without a decision, and the spells that were not sent."""
    assert set(failing(RETURN, rows, OCTOBER)) <= {"untimed", "undecided", "spells_agree"}


@pytest.mark.parametrize(
    ("figures", "check", "expected"),
    [
        ({"Attendances over 4hrs Type 2": 3}, "over_4_hours_type_2", "no more than 2"),
        ({"Attendances over 4hrs Booked Appointments Other Department": 2}, "over_4_hours_other_booked", "no more than 1"),
        ({"Emergency admissions via A&E - Type 1": 8}, "admitted_of_attendances", "no more than 7, all who came"),
        ({"Patients who have waited 4-12 hs from DTA to admission": 5}, "waits_of_admitted",
         "no more than 5, all admitted through A&E"),
        ({"Patients who have waited 12+ hrs from DTA to admission": 6, "Emergency admissions via A&E - Other A&E department": 2},
         "waits_have_beds", "no more than 5"),
        ({"A&E attendances Type 1": -1}, "numbers", "nought or more"),
        ({"A&E attendances Type 1": "many"}, "numbers", "a number"),
        ({"Org Code": "QQB"}, "one_organisation", "QQA"),
    ],
)  # fmt: skip
def test_each_check_finds_its_fault(rows, figures, check, expected):
    csv_row, *others = rows
    wrong = changed(RETURN, csv_row, **figures)
    found = failing(RETURN, [wrong, *others], OCTOBER)
    assert [one.expected for one in found[check]] == [expected]
    assert found[check][0].column in figures


def big(row, **figures):
    """The row as that of a trust of some size."""
    every = dict.fromkeys((column.name for column in RETURN.main.columns if column.is_figure), 600)
    over = dict.fromkeys((name for name in every if "4hrs" in name or "waited" in name), 60)
    return changed(RETURN, row, **{**every, **over, **figures})


def test_months_are_compared_by_the_day(rows):
    """600 in October and 581 in September are as many a day; a quarter more is asked about, and a type that is gone."""
    now, then = big(rows[0]), big(rows[0])
    assert not {"like_last_month", "performance", "types_as_before"} & set(failing(RETURN, [now], OCTOBER, before=[then]))
    more = big(rows[0], **{"A&E attendances Type 2": 800})
    found = failing(RETURN, [more], OCTOBER, before=[then])
    assert [one.column for one in found["like_last_month"]] == ["A&E attendances Type 2"]
    gone = dict.fromkeys(("A&E attendances Type 2", "A&E attendances Booked Appointments Type 2"), 0)
    assert [one.column for one in failing(RETURN, [big(rows[0], **gone)], OCTOBER, before=[then])["types_as_before"]] == [
        "A&E attendances Type 2"
    ]
    worse = big(rows[0], **{"Attendances over 4hrs Type 1": 560})
    assert "performance" in failing(RETURN, [worse], OCTOBER, before=[then])


def test_what_a_difference_may_come_of(engine, tables):
    """Each reason names the visits that it would add to the published figure, or take from it."""
    rows = engine.rows(RETURN.candidates(tables, OCTOBER, Readings())).to_pylist()
    told = {}
    for row in rows:
        if row["key"] in ("attendances", "over_4_hours", "waits_12_hours_from_dta"):
            told.setdefault(row["reason"], set()).add((row["record"], row["key"], row["type"], int(row["adds"])))
    assert told["with_planned"] == {("planned", "attendances", "1", 1)}
    assert ("same day", "attendances", "1", 1) in told["with_same_day"]
    assert told["by_departure"] >= {("before", "attendances", "1", 1), ("over", "attendances", "1", -1)}
    assert told["untimed_over_4_hours"] == {("no time", "over_4_hours", "1", 1)}
    assert told["waits_from_arrival"] == {
        ("waited 12", "waits_12_hours_from_dta", "1", 1),
        ("no reason", "waits_12_hours_from_dta", "2", 1),
    }
    assert {reason.slug for reason in RETURN.reasons} == {row["reason"] for row in rows}


def test_the_contract_says_what_booked_is():
    """Where it is not sent all stand as not booked, and the return says so."""
    assert any(column.name == "is_booked_appointment" for column in contracts()["ed_attendances"].columns)
    assert any("booked" in sentence for sentence in RETURN.unsure)
