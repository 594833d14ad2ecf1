"""A change split by service, from counts as they are stored, and never so that few people of another trust could be worked out."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from clockstop.answers.change import ONE_PERIOD, QUANTILE, change_of
from clockstop.answers.desk import Desk
from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed, UnknownName
from clockstop.measures.catalogue import measure as measure_of
from clockstop.store.home import Home
from written_snapshots import AS_OF, write_tables

ALL = frozenset({"QQA", "QQB"})
OWN, OTHER = (Scope(trusts=ALL, may_see_patients=own, user="kim", role="analyst") for own in (ALL, frozenset({"QQA"})))
BEFORE = date(2026, 11, 8)
PLACE = {"where": {"trust": "QQB"}, "by": "service", "period_kind": "week"}


SERIES = pa.schema(
    [*((name, pa.string()) for name in ("measure", "period_kind", "trust", "division", "service", "site", "cut", "cut_value")),
     ("period_end", pa.date32()), ("band", pa.int32()), ("numerator", pa.float64()), ("denominator", pa.float64())]
)  # fmt: skip


def _row(measure, end, service, sides, *, band=None):
    place = {"trust": "QQB", "division": "Surgery", "service": service, "site": "QQB1", "cut": "", "cut_value": ""}
    row = {"measure": measure, "period_kind": "week", "period_end": end, "numerator": sides[0], "denominator": sides[1]}
    return place | row | {"band": band}


def _counts(service, short, long):
    """Of a service, the long waits alone in the first week, and both in the last; nothing has no row."""
    weeks = [(BEFORE, 0, long), (AS_OF, short, short + long)]
    rows = [_row("rtt_within_18_weeks", end, service, (within, waiting)) for end, within, waiting in weeks if waiting]
    rows += [_row("rtt_incomplete", end, service, (waiting, waiting)) for end, _within, waiting in weeks if waiting]
    median = measure_of("rtt_median_wait").histogram
    return [*rows, *(_row(median, end, service, (waiting, waiting), band=20) for end, _within, waiting in weeks if waiting)]


@pytest.fixture
def desk_of(tmp_path_factory):
    """Make a desk: of each service at QQB how many wait within 18 weeks, and how many longer, who were there before."""

    def made(services):
        rows = [row for service, waits in services.items() for row in _counts(service, *waits)]
        rows.append(_row("rtt_no_next_step", AS_OF, "C_100", (9.0, 9.0)) | {"period_kind": "now"})
        home = Home(tmp_path_factory.mktemp("change"))
        write_tables(home, AS_OF, {"series": pa.Table.from_pylist(rows, schema=SERIES)})
        return Desk(home).refreshed()

    return made


@pytest.fixture
def big():
    """Three services, none of few people in either week."""
    return {"C_100": (30, 10), "C_110": (20, 20), "C_120": (5, 15)}


def test_a_share_is_split_by_what_it_was_and_where(desk_of, big):
    """The long waits were there before; with the short ones the share within 18 weeks rose from nought."""
    found = change_of(OWN, desk_of(big), "rtt_within_18_weeks", **PLACE, first=BEFORE)
    assert (found.first.value, found.last.value) == (0.0, 0.55)
    assert {one.key: (one.first.denominator, one.last.denominator) for one in found.parts} == {
        "C_100": (10, 40), "C_110": (20, 40), "C_120": (15, 20),
    }  # fmt: skip
    first = found.parts[0]
    assert first.key == "C_100"
    assert first.effects.rate == pytest.approx((10 / 45 + 40 / 100) / 2 * 0.75)
    assert first.effects.mix == pytest.approx((0.375 - 0.275) * (40 / 100 - 10 / 45))
    assert found.effects.total == pytest.approx(0.55)
    assert found.on_numerator.total == 55
    assert [one.key for one in found.drivers] == ["C_100", "C_110", "C_120"]


def test_a_plain_number_is_its_parts(desk_of, big):
    found = change_of(OWN, desk_of(big), "rtt_incomplete", **PLACE, first=BEFORE)
    assert not found.has_rate
    assert {one.key: one.effects.total for one in found.parts} == {"C_100": 30, "C_110": 20, "C_120": 5}


def test_a_median_is_not_split_and_one_period_is_no_change(desk_of, big):
    desk = desk_of(big)
    found = change_of(OWN, desk, "rtt_median_wait", **PLACE)
    assert (found.why_not, found.effects) == (QUANTILE, None)
    assert [one.effects for one in found.parts] == [None] * 3
    assert change_of(OWN, desk, "rtt_no_next_step", **PLACE).why_not == ONE_PERIOD


def test_a_part_with_few_people_stands_with_the_next_smallest(desk_of):
    made = desk_of({"C_100": (3, 0), "C_110": (20, 9), "C_120": (9, 0)})
    found = change_of(OTHER, made, "rtt_incomplete", **PLACE, first=BEFORE)
    assert [one.key for one in found.parts] == ["C_110", ""]
    together = found.parts[-1]
    assert together.members == ("Ear Nose and Throat", "General Surgery")
    assert (together.first, together.last) == (None, None)
    assert together.effects.total == 12
    own = change_of(OWN, made, "rtt_incomplete", **PLACE, first=BEFORE)
    assert {one.key for one in own.parts} == {"C_100", "C_110", "C_120"}


def test_the_split_says_no_more_of_hidden_parts_than_their_sum(desk_of):
    """Two groups whose hidden services differ, but not together: a reader from elsewhere gets the very same answer."""
    shown = {"C_110": (40, 30), "C_130": (25, 30)}
    one, other = (
        change_of(OTHER, desk_of(shown | hidden), "rtt_within_18_weeks", **PLACE, first=BEFORE)
        for hidden in ({"C_100": (2, 2), "C_120": (5, 6)}, {"C_100": (3, 1), "C_120": (4, 7)})
    )
    assert one.parts[-1].members == other.parts[-1].members == ("Ear Nose and Throat", "General Surgery")
    assert one == replace(other, measure=one.measure)
    assert one.effects.total == pytest.approx(one.change)


def test_a_period_that_is_none_and_a_trust_out_of_reach_are_refused(desk_of, big):
    desk = desk_of(big)
    with pytest.raises(UnknownName):
        change_of(OWN, desk, "rtt_incomplete", **PLACE, first=date(1999, 1, 3))
    nobody = Scope(trusts=frozenset({"QQA"}), may_see_patients=frozenset(), user="", role="")
    with pytest.raises(NotAllowed):
        change_of(nobody, desk, "rtt_incomplete", **PLACE)
