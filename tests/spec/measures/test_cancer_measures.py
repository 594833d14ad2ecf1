"""What is counted of the drawn cancer waits at a census, by a trust's own reading of the backstop (CWT-R03, planned-care 2.4)."""

from datetime import date

import ibis
import pytest

import cancer_tables
from clockstop.measures.catalogue.cancer import MEASURES
from clockstop.measures.fact_counts import fact_counts
from clockstop.measures.periods import Running
from clockstop.rules.readings import Readings

AS_OF = date(2026, 12, 31)
# On 31 December those of 18 September have waited 104 days; on 30 November those of 18 August had.
RECORDS = """
    record       | received_date | told_date  | told_code
    -------------+---------------+------------+----------
    day 103      | 2026-09-19    |            |
    day 104      | 2026-09-18    |            |
    day 105      | 2026-09-17    |            |
    November 104 | 2026-08-18    | 2026-12-10 | 02
"""


@pytest.mark.parametrize(("from_day", "november", "december"), [(105, 0, 1), (104, 1, 2)])
def test_who_waits_beyond_the_backstop_follows_the_reading_at_every_census(embedded, from_day, november, december):
    readings = Readings(cancer_backstop_from_day=from_day)
    waits = cancer_tables.fact("cancer_waits", embedded, RECORDS, as_of=AS_OF, readings=readings).mutate(trust=ibis.literal("T"))
    chosen = [one for one in MEASURES if one.slug == "cancer_over_104_waiting"]
    tables = fact_counts(chosen, waits, periods=[Running("month", AS_OF, 2)], by=("trust",))
    got = embedded.rows(ibis.union(*tables) if len(tables) > 1 else tables[0])
    counted = {row["period_end"]: row["numerator"] for row in got.to_pylist()}
    assert counted == {date(2026, 11, 30): november, AS_OF: december}
