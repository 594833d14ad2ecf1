"""Worked cases are the specification: ours always, the shared ones where they are."""

from pathlib import Path

import pytest

from clockstop.cli.cases import read_cases
from clockstop.insight.worked_cases import KINDS, kind_of, outcome

OWN = [case for file in sorted((Path(__file__).parent / "cases").glob("*.yaml")) for case in read_cases(file)]
SHARED_FILES = ("planned-care-cases.yaml", "operations-cases.yaml")


@pytest.mark.parametrize("case", OWN, ids=[case["id"] for case in OWN])
def test_our_own_case(case):
    found = outcome(case)
    assert (found.status, found.message, found.differences) == ("pass", "", ())


def test_every_kind_has_a_case_of_our_own():
    assert {kind_of(case) for case in OWN} == set(KINDS)


def test_our_cases_have_ids_of_their_own():
    ids = [case["id"] for case in OWN]
    assert len(ids) == len(set(ids))


@pytest.mark.shared
def test_the_shared_cases_of_our_kinds(shared):
    cases = [case for name in SHARED_FILES for case in read_cases(shared / "domain" / name) if kind_of(case) in KINDS]
    outcomes = [outcome(case) for case in cases]
    assert {kind_of(case) for case in cases} == set(KINDS)
    assert [one for one in outcomes if one.status != "pass"] == []
