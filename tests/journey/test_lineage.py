"""Rows of a loaded group, followed to the numbers that they are in: none adds more than the number itself is."""

import pytest

from clockstop.answers.desk import Desk
from clockstop.answers.lineage_of_rows import row_lineage
from clockstop.answers.scope import Scope
from clockstop.answers.series import many
from clockstop.intake import ledger

TRUST = "ZZB"
# A dataset, and a measure that any of its good rows of last month or before must be in.
DATASETS = ("referrals", "ed_attendances", "ward_stays", "theatre_cases", "cancer_treatments", "appointments")


@pytest.fixture(scope="module")
def desk(loaded) -> Desk:
    return Desk(loaded.home).refreshed()


@pytest.fixture(scope="module")
def scope(desk) -> Scope:
    every = frozenset(desk.manifest.trusts)
    return Scope(trusts=every, may_see_patients=every, user="analyst", role="operator")


@pytest.mark.parametrize("dataset", DATASETS)
def test_what_a_row_adds_is_part_of_each_number_that_it_is_said_to_be_in(desk, scope, dataset):
    receipt = max(ledger.standing(desk.home, TRUST, dataset), key=lambda one: one.rows_kept)
    tried = (
        row_lineage(scope, desk, TRUST, dataset=dataset, load_id=receipt.load_id, source_row=receipt.rows_read * part // 10)
        for part in (3, 5, 7, 8, 9)
    )
    found = next(one for one in tried if one.numbers)
    assert found.row.counts
    assert found.is_in_snapshot
    for kind in ("month", "now"):
        numbers = [one for one in found.numbers if one.period_kind == kind and one.measure.kind in ("count", "share")]
        figures = many(scope, desk, sorted({one.measure.slug for one in numbers}), period_kind=kind, where={"trust": TRUST})
        for number in numbers:
            (series,) = figures[number.measure.slug]
            (point,) = [one for one in series.points if one.period_end == number.period_end]
            assert number.numerator <= point.numerator + 1e-6, number
            assert number.denominator <= point.denominator + 1e-6, number
