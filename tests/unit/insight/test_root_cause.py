"""Where a rule's failures come from: the few places, the funnel, and since when."""

from datetime import date, timedelta

import pytest

from clockstop.insight.root_cause import Place, Week, began, cause, sentence


def places(failed, judged=100):
    return [Place(key=key, title=f"Clinic {key}", failed=number, judged=judged) for key, number in failed.items()]


def standings(found):
    return {one.place.key: one.standing for one in found.places}


def test_two_clinics_that_record_nothing_are_named_with_their_share():
    found = cause("clinic", places({"A": 40, "B": 38, "C": 5, "D": 4, "E": 6, "F": 5, "G": 2}))
    assert [one.place.key for one in found.few] == ["A", "B"]
    assert found.share == pytest.approx(0.78)
    assert sentence(found, what="missing outcomes", one="clinic", many="clinics") == (
        "78% of missing outcomes come from two clinics."
    )


def test_places_that_differ_by_themselves_name_nobody():
    """Rates from 2% to 20% all over: each is beyond chance, none beyond the others."""
    rates = {f"C{number}": 2 * number for number in range(1, 11)}
    found = cause("clinic", places({key: rate * 10 for key, rate in rates.items()}, judged=1000))
    assert found.few == ()
    assert "far beyond the others" not in standings(found).values()


def test_the_largest_clinic_is_not_to_blame_for_being_large():
    found = cause("site", [Place(key="big", title="Big", failed=60, judged=6000), *places({"a": 8, "b": 9, "c": 10, "d": 9}, 950)])
    assert standings(found)["big"] == "as the others"
    assert found.few == ()


def test_places_without_a_failure_count_among_the_others():
    """Two clinics fail and forty do not: without the forty there would be nobody to compare with."""
    two = places({"A": 30, "B": 25})
    assert cause("clinic", two).few == ()
    found = cause("clinic", two, clean_judged=4000)
    assert [one.place.key for one in found.few] == ["A", "B"]
    assert found.few[0].others_rate == pytest.approx(25 / 4100)


def test_a_place_with_few_records_is_compared_with_nobody():
    found = cause("clinic", [*places({"A": 3, "B": 2, "C": 4}), Place(key="tiny", title="Tiny", failed=3, judged=3)])
    assert standings(found)["tiny"] == "too few to say"


def test_where_records_are_not_counted_only_the_shares_are_said():
    """Failures by consultant: the counts say nothing of how many records a consultant has."""
    found = cause("consultant", [Place(key=f"C{number}", title="", failed=failed) for number, failed in enumerate((50, 4, 3, 3))])
    assert [one.place.key for one in found.few] == ["C0"]
    assert {one.standing for one in found.places} == {"too few to say"}


def test_the_shares_add_up_and_the_limits_hold_the_middle():
    found = cause("clinic", places({"A": 20, "B": 5, "C": 4, "D": 6, "E": 5, "F": 3}))
    assert sum(one.share for one in found.places) == pytest.approx(1)
    assert found.places[-1].share_so_far == pytest.approx(1)
    assert all(one.low <= 0.05 <= one.high for one in found.places)


def test_two_deviations_are_worth_a_look_and_no_more():
    found = cause("clinic", places({"A": 12, "B": 5, "C": 4, "D": 6, "E": 5, "F": 3}))
    assert standings(found)["A"] == "beyond the others"
    assert found.few == ()


def test_most_failures_where_most_records_are_is_no_cause():
    """Too few records for a funnel; the first has half of the records and so 70% of the failures."""
    few = [Place(key="A", title="A", failed=7, judged=9), *places({"B": 1, "C": 1, "D": 1}, judged=3)]
    assert cause("ward", few).few == ()
    assert cause("ward", [Place(key="A", title="A", failed=7, judged=9), *places({"B": 1, "C": 1, "D": 1}, judged=9)]).few != ()


def test_nothing_fails():
    found = cause("clinic", places({"A": 0, "B": 0, "C": 0}))
    assert (found.few, found.share, sentence(found, what="x", one="y", many="z")) == ((), 0.0, "")


def test_one_place_alone_is_no_cause():
    assert cause("site", places({"A": 40})).few == ()


def test_what_all_places_know_of_one_another_is_one_place():
    """One place with failures beside places without: it is named as soon as there is somebody to compare with."""
    found = cause("ward", places({"A": 30}), clean_judged=500)
    assert [one.place.key for one in found.few] == ["A"]


def weeks(*failed):
    return [Week(first=date(2026, 9, 7) + timedelta(weeks=place), failed=number) for place, number in enumerate(failed)]


@pytest.mark.parametrize(
    ("failed", "since"),
    [
        ((2, 3, 1, 2, 14, 15, 13, 16), date(2026, 10, 5)),
        ((0, 0, 0, 0, 0, 12, 11, 12), date(2026, 10, 12)),
        ((6, 5, 7, 6, 5, 8, 6, 7), None),
        ((14, 15, 16, 13, 2, 1, 2, 2), None),
        ((9, 9), None),
        ((0, 0, 0, 0), None),
    ],
)
def test_since_when(failed, since):
    """A plain rise is dated; an even run, a fall, and too few weeks are not."""
    assert began(weeks(*failed)) == since
