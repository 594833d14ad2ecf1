"""What is declared about the group: the national shape, the trusts, the people."""

import csv
from datetime import date

import nhs_number
import numpy as np
import pytest

from clockstop.rules.treatment_functions import reported_function
from clockstop.synthetic.faults import FAULTS
from clockstop.synthetic.national import ENGLAND_OVER_52_WEEKS, ENGLAND_WITHIN_18_WEEKS, NATIONAL, survival
from clockstop.synthetic.organisations import SERVICES, TRUSTS, open_shares
from clockstop.synthetic.people import nhs_numbers, people
from clockstop.synthetic.working_calendar import calendar, day_number


def test_the_table_gives_england_s_headline_figures():
    """Without mental health, 0.04 % of the list, which the made-up trusts do not run."""
    waiting = np.sum([function.waiting for function in NATIONAL.values()], axis=0)
    assert waiting.sum() == pytest.approx(7_155_958, rel=0.001)
    assert waiting[:6].sum() / waiting.sum() == pytest.approx(ENGLAND_WITHIN_18_WEEKS, abs=0.0002)
    assert waiting[9:].sum() / waiting.sum() == pytest.approx(ENGLAND_OVER_52_WEEKS, abs=0.0002)


@pytest.mark.parametrize("name", sorted(NATIONAL))
def test_a_clock_s_survival_falls_from_one_to_nothing(name):
    """And its area is the mean length of a clock, by Little's law, within a week."""
    weeks, share = survival(NATIONAL[name])
    assert (share[0], share[-1]) == (1, 0)
    assert np.all(np.diff(share) <= 0)
    assert np.trapezoid(share, weeks) == pytest.approx(NATIONAL[name].mean_weeks, abs=1)


def test_the_services_belong_to_the_functions_that_they_are_declared_under():
    assert {code: function for function, codes in SERVICES.items() for code in codes} == {
        code: reported_function(code) for codes in SERVICES.values() for code in codes
    }


def test_the_group_s_mix_is_the_nation_s():
    """Whatever a trust does not offer goes to those that do."""
    shares = open_shares({"C_110": 0.6, "C_170": 0.4})
    assert sum(trust.get("C_110", 0) for trust in shares.values()) == pytest.approx(0.6)
    assert [code for code, trust in shares.items() if "C_170" in trust] == ["ZZA"]
    assert sum(trust.share for trust in TRUSTS) == pytest.approx(1)


@pytest.mark.shared
def test_no_code_is_a_real_organisation_s(shared):
    """Neither among NHS trusts nor among commissioners."""
    real = set()
    for name in ("etr.csv", "eccg.csv"):
        with (shared / "data/published/ods" / name).open(encoding="utf-8") as table:
            real |= {row[0] for row in csv.reader(table)}
    ours = {trust.code for trust in TRUSTS} | {site for trust in TRUSTS for site in trust.sites} | {"ZZM", "ZZN"}
    assert not ours & real


def test_nhs_numbers_are_valid_and_kept_for_tests():
    numbers = nhs_numbers()
    assert len(set(numbers.tolist())) == len(numbers) > 900_000
    assert all(nhs_number.is_valid(str(number)) and str(number).startswith("999") for number in numbers[::20_000])


def test_no_two_trusts_share_a_person():
    found = [people(trust, number=2000, until=date(2026, 11, 15), rng=np.random.default_rng(1)) for trust in TRUSTS]
    numbers = np.concatenate([group.nhs_number for group in found])
    assert len(np.unique(numbers)) == 4 * 2000


def test_few_referrals_come_on_a_bank_holiday():
    days = calendar(date(2026, 1, 1), date(2026, 12, 31), days_before=0, days_after=30)
    christmas, before = (day_number(date(2026, 12, day)) - days.first for day in (25, 16))
    assert days.weight[christmas] < days.weight[before] / 5
    assert not days.is_working[christmas]
    assert days.rolled(np.array([days.first + christmas]))[0] == day_number(date(2026, 12, 29))


def test_each_kind_of_fault_is_declared_once():
    assert len({fault.kind for fault in FAULTS}) == len(FAULTS)
    assert all(0 < fault.rate <= 0.05 for fault in FAULTS)


def test_a_lost_referral_explains_an_identifier_without_its_issuer():
    """Else the flag of identifiers is blamed for what a row stopped at the door brought about."""
    from clockstop.synthetic.fault_kinds import FAULTS

    lost = [fault for fault in FAULTS if fault.dataset == "referrals" and fault.reason and "missing_start" in fault.also]
    assert len(lost) > 1
    assert all("identifier" in fault.also for fault in lost)
