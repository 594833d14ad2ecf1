"""What people type into an address never breaks the list."""

from clockstop.answers.ptl_filters import PtlFilters


def test_a_nul_in_an_address_is_left_out():
    filters = PtlFilters.from_query({"search": "\0", "division": "Sur\0gery", "service": "C_100"})
    assert (filters.search, filters.division, filters.service) == ("", "Surgery", "C_100")
