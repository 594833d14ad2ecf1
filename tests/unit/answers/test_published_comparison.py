"""Our trusts beside England, region and peers: ranks, quartiles, peers and the synthetic trust on the same scale."""

from datetime import date

import pyarrow as pa
import pytest

from clockstop.answers.organisation import Trust
from clockstop.answers.published import COMPARED, OwnFigure, compare, comparison, readable
from clockstop.answers.scope import Scope
from clockstop.errors import NotAllowed, UnknownName
from clockstop.intake.published.rtt_figures import SCHEMA
from clockstop.intake.published.rtt_published import FigureSource, MonthFigures
from clockstop.measures.catalogue import measure

WITHIN = measure("rtt_within_18_weeks")


def provider(code, within, incomplete=10_000, **more):
    """A provider's row: its list and how many of it are within 18 weeks."""
    row = {"month": "2026-01", "area_kind": "provider", "area_code": code, "area_name": f"TRUST {code} NHS TRUST"}
    figures = {
        "incomplete": incomplete,
        "within_18_weeks": within,
        "over_52_weeks": 0,
        "median_weeks": 12.0,
        "percentile_92_weeks": 40.0,
    }
    places = {"region_code": "Y56", "region_name": "London", "treatment_function": "C_999", "includes_nonc": False}
    return row | figures | places | more


def month(*rows, is_excerpt=False):
    """A month's figures: providers, England and one region."""
    england = provider("ENG", 61_000, 100_000, area_kind="england", area_name="England")
    region = provider("Y56", 62_000, 100_000, area_kind="region", area_name="London")
    whole = [{name: row.get(name) for name in SCHEMA.names} for row in (*rows, england, region)]
    source = FigureSource(kind="full extract", title="RTT full extract", revision=1, is_excerpt=is_excerpt)
    return MonthFigures(month="2026-01", source=source, table=pa.Table.from_pylist(whole, schema=SCHEMA))


def own(code="ZZA", value=0.65, waiting=10_000, character="", period_end=date(2026, 10, 31)):
    trust = Trust(code, f"Trust {code}", character, (), (), True)
    return OwnFigure(trust=trust, value=value, waiting=waiting, period_end=period_end, is_synthetic=True)


def test_the_best_is_first_and_equals_share_a_place():
    """Higher is better for a share within 18 weeks."""
    found = compare(WITHIN, month(provider("R01", 7_000), provider("R02", 6_000), provider("R03", 6_000), provider("R04", 5_000)))

    assert [(one.code, one.rank) for one in found.trusts] == [("R01", 1), ("R02", 2), ("R03", 2), ("R04", 4)]


def test_quarters_are_given_among_eight_trusts_or_more():
    """A value on the boundary goes to the better quarter; among seven nobody has one."""
    rows = [provider(f"R0{place}", 7_000 - 500 * place) for place in range(1, 10)]

    assert [one.quartile for one in compare(WITHIN, month(*rows)).trusts] == [1, 1, 1, 2, 2, 3, 3, 4, 4]
    assert {one.quartile for one in compare(WITHIN, month(*rows[:7])).trusts} == {None}


def test_a_shorter_wait_is_better():
    """For a median wait the lowest is first."""
    rows = [provider("R01", 1, median_weeks=15.0), provider("R02", 1, median_weeks=9.0)]

    assert [one.code for one in compare(measure("rtt_median_wait"), month(*rows)).trusts] == ["R02", "R01"]


def test_small_lists_and_other_providers_are_not_ranked():
    """They stand in the table, and on no strip."""
    found = compare(WITHIN, month(provider("R01", 7_000), provider("R02", 90, 100), provider("NT301", 9_000)))

    assert [one.code for one in found.trusts] == ["R01"]
    assert {one.code for one in found.providers} == {"R01", "R02", "NT301"}


def test_a_synthetic_trust_is_placed_among_the_published():
    """By its own latest figure, with the place that it would have; the months differ and it is said."""
    found = compare(WITHIN, month(provider("R01", 7_000), provider("R02", 6_000)), own=[own(value=0.65)])

    (ours,) = found.ours
    assert (ours.rank, ours.month, ours.is_own, ours.is_synthetic) == (2, "2026-10", True, True)
    assert found.is_another_month
    assert [one.rank for one in found.trusts] == [1, 2]


def test_a_published_trust_stands_by_its_published_figure():
    """A real trust's tick is the one that NHS England published, of the same month."""
    found = compare(WITHIN, month(provider("R01", 7_000)), own=[own(code="R01", value=0.1)])

    assert (found.ours[0].value, found.ours[0].is_own, found.is_another_month) == (0.7, False, False)
    assert found.region.value == pytest.approx(0.62)


def test_peers_are_the_nearest_in_size():
    """By the ratio of the lists, the trust itself left out."""
    rows = [provider(f"R{size:02d}", 500 * size, 1_000 * size) for size in (1, 8, 9, 11, 40)]
    found = compare(WITHIN, month(*rows), own=[own(waiting=10_000)])

    assert [one.code for one in found.peers][:3] == ["R11", "R09", "R08"]


def test_a_teaching_trust_has_teaching_peers():
    """The character decides among whom."""
    rows = [provider("R01", 1, 10_000), provider("R02", 1, 50_000, area_name="UNIVERSITY HOSPITALS OF X NHS TRUST")]
    found = compare(WITHIN, month(*rows), own=[own(character="A large teaching hospital")])

    assert [one.code for one in found.peers] == ["R02"]


def test_chosen_peers_are_summed_before_they_are_divided():
    """Two peers of unlike size: 600 of 1,000 and 9,000 of 9,000 are 96%, not 80%."""
    found = compare(WITHIN, month(provider("R01", 600, 1_000), provider("R02", 9_000, 9_000)), own=[own()], peers=["R01", "R02"])

    assert found.peers_value == pytest.approx(0.96)
    with pytest.raises(UnknownName, match="R99"):
        compare(WITHIN, month(provider("R01", 1)), peers=["R99"])


def test_an_excerpt_is_no_england():
    """The sum of a few providers is not drawn as England."""
    assert compare(WITHIN, month(provider("R01", 1), is_excerpt=True)).england is None


def test_a_trust_outside_the_scope_is_refused():
    """Scope first: another's own figures are not shown."""
    scope = Scope(trusts=frozenset({"ZZA"}), may_see_patients=frozenset(), user="u", role="r")

    with pytest.raises(NotAllowed):
        comparison(scope, None, measure=COMPARED[0], trust="ZZB")


def test_names_are_written_as_people_write_them():
    """Published in capitals; shown without the ending that every trust has."""
    assert readable("UNIVERSITY HOSPITALS OF LEICESTER NHS TRUST") == "University Hospitals of Leicester"
    assert readable("Aldermoor") == "Aldermoor"
