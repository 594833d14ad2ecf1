"""The monthly cancer return: rows as in the provider extract, in halves where shared; its ties to the measures; its checks."""

from datetime import date

import pytest

import cancer_tables
from clockstop.measures.catalogue.cancer import MEASURES
from clockstop.measures.fact_counts import rows_behind
from clockstop.rules.national_returns.cancer import RETURN, published_as, row_published
from clockstop.rules.readings import Readings
from clockstop.rules.return_period import period_ending
from clockstop.store.engine import open_engine
from return_tables import changed, counted_of, failing

AS_OF = date(2026, 11, 15)
OCTOBER = period_ending("month", date(2026, 10, 31))
RECORDS = """
    record    | received_date | suspected_code | urgency_code | source_code | upgrade_date | told_date  | told_code | site_code | primary_diagnosis_icd
    ----------+---------------+----------------+--------------+-------------+--------------+------------+-----------+-----------+----------------------
    in time   | 2026-09-03    | 07             | 3            | 03          |              | 2026-10-01 | 02        |           |
    late      | 2026-09-02    | 07             | 3            | 03          |              | 2026-10-01 | 02        |           |
    september | 2026-09-02    | 07             | 3            | 03          |              | 2026-09-30 | 02        |           |
    symptoms  | 2026-10-01    | 16             | 3            | 03          |              | 2026-10-20 | 02        |           |
    screened  | 2026-10-01    |                | 3            | 17          |              | 2026-10-20 | 02        |           |
    untyped   | 2026-10-01    |                | 3            | 03          |              | 2026-10-20 | 02        |           |
    treated   | 2026-08-20    | 04             | 3            | 03          |              | 2026-09-10 | 01        | 04        | C833
    shared    | 2026-08-10    | 03             | 3            | 03          |              | 2026-09-01 | 01        | 03        |
    sent on   | 2026-08-01    | 03             | 3            | 03          |              | 2026-09-01 | 01        | 03        |
    upgraded  | 2026-08-01    |                | 2            | 05          | 2026-09-01   | 2026-09-05 | 01        | 12        |
"""  # noqa: E501 - one record a line
TREATMENTS = """
    treatment | record   | kind_code | decided_date | treated_date | modality_code | site_code | primary_diagnosis_icd
    ----------+----------+-----------+--------------+--------------+---------------+-----------+----------------------
    T1        | treated  | 01        | 2026-09-15   | 2026-10-16   | 02            | 04        | C833
    T2        | shared   | 01        | 2026-09-20   | 2026-10-20   | 23            | 03        |
    T3        | sent on  | 01        | 2026-09-20   | 2026-10-25   | 23            | 03        |
    T4        | upgraded | 01        | 2026-09-10   | 2026-10-12   | 08            | 12        |
    T5        | treated  | 02        | 2026-10-20   | 2026-10-30   | 05            | 04        |
"""
TRANSFERS = """
    record  | direction_name | sent_date  | arrived_date | sender_code
    --------+----------------+------------+--------------+------------
    shared  | in             | 2026-09-05 | 2026-09-10   | QQZ
    sent on | out            | 2026-09-20 | 2026-09-25   | QQA
"""
FDS, D31, D62 = "28-day FDS", "31-day Combined", "62-day Combined"
URGENT = "URGENT SUSPECTED CANCER"
EXPECTED = {
    (FDS, URGENT, "", "Suspected lower gastrointestinal cancer"): (2, 1, 1),
    (FDS, URGENT, "", "Missing or Invalid"): (1, 1, 0),
    (FDS, "BREAST SYMPTOMATIC, CANCER NOT SUSPECTED", "",
     "Exhibited (non-cancer) breast symptoms - cancer not initially suspected"): (1, 1, 0),
    (FDS, "NATIONAL SCREENING PROGRAMME", "", "Missing or Invalid"): (1, 1, 0),
    (D31, "First Treatment", "ALL MODALITIES", "Haematological - Lymphoma"): (1, 1, 0),
    (D31, "First Treatment", "ALL MODALITIES", "Lung"): (1, 1, 0),
    (D31, "First Treatment", "ALL MODALITIES", "Urological - Other (a)"): (1, 0, 1),
    (D31, "First Treatment", "Surgery", "ALL CANCERS"): (1, 1, 0),
    (D31, "First Treatment", "Anti-cancer drug regimen", "ALL CANCERS"): (1, 1, 0),
    (D31, "First Treatment", "Other", "ALL CANCERS"): (1, 0, 1),
    # T5 has no diagnosis of its own: the record's tells that it is a lymphoma.
    (D31, "Subsequent Treatment", "ALL MODALITIES", "Haematological - Lymphoma"): (1, 1, 0),
    (D31, "Subsequent Treatment", "Radiotherapy", "ALL CANCERS"): (1, 1, 0),
    (D62, "Urgent Suspected Cancer", "ALL MODALITIES", "Haematological - Lymphoma"): (1, 1, 0),
    (D62, "Urgent Suspected Cancer", "ALL MODALITIES", "Lung"): (1.5, 0, 1.5),
    (D62, "Urgent Suspected Cancer", "Anti-cancer drug regimen", "ALL CANCERS"): (1, 1, 0),
    (D62, "Urgent Suspected Cancer", "Surgery", "ALL CANCERS"): (1.5, 0, 1.5),
    (D62, "Consultant Upgrade", "ALL MODALITIES", "Urological - Other (a)"): (1, 1, 0),
    (D62, "Consultant Upgrade", "Other", "ALL CANCERS"): (1, 1, 0),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine():
    """One engine for the module."""
    opened = open_engine()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def tables(engine):
    """The waits that the return is made of."""
    waits = engine.rows(cancer_tables.fact("cancer_waits", engine, RECORDS, TREATMENTS, TRANSFERS, as_of=AS_OF))
    return {"cancer_waits": engine.memory(waits.append_column("service", [["C_100"] * waits.num_rows]))}


@pytest.fixture(scope="module")
def counted(engine, tables):
    """October's figures."""
    return counted_of(engine, RETURN, tables, OCTOBER)


@pytest.fixture(scope="module")
def rows(counted):
    """October's rows."""
    return tuple(RETURN.layout(counted))


def of_extract(rows):
    return [row for row in rows if row.sheet == RETURN.main.name]


def test_the_rows_are_those_of_the_extract(rows):
    """Each treatment stands by type of cancer and by kind of treatment; halves and whole breaches by CWT-R17."""
    found = {tuple(row.cells[place] for place in (3, 5, 6, 7)): row.cells[8:] for row in of_extract(rows)}
    assert found == EXPECTED
    assert {row.cells[:3] + row.cells[4:5] for row in of_extract(rows)} == {("2026-10-01", "2026/27", "OCT", "QQA")}


def test_it_ties_to_the_measures(engine, tables, counted):
    """Total and within of each standard are the sides of its measure of the same month; the 62 days in halves."""
    for slug, standard in (("cancer_fds_28_day", FDS), ("cancer_31_day", D31), ("cancer_62_day", D62)):
        measure = next(one for one in MEASURES if one.slug == slug)
        found = rows_behind(measure, tables["cancer_waits"], first=OCTOBER.first_day, last=OCTOBER.last_day)
        sides = engine.rows(found.aggregate(part=found.adds_numerator.sum(), whole=found.adds_denominator.sum())).to_pylist()[0]
        own = counted.value("within", f"standard={standard}"), counted.value("total", f"standard={standard}")
        assert own == (sides["part"], sides["whole"])


def test_each_standard_has_its_total(rows):
    """By type of cancer alone: with the kinds of treatment everybody would count twice."""
    totals = {row.cells[1]: row.cells[2:] for row in rows if row.sheet == "Standards"}
    assert totals == {FDS: (5, 4, 1, 0.8), D31: (4, 3, 1, 0.75), D62: (3.5, 2, 1.5, 2 / 3.5)}


def test_a_month_of_the_data_passes_its_checks(rows):
    """But for those who were told without a suspected type, which is asked about."""
    assert set(failing(RETURN, rows, OCTOBER)) == {"types_known"}


@pytest.mark.parametrize(
    ("key", "cells", "check"),
    [
        ((FDS, URGENT), {"BREACHES": 2}, "breaches_add_up"),
        ((FDS, URGENT), {"TOTAL TREATED": 1.5, "WITHIN STANDARD": 0.5}, "whole_patients"),
        ((D62, "Urgent Suspected Cancer"), {"TOTAL TREATED": 1.25, "WITHIN STANDARD": 1.25}, "numbers"),
        ((D62, "Urgent Suspected Cancer"), {"TOTAL TREATED": 2, "WITHIN STANDARD": 2}, "types_and_treatments"),
        ((D62, "Urgent Suspected Cancer"), {"TOTAL TREATED": 2, "WITHIN STANDARD": 2}, "totals_agree"),
        ((D62, "Urgent Suspected Cancer"), {"STAGE/ROUTE": "GP"}, "words"),
        ((D31, "First Treatment"), {"CANCER TYPE": "Blood"}, "words"),
        ((D31, "First Treatment"), {"TREATMENT MODALITY": "Surgery"}, "words"),
        ((D31, "First Treatment"), {"STANDARD": "31 days"}, "words"),
        ((D31, "First Treatment"), {"TOTAL TREATED": 0, "WITHIN STANDARD": 0}, "rows_of_somebody"),
        ((D31, "First Treatment"), {"ORG CODE": "QQB"}, "one_organisation"),
    ],
)
def test_each_check_finds_its_fault(rows, key, cells, check):
    chosen = next(row for row in rows if (row.cells[3], row.cells[5]) == key)
    wrong = [changed(RETURN, row, **cells) if row is chosen else row for row in rows]
    assert check in failing(RETURN, wrong, OCTOBER)


def test_a_month_is_compared_with_the_last(rows):
    """A standard of some size that moved by a third is asked about."""
    chosen = next(row for row in rows if row.cells[3] == FDS)

    def month(total):
        figures = {"TOTAL TREATED": total, "WITHIN STANDARD": total, "BREACHES": 0}
        return [changed(RETURN, row, **figures) if row is chosen else row for row in of_extract(rows)]

    assert "like_last_month" in failing(RETURN, month(140), OCTOBER, before=month(100))
    assert "like_last_month" not in failing(RETURN, month(130), OCTOBER, before=month(100))


def test_what_a_difference_may_come_of(engine, tables):
    """Unshared, the treating trust has the whole patient and the one sent on is nobody's here."""
    rows = engine.rows(RETURN.candidates(tables, OCTOBER, Readings())).to_pylist()
    told = {}
    for row in rows:
        told.setdefault(row["reason"], set()).add((row["record"], row["key"], row["adds"]))
    assert told["not_shared"] == {("sent on", "total", -0.5), ("sent on", "breaches", -0.5)}
    assert ("T1", "total", -1.0) not in told["ended_late"]
    assert ("T2", "total", -1.0) in told["ended_late"]


@pytest.mark.parametrize(
    ("key", "cut", "published"),
    [
        ("total", "standard=62-day Combined", ("d62_total", "")),
        ("breaches", "cancer_type=Urological - Other (a);route=Screening;standard=62-day Combined",
         ("d62_after", "cancer_type=Urological - Other;route=Screening")),
        ("within", f"cancer_type=Suspected breast cancer;modality=;route={URGENT};standard=28-day FDS",
         ("fds_within", "cancer_type=Suspected breast cancer;route=Urgent Suspected Cancer")),
        ("within", "modality=Surgery;route=First Treatment;standard=31-day Combined",
         ("d31_within", "modality=Surgery;stage=First Treatment")),
    ],
)  # fmt: skip
def test_where_a_figure_is_published(key, cut, published):
    assert published_as(key, cut) == published


def test_a_published_row_that_we_have_not_stands_beside_nought():
    row = row_published("fds_total", "cancer_type=Suspected skin cancer;route=Urgent Suspected Cancer")
    assert row.cut == f"cancer_type=Suspected skin cancer;modality=;route={URGENT};standard=28-day FDS"
    assert row.cells[8:] == (0, 0, 0)
    assert row_published("d62_total", "route=Screening") is None
    assert row_published("fds_after_62_days", "cancer_type=Suspected skin cancer;route=Urgent Suspected Cancer") is None
