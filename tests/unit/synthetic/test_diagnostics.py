"""The made-up diagnostics: figures near England's, and truth that the facts give back, worked out by other means."""

from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import diagnostic_tables
from clockstop.synthetic import national_dm01 as national
from clockstop.synthetic.care import diagnostics
from clockstop.synthetic.working_calendar import day_number
from synthetic_clocks import SUNDAY, histories_at

DAY = day_number(SUNDAY)
REQUEST = "diagnostic_request_identifier"
generator = partial(np.random.default_rng, 7)


@pytest.fixture(scope="module")
def histories():
    """The trusts' records at a hundredth of the full size."""
    return histories_at(0.01)


def test_the_group_waits_as_england_did(histories):
    """A fifth waits six weeks or more, and 1.3 to 1.6 tests are done a month for each that is waited for."""
    waits, done = [], 0
    for found, _truth in histories.values():
        right = diagnostics.truth(found, DAY, generator())
        waits.append(right["waits"]["days_waited"].to_numpy())
        days = right["activity"]["activity_date"].cast(pa.int32()).to_numpy()
        done += np.count_nonzero(days > DAY - 31)
    days = np.concatenate(waits)
    assert abs((days >= 42).mean() - national.ENGLAND_SIX_WEEKS_OR_MORE) < 0.035
    assert abs((days >= 91).mean() - national.ENGLAND_THIRTEEN_WEEKS_OR_MORE) < 0.025
    assert 1.2 < done / len(days) < 1.7


@pytest.mark.slow
def test_the_facts_give_the_truth(histories, embedded):
    """The list and the activity of Brackenfell, request by request, from the extracts of the day and of a week before."""
    found, _truth = histories["ZZB"]
    for day in (DAY, DAY - 7):
        rows = diagnostics.extracts(found, day, generator())
        right = diagnostics.truth(found, day, generator())
        fact = partial(
            diagnostic_tables.fact, engine=embedded, requests=_loaded(rows["diagnostic_requests"]),
            appointments=rows["diagnostic_appointments"], as_of=np.datetime64(day, "D").item(),
        )  # fmt: skip
        waits = fact("diagnostic_waits")
        listed = embedded.rows(waits.filter(waits.end_date.isnull()))
        assert _set(listed, "diagnostic_wait_identifier", "start_date", "days_waited") == _set(
            right["waits"], REQUEST, "start_date", "days_waited"
        )
        activity = fact("diagnostic_activity")
        done = embedded.rows(activity.filter(activity.activity_kind.notnull()))
        assert _set(done, REQUEST, "activity_date", "activity_kind") == _set(
            right["activity"], REQUEST, "activity_date", "activity_kind"
        )
        assert {"DM-R03", "DM-R04"} <= set(embedded.rows(waits)["end_rule"].to_pylist())


def test_the_same_seed_gives_the_same_rows(histories):
    """Two days' extracts are of the same records: what was sent a week before is there, with what has become known since."""
    found, _truth = histories["ZZC"]
    later, again = (diagnostics.extracts(found, DAY, generator()) for _turn in range(2))
    before = diagnostics.extracts(found, DAY - 7, generator())
    assert all(later[name].equals(again[name]) for name in diagnostics.DATASETS)
    known = set(later["diagnostic_requests"][REQUEST].to_pylist())
    assert set(before["diagnostic_requests"][REQUEST].to_pylist()) <= known
    assert len(known) > before["diagnostic_requests"].num_rows


def test_a_request_lies_within_its_pathway(histories):
    """Whoever is on a pathway was referred before the test was asked for, and is the same patient."""
    found, _truth = histories["ZZD"]
    rows = diagnostics.extracts(found, DAY, generator())["diagnostic_requests"]
    rows = rows.filter(pc.and_(pc.is_valid(rows["patient_pathway_identifier"]), pc.equal(rows["request_type"], "waiting_list")))
    place = np.array([int(name.rsplit("-", 1)[1]) - 400_000 for name in rows["patient_pathway_identifier"].to_pylist()])
    made = rows["request_date"].cast(pa.int32()).to_numpy()
    assert len(place) > 200
    assert (found.own.received[place] < made).all()
    numbers = [str(number) for number in found.persons.nhs_number[found.own.person[place]]]
    assert rows["nhs_number"].to_pylist() == numbers


def test_faults_are_planted_and_told(histories):
    """Each kind of fault is in the rows, under the key that is told of it."""
    found, _truth = histories["ZZB"]
    rows = diagnostics.extracts(found, DAY, generator())
    spoilt = diagnostics.planted(rows, found, DAY, generator())
    assert set(spoilt.faults["fault"].to_pylist()) == {name for name, *_rest in diagnostics.FAULTS}
    told = spoilt.faults.filter(pc.equal(spoilt.faults["fault"], "diagnostic_test_unknown"))["record_identifier"].to_pylist()
    requests = spoilt.rows["diagnostic_requests"]
    unknown = requests.filter(pc.equal(requests["diagnostic_test"], "XRAY?"))[REQUEST].to_pylist()
    assert sorted(told) == sorted(unknown)


def _loaded(requests):
    """The requests as intake keeps them, with pseudonyms in the place of NHS numbers."""
    names = ["nhs_number_pseudonym" if name == "nhs_number" else name for name in requests.column_names]
    return requests.rename_columns(names)


def _set(rows, *names):
    return sorted(zip(*(rows[name].to_pylist() for name in names), strict=True))
