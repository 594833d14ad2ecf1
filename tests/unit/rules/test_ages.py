"""Ages in completed years, by the same words for one person and for a table of them."""

from datetime import date

import ibis
import pyarrow as pa

from clockstop.rules.ages import years_old
from clockstop.store.engine import open_engine

BORN_AND_ON = {
    (date(2008, 2, 29), date(2024, 2, 29)): 16,
    (date(2008, 2, 29), date(2026, 2, 28)): 17,
    (date(2008, 2, 29), date(2026, 3, 1)): 18,
    (date(2010, 11, 28), date(2026, 11, 27)): 15,
    (date(2010, 11, 28), date(2026, 11, 28)): 16,
    (date(2026, 11, 28), date(2026, 11, 28)): 0,
    (date(2026, 11, 29), date(2026, 11, 28)): -1,
}


def test_an_age_is_that_of_completed_years():
    assert {pair: years_old(*pair) for pair in BORN_AND_ON} == BORN_AND_ON
    people = ibis.memtable(pa.table({"born": [born for born, _ in BORN_AND_ON], "day": [day for _, day in BORN_AND_ON]}))
    rows = open_engine().rows(people.mutate(years=years_old(people.born, people.day)))
    assert rows.column("years").to_pylist() == list(BORN_AND_ON.values())


def test_of_whom_no_birth_date_is_known_no_age_is():
    nobody = ibis.memtable(pa.table({"born": pa.array([None], pa.date32()), "day": [date(2026, 11, 28)]}))
    assert open_engine().rows(nobody.select(years=years_old(nobody.born, nobody.day))).column("years").to_pylist() == [None]
