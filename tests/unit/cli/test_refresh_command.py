"""What a refresh says of each trust, and where the demonstration sends a newcomer."""

import pytest

from clockstop.cli import demo, refresh
from clockstop.rules import facts


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ({"rtt_events": 4687, "rtt_clocks": 853, "emergency_attendances": 9}, "4,687 events, 853 clocks, 0 waiting"),
        ({"rtt_waits": 1}, "0 events, 0 clocks, 1 waiting"),
        (
            {"rtt_events": 0, "emergency_attendances": 1595, "inpatient_stays": 210, "inpatients_now": 41},
            "1,595 emergency attendances, 210 stays in hospital, 41 in a bed now",
        ),
        ({"cancer_waits": 3, "inpatients_now": 0}, "3 cancer waits"),
        ({"ed_area_states": 8, "wards_now": 4, "series": 100}, "12 rows of other facts"),
        ({"series": 100}, "nothing yet"),
    ],
)
def test_a_trust_is_told_by_what_it_has(rows, said):
    assert refresh._rows(rows) == said


def test_what_it_is_told_by_is_a_fact():
    assert set(refresh.INSTEAD) <= set(facts())


def test_the_demonstration_names_emergency_beds_wards_and_the_play(tmp_path):
    told = demo._what_to_look_at(tmp_path, "ZZA")
    assert [word for word in ("  Emergency ", "  Beds ", "Wards has", "`clockstop demo --live`") if word not in told] == []
    assert "upload" not in told
