"""Every rule and KPI of the references is listed, what is said to be built exists, and every measure is declared soundly."""

import re

import pytest
from django.urls import reverse
from django.urls.exceptions import NoReverseMatch

from clockstop.insight.worked_cases import KINDS
from clockstop.measures.catalogue import measures
from clockstop.measures.dimensions import DIMENSIONS, dimensions_of
from clockstop.measures.measure import CLOCK_TABLES
from clockstop.reports.coverage import PARTS, covered
from clockstop.rules import facts
from clockstop.rules.rule_sentences import RULES

IDS = re.compile(r"\b((?:RTT|CWT|DM|TGT|WLT|OP|TH)-R\d+|(?:UEC|FLO|OPL|EPR|WFM|FIN|PLN|GOV|INF|RES|GRP)-\d+)\b")


@pytest.mark.shared
@pytest.mark.parametrize("reference", ["planned-care.md", "operations.md"])
def test_every_id_of_a_reference_is_listed(shared, reference):
    named = set(IDS.findall((shared / "domain" / reference).read_text(encoding="utf-8")))
    assert named - {one.id for one in covered()} == set()
    assert len(named) > 100


def test_every_id_is_listed_once_and_says_something():
    ids = [one.id for one in covered()]
    assert len(ids) == len(set(ids))
    assert [one.id for one in covered() if not one.says or one.part not in PARTS] == []


def _has_page(name):
    for arguments in ([], ["any"], ["any", "any"]):
        try:
            return bool(reverse(name, args=arguments))
        except NoReverseMatch:
            continue
    return False


def test_what_is_said_to_be_built_exists():
    for one in covered():
        assert set(one.kinds) <= set(KINDS), one.id
        assert all(_has_page(name) for name in one.pages), one.id
        assert all(rule in RULES or any(rule in each.rules for each in measures().values()) for rule in one.rules), one.id


def test_every_id_of_unplanned_care_is_built_or_said_to_come_with_another_part():
    assert [one.id for one in covered() if one.part == "D" and not one.is_built] == []


def test_no_measure_names_a_rule_that_is_in_no_reference():
    known = {one.id for one in covered()} | set(RULES)
    assert {rule for measure in measures().values() for rule in measure.rules} <= known


@pytest.mark.parametrize("measure", measures().values(), ids=lambda one: one.slug)
def test_a_measure_is_declared_soundly(measure):
    """Its table is a fact, what it is cut by is a dimension of that table, and one that counts by date says which."""
    assert measure.is_of_clocks or measure.table in facts(), "its table is no fact"
    assert set(measure.cuts) <= {one.name for one in dimensions_of(measure.table)}
    assert bool(measure.day) == (measure.counted == "by date")
    assert measure.kind != "mean" or measure.unit not in ("pathways", "patients"), "a mean says in what it is"
    assert measure.definition.endswith(".")
    assert measure.source
    assert measure.rules


def test_a_dimension_names_tables_that_are():
    assert {table for one in DIMENSIONS.values() for table in one.tables} <= {*facts(), *CLOCK_TABLES}
