"""Filters live in the address and nowhere else."""

from django.test import RequestFactory

from clockstop.pages.context import Filters, filters_of


def filters(address, **fixed):
    return filters_of(RequestFactory().get(address), **fixed)


def test_an_address_without_filters_asks_for_everything_by_month():
    found = filters("/")
    assert (found.where, found.period, found.query) == ({}, "month", {})


def test_the_organisations_part_is_what_answers_take():
    found = filters("/?trust=AAA&service=C_110&period=week&cut=age_band")
    assert found.where == {"trust": "AAA", "service": "C_110"}
    assert found.query == {"trust": "AAA", "service": "C_110", "period": "week", "cut": "age_band"}


def test_an_unknown_period_is_a_month():
    assert filters("/?period=fortnight").period == "month"


def test_the_path_outweighs_the_address():
    assert filters("/?trust=BBB", trust="AAA").trust == "AAA"


def test_changing_one_filter_keeps_the_others():
    assert Filters(trust="AAA", period="week").but(service="C_110").query == {"trust": "AAA", "service": "C_110", "period": "week"}
