"""The address of the waiting list means the same however it was made: bare, by the form, by a link."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from clockstop.answers.ptl_filters import SORTS, STEPS, PtlFilters
from clockstop.answers.scope import Scope
from clockstop.pages import ptl_address

SCOPE = Scope(trusts=frozenset({"QQA", "QQB"}), may_see_patients=frozenset({"QQA"}), user="pat", role="service_manager")


def test_a_bare_address_asks_who_breaches_next_in_the_readers_own_trust():
    filters = ptl_address.filters_of({}, SCOPE)
    assert (filters.trust, filters.breach_of, filters.breach_from, filters.breach_to) == ("QQA", 18, -7, 28)


def test_a_reader_of_one_trusts_patients_always_stands_in_it():
    assert ptl_address.filters_of({"window": "", "page": "2"}, SCOPE).trust == "QQA"
    assert ptl_address.filters_of({"window": "", "page": "2"}, SCOPE).page == 2


def test_a_reader_of_two_trusts_patients_starts_with_both():
    both = Scope(trusts=frozenset({"A", "B"}), may_see_patients=frozenset({"A", "B"}), user="x", role="x")
    assert ptl_address.filters_of({}, both).trust == ""


def test_the_choice_of_a_window_becomes_days_and_back():
    filters = ptl_address.filters_of({"window": "0_28", "breach_of": "52"}, SCOPE)
    assert (filters.breach_of, filters.breach_from, filters.breach_to) == (52, 0, 28)
    assert ptl_address.window_of(filters) == "0_28"


def test_clearing_the_filters_is_not_the_bare_address():
    cleared = ptl_address.filters_of({"window": ""}, SCOPE)
    assert cleared.breach_from is None
    assert ptl_address.filters_of(ptl_address.address_query(cleared), SCOPE) == cleared


def test_a_column_sorts_up_first_then_down():
    once = ptl_address.sorted_by(PtlFilters(page=3), "owner")
    assert (once.sort, once.direction, once.page) == ("owner", "up", 1)
    assert ptl_address.sorted_by(once, "owner").direction == "down"


@given(
    st.builds(
        PtlFilters,
        trust=st.just("QQA"),
        owner=st.sampled_from(["", "-", "ENT lead & co"]),
        text=st.text(st.characters(codec="ascii", exclude_categories=["C", "Z"]), max_size=20),
        breach_of=st.sampled_from([None, 18, 52]),
        breach_from=st.none() | st.integers(-400, 400),
        breach_to=st.none() | st.integers(-400, 400),
        has_next_step=st.sampled_from(["", *STEPS]),
        will_breach_by=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
        sort=st.sampled_from(list(SORTS)),
        page=st.integers(1, 9),
        page_size=st.sampled_from([25, 50, 100]),
    )
)
def test_a_shared_address_brings_back_the_same_list(filters):
    assert ptl_address.filters_of(ptl_address.address_query(filters), SCOPE) == filters
