"""Screens of data quality say something of every table, of one without rows too."""

from datetime import date

import pytest

from clockstop.contracts import contracts
from clockstop.intake.columns import empty, kept_columns
from clockstop.intake.quality_build import screens
from clockstop.rules.quality import FoundTest, rules_of_dataset
from clockstop.store.engine import open_engine


@pytest.mark.parametrize("dataset", ["room_bookings", "cancer_transfers", "wards"])
def test_a_screen_of_no_rows_says_that_nothing_fails(dataset):
    screened = [rule for rule in rules_of_dataset(dataset) if isinstance(rule.test, FoundTest) and rule.test.screen is not None]
    assert screened
    engine = open_engine()
    columns = kept_columns(contracts()[dataset]) | {"record": "string", "nhs_number_pseudonym": "string"}
    (found,) = screens(screened, rows=engine.memory(empty(columns)), as_of=date(2026, 9, 30))
    told = engine.rows(found).to_pylist()
    assert len(told) == 1
    assert not any(told[0][rule.slug] for rule in screened)
    engine.close()
